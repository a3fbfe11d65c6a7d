//! 事故隐患排查治理台账: the print form of the hazard ledger, A4 landscape (`forms.md` section 7; the fields that decree
//! 191 article 18 is understood to ask for, with room for signatures).

use askama::Template;
use base::Day;

use super::{Page, PrintError};

/// One hazard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerRow {
    /// 编号.
    pub number: String,
    /// 发现时间, as printed.
    pub found: String,
    /// 部位、场所.
    pub place: String,
    /// 隐患情况 with its kind and basis.
    pub description: String,
    /// True for a major hazard.
    pub major: bool,
    /// 排查人员; the room for the signature is under it.
    pub found_by: String,
    /// 治理措施, with the interim measure.
    pub measures: String,
    /// 资金（万元）, as printed.
    pub money: String,
    /// 整改期限, as printed.
    pub due: String,
    /// 整改责任人.
    pub person: String,
    /// 复查时间.
    pub accepted: String,
    /// 复查结果.
    pub result: String,
    /// 复查人员; the room for the signature is under it.
    pub accepted_by: String,
}

/// The ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HazardLedger {
    /// 填报单位.
    pub unit: String,
    /// The period, for instance 2021年6月.
    pub period: String,
    /// 填报日期.
    pub on: Option<Day>,
    /// The hazards in order of finding.
    pub rows: Vec<LedgerRow>,
}

#[derive(Template)]
#[template(path = "hazard_ledger.html")]
struct Paper<'a> {
    page: Page<'a>,
    ledger: &'a HazardLedger,
}

impl HazardLedger {
    /// The printable page.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn html(&self, page: Page<'_>) -> Result<String, PrintError> {
        Paper { page, ledger: self }.render()
    }

    fn major(&self) -> usize {
        self.rows.iter().filter(|row| row.major).count()
    }
}
