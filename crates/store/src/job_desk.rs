//! Jobs as whoever looks after the program sees them: what waits, what failed and why, and a second chance.

use base::Instant;

use crate::jobs::Job;
use crate::statement::Step;
use crate::table::ColumnKind::{Bool, Int, Text};
use crate::{Database, StoreError, Value};

/// A job in the table: waiting, running or given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub number: i64,
    /// The kind.
    pub kind: String,
    /// Arguments as JSON.
    pub payload: String,
    /// Not before this instant.
    pub run_at: Instant,
    /// Somebody works on it until then; 0 while nobody does.
    pub leased_until: Instant,
    /// How often it was begun.
    pub attempts: i64,
    /// Why it failed last; empty when it never did.
    pub last_error: String,
    /// It failed too often and waits for a person.
    pub given_up: bool,
}

/// The newest jobs first, at most `limit`.
///
/// # Errors
/// The database cannot be reached.
pub async fn standing(db: &Database, limit: u32) -> Result<Vec<Standing>, StoreError> {
    let sql = "SELECT number, kind, payload, run_at, leased_until, attempts, COALESCE(last_error, '') AS last_error, \
               given_up FROM job ORDER BY number DESC LIMIT ?";
    let columns = [
        ("number", Int),
        ("kind", Text),
        ("payload", Text),
        ("run_at", Int),
        ("leased_until", Int),
        ("attempts", Int),
        ("last_error", Text),
        ("given_up", Bool),
    ];
    let rows = db.ask(sql, vec![limit.into()], &columns).await?;
    let one = |row: &crate::Row| {
        Ok(Standing {
            number: row.int("number")?,
            kind: row.text("kind")?.to_owned(),
            payload: row.text("payload")?.to_owned(),
            run_at: row.instant("run_at")?,
            leased_until: row.instant("leased_until")?,
            attempts: row.int("attempts")?,
            last_error: row.text("last_error")?.to_owned(),
            given_up: row.bool("given_up")?,
        })
    };
    rows.iter().map(one).collect()
}

/// Makes a job that was given up, or waits after a failure, due at once. False when it is gone or somebody works on it.
///
/// # Errors
/// The database cannot be reached.
pub async fn retry(db: &Database, number: i64, now: Instant) -> Result<bool, StoreError> {
    let sql =
        "UPDATE job SET given_up = ?, run_at = ?, leased_until = 0 WHERE number = ? AND leased_until <= ?";
    let values: Vec<Value> = vec![false.into(), now.into(), number.into(), now.into()];
    Ok(db.run(vec![Step::exactly("job", 1, db.statement(sql, values))]).await?.is_some())
}

/// Prolongs the lease of a job that goes on. False when it had run out and somebody else took the job: then this worker
/// stops.
///
/// # Errors
/// The database cannot be reached.
pub async fn prolong(db: &Database, job: &mut Job, until: Instant) -> Result<bool, StoreError> {
    let kept = set_lease(db, job, until).await?;
    if kept {
        job.leased_until = until;
    }
    Ok(kept)
}

/// Gives a job back unfinished, so that another worker, or this one after a restart, takes it at once.
///
/// # Errors
/// The database cannot be reached.
pub async fn give_back(db: &Database, job: &Job) -> Result<bool, StoreError> {
    set_lease(db, job, Instant(0)).await
}

async fn set_lease(db: &Database, job: &Job, until: Instant) -> Result<bool, StoreError> {
    let sql = "UPDATE job SET leased_until = ? WHERE number = ? AND leased_until = ? AND attempts = ?";
    let values: Vec<Value> =
        vec![until.into(), job.number.into(), job.leased_until.into(), job.attempts.into()];
    Ok(db.run(vec![Step::exactly("job", 1, db.statement(sql, values))]).await?.is_some())
}

/// Ends all leases: at the start of the only process that works on the database, since nobody else can hold one.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_leases(db: &Database) -> Result<(), StoreError> {
    let sql = "UPDATE job SET leased_until = ? WHERE leased_until > 0";
    db.run(vec![Step::any("job", db.statement(sql, vec![0_i64.into()]))]).await.map(|_| ())
}
