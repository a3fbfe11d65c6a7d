//! The rows that go with every turn of a case: its event, and who is waited for next.

use base::{Id, Instant};
use city::Actor;
use judge::Facts;
use judge::case::{Who, who};
use judge::late::stages;
use plan::pack::{Procedure, Step};
use serde_json::Value as Json;
use store::{Change, Condition, Query, Row, Scope, Value};

use crate::record::{CaseHead, Record};
use crate::tables::{CASE_EVENT, DEADLINE, WAITING};
use crate::{Engine, EngineError};

/// One line of the timeline, before it is written.
pub(crate) struct Event<'a> {
    pub(crate) step: &'a str,
    pub(crate) from: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) facts: &'a Facts,
}

/// The change that writes an event of `record`, which already stands in its new state.
pub(crate) fn event(
    engine: &Engine,
    actor: &Actor,
    record: &Record,
    procedure: &str,
    event: &Event<'_>,
) -> Change {
    let now = engine.now();
    let id = engine.new_id_at(now);
    let written = event.facts.to_json();
    let state = record.case.as_ref().map_or("", |c| c.state.as_str());
    let text = |text: &str| Value::Text(text.to_owned());
    Change::Insert {
        table: CASE_EVENT.into(),
        id,
        values: vec![
            ("record".into(), Value::Id(record.id)),
            ("register".into(), text(&record.register)),
            ("procedure".into(), text(procedure)),
            ("step".into(), text(event.step)),
            ("from_state".into(), text(event.from)),
            ("to_state".into(), text(state)),
            ("at".into(), Value::Int(now.0)),
            ("by_account".into(), Value::Id(actor.account)),
            ("by_name".into(), text(&actor.display)),
            ("reason".into(), text(event.reason)),
            ("facts".into(), Value::Text(Json::Object(written).to_string())),
        ],
    }
}

impl Engine {
    /// The changes that bring the rows of `WAITING` and `DEADLINE` in line with the case after a step. Where the limit
    /// stays (a note of progress, another person), those to whom it was handed late keep it, and nobody is told again.
    pub(crate) async fn waiting_changes(
        &self,
        old: &Record,
        record: &Record,
        procedure: &Procedure,
    ) -> Result<Vec<Change>, EngineError> {
        // The deadline is read first: a sweep that adds rows of who is waited for after that raises its version, so that
        // this change is refused and tried again, instead of leaving such a row behind.
        let deadline = self.rows_of(DEADLINE, "id", record.id).await?;
        let waiting = self.rows_of(WAITING, "record", record.id).await?;
        let goes_on = |head: &CaseHead| (head.procedure.clone(), head.state.clone(), head.due_at, head.open);
        let same = old.case.as_ref().map(goes_on) == record.case.as_ref().map(goes_on);
        let mut changes = Vec::with_capacity(waiting.len() * 2 + 1);
        for row in &waiting {
            changes.push(Change::Delete { table: WAITING.into(), id: row.id("id")? });
        }
        let mut anew = self.waiting_inserts(record, procedure);
        if same {
            let step = super::awaited(
                self,
                procedure,
                &record.facts,
                record.case.as_ref().ok_or(EngineError::NotFound)?,
            );
            for row in &waiting {
                let role = row.text("role")?;
                let known = |c: &Change| matches!(c, Change::Insert { values, .. } if values.iter().any(|(n, v)| n == "role" && *v == Value::from(role)));
                if let (false, Some(step)) = (role.is_empty() || anew.iter().any(known), &step) {
                    anew.extend(self.waiting_row(record, step.step.name(), step.due_at, role));
                }
            }
        }
        // A deadline that goes on existing keeps its row and raises its version, so that a sweep that has read it before
        // notices that the case has moved.
        let (new_deadline, who): (Vec<Change>, Vec<Change>) =
            anew.into_iter().partition(|c| matches!(c, Change::Insert { table, .. } if table == DEADLINE));
        changes.extend(who);
        match (deadline.first(), new_deadline.into_iter().next()) {
            (Some(row), Some(Change::Insert { values, .. })) => changes.push(Change::Update {
                table: DEADLINE.into(),
                id: record.id,
                expected_version: Some(row.int("version")?),
                values: if same {
                    values.into_iter().filter(|(name, _)| name == "register").collect()
                } else {
                    values
                },
            }),
            (Some(row), _) => {
                // A deletion knows no version, so the version is checked by a change of the row before it.
                changes.push(Change::Update {
                    table: DEADLINE.into(),
                    id: record.id,
                    expected_version: Some(row.int("version")?),
                    values: vec![("register".into(), Value::Text(record.register.clone()))],
                });
                changes.push(Change::Delete { table: DEADLINE.into(), id: record.id });
            }
            (None, made) => changes.extend(made),
        }
        Ok(changes)
    }

