//! A monitor: a measured point, its levels, what counts as missing, who answers within what time. A definition: live values
//! come with the gateways.

use serde::Deserialize;
use toml::Spanned;

use super::Limit;
use super::element::element;

/// A level at which an alarm begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Name.
    pub id: String,
    /// Alarm above this number.
    #[serde(default)]
    pub above: Option<Spanned<String>>,
    /// Alarm below this number.
    #[serde(default)]
    pub below: Option<Spanned<String>>,
    /// After the value has stood there for so long: `10s`, `2m`.
    #[serde(rename = "for", default)]
    pub lasting: Option<String>,
    /// Over when the value is below this number again.
    #[serde(default)]
    pub clear_below: Option<Spanned<String>>,
    /// Over when the value is above this number again.
    #[serde(default)]
    pub clear_above: Option<Spanned<String>>,
}

/// Who answers an alarm.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// At which level.
    pub level: String,
    /// Within what time.
    pub within: Limit,
    /// Role or post.
    pub by: String,
    /// What follows otherwise: `escalate:county`.
    #[serde(default)]
    pub then: Option<String>,
}

/// A case that an unanswered alarm opens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opens {
    /// At which level.
    pub level: String,
    /// Nobody has answered for so long.
    #[serde(default)]
    pub unacknowledged: Option<Limit>,
    /// The procedure.
    pub procedure: Spanned<String>,
}

element! { "monitor",
/// A measured point that is watched.
Monitor {
    /// Register of the measured points.
    on: Spanned<String>,
    /// Which of them. Its variable is `r`.
    #[serde(default)]
    when: Option<Spanned<String>>,
    /// Levels.
    levels: Vec<Level>,
    /// Silence for so long is an alarm of its own.
    #[serde(default)]
    missing: Option<Limit>,
    /// The same value for so long is an alarm of its own.
    #[serde(default)]
    frozen: Option<Limit>,
    /// Who answers.
    #[serde(default)]
    respond: Vec<Response>,
    /// What an unanswered alarm opens.
    #[serde(default)]
    opens: Option<Opens>,
}}

/// A span in seconds, minutes or hours, as levels write it.
///
/// # Errors
/// What would be allowed.
pub fn seconds(text: &str) -> Result<u32, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    units
        .iter()
        .find_map(|(unit, each)| text.strip_suffix(unit)?.parse::<u32>().ok()?.checked_mul(*each))
        .ok_or_else(|| format!("\"{text}\" is not a span; write for instance 10s, 2m, 1h"))
}
