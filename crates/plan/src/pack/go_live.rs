//! From when a city asks for what recurs. The plan binds from its day of issue; a city that takes the program into use later
//! does not begin with a year of shifts, weeks and months that nobody could enter. Of duties the periods count of which
//! the larger part lies after that day, as for any duty that comes in force; of documents and campaigns what falls due
//! from it on.

use std::collections::BTreeMap;

use base::Day;
use serde::Deserialize;
use toml::Spanned;

use super::Duty;
use super::duty::{Frequency, Rhythm};

/// The day from which some things are asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoLive {
    /// The day.
    #[serde(deserialize_with = "super::day::one")]
    pub from: Day,
    /// All duties, documents and campaigns that recur so often: `shift`, `day`, `week`, `month`, `quarter`, `half_year`,
    /// `year`.
    #[serde(default)]
    pub every: Vec<Spanned<Frequency>>,
    /// These duties, whatever is said of how often they recur.
    #[serde(default)]
    pub duties: Vec<Spanned<String>>,
}

/// The days of a city, from all its packs. Of two days for the same thing the one that is read later holds: a city's pack
/// follows core.
#[derive(Debug, Clone, Default)]
pub(super) struct GoLiveDays {
    every: Vec<(Frequency, Day)>,
    duties: BTreeMap<String, Day>,
}

impl GoLiveDays {
    pub(super) fn add(&mut self, live: &GoLive) {
        self.every.extend(live.every.iter().map(|every| (*every.get_ref(), live.from)));
        self.duties.extend(live.duties.iter().map(|name| (name.get_ref().clone(), live.from)));
    }

    /// The day of a duty: its own goes before that of how often it recurs. What is owed once, after an event or always
    /// has only one of its own.
    pub(super) fn of_duty(&self, duty: &Duty) -> Option<Day> {
        self.duties.get(duty.name()).copied().or_else(|| match duty.rhythm() {
            Rhythm::Calendar(every) | Rhythm::SinceLast(every) => self.of_frequency(every),
            Rhythm::Once(_) | Rhythm::Event(_) | Rhythm::Always => None,
        })
    }

    /// The day of what recurs so often.
    pub(super) fn of_frequency(&self, every: Frequency) -> Option<Day> {
        self.every.iter().rev().find(|(often, _)| *often == every).map(|(_, day)| *day)
    }
}
