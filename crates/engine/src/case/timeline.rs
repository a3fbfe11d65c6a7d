//! What happened to a case, step by step, and what may happen next.

use base::{Id, Instant};
use city::Actor;
use judge::Done;
use serde_json::Value as Json;
use store::{Condition, Direction, Query, Scope};

use crate::tables::CASE_EVENT;
use crate::{Engine, EngineError};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct CaseEvent {
    /// Procedure under which it happened.
    pub procedure: String,
    /// Step; `open` for the opening.
    pub step: String,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Id,
    /// Their name as it was then.
    pub by_name: String,
    /// Remark.
    pub reason: String,
    /// Fields written.
    pub facts: serde_json::Map<String, Json>,
}

/// Events read of one case at most; a case that goes round more often than this is a defect of its procedure.
const MOST: u32 = 1000;

impl Engine {
    /// The timeline of a case that `actor` may see, oldest first.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they may not.
    pub async fn timeline(
        &self,
        actor: &Actor,
        register: &str,
        id: Id,
    ) -> Result<Vec<CaseEvent>, EngineError> {
        let record = self.record(actor, register, id).await?;
        let definition = self.register(register)?;
        let reads = self.reads_at(actor, definition, &record.place);
        let mut events = self.events(id).await?;
        for event in &mut events {
            event.facts.retain(|name, _| definition.field(name).is_some_and(|f| f.class <= reads));
        }
        Ok(events)
    }

    pub(crate) async fn events(&self, id: Id) -> Result<Vec<CaseEvent>, EngineError> {
        let query = Query::of(CASE_EVENT, Scope::system("events of one case"))
            .filter(Condition::eq("record", id))
            .sort("id", Direction::Ascending)
            .limit(MOST);
        let mut events = Vec::new();
        for row in self.database.select(&query).await? {
            events.push(CaseEvent {
                procedure: row.text("procedure")?.to_owned(),
                step: row.text("step")?.to_owned(),
                from: row.text("from_state")?.to_owned(),
                to: row.text("to_state")?.to_owned(),
                at: row.instant("at")?,
                by: row.id("by_account")?,
                by_name: row.text("by_name")?.to_owned(),
                reason: row.text("reason")?.to_owned(),
                facts: serde_json::from_str(row.text("facts")?).unwrap_or_default(),
            });
        }
        Ok(events)
    }
}

/// The steps in `events`, as the judge asks for them.
#[must_use]
pub fn done_of(events: &[CaseEvent]) -> Vec<Done> {
    events.iter().map(|e| Done { step: e.step.clone(), by: e.by }).collect()
}
