//! How often a clause wants something, in the words of the document reader: `monthly`, `half-yearly`, `every-5-years`.

use std::fmt;

use base::Day;
use serde::Deserialize;

/// A period after which something is wanted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Every {
    /// Each shift.
    Shift,
    /// Each day.
    Day,
    /// Each week.
    Week,
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each half of a year.
    HalfYear,
    /// So many years, at least one.
    Years(u8),
}

/// Longest period, years.
const MOST_YEARS: u8 = 10;

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let years = text
            .strip_prefix("every-")
            .and_then(|rest| rest.strip_suffix("-years"))
            .and_then(|number| number.parse::<u8>().ok())
            .filter(|n| (2..=MOST_YEARS).contains(n));
        Ok(match (text.as_str(), years) {
            ("shift", _) => Self::Shift,
            ("daily", _) => Self::Day,
            ("weekly", _) => Self::Week,
            ("monthly", _) => Self::Month,
            ("quarterly", _) => Self::Quarter,
            ("half-yearly", _) => Self::HalfYear,
            ("yearly", _) => Self::Years(1),
            (_, Some(years)) => Self::Years(years),
            _ => {
                return Err(format!(
                    "\"{text}\" is not a recurrence; allowed are shift, daily, weekly, monthly, quarterly, half-yearly, \
                     yearly, and every-2-years to every-{MOST_YEARS}-years"
                ));
            }
        })
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shift => f.write_str("shift"),
            Self::Day => f.write_str("daily"),
            Self::Week => f.write_str("weekly"),
            Self::Month => f.write_str("monthly"),
            Self::Quarter => f.write_str("quarterly"),
            Self::HalfYear => f.write_str("half-yearly"),
            Self::Years(1) => f.write_str("yearly"),
            Self::Years(n) => write!(f, "every-{n}-years"),
        }
    }
}

impl Every {
    /// Last days of the calendar periods that end between `from` and `until`, both included. Shifts, days and weeks are
    /// too many to name each and have none; periods of several years are counted from the year of `from`.
    #[must_use]
    pub fn ends(self, from: Day, until: Day) -> Vec<Day> {
        let months: &[u32] = match self {
            Self::Shift | Self::Day | Self::Week => &[],
            Self::Month => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            Self::Quarter => &[3, 6, 9, 12],
            Self::HalfYear => &[6, 12],
            Self::Years(_) => &[12],
        };
        let step = if let Self::Years(n) = self { i32::from(n).max(1) } else { 1 };
        let mut found = Vec::new();
        for year in from.year()..=until.year() {
            if (year - from.year() + 1) % step != 0 {
                continue;
            }
            let ends = months.iter().filter_map(|month| last_day(year, *month));
            found.extend(ends.filter(|end| (from..=until).contains(end)));
        }
        found
    }
}

/// The last day of a month.
fn last_day(year: i32, month: u32) -> Option<Day> {
    Day::new(year, month, 1).map(|first| first.plus_months(1).plus_days(-1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(text: &str) -> Every {
        Every::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn recurrences_are_read_and_written_alike_and_others_are_refused() {
        for text in
            ["shift", "daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "every-5-years"]
        {
            assert_eq!(every(text).to_string(), text);
        }
        for text in ["", "Yearly", "every-1-years", "every-11-years", "every-x-years", "sometimes"] {
            let message = Every::try_from(text.to_owned()).unwrap_err();
            assert!(message.contains("half-yearly"), "{message}");
        }
    }

    #[test]
    fn periods_end_on_their_last_calendar_day_within_the_bounds() {
        for (text, from, until, expected) in [
            ("yearly", "2020-06-04", "2022-12-31", "2020-12-31 2021-12-31 2022-12-31"),
            ("yearly", "2021-01-01", "2021-12-30", ""),
            ("half-yearly", "2020-06-04", "2021-06-30", "2020-06-30 2020-12-31 2021-06-30"),
            ("quarterly", "2020-06-04", "2020-12-31", "2020-06-30 2020-09-30 2020-12-31"),
            ("monthly", "2020-01-31", "2020-03-01", "2020-01-31 2020-02-29"),
            ("every-3-years", "2020-06-04", "2022-12-31", "2022-12-31"),
            ("every-5-years", "2020-06-04", "2022-12-31", ""),
            ("daily", "2020-06-04", "2022-12-31", ""),
            ("yearly", "2022-12-31", "2020-01-01", ""),
        ] {
            let day = |text: &str| Day::parse(text).unwrap();
            let ends = every(text).ends(day(from), day(until));
            let found: Vec<String> = ends.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{text} {from} {until}");
        }
    }
}
