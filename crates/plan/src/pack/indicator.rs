//! An indicator: a number about a period that opens the rows it was counted from.
//!
//! A share counts the rows for which `base` holds and among them those for which `hit` holds; a sum adds a number over the
//! rows of the base; without either it is the number of the rows of the base.

mod counting;

use std::collections::BTreeMap;

use base::{Day, PeriodKind, Text};
use serde::Deserialize;
use toml::Spanned;

pub use counting::{Counting, Dimension, DimensionFrom, Of, known_duties};

/// Where an element stands in the files of its pack; filled in by the loader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The file, relative to the pack's folder.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// Which side is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    #[default]
    Higher,
    /// Less is better.
    Lower,
    /// Neither: a number to know.
    None,
}

/// With what a period is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The same period of the year before (同比).
    PreviousYear,
}

/// What the number shall reach.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// At least this number.
    #[serde(default)]
    pub min: Option<Spanned<String>>,
    /// At most this number.
    #[serde(default)]
    pub max: Option<Spanned<String>>,
    /// The day by which it shall be reached.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub by: Option<Day>,
}

/// An example with its answer, run by `anlan plan check`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorCase {
    /// What it shows, as a sentence.
    pub name: Spanned<String>,
    /// The period, as its code: `2021-06`, `2021Q2`, `2021H1`, `2021`.
    pub period: String,
    /// The day on which it is counted; default the period's last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub on: Option<Day>,
    /// Records by register.
    #[serde(default)]
    pub records: BTreeMap<String, Vec<toml::Table>>,
    /// What must come out.
    pub expect: Expected,
    /// Where it stands.
    #[serde(skip)]
    pub written: Written,
}

/// What must come out of an example; what is not named is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The number: a share between 0 and 1, a sum, or a count.
    #[serde(default)]
    pub value: Option<f64>,
    /// Rows counted.
    #[serde(default)]
    pub base: Option<i64>,
    /// Rows that hit.
    #[serde(default)]
    pub hit: Option<i64>,
    /// Rows that cannot be judged.
    #[serde(default)]
    pub unknown: Option<i64>,
    /// The target: `met`, `missed`, `cannot`.
    #[serde(default)]
    pub target: Option<String>,
}

/// An indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Name in addresses and the database.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// What it counts, in words.
    #[serde(default)]
    pub about: Option<Text>,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// First day on which it is counted.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// Last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// What the plan leaves open, and what is taken.
    #[serde(default)]
    pub open_number: Option<Text>,
    /// Of what: a register, `case:` with a procedure or register of cases, `duty:` with a duty.
    pub of: Spanned<String>,
    /// The day or instant that decides the period, or `period_end` for the state on its last day, which is taken where
    /// nothing is said. Instances of duties belong to the period in which they are due.
    #[serde(default = "at_period_end")]
    pub at: Spanned<String>,
    /// Which rows count; all when absent.
    #[serde(default)]
    pub base: Option<Spanned<String>>,
    /// Which of them hit.
    #[serde(default)]
    pub hit: Option<Spanned<String>>,
    /// What is added over them.
    #[serde(default)]
    pub sum: Option<Spanned<String>>,
    /// How it is grouped: county, township, sector, park, department, or a field.
    #[serde(default)]
    pub by: Vec<Spanned<String>>,
    /// The kind of period.
    pub every: Spanned<PeriodKind>,
    /// What it shall reach.
    #[serde(default)]
    pub target: Option<Target>,
    /// With what it is compared.
    #[serde(default)]
    pub compare: Option<Compare>,
    /// Unit, in words; shares have none.
    #[serde(default)]
    pub unit: Option<Text>,
    /// Which side is good.
    #[serde(default)]
    pub better: Better,
    /// Which rows of the period count as reported.
    #[serde(default)]
    pub complete: Option<Spanned<String>>,
    /// The department that leads.
    #[serde(default)]
    pub lead: Option<Spanned<String>>,
    /// Examples.
    #[serde(default, rename = "case")]
    pub cases: Vec<IndicatorCase>,
    /// Where it stands.
    #[serde(skip)]
    pub written: Written,
}

impl Indicator {
    /// Name in addresses and the database.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// It is a share of hits; of a duty those instances that were fulfilled in time.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.hit.is_some() || self.duty().is_some()
    }

    /// The duty whose instances it counts.
    #[must_use]
    pub fn duty(&self) -> Option<&str> {
        self.of.get_ref().strip_prefix("duty:")
    }

    /// It is taken from the state on the last day of the period.
    #[must_use]
    pub fn at_period_end(&self) -> bool {
        self.at.get_ref() == AT_PERIOD_END
    }

    /// It is counted for a period that begins on `first` and ends on `last`.
    #[must_use]
    pub fn in_force(&self, first: Day, last: Day) -> bool {
        self.from.is_none_or(|from| from <= last) && self.until.is_none_or(|until| first <= until)
    }

    /// Writes down where it and its cases stand.
    pub(super) fn place(&mut self, file: &str, line: impl Fn(usize) -> usize) {
        let at = |start: usize| Written { file: file.to_owned(), line: line(start) };
        self.written = at(self.id.span().start);
        for case in &mut self.cases {
            case.written = at(case.name.span().start);
        }
    }
}

/// Written in `at` for the state on the last day of the period.
pub const AT_PERIOD_END: &str = "period_end";

fn at_period_end() -> Spanned<String> {
    Spanned::new(0..0, AT_PERIOD_END.to_owned())
}
