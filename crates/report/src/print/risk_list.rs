//! 安全风险分级管控清单: the risk list of an enterprise, A4 landscape (columns of `forms.md` section 6, fields of
//! `governance.md` 1.4).

use askama::Template;
use base::{Day, Language};

use super::{Grade, Page, PrintError};

/// The method of assessment; it decides the columns of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// L, E, C, D.
    #[default]
    Lec,
    /// L, S, R.
    Ls,
    /// M, E, S, R.
    Mes,
}

impl Method {
    fn letters(self) -> &'static [&'static str] {
        match self {
            Self::Lec => &["L", "E", "C", "D"],
            Self::Ls => &["L", "S", "R"],
            Self::Mes => &["M", "E", "S", "R"],
        }
    }
}

/// The five kinds of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureKind {
    /// 工程技术措施.
    Engineering,
    /// 管理措施.
    Management,
    /// 培训教育措施.
    Training,
    /// 个体防护措施.
    Protection,
    /// 应急处置措施.
    Emergency,
}

impl MeasureKind {
    pub(super) fn word(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Engineering => ("工程", "Engineering"),
            Self::Management => ("管理", "Management"),
            Self::Training => ("培训", "Training"),
            Self::Protection => ("防护", "Protection"),
            Self::Emergency => ("应急", "Emergency"),
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// One measure of control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Which of the five kinds.
    pub kind: MeasureKind,
    /// What is done.
    pub text: String,
}

/// One risk.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRow {
    /// 风险点: place, equipment or activity.
    pub point: String,
    /// 部位: where it is.
    pub place: String,
    /// 主要危险有害因素.
    pub factors: String,
    /// 可能导致的事故类型.
    pub accidents: String,
    /// The figures of the method in the order of its letters, as printed.
    pub figures: Vec<String>,
    /// The grade without the measures, where it was assessed.
    pub inherent: Option<Grade>,
    /// The present grade.
    pub present: Grade,
    /// The measures, in any order.
    pub measures: Vec<Measure>,
    /// 管控层级: enterprise, workshop, team, post.
    pub level: String,
    /// 责任部门.
    pub department: String,
    /// 责任人 with telephone; left out of the public version.
    pub person: String,
    /// 排查频次.
    pub frequency: String,
    /// The day of grading.
    pub graded_on: Option<Day>,
}

/// The whole list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RiskList {
    /// 填报单位.
    pub unit: String,
    /// 风险区域; empty for the whole enterprise.
    pub zone: String,
    /// 区域负责人.
    pub zone_head: String,
    /// Their telephone.
    pub zone_telephone: String,
    /// 填报日期.
    pub on: Option<Day>,
    /// The method of all rows.
    pub method: Method,
    /// True for the version that strangers may see: persons and telephones are left out.
    pub public: bool,
    /// The risks, usually the gravest first.
    pub rows: Vec<RiskRow>,
}

#[derive(Template)]
#[template(path = "risk_list.html")]
struct Paper<'a> {
    page: Page<'a>,
    list: &'a RiskList,
}

impl RiskList {
    /// The printable page.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn html(&self, page: Page<'_>) -> Result<String, PrintError> {
        Paper { page, list: self }.render()
    }

    /// How many rows have a grade: the line under the title counts them.
    fn count(&self, grade: &Grade) -> usize {
        self.rows.iter().filter(|row| row.present == *grade).count()
    }
}

impl RiskRow {
    /// Measures by kind, in the order in which the lists print them.
    fn sorted(&self) -> Vec<&Measure> {
        let mut measures: Vec<&Measure> = self.measures.iter().collect();
        measures.sort_by_key(|m| m.kind);
        measures
    }

    fn figure(&self, place: &usize) -> &str {
        self.figures.get(*place).map_or("", String::as_str)
    }
}
