//! The registers of an area, or all of them, as a shelf: by part of the plan, those that hold something first.

use askama::Template;

use super::frame::Frame;
use super::list::View;
use super::{Action, ClauseChip};

/// A register.
#[derive(Debug, Clone)]
pub(crate) struct RegisterCard {
    /// Name.
    pub(crate) title: String,
    /// What belongs here.
    pub(crate) about: String,
    /// Its list.
    pub(crate) href: String,
    /// Counts that open their rows: label, number, address.
    pub(crate) counts: Vec<(String, String, String)>,
    /// Clauses.
    pub(crate) clauses: Vec<ClauseChip>,
}

/// Registers under a heading.
#[derive(Debug, Clone)]
pub(crate) struct CardGroup {
    /// For links to it.
    pub(crate) anchor: String,
    /// Heading; empty for none.
    pub(crate) title: String,
    /// Registers that hold something.
    pub(crate) cards: Vec<RegisterCard>,
    /// Registers without a record yet.
    pub(crate) rest: Vec<RegisterCard>,
    /// The latter are shown at once, because there is little else or they were searched for.
    pub(crate) open: bool,
}

impl CardGroup {
    /// How many registers stand in it.
    fn len(&self) -> usize {
        self.cards.len() + self.rest.len()
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "area.html")]
pub(crate) struct AreaPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the area.
    pub(crate) heading: String,
    /// How many there are and how many hold something.
    pub(crate) summary: String,
    /// What can be done.
    pub(crate) actions: Vec<Action>,
    /// Areas to choose from; empty on the page of one.
    pub(crate) views: Vec<View>,
    /// Where the search leads.
    pub(crate) address: String,
    /// What the search keeps: name and value.
    pub(crate) kept: Vec<(String, String)>,
    /// Words that are searched for.
    pub(crate) search: String,
    /// The registers.
    pub(crate) groups: Vec<CardGroup>,
}
