//! Days in packs: written bare as TOML dates (`from = 2020-06-04`) or as text (`from = "2020-06-04"`).

use std::fmt;

use base::Day;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::value::Datetime;

struct Written(Day);

struct DayVisitor;

impl<'de> Visitor<'de> for DayVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day such as 2020-06-04")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        let wrong = || E::custom(format!("\"{text}\" is not a day; write for instance 2020-06-04"));
        Day::parse(text).map(Written).ok_or_else(wrong)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
        let written = Datetime::deserialize(MapAccessDeserializer::new(map))?;
        if written.time.is_some() {
            return Err(A::Error::custom(format!("{written} has a time; write only the day")));
        }
        self.visit_str(&written.to_string())
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DayVisitor)
    }
}

/// Reads one day.
pub(super) fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    Written::deserialize(deserializer).map(|written| written.0)
}

/// Reads a day that may be absent.
pub(super) fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    one(deserializer).map(Some)
}

/// Reads a list of days.
pub(super) fn several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Day>, D::Error> {
    Vec::<Written>::deserialize(deserializer).map(|days| days.into_iter().map(|written| written.0).collect())
}
