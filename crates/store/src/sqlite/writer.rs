//! The writing thread: each set under a savepoint, many sets per commit.

use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{BatchAnswer, run};
use crate::StoreError;
use crate::statement::{Failure, Outcome, Step};

/// Work of the writing thread.
pub(super) enum Job {
    /// Sets to be stored in one transaction.
    Batch { sets: Vec<Arc<Vec<Step>>>, answer: oneshot::Sender<BatchAnswer> },
}

/// Starts the thread. It ends with its queue.
pub(super) fn start(connection: Connection, jobs: mpsc::Receiver<Job>) -> Result<(), StoreError> {
    let thread = std::thread::Builder::new().name("store-writer".to_owned());
    let spawned = thread.spawn(move || {
        for Job::Batch { sets, answer } in jobs {
            let answered = batch(&connection, &sets);
            if answered.is_err() && !connection.is_autocommit() {
                // A failed rollback leaves the transaction to the next BEGIN, which then fails and tries again.
                let _ = connection.execute_batch("ROLLBACK");
            }
            let _ = answer.send(answered);
        }
    });
    spawned.map(drop).map_err(|e| StoreError::Unavailable(e.to_string()))
}

fn batch(connection: &Connection, sets: &[Arc<Vec<Step>>]) -> BatchAnswer {
    let simple = |sql: &str| connection.execute_batch(sql).map_err(|e| run::store_error(&e));
    simple("BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(sets.len());
    for set in sets {
        simple("SAVEPOINT one")?;
        let outcome = one(connection, set);
        if let Err(Failure::Broken(error)) = outcome {
            return Err(error);
        }
        if connection.is_autocommit() {
            return Err(StoreError::Unavailable("the database gave up the whole transaction".to_owned()));
        }
        let stored = matches!(outcome, Ok(Outcome::Stored(_)));
        simple(if stored { "RELEASE one" } else { "ROLLBACK TO one; RELEASE one" })?;
        outcomes.push(outcome);
    }
    bring_search_up_to_date(connection).map_err(|e| run::store_error(&e))?;
    simple("COMMIT")?;
    Ok(outcomes)
}

/// Indexes the search entries of the whole batch at once: FTS5 writes a segment for every savepoint that touches it.
fn bring_search_up_to_date(connection: &Connection) -> rusqlite::Result<()> {
    let pending = "SELECT EXISTS (SELECT 1 FROM search_pending)";
    let pending = match connection.prepare_cached(pending) {
        Ok(mut prepared) => prepared.query_row([], |row| row.get::<usize, bool>(0))?,
        // Before the first migration there is no such table.
        Err(_) => return Ok(()),
    };
    if pending {
        for sql in [
            "DELETE FROM search_index WHERE rowid IN (SELECT number FROM search_pending WHERE indexed = 1)",
            // CROSS JOIN keeps the order of the tables: a plain join may walk all entries to look for the few pending.
            "INSERT INTO search_index (rowid, words) SELECT e.number, e.words FROM search_pending p \
             CROSS JOIN search_entry e ON e.number = p.number ORDER BY p.number",
            "DELETE FROM search_pending",
        ] {
            connection.prepare_cached(sql)?.execute([])?;
        }
    }
    Ok(())
}

fn one(connection: &Connection, steps: &[Step]) -> Result<Outcome, Failure> {
    let mut answers = Vec::new();
    for step in steps {
        let touched = match &step.shape {
            Some(shape) => {
                let rows = run::rows(connection, &step.statement, shape).map_err(|e| run::failure(&e))?;
                answers.push(rows);
                answers.last().map_or(0, Vec::len) as u64
            }
            None => run::execute(connection, &step.statement).map_err(|e| run::failure(&e))?,
        };
        if let Some(outcome) = step.unexpected(touched) {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Stored(answers))
}
