//! What is owed after an event: an instance of its own, from the day of the event until its limit ends.

use base::Day;
use judge::duty::Instance;
use judge::duty::instance::moved;
use plan::pack::Duty;
use plan::pack::duty::Rhythm;
use store::{Change, ChangeSet, Condition, Query, Scope, Value};

use super::counts;
use super::rows::{Bound, scope_values, span_of, stored_of};
use super::tables::{evidence_table, span_table, state_table};
use crate::record::Record;
use crate::{Engine, EngineError};

impl Engine {
    /// The change that writes down what is owed after an event of `day`.
    pub(super) fn event_set(&self, duty: &Duty, subject: &Bound, day: Day) -> ChangeSet {
        let due = match duty.rhythm() {
            Rhythm::Event(within) => moved(day, within, &self.calendar),
            _ => day,
        };
        let instance = Instance { code: day.to_string(), first: day, last: due, due, bound_by: day };
        self.fresh_set(duty, subject, &instance, None)
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
