//! Long work: how far it is, what it does; the page may be left and come back to.

use askama::Template;

use super::Action;
use super::frame::Frame;

/// The page.
#[derive(Debug, Template)]
#[template(path = "progress.html")]
pub(crate) struct ProgressPage {
    /// The frame.
    pub(crate) f: Frame,
    /// What is done.
    pub(crate) heading: String,
    /// What it does just now.
    pub(crate) now: String,
    /// Done so far.
    pub(crate) done: u64,
    /// Of how many; 0 when not known yet.
    pub(crate) of: u64,
    /// It has ended.
    pub(crate) ended: bool,
    /// Where this part of the page comes from again.
    pub(crate) source: String,
    /// What to do when it has ended.
    pub(crate) actions: Vec<Action>,
}
