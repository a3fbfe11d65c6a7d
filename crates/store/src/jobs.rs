//! Jobs.
use base::Instant;
use crate::{Database, StoreError};
/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub number: i64,
    /// The kind.
    pub kind: String,
    /// Arguments as JSON.
    pub payload: String,
    /// How often it was leased, this time included.
    pub attempts: i64,
    /// The lease, by which only its holder can finish it.
    pub leased_until: Instant,
}
/// Leases up to `limit` due jobs of these kinds (all kinds when empty) until `until`.
///
/// # Errors
/// The database cannot be reached.
pub async fn lease(db: &Database, kinds: &[&str], now: Instant, until: Instant, limit: u32) -> Result<Vec<Job>, StoreError> { let _ = (db, kinds, now, until, limit); todo!() }
/// The job is done. False when the lease had run out and somebody else took it.
///
/// # Errors
/// The database cannot be reached.
pub async fn done(db: &Database, job: &Job) -> Result<bool, StoreError> { let _ = (db, job); todo!() }
/// The job failed: it is due again at `again_at`, never when None (it stays in the table as given up).
///
/// # Errors
/// The database cannot be reached.
pub async fn failed(db: &Database, job: &Job, error: &str, again_at: Option<Instant>) -> Result<bool, StoreError> { let _ = (db, job, error, again_at); todo!() }
