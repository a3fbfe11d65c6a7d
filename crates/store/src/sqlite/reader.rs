//! The reading threads. They share one queue.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::open::{Address, reading};
use super::run;
use crate::statement::Fetch;
use crate::{Row, StoreError};

/// Questions and where their answers go.
pub(super) struct Job {
    pub(super) fetches: Vec<Fetch>,
    pub(super) answer: oneshot::Sender<Result<Vec<Vec<Row>>, StoreError>>,
}

/// Starts the threads: as many as the machine has cores, at least two, at most eight.
pub(super) fn start(address: &Address, jobs: mpsc::Receiver<Job>) -> Result<(), StoreError> {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
    let jobs = Arc::new(Mutex::new(jobs));
    for _ in 0..threads {
        let connection = reading(address)?;
        let jobs = Arc::clone(&jobs);
        let thread = std::thread::Builder::new().name("store-reader".to_owned());
        thread
            .spawn(move || serve(&connection, &jobs))
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
    }
    Ok(())
}

fn serve(connection: &Connection, jobs: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { fetches, answer }) = next else { return };
        if answer.is_closed() {
            continue;
        }
        let one = |fetch: &Fetch| run::rows(connection, &fetch.statement, &fetch.shape);
        let rows = fetches.iter().map(one).collect::<rusqlite::Result<Vec<_>>>();
        // Whoever asked may have gone away in the meantime.
        let _ = answer.send(rows.map_err(|e| run::store_error(&e)));
    }
}
