//! Whom an element binds and when: subjects, recurrence, day due, what happens to those who are late. Deliverables and
//! campaigns share it.

use std::str::FromStr;

use base::Day;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{Every, Limit};

/// Subjects that are no register: regions and departments.
pub const FIXED_SUBJECTS: [&str; 5] = ["county", "township", "park", "department", "city"];

/// Whom an element binds: `who = { subject = "enterprise", when = "s.headcount >= 300" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// A register, or `county`, `township`, `park`, `department`, `city`.
    pub subject: Spanned<String>,
    /// Which of them; all where it is left out. Its variable is `s`.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// For the subject `department`: only these, by id. Empty: every department.
    #[serde(default)]
    pub departments: Vec<String>,
}

impl Bound {
    /// The subject is no register.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        FIXED_SUBJECTS.contains(&self.subject.get_ref().as_str())
    }
}

/// How often something comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recurring {
    /// The period.
    pub every: Every,
    /// The plan names no interval; the pack chose one that a city may change.
    pub configurable: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Plain(String),
    Open { configurable: String },
}

impl<'de> Deserialize<'de> for Recurring {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer).map_err(|_| {
            serde::de::Error::custom("write every = \"quarter\" or every = { configurable = \"quarter\" }")
        })?;
        let (text, configurable) = match written {
            Written::Plain(text) => (text, false),
            Written::Open { configurable } => (configurable, true),
        };
        every(&text).map(|every| Self { every, configurable }).map_err(serde::de::Error::custom)
    }
}

/// The words of packs: `month`, `half_year`, `2 years`.
fn every(text: &str) -> Result<Every, String> {
    let years = |n: &str| n.trim().parse::<u8>().ok().filter(|n| (2..=10).contains(n)).map(Every::Years);
    Ok(match text {
        "shift" => Every::Shift,
        "day" => Every::Day,
        "week" => Every::Week,
        "month" => Every::Month,
        "quarter" => Every::Quarter,
        "half_year" => Every::HalfYear,
        "year" => Every::Years(1),
        other => other.strip_suffix(" years").and_then(years).ok_or_else(|| {
            format!("\"{text}\" is not a recurrence; allowed are shift, day, week, month, quarter, half_year, year, \"2 years\" to \"10 years\"")
        })?,
    })
}

/// When within or after a period something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// So long after the period's last day: `+10d`, `+5wd`.
    After(Limit),
    /// So long after the period's first day: `period+25d`.
    Into(Limit),
}

impl FromStr for Due {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let limit = |rest: &str| {
            rest.parse::<Limit>().ok().filter(|l| l.count >= 0).ok_or_else(|| {
                format!("\"{text}\" is not a day due; write \"+10d\" or \"+5wd\" after the period, or \"period+25d\" into it")
            })
        };
        match text.strip_prefix("period+") {
            Some(rest) => limit(rest).map(Self::Into),
            None => limit(text.trim_start_matches('+')).map(Self::After),
        }
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What happens after the day due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overdue {
    /// Span after the day due.
    pub after: Limit,
    /// Roles told.
    #[serde(default)]
    pub notify: Vec<String>,
    /// A procedure of which a case is opened.
    #[serde(default)]
    pub open: Option<String>,
    /// A proposal that a person decides.
    #[serde(default)]
    pub propose: Option<String>,
    /// The role that decides on it.
    #[serde(default)]
    pub to: Option<String>,
    /// Fields of the case or proposal with fixed values.
    #[serde(default)]
    pub with: toml::Table,
}

/// One thing owed: the period it belongs to and the day on which it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Written as `2021Q2`, `2021`, or the day of something that is due once.
    pub period: String,
    /// First day of the period; for something due once the day in force.
    pub first: Day,
    /// The day due.
    pub due: Day,
}

