//! A campaign: something that each bound unit plans, holds, counts and proves (教育周、专项行动、警示教育).

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::bound::{Bound, Due, Overdue, Recurring};
use super::element::element;
use super::{Field, Limit};

/// What a campaign counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Of what: people, visits, posters.
    pub unit: Text,
    /// How many are wanted, where the plan says so: a number, or `v('name')`.
    #[serde(default)]
    pub target: Option<Spanned<toml::Value>>,
}

element! { "campaign",
/// A planned activity with count and proof.
Campaign {
    /// Who holds it.
    who: Bound,
    /// Further subjects that hold it.
    #[serde(default)]
    also: Vec<Spanned<String>>,
    /// Held once by this day.
    #[serde(default, deserialize_with = "crate::pack::day::maybe")]
    by: Option<Day>,
    /// Held in every period.
    #[serde(default)]
    every: Option<Recurring>,
    /// When it is due for a period.
    #[serde(default)]
    due: Option<Due>,
    /// Day by which the plan for it stands.
    #[serde(default, deserialize_with = "crate::pack::day::maybe")]
    plan_due: Option<Day>,
    /// First day on which it is held.
    #[serde(default, deserialize_with = "crate::pack::day::maybe")]
    held_from: Option<Day>,
    /// Last day.
    #[serde(default, deserialize_with = "crate::pack::day::maybe")]
    held_until: Option<Day>,
    /// What is counted.
    #[serde(default)]
    count: Option<Counted>,
    /// What proves it.
    #[serde(default)]
    proof: Vec<Field>,
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
