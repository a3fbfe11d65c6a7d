//! Working days, and how time limits roll over rest days.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Day;

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

/// Which days are worked. Weekends rest unless the yearly notice says otherwise.
#[derive(Debug, Clone, Default)]
pub struct WorkCalendar {
    exceptions: BTreeMap<Day, bool>,
}

impl WorkCalendar {
    /// From the yearly notices: weekdays that rest and weekend days that are worked.
    #[must_use]
    pub fn new(rest: impl IntoIterator<Item = Day>, work: impl IntoIterator<Item = Day>) -> Self {
        let rest = rest.into_iter().map(|day| (day, false));
        Self { exceptions: rest.chain(work.into_iter().map(|day| (day, true))).collect() }
    }

    /// True when `day` is worked.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        self.exceptions.get(&day).copied().unwrap_or(!day.is_weekend())
    }

    /// The `count`-th working day after `day` (0: `day` itself, whatever it is).
    #[must_use]
    pub fn plus_working_days(&self, day: Day, count: u32) -> Day {
        let mut result = day;
        for _ in 0..count {
            result = result.plus_days(1);
            while !self.is_working(result) {
                result = result.plus_days(1);
            }
        }
        result
    }

    /// Moves a limit that falls on a rest day.
    #[must_use]
    pub fn roll(&self, day: Day, roll: Roll) -> Day {
        let step = match roll {
            Roll::After => 1,
            Roll::Before => -1,
            Roll::None => return day,
        };
        let mut result = day;
        while !self.is_working(result) {
            result = result.plus_days(step);
        }
        result
    }
}
