//! A calendar day without a time, as laws and plans speak of it.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the Gregorian calendar. Written and stored as `2021-06-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

impl Day {
    /// None for days that do not exist, such as 30 February.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// Reads the spellings people and Excel use: `2021-06-15`, `2021/6/15`, `2021.6.15`, `2021年6月15日`, `20210615`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            return NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Self);
        }
        let mut parts =
            text.split(['-', '/', '.', '年', '月', '日']).map(str::trim).filter(|p| !p.is_empty());
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day_of_month(self) -> u32 {
        self.0.day()
    }

    /// Saturday or Sunday. Whether it is a rest day is the calendar's to say ([`crate::WorkCalendar`]).
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// Days from Monday, 0 to 6.
    #[must_use]
    pub fn days_from_monday(self) -> u32 {
        self.0.weekday().num_days_from_monday()
    }

    /// This day moved by natural days (negative: earlier); stays where it is at the ends of the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let step = Days::new(days.unsigned_abs());
        let moved = if days < 0 { self.0.checked_sub_days(step) } else { self.0.checked_add_days(step) };
        Self(moved.unwrap_or(self.0))
    }

    /// This day moved by months. The 31st becomes the last day of a shorter month (as limits "within n months" are read).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let step = Months::new(months.unsigned_abs());
        let moved =
            if months < 0 { self.0.checked_sub_months(step) } else { self.0.checked_add_months(step) };
        Self(moved.unwrap_or(self.0))
    }

    /// Whole days from `earlier` to this day; negative when this day lies before it.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days_since_1970(self) -> i64 {
        self.0.signed_duration_since(NaiveDate::default()).num_days()
    }

    /// The reverse of [`Day::days_since_1970`], clamped to the calendar's range.
    #[must_use]
    pub fn from_days_since_1970(days: i64) -> Self {
        Self(NaiveDate::default()).plus_days(days)
    }

    /// `2021年6月15日`.
    #[must_use]
    pub fn zh(self) -> String {
        format!("{}年{}月{}日", self.year(), self.month(), self.day_of_month())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The form of ISO 8601, without reading a pattern for each day.
        fmt::Debug::fmt(&self.0, f)
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| format!("{text} is not a day; write it as 2021-06-15"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_usual_spelling() {
        let day = Day::new(2021, 6, 5).unwrap();
        for text in ["2021-06-05", "2021/6/5", "2021.6.5", "2021年6月5日", "20210605", " 2021-6-5 "] {
            assert_eq!(Day::parse(text), Some(day), "{text}");
        }
        for text in ["", "2021-02-30", "21-6-5", "2021-6", "2021-6-5-1", "5/6/2021"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_end_where_they_end() {
        let day = Day::new(2021, 1, 31).unwrap();
        assert_eq!(day.plus_months(1), Day::new(2021, 2, 28).unwrap());
        assert_eq!(day.plus_months(-2), Day::new(2020, 11, 30).unwrap());
        assert_eq!(Day::from_days_since_1970(day.days_since_1970()), day);
    }
}
