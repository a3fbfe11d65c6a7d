//! A checklist: what to look at, on what basis, how to judge, and which hazard a failure means.

use base::Text;
use serde::Deserialize;
use toml::Spanned;

use super::element::element;

/// How grave a failed item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardLevel {
    /// A general hazard.
    General,
    /// Suspected to be major: people judge it.
    Major,
}

/// One thing to look at.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// Name within the list.
    pub id: Spanned<String>,
    /// What to look at.
    pub look: Text,
    /// Document, article, date.
    pub basis: Text,
    /// How to judge.
    pub judge: Text,
    /// How grave a failure is.
    pub level: HazardLevel,
    /// Code of the criterion of major hazards that a failure may meet.
    #[serde(default)]
    pub criterion: Option<String>,
    /// A question to ask people at the post.
    #[serde(default)]
    pub question: Option<Text>,
}

element! { "checklist",
/// A list by which somebody inspects.
Checklist {
    /// A register, or a sector.
    #[serde(rename = "for")]
    of: Spanned<String>,
    /// For which records, where it is a register. Its variable is `s`.
    #[serde(default)]
    when: Option<Spanned<String>>,
    /// The items in order.
    #[serde(rename = "item", default)]
    items: Vec<ChecklistItem>,
}}
