//! How the cases of a register stand, procedure by procedure and exactly: open and closed ones from the counters, late
//! ones (which no counter can know, time makes them) counted by the index of the limits.

use std::collections::BTreeMap;

use city::Actor;
use plan::pack::{ScopeFrom, StateKind};
use store::{Aggregate, Condition, Value};

use crate::tables::table_name;
use crate::{Engine, EngineError};

/// How many cases stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Somebody must still act.
    pub open: i64,
    /// Of those, the limit has passed.
    pub late: i64,
    /// Ended with evidence.
    pub closed: i64,
    /// Withdrawn or not a case after all.
    pub void: i64,
}

impl Standing {
    /// All of them.
    #[must_use]
    pub fn all(self) -> i64 {
        self.open + self.closed + self.void
    }
}

impl std::ops::AddAssign for Standing {
    fn add_assign(&mut self, other: Self) {
        self.open += other.open;
        self.late += other.late;
        self.closed += other.closed;
        self.void += other.void;
    }
}

impl Engine {
    /// How the cases of a register stand within what `actor` may see, by procedure.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for a register that has no cases; the database failed.
    pub async fn standings(
        &self,
        actor: &Actor,
        register: &str,
    ) -> Result<BTreeMap<String, Standing>, EngineError> {
        let definition = self.register(register)?;
        if !definition.cases {
            return Err(EngineError::NotFound);
        }
        let mut found: BTreeMap<String, Standing> = BTreeMap::new();
        for ((_, value), number) in self.counts(actor, register, "state").await?.by_county {
            let (procedure, state) = value.split_once('/').unwrap_or((value.as_str(), ""));
            let kind = self.model.procedure(procedure).and_then(|p| p.state(state)).map(|s| s.kind);
            let standing = found.entry(procedure.to_owned()).or_default();
            match kind {
                Some(StateKind::Open) => standing.open += number,
                Some(StateKind::Closed) => standing.closed += number,
                Some(StateKind::Void) | None => standing.void += number,
            }
        }
        let late = Condition::And(vec![
            Condition::Eq("removed_at".into(), Value::Int(0)),
            Condition::Eq("open".into(), Value::Bool(true)),
            Condition::Less("due_at".into(), Value::Int(self.now().0)),
        ]);
        let scope = self.scope(actor, definition);
        let query = Aggregate::count(table_name(register), scope).filter(late).by("procedure");
        for row in self.database.aggregate(&query).await? {
            found.entry(row.text("procedure")?.to_owned()).or_default().late += row.int("count")?;
        }
        Ok(found)
    }

    /// How many records a register has within what `actor` may see, exactly.
    ///
    /// # Errors
    /// No such register, or the database failed.
    pub async fn total(&self, actor: &Actor, register: &str) -> Result<i64, EngineError> {
        let definition = self.register(register)?;
        if definition.scope != ScopeFrom::Shared {
            return Ok(self.counts(actor, register, "").await?.total());
        }
        // Shared lists come with the packs, belong to no county and are short.
        let query = Aggregate::count(table_name(register), self.scope(actor, definition))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)));
        let rows = self.database.aggregate(&query).await?;
        Ok(rows.first().map(|row| row.int("count")).transpose()?.unwrap_or(0))
    }
}
