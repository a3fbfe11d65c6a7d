//! Working days, and how time limits roll over rest days.
//!
//! Weekends rest unless the yearly notice of the General Office of the State Council says otherwise. The notices of
//! 2019 to 2026 are in `data/work-calendar.toml`. For a year without a notice weekends alone rest, which is wrong around
//! every holiday: ask [`WorkCalendar::covers`] and warn.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Day, Problem};

const STATE_COUNCIL_NOTICES: &str = include_str!("../data/work-calendar.toml");

/// What happens to a limit that falls on a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// To the next working day: legal limits.
    After,
    /// To the last working day before: reports to superiors.
    Before,
    /// Stays: daily duties.
    #[default]
    None,
}

/// One span of rest in a yearly notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// Name of the holiday, such as 春节.
    pub holiday: String,
    /// First day of rest.
    pub first: Day,
    /// Last day of rest.
    pub last: Day,
}

/// The notice that fixes the holidays of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The year that it is about. It may move days of the week before that year.
    pub year: i32,
    /// Document numbers: the notice, and those that changed it.
    pub numbers: Vec<String>,
    /// What is unusual about the year; mostly empty.
    #[serde(default)]
    pub note: String,
    /// Spans in which nobody works, weekends included.
    pub rest: Vec<Rest>,
    /// Weekend days that are worked.
    pub work: Vec<Day>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notices {
    notice: Vec<Notice>,
}

/// Which days are worked. Weekends rest unless the yearly notice says otherwise.
#[derive(Debug, Clone, Default)]
pub struct WorkCalendar {
    exceptions: BTreeMap<Day, bool>,
    years: BTreeSet<i32>,
}

impl WorkCalendar {
    /// From bare lists: weekdays that rest and weekend days that are worked. Covers no year ([`WorkCalendar::covers`]),
    /// as nothing says which years the lists are complete for.
    #[must_use]
    pub fn new(rest: impl IntoIterator<Item = Day>, work: impl IntoIterator<Item = Day>) -> Self {
        let rest = rest.into_iter().map(|day| (day, false));
        let exceptions = rest.chain(work.into_iter().map(|day| (day, true))).collect();
        Self { exceptions, years: BTreeSet::new() }
    }

    /// From the yearly notices. A span that ends before it begins holds no day; one that is longer than a year is cut.
    #[must_use]
    pub fn from_notices(notices: &[Notice]) -> Self {
        let mut exceptions = BTreeMap::new();
        for notice in notices {
            for rest in &notice.rest {
                let length = rest.last.days_since(rest.first).min(366);
                exceptions.extend((0..=length).map(|n| (rest.first.plus_days(n), false)));
            }
            exceptions.extend(notice.work.iter().map(|day| (*day, true)));
        }
        Self { exceptions, years: notices.iter().map(|notice| notice.year).collect() }
    }

    /// Reads notices in the format of `data/work-calendar.toml`, for a year that was published after this release.
    ///
    /// # Errors
    /// `calendar.unreadable` with the place and the reason.
    pub fn read_notices(toml: &str) -> Result<Vec<Notice>, Problem> {
        toml::from_str::<Notices>(toml)
            .map(|notices| notices.notice)
            .map_err(|error| Problem::new("calendar.unreadable").with("reason", error.to_string().trim()))
    }

    /// The notices of the State Council that ship with this release, 2019 to 2026.
    #[must_use]
    pub fn state_council_notices() -> Vec<Notice> {
        #[expect(clippy::expect_used, reason = "the file is part of the program and a test reads it")]
        Self::read_notices(STATE_COUNCIL_NOTICES).expect("data/work-calendar.toml is readable")
    }

    /// The calendar of the notices that ship with this release, 2019 to 2026.
    #[must_use]
    pub fn state_council() -> Self {
        Self::from_notices(&Self::state_council_notices())
    }

    /// True when the notice of `year` is known. Otherwise only weekends rest in it, and the caller warns.
    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// The last day of the last year whose notice is known; None without notices. The next notice can still move days
    /// of the last week of December.
    #[must_use]
    pub fn known_until(&self) -> Option<Day> {
        self.years.last().and_then(|year| Day::new(*year, 12, 31))
    }

    /// True when `day` is worked.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        self.exceptions.get(&day).copied().unwrap_or(!day.is_weekend())
    }

    /// The `count`-th working day after `day` (0: `day` itself, whatever it is). `day` is not counted.
    #[must_use]
    pub fn plus_working_days(&self, day: Day, count: u32) -> Day {
        let mut result = day;
        for _ in 0..count {
            result = self.nearest_working(result.plus_days(1), 1);
        }
        result
    }

    /// Working days after `from` up to and including `to`; negative when `to` lies before `from`. So
    /// `between_working_days(d, plus_working_days(d, n)) == n`.
    #[must_use]
    pub fn between_working_days(&self, from: Day, to: Day) -> i64 {
        if to < from {
            return -self.between_working_days(to, from);
        }
        let days = to.days_since(from);
        let (weeks, rest) = (days / 7, days % 7);
        let weekdays = weeks * 5 + (0..rest).filter(|n| !to.plus_days(-n).is_weekend()).count() as i64;
        let after = (std::ops::Bound::Excluded(from), std::ops::Bound::Included(to));
        let moved =
            if from == to { 0 } else { self.exceptions.range(after).map(|(day, w)| shift(*day, *w)).sum() };
        weekdays + moved
    }

    /// Moves a limit that falls on a rest day.
    #[must_use]
    pub fn roll(&self, day: Day, roll: Roll) -> Day {
        match roll {
            Roll::After => self.nearest_working(day, 1),
            Roll::Before => self.nearest_working(day, -1),
            Roll::None => day,
        }
    }

    /// `day` or the nearest working day in the direction of `step`; stays at the ends of the calendar.
    fn nearest_working(&self, day: Day, step: i64) -> Day {
        let mut result = day;
        while !self.is_working(result) {
            let next = result.plus_days(step);
            if next == result {
                break;
            }
            result = next;
        }
        result
    }
}

/// What an exception adds to the count of weekdays.
fn shift(day: Day, worked: bool) -> i64 {
    i64::from(worked) - i64::from(!day.is_weekend())
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
