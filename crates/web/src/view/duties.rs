//! Duties: filters, tables of what is owed and by whom, and the forms below.

use askama::Template;

use super::form::Form;
use super::frame::Frame;
use super::table::{Bars, Table};
use super::timetable::Filter;
use super::{Action, ClauseChip};

/// A page of duties.
#[derive(Debug, Template)]
#[template(path = "duties.html")]
pub(crate) struct DutiesPage {
    /// The frame.
    pub(crate) f: Frame,
    /// What it is.
    pub(crate) heading: String,
    /// Clauses that ask for it.
    pub(crate) clauses: Vec<ClauseChip>,
    /// A sentence about it.
    pub(crate) about: String,
    /// What else is to be known, a line each.
    pub(crate) notes: Vec<String>,
    /// What can be done.
    pub(crate) actions: Vec<Action>,
    /// Where filters lead.
    pub(crate) address: String,
    /// What a filter keeps.
    pub(crate) kept: Vec<(String, String)>,
    /// Filters.
    pub(crate) filters: Vec<Filter>,
    /// Bars.
    pub(crate) bars: Vec<Bars>,
    /// Tables.
    pub(crate) tables: Vec<Table>,
    /// The next page of the last table; empty without one.
    pub(crate) next: String,
    /// Forms below: heading and form.
    pub(crate) forms: Vec<(String, Form)>,
}
