//! The writing connection: each set under a savepoint, many sets per commit. The statements of a set travel together
//! (pipelined), so that a set costs one journey to the server.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use deadpool_postgres::Object;
use futures_util::future::{BoxFuture, join, join_all};
use tokio_postgres::Statement as Prepared;

use super::{failure, parameters, rows, store_error};
use crate::sqlite::BatchAnswer;
use crate::statement::{Failure, Outcome, Step};
use crate::{Row, StoreError};

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

/// Stores one set. `before` ends the savepoint of the set before it and sets this one's; it is sent ahead of everything
/// else, but nobody waits for its answer before the statements are on their way.
async fn one(client: &Object, steps: &[Step], before: &str) -> Result<Outcome, Failure> {
    let mut before = Box::pin(client.batch_execute(before));
    let mut ahead = poll_fn(|context| Poll::Ready(before.as_mut().poll(context))).await;
    let mut answers = Vec::new();
    for some in steps.chunks(TOGETHER) {
        let prepared = prepare(client, some).await;
        if prepared.is_err() && ahead.is_pending() {
            before.as_mut().await.map_err(|e| broken(&e))?;
        }
        let prepared = prepared?;
        let running: Vec<BoxFuture<'_, Result<Done, tokio_postgres::Error>>> =
            some.iter().zip(&prepared).map(|(step, prepared)| run(client, step, prepared.as_ref())).collect();
        let running = join_all(running);
        let done = match std::mem::replace(&mut ahead, Poll::Ready(Ok(()))) {
            Poll::Ready(set) => {
                set.map_err(|e| broken(&e))?;
                running.await
            }
            Poll::Pending => {
                let (done, set) = join(running, before.as_mut()).await;
                set.map_err(|e| broken(&e))?;
                done
            }
        };
        if let Some(outcome) = gather(some, done, &mut answers)? {
            return Ok(outcome);
        }
    }
    if ahead.is_pending() {
        before.await.map_err(|e| broken(&e))?;
    }
    Ok(Outcome::Stored(answers))
}

/// DDL and other statements without values are not kept prepared.
async fn prepare(client: &Object, steps: &[Step]) -> Result<Vec<Option<Prepared>>, Failure> {
    let mut prepared = Vec::with_capacity(steps.len());
    for step in steps {
        let statement = &step.statement;
        prepared.push(if statement.values.is_empty() && step.shape.is_none() {
            None
        } else {
            Some(client.prepare_cached(&statement.sql).await.map_err(|e| failure(&e))?)
        });
    }
    Ok(prepared)
}

/// Looks at the answers in order: the first failure or unmet expectation decides, those after it only follow from it.
fn gather(
    steps: &[Step],
    done: Vec<Result<Done, tokio_postgres::Error>>,
    answers: &mut Vec<Vec<Row>>,
) -> Result<Option<Outcome>, Failure> {
    for (step, done) in steps.iter().zip(done) {
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
            return Ok(Some(outcome));
        }
    }
    Ok(None)
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
