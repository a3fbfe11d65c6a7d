//! Lists to choose from that several fields share: sectors, kinds of accident, kinds of risk.

use base::Text;
use serde::Deserialize;
use toml::Spanned;

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is stored.
    pub id: String,
    /// What people read.
    pub title: Text,
    /// How loudly it is shown: `red`, `orange`, `yellow`, `blue` for risk, otherwise absent.
    #[serde(default)]
    pub colour: Option<String>,
    /// Explains when to choose it.
    #[serde(default)]
    pub help: Option<Text>,
}

/// A named list of choices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Name used in `of = "..."`.
    pub id: Spanned<String>,
    /// What the list is.
    pub title: Text,
    /// The document that the list comes from.
    #[serde(default)]
    pub source: Option<String>,
    /// The choices in the order shown.
    pub of: Vec<Choice>,
}
