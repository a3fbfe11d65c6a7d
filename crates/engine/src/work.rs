//! My work: what waits for this person, latest first to fall due, and what they were told.

use std::collections::{BTreeMap, HashSet};

use base::{Id, Instant};
use city::Actor;
use store::{Condition, Direction, Query, Row, Scope, Value};

use crate::tables::{CASE_EVENT, WAITING, table_name};
use crate::{Engine, EngineError};

/// Rows read per role of a person; what lies behind is reached through the lists.
const PER_ROLE: u32 = 200;

/// A case that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCase {
    /// The case.
    pub record: Id,
    /// Its register.
    pub register: String,
    /// Its procedure.
    pub procedure: String,
    /// Its state.
    pub state: String,
    /// The step that is awaited.
    pub step: String,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The enterprise.
    pub organisation: Id,
    /// Since when it waits.
    pub since: Instant,
    /// When the limit ends; [`Instant::NEVER`] without one.
    pub due_at: Instant,
}

/// What waits for a person, cut by time.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The limit has passed.
    pub late: Vec<WaitingCase>,
    /// The limit ends today.
    pub today: Vec<WaitingCase>,
    /// Everything else.
    pub later: Vec<WaitingCase>,
    /// True when there is more than was read.
    pub more: bool,
}

impl Engine {
    /// What waits for `actor`, without the steps that their own earlier steps bar them from.
    ///
    /// # Errors
    /// The database failed.
    pub async fn work(&self, actor: &Actor) -> Result<Work, EngineError> {
        let mut found: BTreeMap<(Instant, Id), WaitingCase> = BTreeMap::new();
        let mut more = false;
        let mut queries =
            vec![self.waiting_query(actor.scope(|_| true), "account", Value::Id(actor.account))];
        for grant in &actor.grants {
            let one = Actor { grants: vec![grant.clone()], ..actor.clone() };
            queries.push(self.waiting_query(one.scope(|_| true), "role", Value::Text(grant.role.clone())));
        }
        for query in queries {
            let rows = self.database.select(&query).await?;
            more |= rows.len() == PER_ROLE as usize;
            for row in &rows {
                let case = case_of(row)?;
                found.insert((case.due_at, case.record), case);
            }
        }
        let barred = self.barred(actor, found.values()).await?;
        Ok(self.cut(found.into_values().filter(|c| !barred.contains(&c.record)), more))
    }

    fn waiting_query(&self, scope: Scope, column: &str, value: Value) -> Query {
        Query::of(WAITING, scope)
            .filter(Condition::Eq(column.into(), value))
            .sort("due_at", Direction::Ascending)
            .limit(PER_ROLE)
    }

    fn cut(&self, cases: impl Iterator<Item = WaitingCase>, more: bool) -> Work {
        let (now, end) = (self.now(), Instant::end_of(self.today()));
        let mut work = Work { more, ..Work::default() };
        for case in cases {
            if case.due_at < now {
                work.late.push(case);
            } else if case.due_at <= end {
                work.today.push(case);
            } else {
                work.later.push(case);
            }
        }
        work
    }

    /// Cases in which every main step from the present state is barred to this person by an earlier step of theirs.
    async fn barred(
        &self,
        actor: &Actor,
        cases: impl Iterator<Item = &WaitingCase>,
    ) -> Result<HashSet<Id>, EngineError> {
        let cases: Vec<&WaitingCase> = cases.filter(|c| self.may_bar(c)).collect();
        if cases.is_empty() {
            return Ok(HashSet::new());
        }
        let records = cases.iter().map(|c| Value::Id(c.record)).collect();
        let query = Query::of(CASE_EVENT, Scope::system("own earlier steps"))
            .columns(&["record", "step"])
            .filter(Condition::In("record".into(), records))
            .filter(Condition::eq("by_account", actor.account))
            .limit(10_000);
        let mut own: HashSet<(Id, String)> = HashSet::new();
        for row in self.database.select(&query).await? {
            own.insert((row.id("record")?, row.text("step")?.to_owned()));
        }
        let named = self.named_in(actor, &cases).await?;
        let barred = cases.into_iter().filter(|case| {
            let Some(procedure) = self.model.procedure(&case.procedure) else { return false };
            let mut main = procedure.steps_from(&case.state).filter(|s| !s.side);
            main.all(|step| {
                let before = |by: &String| {
                    own.contains(&(case.record, by.clone())) || named.contains(&(case.record, by.clone()))
                };
                step.not_by.iter().any(before)
            })
        });
        Ok(barred.map(|case| case.record).collect())
    }

    /// Of the cases that bar the person named in a field: those that name this person, with the field as the step names it.
    async fn named_in(
        &self,
        actor: &Actor,
        cases: &[&WaitingCase],
    ) -> Result<HashSet<(Id, String)>, EngineError> {
        let mut wanted: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
        for case in cases {
            let Some(procedure) = self.model.procedure(&case.procedure) else { continue };
            let bars = procedure.steps_from(&case.state).filter(|s| !s.side).flat_map(|s| &s.not_by);
            for by in bars.filter(|by| by.starts_with("field:")) {
                wanted.entry((case.register.as_str(), by.as_str())).or_default().push(Value::Id(case.record));
            }
        }
        let mut named = HashSet::new();
        for ((register, by), records) in wanted {
            let field = by.trim_start_matches("field:");
            let limit = u32::try_from(records.len()).unwrap_or(u32::MAX);
            let query = Query::of(table_name(register), Scope::system("own name in a case"))
                .columns(&["id"])
                .filter(Condition::In("id".into(), records))
                .filter(Condition::eq(field, actor.account))
                .limit(limit);
            for row in self.database.select(&query).await? {
                named.insert((row.id("id")?, by.to_owned()));
            }
        }
        Ok(named)
    }

    fn may_bar(&self, case: &WaitingCase) -> bool {
        let procedure = self.model.procedure(&case.procedure);
        procedure.is_some_and(|p| p.steps_from(&case.state).any(|s| !s.not_by.is_empty()))
    }
}

fn case_of(row: &Row) -> Result<WaitingCase, store::StoreError> {
    Ok(WaitingCase {
        record: row.id("record")?,
        register: row.text("register")?.to_owned(),
        procedure: row.text("procedure")?.to_owned(),
        state: row.text("state")?.to_owned(),
        step: row.text("step")?.to_owned(),
        code: row.text("code")?.to_owned(),
        title: row.text("title")?.to_owned(),
        organisation: row.id("organisation")?,
        since: row.instant("since")?,
        due_at: row.instant("due_at")?,
    })
}
