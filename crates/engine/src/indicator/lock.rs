//! Releasing the numbers of a period: they stay what they were, whatever is corrected later. Who keeps the plan locks and
//! unlocks; both stand in the journal.

use std::collections::HashMap;

use base::{Id, Instant, Period, Problem};
use city::Actor;
use serde_json::json;
use store::{ChangeSet, Condition, JournalEntry, Query, Row, Scope, StoreError, Value};

use super::tables::PERIOD_LOCK;
use crate::{Engine, EngineError};

/// Locks looked at together.
const MOST: u32 = 10_000;
/// Longest note or reason, characters.
const LONGEST: usize = 200;

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Its identity, cited by notices and scores.
    pub id: Id,
    /// The version that is released.
    pub number: i64,
    /// Since when.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// The paper or meeting by which it was released; may be empty.
    pub note: String,
}

/// What is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locked {
    /// An indicator.
    Indicator,
    /// A scorecard.
    Scorecard,
}

impl Locked {
    fn name(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Scorecard => "scorecard",
        }
    }
}

impl Engine {
    /// Whether somebody releases figures: who keeps the plan.
    #[must_use]
    pub fn locks_figures(&self, actor: &Actor) -> bool {
        self.model.plan.as_ref().is_some_and(|plan| actor.has_any(&plan.keeper))
    }

    /// Locks a period of an indicator as it was counted last.
    ///
    /// # Errors
    /// Not the office; the period is not over, has no numbers or is locked already.
    pub async fn lock_indicator(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
        note: &str,
    ) -> Result<(), EngineError> {
        self.indicator(name)?;
        let run = self.last_run(name, period).await?.map(|(_, run)| run.number);
        self.lock_figures(actor, Locked::Indicator, name, period, run, note).await
    }

    /// Unlocks a period of an indicator.
    ///
    /// # Errors
    /// Not the office; no reason; it is not locked.
    pub async fn unlock_indicator(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
        reason: &str,
    ) -> Result<(), EngineError> {
        self.indicator(name)?;
        self.unlock_figures(actor, Locked::Indicator, name, period, reason).await
    }

    pub(crate) async fn lock_figures(
        &self,
        actor: &Actor,
        kind: Locked,
        element: &str,
        period: Period,
        number: Option<i64>,
        note: &str,
    ) -> Result<(), EngineError> {
        self.figures_office(actor)?;
        if period.last() >= self.today() {
            return Err(EngineError::Refused(Problem::new("figures.not_over").with("period", period.code())));
        }
        let Some(number) = number else {
            return Err(EngineError::Refused(
                Problem::new("figures.not_counted").with("period", period.code()),
            ));
        };
        if note.chars().count() > LONGEST {
            return Err(Problem::of("note", "field.too_long").with("most", LONGEST).into());
        }
        if self.figure_locks(kind, element, &[period]).await?.contains_key(&period) {
            return Err(EngineError::Refused(Problem::new("figures.locked").with("period", period.code())));
        }
        let (id, now) = (self.new_id(), self.now());
        let mut set = ChangeSet::new();
        set.insert(
            PERIOD_LOCK,
            id,
            vec![
                ("kind".into(), kind.name().into()),
                ("element".into(), element.into()),
                ("period".into(), period.code().into()),
                ("number".into(), Value::Int(number)),
                ("locked_at".into(), now.into()),
                ("locked_by".into(), Value::Id(actor.account)),
                ("by_name".into(), actor.display.as_str().into()),
                ("note".into(), note.trim().into()),
                ("unlocked_at".into(), Value::Int(0)),
            ],
        );
        let payload = json!({ "element": element, "period": period.code(), "version": number, "note": note });
        set.journal.push(self.lock_noted(actor, kind, "lock", id, &payload));
        self.database.apply(set).await?;
        Ok(())
    }

    pub(crate) async fn unlock_figures(
        &self,
        actor: &Actor,
        kind: Locked,
        element: &str,
        period: Period,
        reason: &str,
    ) -> Result<(), EngineError> {
        self.figures_office(actor)?;
        if reason.trim().is_empty() {
            return Err(Problem::of("reason", "field.required").into());
        }
        if reason.chars().count() > LONGEST {
            return Err(Problem::of("reason", "field.too_long").with("most", LONGEST).into());
        }
        let locks = self.figure_locks(kind, element, &[period]).await?;
        let Some(lock) = locks.get(&period) else {
            return Err(EngineError::Refused(
                Problem::new("figures.not_locked").with("period", period.code()),
            ));
        };
        let mut set = ChangeSet::new();
        set.update(
            PERIOD_LOCK,
            lock.id,
            None,
            vec![
                ("unlocked_at".into(), self.now().into()),
                ("unlocked_by".into(), Value::Id(actor.account)),
                ("unlock_name".into(), actor.display.as_str().into()),
                ("reason".into(), reason.trim().into()),
            ],
        );
        let payload = json!({
            "element": element, "period": period.code(), "version": lock.number, "reason": reason,
        });
        set.journal.push(self.lock_noted(actor, kind, "unlock", lock.id, &payload));
        self.database.apply(set).await?;
        Ok(())
    }

    fn figures_office(&self, actor: &Actor) -> Result<(), EngineError> {
        if self.locks_figures(actor) {
            return Ok(());
        }
        Err(EngineError::Refused(Problem::new("figures.not_office")))
    }

    fn lock_noted(
        &self,
        actor: &Actor,
        kind: Locked,
        done: &str,
        record: Id,
        payload: &serde_json::Value,
    ) -> JournalEntry {
        JournalEntry {
            at: self.now(),
            actor: actor.account,
            operation: format!("{}.{done}", kind.name()),
            table: PERIOD_LOCK.into(),
            record,
            county: String::new(),
            payload: payload.to_string(),
        }
    }

    /// The locks of some periods.
    pub(crate) async fn figure_locks(
        &self,
        kind: Locked,
        element: &str,
        periods: &[Period],
    ) -> Result<HashMap<Period, Lock>, EngineError> {
        let codes = periods.iter().map(|p| Value::Text(p.code())).collect();
        let query = Query::of(PERIOD_LOCK, Scope::system("released figures"))
            .filter(Condition::eq("kind", kind.name()))
            .filter(Condition::eq("element", element))
            .filter(Condition::In("period".into(), codes))
            .filter(Condition::Eq("unlocked_at".into(), Value::Int(0)))
            .limit(MOST);
        let mut found = HashMap::new();
        for row in self.database.select(&query).await? {
            if let Some(period) = Period::parse(row.text("period")?) {
                found.insert(period, lock_of(&row)?);
            }
        }
        Ok(found)
    }
}

fn lock_of(row: &Row) -> Result<Lock, StoreError> {
    Ok(Lock {
        id: row.id("id")?,
        number: row.int("number")?,
        at: row.instant("locked_at")?,
        by: row.text("by_name")?.to_owned(),
        note: row.text("note")?.to_owned(),
    })
}
