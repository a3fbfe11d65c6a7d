//! What time alone brings about: reminders ahead of a limit, notices after it, handing a late case upward inside its
//! unit. A sweep takes the deadlines that have fallen due, in chunks, at low priority; running it twice tells nobody twice.

use base::{Id, Instant};
use judge::case::{Who, who};
use judge::late::{Stage, due_now, stages};
use plan::pack::Step;
use store::{Change, ChangeSet, Condition, Direction, Priority, Query, Row, Scope, Value};

use crate::record::Record;
use crate::tables::DEADLINE;
use crate::{Engine, EngineError};

/// Deadlines taken per chunk.
const CHUNK: u32 = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Cases looked at.
    pub cases: u64,
    /// People told.
    pub notices: u64,
    /// Cases handed upward.
    pub escalated: u64,
    /// Cases opened for risk assessments that have run out.
    pub opened: u64,
}

impl Engine {
    /// Carries out all stages that have fallen due.
    ///
    /// # Errors
    /// The database failed; what was swept before stays swept.
    pub async fn sweep(&self) -> Result<Swept, EngineError> {
        let mut total = Swept::default();
        self.sweep_assessments(&mut total).await?;
        self.sweep_rules().await?;
        self.sweep_publications().await?;
        total.notices += self.sweep_bound_assessments().await?;
        loop {
            let query = Query::of(DEADLINE, Scope::system("sweep of deadlines"))
                .filter(Condition::LessOrEqual("next_at".into(), Value::Int(self.now().0)))
                .sort("next_at", Direction::Ascending)
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            if rows.is_empty() {
                return Ok(total);
            }
            for row in &rows {
                self.sweep_one(row, &mut total).await?;
            }
        }
    }

    async fn sweep_one(&self, row: &Row, total: &mut Swept) -> Result<(), EngineError> {
        let (id, register, done) = (row.id("id")?, row.text("register")?, row.int("stages_done")?);
        let mut swept = Swept { cases: 1, ..Swept::default() };
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        let record = match self.model.register(register) {
            Some(_) => self.any_record(register, id).await?,
            None => None,
        };
        let mut next = Instant::NEVER;
        let mut carried = done;
        if let Some(record) = &record
            && let Some((step, due_at)) = self.awaited_step(record)
        {
            let all = stages(step, due_at, &self.calendar);
            let (fallen, ahead) = due_now(&all, usize::try_from(done).unwrap_or(0), self.now());
            for (at, stage) in fallen.iter().enumerate() {
                // Nobody is reminded of what a further stage tells them anyway.
                if stage.late || at + 1 == fallen.len() {
                    self.carry_out(stage, step, record, &mut set, &mut swept).await?;
                }
                if let Some(late) = stage.number.and_then(|number| step.late.get(number)) {
                    self.owed_late(late, record, &mut set).await?;
                }
            }
            carried += i64::try_from(fallen.len()).unwrap_or(0);
            next = ahead;
        }
        let values =
            vec![("stages_done".into(), Value::Int(carried)), ("next_at".into(), Value::Int(next.0))];
        set.changes.push(Change::Update {
            table: DEADLINE.into(),
            id,
            expected_version: Some(row.int("version")?),
            values,
        });
        match self.database.apply(set).await {
            Ok(_) => {
                total.cases += swept.cases;
                total.notices += swept.notices;
                total.escalated += swept.escalated;
                Ok(())
            }
            // The case moved on in the meantime, or another sweep was faster: it is looked at again if it is still due.
            Err(store::WriteError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn awaited_step<'a>(&'a self, record: &'a Record) -> Option<(&'a Step, Instant)> {
        let head = record.case.as_ref()?;
        let procedure = self.procedure_of(record).ok()?;
        crate::case::awaited(self, procedure, &record.facts, head).map(|w| (w.step, w.due_at))
    }

    async fn carry_out(
        &self,
        stage: &Stage,
        step: &Step,
        record: &Record,
        set: &mut ChangeSet,
        total: &mut Swept,
    ) -> Result<(), EngineError> {
        let kind = match (&stage.escalate, stage.late) {
            (Some(_), _) => "escalated",
            (None, true) => "late",
            (None, false) => "remind",
        };
        // Those to whom it is handed only when it is late are not told before.
        let handed = |by: &str| step.late.iter().any(|l| l.escalate.as_deref() == Some(by));
        let own: Vec<String> = step
            .by
            .iter()
            .filter(|by| !handed(by))
            .filter_map(|by| match who(by, &record.facts) {
                Who::Role(role) => Some(role.to_owned()),
                Who::Account(_) => None,
            })
            .collect();
        let roles = if stage.notify.is_empty() && stage.escalate.is_none() { &own } else { &stage.notify };
        let mut told: Vec<Id> = Vec::new();
        for role in roles {
            told.extend(self.people_for(role, step, record).await?);
        }
        let handed_to = match &stage.escalate {
            Some(role) => self.people_for(role, step, record).await?,
            None => Vec::new(),
        };
        told.extend(&handed_to);
        told = distinct(told);
        for field in step.by.iter().filter_map(|by| by.strip_prefix("field:")) {
            if let Some(account) = judge::fact::fact(&record.facts, field).as_id()
                && !stage.late
                && !told.contains(&account)
            {
                told.push(account);
            }
        }
        total.notices += told.len() as u64;
        set.changes
            .extend(told.into_iter().map(|account| self.notice_row(account, kind, record, step.name())));
        if let Some(role) = &stage.escalate {
            let due_at = record.case.as_ref().map_or(Instant::NEVER, |c| c.due_at);
            if step.same_agency.is_none() {
                set.changes.extend(self.waiting_row(record, step.name(), due_at, role));
                total.escalated += 1;
            } else {
                // Only people of the agency may take it, so it is handed to each of them and not to the role.
                let rows =
                    handed_to.iter().filter_map(|a| self.waiting_row_of(record, step.name(), due_at, *a));
                set.changes.extend(rows);
                total.escalated += u64::from(!handed_to.is_empty());
            }
        }
        Ok(())
    }

    /// People with `role` over the record; of a step that belongs to an agency, those of the agency.
    async fn people_for(&self, role: &str, step: &Step, record: &Record) -> Result<Vec<Id>, EngineError> {
        let today = self.today();
        let all = city::grants::accounts_with_role_over(&self.database, role, &record.place, today).await?;
        let mut people = Vec::with_capacity(all.len());
        for (account, _) in all {
            if step.same_agency.is_none() || self.is_of_agency(account, step, record).await? {
                people.push(account);
            }
        }
        Ok(people)
    }

    async fn is_of_agency(&self, account: Id, step: &Step, record: &Record) -> Result<bool, EngineError> {
        let actor = city::grants::actor(&self.database, &self.model.roles, account, self.today()).await?;
        let agencies = actor.map(|a| crate::case::agency::agencies(&self.model, &a, &record.place));
        Ok(agencies.is_some_and(|agencies| judge::case::of_agency(step, &record.facts, &agencies)))
    }
}

fn distinct(people: Vec<Id>) -> Vec<Id> {
    let mut found = Vec::with_capacity(people.len());
    for person in people {
        if !found.contains(&person) {
            found.push(person);
        }
    }
    found
}
