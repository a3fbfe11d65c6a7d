//! From questions and changes to SQL text with values, for either engine. Nothing here touches a database.

mod aggregate;
mod change;
mod columns;
mod condition;
pub(crate) mod ddl;
mod judged;
mod many;
mod select;

use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder};

use crate::database::Engine;
use crate::statement::Statement;
use crate::{StoreError, Value};

pub(crate) use aggregate::aggregate;
pub(crate) use change::change_set;
pub(crate) use condition::search_text;
pub(crate) use many::{Chunk, chunk};
pub(crate) use select::{count, runs_one_way, select};

/// The text of a built statement with its values.
fn render(engine: Engine, built: &impl QueryStatementWriter) -> Result<Statement, StoreError> {
    let (sql, values) = match engine {
        Engine::Sqlite => built.build(SqliteQueryBuilder),
        Engine::Postgres => built.build(PostgresQueryBuilder),
    };
    let values = values.0.into_iter().map(unbind).collect::<Result<Vec<Value>, StoreError>>()?;
    Ok(Statement::once(sql, values))
}

/// Our value as the builder's. Ids travel as bytes: uuid and bytea look the same on the wire.
fn bind(value: Value) -> sea_query::Value {
    match value {
        Value::Null => sea_query::Value::String(None),
        Value::Bool(v) => sea_query::Value::Bool(Some(v)),
        Value::Int(v) => sea_query::Value::BigInt(Some(v)),
        Value::Float(v) => sea_query::Value::Double(Some(v)),
        Value::Text(v) => sea_query::Value::String(Some(v)),
        Value::Bytes(v) => sea_query::Value::Bytes(Some(v)),
        Value::Id(v) => sea_query::Value::Bytes(Some(v.to_bytes().to_vec())),
    }
}

fn unbind(value: sea_query::Value) -> Result<Value, StoreError> {
    use sea_query::Value as Built;
    Ok(match value {
        Built::Bool(v) => v.into(),
        Built::BigInt(v) => v.into(),
        Built::Int(v) => v.into(),
        Built::BigUnsigned(v) => v.and_then(|n| i64::try_from(n).ok()).into(),
        Built::Double(v) => v.into(),
        Built::String(v) => v.into(),
        Built::Bytes(v) => v.into(),
        other => return Err(StoreError::Unsupported(format!("a value of another kind: {other:?}"))),
    })
}

/// A fixed statement of this crate, written with `?`: numbered for PostgreSQL.
pub(crate) fn fixed(engine: Engine, sql: &str, values: Vec<Value>) -> Statement {
    if engine == Engine::Sqlite {
        return Statement::once(sql.to_owned(), values);
    }
    let mut numbered = String::with_capacity(sql.len() + 16);
    for (i, part) in sql.split('?').enumerate() {
        if i > 0 {
            numbered.push('$');
            numbered.push_str(&i.to_string());
        }
        numbered.push_str(part);
    }
    Statement::once(numbered, values)
}
