//! Records by name or code, whatever the scope, for administrators who must point at one: only what identifies it.

use base::Id;
use store::{ColumnClass, Condition, Direction, Query, Scope, Value};

use crate::tables::table_name;
use crate::{Engine, EngineError};

impl Engine {
    /// Id, code and title of up to `limit` records of `register` that the words find, newest first; nothing without
    /// words. No other field is read.
    ///
    /// # Errors
    /// No such register, or the database failed.
    pub async fn named(
        &self,
        register: &str,
        words: &str,
        limit: u32,
    ) -> Result<Vec<(Id, String, String)>, EngineError> {
        let register = self.register(register)?;
        if words.trim().is_empty() {
            return Ok(Vec::new());
        }
        let scope = Scope::system("an administrator points at a record").reading(ColumnClass::Public);
        let query = Query::of(table_name(register.name()), scope)
            .columns(&["id", "code", "title"])
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .filter(Condition::Matches(words.trim().to_owned()))
            .sort("id", Direction::Descending)
            .limit(limit);
        let rows = self.database.select(&query).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push((row.id("id")?, row.text("code")?.to_owned(), row.text("title")?.to_owned()));
        }
        Ok(found)
    }
}
