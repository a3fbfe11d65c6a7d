//! Numbers and texts from documents, with their history: a record is judged by what was in force on its date.

use base::Day;
use serde::Deserialize;
use toml::Spanned;

/// A named value with its series.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedValue {
    /// Name used in expressions and settings.
    pub id: Spanned<String>,
    /// Unit, in words.
    #[serde(default)]
    pub unit: Option<String>,
    /// The values from when to when.
    pub series: Vec<DatedEntry>,
}

/// One value and the day from which it holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedEntry {
    /// First day.
    #[serde(deserialize_with = "super::day::one")]
    pub from: Day,
    /// Last day, where the value ended without a successor.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// The value: number, text, or a table of them.
    pub value: toml::Value,
    /// Document and article.
    pub source: String,
}

impl DatedValue {
    /// The entry in force on `day`: the latest that began and has not ended.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&DatedEntry> {
        let begun = self.series.iter().filter(|e| e.from <= day && e.until.is_none_or(|until| day <= until));
        begun.max_by_key(|e| e.from)
    }
}