    /// New rows of `WAITING` and `DEADLINE` for a case that has none yet.
    #[must_use]
    pub fn waiting_inserts(&self, record: &Record, procedure: &Procedure) -> Vec<Change> {
        let Some(head) = record.case.as_ref() else { return Vec::new() };
        let Some(awaited) = super::awaited(self, procedure, &record.facts, head) else { return Vec::new() };
        // Any main step from this state moves the case on, so all who may take one are waited for.
        // Those to whom it is handed only when it is late are not waited for before.
        let main: Vec<&Step> = procedure
            .steps_from(&head.state)
            .filter(|s| !s.side && judge::case::offered(s, &record.facts))
            .collect();
        let later = |by: &str| main.iter().any(|s| s.late.iter().any(|l| l.escalate.as_deref() == Some(by)));
        let mut who: Vec<&str> = Vec::new();
        for by in main.iter().flat_map(|s| &s.by).filter(|by| !later(by)) {
            if !who.contains(&by.as_str()) {
                who.push(by);
            }
        }
        let rows = who
            .into_iter()
            .filter_map(|by| self.waiting_row(record, awaited.step.name(), awaited.due_at, by));
        let mut changes: Vec<Change> = rows.collect();
        if let Some(first) = stages(awaited.step, awaited.due_at, &self.calendar).first() {
            let values = vec![
                ("register".into(), Value::Text(record.register.clone())),
                ("due_at".into(), Value::Int(awaited.due_at.0)),
                ("stages_done".into(), Value::Int(0)),
                ("next_at".into(), Value::Int(first.at.0)),
            ];
            changes.push(Change::Insert { table: DEADLINE.into(), id: record.id, values });
        }
        changes
    }

    /// The row that lets the role (or the person in `field:NAME`) know that the case waits for them.
    pub(crate) fn waiting_row(
        &self,
        record: &Record,
        step: &str,
        due_at: Instant,
        by: &str,
    ) -> Option<Change> {
        match who(by, &record.facts) {
            Who::Account(account) => {
                self.waiting_row_of(record, step, due_at, account.filter(|id| !id.is_nil())?)
            }
            Who::Role("") => None,
            Who::Role(role) => self.waiting_for(record, step, due_at, (role, Id::NIL)),
        }
    }

    /// The row that lets one person know that the case waits for them.
    pub(crate) fn waiting_row_of(
        &self,
        record: &Record,
        step: &str,
        due_at: Instant,
        account: Id,
    ) -> Option<Change> {
        self.waiting_for(record, step, due_at, ("", account))
    }

    fn waiting_for(
        &self,
        record: &Record,
        step: &str,
        due_at: Instant,
        (role, account): (&str, Id),
    ) -> Option<Change> {
        let head = record.case.as_ref()?;
        let place = &record.place;
        let text = |text: &str| Value::Text(text.to_owned());
        Some(Change::Insert {
            table: WAITING.into(),
            id: self.new_id_at(head.entered_at),
            values: vec![
                ("record".into(), Value::Id(record.id)),
                ("register".into(), text(&record.register)),
                ("procedure".into(), text(&head.procedure)),
                ("state".into(), text(&head.state)),
                ("step".into(), text(step)),
                ("role".into(), text(role)),
                ("account".into(), Value::Id(account)),
                ("code".into(), text(&record.code)),
                ("title".into(), text(&record.title)),
                ("since".into(), Value::Int(head.entered_at.0)),
                ("due_at".into(), Value::Int(due_at.0)),
                ("county".into(), text(&place.county)),
                ("township".into(), text(&place.township)),
                ("organisation".into(), Value::Id(place.organisation)),
                ("sector".into(), text(&place.sector)),
                ("park".into(), text(&place.park)),
            ],
        })
    }

    async fn rows_of(&self, table: &str, column: &str, record: Id) -> Result<Vec<Row>, EngineError> {
        let query =
            Query::of(table, Scope::system("moving a case")).filter(Condition::eq(column, record)).limit(100);
        Ok(self.database.select(&query).await?)
    }
}
