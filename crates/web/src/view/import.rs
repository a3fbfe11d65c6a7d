//! Import from Excel: what to do, and afterwards what happened row by row.

use askama::Template;

use super::form::Form;
use super::frame::Frame;
use super::table::Table;

/// What an import did.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// Rows added, changed, unchanged, refused.
    pub(crate) counts: Vec<(String, usize)>,
    /// Refused rows: row, column, value, reason.
    pub(crate) refused: Table,
    /// All rows: runs of neighbours with the same outcome.
    pub(crate) rows: Table,
    /// A workbook with only the refused rows; empty when there are none.
    pub(crate) bad_rows: String,
    /// There are more refused rows than are shown.
    pub(crate) more: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "import.html")]
pub(crate) struct ImportPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the register.
    pub(crate) heading: String,
    /// By which fields rows find their records.
    pub(crate) identity: String,
    /// The empty workbook.
    pub(crate) template: String,
    /// The form.
    pub(crate) form: Form,
    /// What happened.
    pub(crate) report: Option<Report>,
    /// Its list.
    pub(crate) list: String,
}
