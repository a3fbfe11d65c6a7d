//! A page that says what went wrong and what to do.

use askama::Template;

use super::frame::Frame;

/// The page.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    /// The frame.
    pub(crate) f: Frame,
    /// What is wrong.
    pub(crate) title: String,
    /// What to do, a sentence a line.
    pub(crate) lines: Vec<String>,
}
