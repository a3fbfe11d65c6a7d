//! What this process knows of the tables: their descriptions, and under which names their columns really stand.
//!
//! The truth is the table `store_table`; this is its copy, read at the start and again when a name is not known.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::table::{ColumnClass, ColumnDef, ColumnKind, TableDef};
use crate::{StoreError, Value};

/// A column as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredColumn {
    /// The name by which the crates above know it.
    pub(crate) name: String,
    /// The name in the database: another one after its kind has changed.
    pub(crate) physical: String,
    pub(crate) kind: ColumnKind,
    pub(crate) never_null: bool,
    pub(crate) class: ColumnClass,
    /// No longer described (or replaced): kept, but not shown.
    #[serde(default)]
    pub(crate) hidden: bool,
}

impl StoredColumn {
    pub(crate) fn of(def: &ColumnDef) -> Self {
        Self {
            name: def.name.clone(),
            physical: def.name.clone(),
            kind: def.kind,
            never_null: def.never_null,
            class: def.class,
            hidden: false,
        }
    }

    /// What stands in a never-NULL column of a row that says nothing about it.
    pub(crate) fn empty(kind: ColumnKind) -> Value {
        match kind {
            ColumnKind::Id => Value::Id(base::Id::NIL),
            ColumnKind::Text => Value::Text(String::new()),
            ColumnKind::Json => Value::Text("null".to_owned()),
            ColumnKind::Int => Value::Int(0),
            ColumnKind::Float => Value::Float(0.0),
            ColumnKind::Bool => Value::Bool(false),
            ColumnKind::Bytes => Value::Bytes(Vec::new()),
        }
    }
}

/// A table as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) def: TableDef,
    pub(crate) columns: Vec<StoredColumn>,
}

impl Table {
    /// A table that stands as it is described.
    pub(crate) fn of(def: TableDef) -> Self {
        let columns = def.all_columns().iter().map(StoredColumn::of).collect();
        Self { def, columns }
    }

    /// The column with this name.
    pub(crate) fn column(&self, name: &str) -> Result<&StoredColumn, StoreError> {
        let found = self.columns.iter().find(|c| c.name == name && !c.hidden);
        found.ok_or_else(|| StoreError::UnknownColumn {
            table: self.def.name.clone(),
            column: name.to_owned(),
        })
    }

    /// The visible columns.
    pub(crate) fn visible(&self) -> impl Iterator<Item = &StoredColumn> {
        self.columns.iter().filter(|c| !c.hidden)
    }

    /// A value as the column stores it: whole numbers become floating ones, NULL becomes the empty value where the
    /// column is never NULL; everything that does not suit is refused, alike on both engines.
    pub(crate) fn fit(&self, column: &StoredColumn, value: &Value) -> Result<Value, StoreError> {
        let bad = |problem: String| StoreError::BadValue {
            table: self.def.name.clone(),
            column: column.name.clone(),
            problem,
        };
        match (column.kind, value) {
            (_, Value::Null) if column.never_null => Ok(StoredColumn::empty(column.kind)),
            (ColumnKind::Float, Value::Int(i)) => Ok(Value::Float(*i as f64)),
            (ColumnKind::Float, Value::Float(f)) if !f.is_finite() => {
                Err(bad(format!("{f} is not a finite number")))
            }
            (ColumnKind::Text | ColumnKind::Json, Value::Text(t)) if t.contains('\0') => {
                Err(bad("the text holds a NUL character".to_owned()))
            }
            (_, Value::Null)
            | (ColumnKind::Id, Value::Id(_))
            | (ColumnKind::Text | ColumnKind::Json, Value::Text(_))
            | (ColumnKind::Int, Value::Int(_))
            | (ColumnKind::Float, Value::Float(_))
            | (ColumnKind::Bool, Value::Bool(_))
            | (ColumnKind::Bytes, Value::Bytes(_)) => Ok(value.clone()),
            (kind, other) => Err(bad(format!("{kind:?} expected, {} given", other.kind()).to_lowercase())),
        }
    }
}

/// All known tables.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    tables: RwLock<HashMap<String, Arc<Table>>>,
}

impl Catalogue {
    /// The table of that name, if this process knows it.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Table>> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Takes over what the database says.
    pub(crate) fn put(&self, tables: impl IntoIterator<Item = Table>) {
        let mut known = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        for table in tables {
            known.insert(table.def.name.clone(), Arc::new(table));
        }
    }

    /// All known tables by name.
    pub(crate) fn all(&self) -> Vec<Arc<Table>> {
        let known = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<Table>> = known.values().cloned().collect();
        all.sort_by(|a, b| a.def.name.cmp(&b.def.name));
        all
    }
}
