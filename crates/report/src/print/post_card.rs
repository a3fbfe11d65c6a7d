//! 岗位安全风险告知卡: the card at a post, A4 or A5 (fields of `governance.md` 1.4 and of 安委办〔2016〕11号).

use askama::Template;
use base::Day;

use super::{Grade, Page, PrintError};
use crate::qr::Code;

/// The size of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CardSize {
    /// A4 portrait.
    #[default]
    A4,
    /// A5 portrait, half of it.
    A5,
}

/// One risk of the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRisk {
    /// 风险因素.
    pub risk: String,
    /// Its present grade.
    pub grade: Grade,
    /// 可能导致的事故.
    pub accidents: String,
    /// 后果.
    pub result: String,
}

/// The card.
#[derive(Debug, Clone, Default)]
pub struct PostCard {
    /// The enterprise.
    pub unit: String,
    /// 车间.
    pub workshop: String,
    /// 岗位.
    pub post: String,
    /// 地点.
    pub place: String,
    /// 作业内容.
    pub work: String,
    /// The risks, usually the gravest first.
    pub risks: Vec<PostRisk>,
    /// 安全操作要点, one a line.
    pub key_points: Vec<String>,
    /// 管控措施, one a line.
    pub measures: Vec<String>,
    /// 应急处置措施, one a line.
    pub emergency: Vec<String>,
    /// 责任人.
    pub person: String,
    /// 应急电话.
    pub emergency_telephone: String,
    /// 报告方式: to whom and how dangers are told.
    pub report: String,
    /// The day of this edition.
    pub on: Option<Day>,
    /// The code of the post, scanned to report a hazard.
    pub code: Option<Code>,
    /// The size of the card.
    pub size: CardSize,
}

#[derive(Template)]
#[template(path = "post_card.html")]
struct Paper<'a> {
    page: Page<'a>,
    card: &'a PostCard,
}

impl PostCard {
    /// The printable page.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn html(&self, page: Page<'_>) -> Result<String, PrintError> {
        Paper { page, card: self }.render()
    }

    fn class(&self) -> &'static str {
        match self.size {
            CardSize::A4 => "card card-a4",
            CardSize::A5 => "card card-a5",
        }
    }

    /// The gravest grade of the post: the card's own.
    fn gravest(&self) -> Option<Grade> {
        self.risks.iter().map(|risk| risk.grade).max()
    }
}
