//! Search.
use base::Id;
use crate::{Database, Scope, StoreError};
/// The records whose search entry holds all of the words, newest first. `tables` empty: all tables.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(db: &Database, words: &str, tables: &[&str], scope: &Scope, limit: u32) -> Result<Vec<(String, Id)>, StoreError> { let _ = (db, words, tables, scope, limit); todo!() }
