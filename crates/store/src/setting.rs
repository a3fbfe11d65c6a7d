//! Flags of the whole installation.
use crate::{Database, StoreError};
/// The value of a setting.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(db: &Database, name: &str) -> Result<Option<String>, StoreError> { let _ = (db, name); todo!() }
/// Sets it.
///
/// # Errors
/// The database cannot be reached.
pub async fn set(db: &Database, name: &str, value: &str) -> Result<(), StoreError> { let _ = (db, name, value); todo!() }
