//! The history of a record: every change that the journal holds, newest first, with the fields that changed.

use base::{Id, Instant};
use city::Actor;
use serde_json::Value as Json;

use crate::tables::table_name;
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
        let entries = store::journal::of_record(&self.database, &table_name(register), record.id, SHOWN).await?;
        let accounts: Vec<Id> = entries.iter().map(|e| e.actor).collect();
        let names = self.account_names(&accounts).await?;
        let visible = |name: &str| definition.field(name).is_some_and(|f| f.class <= actor.reads);
        let changes = entries.into_iter().map(|entry| {
            let payload: Json = serde_json::from_str(&entry.payload).unwrap_or_default();
            let fields = payload.get("fields").and_then(Json::as_object).cloned().unwrap_or_default();
            Change {
                at: entry.at,
                by: names.get(&entry.actor).cloned().unwrap_or_default(),
                operation: entry.operation,
                fields: fields.into_iter().filter(|(name, _)| visible(name)).collect(),
            }
        });
        Ok(changes.collect())
    }
}
