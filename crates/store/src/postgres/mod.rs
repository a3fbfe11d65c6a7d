//! PostgreSQL: a pool of connections that read, and one connection that writes.

mod bind;
mod copy;
mod tls;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use crate::sqlite::BatchAnswer;
use crate::statement::{Failure, Fetch, Shape, Step};
use crate::{Row, StoreError, Value};

const READING_CONNECTIONS: usize = 8;

/// An open PostgreSQL database.
pub(crate) struct Postgres {
    reads: Pool,
    writes: Pool,
}

impl Postgres {
    /// Connects once, so that a wrong address is told at the start.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let (mut config, tls) = tls::settings(url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        let postgres = Self {
            reads: pool(config.clone(), tls.clone(), READING_CONNECTIONS)?,
            writes: pool(config, tls, 1)?,
        };
        drop(connection(&postgres.writes).await?);
        Ok(postgres)
    }

    /// Reads on one of the reading connections.
    pub(crate) async fn fetch(&self, fetch: Fetch) -> Result<Vec<Row>, StoreError> {
        let client = connection(&self.reads).await?;
        let prepared = client.prepare_cached(&fetch.statement.sql).await.map_err(|e| store_error(&e))?;
        let found = client.query(&prepared, &parameters(&fetch.statement.values)).await;
        rows(&fetch.shape, &found.map_err(|e| store_error(&e))?)
    }

    /// Reads several answers on one connection.
    pub(crate) async fn fetch_all(&self, fetches: Vec<Fetch>) -> Result<Vec<Vec<Row>>, StoreError> {
        let client = connection(&self.reads).await?;
        let mut answers = Vec::with_capacity(fetches.len());
        for fetch in fetches {
            let prepared = client.prepare_cached(&fetch.statement.sql).await.map_err(|e| store_error(&e))?;
            let found = client.query(&prepared, &parameters(&fetch.statement.values)).await;
            answers.push(rows(&fetch.shape, &found.map_err(|e| store_error(&e))?)?);
        }
        Ok(answers)
    }

    /// Stores a batch in one transaction.
    pub(crate) async fn write(&self, sets: Vec<Arc<Vec<Step>>>) -> BatchAnswer {
        let client = connection(&self.writes).await?;
        writer::batch(client, &sets).await
    }
}

fn pool(config: tokio_postgres::Config, tls: tls::Tls, size: usize) -> Result<Pool, StoreError> {
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let wait = Some(Duration::from_secs(10));
    Pool::builder(Manager::from_config(config, tls, manager))
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts { wait, create: wait, recycle: wait })
        .build()
        .map_err(|e| StoreError::Unavailable(e.to_string()))
}

async fn connection(pool: &Pool) -> Result<Object, StoreError> {
    pool.get().await.map_err(|e| StoreError::Unavailable(with_cause(&e)))
}

fn with_cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}

fn rows(shape: &Shape, found: &[tokio_postgres::Row]) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let mut values = Vec::with_capacity(shape.kinds.len());
        for i in 0..shape.kinds.len() {
            values.push(row.try_get::<usize, Value>(i).map_err(|e| store_error(&e))?);
        }
        rows.push(Row::new(shape.header.clone(), values));
    }
    Ok(rows)
}

/// The error of a read, or of connecting.
pub(crate) fn store_error(error: &tokio_postgres::Error) -> StoreError {
    let text = with_cause(error);
    let Some(code) = error.code() else {
        // Without a code it is the connection, or a value that does not suit its parameter.
        let lost = error.is_closed() || with_cause(error).contains("communicating");
        return if lost { StoreError::Unavailable(text) } else { StoreError::Refused(text) };
    };
    if *code == SqlState::DISK_FULL {
        return StoreError::Full(text);
    }
    let classes = ["08", "57P", "53", "58"];
    if classes.iter().any(|c| code.code().starts_with(c)) || *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        StoreError::Unavailable(text)
    } else {
        StoreError::Refused(text)
    }
}

/// The failure of a write.
fn failure(error: &tokio_postgres::Error) -> Failure {
    if let Some(db) = error.as_db_error() {
        let code = db.code();
        if *code == SqlState::UNIQUE_VIOLATION {
            let index = db.constraint().unwrap_or_default().to_owned();
            return Failure::Duplicate { index, columns: Vec::new() };
        }
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
            return Failure::Again(db.message().to_owned());
        }
    }
    match store_error(error) {
        refused @ StoreError::Refused(_) => Failure::Refused(refused),
        gone => Failure::Broken(gone),
    }
}

/// The address for messages.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let user = url.get(scheme + 3..at).and_then(|u| u.split(':').next()).unwrap_or_default();
            format!(
                "{}{user}{}",
                url.get(..scheme + 3).unwrap_or_default(),
                url.get(at..).unwrap_or_default()
            )
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(super::without_password("postgres://a:secret@h:1/d"), "postgres://a@h:1/d");
    }
}
