//! Work to be done later: a small table of our own. A job is stored with the change that needs it
//! ([`crate::ChangeSet::jobs`]), leased by one worker, and must bear running twice: a worker that dies leaves it to the
//! next one when the lease runs out.

use base::Instant;

use crate::statement::Step;
use crate::table::ColumnKind::{Int, Text};
use crate::{Database, StoreError, Value};

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
    /// The end of the lease, by which only its holder can finish it.
    pub leased_until: Instant,
}

/// Leases up to `limit` due jobs of these kinds (all kinds when empty) until `until`, the longest due first.
///
/// # Errors
/// The database cannot be reached.
pub async fn lease(
    db: &Database,
    kinds: &[&str],
    now: Instant,
    until: Instant,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let of_kind = match kinds.len() {
        0 => String::new(),
        n => format!("AND kind IN ({})", vec!["?"; n].join(", ")),
    };
    let skip = if db.engine() == crate::Engine::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    // While it runs, another job of the same key may wait again: this one may have looked too early.
    let sql = format!(
        "UPDATE job SET leased_until = ?, attempts = attempts + 1, once_key = NULL WHERE number IN \
         (SELECT number FROM job WHERE run_at <= ? AND leased_until <= ? AND NOT given_up {of_kind} \
         ORDER BY run_at, number LIMIT ? {skip}) RETURNING number, kind, payload, attempts, leased_until"
    );
    let mut values: Vec<Value> = vec![until.into(), now.into(), now.into()];
    values.extend(kinds.iter().map(|k| Value::from(*k)));
    values.push(limit.into());
    let columns =
        [("number", Int), ("kind", Text), ("payload", Text), ("attempts", Int), ("leased_until", Int)];
    let rows = db.run_answering(&sql, values, &columns).await?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        jobs.push(Job {
            number: row.int("number")?,
            kind: row.text("kind")?.to_owned(),
            payload: row.text("payload")?.to_owned(),
            attempts: row.int("attempts")?,
            leased_until: row.instant("leased_until")?,
        });
    }
    jobs.sort_by_key(|j| j.number);
    Ok(jobs)
}

/// The job is done and goes. False when the lease had run out and somebody else took it.
///
/// # Errors
/// The database cannot be reached.
pub async fn done(db: &Database, job: &Job) -> Result<bool, StoreError> {
    let sql = "DELETE FROM job WHERE number = ? AND leased_until = ? AND attempts = ?";
    finish(db, sql, vec![], job).await
}

/// The job failed: it is due again at `again_at`; with None it is given up and stays in the table for somebody to look
/// at. False when the lease had run out and somebody else took it.
///
/// # Errors
/// The database cannot be reached.
pub async fn failed(
    db: &Database,
    job: &Job,
    error: &str,
    again_at: Option<Instant>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE job SET last_error = ?, given_up = ?, run_at = ?, leased_until = 0 \
               WHERE number = ? AND leased_until = ? AND attempts = ?";
    let error: String = error.chars().filter(|c| *c != '\0').take(2000).collect();
    let first = vec![error.into(), again_at.is_none().into(), again_at.unwrap_or(job.leased_until).into()];
    finish(db, sql, first, job).await
}

/// When a job that has failed `attempts` times should run again: after 10 seconds, doubled each time, at most a day.
#[must_use]
pub fn backoff(attempts: i64, now: Instant) -> Instant {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 14)).unwrap_or(14);
    now.plus_seconds((10_i64 << doublings).min(86_400))
}

async fn finish(db: &Database, sql: &str, mut values: Vec<Value>, job: &Job) -> Result<bool, StoreError> {
    values.extend([job.number.into(), job.leased_until.into(), job.attempts.into()]);
    Ok(db.run(vec![Step::exactly("job", 1, db.statement(sql, values))]).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_a_day() {
        let waits = [1, 2, 3, 14, 15, 99].map(|n| backoff(n, Instant(0)).0 / 1_000_000);
        assert_eq!(waits, [10, 20, 40, 81_920, 86_400, 86_400]);
    }
}
