//! The registers of an area.

use askama::Template;

use super::frame::Frame;
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
    /// Heading; empty for none.
    pub(crate) title: String,
    /// Registers.
    pub(crate) cards: Vec<RegisterCard>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "area.html")]
pub(crate) struct AreaPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the area.
    pub(crate) heading: String,
    /// What can be done.
    pub(crate) actions: Vec<Action>,
    /// The registers.
    pub(crate) groups: Vec<CardGroup>,
}
