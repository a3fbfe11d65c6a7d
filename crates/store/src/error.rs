//! What can go wrong with the database. [`StoreError`] is for reading and for the database itself; [`WriteError`]
//! adds the answers that a service must expect from a write: a conflict, a duplicate.

use base::Id;

/// The database could not do what was asked. `Unavailable` and `Full` pass by themselves or by an administrator's
/// hand; the others are mistakes in the program or in the stored data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address is not understood.
    #[error("{0} is not a database address; write sqlite:PATH or postgres://USER@HOST/NAME")]
    Address(String),
    /// The database cannot be reached, is locked for too long, or the connection broke. Nothing that was acknowledged
    /// is lost; a write that gets this answer may or may not have been stored, so repeat it with its idempotency key.
    #[error("the database cannot be reached: {0}; the action may be repeated")]
    Unavailable(String),
    /// The disk (or the tablespace) is full: make room, then repeat.
    #[error("there is no room left for the database: {0}; nothing was stored, make room and repeat")]
    Full(String),
    /// No table of that name is known.
    #[error("table {0} is not known; it must be defined with ensure_tables first")]
    UnknownTable(String),
    /// The table has no such column.
    #[error("table {table} has no column {column}")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A name that may not be a table, a column or an index.
    #[error(
        "{0} may not be a name: use a to z, 0 to 9 and _, beginning with a letter, at most 48 characters"
    )]
    BadName(String),
    /// A value does not suit its column.
    #[error("table {table}, column {column}: {problem}")]
    BadValue {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What does not suit.
        problem: String,
    },
    /// A scope asked for a column of a class that it may not read.
    #[error("table {table}: column {column} is protected and not readable within this scope")]
    NotReadable {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// What is stored breaks a promise: a value of another type, a missing row.
    #[error("inconsistent data in table {table}, column {column}: {problem}")]
    Inconsistent {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A question that cannot be asked this way; the text says why.
    #[error("this cannot be asked of the database: {0}")]
    Unsupported(String),
    /// The stored migrations differ from those of this program.
    #[error("migration {number} of the database differs from this program's: {problem}")]
    Migration {
        /// Number of the migration.
        number: i64,
        /// What differs.
        problem: String,
    },
    /// A file of the attachment store or of a backup could not be read or written.
    #[error("{path}: {problem}")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        problem: String,
    },
    /// The engine refused a statement for a reason that has no name here.
    #[error("the database refused a statement: {0}")]
    Refused(String),
}

/// Why a change set was not stored. Nothing of it is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Somebody else changed (or removed) the record since it was read.
    #[error("the record {id} of {table} was changed by somebody else in the meantime; read it again")]
    Conflict {
        /// The table.
        table: String,
        /// The record.
        id: Id,
    },
    /// A unique index already holds the value.
    #[error("table {table} already has a row with the same {columns:?}")]
    Duplicate {
        /// The table.
        table: String,
        /// The columns that must be unique together.
        columns: Vec<String>,
    },
    /// Everything else.
    #[error(transparent)]
    Store(#[from] StoreError),
}
