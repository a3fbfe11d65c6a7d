//! Many change sets as one transaction of multi-row statements, for imports and the demo city.

use std::sync::Arc;

use super::change::{beside, idempotency, insert, with_key};
use crate::catalogue::Table;
use crate::change::{JournalEntry, NewJob, SearchEntry, Values};
use crate::database::Engine;
use crate::statement::{Expect, Mismatch, Step};
use crate::{Change, ChangeSet, Delta, StoreError};

/// Neither engine takes more parameters than this in one statement (SQLite 32,766; PostgreSQL 65,535).
const MOST_PARAMETERS: usize = 30_000;

/// Rows of one table that have the same columns, in the order of the sets.
struct Batch {
    table: Arc<Table>,
    columns: Vec<String>,
    key: Option<Vec<String>>,
    rows: Vec<Values>,
}

/// What sets can be stored together.
pub(crate) enum Chunk {
    /// The steps of all of them.
    Together(Vec<Step>),
    /// Some set changes or removes rows, so that the order between them matters.
    Apart,
}

/// The steps that store all `sets` at once. `tables` are those of the changes of all sets, in order.
pub(crate) fn chunk(engine: Engine, sets: &[ChangeSet], tables: &[Arc<Table>]) -> Result<Chunk, StoreError> {
    let mut batches: Vec<Batch> = Vec::new();
    for (change, table) in sets.iter().flat_map(|s| &s.changes).zip(tables) {
        let Some((row, key)) = new_row(change, table) else { return Ok(Chunk::Apart) };
        add(&mut batches, table, row, key);
    }
    let mut steps = Vec::new();
    let keys: Vec<(&String, &String)> =
        sets.iter().filter_map(|s| s.idempotency_key.as_ref().map(|k| (k, &s.result))).collect();
    for some in keys.chunks(MOST_PARAMETERS / 3) {
        steps.push(idempotency(engine, some, Mismatch::Overtaken));
    }
    for batch in &batches {
        insert_batch(engine, batch, &mut steps)?;
    }
    let journal: Vec<&JournalEntry> = sets.iter().flat_map(|s| &s.journal).collect();
    let deltas: Vec<&Delta> = sets.iter().flat_map(|s| &s.deltas).collect();
    let jobs: Vec<&NewJob> = sets.iter().flat_map(|s| &s.jobs).collect();
    let search: Vec<&SearchEntry> = sets.iter().flat_map(|s| &s.search).collect();
    beside(engine, &journal, &deltas, &jobs, &search, &mut steps)?;
    Ok(Chunk::Together(steps))
}

fn new_row(change: &Change, table: &Table) -> Option<(Values, Option<Vec<String>>)> {
    match change {
        Change::Insert { id, values, .. } => Some((with_key(table, *id, values), None)),
        Change::Upsert { key, values, .. } => Some((values.clone(), Some(key.clone()))),
        Change::Update { .. } | Change::Delete { .. } => None,
    }
}

fn add(batches: &mut Vec<Batch>, table: &Arc<Table>, row: Values, key: Option<Vec<String>>) {
    let alike = |b: &&mut Batch| {
        b.table.def.name == table.def.name && b.key == key && b.columns.iter().eq(row.iter().map(|(c, _)| c))
    };
    match batches.iter_mut().find(alike) {
        Some(batch) => batch.rows.push(row),
        None => {
            let columns = row.iter().map(|(c, _)| c.clone()).collect();
            batches.push(Batch { table: Arc::clone(table), columns, key, rows: vec![row] });
        }
    }
}

fn insert_batch(engine: Engine, batch: &Batch, steps: &mut Vec<Step>) -> Result<(), StoreError> {
    let columns: Vec<&str> = batch.columns.iter().map(String::as_str).collect();
    let rows = last_of_each_key(batch);
    for some in rows.chunks((MOST_PARAMETERS / columns.len().max(1)).max(1)) {
        let statement = insert(engine, &batch.table, &columns, some, batch.key.as_deref())?;
        steps.push(Step { statement, shape: None, expect: Expect::Any, table: batch.table.def.name.clone() });
    }
    Ok(())
}

/// PostgreSQL refuses an upsert that names a row twice: of rows with the same key the last one counts.
fn last_of_each_key(batch: &Batch) -> Vec<&Values> {
    let Some(key) = &batch.key else { return batch.rows.iter().collect() };
    let mut seen = std::collections::HashSet::new();
    let of_key = |row: &Values| -> String {
        row.iter().filter(|(c, _)| key.contains(c)).map(|(_, v)| format!("{v:?}\u{1}")).collect()
    };
    let mut rows: Vec<&Values> = batch.rows.iter().rev().filter(|row| seen.insert(of_key(row))).collect();
    rows.reverse();
    rows
}
