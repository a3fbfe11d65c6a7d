//! One row of an answer, read by column name.

use std::sync::Arc;

use base::{Day, Id, Instant};

use crate::{StoreError, Value};

/// The names of the columns of an answer, shared by its rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    /// The places of the columns by length and name: a page of a wide register asks thousands of times, and lengths tell
    /// most names apart.
    by_name: Vec<usize>,
}

impl Header {
    pub(crate) fn new(table: &str, columns: Vec<String>) -> Self {
        let mut by_name: Vec<usize> = (0..columns.len()).collect();
        by_name.sort_by_key(|place| columns.get(*place).map(|name| (name.len(), name)));
        Self { table: table.to_owned(), columns, by_name }
    }

    fn place(&self, column: &str) -> Option<usize> {
        let name = |place: &usize| self.columns.get(*place).map_or("", String::as_str);
        let found = self.by_name.binary_search_by(|place| {
            let name = name(place);
            name.len().cmp(&column.len()).then_with(|| name.cmp(column))
        });
        self.by_name.get(found.ok()?).copied()
    }
}

/// Where a column stands in all rows of one answer, for whoever reads many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column(usize);

/// One row. A column that is missing or of another kind is an error that names table and column.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    header: Arc<Header>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(header: Arc<Header>, values: Vec<Value>) -> Self {
        Self { header, values }
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.header.columns
    }

    /// The values in order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Columns with their values.
    #[must_use]
    pub fn into_values(self) -> Vec<(String, Value)> {
        self.header.columns.iter().cloned().zip(self.values).collect()
    }

    /// The value of a column.
    ///
    /// # Errors
    /// The answer has no such column.
    pub fn value(&self, column: &str) -> Result<&Value, StoreError> {
        self.get(column).ok_or_else(|| self.unknown(column))
    }

    /// The value of a column, None when the answer has no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.values.get(self.header.place(column)?)
    }

    /// Where a column stands in this row and in all others of its answer.
    ///
    /// # Errors
    /// The answer has no such column.
    pub fn column(&self, name: &str) -> Result<Column, StoreError> {
        self.header.place(name).map(Column).ok_or_else(|| self.unknown(name))
    }

    /// The value of a column that was looked for in a row of the same answer.
    #[must_use]
    pub fn at(&self, column: Column) -> &Value {
        self.values.get(column.0).unwrap_or(&Value::Null)
    }

    /// The value of a column for taking it out of the row.
    pub fn at_mut(&mut self, column: Column) -> Option<&mut Value> {
        self.values.get_mut(column.0)
    }

    fn unknown(&self, column: &str) -> StoreError {
        StoreError::UnknownColumn { table: self.header.table.clone(), column: column.to_owned() }
    }

    /// The error for a column that holds something else than was wanted.
    #[must_use]
    pub fn unfit(&self, column: Column, wanted: &str) -> StoreError {
        let name = self.header.columns.get(column.0).map_or("", String::as_str);
        self.other(name, wanted, self.at(column))
    }

    fn other(&self, column: &str, wanted: &str, found: &Value) -> StoreError {
        StoreError::Inconsistent {
            table: self.header.table.clone(),
            column: column.to_owned(),
            problem: format!("{wanted} expected, {} found", found.kind()),
        }
    }
}

macro_rules! readers {
    ($($name:ident, $optional:ident, $type:ty, $wanted:literal, $pattern:pat => $read:expr;)*) => {
        impl Row {$(
            #[doc = concat!("The column as ", $wanted, ".")]
            ///
            /// # Errors
            /// The column is missing, empty or of another kind.
            pub fn $name(&self, column: &str) -> Result<$type, StoreError> {
                let found = self.value(column)?;
                let read = match found {
                    $pattern => $read,
                    _ => None,
                };
                read.ok_or_else(|| self.other(column, $wanted, found))
            }

            #[doc = concat!("The column as ", $wanted, ", None where nothing is stored.")]
            ///
            /// # Errors
            /// The column is missing or of another kind.
            pub fn $optional(&self, column: &str) -> Result<Option<$type>, StoreError> {
                let found = self.value(column)?;
                let read = match found {
                    Value::Null => return Ok(None),
                    $pattern => $read,
                    _ => None,
                };
                read.map(Some).ok_or_else(|| self.other(column, $wanted, found))
            }
        )*}
    };
}

readers! {
    text, opt_text, &str, "text", Value::Text(v) => Some(v.as_str());
    int, opt_int, i64, "int", Value::Int(v) => Some(*v);
    float, opt_float, f64, "float", Value::Float(v) => Some(*v);
    bool, opt_bool, bool, "bool", Value::Bool(v) => Some(*v);
    bytes, opt_bytes, &[u8], "bytes", Value::Bytes(v) => Some(v.as_slice());
    id, opt_id, Id, "id", Value::Id(v) => Some(*v);
    instant, opt_instant, Instant, "instant", Value::Int(v) => Some(Instant(*v));
}

impl Row {
    /// The column as a day.
    ///
    /// # Errors
    /// The column is missing, empty or not a day.
    pub fn day(&self, column: &str) -> Result<Day, StoreError> {
        self.opt_day(column)?.ok_or_else(|| self.other(column, "day", &Value::Null))
    }

    /// The column as a day, None where nothing or empty text is stored.
    ///
    /// # Errors
    /// The column is missing or not a day.
    pub fn opt_day(&self, column: &str) -> Result<Option<Day>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) if text.is_empty() => Ok(None),
            Value::Text(text) => Day::parse(text).map(Some).ok_or_else(|| StoreError::Inconsistent {
                table: self.header.table.clone(),
                column: column.to_owned(),
                problem: format!("{text} is not a day"),
            }),
            other => Err(self.other(column, "day", other)),
        }
    }
}
