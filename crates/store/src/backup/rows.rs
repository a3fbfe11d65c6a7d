//! Rows as lines of a file.

use base::Id;
use serde::{Deserialize, Serialize};

use crate::{ColumnKind, Value};

/// The first line of a file of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) table: String,
    /// Names in the database, with kinds.
    pub(super) columns: Vec<(String, ColumnKind)>,
}

/// A row as a line of JSON.
pub(super) fn line(values: &[Value]) -> String {
    let cells: Vec<serde_json::Value> = values
        .iter()
        .map(|value| match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(v) => (*v).into(),
            Value::Int(v) => (*v).into(),
            Value::Float(v) => format!("{v:?}").into(),
            Value::Text(v) => v.as_str().into(),
            Value::Bytes(v) => v.iter().map(|b| format!("{b:02x}")).collect::<String>().into(),
            Value::Id(v) => v.to_string().into(),
        })
        .collect();
    serde_json::Value::Array(cells).to_string()
}

/// The row of a line; None when it is not one of these kinds.
pub(super) fn values(line: &str, head: &Head) -> Option<Vec<Value>> {
    let cells: Vec<serde_json::Value> = serde_json::from_str(line).ok()?;
    if cells.len() != head.columns.len() {
        return None;
    }
    cells.iter().zip(&head.columns).map(|(cell, (_, kind))| value(cell, *kind)).collect()
}

fn value(cell: &serde_json::Value, kind: ColumnKind) -> Option<Value> {
    if cell.is_null() {
        return Some(Value::Null);
    }
    Some(match kind {
        ColumnKind::Bool => Value::Bool(cell.as_bool()?),
        ColumnKind::Int => Value::Int(cell.as_i64()?),
        ColumnKind::Float => Value::Float(cell.as_str()?.parse().ok()?),
        ColumnKind::Text | ColumnKind::Json => Value::Text(cell.as_str()?.to_owned()),
        ColumnKind::Bytes => Value::Bytes(unhex(cell.as_str()?)?),
        ColumnKind::Id => Value::Id(cell.as_str()?.parse::<Id>().ok()?),
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_survives() {
        let row = vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::Float(0.1 + 0.2),
            Value::Float(-0.0),
            Value::Text("隐患\n\"x\"".into()),
            Value::Bytes(vec![0, 255]),
            Value::Id(Id::from_u128(9)),
        ];
        let kinds = [
            ColumnKind::Text,
            ColumnKind::Bool,
            ColumnKind::Int,
            ColumnKind::Float,
            ColumnKind::Float,
            ColumnKind::Json,
            ColumnKind::Bytes,
            ColumnKind::Id,
        ];
        let head = Head { table: "t".into(), columns: kinds.iter().map(|k| ("c".into(), *k)).collect() };
        assert_eq!(values(&line(&row), &head), Some(row));
        assert_eq!(values("[1]", &head), None);
    }
}
