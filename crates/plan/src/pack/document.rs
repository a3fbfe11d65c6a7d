//! The plan itself as the pack knows it: what the document is called, who issued it, how long it runs, and the parts
//! (main text and annexes) that its clauses stand in. The words of the plan stay in the document.

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

/// The official document that a pack follows, in `[plan]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// Its title.
    pub title: Text,
    /// Who issued it.
    pub issuer: Text,
    /// Document number, for instance `汴安生委〔2020〕5号`.
    pub number: Spanned<String>,
    /// Day of issue.
    #[serde(deserialize_with = "super::day::one")]
    pub issued: Day,
    /// First day of the period it covers.
    #[serde(deserialize_with = "super::day::one")]
    pub from: Day,
    /// Last day of the period it covers.
    #[serde(deserialize_with = "super::day::one")]
    pub until: Day,
    /// Roles that may read the document's words in, by id.
    #[serde(default)]
    pub keeper: Vec<String>,
}

/// A part of the plan: the main text (`M`) or an annex (`A1`, `A2`, ...), with a short title of our own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPart {
    /// `M`, `A1`, ...
    pub id: Spanned<String>,
    /// Our own short title.
    pub title: Text,
}

impl PlanPart {
    /// The number of an annex; none for the main text.
    #[must_use]
    pub fn annex(&self) -> Option<&str> {
        self.id.get_ref().strip_prefix('A')
    }
}

/// Whether a text can be the id of a part: `M`, or `A` with a number that does not begin with 0.
#[must_use]
pub fn is_part(id: &str) -> bool {
    id == "M"
        || id.strip_prefix('A').is_some_and(|number| {
            !number.is_empty() && !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit())
        })
}
