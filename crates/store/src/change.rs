//! The change set: what a service, which is pure, wants to be stored. All of it is stored, or nothing.

use base::{Id, Instant};

use crate::Value;

/// Column names with their values.
pub type Values = Vec<(String, Value)>;

/// One change of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new row. Columns that are not named are NULL (or empty, where the column is never NULL).
    Insert {
        /// The table.
        table: String,
        /// The key.
        id: Id,
        /// The other columns.
        values: Values,
    },
    /// Changes columns of exactly one row; [`crate::WriteError::Conflict`] when it is gone or has another version.
    Update {
        /// The table.
        table: String,
        /// The key.
        id: Id,
        /// The version that was read; None where it does not matter.
        expected_version: Option<i64>,
        /// The columns that change.
        values: Values,
    },
    /// Removes exactly one row; [`crate::WriteError::Conflict`] when it is gone.
    Delete {
        /// The table.
        table: String,
        /// The key.
        id: Id,
    },
    /// Inserts, or changes the row with the same key columns (which need a unique index). The key `id` is among
    /// `values` and is kept when the row exists already.
    Upsert {
        /// The table.
        table: String,
        /// The columns that find the row.
        key: Vec<String>,
        /// All columns, those of the key and `id` among them.
        values: Values,
    },
}

impl Change {
    /// The table that it changes.
    #[must_use]
    pub fn table(&self) -> &str {
        let (Self::Insert { table, .. }
        | Self::Update { table, .. }
        | Self::Delete { table, .. }
        | Self::Upsert { table, .. }) = self;
        table
    }
}

/// One entry of the journal: who did what to which record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// When.
    pub at: Instant,
    /// The account that acted; [`Id::NIL`] for the program itself.
    pub actor: Id,
    /// Name of the operation, for instance `hazard.report`.
    pub operation: String,
    /// The table of the record.
    pub table: String,
    /// The record.
    pub record: Id,
    /// The county of the record; empty when it has none.
    pub county: String,
    /// What was done, as JSON. The only part that can be erased later.
    pub payload: String,
}

/// A change of a counter: see [`crate::rollup`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// What is counted, for instance `hazard.state`.
    pub counter: String,
    /// County; may be empty.
    pub county: String,
    /// Township; may be empty.
    pub township: String,
    /// Sector; may be empty.
    pub sector: String,
    /// The counted value, for instance a state; may be empty.
    pub value: String,
    /// How many more; negative for fewer.
    pub amount: i64,
}

/// Work to be done later, stored with the change that needs it: see [`crate::jobs`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// The kind, by which a worker is found.
    pub kind: String,
    /// Its arguments as JSON.
    pub payload: String,
    /// Not before this instant.
    pub run_at: Instant,
    /// While a job of this kind with this key is waiting, another one is not added; None to add always.
    pub once: Option<String>,
}

/// What can be found of a record by searching. A later entry of the same record replaces the earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEntry {
    /// The table of the record.
    pub table: String,
    /// The record.
    pub id: Id,
    /// County of the record.
    pub county: String,
    /// Township of the record.
    pub township: String,
    /// Enterprise of the record, or [`Id::NIL`].
    pub organisation: Id,
    /// Sector of the record.
    pub sector: String,
    /// Park of the record.
    pub park: String,
    /// The words; empty text removes the entry.
    pub text: String,
}

/// Who waits for whom when the writer is busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Priority {
    /// A person waits for it.
    #[default]
    Normal,
    /// Sweeps and imports: taken only when nothing of normal priority waits.
    Low,
}

/// Everything that one action stores, in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeSet {
    /// The same key again stores nothing and answers [`Applied::AlreadyDone`].
    pub idempotency_key: Option<String>,
    /// A small text kept with the idempotency key and given back to the repeated request (for instance the id of what
    /// was made).
    pub result: String,
    /// Changes in order.
    pub changes: Vec<Change>,
    /// Journal entries.
    pub journal: Vec<JournalEntry>,
    /// Counter changes.
    pub deltas: Vec<Delta>,
    /// Jobs.
    pub jobs: Vec<NewJob>,
    /// Search entries.
    pub search: Vec<SearchEntry>,
    /// Whether somebody waits for it.
    pub priority: Priority,
}

impl ChangeSet {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a new row.
    pub fn insert(&mut self, table: impl Into<String>, id: Id, values: Values) -> &mut Self {
        self.changes.push(Change::Insert { table: table.into(), id, values });
        self
    }

    /// Adds a change of a row that had `expected_version` when it was read.
    pub fn update(
        &mut self,
        table: impl Into<String>,
        id: Id,
        expected_version: Option<i64>,
        values: Values,
    ) -> &mut Self {
        self.changes.push(Change::Update { table: table.into(), id, expected_version, values });
        self
    }

    /// Adds the removal of a row.
    pub fn delete(&mut self, table: impl Into<String>, id: Id) -> &mut Self {
        self.changes.push(Change::Delete { table: table.into(), id });
        self
    }

    /// Takes over everything of `other` but its idempotency key, result and priority.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.changes.extend(other.changes);
        self.journal.extend(other.journal);
        self.deltas.extend(other.deltas);
        self.jobs.extend(other.jobs);
        self.search.extend(other.search);
        self
    }
}

/// The answer to a stored change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// Stored now, durably.
    Done,
    /// The idempotency key was stored before; the text is the [`ChangeSet::result`] of that time.
    AlreadyDone(String),
}
