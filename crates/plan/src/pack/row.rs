//! Rows of the plan: the single demands within a clause (`A2.2.3.3i`), each of a kind that says what must serve it.

use base::Text;
use serde::Deserialize;
use toml::Spanned;

/// What a row demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A list that somebody keeps.
    Register,
    /// Something that each subject must do.
    Duty,
    /// A closed loop.
    Workflow,
    /// Something that must hold, with a consequence.
    Rule,
    /// A number with period, grouping, target.
    Indicator,
    /// A result of a method.
    Calculation,
    /// Live values that are watched.
    Monitor,
    /// Exchange with another system.
    Interop,
    /// Something that the public may read.
    Publish,
    /// A record or file that proves something.
    Evidence,
    /// A planned activity with count and proof.
    Campaign,
    /// A body with members.
    Org,
}

impl RowKind {
    /// All kinds as written.
    pub const WRITTEN: [(&'static str, Self); 12] = [
        ("register", Self::Register),
        ("duty", Self::Duty),
        ("workflow", Self::Workflow),
        ("rule", Self::Rule),
        ("indicator", Self::Indicator),
        ("calculation", Self::Calculation),
        ("monitor", Self::Monitor),
        ("interop", Self::Interop),
        ("publish", Self::Publish),
        ("evidence", Self::Evidence),
        ("campaign", Self::Campaign),
        ("org", Self::Org),
    ];

    /// From the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::WRITTEN.iter().find(|(written, _)| *written == word).map(|(_, kind)| *kind)
    }

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WRITTEN.iter().find(|(_, kind)| *kind == self).map_or("", |(written, _)| written)
    }
}

/// One row with a title of our own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseRow {
    /// For instance `A2.2.3.3i`.
    pub id: Spanned<String>,
    /// What it demands.
    pub kind: RowKind,
    /// Our own title.
    pub title: Text,
    /// Rows of other parts that demand the same; they share an element.
    #[serde(default)]
    pub same_as: Vec<String>,
    /// Rows of a later part that will carry it: until the packs have that part it is open, not unserved.
    #[serde(default)]
    pub carried_by: Vec<String>,
}
