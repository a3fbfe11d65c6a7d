//! Tables as the crates above describe them. One description gives the table of both engines.

use serde::{Deserialize, Serialize};

use crate::StoreError;

/// The five columns of every scoped table: county, township, organisation, sector, park. Never NULL: empty text and
/// [`base::Id::NIL`] where a record has none.
pub const SCOPE_COLUMNS: [&str; 5] = ["county", "township", "organisation", "sector", "park"];

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// [`base::Id`].
    Id,
    /// Text; compared byte by byte (collation "C").
    Text,
    /// 64-bit whole number; also instants (microseconds) and money (fen).
    Int,
    /// 64-bit floating point.
    Float,
    /// Yes or no.
    Bool,
    /// Bytes.
    Bytes,
    /// JSON kept as text; never searched by the database.
    Json,
}

/// How far a column is protected. Later ones include the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnClass {
    /// Anybody may read it.
    Public,
    /// For work inside the administration.
    #[default]
    Internal,
    /// Personal data.
    Personal,
    /// State or business secrets.
    Secret,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDef {
    /// `a-z`, `0-9`, `_`; at most 48 characters.
    pub name: String,
    /// Its kind.
    pub kind: ColumnKind,
    /// What it holds, for whoever reads the database.
    #[serde(default)]
    pub comment: String,
    /// Never NULL: rows that say nothing get empty text, 0, false, no bytes, [`base::Id::NIL`]. Columns that lists are
    /// sorted by should be so.
    #[serde(default)]
    pub never_null: bool,
    /// How far it is protected.
    #[serde(default)]
    pub class: ColumnClass,
}

impl ColumnDef {
    /// A column that may be NULL, of class internal.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: ColumnKind, comment: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind,
            comment: comment.into(),
            never_null: false,
            class: ColumnClass::Internal,
        }
    }

    /// Makes it never NULL.
    #[must_use]
    pub fn never_null(mut self) -> Self {
        self.never_null = true;
        self
    }

    /// Protects it.
    #[must_use]
    pub fn class(mut self, class: ColumnClass) -> Self {
        self.class = class;
        self
    }
}

/// One index. Its name in the database is derived from table and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexDef {
    /// Unique within the table.
    pub name: String,
    /// The columns in order.
    pub columns: Vec<String>,
    /// No two rows with the same values. NULLs never collide, on both engines.
    #[serde(default)]
    pub unique: bool,
    /// Which rows stand in it; None for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<IndexOnly>,
}

/// The rows of an index that does not hold all of them. Both engines use it by themselves for a question that asks for
/// nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexOnly {
    /// Rows in which this column is not NULL: for [`crate::Condition::Eq`] on a reference that most rows leave empty.
    Present(String),
    /// Rows in which this whole number is 0: what was taken away does not stand in lists, and need not be looked up to
    /// be counted.
    Zero(String),
}

impl IndexOnly {
    /// The column that decides.
    #[must_use]
    pub fn column(&self) -> &str {
        match self {
            Self::Present(column) | Self::Zero(column) => column,
        }
    }
}

/// One table. The key column `id` is added by itself, `version` (starts at 1) where [`TableDef::versioned`],
/// [`SCOPE_COLUMNS`] where [`TableDef::scoped`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDef {
    /// `a-z`, `0-9`, `_`; at most 48 characters.
    pub name: String,
    /// What a row is.
    #[serde(default)]
    pub comment: String,
    /// The columns, without those that are added by themselves.
    pub columns: Vec<ColumnDef>,
    /// The indexes beside the key's.
    #[serde(default)]
    pub indexes: Vec<IndexDef>,
    /// Rows are seen only within a scope of counties, organisations and so on.
    #[serde(default)]
    pub scoped: bool,
    /// Rows carry a version that every update increments.
    #[serde(default)]
    pub versioned: bool,
    /// The key column. `id` for all tables outside `store`.
    #[serde(default = "id_column")]
    pub key: String,
}

fn id_column() -> String {
    "id".to_owned()
}

impl TableDef {
    /// An empty table with the key `id`, neither scoped nor versioned.
    #[must_use]
    pub fn new(name: impl Into<String>, comment: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            comment: comment.into(),
            columns: Vec::new(),
            indexes: Vec::new(),
            scoped: false,
            versioned: false,
            key: id_column(),
        }
    }

    /// Rows are seen only within a scope.
    #[must_use]
    pub fn scoped(mut self) -> Self {
        self.scoped = true;
        self
    }

    /// Rows carry a version.
    #[must_use]
    pub fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: ColumnDef) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds an index that is named by its columns.
    #[must_use]
    pub fn index(self, columns: &[&str]) -> Self {
        self.add_index(columns, false, None)
    }

    /// Adds an index that is named by its columns and holds only some rows.
    #[must_use]
    pub fn index_only(self, columns: &[&str], only: IndexOnly) -> Self {
        self.add_index(columns, false, Some(only))
    }

    /// Adds a unique index that is named by its columns.
    #[must_use]
    pub fn unique(self, columns: &[&str]) -> Self {
        self.add_index(columns, true, None)
    }

    /// Adds what a declared sort needs: the sort columns alone and behind each scope column, with `id` at the end.
    #[must_use]
    pub fn sorted(mut self, columns: &[&str]) -> Self {
        let key = self.key.clone();
        let mut plain: Vec<&str> = columns.to_vec();
        plain.push(&key);
        self = self.add_index(&plain, false, None);
        if self.scoped {
            for anchor in SCOPE_COLUMNS {
                let mut behind = vec![anchor];
                behind.extend_from_slice(&plain);
                self = self.add_index(&behind, false, None);
            }
        }
        self
    }

    fn add_index(mut self, columns: &[&str], unique: bool, only: Option<IndexOnly>) -> Self {
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let index = IndexDef { name: columns.join("_"), columns, unique, only };
        if !self.indexes.contains(&index) {
            self.indexes.push(index);
        }
        self
    }

    /// All columns as they stand in the database, those added by themselves first.
    #[must_use]
    pub fn all_columns(&self) -> Vec<ColumnDef> {
        let mut all: Vec<ColumnDef> = Vec::with_capacity(self.columns.len() + 7);
        let mut add = |name: &str, kind: ColumnKind, comment: &str| {
            if !self.columns.iter().any(|c| c.name == name) {
                let column = ColumnDef::new(name, kind, comment).never_null().class(ColumnClass::Public);
                all.push(column);
            }
        };
        add(&self.key, ColumnKind::Id, "key");
        if self.versioned {
            add("version", ColumnKind::Int, "number of the row's state, 1 when new");
        }
        if self.scoped {
            for name in SCOPE_COLUMNS {
                let kind = if name == "organisation" { ColumnKind::Id } else { ColumnKind::Text };
                add(name, kind, "scope");
            }
        }
        all.extend(self.columns.iter().cloned());
        all
    }
}

/// Refuses what may not be a name in SQL on both engines.
pub(crate) fn check_name(name: &str) -> Result<(), StoreError> {
    let first = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let rest = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if first && rest && name.len() <= 48 { Ok(()) } else { Err(StoreError::BadName(name.to_owned())) }
}
