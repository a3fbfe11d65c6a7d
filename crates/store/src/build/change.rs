//! A change set as the steps of a transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Chance, Clock, Id, OsChance, WallClock};
use sea_query::{Alias, Expr, ExprTrait, OnConflict, Query as Sql};

use super::{bind, fixed, render};
use crate::catalogue::Table;
use crate::change::{Delta, JournalEntry, NewJob, SearchEntry, Values};
use crate::database::Engine;
use crate::statement::{Expect, Mismatch, Statement, Step};
use crate::{Change, ChangeSet, StoreError, Value, WriteError};

/// The steps of a set. `tables` are those of `set.changes`, in order.
pub(crate) fn change_set(
    engine: Engine,
    set: &ChangeSet,
    tables: &[Arc<Table>],
) -> Result<Vec<Step>, StoreError> {
    let mut steps = Vec::with_capacity(set.changes.len() + 6);
    if let Some(key) = &set.idempotency_key {
        steps.push(idempotency(engine, &[(key, &set.result)], Mismatch::AlreadyDone));
    }
    for (change, table) in set.changes.iter().zip(tables) {
        steps.push(step(engine, change, table)?);
    }
    let journal: Vec<&JournalEntry> = set.journal.iter().collect();
    let deltas: Vec<&Delta> = set.deltas.iter().collect();
    let jobs: Vec<&NewJob> = set.jobs.iter().collect();
    let search: Vec<&SearchEntry> = set.search.iter().collect();
    beside(engine, &journal, &deltas, &jobs, &search, &mut steps)?;
    Ok(steps)
}

/// Journal, deltas, jobs and search entries of one or many sets.
pub(super) fn beside(
    engine: Engine,
    journal: &[&JournalEntry],
    deltas: &[&Delta],
    jobs: &[&NewJob],
    search: &[&SearchEntry],
    steps: &mut Vec<Step>,
) -> Result<(), StoreError> {
    for some in journal.chunks(1000) {
        steps.push(journal_step(engine, some)?);
    }
    for some in summed(deltas).chunks(2000) {
        steps.push(delta_step(engine, some)?);
    }
    for some in jobs.chunks(1000) {
        steps.push(job_step(engine, some)?);
    }
    let (kept, removed): (Vec<&SearchEntry>, Vec<&SearchEntry>) =
        last_entries(search).into_iter().partition(|e| !e.text.is_empty());
    for entry in removed {
        let sql = "DELETE FROM search_entry WHERE table_name = ? AND record_id = ?";
        let values = vec![Value::from(&entry.table), Value::Id(entry.id)];
        steps.push(plain("search_entry", fixed(engine, sql, values)));
    }
    for some in kept.chunks(1000) {
        steps.push(search_step(engine, some)?);
    }
    Ok(())
}

fn plain(table: &str, statement: Statement) -> Step {
    Step { statement, shape: None, expect: Expect::Any, table: table.to_owned() }
}

/// The step that stores idempotency keys with their results.
pub(super) fn idempotency(engine: Engine, keys: &[(&String, &String)], otherwise: Mismatch) -> Step {
    let at = Value::from(WallClock.now());
    let rows = vec!["(?, ?, ?)"; keys.len()].join(", ");
    let sql =
        format!("INSERT INTO idempotency (request_key, result, at) VALUES {rows} ON CONFLICT DO NOTHING");
    let values =
        keys.iter().flat_map(|(key, result)| [Value::from(*key), Value::from(*result), at.clone()]).collect();
    let expect = Expect::Rows(keys.len() as u64, otherwise);
    Step { expect, ..plain("idempotency", fixed(engine, &sql, values)) }
}

fn step(engine: Engine, change: &Change, table: &Table) -> Result<Step, StoreError> {
    match change {
        Change::Insert { id, values, .. } => {
            let row = with_key(table, *id, values);
            let columns: Vec<&str> = row.iter().map(|(c, _)| c.as_str()).collect();
            Ok(plain(&table.def.name, insert(engine, table, &columns, &[&row], None)?))
        }
        Change::Update { id, expected_version, values, .. } => {
            update(engine, table, *id, *expected_version, values)
        }
        Change::Delete { id, .. } => {
            let built = Sql::delete()
                .from_table(Alias::new(table.def.name.as_str()))
                .and_where(Expr::col(Alias::new(table.def.key.as_str())).eq(Expr::val(bind(Value::Id(*id)))))
                .take();
            Ok(exactly_one(table, *id, render(engine, &built)?))
        }
        Change::Upsert { key, values, .. } => {
            let columns: Vec<&str> = values.iter().map(|(c, _)| c.as_str()).collect();
            Ok(plain(&table.def.name, insert(engine, table, &columns, &[values], Some(key))?))
        }
    }
}

/// The values with the key before them.
pub(super) fn with_key(table: &Table, id: Id, values: &Values) -> Values {
    let mut row = Vec::with_capacity(values.len() + 1);
    row.push((table.def.key.clone(), Value::Id(id)));
    row.extend(values.iter().filter(|(c, _)| *c != table.def.key).cloned());
    row
}

