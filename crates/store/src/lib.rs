//! The only crate that makes SQL. Upper crates state questions ([`Query`], [`Aggregate`]) and changes
//! ([`ChangeSet`]); this crate compiles them, with the scope of the reader, for SQLite and for PostgreSQL, and answers
//! the same on both.
//!
//! - [`Database`] reads through a pool and writes through one writer that stores many change sets per commit.
//! - Tables are described by [`TableDef`] and made by [`Database::ensure_tables`]; this crate's own tables come from
//!   numbered migrations ([`Database::migrate`]).
//! - [`journal`], [`rollup`], [`numbers`], [`search`], [`jobs`], [`lease`], [`setting`], [`blobs`] and [`backup`] are
//!   what every part of the program needs beside its own tables.
//!
//! It does not know what a hazard is.

pub mod backup;
pub mod blobs;
mod build;
mod bulk;
mod catalogue;
mod change;
mod database;
mod error;
mod frequent;
pub mod indexes;
pub mod job_desk;
pub mod jobs;
pub mod journal;
mod judged;
pub mod lease;
mod migrate;
pub mod numbers;
mod postgres;
mod query;
pub mod rollup;
mod row;
mod scope;
pub mod search;
pub mod setting;
mod sqlite;
mod statement;
mod table;
mod texts;
mod value;
mod writer;

pub use bulk::Bundle;
pub use change::{Applied, Change, ChangeSet, Delta, JournalEntry, NewJob, Priority, SearchEntry, Values};
pub use database::{Counted, Database, Engine};
pub use error::{StoreError, WriteError};
pub use judged::{Added, Judged, Layout, Wanted};
pub use query::{Aggregate, Condition, Direction, JoinTitle, Measure, Query};
pub use row::{Column, Row};
pub use scope::{Scope, ScopeBranch};
pub use table::{ColumnClass, ColumnDef, ColumnKind, IndexDef, IndexOnly, SCOPE_COLUMNS, TableDef};
pub use value::Value;
