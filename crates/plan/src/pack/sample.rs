//! Sample values of a field for the synthetic city: what a reader should find there instead of made-up words. Used by the
//! demo alone; no element depends on them.

use serde::Deserialize;
use toml::Spanned;

/// Values that the demo enters into a field, as people would type them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The register.
    pub register: Spanned<String>,
    /// The field: text, a choice, a number, yes or no, a day.
    pub field: Spanned<String>,
    /// The values; an empty one leaves the field empty.
    pub texts: Vec<String>,
}
