//! 安全风险公告栏: the notice board at eye-catching places and key areas, A3 landscape (fields of `governance.md` 1.4).

use askama::Template;
use base::Day;

use super::{Grade, Page, PrintError};
use crate::qr::Code;

/// One risk on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRow {
    /// 主要风险.
    pub risk: String,
    /// 所在部位.
    pub place: String,
    /// The present grade.
    pub grade: Grade,
    /// 可能引发的事故.
    pub accidents: String,
    /// 管控措施.
    pub measures: String,
    /// 应急措施.
    pub emergency: String,
    /// 责任人.
    pub person: String,
}

/// The board.
#[derive(Debug, Clone, Default)]
pub struct NoticeBoard {
    /// The enterprise.
    pub unit: String,
    /// The area that the board stands in; empty for the whole enterprise.
    pub area: String,
    /// The risks, usually the gravest first.
    pub rows: Vec<BoardRow>,
    /// 主要负责人.
    pub head: String,
    /// 单位应急电话.
    pub emergency_telephone: String,
    /// 举报电话, for instance 12350.
    pub report_telephone: String,
    /// The day of this edition.
    pub on: Option<Day>,
    /// The enterprise's code, if the board shows it.
    pub code: Option<Code>,
}

#[derive(Template)]
#[template(path = "notice_board.html")]
struct Paper<'a> {
    page: Page<'a>,
    board: &'a NoticeBoard,
}

impl NoticeBoard {
    /// The printable page.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn html(&self, page: Page<'_>) -> Result<String, PrintError> {
        Paper { page, board: self }.render()
    }
}
