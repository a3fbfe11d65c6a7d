//! 事故隐患排查治理情况统计表: the sheet of the double report that the head signs, with the receipt of the regulator to be
//! torn off, A4 portrait. Figures and texts are those of order 16 of the former safety administration (`forms.md` section
//! 8); the layout is a template.

use askama::Template;
use base::Day;

use super::{Page, PrintError};
use crate::qr::Code;

/// The sheet.
#[derive(Debug, Clone)]
pub struct DoubleReport {
    /// The enterprise.
    pub unit: String,
    /// The number of the case.
    pub number: String,
    /// The period.
    pub period: String,
    /// The day to which the figures reach.
    pub as_of: String,
    /// Label and figure, with its unit.
    pub figures: Vec<(String, String)>,
    /// Label and words; empty ones are printed as room to write.
    pub texts: Vec<(String, String)>,
    /// The regulator, where it is named.
    pub regulator: String,
    /// Leads back to the case, where the signed sheet is photographed.
    pub code: Code,
    /// The day of printing.
    pub on: Option<Day>,
}

#[derive(Template)]
#[template(path = "double_report.html")]
struct Paper<'a> {
    page: Page<'a>,
    sheet: &'a DoubleReport,
}

impl DoubleReport {
    /// The printable page.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn html(&self, page: Page<'_>) -> Result<String, PrintError> {
        Paper { page, sheet: self }.render()
    }
}