/// An insert without conditions, put together directly: it is by far the most frequent statement, and the same few texts
/// come again and again.
fn plain_insert(engine: Engine, table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Statement {
    let mut sql = String::with_capacity(64 + columns.len() * (16 + rows.len() * 4));
    sql.push_str("INSERT INTO \"");
    sql.push_str(table);
    sql.push_str("\" (");
    for (i, column) in columns.iter().enumerate() {
        sql.push_str(if i == 0 { "\"" } else { ", \"" });
        sql.push_str(column);
        sql.push('"');
    }
    sql.push_str(") VALUES ");
    let times = times(engine, rows.len());
    let mut number = 0_usize;
    for row in 0..rows.len() / times {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for i in 0..columns.len() {
            number += 1;
            sql.push_str(if i == 0 { "" } else { ", " });
            match engine {
                Engine::Sqlite => sql.push('?'),
                Engine::Postgres => {
                    sql.push('$');
                    sql.push_str(&number.to_string());
                }
            }
        }
        sql.push(')');
    }
    Statement { sql, values: rows.into_iter().flatten().collect(), times }
}

/// How often the text of an insert of so many rows is run: on SQLite once for each row.
fn times(engine: Engine, rows: usize) -> usize {
    match engine {
        Engine::Sqlite => rows.max(1),
        Engine::Postgres => 1,
    }
}

/// An insert with conditions. On SQLite the text has the first row alone, and the values of the others follow.
fn conditional_insert(
    engine: Engine,
    mut built: sea_query::InsertStatement,
    rows: Vec<Vec<Value>>,
) -> Result<Statement, StoreError> {
    let times = times(engine, rows.len());
    let in_text = rows.len() / times;
    let width = rows.first().map_or(0, Vec::len);
    let mut rows = rows.into_iter();
    for row in rows.by_ref().take(in_text) {
        let row: Vec<Expr> = row.into_iter().map(|value| Expr::val(bind(value))).collect();
        built.values(row).map_err(|e| StoreError::Unsupported(e.to_string()))?;
    }
    let mut statement = render(engine, &built)?;
    // What the condition itself takes comes with each row.
    let condition = statement.values.get(width * in_text..).map(<[Value]>::to_vec).unwrap_or_default();
    for row in rows {
        statement.values.extend(row);
        statement.values.extend_from_slice(&condition);
    }
    Ok(Statement { times, ..statement })
}

/// An insert of one or many rows that have the same columns; with `key` it changes rows that are there already.
pub(super) fn insert(
    engine: Engine,
    table: &Table,
    columns: &[&str],
    rows: &[&Values],
    key: Option<&[String]>,
) -> Result<Statement, StoreError> {
    let stored = columns.iter().map(|c| table.column(c)).collect::<Result<Vec<_>, StoreError>>()?;
    let physical: Vec<&str> = stored.iter().map(|c| c.physical.as_str()).collect();
    let fit = |row: &&Values| {
        stored.iter().zip(row.iter()).map(|(column, (_, value))| table.fit(column, value)).collect()
    };
    let fitting = rows.iter().map(fit).collect::<Result<Vec<Vec<Value>>, StoreError>>()?;
    let Some(key) = key else {
        return Ok(plain_insert(engine, &table.def.name, &physical, fitting));
    };
    let mut built = Sql::insert();
    built.into_table(Alias::new(table.def.name.as_str()));
    built.columns(physical.iter().map(|c| Alias::new(*c)));
    let key = key.iter().map(|c| table.column(c)).collect::<Result<Vec<_>, StoreError>>()?;
    let mut conflict = OnConflict::columns(key.iter().map(|c| Alias::new(c.physical.as_str())));
    let changed: Vec<Alias> = stored
        .iter()
        .filter(|c| c.name != table.def.key && !key.iter().any(|k| k.name == c.name))
        .map(|c| Alias::new(c.physical.as_str()))
        .collect();
    if changed.is_empty() {
        conflict.do_nothing();
    } else {
        conflict.update_columns(changed);
        if table.def.versioned {
            let version = Expr::col((Alias::new(table.def.name.as_str()), Alias::new("version")));
            conflict.value(Alias::new("version"), version.add(1_i64));
        }
    }
    built.on_conflict(conflict);
    conditional_insert(engine, built, fitting)
}

fn update(
    engine: Engine,
    table: &Table,
    id: Id,
    expected_version: Option<i64>,
    values: &Values,
) -> Result<Step, StoreError> {
    let mut built = Sql::update();
    built.table(Alias::new(table.def.name.as_str()));
    for (name, value) in values {
        let column = table.column(name)?;
        built.value(Alias::new(column.physical.as_str()), Expr::val(bind(table.fit(column, value)?)));
    }
    if table.def.versioned {
        built.value(Alias::new("version"), Expr::col(Alias::new("version")).add(1_i64));
    } else if values.is_empty() {
        return Err(StoreError::Unsupported(format!("an update of {} without any value", table.def.name)));
    }
    built.and_where(Expr::col(Alias::new(table.def.key.as_str())).eq(Expr::val(bind(Value::Id(id)))));
    match expected_version {
        Some(version) if table.def.versioned => {
            built.and_where(Expr::col(Alias::new("version")).eq(version));
        }
        Some(_) => {
            return Err(StoreError::Unsupported(format!(
                "table {} carries no version to expect",
                table.def.name
            )));
        }
        None => {}
    }
    Ok(exactly_one(table, id, render(engine, &built)?))
}

fn exactly_one(table: &Table, id: Id, statement: Statement) -> Step {
    let conflict = WriteError::Conflict { table: table.def.name.clone(), id };
    Step { expect: Expect::Rows(1, Mismatch::Error(conflict)), ..plain(&table.def.name, statement) }
}

/// A multi-row insert of this crate's own tables.
fn rows_into(
    engine: Engine,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    conflict: Option<OnConflict>,
) -> Result<Step, StoreError> {
    let Some(conflict) = conflict else {
        return Ok(plain(table, plain_insert(engine, table, columns, rows)));
    };
    let mut built = Sql::insert();
    built.into_table(Alias::new(table)).columns(columns.iter().map(|c| Alias::new(*c)));
    built.on_conflict(conflict);
    Ok(plain(table, conditional_insert(engine, built, rows)?))
}

fn journal_step(engine: Engine, entries: &[&JournalEntry]) -> Result<Step, StoreError> {
    let columns =
        ["at", "actor", "operation", "table_name", "record_id", "county", "payload", "salt", "payload_hash"];
    let rows = entries.iter().map(|e| {
        let salt: Vec<u8> = (0..2).flat_map(|_| OsChance.next_u64().to_le_bytes()).collect();
        let hash = crate::journal::payload_hash(&salt, &e.payload);
        vec![
            e.at.into(),
            e.actor.into(),
            Value::from(&e.operation),
            Value::from(&e.table),
            e.record.into(),
            Value::from(&e.county),
            Value::from(&e.payload),
            salt.into(),
            hash.to_vec().into(),
        ]
    });
    rows_into(engine, "journal", &columns, rows.collect(), None)
}

/// Deltas of the same counter and parts as one.
fn summed(deltas: &[&Delta]) -> Vec<Delta> {
    let mut sums: BTreeMap<(&str, &str, &str, &str, &str), i64> = BTreeMap::new();
    for d in deltas {
        let parts =
            (d.counter.as_str(), d.county.as_str(), d.township.as_str(), d.sector.as_str(), d.value.as_str());
        let sum = sums.entry(parts).or_default();
        *sum = sum.saturating_add(d.amount);
    }
    sums.into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|((counter, county, township, sector, value), amount)| Delta {
            counter: counter.to_owned(),
            county: county.to_owned(),
            township: township.to_owned(),
            sector: sector.to_owned(),
            value: value.to_owned(),
            amount,
        })
        .collect()
}

