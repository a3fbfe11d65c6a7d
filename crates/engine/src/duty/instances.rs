//! Which instances of a duty fell due within a period, and which of them were fulfilled in time: as conditions on spans and
//! exceptions, so that they can be counted by group and listed one by one, and nothing is stored for those who were in
//! time.
//!
//! Instances of the calendar are the spans that owed them, without those that an exception says were excused; late are
//! those with an exception that says so. What is owed after an event has a row of its own. Duties that hold all the time,
//! or count from their last fulfilment, have no instances for those who stand well: they are asked who stands well at
//! the end of the period.

use base::{Day, Instant, Period};
use judge::duty::State;
use judge::duty::instance::fallen_due;
use plan::expression::{Compared, Constant, Kind, Term, Truth};
use plan::pack::Duty;
use plan::pack::duty::Rhythm;
use store::{Condition, Judged, Value, Wanted};

use super::question::{exists, lookup, own_rows, path, subject_of, text_is};
use super::tables::{SPAN, STATE, span_table, state_table};
use crate::indicator::Which;
use crate::{Engine, EngineError};

/// Instances of one period at most: a daily duty of a year.
const MOST_INSTANCES: usize = 400;

/// Rows of spans, or of instances, that are counted together.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The kind of subject.
    pub(crate) kind: String,
    /// Code of the instance; empty where each row has its own, or there is none.
    pub(crate) period: String,
    /// Its due day, where all rows have the same.
    pub(crate) due: Option<Day>,
    root: &'static str,
    filter: Condition,
    missed: Truth,
    unknown: Option<Truth>,
}

impl Slice {
    /// The rows are instances, not spans.
    pub(crate) fn has_own_rows(&self) -> bool {
        self.root == STATE
    }

    /// The table of its rows.
    pub(crate) fn table(&self) -> String {
        if self.has_own_rows() { state_table() } else { span_table() }
    }

    /// Its rows.
    pub(crate) fn filter(&self) -> &Condition {
        &self.filter
    }
}

fn is_day(register: &str, field: &str, compared: Compared, day: Day) -> Truth {
    let field = Term::Field(path(1, register, field, Kind::Day));
    Truth::Compare(compared, field, Term::Constant(Constant::Day(day)))
}

fn one_of(variable: usize, states: &[State]) -> Truth {
    Truth::Any(states.iter().map(|state| text_is(variable, STATE, "state", state.word())).collect())
}

