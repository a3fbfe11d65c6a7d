//! Searching for words that very many records hold. To gather all that hold them before the first page is taken would
//! take seconds at the size of a city; the first page is near the head of the list instead, whatever its order, because
//! the words are frequent. So the rows next in the list are asked one by one, up to a bound; only where these do not
//! fill the page are all gathered after all.

use std::sync::Arc;

use crate::build;
use crate::catalogue::Table;
use crate::table::ColumnKind;
use crate::{Counted, Database, Engine, Query, Row, StoreError, Value};

/// Words that at least so many records of the city hold are frequent.
const FREQUENT: u32 = 4_000;
/// So many rows of a list are asked one by one before all that hold the words are gathered.
const ASKED: u32 = 20_000;
/// Records that hold frequent words are counted no further.
const COUNTED: u64 = 200;

/// A list cut at the row up to which its rows are asked one by one.
pub(crate) struct Near {
    /// The list, its words asked row by row.
    query: Query,
    /// The list goes on behind it.
    more: bool,
}

impl Database {
    /// The head of a list of frequent words; None where the words are rare or asked in another way, or where the
    /// engine decides by itself how often words occur (PostgreSQL).
    pub(crate) async fn near(&self, query: &Query) -> Result<Option<Near>, StoreError> {
        let Some(words) = query.filter.words().filter(|_| self.engine() == Engine::Sqlite) else {
            return Ok(None);
        };
        if !self.is_frequent(words).await? {
            return Ok(None);
        }
        let one_way = |tables: &[Arc<Table>]| match tables {
            [table, ..] => build::runs_one_way(query, table),
            [] => Ok(false),
        };
        if !self.with_tables(&[query.table.as_str()], one_way).await? {
            return Ok(None);
        }
        let end = self.row_after(query, ASKED).await?;
        let mut near = Query { filter: query.filter.row_by_row(), ..query.clone() };
        near.until.clone_from(&end);
        Ok(Some(Near { query: near, more: end.is_some() }))
    }

    /// The page, where the head of the list holds all of it.
    pub(crate) async fn page_near(&self, near: &Near) -> Result<Option<Vec<Row>>, StoreError> {
        let rows = self.select_all(&near.query).await?;
        let whole = !near.more || rows.len() as u64 == u64::from(near.query.limit);
        Ok(whole.then_some(rows))
    }

    /// How many rows of the head hold the words, no further than a few hundred.
    pub(crate) async fn count_near(&self, near: &Near, limit: u64) -> Result<Counted, StoreError> {
        let limit = limit.min(COUNTED);
        let counted = Counted::up_to(limit, self.count_up_to(&near.query, limit + 1).await?);
        Ok(Counted { more: counted.more || near.more, ..counted })
    }

    async fn is_frequent(&self, words: &str) -> Result<bool, StoreError> {
        let Some(text) = build::search_text(self.engine(), words) else { return Ok(false) };
        let sql = "SELECT COUNT(*) AS count FROM \
                   (SELECT 1 FROM search_index WHERE search_index MATCH ? LIMIT ?)";
        let values = vec![Value::Text(text), FREQUENT.into()];
        let rows = self.ask(sql, values, &[("count", ColumnKind::Int)]).await?;
        let count = rows.first().map(|row| row.int("count")).transpose()?;
        Ok(count.is_some_and(|count| count >= i64::from(FREQUENT)))
    }

    /// The sort values and key of the row that lies so many rows behind the first one, words set aside.
    async fn row_after(&self, query: &Query, count: u32) -> Result<Option<Vec<Value>>, StoreError> {
        let mut names: Vec<String> = query.sort.iter().map(|(name, _)| name.clone()).collect();
        let key = |tables: &[Arc<Table>]| match tables {
            [table, ..] => Ok(table.def.key.clone()),
            [] => Err(StoreError::UnknownTable(query.table.clone())),
        };
        let key = self.with_tables(&[query.table.as_str()], key).await?;
        if !names.contains(&key) {
            names.push(key);
        }
        let filter = query.filter.without_words();
        let bare = Query { columns: names.clone(), filter, skip: count, limit: 1, ..query.clone() };
        let bare = Query { titles: Vec::new(), verdicts: Vec::new(), ..bare };
        let row = self.select_all(&bare).await?.into_iter().next();
        row.map(|row| names.iter().map(|name| row.value(name).cloned()).collect()).transpose()
    }
}
