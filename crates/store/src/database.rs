//! The door of the crate: opening, reading, writing.

use crate::{Aggregate, Applied, ChangeSet, Query, Row, StoreError, TableDef, WriteError};

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite inside the program.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// A database. Cheap to clone; all clones share the pools and the writer.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
}

impl Database {
    /// Opens (SQLite: creates) the database: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/NAME`. Must be
    /// called within a tokio runtime, which then carries the writer.
    ///
    /// # Errors
    /// The address is not understood, or the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> { let _ = url; todo!() }
    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> Engine { self.engine }
    /// Brings this crate's own tables to the newest migration and gives back what was done.
    ///
    /// # Errors
    /// A stored migration differs from this program's, or the database cannot be reached.
    pub async fn migrate(&self) -> Result<Vec<String>, StoreError> { todo!() }
    /// Makes the tables, columns and indexes that are missing, under one lock, and gives back what was done. Nothing is ever dropped.
    ///
    /// # Errors
    /// A bad name, or the database cannot be reached.
    pub async fn ensure_tables(&self, tables: &[TableDef]) -> Result<Vec<String>, StoreError> { let _ = tables; todo!() }
    /// The rows of a list.
    ///
    /// # Errors
    /// An unknown table or column, a column outside the scope's class, or the database cannot be reached.
    pub async fn select(&self, query: &Query) -> Result<Vec<Row>, StoreError> { let _ = query; todo!() }
    /// The first row of a list, if there is one.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn first(&self, query: &Query) -> Result<Option<Row>, StoreError> { let _ = query; todo!() }
    /// The number of rows (paying no attention to page and limit), counted no further than `limit`.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn count_up_to(&self, query: &Query, limit: u64) -> Result<u64, StoreError> { let _ = (query, limit); todo!() }
    /// Counts and sums by groups.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn aggregate(&self, query: &Aggregate) -> Result<Vec<Row>, StoreError> { let _ = query; todo!() }
    /// Stores a change set, durably when the answer comes.
    ///
    /// # Errors
    /// [`WriteError::Conflict`], [`WriteError::Duplicate`], or the database could not store it; nothing of it is stored then.
    pub async fn apply(&self, set: ChangeSet) -> Result<Applied, WriteError> { let _ = set; todo!() }
    /// Stores many change sets with multi-row statements, each set whole or not at all, and answers for each.
    pub async fn apply_bulk(&self, sets: Vec<ChangeSet>) -> Vec<Result<Applied, WriteError>> { let _ = sets; todo!() }
}
