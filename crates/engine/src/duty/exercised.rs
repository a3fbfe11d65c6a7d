//! How many instances of a duty are fulfilled and overdue, from spans, exceptions and counters: nothing is written out.

use base::Day;
use judge::duty::instance::{before, between};
use judge::duty::{Instance, State};
use plan::pack::Duty;
use plan::pack::duty::Rhythm;
use store::{Condition, Query, Scope, Value, Wanted};

use super::question::{Bound, Window};
use super::tables::{SPAN, span_table, state_table};
use crate::exercised::Eye;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// More than so many are not counted.
const ENOUGH: u64 = 10_001;

/// Numbers of one duty.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DutyCounts {
    /// Subjects bound now.
    pub(crate) bound: u64,
    /// Instances fulfilled in time; of what must always hold, subjects for which it does.
    pub(crate) fulfilled: u64,
    /// Fulfilled after the due day.
    pub(crate) fulfilled_late: u64,
    /// Late now.
    pub(crate) overdue: u64,
    /// Owed and in time, of what follows an event or must always hold.
    pub(crate) due: u64,
    /// The day on which it falls due for the first time, while that lies ahead.
    pub(crate) first_due: Option<Day>,
    /// It is owed after an event.
    pub(crate) by_event: bool,
}

impl Engine {
    /// The numbers of a duty, as far as `eye` sees them.
    pub(crate) async fn duty_counts(&self, duty: &Duty, eye: Eye<'_>) -> Result<DutyCounts, EngineError> {
        let scope = match eye {
            Eye::City => Scope::system("whether a duty is exercised"),
            Eye::Of(actor) => self.duty_scope(actor),
        };
        let of = || Condition::eq("duty", duty.name());
        let binding = of().and(Condition::Eq("removed_at".into(), Value::Int(0)));
        let state = |state: State| of().and(Condition::eq("state", state.word()));
        let stood = async |which| self.duty_count(state_table(), &scope, which).await;
        let mut counts = DutyCounts {
            bound: self.duty_count(span_table(), &scope, binding.clone()).await?,
            overdue: stood(state(State::Overdue)).await?,
            due: stood(state(State::Due)).await?,
            fulfilled: stood(state(State::Fulfilled)).await?,
            fulfilled_late: stood(state(State::FulfilledLate)).await?,
            by_event: matches!(duty.rhythm(), Rhythm::Event(_)),
            ..DutyCounts::default()
        };
        match duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => {
                self.count_periods(duty, &scope, &mut counts).await?;
            }
            Rhythm::SinceLast(frequency) => {
                let young = Bound::Day(before(self.today(), frequency));
                let window = Window { period: Some(String::new()), from: young, until: Bound::Open };
                for kind in duty.subjects() {
                    let done =
                        self.duty_asked(SPAN, self.duty_evidence(duty, kind, SPAN, &window), Wanted::Holds);
                    let which = binding.clone().and(Condition::eq("kind", kind)).and(done);
                    counts.fulfilled += self.duty_count(span_table(), &scope, which).await?;
                }
            }
            Rhythm::Always => counts.fulfilled += self.count_holding(duty, eye, counts).await?,
            Rhythm::Event(_) => {}
        }
        Ok(counts)
    }

    async fn duty_count(&self, table: String, scope: &Scope, which: Condition) -> Result<u64, EngineError> {
        let query = Query::of(table, scope.clone()).columns(&["id"]).filter(which);
        Ok(self.database.count_up_to(&query, ENOUGH).await?)
    }

    /// Who owed the latest periods and fulfilled them in time, the running one first: periods are looked at until one has
    /// been found that somebody fulfilled.
    async fn count_periods(
        &self,
        duty: &Duty,
        scope: &Scope,
        counts: &mut DutyCounts,
    ) -> Result<(), EngineError> {
        let (today, go_live) = (self.today(), self.model.duty_from(duty));
        let past = between(duty, go_live, today.plus_days(-800), today.plus_days(-1), &self.calendar);
        if past.is_empty() {
            let ahead = between(duty, go_live, today, today.plus_months(36), &self.calendar);
            counts.first_due = ahead.first().map(|instance| instance.due);
        }
        let running = judge::duty::instance::current(duty, go_live, today, &self.calendar);
        let looked_at = running.into_iter().chain(past.into_iter().rev().take(PERIODS));
        for instance in looked_at {
            counts.fulfilled += self.count_in_time(duty, scope, &instance).await?;
            if counts.fulfilled > 0 && counts.overdue + counts.fulfilled_late > 0 {
                break;
            }
        }
        Ok(())
    }

    async fn count_in_time(
        &self,
        duty: &Duty,
        scope: &Scope,
        instance: &Instance,
    ) -> Result<u64, EngineError> {
        let mut found = 0;
        for kind in duty.subjects() {
            let window = Self::duty_window(duty, instance, true);
            let evidence = self.duty_evidence(duty, kind, SPAN, &window);
            let which = Self::duty_owing(duty, kind, instance)
                .and(self.duty_asked(SPAN, evidence, Wanted::Holds))
                .and(self.duty_not_asked(SPAN, self.has_state(duty, SPAN, &instance.code)));
            found += self.duty_count(span_table(), scope, which).await?;
        }
        Ok(found)
    }

    /// Subjects that are bound and for whom what must always hold does. A reader of a part of the city sees whoever is
    /// bound and has no open instance.
    async fn count_holding(&self, duty: &Duty, eye: Eye<'_>, counts: DutyCounts) -> Result<u64, EngineError> {
        if let Eye::Of(_) = eye {
            return Ok(counts.bound.saturating_sub(counts.overdue + counts.due));
        }
        let kind = duty.who.subject.get_ref();
        let Some(holds) = self.duty_holds(duty, self.today()) else { return Ok(0) };
        let which = Condition::Eq("removed_at".into(), Value::Int(0))
            .and(self.duty_asked(kind, holds, Wanted::Holds))
            .and(self.duty_asked(kind, self.has_span(duty, kind), Wanted::Holds));
        self.duty_count(table_name(kind), &Scope::system("whether a duty is exercised"), which).await
    }
}

/// Periods looked at behind the running one.
const PERIODS: usize = 12;
