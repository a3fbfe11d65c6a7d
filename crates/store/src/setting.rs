//! Flags of the whole installation, such as the active version of the pack. They live in the database, not in a
//! process, so that all processes agree.

use crate::statement::Step;
use crate::table::ColumnKind::Text;
use crate::{Database, StoreError};

/// The value of a setting.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(db: &Database, name: &str) -> Result<Option<String>, StoreError> {
    let rows =
        db.ask("SELECT value FROM setting WHERE name = ?", vec![name.into()], &[("value", Text)]).await?;
    rows.first().map(|r| r.text("value").map(str::to_owned)).transpose()
}

/// Sets it.
///
/// # Errors
/// The database cannot be reached.
pub async fn set(db: &Database, name: &str, value: &str) -> Result<(), StoreError> {
    db.run(vec![step(db, name, value)]).await.map(|_| ())
}

/// The step that sets it, for a transaction that does more.
pub(crate) fn step(db: &Database, name: &str, value: &str) -> Step {
    let sql = "INSERT INTO setting (name, value) VALUES (?, ?) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    Step::any("setting", db.statement(sql, vec![name.into(), value.into()]))
}
