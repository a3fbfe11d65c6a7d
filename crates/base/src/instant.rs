//! A point in time: UTC microseconds since 1970, as stored in every table.

use std::fmt;

use chrono::{DateTime, FixedOffset, TimeZone, Timelike, Utc};
use serde::{Deserialize, Serialize};

use crate::Day;

/// UTC microseconds since 1970-01-01. Ordered, copyable, the same integer on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// Beijing time: no daylight saving since 1991, so a fixed offset is exact for every date we handle.
const BEIJING_SECONDS: i32 = 8 * 3600;

impl Instant {
    /// Later than any real instant: sorts "no time limit" last where a column may not be NULL.
    pub const NEVER: Self = Self(i64::MAX);

    /// The instant at which `day` begins in Beijing.
    #[must_use]
    pub fn start_of(day: Day) -> Self {
        Self((day.days_since_1970() * 86_400 - i64::from(BEIJING_SECONDS)) * 1_000_000)
    }

    /// The last microsecond of `day` in Beijing: a time limit "by that day" ends here.
    #[must_use]
    pub fn end_of(day: Day) -> Self {
        Self(Self::start_of(day.plus_days(1)).0 - 1)
    }

    /// The day in Beijing on which this instant lies.
    #[must_use]
    pub fn day(self) -> Day {
        Day::from_days_since_1970(
            (self.0.div_euclid(1_000_000) + i64::from(BEIJING_SECONDS)).div_euclid(86_400),
        )
    }

    /// This instant moved by whole seconds (negative: earlier), saturating.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This instant moved by whole hours, saturating.
    #[must_use]
    pub fn plus_hours(self, hours: i64) -> Self {
        self.plus_seconds(hours.saturating_mul(3600))
    }

    /// Milliseconds since 1970, as a UUIDv7 carries them.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// In Beijing time, for showing to people: `2021-06-15 09:30`.
    #[must_use]
    pub fn local(self) -> String {
        let written =
            |t: DateTime<FixedOffset>| format!("{:?} {:02}:{:02}", t.date_naive(), t.hour(), t.minute());
        self.in_beijing().map_or_else(String::new, written)
    }

    /// RFC 3339 with the Beijing offset, as the JSON interface writes it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.in_beijing().map_or_else(String::new, |t| t.to_rfc3339())
    }

    /// Reads RFC 3339, or a plain `2021-06-15T09:30` (also with a blank) taken as Beijing time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(t) = DateTime::parse_from_rfc3339(text) {
            return Some(Self(t.timestamp_micros()));
        }
        let plain = text.replace(' ', "T");
        let naive = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|f| chrono::NaiveDateTime::parse_from_str(&plain, f).ok())?;
        let offset = FixedOffset::east_opt(BEIJING_SECONDS)?;
        offset.from_local_datetime(&naive).single().map(|t| Self(t.timestamp_micros()))
    }

    fn in_beijing(self) -> Option<DateTime<FixedOffset>> {
        let utc = DateTime::<Utc>::from_timestamp_micros(self.0)?;
        Some(utc.with_timezone(&FixedOffset::east_opt(BEIJING_SECONDS)?))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.local())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_in_beijing() {
        let day = Day::parse("2021-06-15").unwrap();
        assert_eq!(Instant::start_of(day).rfc3339(), "2021-06-15T00:00:00+08:00");
        assert_eq!(Instant::end_of(day).day(), day);
        assert_eq!(Instant(Instant::end_of(day).0 + 1).day(), day.plus_days(1));
    }

    #[test]
    fn reads_what_forms_send() {
        let a = Instant::parse("2021-06-15T09:30").unwrap();
        assert_eq!(a, Instant::parse("2021-06-15T01:30:00Z").unwrap());
        assert_eq!(a.local(), "2021-06-15 09:30");
        assert_eq!(Instant::parse("yesterday"), None);
    }
}
