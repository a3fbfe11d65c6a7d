//! A scorecard: items with weights, each with its source, deductions, vetoes, and grades by dated cut-offs. Every point
//! can be traced to the item, its source, and the rows behind it.

use std::collections::BTreeMap;

use base::{Day, PeriodKind, Text};
use serde::Deserialize;
use toml::Spanned;

use super::indicator::Written;

/// Where the points of an item come from: exactly one of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSource {
    /// The share of an indicator.
    #[serde(default)]
    pub indicator: Option<Spanned<String>>,
    /// The share of a duty's instances that were fulfilled in time.
    #[serde(default)]
    pub duty: Option<Spanned<String>>,
    /// The number of records of a register in the period.
    #[serde(default)]
    pub cases: Option<Spanned<String>>,
    /// Which of them, with `cases`.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The day or instant that decides their period; default when a case was opened or a record entered.
    #[serde(default)]
    pub at: Option<Spanned<String>>,
    /// Points for each of them; negative ones are taken off the weight.
    #[serde(default)]
    pub each: Option<f64>,
    /// An assessor gives the points.
    #[serde(default)]
    pub manual: bool,
    /// With evidence: a file or the words that prove it.
    #[serde(default)]
    pub evidence: bool,
}

/// A step of points by a value: the first one that applies, nearest bound first.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreStep {
    /// Applies below this value.
    #[serde(default)]
    pub below: Option<f64>,
    /// Applies above this value.
    #[serde(default)]
    pub above: Option<f64>,
    /// The points.
    pub points: f64,
}

/// An item.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreItem {
    /// Name within the card.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// How it is judged, in words.
    #[serde(default)]
    pub about: Option<Text>,
    /// Most points.
    pub weight: f64,
    /// Where they come from.
    pub source: ItemSource,
    /// Steps of points.
    #[serde(default)]
    pub steps: Vec<ScoreStep>,
    /// Fewest points.
    #[serde(default)]
    pub least: f64,
}

/// Something that caps the grade whatever the points say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// When, about the subject `s`.
    pub when: Spanned<String>,
    /// The best grade then.
    pub grade: String,
    /// What people read.
    pub title: Text,
}

/// Cut-offs of the grades, with their days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// The series.
    pub series: Vec<GradeEntry>,
}

/// Cut-offs and the day from which they hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeEntry {
    /// First day.
    #[serde(deserialize_with = "super::day::one")]
    pub from: Day,
    /// Last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// Grade and the points from which it is reached.
    pub value: BTreeMap<String, f64>,
    /// Document and article.
    pub source: String,
}

/// An example with its answer, run by `anlan plan check`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScorecardCase {
    /// What it shows, as a sentence.
    pub name: Spanned<String>,
    /// The period, as its code.
    pub period: String,
    /// Fields of the subject, for the vetoes.
    #[serde(default)]
    pub subject: toml::Table,
    /// Records by register, for the vetoes.
    #[serde(default)]
    pub records: BTreeMap<String, Vec<toml::Table>>,
    /// What the sources of the items say: a share, a number of records, points given by an assessor.
    #[serde(default)]
    pub values: BTreeMap<String, f64>,
    /// What must come out.
    pub expect: ExpectedScore,
    /// Where it stands.
    #[serde(skip)]
    pub written: Written,
}

/// What must come out of an example.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedScore {
    /// All points.
    #[serde(default)]
    pub score: Option<f64>,
    /// The grade.
    #[serde(default)]
    pub grade: Option<String>,
    /// Points of items.
    #[serde(default)]
    pub points: BTreeMap<String, f64>,
}

/// A scorecard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Name in addresses and the database.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// What it is for.
    #[serde(default)]
    pub about: Option<Text>,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// First day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// Last day.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// What the plan leaves open, and what is taken.
    #[serde(default)]
    pub open_number: Option<Text>,
    /// Who is scored: the register of enterprises, or `county`, `township`, `park`, `department`, `city`.
    pub subject: Spanned<String>,
    /// Which of them; all when absent.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The kind of period.
    pub every: Spanned<PeriodKind>,
    /// All points together.
    #[serde(default = "hundred")]
    pub full: f64,
    /// Roles that give the points of manual items.
    #[serde(default)]
    pub assessor: Vec<String>,
    /// The items.
    #[serde(rename = "item")]
    pub items: Vec<ScoreItem>,
    /// What caps the grade.
    #[serde(default)]
    pub veto: Vec<Veto>,
    /// The grades.
    pub grades: Grades,
    /// Examples.
    #[serde(default, rename = "case")]
    pub cases: Vec<ScorecardCase>,
    /// Where it stands.
    #[serde(skip)]
    pub written: Written,
}

fn hundred() -> f64 {
    100.0
}

impl Scorecard {
    /// Name in addresses and the database.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// The item of that name.
    #[must_use]
    pub fn item(&self, name: &str) -> Option<&ScoreItem> {
        self.items.iter().find(|item| item.id.get_ref() == name)
    }

    /// It is made for a period that begins on `first` and ends on `last`.
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

impl Grades {
    /// The cut-offs in force on `day`, best first.
    #[must_use]
    pub fn on(&self, day: Day) -> Vec<(&str, f64)> {
        let begun = self.series.iter().filter(|e| e.from <= day && e.until.is_none_or(|until| day <= until));
        let Some(entry) = begun.max_by_key(|e| e.from) else { return Vec::new() };
        let mut all: Vec<(&str, f64)> = entry.value.iter().map(|(g, n)| (g.as_str(), *n)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all
    }
}
