//! SQLite: one thread that writes, several that read. Statements are prepared once per thread.

mod open;
mod reader;
mod run;
mod writer;

use std::path::PathBuf;
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::statement::{Failure, Fetch, Outcome, Step};
use crate::{Row, StoreError};

pub(crate) use open::{Address, address};

/// The answer to a batch: one for each set, or one failure of the whole.
pub(crate) type BatchAnswer = Result<Vec<Result<Outcome, Failure>>, StoreError>;

/// An open SQLite database.
pub(crate) struct Sqlite {
    pub(crate) path: PathBuf,
    reads: mpsc::Sender<reader::Job>,
    writes: mpsc::Sender<writer::Job>,
}

impl Sqlite {
    /// Opens or creates the file and starts the threads.
    pub(crate) fn open(address: &Address) -> Result<Self, StoreError> {
        let writing = open::writing(address)?;
        let (writes, jobs) = mpsc::channel();
        writer::start(writing, jobs)?;
        let (reads, jobs) = mpsc::channel();
        reader::start(address, jobs)?;
        Ok(Self { path: address.path.clone(), reads, writes })
    }

    /// Reads on one of the reading threads.
    pub(crate) async fn fetch(&self, fetch: Fetch) -> Result<Vec<Row>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.reads.send(reader::Job { fetch, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Stores a batch in one transaction.
    pub(crate) async fn write(&self, sets: Vec<Vec<Step>>) -> BatchAnswer {
        let (answer, answered) = oneshot::channel();
        self.writes.send(writer::Job::Batch { sets, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Copies the whole database, as it stands at one instant, into a new file.
    pub(crate) async fn copy_to(&self, target: PathBuf) -> Result<(), StoreError> {
        let source = self.path.clone();
        tokio::task::spawn_blocking(move || open::copy(&source, &target)).await.map_err(|_| stopped())?
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the program is stopping".to_owned())
}
