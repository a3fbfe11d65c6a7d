//! Tables of either engine from one description. Additive only: nothing here drops or narrows anything.

use sm3::{Digest, Sm3};

use crate::catalogue::{StoredColumn, Table};
use crate::database::Engine;
use crate::table::{ColumnDef, ColumnKind, IndexDef, IndexOnly, TableDef, check_name};
use crate::{StoreError, Value};

/// SQL to be run, and in words what it does.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) sql: Vec<String>,
    pub(crate) done: Vec<String>,
}

/// The column type. Text is compared byte by byte on both engines.
pub(crate) fn column_type(engine: Engine, kind: ColumnKind) -> &'static str {
    match (engine, kind) {
        (Engine::Sqlite, ColumnKind::Id | ColumnKind::Bytes) => "BLOB",
        (Engine::Sqlite, ColumnKind::Text | ColumnKind::Json) => "TEXT",
        (Engine::Sqlite, ColumnKind::Int | ColumnKind::Bool) => "INTEGER",
        (Engine::Sqlite, ColumnKind::Float) => "REAL",
        (Engine::Postgres, ColumnKind::Id) => "uuid",
        (Engine::Postgres, ColumnKind::Bytes) => "bytea",
        (Engine::Postgres, ColumnKind::Text | ColumnKind::Json) => "text COLLATE \"C\"",
        (Engine::Postgres, ColumnKind::Int) => "bigint",
        (Engine::Postgres, ColumnKind::Bool) => "boolean",
        (Engine::Postgres, ColumnKind::Float) => "double precision",
    }
}

fn literal(engine: Engine, value: &Value) -> String {
    match (engine, value) {
        (Engine::Sqlite, Value::Id(id)) => format!("x'{id}'"),
        (Engine::Postgres, Value::Id(id)) => format!("'{id}'"),
        (Engine::Sqlite, Value::Bool(v)) => i64::from(*v).to_string(),
        (Engine::Postgres, Value::Bool(v)) => v.to_string(),
        (Engine::Sqlite, Value::Bytes(_)) => "x''".to_owned(),
        (Engine::Postgres, Value::Bytes(_)) => "''".to_owned(),
        (_, Value::Int(v)) => v.to_string(),
        (_, Value::Float(v)) => format!("{v:?}"),
        (_, Value::Text(v)) => format!("'{}'", v.replace('\'', "''")),
        (_, Value::Null) => "NULL".to_owned(),
    }
}

/// The value of a never-NULL column of which a row says nothing; rows start at version 1.
fn empty_literal(engine: Engine, column: &StoredColumn) -> String {
    if column.name == "version" && column.kind == ColumnKind::Int {
        return "1".to_owned();
    }
    literal(engine, &StoredColumn::empty(column.kind))
}

fn column_sql(engine: Engine, column: &StoredColumn, key: bool) -> String {
    let mut sql = format!("\"{}\" {}", column.physical, column_type(engine, column.kind));
    if key {
        sql.push_str(" NOT NULL PRIMARY KEY");
    } else if column.never_null {
        sql.push_str(&format!(" NOT NULL DEFAULT {}", empty_literal(engine, column)));
    }
    sql
}

/// Checks the names of a description.
pub(crate) fn check(def: &TableDef) -> Result<(), StoreError> {
    check_name(&def.name)?;
    let columns = def.all_columns();
    for column in &columns {
        check_name(&column.name)?;
    }
    for (i, column) in columns.iter().enumerate() {
        if columns.iter().take(i).any(|c| c.name == column.name) {
            return Err(StoreError::BadName(format!("{}.{} (described twice)", def.name, column.name)));
        }
    }
    let decisive = def.indexes.iter().filter_map(|i| i.only.as_ref()).map(IndexOnly::column);
    for name in def.indexes.iter().flat_map(|i| i.columns.iter().map(String::as_str)).chain(decisive) {
        if !columns.iter().any(|c| c.name == name) {
            return Err(StoreError::UnknownColumn { table: def.name.clone(), column: name.to_owned() });
        }
    }
    Ok(())
}

/// The SQL that makes a new table with its indexes.
pub(crate) fn create(engine: Engine, table: &Table) -> Plan {
    let def = &table.def;
    let columns: Vec<String> =
        table.columns.iter().map(|c| column_sql(engine, c, c.name == def.key)).collect();
    let strict = if engine == Engine::Sqlite { " STRICT" } else { "" };
    let mut plan = Plan::default();
    plan.sql.push(format!("CREATE TABLE \"{}\" (\n  {}\n){strict}", def.name, columns.join(",\n  ")));
    if engine == Engine::Postgres {
        plan.sql.push(format!(
            "COMMENT ON TABLE \"{}\" IS {}",
            def.name,
            literal(engine, &Value::from(&def.comment))
        ));
        for column in def.columns.iter().filter(|c| !c.comment.is_empty()) {
            plan.sql.push(comment(engine, def, column, &column.name));
        }
    }
    plan.done.push(format!("table {} made", def.name));
    for index in &def.indexes {
        plan.sql.push(index_sql(engine, table, index));
    }
    plan
}

fn comment(engine: Engine, def: &TableDef, column: &ColumnDef, physical: &str) -> String {
    let text = literal(engine, &Value::from(&column.comment));
    format!("COMMENT ON COLUMN \"{}\".\"{physical}\" IS {text}", def.name)
}

