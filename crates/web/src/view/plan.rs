//! The plan: progress by annex and department, the page of one clause, and reading the document in.

use askama::Template;

use super::cell::Shown;
use super::form::Form;
use super::frame::Frame;
use super::table::{Bars, Table};
use super::{Action, ClauseChip};

/// How one part of the plan stands.
#[derive(Debug, Clone)]
pub(crate) struct PartLine {
    /// Its name.
    pub(crate) title: String,
    /// Its clauses.
    pub(crate) href: String,
    /// How many.
    pub(crate) clauses: i64,
    /// Of those, served by something.
    pub(crate) served: i64,
    /// The served ones.
    pub(crate) served_href: String,
    /// Open, late and closed cases with the lists behind them; empty where the reader sees none of the procedures.
    pub(crate) cases: Vec<(i64, String)>,
    /// The page is cut to it.
    pub(crate) chosen: bool,
}

/// Progress of the plan.
#[derive(Debug, Template)]
#[template(path = "plan.html")]
pub(crate) struct PlanPage {
    /// The frame.
    pub(crate) f: Frame,
    /// Name of the plan.
    pub(crate) heading: String,
    /// Issuer, number, day of issue, period.
    pub(crate) head: Vec<(String, String)>,
    /// Clauses served and all clauses.
    pub(crate) summary: String,
    /// Timetable, reading in.
    pub(crate) actions: Vec<Action>,
    /// By annex.
    pub(crate) parts: Vec<PartLine>,
    /// By department.
    pub(crate) bars: Vec<Bars>,
    /// What serves the chosen part.
    pub(crate) serving: Vec<Serving>,
    /// What the list of clauses is cut to: words and the address without it.
    pub(crate) chips: Vec<(String, String)>,
    /// Filters that a search keeps: name and value.
    pub(crate) kept: Vec<(String, String)>,
    /// Words that are searched for among the clauses.
    pub(crate) search: String,
    /// The clauses.
    pub(crate) clauses: Table,
}

impl PlanPage {
    /// The list of clauses was asked for; otherwise it is folded.
    pub(crate) fn asked(&self) -> bool {
        !self.chips.is_empty() || !self.search.is_empty()
    }
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

/// An element that names a row, with how it stands.
#[derive(Debug, Clone)]
pub(crate) struct RowElement {
    /// Its kind in words.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) title: String,
    /// Its page.
    pub(crate) href: String,
    /// It does what the row says; otherwise it only belongs to it.
    pub(crate) serves: bool,
    /// How it stands, in a word.
    pub(crate) state: String,
    /// Tone of the word.
    pub(crate) tone: &'static str,
    /// In numbers, within the reader's scope.
    pub(crate) numbers: String,
}

/// A row of a clause.
#[derive(Debug, Clone)]
pub(crate) struct RowLine {
    /// Its id.
    pub(crate) id: String,
    /// Its page.
    pub(crate) href: String,
    /// What it demands, in a word.
    pub(crate) kind: String,
    /// Its title.
    pub(crate) title: String,
    /// Served, carried by a later part, or not served.
    pub(crate) state: String,
    /// Tone of the word.
    pub(crate) tone: &'static str,
    /// The rows that will carry it; empty where something serves it.
    pub(crate) later: String,
    /// The elements that name it.
    pub(crate) elements: Vec<RowElement>,
}

/// The clause's own words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// Number and heading as written.
    pub(crate) heading: String,
    /// The sentences.
    pub(crate) words: String,
    /// Document and day they come from.
    pub(crate) source: String,
}

/// A department on the page of a clause.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// Its name.
    pub(crate) title: String,
    /// The clauses that it leads.
    pub(crate) href: String,
    /// From which clause it is inherited; empty where this one names it.
    pub(crate) from: Option<ClauseChip>,
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
    /// Its words; None where no document was read in, or it does not have the clause.
    pub(crate) words: Option<Words>,
    /// Said where there are no words.
    pub(crate) unread: String,
    /// Where this person reads the document in; empty for others.
    pub(crate) read_in: String,
    /// Lead and support: label and departments.
    pub(crate) departments: Vec<(String, Vec<Named>)>,
    /// Dates, recurrences, numbers, documents.
    pub(crate) facts: Vec<(String, Vec<Shown>)>,
    /// Its rows, each with its elements.
    pub(crate) rows: Vec<RowLine>,
    /// What serves it.
    pub(crate) serving: Vec<Serving>,
    /// Clauses below it.
    pub(crate) below: Table,
    /// The clauses before and after it: id and title.
    pub(crate) before: Option<(String, String)>,
    /// The next one.
    pub(crate) after: Option<(String, String)>,
}

/// Reading the document in.
#[derive(Debug, Template)]
#[template(path = "plan_read.html")]
pub(crate) struct ReadPage {
    /// The frame.
    pub(crate) f: Frame,
    /// What it is.
    pub(crate) heading: String,
    /// What is kept at present.
    pub(crate) present: String,
    /// The form.
    pub(crate) form: Form,
    /// What was just found: numbers with their words.
    pub(crate) counts: Vec<(usize, String)>,
    /// The same row by row.
    pub(crate) tables: Vec<Table>,
}
