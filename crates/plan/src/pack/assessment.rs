//! An assessment: a method of `calc` bound to records of a register; inputs, result and derivation are kept, and it is due
//! again when its time has run out or a field has changed.

use std::collections::BTreeMap;

use toml::Spanned;

use super::Limit;
use super::element::element;

/// Methods that assessments may name: those that `calc` computes, which a test of the engine holds together.
pub const METHODS: [&str; 13] = [
    "lec",
    "ls",
    "mes",
    "gb18218",
    "accident",
    "mean",
    "share",
    "matrix",
    "expense",
    "distance",
    "park_grade",
    "reaction_hazard",
    "manual",
];

element! { "assessment",
/// A method bound to records.
Assessment {
    /// The register whose records are assessed.
    subject: Spanned<String>,
    /// Which of them. Its variable is `r`.
    #[serde(default)]
    when: Option<Spanned<String>>,
    /// The method, by its name in `calc`.
    method: Spanned<String>,
    /// Input of the method to where it comes from: `r.field`, or a text, number or yes/no that is the same for all.
    inputs: BTreeMap<String, toml::Value>,
    /// Field of the record that takes the result's grade.
    #[serde(default)]
    result_field: Option<Spanned<String>>,
    /// How long a result holds.
    #[serde(default)]
    valid_for: Option<Limit>,
    /// Fields after whose change it is due again.
    #[serde(default)]
    again_when: Vec<Spanned<String>>,
    /// Roles that assess.
    keeper: Vec<String>,
}}

impl Assessment {
    /// The field from which an input comes; None for a fixed value.
    #[must_use]
    pub fn field_of<'a>(&self, value: &'a toml::Value) -> Option<&'a str> {
        value.as_str()?.strip_prefix("r.")
    }
}
