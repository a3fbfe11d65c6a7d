//! Short texts by key: titles of what is referred to, names of accounts. Nearly every row of a list names an enterprise
//! and a person, and always the same ones, so they are remembered for a moment. What this process changes is forgotten
//! with the change; other processes follow when the life of an entry ends.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Cache, Clock as _, Id, WallClock};

use crate::{Change, ChangeSet, Condition, Database, Query, Scope, StoreError, Value};

/// How long a text is remembered, seconds.
const LIFE_SECONDS: i64 = 10;

/// Texts by row; the ids of all tables differ.
pub(crate) struct Texts(Cache<Id, Arc<str>>);

impl Default for Texts {
    fn default() -> Self {
        Self(Cache::new(LIFE_SECONDS))
    }
}

impl Texts {
    /// Forgets the rows that these sets changed.
    pub(crate) fn forget<'a>(&self, sets: impl IntoIterator<Item = &'a ChangeSet>) {
        for change in sets.into_iter().flat_map(|set| &set.changes) {
            match change {
                Change::Update { id, .. } | Change::Delete { id, .. } => self.0.forget_one(id),
                // A new row was never read; rows written by another key than their id have no text that is shown.
                Change::Insert { .. } | Change::Upsert { .. } => {}
            }
        }
    }
}

impl Database {
    /// The text in `column` of each of these rows of `table`, whoever may see the rows behind them: for titles and
    /// names, which everybody sees who sees something that refers to them. Always the same column of a table. Rows that
    /// do not exist have none.
    ///
    /// # Errors
    /// An unknown table or column, or the database cannot be reached.
    pub async fn texts(
        &self,
        table: &str,
        column: &str,
        ids: impl IntoIterator<Item = Id>,
    ) -> Result<HashMap<Id, String>, StoreError> {
        let (memory, now) = (&self.remembered().0, WallClock.now());
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for id in ids {
            match memory.get(&id, now) {
                Some(text) => drop(found.insert(id, text.to_string())),
                None => missing.push(Value::Id(id)),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let generation = memory.generation();
        let query = Query::of(table, Scope::system("titles and names of what is referred to"))
            .columns(&["id", column])
            .limit(u32::try_from(missing.len()).unwrap_or(u32::MAX))
            .filter(Condition::In("id".into(), missing));
        for row in self.select(&query).await? {
            let (id, text) = (row.id("id")?, row.text(column)?);
            memory.put(id, text.into(), now, generation);
            found.insert(id, text.to_owned());
        }
        Ok(found)
    }
}
