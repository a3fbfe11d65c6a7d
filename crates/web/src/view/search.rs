//! Search through everything that this person may see.

use askama::Template;

use super::frame::Frame;

/// Something found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Register.
    pub(crate) kind: String,
    /// Title.
    pub(crate) title: String,
    /// Code.
    pub(crate) code: String,
    /// Where it is.
    pub(crate) href: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Words.
    pub(crate) words: String,
    /// What was found.
    pub(crate) found: Vec<Found>,
    /// Words were given.
    pub(crate) asked: bool,
}
