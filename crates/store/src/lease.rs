//! Leases.
use base::Instant;
use crate::{Database, StoreError};
/// Takes or prolongs the lease `name` for `holder` until `until`. False while somebody else holds it.
///
/// # Errors
/// The database cannot be reached.
pub async fn take(db: &Database, name: &str, holder: &str, now: Instant, until: Instant) -> Result<bool, StoreError> { let _ = (db, name, holder, now, until); todo!() }
/// Gives it back.
///
/// # Errors
/// The database cannot be reached.
pub async fn give_back(db: &Database, name: &str, holder: &str) -> Result<(), StoreError> { let _ = (db, name, holder); todo!() }
