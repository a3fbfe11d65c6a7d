//! The writing connection: each set under a savepoint, many sets per commit. The statements of a set travel together
//! (pipelined), so that a set costs one journey to the server.

use std::sync::Arc;

use deadpool_postgres::Object;
use futures_util::future::{BoxFuture, join_all};
use tokio_postgres::Statement as Prepared;

use super::{failure, parameters, rows, store_error};
use crate::StoreError;
use crate::sqlite::BatchAnswer;
use crate::statement::{Failure, Outcome, Step};

/// `join_all` polls up to so many futures in their order, which is the order on the wire.
const TOGETHER: usize = 24;

enum Done {
    Touched(u64),
    Rows(Vec<tokio_postgres::Row>),
}

pub(super) async fn batch(client: Object, sets: &[Arc<Vec<Step>>]) -> BatchAnswer {
    let outcomes = in_transaction(&client, sets).await;
    if outcomes.is_err() && client.batch_execute("ROLLBACK").await.is_err() {
        // The connection is beyond use: it is thrown away, the next batch opens another one.
        let _ = Object::take(client);
    }
    outcomes
}

async fn in_transaction(client: &Object, sets: &[Arc<Vec<Step>>]) -> BatchAnswer {
    client.batch_execute("BEGIN").await.map_err(|e| store_error(&e))?;
    let mut outcomes = Vec::with_capacity(sets.len());
    let mut before = "SAVEPOINT one";
    for set in sets {
        let outcome = one(client, set, before).await;
        if let Err(Failure::Broken(error)) = outcome {
            return Err(error);
        }
        before = match outcome {
            Ok(Outcome::Stored(_)) => "RELEASE SAVEPOINT one; SAVEPOINT one",
            _ => "ROLLBACK TO SAVEPOINT one; RELEASE SAVEPOINT one; SAVEPOINT one",
        };
        outcomes.push(outcome);
    }
    if !matches!(outcomes.last(), Some(Ok(Outcome::Stored(_)))) {
        client.batch_execute("ROLLBACK TO SAVEPOINT one").await.map_err(|e| store_error(&e))?;
    }
    client.batch_execute("COMMIT").await.map_err(|e| store_error(&e))?;
    Ok(outcomes)
}

async fn one(client: &Object, steps: &[Step], before: &str) -> Result<Outcome, Failure> {
    client.batch_execute(before).await.map_err(|e| broken(&e))?;
    let mut answers = Vec::new();
    for some in steps.chunks(TOGETHER) {
        let mut prepared: Vec<Option<Prepared>> = Vec::with_capacity(some.len());
        for step in some {
            let statement = &step.statement;
            prepared.push(if statement.values.is_empty() && step.shape.is_none() {
                None
            } else {
                Some(client.prepare_cached(&statement.sql).await.map_err(|e| failure(&e))?)
            });
        }
        let running: Vec<BoxFuture<'_, Result<Done, tokio_postgres::Error>>> =
            some.iter().zip(&prepared).map(|(step, prepared)| run(client, step, prepared.as_ref())).collect();
        for (step, done) in some.iter().zip(join_all(running).await) {
            let touched = match done.map_err(|e| failure(&e))? {
                Done::Touched(n) => n,
                Done::Rows(found) => {
                    if let Some(shape) = &step.shape {
                        answers.push(rows(shape, &found).map_err(Failure::Refused)?);
                    }
                    found.len() as u64
                }
            };
            if let Some(outcome) = step.unexpected(touched) {
                return Ok(outcome);
            }
        }
    }
    Ok(Outcome::Stored(answers))
}

fn run<'a>(
    client: &'a Object,
    step: &'a Step,
    prepared: Option<&'a Prepared>,
) -> BoxFuture<'a, Result<Done, tokio_postgres::Error>> {
    Box::pin(async move {
        match prepared {
            None => client.batch_execute(&step.statement.sql).await.map(|()| Done::Touched(0)),
            Some(prepared) if step.shape.is_some() => {
                client.query(prepared, &parameters(&step.statement.values)).await.map(Done::Rows)
            }
            Some(prepared) => {
                client.execute(prepared, &parameters(&step.statement.values)).await.map(Done::Touched)
            }
        }
    })
}

fn broken(error: &tokio_postgres::Error) -> Failure {
    match failure(error) {
        Failure::Refused(error) => Failure::Broken(error),
        Failure::Again(text) => Failure::Broken(StoreError::Unavailable(text)),
        other => other,
    }
}
