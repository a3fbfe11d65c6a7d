//! One value of a field, on its way between form, judge and table.

use base::{Day, Id, Instant};
use serde_json::Value as Json;

use crate::Facts;

/// What a field holds. An absent field and [`Fact::Empty`] mean the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Fact {
    /// Nothing.
    #[default]
    Empty,
    /// Text, a choice, a code.
    Text(String),
    /// A whole number; money in fen.
    Integer(i64),
    /// A measured number.
    Decimal(f64),
    /// Yes or no.
    YesNo(bool),
    /// A day.
    Day(Day),
    /// An instant.
    Instant(Instant),
    /// Another record, or somebody with an account.
    Reference(Id),
    /// Several choices, content hashes or ids.
    List(Vec<String>),
    /// A place with its datum (`wgs84`, `gcj02`, `cgcs2000`).
    Point {
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
        /// Which datum.
        datum: String,
    },
    /// Inputs of a method and the like.
    Structure(Json),
}

impl Fact {
    /// True when there is nothing: absent, blank text, an empty list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Structure(json) => json.is_null(),
            _ => false,
        }
    }

    /// The text of a text, choice or code.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As conditions of steps compare it: the text of a choice, `true` or `false`, empty for nothing.
    #[must_use]
    pub fn as_choice(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::YesNo(yes) => yes.to_string(),
            Self::Integer(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The id of a reference.
    #[must_use]
    pub fn as_id(&self) -> Option<Id> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }

    /// The day.
    #[must_use]
    pub fn as_day(&self) -> Option<Day> {
        match self {
            Self::Day(day) => Some(*day),
            Self::Instant(instant) => Some(instant.day()),
            _ => None,
        }
    }

    /// As JSON, for the journal, the interface and case events.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Text(text) => Json::from(text.as_str()),
            Self::Integer(number) => Json::from(*number),
            Self::Decimal(number) => Json::from(*number),
            Self::YesNo(yes) => Json::from(*yes),
            Self::Day(day) => Json::from(day.to_string()),
            Self::Instant(instant) => Json::from(instant.rfc3339()),
            Self::Reference(id) => Json::from(id.to_string()),
            Self::List(list) => Json::from(list.clone()),
            Self::Point { longitude, latitude, datum } => {
                serde_json::json!({ "longitude": longitude, "latitude": latitude, "datum": datum })
            }
            Self::Structure(json) => json.clone(),
        }
    }
}

/// The fact of that name; [`Fact::Empty`] when absent.
#[must_use]
pub fn fact<'a>(facts: &'a Facts, name: &str) -> &'a Fact {
    facts.get(name).unwrap_or(&Fact::Empty)
}
