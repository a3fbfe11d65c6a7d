//! Clauses as the pack knows them: id, our own title, who leads, and what the clause itself says about days, periods and
//! numbers.

use base::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

use super::every::Every;

/// A clause of the plan with a title of our own. The words of the plan stay in the document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseTitle {
    /// For instance `A2.2.3.3`.
    pub id: Spanned<String>,
    /// Our own title.
    pub title: Text,
    /// Departments that lead, by id.
    #[serde(default)]
    pub lead: Vec<String>,
    /// Departments that support, by id.
    #[serde(default)]
    pub support: Vec<String>,
    /// Days by which the clause itself wants something done.
    #[serde(default, deserialize_with = "super::day::several")]
    pub due: Vec<Day>,
    /// First day of the period that the clause itself names (a phase of the plan).
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub from: Option<Day>,
    /// Last day of that period.
    #[serde(default, deserialize_with = "super::day::maybe")]
    pub until: Option<Day>,
    /// How often the clause itself wants something.
    #[serde(default)]
    pub every: Vec<Every>,
    /// Numbers that the clause itself names, as the document reader writes them: `>=15%`, `grade>=D`, `=0`.
    #[serde(default)]
    pub targets: Vec<String>,
}

impl ClauseTitle {
    /// The clause names a day, a period or a recurrence.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        !self.due.is_empty() || self.from.is_some() || self.until.is_some() || !self.every.is_empty()
    }
}

/// The part of the plan that a clause stands in: `M` for the main text, `A2` for the second annex.
#[must_use]
pub fn part_of(id: &str) -> &str {
    id.split('.').next().unwrap_or_default()
}

/// The id above: `A2.2.3` above `A2.2.3.3`, `A2.2.3.3` above its row `A2.2.3.3i`; none above the outermost of a part.
#[must_use]
pub fn parent_of(id: &str) -> Option<&str> {
    let row = id.strip_suffix(|c: char| c.is_ascii_lowercase());
    if let Some(clause) = row.filter(|clause| clause.ends_with(|c: char| c.is_ascii_digit())) {
        return Some(clause);
    }
    id.rsplit_once('.').map(|(above, _)| above).filter(|above| above.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_and_the_clause_above_follow_from_the_id() {
        for (id, part, above) in [
            ("A2.2.3.3", "A2", Some("A2.2.3")),
            ("A2.2.3.3i", "A2", Some("A2.2.3.3")),
            ("A2.2", "A2", None),
            ("M.4.1", "M", Some("M.4")),
            ("M.0", "M", None),
            ("A10.2.1-2", "A10", Some("A10.2")),
            ("A2", "A2", None),
            ("", "", None),
        ] {
            assert_eq!((part_of(id), parent_of(id)), (part, above), "{id}");
        }
    }
}
