//! Clauses as the pack knows them: id, our own title, and the department that leads.

use base::Text;
use serde::Deserialize;
use toml::Spanned;

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
    pub due: Vec<base::Day>,
}
