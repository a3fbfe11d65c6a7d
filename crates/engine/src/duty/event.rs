//! What is owed after an event: an instance of its own, from the day of the event until its limit ends.

use std::collections::BTreeSet;

use base::{Day, Id};
use judge::duty::Instance;
use judge::duty::instance::moved;
use plan::pack::duty::{Fulfilled, Rhythm};
use plan::pack::duty_link::link;
use plan::pack::{Duty, Register};
use store::{Change, ChangeSet, Condition, Query, Scope, Value, WriteError};

use super::counts;
use super::rejudge::happened;
use super::rows::{Bound, scope_values, span_of, stored_of};
use super::spans::{Among, Since};
use super::tables::{evidence_table, span_table, state_table};
use crate::record::Record;
use crate::{Engine, EngineError};

/// Whether a change of a record is what one of these duties waits for.
pub(crate) fn sets_off(duties: &[&Duty], register: &Register, old: Option<&Record>, new: &Record) -> bool {
    let events = duties.iter().filter_map(|duty| duty.after.as_ref()).map(|after| after.event.get_ref());
    events.into_iter().any(|event| happened(event, register, old, new))
}

impl Engine {
    /// The change that writes down what is owed after an event of `day`.
    pub(super) fn event_set(&self, duty: &Duty, subject: &Bound, day: Day) -> ChangeSet {
        let due = match duty.rhythm() {
            Rhythm::Event(within) => moved(day, within, &self.calendar),
            _ => day,
        };
        let instance = Instance { code: day.to_string(), first: day, last: due, due, bound_by: day };
        self.fresh_set(duty, subject, &instance, None, None)
    }

    /// Something happened today to these records after which the duty is owed by those whom they name.
    pub(super) async fn duty_events(
        &self,
        duty: &Duty,
        register: &Register,
        records: &[&Record],
    ) -> Result<(), EngineError> {
        let today = self.today();
        if self.model.duty_from(duty) > today || duty.until.is_some_and(|until| until < today) {
            return Ok(());
        }
        for kind in duty.subjects() {
            let Some(link) = link(register, &Fulfilled::default(), kind) else { continue };
            let ids: BTreeSet<Id> = records.iter().flat_map(|r| self.named_by(&link, kind, r)).collect();
            let ids: Vec<Id> = ids.into_iter().collect();
            let mut sets = Vec::new();
            for span in self.spans_of(&ids).await?.into_iter().filter(|s| s.duty == duty.name()) {
                sets.push(self.event_set(duty, &span.subject, today));
            }
            for result in self.database.apply_bulk(sets).await {
                match result {
                    // The same event twice on one day is owed once.
                    Ok(_) | Err(WriteError::Duplicate { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// The duties that wait for something that happens to records of the register.
    pub(crate) fn duties_after(&self, register: &Register) -> Vec<&Duty> {
        let of = |duty: &&Duty| {
            let event = duty.after.as_ref().and_then(|a| a.event.get_ref().split_once('.'));
            event.is_some_and(|(name, _)| name == register.name())
        };
        self.model.duties.values().filter(of).collect()
    }

    /// What happened to imported records, as they were before and are now. A failure is logged, as for single records.
    pub(crate) async fn duties_after_import(&self, register: &Register, rows: &[(Option<Record>, Record)]) {
        if let Err(error) = self.try_duties_after_import(register, rows).await {
            tracing::error!(%error, register = register.name(), "what an import set off was not written down");
        }
    }

    async fn try_duties_after_import(
        &self,
        register: &Register,
        rows: &[(Option<Record>, Record)],
    ) -> Result<(), EngineError> {
        for duty in self.duties_after(register) {
            let Some(event) = duty.after.as_ref().map(|after| after.event.get_ref()) else { continue };
            let records = rows.iter().filter(|(old, new)| happened(event, register, old.as_ref(), new));
            let records: Vec<&Record> = records.map(|(_, new)| new).collect();
            if records.is_empty() {
                continue;
            }
            // A record that has just come is bound by no span yet.
            if duty.binds(register.name()) {
                let among = Among::These(records.iter().map(|record| record.id).collect());
                self.judge_spans(duty, Since::Swept(self.today().plus_days(-1)), &among).await?;
            }
            self.duty_events(duty, register, &records).await?;
        }
        Ok(())
    }

    /// What belongs to an enterprise moves with it: its spans, its instances, and how they are counted.
    pub(crate) async fn duties_move_along(
        &self,
        old: &Record,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let belongs = |table: String| {
            Query::of(table, Scope::system("moves with its enterprise"))
                .filter(Condition::eq("organisation", old.id))
                .limit(u32::MAX)
        };
        let mut place = new.place.clone();
        place.organisation = old.id;
        let moved = |table: String, id| Change::Update {
            table,
            id,
            expected_version: None,
            values: scope_values(&place).into_iter().filter(|(_, v)| !matches!(v, Value::Id(_))).collect(),
        };
        for row in self.database.select(&belongs(span_table())).await? {
            let span = span_of(&row)?;
            if row.int("removed_at")? == 0 {
                set.deltas.push(counts::bound(&span.duty, &span.subject.kind, &span.subject.place, -1));
                set.deltas.push(counts::bound(&span.duty, &span.subject.kind, &place, 1));
            }
            set.changes.push(moved(span_table(), span.id));
        }
        for row in self.database.select(&belongs(state_table())).await? {
            let stored = stored_of(&row)?;
            set.deltas.extend(counts::in_state(
                &stored.duty,
                &stored.bucket,
                stored.state,
                &stored.subject.place,
                -1,
            ));
            set.deltas.extend(counts::in_state(&stored.duty, &stored.bucket, stored.state, &place, 1));
            set.changes.push(moved(state_table(), stored.id));
        }
        for row in self.database.select(&belongs(evidence_table())).await? {
            set.changes.push(moved(evidence_table(), row.id("id")?));
        }
        Ok(())
    }
}
