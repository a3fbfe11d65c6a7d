//! Time limits as plans write them: `5wd` (working days), `10d`, `2h`, `3mo`, `-3d` (before).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minutes of real time.
    Minutes,
    /// Hours of real time.
    Hours,
    /// Natural days: the limit ends with the day.
    Days,
    /// Working days of the calendar: the limit ends with the day.
    WorkingDays,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
}

/// A span of time, possibly negative (before).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: i32,
    /// Of what.
    pub unit: Unit,
}

const UNITS: [(&str, Unit); 6] = [
    ("wd", Unit::WorkingDays),
    ("mo", Unit::Months),
    ("m", Unit::Minutes),
    ("h", Unit::Hours),
    ("d", Unit::Days),
    ("y", Unit::Years),
];

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit = UNITS.iter().find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)));
        unit.and_then(|(number, unit)| Some(Self { count: number.parse().ok()?, unit })).ok_or_else(|| {
            format!(
                "\"{text}\" is not a time limit; write for instance 5wd (working days), 10d, 2h, 30m, 3mo, 1y"
            )
        })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = UNITS.iter().find(|(_, unit)| *unit == self.unit).map_or("", |(suffix, _)| suffix);
        write!(f, "{}{suffix}", self.count)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_written_alike() {
        for text in ["5wd", "10d", "-3d", "2h", "30m", "3mo", "1y"] {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        assert_eq!("5wd".parse::<Limit>().unwrap().unit, Unit::WorkingDays);
        for text in ["", "5", "d", "five days", "5 d", "99999999999d"] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }
}
