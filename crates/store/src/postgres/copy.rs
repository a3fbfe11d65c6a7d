//! Reading the whole database as it stands at one instant, for backups.

use futures_util::TryStreamExt;

use super::{Postgres, connection, rows, store_error};
use crate::statement::Fetch;
use crate::{Row, StoreError};

impl Postgres {
    /// Runs all `questions` within one REPEATABLE READ transaction and hands each row over as it comes. `each` gets
    /// the number of the question and the row.
    pub(crate) async fn fetch_at_one_instant(
        &self,
        questions: &[Fetch],
        mut each: impl FnMut(usize, &Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let mut client = connection(&self.reads).await?;
        let transaction = client
            .build_transaction()
            .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .map_err(|e| store_error(&e))?;
        for (number, question) in questions.iter().enumerate() {
            let none: [&(dyn tokio_postgres::types::ToSql + Sync); 0] = [];
            let stream = transaction.query_raw(question.statement.sql.as_str(), none).await;
            let mut stream = std::pin::pin!(stream.map_err(|e| store_error(&e))?);
            while let Some(found) = stream.try_next().await.map_err(|e| store_error(&e))? {
                for row in rows(&question.shape, std::slice::from_ref(&found))? {
                    each(number, &row)?;
                }
            }
        }
        transaction.commit().await.map_err(|e| store_error(&e))
    }
}
