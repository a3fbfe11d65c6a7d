//! A deliverable: a document that each bound unit owes, with period, day due, recipients in order, parts, number and scan.

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::Limit;
use super::bound::{Bound, Due, Overdue, Recurring};
use super::element::element;

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliverableKind {
    /// Says what will be done.
    Programme,
    /// A plan of work.
    Plan,
    /// Says what was done.
    Summary,
    /// Reports figures and progress.
    Report,
    /// A list.
    List,
    /// A system or rule.
    Rule,
    /// A notice.
    Notice,
    /// An evaluation.
    Evaluation,
}

element! { "deliverable",
/// A document that each bound unit owes.
Deliverable {
    /// What kind of document it is.
    kind: DeliverableKind,
    /// Who owes it.
    who: Bound,
    /// Further subjects that owe it: `county`, `township`, `park`, `department`, `city`.
    #[serde(default)]
    also: Vec<Spanned<String>>,
    /// Due once on this day.
    #[serde(default, deserialize_with = "crate::pack::day::maybe")]
    by: Option<Day>,
    /// Due for every period.
    #[serde(default)]
    every: Option<Recurring>,
    /// When it is due for a period; the period's last day where it is left out.
    #[serde(default)]
    due: Option<Due>,
    /// Recipients in order: departments or roles.
    #[serde(default)]
    to: Vec<String>,
    /// Parts that it must have.
    #[serde(default)]
    parts: Vec<Text>,
    /// It carries a document number.
    #[serde(default)]
    number: bool,
    /// It is signed.
    #[serde(default)]
    sign: bool,
    /// Department that leads.
    #[serde(default)]
    lead: Option<String>,
    /// Departments that support.
    #[serde(default)]
    support: Vec<String>,
    /// Reminders before the day due.
    #[serde(default)]
    remind: Vec<Limit>,
    /// What happens after it.
    #[serde(default)]
    late: Vec<Overdue>,
}}
