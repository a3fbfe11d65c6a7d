//! SQLite: one thread that writes, several that read. Statements are prepared once per thread.

mod open;
mod reader;
mod run;
mod writer;

use std::sync::{Arc, mpsc};

use tokio::sync::oneshot;

use crate::statement::{Failure, Fetch, Outcome, Step};
use crate::{Row, StoreError};

pub(crate) use open::{Address, address};

/// The answer to a batch: one for each set, or one failure of the whole.
pub(crate) type BatchAnswer = Result<Vec<Result<Outcome, Failure>>, StoreError>;

/// An open SQLite database.
pub(crate) struct Sqlite {
    address: Address,
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
        Ok(Self { address: address.clone(), reads, writes })
    }

    /// Reads on one of the reading threads.
    pub(crate) async fn fetch(&self, fetch: Fetch) -> Result<Vec<Row>, StoreError> {
        Ok(self.fetch_all(vec![fetch]).await?.pop().unwrap_or_default())
    }

    /// Reads several answers on one of the reading threads: waking a thread costs as much as a small question.
    pub(crate) async fn fetch_all(&self, fetches: Vec<Fetch>) -> Result<Vec<Vec<Row>>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.reads.send(reader::Job { fetches, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Stores a batch in one transaction.
    pub(crate) async fn write(&self, sets: Vec<Arc<Vec<Step>>>) -> BatchAnswer {
        let (answer, answered) = oneshot::channel();
        self.writes.send(writer::Job::Batch { sets, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Runs all `questions` within one read transaction (the database as it stands at one instant) and hands each row
    /// over as it comes. `each` gets the number of the question and the row.
    pub(crate) fn fetch_at_one_instant(
        &self,
        questions: &[Fetch],
        mut each: impl FnMut(usize, &Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let connection = open::reading(&self.address)?;
        connection.execute_batch("BEGIN").map_err(|e| run::store_error(&e))?;
        for (number, question) in questions.iter().enumerate() {
            run::each_row(&connection, &question.statement, &question.shape, |row| each(number, &row))?;
        }
        connection.execute_batch("COMMIT").map_err(|e| run::store_error(&e))
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the program is stopping".to_owned())
}
