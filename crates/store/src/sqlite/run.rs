//! Running one statement on a SQLite connection.

use std::time::Duration;

use base::{Id, Stopwatch};
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql};

use crate::statement::{Failure, Shape, Statement};
use crate::table::ColumnKind;
use crate::{Row, StoreError, Value};

/// A question that takes this long is told to whoever looks, with `ANLAN_LOG=store::slow=debug`.
const SLOW: Duration = Duration::from_millis(50);

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Bool(v) => ToSqlOutput::Owned(Owned::Integer(i64::from(*v))),
            Self::Int(v) => ToSqlOutput::Owned(Owned::Integer(*v)),
            Self::Float(v) => ToSqlOutput::Owned(Owned::Real(*v)),
            Self::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Self::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Self::Id(v) => ToSqlOutput::Owned(Owned::Blob(v.to_bytes().to_vec())),
        })
    }
}

/// Runs a statement that answers with rows.
pub(super) fn rows(
    connection: &Connection,
    statement: &Statement,
    shape: &Shape,
) -> rusqlite::Result<Vec<Row>> {
    let watch = Stopwatch::start();
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let mut found = prepared.query(rusqlite::params_from_iter(&statement.values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(one_row(row, shape)?);
    }
    let took = watch.elapsed();
    if took >= SLOW {
        // The text of the statement alone: values are people's data.
        tracing::debug!(target: "store::slow", ms = took.as_millis(), rows = rows.len(), sql = %statement.sql);
    }
    Ok(rows)
}

/// Runs a statement and hands its rows over one by one.
pub(super) fn each_row(
    connection: &Connection,
    statement: &Statement,
    shape: &Shape,
    mut each: impl FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut prepared = connection.prepare(&statement.sql).map_err(|e| store_error(&e))?;
    let found = prepared.query(rusqlite::params_from_iter(&statement.values));
    let mut found = found.map_err(|e| store_error(&e))?;
    while let Some(row) = found.next().map_err(|e| store_error(&e))? {
        each(one_row(row, shape).map_err(|e| store_error(&e))?)?;
    }
    Ok(())
}

fn one_row(row: &rusqlite::Row<'_>, shape: &Shape) -> rusqlite::Result<Row> {
    let mut values = Vec::with_capacity(shape.kinds.len());
    for (i, kind) in shape.kinds.iter().enumerate() {
        values.push(value(*kind, row.get_ref(i)?));
    }
    Ok(Row::new(shape.header.clone(), values))
}

/// Runs a statement without an answer; gives back how many rows it touched. DDL is not kept prepared.
pub(super) fn execute(connection: &Connection, statement: &Statement) -> rusqlite::Result<u64> {
    if statement.values.is_empty() {
        connection.execute_batch(&statement.sql)?;
        return Ok(connection.changes());
    }
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let share = (statement.values.len() / statement.times.max(1)).max(1);
    let mut touched = 0;
    for values in statement.values.chunks(share) {
        touched += prepared.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(touched as u64)
}

/// The stored value as the column's kind; where it does not suit, as what it is: reading it then names the column.
fn value(kind: ColumnKind, stored: ValueRef<'_>) -> Value {
    match (kind, stored) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnKind::Bool, ValueRef::Integer(v)) => Value::Bool(v != 0),
        (ColumnKind::Float, ValueRef::Integer(v)) => Value::Float(v as f64),
        (_, ValueRef::Integer(v)) => Value::Int(v),
        (_, ValueRef::Real(v)) => Value::Float(v),
        (_, ValueRef::Text(v)) => Value::Text(String::from_utf8_lossy(v).into_owned()),
        (ColumnKind::Id, ValueRef::Blob(v)) => {
            Id::from_bytes(v).map_or_else(|| Value::Bytes(v.to_vec()), Value::Id)
        }
        (_, ValueRef::Blob(v)) => Value::Bytes(v.to_vec()),
    }
}

/// The error of a read, or of opening.
pub(super) fn store_error(error: &rusqlite::Error) -> StoreError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(text),
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied,
        ) => StoreError::Unavailable(text),
        _ => StoreError::Refused(text),
    }
}

/// The failure of a write.
pub(super) fn failure(error: &rusqlite::Error) -> Failure {
    const UNIQUE: i32 = 2067;
    const PRIMARY_KEY: i32 = 1555;
    if let rusqlite::Error::SqliteFailure(code, Some(text)) = error
        && (code.extended_code == UNIQUE || code.extended_code == PRIMARY_KEY)
    {
        let columns = text.rsplit(": ").next().unwrap_or_default();
        let columns = columns.split(", ").filter_map(|c| c.rsplit('.').next()).map(str::to_owned).collect();
        return Failure::Duplicate { index: String::new(), columns };
    }
    match store_error(error) {
        refused @ StoreError::Refused(_) => Failure::Refused(refused),
        gone => Failure::Broken(gone),
    }
}
