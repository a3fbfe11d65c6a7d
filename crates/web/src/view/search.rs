//! Search through everything that this person may see.

use askama::Template;

use super::frame::Frame;

/// Something found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Title.
    pub(crate) title: String,
    /// Code.
    pub(crate) code: String,
    /// Where it is.
    pub(crate) href: String,
}

/// What was found of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// Stored name of the register; `clause` for clauses of the plan.
    pub(crate) name: String,
    /// What people read.
    pub(crate) title: String,
    /// The first ones.
    pub(crate) found: Vec<Found>,
    /// The list of all of them; empty when these are all.
    pub(crate) all: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Words.
    pub(crate) words: String,
    /// What was found, by kind.
    pub(crate) groups: Vec<Group>,
    /// Words were given.
    pub(crate) asked: bool,
}
