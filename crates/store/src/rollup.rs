//! Counters.
use crate::{Database, Row, Scope, StoreError};
/// The parts of a counter by which it can be grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// County.
    County,
    /// Township.
    Township,
    /// Sector.
    Sector,
    /// The counted value.
    Value,
}
/// Sums of a counter by groups within a scope: rows with the columns of `by` and `amount`.
///
/// # Errors
/// A branch of the scope names an organisation or a park, which counters do not carry; or the database cannot be reached.
pub async fn totals(db: &Database, counter: &str, scope: &Scope, by: &[Part]) -> Result<Vec<Row>, StoreError> { let _ = (db, counter, scope, by); todo!() }
/// Folds up to `limit` deltas into the base; gives back how many.
///
/// # Errors
/// The database cannot be reached.
pub async fn fold(db: &Database, limit: u32) -> Result<u64, StoreError> { let _ = (db, limit); todo!() }
