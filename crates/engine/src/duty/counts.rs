//! Counters of duties, kept with the changes: how many each binds, how many instances of each period are in which state.

use city::Place;
use judge::duty::State;
use store::Delta;

/// How many subjects are bound; the value is duty and kind of subject, with a slash between.
pub(crate) const BOUND: &str = "duty.bound";
/// How many instances are due after an event, or overdue; the value is duty and state, with a slash between.
pub(crate) const OPEN: &str = "duty.open";

/// The counter of the periods of a duty; the value is period and state, with a slash between. The state `owed` counts
/// those who owed the period when it fell due.
pub(crate) fn of_duty(duty: &str) -> String {
    format!("duty.{duty}")
}

fn delta(counter: String, place: &Place, value: String, amount: i64) -> Delta {
    let (county, township) = (place.county.clone(), place.township.clone());
    Delta { counter, county, township, sector: place.sector.clone(), value, amount }
}

/// More (or fewer) subjects bound.
pub(super) fn bound(duty: &str, kind: &str, place: &Place, amount: i64) -> Delta {
    delta(BOUND.to_owned(), place, format!("{duty}/{kind}"), amount)
}

/// More who owed a period.
pub(super) fn owed(duty: &str, bucket: &str, place: &Place, amount: i64) -> Delta {
    delta(of_duty(duty), place, format!("{bucket}/owed"), amount)
}

/// An instance of this state, added or taken away.
pub(super) fn in_state(duty: &str, bucket: &str, state: State, place: &Place, amount: i64) -> Vec<Delta> {
    let mut deltas = vec![delta(of_duty(duty), place, format!("{bucket}/{}", state.word()), amount)];
    if matches!(state, State::Due | State::Overdue) {
        deltas.push(delta(OPEN.to_owned(), place, format!("{duty}/{}", state.word()), amount));
    }
    deltas
}

/// An instance that changes its state.
pub(super) fn moved(duty: &str, bucket: &str, from: State, to: State, place: &Place) -> Vec<Delta> {
    let mut deltas = in_state(duty, bucket, from, place, -1);
    deltas.extend(in_state(duty, bucket, to, place, 1));
    deltas
}
