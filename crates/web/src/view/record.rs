//! The page of one record.

use askama::Template;

use super::cell::{Fact, FactGroup, Shown};
use super::frame::Frame;
use super::table::Table;
use super::{Action, ClauseChip};

/// A line of the history.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// When.
    pub(crate) at: String,
    /// Who.
    pub(crate) by: String,
    /// What, as a verb.
    pub(crate) what: String,
    /// Fields written.
    pub(crate) facts: Vec<Fact>,
}

/// Records of another register that belong to this one.
#[derive(Debug, Clone)]
pub(crate) struct Related {
    /// Name of the register.
    pub(crate) title: String,
    /// All of them.
    pub(crate) href: String,
    /// Adds one; empty where this person may not.
    pub(crate) add: String,
    /// How many, as "12" or "1,000+".
    pub(crate) count: String,
    /// The first few.
    pub(crate) table: Table,
}

/// Something to be told at the top of the page.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    /// What.
    pub(crate) text: String,
    /// The record behind it; empty for none.
    pub(crate) href: String,
    /// The words of the link.
    pub(crate) label: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "record.html")]
pub(crate) struct RecordPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the register.
    pub(crate) register: String,
    /// Title of the record.
    pub(crate) heading: String,
    /// Its code.
    pub(crate) code: String,
    /// What stands out: grade, state of the enterprise.
    pub(crate) marks: Vec<Shown>,
    /// Clauses.
    pub(crate) clauses: Vec<ClauseChip>,
    /// What can be done.
    pub(crate) actions: Vec<Action>,
    /// What is to be told first.
    pub(crate) notes: Vec<Note>,
    /// The fields.
    pub(crate) groups: Vec<FactGroup>,
    /// What belongs to it.
    pub(crate) related: Vec<Related>,
    /// Its history, newest first.
    pub(crate) history: Vec<Change>,
}

/// Registers without a record are shown one below the other where there are no more than these; otherwise folded.
const FEW: usize = 8;

impl RecordPage {
    /// Related registers with their tables.
    fn filled(&self) -> Vec<&Related> {
        let few = self.related.iter().filter(|r| r.table.rows.is_empty()).count() <= FEW;
        self.related.iter().filter(|r| few || !r.table.rows.is_empty()).collect()
    }

    /// Related registers without a record, where there are many.
    fn rest(&self) -> Vec<&Related> {
        let rest: Vec<&Related> = self.related.iter().filter(|r| r.table.rows.is_empty()).collect();
        if rest.len() <= FEW { Vec::new() } else { rest }
    }
}