fn delta_step(engine: Engine, deltas: &[Delta]) -> Result<Step, StoreError> {
    let columns = ["counter", "county", "township", "sector", "value", "amount"];
    let rows = deltas.iter().map(|d| {
        let texts = [&d.counter, &d.county, &d.township, &d.sector, &d.value];
        let mut row: Vec<Value> = texts.into_iter().map(Value::from).collect();
        row.push(d.amount.into());
        row
    });
    rows_into(engine, "rollup_delta", &columns, rows.collect(), None)
}

fn job_step(engine: Engine, jobs: &[&NewJob]) -> Result<Step, StoreError> {
    let columns = ["kind", "payload", "run_at", "once_key"];
    let rows = jobs.iter().map(|j| {
        vec![Value::from(&j.kind), Value::from(&j.payload), j.run_at.into(), Value::from(j.once.as_ref())]
    });
    let conflict = OnConflict::new().do_nothing().clone();
    rows_into(engine, "job", &columns, rows.collect(), Some(conflict))
}

/// The last entry of each record, in order: a multi-row upsert may not name a row twice.
fn last_entries<'a>(entries: &[&'a SearchEntry]) -> Vec<&'a SearchEntry> {
    let mut last: BTreeMap<(&str, Id), &'a SearchEntry> = BTreeMap::new();
    for entry in entries {
        last.insert((entry.table.as_str(), entry.id), entry);
    }
    last.into_values().collect()
}

fn search_step(engine: Engine, entries: &[&SearchEntry]) -> Result<Step, StoreError> {
    let columns =
        ["table_name", "record_id", "county", "township", "organisation", "sector", "park", "words"];
    let rows = entries.iter().map(|e| {
        vec![
            Value::from(&e.table),
            e.id.into(),
            Value::from(&e.county),
            Value::from(&e.township),
            e.organisation.into(),
            Value::from(&e.sector),
            Value::from(&e.park),
            crate::search::words_of(&e.text).into(),
        ]
    });
    let conflict = OnConflict::columns(["table_name", "record_id"].map(Alias::new))
        .update_columns(["county", "township", "organisation", "sector", "park", "words"].map(Alias::new))
        .clone();
    rows_into(engine, "search_entry", &columns, rows.collect(), Some(conflict))
}
