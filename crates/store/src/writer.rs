//! The one write path: a queue, and a task that stores many change sets per commit.
//!
//! While one batch is on its way to the disk the next one gathers, so that the commit rate of the disk does not bound
//! the number of change sets. Whoever waits gets an answer after the commit, never before.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, oneshot};

use crate::database::Executor;
use crate::statement::{Failure, Outcome, Step};
use crate::{Priority, StoreError};

/// At most so many sets per commit, so that nobody waits for long.
const MOST_SETS: usize = 512;
/// At most so many sets of low priority per commit.
const MOST_LOW: usize = 8;
/// How often a set is tried again that another transaction stood in the way of.
const MOST_TRIES: u32 = 5;
/// While people keep the writer busy, every so many commits take one set of low priority along.
const LOW_EVERY: u32 = 8;

struct Work {
    steps: Arc<Vec<Step>>,
    tries: u32,
    answer: oneshot::Sender<Result<Outcome, Failure>>,
}

#[derive(Default)]
struct Waiting {
    normal: VecDeque<Work>,
    low: VecDeque<Work>,
    commits: u32,
    closed: bool,
}

/// The queue before the writer.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    /// Statements handed over so far.
    pub(crate) statements: AtomicU64,
    woken: Notify,
}

impl Queue {
    /// Hands the steps of one set to the writer and waits for its answer.
    pub(crate) async fn store(&self, steps: Vec<Step>, priority: Priority) -> Result<Outcome, Failure> {
        self.statements.fetch_add(steps.len() as u64, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.push(Work { steps: Arc::new(steps), tries: 0, answer }, priority);
        answered.await.unwrap_or_else(|_| Err(Failure::Broken(stopping())))
    }

    fn push(&self, work: Work, priority: Priority) {
        let mut waiting = self.lock();
        match priority {
            Priority::Normal => waiting.normal.push_back(work),
            Priority::Low => waiting.low.push_back(work),
        }
        drop(waiting);
        self.woken.notify_one();
    }

    /// No more work will come: the writer ends when it has done what waits.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.woken.notify_one();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch; None when the queue is closed and empty.
    async fn next(&self) -> Option<Vec<Work>> {
        loop {
            let woken = self.woken.notified();
            {
                let mut waiting = self.lock();
                let batch = waiting.take();
                if !batch.is_empty() {
                    return Some(batch);
                }
                if waiting.closed {
                    return None;
                }
            }
            woken.await;
        }
    }
}

impl Waiting {
    fn take(&mut self) -> Vec<Work> {
        self.commits = self.commits.wrapping_add(1);
        let normal = self.normal.len().min(MOST_SETS);
        let mut batch: Vec<Work> = self.normal.drain(..normal).collect();
        let low = match batch.is_empty() {
            true => MOST_LOW,
            false => usize::from(self.commits.is_multiple_of(LOW_EVERY)),
        };
        let low = self.low.len().min(low);
        batch.extend(self.low.drain(..low));
        batch
    }
}

/// Serves the queue until it is closed.
pub(crate) async fn serve(queue: Arc<Queue>, executor: Arc<Executor>) {
    while let Some(batch) = queue.next().await {
        let steps = batch.iter().map(|work| Arc::clone(&work.steps)).collect();
        match executor.write(steps).await {
            Err(error) => {
                tracing::warn!(%error, sets = batch.len(), "a commit failed; nothing of it is stored");
                for work in batch {
                    let _ = work.answer.send(Err(Failure::Broken(error.clone())));
                }
            }
            Ok(outcomes) => answer(&queue, batch, outcomes),
        }
    }
}

fn answer(queue: &Queue, batch: Vec<Work>, outcomes: Vec<Result<Outcome, Failure>>) {
    for (mut work, outcome) in batch.into_iter().zip(outcomes) {
        match outcome {
            Err(Failure::Again(_)) if work.tries < MOST_TRIES => {
                work.tries += 1;
                queue.push(work, Priority::Normal);
            }
            outcome => {
                let _ = work.answer.send(outcome);
            }
        }
    }
}

fn stopping() -> StoreError {
    StoreError::Unavailable("the program is stopping".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_priority_waits_for_people_but_not_for_ever() {
        let queue = Queue::default();
        let work = || Work { steps: Arc::new(Vec::new()), tries: 0, answer: oneshot::channel().0 };
        (0..20).for_each(|_| queue.push(work(), Priority::Low));
        let mut low_taken = 0;
        for _ in 0..LOW_EVERY * 2 {
            queue.push(work(), Priority::Normal);
            low_taken += queue.lock().take().len() - 1;
        }
        assert_eq!(low_taken, 2);
        assert_eq!(queue.lock().take().len(), MOST_LOW);
    }
}
