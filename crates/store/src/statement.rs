//! What the two executors run: text with values, and steps of a transaction with what is expected of each.

use std::sync::Arc;

use crate::row::{Header, Row};
use crate::table::ColumnKind;
use crate::{Value, WriteError};

/// SQL text of one engine with its values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
    /// How often the text is run, each time with the next equal share of the values. More than once on SQLite alone,
    /// where a short text that is prepared already costs less than one that names a thousand rows.
    pub(crate) times: usize,
}

impl Statement {
    /// A statement that is run once.
    pub(crate) fn once(sql: String, values: Vec<Value>) -> Self {
        Self { sql, values, times: 1 }
    }
}

/// The columns that a statement answers with.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) header: Arc<Header>,
    pub(crate) kinds: Vec<ColumnKind>,
}

impl Shape {
    /// A shape from names and kinds.
    pub(crate) fn new(table: &str, columns: &[(&str, ColumnKind)]) -> Self {
        let names = columns.iter().map(|(n, _)| (*n).to_owned()).collect();
        let kinds = columns.iter().map(|(_, k)| *k).collect();
        Self { header: Arc::new(Header::new(table, names)), kinds }
    }
}

/// A statement that answers with rows.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    pub(crate) statement: Statement,
    pub(crate) shape: Shape,
}

/// One step of a transaction.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) statement: Statement,
    /// The rows it answers with, where it does.
    pub(crate) shape: Option<Shape>,
    pub(crate) expect: Expect,
    /// The table that it writes, for errors.
    pub(crate) table: String,
}

/// How many rows a step must touch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expect {
    /// Any number.
    Any,
    /// So many, otherwise the whole set is not stored, for this reason.
    Rows(u64, Mismatch),
}

/// Why a set is not stored when a step touched another number of rows than expected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mismatch {
    /// The idempotency key is known.
    AlreadyDone,
    /// This answer.
    Error(WriteError),
    /// Another process was faster: whoever asked looks again.
    Overtaken,
}

/// What became of a set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Stored; the rows of the steps that answer with rows, in order.
    Stored(Vec<Vec<Row>>),
    /// The idempotency key is known.
    AlreadyDone,
    /// Another process was faster; nothing is stored.
    Overtaken,
    /// An expectation was not met; nothing is stored.
    Not(WriteError),
}

impl Step {
    /// A step of this crate's own tables that may touch any number of rows.
    pub(crate) fn any(table: &str, statement: Statement) -> Self {
        Self { statement, shape: None, expect: Expect::Any, table: table.to_owned() }
    }

    /// A step that must touch so many rows; otherwise another process was faster.
    pub(crate) fn exactly(table: &str, rows: u64, statement: Statement) -> Self {
        Self { expect: Expect::Rows(rows, Mismatch::Overtaken), ..Self::any(table, statement) }
    }

    /// A step that answers with rows.
    pub(crate) fn answering(fetch: Fetch) -> Self {
        let table = fetch.shape.header.table.clone();
        Self { shape: Some(fetch.shape), ..Self::any(&table, fetch.statement) }
    }

    /// What the set comes to when the step touched another number of rows than expected.
    pub(crate) fn unexpected(&self, touched: u64) -> Option<Outcome> {
        match &self.expect {
            Expect::Rows(wanted, otherwise) if *wanted != touched => Some(match otherwise {
                Mismatch::AlreadyDone => Outcome::AlreadyDone,
                Mismatch::Overtaken => Outcome::Overtaken,
                Mismatch::Error(error) => Outcome::Not(error.clone()),
            }),
            _ => None,
        }
    }
}

/// A statement that failed, as an engine reports it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    /// A unique index (its name in the database, or the columns) refused it.
    Duplicate { index: String, columns: Vec<String> },
    /// Two transactions stood in each other's way: the set is tried again.
    Again(String),
    /// The connection or the whole transaction is gone: nothing of the batch is stored.
    Broken(crate::StoreError),
    /// This set alone cannot be stored.
    Refused(crate::StoreError),
}