impl Engine {
    /// What of a duty is counted for a period. Only what the sweep has settled: an instance whose due day has not passed
    /// is neither late nor in time.
    pub(crate) async fn duty_slices(&self, duty: &Duty, period: Period) -> Result<Vec<Slice>, EngineError> {
        let kinds = || duty.subjects().map(str::to_owned);
        let mut slices = Vec::new();
        match duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => {
                let Some(settled) = self.settled_until(duty).await? else { return Ok(slices) };
                let until = period.last().min(settled);
                let (go_live, before) = (self.model.duty_from(duty), period.first().plus_days(-1));
                for instance in fallen_due(duty, go_live, before, until, MOST_INSTANCES, &self.calendar) {
                    for kind in kinds() {
                        let has = |states: &[State]| {
                            let is_it = text_is(1, STATE, "period", &instance.code);
                            let states = vec![is_it, one_of(1, states)];
                            exists(own_rows(STATE, duty.name(), subject_of(SPAN), states))
                        };
                        let out = has(&[State::Excused, State::NotApplicable]);
                        slices.push(Slice {
                            filter: Self::duty_owing(duty, &kind, &instance)
                                .and(self.duty_not_asked(SPAN, out)),
                            missed: has(&[State::Overdue, State::FulfilledLate, State::Due]),
                            unknown: None,
                            root: SPAN,
                            period: instance.code.clone(),
                            due: Some(instance.due),
                            kind,
                        });
                    }
                }
            }
            Rhythm::Event(_) => slices.extend(kinds().map(|kind| self.slice_of_events(duty, kind, period))),
            Rhythm::SinceLast(_) | Rhythm::Always => {
                slices.extend(kinds().filter_map(|kind| self.slice_at_end(duty, kind, period)));
            }
        }
        Ok(slices)
    }

    /// Every instance after an event has a row.
    fn slice_of_events(&self, duty: &Duty, kind: String, period: Period) -> Slice {
        let counted = [State::Overdue, State::Due, State::Fulfilled, State::FulfilledLate];
        let last = period.last().min(self.today().plus_days(-1));
        let filter = Condition::And(vec![
            Condition::eq("duty", duty.name()),
            Condition::eq("kind", kind.as_str()),
            Condition::GreaterOrEqual("due_day".into(), period.first().into()),
            Condition::LessOrEqual("due_day".into(), last.into()),
            Condition::In("state".into(), counted.iter().map(|s| Value::from(s.word())).collect()),
        ]);
        let missed = one_of(0, &[State::Overdue, State::Due, State::FulfilledLate]);
        Slice { kind, period: String::new(), due: None, root: STATE, filter, missed, unknown: None }
    }

    /// Who is bound at the end of the period, or today while it runs, and was late then.
    fn slice_at_end(&self, duty: &Duty, kind: String, period: Period) -> Option<Slice> {
        let as_of = period.last().min(self.today());
        if as_of < period.first() {
            return None;
        }
        let states = |truths| exists(own_rows(STATE, duty.name(), subject_of(SPAN), truths));
        let ended_later = Truth::Compare(
            Compared::Greater,
            Term::Field(path(1, STATE, "since", Kind::Instant)),
            Term::Constant(Constant::Instant(Instant::end_of(as_of))),
        );
        let missed = states(vec![
            is_day(STATE, "due_day", Compared::Less, as_of),
            Truth::Any(vec![
                one_of(1, &[State::Overdue]),
                Truth::All(vec![
                    one_of(1, &[State::FulfilledLate]),
                    is_day(STATE, "done_day", Compared::Greater, as_of),
                ]),
                Truth::All(vec![one_of(1, &[State::NotApplicable]), ended_later]),
            ]),
        ]);
        let out = states(vec![
            one_of(1, &[State::Excused]),
            is_day(STATE, "first_day", Compared::LessOrEqual, as_of),
            is_day(STATE, "due_day", Compared::GreaterOrEqual, period.first()),
        ]);
        let filter = Condition::And(vec![
            Condition::eq("duty", duty.name()),
            Condition::eq("kind", kind.as_str()),
            Condition::LessOrEqual("from_day".into(), as_of.into()),
            Condition::Or(vec![
                Condition::eq("until_day", ""),
                Condition::GreaterOrEqual("until_day".into(), as_of.into()),
            ]),
            self.duty_not_asked(SPAN, out),
        ]);
        // Of a past day it is not known any more who could not be judged.
        let asked = as_of == self.today() && kind == *duty.who.subject.get_ref();
        let unknown = asked.then(|| self.duty_holds(duty, as_of)).flatten().map(|holds| {
            let link = (path(1, &kind, "id", Kind::Id), subject_of(SPAN));
            let holds = exists(lookup(&kind, vec![link], vec![holds.shifted(1)]));
            Truth::All(vec![Truth::Not(Box::new(missed.clone())), holds])
        });
        Some(Slice { kind, period: String::new(), due: None, root: SPAN, filter, missed, unknown })
    }

    /// Holds for those of a slice who were late.
    pub(crate) fn slice_missed(&self, slice: &Slice) -> Judged {
        self.duty_verdict(slice.root, slice.missed.clone())
    }

    /// Cannot be judged for those of a slice of whom nobody knows whether they stand well.
    pub(crate) fn slice_unknown(&self, slice: &Slice) -> Option<Judged> {
        slice.unknown.clone().map(|unknown| self.duty_verdict(slice.root, unknown))
    }

    /// The rows of a slice that are in the base of a share, hit, miss, or cannot be judged.
    pub(crate) fn slice_rows(&self, slice: &Slice, which: Which) -> Condition {
        let all = slice.filter.clone();
        let unknown = self.slice_unknown(slice).map(|u| Condition::Judged(u, Wanted::CannotBeJudged));
        let known = |condition: Condition| match &unknown {
            Some(unknown) => condition.and(Condition::Not(Box::new(unknown.clone()))),
            None => condition,
        };
        match which {
            Which::Base => known(all),
            Which::Hit => known(all.and(self.duty_not_asked(slice.root, slice.missed.clone()))),
            Which::Miss => all.and(Condition::Judged(self.slice_missed(slice), Wanted::Holds)),
            Which::Unknown => all.and(unknown.unwrap_or_else(|| Condition::Or(Vec::new()))),
        }
    }
}

/// Whether a duty is counted by the state at the end of a period, and not by instances that fell due in it.
pub(crate) fn counted_at_end(duty: &Duty) -> bool {
    matches!(duty.rhythm(), Rhythm::SinceLast(_) | Rhythm::Always)
}
