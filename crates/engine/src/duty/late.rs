//! Writes late instances down, many at a time, and tells at once who is to be told.

use base::Day;
use judge::duty::stages::{self, Consequence};
use judge::duty::{Instance, State};
use plan::pack::Duty;
use store::{ChangeSet, Priority, WriteError};

use super::counts;
use super::rows::{Bound, Fresh, new_state};
use super::telling::Telling;
use crate::{Engine, EngineError};

/// Late instances written in one transaction: people who write meanwhile wait no longer than for these.
const WRITTEN_AT_ONCE: usize = 500;

/// When those who are to be told of a late instance are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// With the row that says it is late.
    AtOnce,
    /// When consequences are carried out: with all that the sweep has found.
    Later,
}

/// What settling found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Settled {
    /// Instances that became late.
    pub(super) late: u64,
    /// Notices given.
    pub(super) notices: u64,
}

impl std::ops::AddAssign for Settled {
    fn add_assign(&mut self, more: Self) {
        self.late += more.late;
        self.notices += more.notices;
    }
}

impl Engine {
    /// Writes rows of instances that are not fulfilled, and tells who is to be told at once; rows that stand already are
    /// left as they are.
    pub(super) async fn write_late(
        &self,
        duty: &Duty,
        fresh: &[(Bound, Instance)],
        bucket: Option<&str>,
        told: Told,
    ) -> Result<Settled, EngineError> {
        let mut total = Settled::default();
        for some in fresh.chunks(WRITTEN_AT_ONCE) {
            total += match self.write_together(duty, some, bucket, told).await? {
                Some(settled) => settled,
                None => self.write_apart(duty, some, bucket).await?,
            };
        }
        Ok(total)
    }

    /// None where one of the rows stands already; nothing is written then.
    async fn write_together(
        &self,
        duty: &Duty,
        fresh: &[(Bound, Instance)],
        bucket: Option<&str>,
        told: Told,
    ) -> Result<Option<Settled>, EngineError> {
        let (mut sets, mut tellings) = (Vec::with_capacity(fresh.len() + 1), Vec::new());
        for (subject, instance) in fresh {
            let at_once = self.told_at_once(duty, instance, told);
            for stage in at_once.iter().flat_map(|found| &found.now) {
                let (period, due, roles) = (instance.code.as_str(), instance.due, &stage.late.notify);
                tellings.push(Telling { duty, period, due, subject, roles });
            }
            sets.push(self.fresh_set(duty, subject, instance, bucket, at_once));
        }
        let changes = self.notices_for("duty_late", &tellings).await?;
        let settled = Settled { late: fresh.len() as u64, notices: changes.len() as u64 };
        sets.push(ChangeSet { changes, ..ChangeSet::new() });
        Ok(self.database.apply_together(&sets).await?.then_some(settled))
    }

    async fn write_apart(
        &self,
        duty: &Duty,
        fresh: &[(Bound, Instance)],
        bucket: Option<&str>,
    ) -> Result<Settled, EngineError> {
        let set = |(subject, instance): &(Bound, Instance)| {
            let set = self.fresh_set(duty, subject, instance, bucket, None);
            ChangeSet { priority: Priority::Low, ..set }
        };
        let mut settled = Settled::default();
        for result in self.database.apply_bulk(fresh.iter().map(set).collect()).await {
            match result {
                Ok(_) => settled.late += 1,
                Err(WriteError::Duplicate { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(settled)
    }

    /// The consequences that have fallen due for a late instance, where they tell somebody and do nothing more.
    fn told_at_once<'a>(&self, duty: &'a Duty, instance: &Instance, told: Told) -> Option<Consequence<'a>> {
        if told == Told::Later || instance.due >= self.today() {
            return None;
        }
        let found = stages::due_now(duty, instance.due, 0, self.today(), &self.calendar);
        let tells = |stage: &stages::Stage<'_>| stage.late.open.is_none() && stage.late.propose.is_none();
        found.now.iter().all(tells).then_some(found)
    }

    /// The change that writes an instance down: overdue, or due where there is still time; with how far its consequences
    /// are carried out in the same change. One that is counted by no period of the calendar is counted by the month of its
    /// due day, and as owed by this row alone.
    pub(super) fn fresh_set(
        &self,
        duty: &Duty,
        subject: &Bound,
        instance: &Instance,
        bucket: Option<&str>,
        at_once: Option<Consequence<'_>>,
    ) -> ChangeSet {
        let state = if instance.due < self.today() { State::Overdue } else { State::Due };
        let (stages_done, next) = match (state, at_once) {
            (State::Overdue, Some(found)) => (found.carried_out, found.next),
            (State::Overdue, None) => {
                let first = stages::stages(duty, instance.due, &self.calendar).first().map(|stage| stage.at);
                (0, first)
            }
            _ => (0, None),
        };
        let month = month_of(instance.due);
        let counted = bucket.unwrap_or(&month);
        let fresh = Fresh { duty: duty.name(), subject, instance, bucket: counted, state, stages_done, next };
        let mut set = ChangeSet::new();
        set.changes.push(new_state(self.new_id(), &fresh, self.now()));
        set.deltas = counts::in_state(duty.name(), counted, state, &subject.place, 1);
        if bucket.is_none() {
            set.deltas.push(counts::owed(duty.name(), counted, &subject.place, 1));
        }
        set
    }
}

/// The month by which an instance is counted that has no period of the calendar.
pub(super) fn month_of(day: Day) -> String {
    base::Period::containing(base::PeriodKind::Month, day).code()
}
