//! What follows when a duty is late, and reminders ahead. Everybody is told once of a duty for all that a sweep found, with
//! the number: a firm that has not held its shift meetings for a month gets one notice, and so does whoever looks after a
//! thousand firms.

use std::collections::HashMap;

use base::{Day, Id};
use judge::duty::instance::fallen_due;
use judge::duty::stages::{due_now, reminders};
use plan::pack::Duty;
use plan::pack::duty::Rhythm;
use store::{ChangeSet, Condition, Direction, Priority, Query, Scope, Value, WriteError};

use super::rows::{Bound, Stored, bound_of, carried, stored_of};
use super::spans::CHUNK;
use super::sweep::{DutySwept, Run};
use super::tables::{SPAN, span_table, state_table};
use super::telling::Telling;
use crate::{Engine, EngineError};

/// How far ahead reminders look for due days.
const AHEAD_DAYS: i64 = 400;

impl Engine {
    /// Carries out the consequences that have fallen due.
    pub(super) async fn carry_out_duties(&self, total: &mut DutySwept) -> Result<(), EngineError> {
        let mut tries = 0;
        loop {
            let query = Query::of(state_table(), Scope::system("consequences of late duties"))
                .filter(Condition::eq("state", "overdue"))
                .filter(Condition::Greater("next_day".into(), Value::Text(String::new())))
                .filter(Condition::LessOrEqual("next_day".into(), self.today().into()))
                .sort("next_day", Direction::Ascending)
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let rows = rows.iter().map(stored_of).collect::<Result<Vec<_>, _>>()?;
            match self.carry_out_chunk(&rows, total).await {
                Err(EngineError::Conflict) if tries < 20 => tries += 1,
                other => other?,
            }
        }
    }

    async fn carry_out_chunk(&self, rows: &[Stored], total: &mut DutySwept) -> Result<(), EngineError> {
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        let (mut told, mut opened, mut made) = (Vec::new(), 0, 0);
        let mut cases: HashMap<(Id, String), Option<Id>> = HashMap::new();
        for row in rows {
            let Some(duty) = self.model.duties.get(&row.duty) else {
                set.changes.push(carried(row, row.stages_done, None, Vec::new()));
                continue;
            };
            let found = due_now(duty, row.due, row.stages_done, self.today(), &self.calendar);
            let (mut more, mut proposed) = (Vec::new(), row.proposed.clone());
            for stage in &found.now {
                if !stage.late.notify.is_empty() {
                    let (period, due, subject) = (row.period.as_str(), row.due, &row.subject);
                    told.push(Telling { duty, period, due, subject, roles: &stage.late.notify });
                }
                if let Some(proposal) = self.propose_late(duty, row, stage.late, &mut set).await? {
                    proposed.push(proposal);
                }
                let Some(procedure) = &stage.late.open else { continue };
                let key = (row.subject.id, procedure.get_ref().clone());
                let case = match cases.get(&key) {
                    Some(case) => *case,
                    None => {
                        let (case, new) =
                            self.case_for(duty, row, procedure.get_ref(), stage.late, &mut set).await?;
                        opened += u64::from(new);
                        cases.insert(key, case);
                        case
                    }
                };
                if let Some(case) = case {
                    let register = self.model.procedure(procedure.get_ref()).map(|p| p.register.clone());
                    more = vec![
                        ("opened".into(), Value::Id(case)),
                        ("opened_register".into(), Value::Text(register.unwrap_or_default())),
                    ];
                }
            }
            if proposed.len() > row.proposed.len() {
                made += (proposed.len() - row.proposed.len()) as u64;
                let ids: Vec<String> = proposed.iter().map(ToString::to_string).collect();
                more.push(("proposed".into(), Value::Text(ids.join(" "))));
            }
            set.changes.push(carried(row, found.carried_out, found.next, more));
        }
        let notices = self.notices_for("duty_late", &told).await?;
        let given = notices.len() as u64;
        set.changes.extend(notices);
        self.database.apply(set).await?;
        total.notices += given;
        total.opened += opened;
        total.proposed += made;
        Ok(())
    }

    /// Reminds those who owe an instance and have not fulfilled it.
    pub(super) async fn remind_duty(&self, duty: &Duty, run: &mut Run) -> Result<u64, EngineError> {
        let today = self.today();
        if duty.remind.is_empty() || run.reminded == Some(today) {
            return Ok(0);
        }
        let since = run.reminded.unwrap_or_else(|| today.plus_days(-1));
        let falls = |due: Day| {
            let days = reminders(duty, due, &self.calendar);
            due >= today && days.iter().any(|day| since < *day && *day <= today)
        };
        let mut subjects: Vec<(Bound, String, Day)> = Vec::new();
        match duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => {
                let go_live = self.model.duty_from(duty);
                let until = today.plus_days(AHEAD_DAYS);
                let ahead = fallen_due(duty, go_live, today.plus_days(-1), until, 4, &self.calendar);
                for instance in ahead.iter().filter(|i| falls(i.due)) {
                    for kind in duty.subjects() {
                        let window = Self::duty_window(duty, instance, true);
                        let open = Self::duty_owing(duty, kind, instance)
                            .and(Condition::Eq("removed_at".into(), Value::Int(0)))
                            .and(self.duty_not_asked(SPAN, self.duty_evidence(duty, kind, SPAN, &window)))
                            .and(self.duty_not_asked(SPAN, self.has_state(duty, SPAN, &instance.code)));
                        for row in self.duty_all_pages(&span_table(), &open).await? {
                            subjects.push((bound_of(&row)?, instance.code.clone(), instance.due));
                        }
                    }
                }
            }
            Rhythm::Event(_) | Rhythm::Always => {
                let dues = (0..AHEAD_DAYS).map(|n| today.plus_days(n)).filter(|due| falls(*due));
                let open = Condition::And(vec![
                    Condition::eq("duty", duty.name()),
                    Condition::eq("state", "due"),
                    Condition::In("due_day".into(), dues.map(Value::from).collect()),
                ]);
                for row in self.duty_all_pages(&state_table(), &open).await? {
                    let row = stored_of(&row)?;
                    subjects.push((row.subject, row.period, row.due));
                }
            }
            // Its due day differs for each subject; it stands in My work from half a period ahead.
            Rhythm::SinceLast(_) => {}
        }
        let mut given = 0;
        for part in subjects.chunks(CHUNK as usize) {
            let told: Vec<Telling<'_>> = part
                .iter()
                .map(|(subject, period, due)| Telling {
                    duty,
                    period,
                    due: *due,
                    subject,
                    roles: &duty.keeper,
                })
                .collect();
            let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
            set.changes = self.notices_for("duty_remind", &told).await?;
            given += set.changes.len() as u64;
            // A process that stops here and begins anew reminds of the same day once more, not twice by two processes.
            let first = part.first().map_or(Id::NIL, |(subject, ..)| subject.id);
            set.idempotency_key = Some(format!("duty.remind.{}.{today}.{first}", duty.name()));
            match self.database.apply(set).await {
                Ok(_) | Err(WriteError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        run.reminded = Some(today);
        self.keep_run(duty, run, ChangeSet { priority: Priority::Low, ..ChangeSet::new() }).await?;
        Ok(given)
    }

    async fn duty_all_pages(
        &self,
        table: &str,
        condition: &Condition,
    ) -> Result<Vec<store::Row>, EngineError> {
        let mut all = Vec::new();
        loop {
            let last = all.last().map(|row: &store::Row| row.id("id")).transpose()?;
            let page = self.duty_page(table, condition.clone(), last).await?;
            let full = page.len() == CHUNK as usize;
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }
}
