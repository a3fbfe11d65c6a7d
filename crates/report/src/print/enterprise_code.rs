//! 一企一码: the poster with the enterprise's code for the gate, A4 portrait (`forms.md` section 16, public face).

use askama::Template;
use base::Day;

use super::{Page, PrintError};
use crate::qr::Code;

/// The poster.
#[derive(Debug, Clone)]
pub struct EnterpriseCode {
    /// The enterprise's name.
    pub name: String,
    /// 统一社会信用代码.
    pub uscc: String,
    /// 所属行业.
    pub sector: String,
    /// 地址.
    pub address: String,
    /// 监管部门 with its telephone.
    pub regulator: String,
    /// 举报电话.
    pub report_telephone: String,
    /// The code that opens the public page.
    pub code: Code,
    /// The day of issue.
    pub on: Option<Day>,
}

#[derive(Template)]
#[template(path = "enterprise_code.html")]
struct Paper<'a> {
    page: Page<'a>,
    poster: &'a EnterpriseCode,
}

impl EnterpriseCode {
    /// The printable page.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn html(&self, page: Page<'_>) -> Result<String, PrintError> {
        Paper { page, poster: self }.render()
    }
}
