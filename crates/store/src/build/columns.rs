//! References to columns, checked against the catalogue and against what the scope may read.

use sea_query::{Alias, Expr, IntoColumnRef};

use crate::catalogue::{StoredColumn, Table};
use crate::{Scope, StoreError};

/// The name that the table of a question has within its statement.
pub(super) const MAIN: &str = "t";

/// The column `name` of the question's table.
pub(super) fn column(column: &StoredColumn) -> Expr {
    Expr::col((Alias::new(MAIN), Alias::new(column.physical.as_str())).into_column_ref())
}

/// The column, if the scope may read it. A column that may not be read may not be asked about either.
pub(super) fn readable<'a>(
    table: &'a Table,
    name: &str,
    scope: &Scope,
) -> Result<&'a StoredColumn, StoreError> {
    let column = table.column(name)?;
    if column.class <= scope.reads {
        return Ok(column);
    }
    Err(StoreError::NotReadable { table: table.def.name.clone(), column: name.to_owned() })
}
