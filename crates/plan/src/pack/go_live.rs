//! From when duties are asked for in a city. The plan binds from its day of issue; a city that takes the program into use
//! later does not begin with a year of shifts, weeks and months that nobody could enter.

use std::collections::BTreeMap;

use base::Day;
use serde::Deserialize;
use toml::Spanned;

use super::Duty;
use super::duty::{Frequency, Rhythm};
use super::every::Every;

/// The day from which some duties are asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoLive {
    /// The day.
    #[serde(deserialize_with = "super::day::one")]
    pub from: Day,
    /// All duties, documents and campaigns that recur so often: `shift`, `day`, `week`, `month`, `quarter`, `half_year`, `year`.
    #[serde(default)]
    pub every: Vec<Spanned<String>>,
    /// These duties, whatever is said of how often they recur.
    #[serde(default)]
    pub duties: Vec<Spanned<String>>,
}

/// The days of all duties for which one is given; what names a duty goes before what names a frequency.
#[must_use]
pub(super) fn days<'a>(
    given: impl Iterator<Item = &'a GoLive> + Clone,
    duties: &BTreeMap<String, Duty>,
) -> BTreeMap<String, Day> {
    let mut days = BTreeMap::new();
    for live in given.clone() {
        let often: Vec<Frequency> = live.every.iter().filter_map(|e| e.get_ref().parse().ok()).collect();
        let of = |duty: &&Duty| match duty.rhythm() {
            Rhythm::Calendar(every) | Rhythm::SinceLast(every) => often.contains(&every),
            Rhythm::Once(_) | Rhythm::Event(_) | Rhythm::Always => false,
        };
        days.extend(duties.values().filter(of).map(|duty| (duty.name().to_owned(), live.from)));
    }
    for live in given {
        days.extend(live.duties.iter().map(|name| (name.get_ref().clone(), live.from)));
    }
    days
}

/// The day given for what recurs so often.
#[must_use]
pub(super) fn day_of<'a>(mut given: impl Iterator<Item = &'a GoLive>, every: Every) -> Option<Day> {
    let often = match every {
        Every::Shift => Frequency::Shift,
        Every::Day => Frequency::Day,
        Every::Week => Frequency::Week,
        Every::Month => Frequency::Month,
        Every::Quarter => Frequency::Quarter,
        Every::HalfYear => Frequency::HalfYear,
        Every::Years(years) => Frequency::Years(years),
    };
    let named = |live: &&GoLive| live.every.iter().any(|e| e.get_ref().parse() == Ok(often));
    given.find(named).map(|live| live.from)
}