/// What is owed with a day due between `from` and `until`, both included. Shifts, days and weeks are the matter of duties
/// and give nothing here.
#[must_use]
pub fn instances(
    by: Option<Day>,
    every: Option<Recurring>,
    due: Option<Due>,
    from: Day,
    until: Day,
    working_day: &dyn Fn(Day, i32) -> Day,
) -> Vec<Instance> {
    if let Some(by) = by {
        let once = Instance { period: by.to_string(), first: from, due: by };
        return if (from..=until).contains(&by) { vec![once] } else { Vec::new() };
    }
    let Some(recurring) = every else { return Vec::new() };
    // A period that ended before may be due within the bounds still, one that ends later already.
    let (early, late) = (from.plus_months(-12), until.plus_months(12 * 11));
    let mut found = Vec::new();
    for last in recurring.every.ends(early, late) {
        let months = months_of(recurring.every);
        let first = last.plus_days(1).plus_months(-months);
        let day = match due {
            None => last,
            Some(Due::After(limit)) => later(last, limit, working_day),
            Some(Due::Into(limit)) => later(first.plus_days(-1), limit, working_day),
        };
        if (from..=until).contains(&day) {
            found.push(Instance { period: period_code(recurring.every, first), first, due: day });
        }
    }
    found
}

fn later(day: Day, limit: Limit, working_day: &dyn Fn(Day, i32) -> Day) -> Day {
    match limit.unit {
        super::Unit::WorkingDays => working_day(day, limit.count),
        super::Unit::Months => day.plus_months(limit.count),
        super::Unit::Years => day.plus_months(limit.count.saturating_mul(12)),
        super::Unit::Days | super::Unit::Hours | super::Unit::Minutes => {
            day.plus_days(i64::from(limit.count))
        }
    }
}

fn months_of(every: Every) -> i32 {
    match every {
        Every::Shift | Every::Day | Every::Week => 0,
        Every::Month => 1,
        Every::Quarter => 3,
        Every::HalfYear => 6,
        Every::Years(n) => i32::from(n) * 12,
    }
}

fn period_code(every: Every, first: Day) -> String {
    let (year, month) = (first.year(), first.month());
    match every {
        Every::Month => format!("{year}-{month:02}"),
        Every::Quarter => format!("{year}Q{}", month.div_ceil(3)),
        Every::HalfYear => format!("{year}H{}", month.div_ceil(6)),
        Every::Years(n) if n > 1 => format!("{year}-{}", year + i32::from(n) - 1),
        _ => format!("{year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn what_is_owed_follows_from_recurrence_and_day_due() {
        let plain = |from: Day, count: i32| from.plus_days(i64::from(count) + 2);
        for (by, every_text, due, from, until, expected) in [
            (Some("2020-06-30"), None, None, "2020-06-04", "2020-12-31", "2020-06-30:2020-06-30"),
            (Some("2020-06-03"), None, None, "2020-06-04", "2020-12-31", ""),
            (
                None,
                Some("quarter"),
                None,
                "2020-06-04",
                "2020-12-31",
                "2020Q2:2020-06-30 2020Q3:2020-09-30 2020Q4:2020-12-31",
            ),
            (
                None,
                Some("quarter"),
                Some("+10d"),
                "2020-06-04",
                "2020-12-31",
                "2020Q2:2020-07-10 2020Q3:2020-10-10",
            ),
            (
                None,
                Some("month"),
                Some("period+25d"),
                "2020-06-04",
                "2020-08-31",
                "2020-06:2020-06-25 2020-07:2020-07-25 2020-08:2020-08-25",
            ),
            (
                None,
                Some("half_year"),
                Some("+5wd"),
                "2020-06-04",
                "2021-01-10",
                "2020H1:2020-07-07 2020H2:2021-01-07",
            ),
            (None, Some("year"), Some("period+1mo"), "2021-01-01", "2021-12-31", "2021:2021-01-31"),
            (
                None,
                Some("2 years"),
                None,
                "2020-06-04",
                "2022-12-31",
                "2019-2020:2020-12-31 2021-2022:2022-12-31",
            ),
        ] {
            let recurring = every_text.map(|t| Recurring { every: every(t).unwrap(), configurable: false });
            let found = instances(
                by.map(day),
                recurring,
                due.map(|d| d.parse().unwrap()),
                day(from),
                day(until),
                &plain,
            );
            let text: Vec<String> = found.iter().map(|i| format!("{}:{}", i.period, i.due)).collect();
            assert_eq!(text.join(" "), expected, "{by:?} {every_text:?} {due:?}");
        }
    }

    #[test]
    fn words_that_are_no_recurrence_or_day_due_are_refused_with_what_is_allowed() {
        assert!(every("monthly").unwrap_err().contains("half_year"));
        assert!(every("1 years").is_err());
        for text in ["", "10", "-3d", "period+", "period-3d"] {
            assert!(text.parse::<Due>().is_err(), "{text}");
        }
    }
}
