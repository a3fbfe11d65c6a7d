//! What was late or owed after an event, and is fulfilled now; and what has become late by time alone.

use std::collections::HashSet;

use base::Id;
use judge::duty::{State, stages};
use plan::pack::Duty;
use plan::pack::duty::Rhythm;
use store::{ChangeSet, Condition, Priority, Query, Scope, StoreError, Value, Wanted, WriteError};

use super::counts;
use super::question::{Bound as Limit, Window};
use super::rows::{Stored, stored_of, to_state};
use super::spans::{Among, CHUNK};
use super::tables::{STATE, state_table};
use crate::tables::table_name;
use crate::{Engine, EngineError};

impl Engine {
    /// Finds the open instances of a duty that are fulfilled now, or owed no more; gives back how many.
    pub(super) async fn heal_duty(&self, duty: &Duty, among: &Among) -> Result<u64, EngineError> {
        let mut total = 0;
        for kind in duty.subjects() {
            let open = Condition::And(vec![
                Condition::eq("duty", duty.name()),
                Condition::eq("kind", kind),
                Condition::In("state".into(), vec!["due".into(), "overdue".into()]),
            ]);
            let open = open.and(among.limits("subject"));
            total += match duty.rhythm() {
                Rhythm::Always => self.heal_always(duty, kind, &open).await?,
                _ => self.heal_proven(duty, kind, &open).await?,
            };
            if matches!(duty.rhythm(), Rhythm::Always | Rhythm::SinceLast(_)) {
                let free = open.and(self.duty_not_asked(STATE, self.has_span(duty, STATE)));
                total += self.turn_all_rows(&free, None, State::NotApplicable).await?;
            }
        }
        Ok(total)
    }

    async fn heal_proven(&self, duty: &Duty, kind: &str, open: &Condition) -> Result<u64, EngineError> {
        let from = if matches!(duty.rhythm(), Rhythm::Once(_)) { Limit::Open } else { Limit::OfRow };
        let ever = Window { from, ..Window::of_row() };
        let in_time = Window { from, ..Window::of_row_in_time() };
        let healed = open.clone().and(self.duty_asked(
            STATE,
            self.duty_evidence(duty, kind, STATE, &ever),
            Wanted::Holds,
        ));
        let judged = self.duty_verdict(STATE, self.duty_evidence(duty, kind, STATE, &in_time));
        self.turn_all_rows(&healed, Some(judged), State::FulfilledLate).await
    }

    /// The condition holds again. It is asked of the subjects, as it speaks of them.
    async fn heal_always(&self, duty: &Duty, kind: &str, open: &Condition) -> Result<u64, EngineError> {
        let Some(holds) = self.duty_holds(duty, self.today()) else { return Ok(0) };
        let mut total = 0;
        let mut last: Option<Id> = None;
        loop {
            let rows = self.duty_page(&state_table(), open.clone(), last).await?;
            let ids: Vec<Value> =
                rows.iter().map(|r| r.id("subject").map(Value::Id)).collect::<Result<_, StoreError>>()?;
            if ids.is_empty() {
                return Ok(total);
            }
            let query = Query::of(table_name(kind), Scope::system("duties that hold again"))
                .columns(&["id"])
                .filter(Condition::In("id".into(), ids))
                .filter(self.duty_asked(kind, holds.clone(), Wanted::Holds))
                .limit(CHUNK);
            let well = self.database.select(&query).await?;
            let well: HashSet<Id> = well.iter().map(|r| r.id("id")).collect::<Result<_, StoreError>>()?;
            let mut turned = Vec::new();
            for row in &rows {
                let stored = stored_of(row)?;
                if well.contains(&stored.subject.id) {
                    let in_time = self.today() <= stored.due;
                    turned.push((stored, if in_time { State::Fulfilled } else { State::FulfilledLate }));
                }
            }
            total += self.turn_rows(turned).await?;
            last = rows.last().map(|row| row.id("id")).transpose()?;
            if rows.len() < CHUNK as usize {
                return Ok(total);
            }
        }
    }

    /// Instances owed after an event, or by a condition, whose due day has passed.
    pub(super) async fn sweep_due(&self) -> Result<u64, EngineError> {
        let passed = Condition::And(vec![
            Condition::eq("state", "due"),
            Condition::Less("due_day".into(), self.today().into()),
        ]);
        self.turn_all_rows(&passed, None, State::Overdue).await
    }

    /// Turns all rows that meet a condition to a state; to fulfilled those for which `in_time` holds.
    async fn turn_all_rows(
        &self,
        condition: &Condition,
        in_time: Option<store::Judged>,
        to: State,
    ) -> Result<u64, EngineError> {
        let mut total = 0;
        let mut last: Option<Id> = None;
        loop {
            let mut query = Query::of(state_table(), Scope::system("instances of duties"))
                .filter(condition.clone())
                .limit(CHUNK);
            if let Some(judged) = &in_time {
                query = query.verdict("in_time", judged.clone());
            }
            if let Some(last) = last {
                query = query.after(vec![Value::Id(last)]);
            }
            let rows = self.database.select(&query).await?;
            let mut turned = Vec::new();
            for row in &rows {
                let well = in_time.is_some() && row.int("in_time")? == 1;
                turned.push((stored_of(row)?, if well { State::Fulfilled } else { to }));
            }
            last = rows.last().map(|row| row.id("id")).transpose()?;
            total += self.turn_rows(turned).await?;
            if rows.len() < CHUNK as usize {
                return Ok(total);
            }
        }
    }

    /// Writes new states; rows that somebody else changed meanwhile are looked at the next time.
    pub(super) async fn turn_rows(&self, turned: Vec<(Stored, State)>) -> Result<u64, EngineError> {
        let mut sets = Vec::with_capacity(turned.len());
        for (row, state) in turned.iter().filter(|(row, state)| row.state != *state) {
            let mut set = ChangeSet { priority: Priority::Low, ..self.turned_row(row, *state) };
            self.withdraw_late(row, *state, &mut set).await?;
            sets.push(set);
        }
        let mut written = 0;
        for result in self.database.apply_bulk(sets).await {
            match result {
                Ok(_) => written += 1,
                Err(WriteError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(written)
    }

    fn turned_row(&self, row: &Stored, state: State) -> ChangeSet {
        let today = self.today();
        let next = match (state, self.model.duties.get(&row.duty)) {
            (State::Overdue, Some(duty)) => {
                let all = stages::stages(duty, row.due, &self.calendar);
                all.get(row.stages_done).map(|stage| stage.at)
            }
            _ => None,
        };
        let done = matches!(state, State::Fulfilled | State::FulfilledLate);
        let more = if done { vec![("done_day".into(), Value::from(today))] } else { Vec::new() };
        let mut set = ChangeSet::new();
        set.changes.push(to_state(row, state, self.now(), next, more));
        set.deltas = counts::moved(&row.duty, &row.bucket, row.state, state, &row.subject.place);
        set
    }
}
