//! The writing thread: many sets per commit, each stored whole or not at all.

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

/// Stores the batch. Nearly always all of it can be stored, so it is tried without savepoints first: each of them makes
/// SQLite keep a copy of every page that it touches. Where one set cannot be stored, all are stored anew, each under a
/// savepoint, so that it alone is left out.
fn batch(connection: &Connection, sets: &[Arc<Vec<Step>>]) -> BatchAnswer {
    match all_or_none(connection, sets)? {
        Some(outcomes) => Ok(outcomes),
        None => each_by_itself(connection, sets),
    }
}

/// None when one of the sets cannot be stored; nothing is stored then.
fn all_or_none(
    connection: &Connection,
    sets: &[Arc<Vec<Step>>],
) -> Result<Option<Vec<Result<Outcome, Failure>>>, StoreError> {
    control(connection, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(sets.len());
    for set in sets {
        match one(connection, set) {
            Ok(stored @ Outcome::Stored(_)) if !connection.is_autocommit() => outcomes.push(Ok(stored)),
            Err(Failure::Broken(error)) => return Err(error),
            _ => {
                if !connection.is_autocommit() {
                    control(connection, "ROLLBACK")?;
                }
                return Ok(None);
            }
        }
    }
    bring_search_up_to_date(connection).map_err(|e| run::store_error(&e))?;
    control(connection, "COMMIT")?;
    Ok(Some(outcomes))
}

fn each_by_itself(connection: &Connection, sets: &[Arc<Vec<Step>>]) -> BatchAnswer {
    control(connection, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(sets.len());
    for set in sets {
        control(connection, "SAVEPOINT one")?;
        let outcome = one(connection, set);
        if let Err(Failure::Broken(error)) = outcome {
            return Err(error);
        }
        if connection.is_autocommit() {
            return Err(StoreError::Unavailable("the database gave up the whole transaction".to_owned()));
        }
        if !matches!(outcome, Ok(Outcome::Stored(_))) {
            control(connection, "ROLLBACK TO one")?;
        }
        control(connection, "RELEASE one")?;
        outcomes.push(outcome);
    }
    bring_search_up_to_date(connection).map_err(|e| run::store_error(&e))?;
    control(connection, "COMMIT")?;
    Ok(outcomes)
}

/// Begins or ends a transaction or savepoint, by a statement that is prepared once.
fn control(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let run = || connection.prepare_cached(sql)?.execute([]);
    run().map(drop).map_err(|e| run::store_error(&e))
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