/// What an index is called in the database: its columns, shortened with a digest where that is too long.
pub(crate) fn index_name(table: &Table, index: &IndexDef) -> String {
    let kind = match (index.unique, &index.only) {
        (true, _) => "u",
        (false, None) => "i",
        (false, Some(IndexOnly::Present(_))) => "p",
        (false, Some(IndexOnly::Zero(_))) => "z",
    };
    let physical: Vec<&str> =
        index.columns.iter().map(|c| table.column(c).map_or(c.as_str(), |c| c.physical.as_str())).collect();
    let name = format!("{}__{kind}_{}", table.def.name, physical.join("_"));
    if name.len() <= 60 {
        return name;
    }
    let digest: String = Sm3::digest(name.as_bytes()).iter().take(4).map(|b| format!("{b:02x}")).collect();
    let short: String = name.chars().take(50).collect();
    format!("{short}_{digest}")
}

fn index_sql(engine: Engine, table: &Table, index: &IndexDef) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let columns: Vec<String> = index
        .columns
        .iter()
        .filter_map(|name| table.column(name).ok())
        .map(|c| {
            let nulls = if engine == Engine::Postgres && !c.never_null { " NULLS FIRST" } else { "" };
            format!("\"{}\"{nulls}", c.physical)
        })
        .collect();
    let name = index_name(table, index);
    let physical = |column: &str| table.column(column).map_or(column.to_owned(), |c| c.physical.clone());
    let only = match &index.only {
        None => String::new(),
        Some(IndexOnly::Present(column)) => format!(" WHERE \"{}\" IS NOT NULL", physical(column)),
        Some(IndexOnly::Zero(column)) => format!(" WHERE \"{}\" = 0", physical(column)),
    };
    format!(
        "CREATE {unique}INDEX IF NOT EXISTS \"{name}\" ON \"{}\" ({}){only}",
        table.def.name,
        columns.join(", ")
    )
}

/// What is missing of `wanted` in `stored`, and the table as it stands afterwards.
pub(crate) fn extend(engine: Engine, stored: &Table, wanted: &TableDef) -> (Table, Plan) {
    let mut table = Table { def: wanted.clone(), columns: stored.columns.clone() };
    let mut plan = Plan::default();
    for column in &mut table.columns {
        column.hidden = true;
    }
    for def in wanted.all_columns() {
        let standing = table
            .columns
            .iter_mut()
            .find(|c| c.name == def.name && c.kind == def.kind && (c.never_null || !def.never_null));
        if let Some(column) = standing {
            column.hidden = false;
            column.class = def.class;
            continue;
        }
        let before = stored.column(&def.name).ok().cloned();
        let mut column = StoredColumn::of(&def);
        column.physical = free_name(&table, &def.name);
        plan.sql.push(format!(
            "ALTER TABLE \"{}\" ADD COLUMN {}",
            wanted.name,
            column_sql(engine, &column, false)
        ));
        plan.done.push(format!("column {}.{} added", wanted.name, column.physical));
        if let Some(before) = before {
            plan.done.push(backfill(engine, wanted, &before, &column, &mut plan.sql));
        }
        if engine == Engine::Postgres && !def.comment.is_empty() {
            plan.sql.push(comment(engine, wanted, &def, &column.physical));
        }
        table.columns.push(column);
    }
    replace_indexes(engine, stored, &table, &mut plan);
    (table, plan)
}

/// Makes the missing indexes. An index goes when it is unique and no longer described, or stands on a column that was
/// replaced: such a column is no longer written, so it would refuse rows or slow them for nothing. No data goes.
fn replace_indexes(engine: Engine, stored: &Table, table: &Table, plan: &mut Plan) {
    let wanted: Vec<String> = table.def.indexes.iter().map(|i| index_name(table, i)).collect();
    let standing: Vec<String> = stored.def.indexes.iter().map(|i| index_name(stored, i)).collect();
    for (index, name) in stored.def.indexes.iter().zip(&standing) {
        let described = table.def.indexes.contains(index);
        if !wanted.contains(name) && (index.unique || described) {
            plan.sql.push(format!("DROP INDEX IF EXISTS \"{name}\""));
            plan.done.push(format!("index {name} is no longer described and was taken away"));
        }
    }
    for (index, name) in table.def.indexes.iter().zip(&wanted) {
        if !standing.contains(name) {
            plan.sql.push(index_sql(engine, table, index));
            plan.done.push(format!("index {name} made"));
        }
    }
}

/// The first name that no column stands under.
fn free_name(table: &Table, name: &str) -> String {
    let taken = |candidate: &str| table.columns.iter().any(|c| c.physical == candidate);
    if !taken(name) {
        return name.to_owned();
    }
    (2..).map(|n| format!("{name}__{n}")).find(|c| !taken(c)).unwrap_or_else(|| name.to_owned())
}

/// Fills the new column from the one that it replaces, where that can be done without loss.
fn backfill(
    engine: Engine,
    def: &TableDef,
    before: &StoredColumn,
    after: &StoredColumn,
    sql: &mut Vec<String>,
) -> String {
    let lossless = before.kind == after.kind
        || matches!(
            (before.kind, after.kind),
            (ColumnKind::Int, ColumnKind::Float | ColumnKind::Text) | (ColumnKind::Json, ColumnKind::Text)
        );
    let words = format!(
        "column {}.{} is now {:?} ({:?} before, kept as {})",
        def.name, after.name, after.kind, before.kind, before.physical
    );
    if !lossless {
        return format!("{words}; its values were not taken over");
    }
    let target = column_type(engine, after.kind).split(' ').next().unwrap_or_default().to_owned();
    let target = if target == "double" { "double precision".to_owned() } else { target };
    sql.push(format!(
        "UPDATE \"{}\" SET \"{}\" = CAST(\"{}\" AS {target}) WHERE \"{}\" IS NOT NULL",
        def.name, after.physical, before.physical, before.physical
    ));
    format!("{words}; its values were taken over")
}
