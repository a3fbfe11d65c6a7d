//! Periods: the day, week, month, quarter, half-year or year that a figure or a duty belongs to.
//!
//! Weeks are those of ISO 8601 and GB/T 7408: they begin on Monday and belong to the year of their Thursday.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Day, Language};

/// The kind of period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// A natural day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// Six months from January or July.
    HalfYear,
    /// A calendar year.
    Year,
}

/// One period, such as the second quarter of 2021. Sorts by kind and then by time. Written as its [`Period::code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodKind,
    first: Day,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Period {
    /// The period of this kind that `day` lies in.
    #[must_use]
    pub fn containing(kind: PeriodKind, day: Day) -> Self {
        let back =
            |day: Day, months: u32| first_of_month(day).plus_months(-i32::try_from(months).unwrap_or(0));
        let first = match kind {
            PeriodKind::Day => day,
            PeriodKind::Week => day.plus_days(-i64::from(day.days_from_monday())),
            PeriodKind::Month => first_of_month(day),
            PeriodKind::Quarter => back(day, (day.month() - 1) % 3),
            PeriodKind::HalfYear => back(day, (day.month() - 1) % 6),
            PeriodKind::Year => back(day, day.month() - 1),
        };
        Self { kind, first }
    }

    /// Reads a [`Period::code`]: `2021`, `2021H1`, `2021Q2`, `2021-06`, `2021-W24`, `2021-06-15`. None for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim();
        let year = code.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?.parse::<i32>().ok()?;
        let rest = code.get(4..)?;
        let number = |prefix: &str, width: usize| {
            let digits = rest.strip_prefix(prefix)?;
            let plain = digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse::<u32>().ok()).flatten()
        };
        let month = |month: u32| Day::new(year, month, 1);
        if rest.is_empty() {
            return Some(Self { kind: PeriodKind::Year, first: month(1)? });
        }
        if let Some(half) = number("H", 1) {
            let first = month((1..=2).contains(&half).then(|| half * 6 - 5)?)?;
            return Some(Self { kind: PeriodKind::HalfYear, first });
        }
        if let Some(quarter) = number("Q", 1) {
            let first = month((1..=4).contains(&quarter).then(|| quarter * 3 - 2)?)?;
            return Some(Self { kind: PeriodKind::Quarter, first });
        }
        if let Some(week) = number("-W", 2) {
            return iso_week(year, week);
        }
        if let Some(number) = number("-", 2) {
            return Some(Self { kind: PeriodKind::Month, first: month(number)? });
        }
        let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
        let plain = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        let day = (plain(month) && plain(day)).then(|| Day::parse(code)).flatten()?;
        Some(Self { kind: PeriodKind::Day, first: day })
    }

    /// The kind.
    #[must_use]
    pub fn kind(self) -> PeriodKind {
        self.kind
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> Day {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last(self) -> Day {
        let months = match self.kind {
            PeriodKind::Day => return self.first,
            PeriodKind::Week => return self.first.plus_days(6),
            PeriodKind::Month => 1,
            PeriodKind::Quarter => 3,
            PeriodKind::HalfYear => 6,
            PeriodKind::Year => 12,
        };
        self.first.plus_months(months).plus_days(-1)
    }

    /// True when `day` lies in the period.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last()
    }

    /// The period after this one; itself at the end of the calendar.
    #[must_use]
    pub fn next(self) -> Self {
        Self::containing(self.kind, self.last().plus_days(1))
    }

    /// The period before this one; itself at the beginning of the calendar.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::containing(self.kind, self.first.plus_days(-1))
    }

    /// The same period of the year before, for 同比. 29 February becomes 28 February, week 53 becomes week 52.
    #[must_use]
    pub fn year_before(self) -> Self {
        match self.kind {
            PeriodKind::Week => {
                let year = self.year() - 1;
                iso_week(year, self.number()).or_else(|| iso_week(year, 52)).unwrap_or(self)
            }
            kind => Self::containing(kind, self.first.plus_months(-12)),
        }
    }

    /// The year that the period belongs to; for a week that of its Thursday.
    #[must_use]
    pub fn year(self) -> i32 {
        match self.kind {
            PeriodKind::Week => self.first.plus_days(3).year(),
            _ => self.first.year(),
        }
    }

    /// The number in the year from 1: half-year 1 to 2, quarter 1 to 4, month 1 to 12, week 1 to 53, day 1 to 366; 1 for a year.
    #[must_use]
    pub fn number(self) -> u32 {
        match self.kind {
            PeriodKind::Day => ordinal(self.first),
            PeriodKind::Week => (ordinal(self.first.plus_days(3)) - 1) / 7 + 1,
            PeriodKind::Month => self.first.month(),
            PeriodKind::Quarter => self.first.month().div_ceil(3),
            PeriodKind::HalfYear => self.first.month().div_ceil(6),
            PeriodKind::Year => 1,
        }
    }

    /// The stable spelling for keys, file names and web addresses, read back by [`Period::parse`].
    #[must_use]
    pub fn code(self) -> String {
        let (year, number) = (self.year(), self.number());
        match self.kind {
            PeriodKind::Day => self.first.to_string(),
            PeriodKind::Week => format!("{year:04}-W{number:02}"),
            PeriodKind::Month => format!("{year:04}-{number:02}"),
            PeriodKind::Quarter => format!("{year:04}Q{number}"),
            PeriodKind::HalfYear => format!("{year:04}H{number}"),
            PeriodKind::Year => format!("{year:04}"),
        }
    }

    /// The spelling for readers: `2021年第2季度`, `2021 Q2`.
    #[must_use]
    pub fn label(self, language: Language) -> String {
        match language {
            Language::Chinese => self.zh(),
            Language::English => self.en(),
        }
    }

    fn zh(self) -> String {
        let (year, number) = (self.year(), self.number());
        match self.kind {
            PeriodKind::Day => self.first.zh(),
            PeriodKind::Week => format!("{year}年第{number}周"),
            PeriodKind::Month => format!("{year}年{number}月"),
            PeriodKind::Quarter => format!("{year}年第{number}季度"),
            PeriodKind::HalfYear => format!("{year}年{}半年", if number == 1 { "上" } else { "下" }),
            PeriodKind::Year => format!("{year}年"),
        }
    }

    fn en(self) -> String {
        let (year, number) = (self.year(), self.number());
        let month = |number: u32| MONTHS.get(number.saturating_sub(1) as usize).copied().unwrap_or_default();
        match self.kind {
            PeriodKind::Day => format!("{} {} {year}", self.first.day_of_month(), month(self.first.month())),
            PeriodKind::Week => format!("week {number} of {year}"),
            PeriodKind::Month => format!("{} {year}", month(number)),
            PeriodKind::Quarter => format!("{year} Q{number}"),
            PeriodKind::HalfYear => {
                format!("{} half of {year}", if number == 1 { "first" } else { "second" })
            }
            PeriodKind::Year => year.to_string(),
        }
    }
}

fn first_of_month(day: Day) -> Day {
    day.plus_days(1 - i64::from(day.day_of_month()))
}

/// The number of the day in its year, 1 to 366.
fn ordinal(day: Day) -> u32 {
    let months = i32::try_from(day.month()).unwrap_or(1) - 1;
    u32::try_from(day.days_since(first_of_month(day).plus_months(-months)) + 1).unwrap_or(1)
}

/// Week `number` of the ISO year; None when the year has no such week. 4 January always lies in week 1.
fn iso_week(year: i32, number: u32) -> Option<Period> {
    let first = Period::containing(PeriodKind::Week, Day::new(year, 1, 4)?);
    let week = Period { kind: PeriodKind::Week, first: first.first.plus_days(7 * (i64::from(number) - 1)) };
    (week.year() == year && week.number() == number).then_some(week)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let forms = "2021, 2021H1, 2021Q2, 2021-06, 2021-W24 or 2021-06-15";
        Self::parse(text).ok_or_else(|| format!("{text} is not a period; write it as {forms}"))
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "period_tests.rs"]
mod tests;
