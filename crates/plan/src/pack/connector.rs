//! A connector: the exchange with a partner's system: direction, mapping, rhythm, receipt, what happens on refusal.

use std::collections::BTreeMap;

use base::Text;
use serde::Deserialize;
use toml::Spanned;

use super::bound::Recurring;
use super::element::element;

/// Which way data go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the partner to us.
    In,
    /// From us to the partner.
    Out,
    /// Both.
    Both,
}

/// How data travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// A file, CSV or JSON.
    File,
    /// Calls over HTTP.
    Http,
    /// Messages over MQTT.
    Mqtt,
}

/// What happens to a row that one side refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Offered again with the next run.
    #[default]
    Retry,
    /// Somebody has to look at it.
    Case,
}

element! { "connector",
/// The exchange with a partner.
Connector {
    /// The partner.
    partner: Text,
    /// Which way.
    direction: Way,
    /// How.
    transport: Transport,
    /// The register, or a procedure whose cases travel.
    of: Spanned<String>,
    /// Their field to our field.
    mapping: BTreeMap<String, Spanned<String>>,
    /// Their field that identifies a row; it is one of the mapping.
    key: Spanned<String>,
    /// How often.
    #[serde(default)]
    every: Option<Recurring>,
    /// Files carry a signature.
    #[serde(default)]
    signed: bool,
    /// Each run gives a receipt.
    #[serde(default)]
    receipt: bool,
    /// What happens to refused rows.
    #[serde(default)]
    refused: Refused,
}}
