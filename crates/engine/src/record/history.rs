//! The history of a record: every change that the journal holds, newest first, with the fields that changed.

use base::{Id, Instant};
use city::Actor;
use serde_json::Value as Json;
use store::{Condition, Direction, Query, Scope};

use crate::{Engine, EngineError};

/// One change.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// What, for instance `enterprise.update`.
    pub operation: String,
    /// Fields written, those that the reader may see.
    pub fields: Vec<(String, Json)>,
}

/// Changes shown at most.
const SHOWN: u32 = 100;

impl Engine {
    /// The changes of a record that `actor` may see.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they may not see the record.
    pub async fn history(&self, actor: &Actor, register: &str, id: Id) -> Result<Vec<Change>, EngineError> {
        let record = self.record(actor, register, id).await?;
        let definition = self.register(register)?;
        let query = Query::of("journal", Scope::system("history of one record"))
            .columns(&["at", "actor", "operation", "payload"])
            .filter(Condition::eq("record_id", record.id))
            .sort("seq", Direction::Descending)
            .limit(SHOWN);
        let rows = self.database.select(&query).await?;
        let accounts: Vec<Id> = rows.iter().map(|row| row.id("actor")).collect::<Result<_, _>>()?;
        let names = self.account_names(&accounts).await?;
        let reads = self.reads_at(actor, definition, &record.place);
        let visible = |name: &str| definition.field(name).is_some_and(|f| f.class <= reads);
        let mut changes = Vec::with_capacity(rows.len());
        for (row, account) in rows.iter().zip(accounts) {
            // The payload of an erased entry is gone; that something was done then stays.
            let payload: Json =
                serde_json::from_str(row.opt_text("payload")?.unwrap_or_default()).unwrap_or_default();
            let fields = payload.get("fields").and_then(Json::as_object).cloned().unwrap_or_default();
            changes.push(Change {
                at: row.instant("at")?,
                by: names.get(&account).cloned().unwrap_or_default(),
                operation: row.text("operation")?.to_owned(),
                fields: fields.into_iter().filter(|(name, _)| visible(name)).collect(),
            });
        }
        Ok(changes)
    }
}
