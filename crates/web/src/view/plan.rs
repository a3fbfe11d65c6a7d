//! The plan: progress by annex and department, and the page of one clause.

use askama::Template;

use super::cell::Shown;
use super::frame::Frame;
use super::table::{Bars, Table};

/// Progress of the plan.
#[derive(Debug, Template)]
#[template(path = "plan.html")]
pub(crate) struct PlanPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the plan.
    pub(crate) heading: String,
    /// Clauses served and all clauses.
    pub(crate) summary: String,
    /// By annex and by department.
    pub(crate) bars: Vec<Bars>,
    /// Words that are searched for among the clauses.
    pub(crate) search: String,
    /// The clauses.
    pub(crate) clauses: Table,
}

/// Something that serves a clause.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    /// Register or procedure.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) title: String,
    /// Where it is.
    pub(crate) href: String,
    /// How it stands: counts that open their rows.
    pub(crate) counts: Vec<(String, String, String)>,
}

/// One clause.
#[derive(Debug, Template)]
#[template(path = "clause.html")]
pub(crate) struct ClausePage {
    /// The frame.
    pub(crate) f: Frame,
    /// Its id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) heading: String,
    /// Lead, support, dates.
    pub(crate) facts: Vec<(String, Shown)>,
    /// What serves it.
    pub(crate) serving: Vec<Serving>,
    /// Clauses below it: id and title.
    pub(crate) below: Vec<(String, String)>,
}
