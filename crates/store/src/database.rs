//! The door of the crate: opening, reading, writing.

use std::sync::Arc;

use crate::build::{self, Chunk};
use crate::catalogue::{Catalogue, Table};
use crate::postgres::Postgres;
use crate::sqlite::{BatchAnswer, Sqlite};
use crate::statement::{Failure, Fetch, Outcome, Statement, Step};
use crate::texts::Texts;
use crate::writer::{self, Queue};
use crate::{
    Aggregate, Applied, Change, ChangeSet, Priority, Query, Row, StoreError, TableDef, Value, WriteError,
};

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite inside the program.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// What runs statements.
pub(crate) enum Executor {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Executor {
    pub(crate) async fn fetch(&self, fetch: Fetch) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.fetch(fetch).await,
            Self::Postgres(postgres) => postgres.fetch(fetch).await,
        }
    }

    /// Several questions in one go, answered in their order.
    pub(crate) async fn fetch_all(&self, fetches: Vec<Fetch>) -> Result<Vec<Vec<Row>>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.fetch_all(fetches).await,
            Self::Postgres(postgres) => postgres.fetch_all(fetches).await,
        }
    }

    pub(crate) async fn write(&self, sets: Vec<Arc<Vec<Step>>>) -> BatchAnswer {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(sets).await,
            Self::Postgres(postgres) => postgres.write(sets).await,
        }
    }
}

/// A database. Cheap to clone; all clones share the pools and the writer.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    executor: Arc<Executor>,
    catalogue: Catalogue,
    queue: Arc<Queue>,
    texts: Texts,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Bulk writes store so many sets per transaction: the more, the seldomer each index page is written.
const SETS_PER_CHUNK: usize = 5000;
/// Bulk writes of low priority: nobody waits longer than such a chunk takes.
const SETS_PER_LOW_CHUNK: usize = 500;

/// How many rows a list has, as far as they were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// So many rows were found.
    pub found: u64,
    /// There are more, or there may be.
    pub more: bool,
}

impl Counted {
    /// What was found when counting went one row further than `limit`.
    pub(crate) fn up_to(limit: u64, found: u64) -> Self {
        Self { found: found.min(limit), more: found > limit }
    }
}

impl Database {
    /// Opens (SQLite: creates) the database: `sqlite:PATH` (with `?max_pages=N` the file never grows above N pages of
    /// 4 KiB), or `postgres://USER:PASSWORD@HOST:PORT/NAME` (with `?sslmode=disable`, `require`, or
    /// `verify-full&sslrootcert=FILE`). Must be called within a tokio runtime, which then carries
    /// the writer.
    ///
    /// # Errors
    /// The address is not understood, or the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let (engine, executor) = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            (Engine::Postgres, Executor::Postgres(Postgres::open(url).await?))
        } else {
            let address = crate::sqlite::address(url)?;
            let opened = tokio::task::spawn_blocking(move || Sqlite::open(&address)).await;
            let sqlite = opened.map_err(|e| StoreError::Unavailable(e.to_string()))??;
            (Engine::Sqlite, Executor::Sqlite(sqlite))
        };
        let executor = Arc::new(executor);
        let queue = Arc::new(Queue::default());
        tokio::spawn(writer::serve(Arc::clone(&queue), Arc::clone(&executor)));
        let catalogue = Catalogue::default();
        catalogue.put(crate::migrate::own_tables());
        Ok(Self { inner: Arc::new(Inner { engine, executor, catalogue, queue, texts: Texts::default() }) })
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Brings this crate's own tables to the newest migration and gives back what was done.
    ///
    /// # Errors
    /// A stored migration differs from this program's, or the database cannot be reached.
    pub async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let done = crate::migrate::migrate(self).await?;
        crate::indexes::bring_back(self).await?;
        Ok(done)
    }

    /// Makes the tables, columns and indexes that are missing, under one lock, and gives back what was done. No data
    /// is ever dropped: a column that is no longer described is hidden, one of another kind gets a new column.
    ///
    /// # Errors
    /// A bad name, an index on an unknown column, or the database cannot be reached.
    pub async fn ensure_tables(&self, tables: &[TableDef]) -> Result<Vec<String>, StoreError> {
        crate::migrate::ensure_tables(self, tables).await
    }

    /// The rows of a list. Beside the wanted columns each row has the sort columns and the key, so that the next page
    /// can begin after it.
    ///
    /// # Errors
    /// An unknown table or column, a column outside the scope's class, or the database cannot be reached.
    pub async fn select(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        if let Some(near) = self.near(query).await?
            && let Some(rows) = self.page_near(&near).await?
        {
            return Ok(rows);
        }
        self.select_all(query).await
    }

    /// The rows of a list, asked in one statement.
    pub(crate) async fn select_all(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        self.fetch(self.built(query).await?).await
    }

    /// The statement that asks for the rows of a list.
    async fn built(&self, query: &Query) -> Result<Fetch, StoreError> {
        let mut names = vec![query.table.as_str()];
        names.extend(query.titles.iter().map(|t| t.table.as_str()));
        let asked = query.asked_tables();
        names.extend(asked.iter().map(String::as_str));
        let fetch = self.with_tables(&names, |tables| match tables {
            [table, rest @ ..] => {
                let (titles, asked) = rest.split_at(query.titles.len().min(rest.len()));
                build::select(self.engine(), query, table, titles, asked)
            }
            [] => Err(StoreError::UnknownTable(query.table.clone())),
        });
        fetch.await
    }

    /// The rows of several lists without words to search, asked together.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn select_each(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut fetches = Vec::with_capacity(queries.len());
        for query in queries {
            fetches.push(self.built(query).await?);
        }
        match fetches.len() {
            0 => Ok(Vec::new()),
            _ => self.inner.executor.fetch_all(fetches).await,
        }
    }

    /// The first row of a list, if there is one.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn first(&self, query: &Query) -> Result<Option<Row>, StoreError> {
        let query = query.clone().limit(1);
        Ok(self.select(&query).await?.into_iter().next())
    }

    /// The number of rows (paying no attention to page and limit), counted no further than `limit`.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn count_up_to(&self, query: &Query, limit: u64) -> Result<u64, StoreError> {
        let asked = query.asked_tables();
        let names: Vec<&str> =
            std::iter::once(query.table.as_str()).chain(asked.iter().map(String::as_str)).collect();
        let build = |tables: &[Arc<Table>]| match tables {
            [table, asked @ ..] => build::count(self.engine(), query, table, asked, limit),
            [] => Err(StoreError::UnknownTable(query.table.clone())),
        };
        let rows = self.fetch(self.with_tables(&names, build).await?).await?;
        let count = rows.first().map(|r| r.int("count")).transpose()?;
        Ok(count.map_or(0, i64::unsigned_abs))
    }

    /// The number of rows for people to read: exact up to `limit`, less far for words that very many records hold.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn counted(&self, query: &Query, limit: u64) -> Result<Counted, StoreError> {
        let all = Query { after: None, ..query.clone() };
        match self.near(&all).await? {
            Some(near) => self.count_near(&near, limit).await,
            None => Ok(Counted::up_to(limit, self.count_up_to(&all, limit + 1).await?)),
        }
    }

    /// A page of a list and the number of all its rows as [`Database::counted`] gives it, asked together.
    ///
    /// # Errors
    /// As [`Database::select`].
    pub async fn select_counted(&self, query: &Query, limit: u64) -> Result<(Vec<Row>, Counted), StoreError> {
        if query.filter.words().is_some() {
            return Ok((self.select(query).await?, self.counted(query, limit).await?));
        }
        let all = Query { after: None, ..query.clone() };
        let mut names = vec![query.table.as_str()];
        names.extend(query.titles.iter().map(|t| t.table.as_str()));
        let asked = query.asked_tables();
        names.extend(asked.iter().map(String::as_str));
        let built = self.with_tables(&names, |tables| match tables {
            [table, rest @ ..] => {
                let (titles, asked) = rest.split_at(query.titles.len().min(rest.len()));
                Ok(vec![
                    build::select(self.engine(), query, table, titles, asked)?,
                    build::count(self.engine(), &all, table, asked, limit + 1)?,
                ])
            }
            [] => Err(StoreError::UnknownTable(query.table.clone())),
        });
        let mut answers = self.inner.executor.fetch_all(built.await?).await?.into_iter();
        let (rows, counted) = (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
        let count = counted.first().map(|r| r.int("count")).transpose()?;
        Ok((rows, Counted::up_to(limit, count.map_or(0, i64::unsigned_abs))))
    }

    /// Counts and sums by groups, ordered by the groups.
    ///
    /// # Errors
    /// As [`Database::select`]; a measure that does not suit its column.
    pub async fn aggregate(&self, query: &Aggregate) -> Result<Vec<Row>, StoreError> {
        let asked = query.asked_tables();
        let names: Vec<&str> =
            std::iter::once(query.table.as_str()).chain(asked.iter().map(String::as_str)).collect();
        let build = |tables: &[Arc<Table>]| match tables {
            [table, asked @ ..] => build::aggregate(self.engine(), query, table, asked),
            [] => Err(StoreError::UnknownTable(query.table.clone())),
        };
        self.fetch(self.with_tables(&names, build).await?).await
    }

    /// Stores a change set, durably when the answer comes.
    ///
    /// # Errors
    /// [`WriteError::Conflict`], [`WriteError::Duplicate`], or the database could not store it; nothing of it is
    /// stored then.
    pub async fn apply(&self, set: ChangeSet) -> Result<Applied, WriteError> {
        let steps = self
            .with_tables(&tables_of(&set), |tables| build::change_set(self.engine(), &set, tables))
            .await?;
        let names: Vec<String> = steps.iter().map(|s| s.table.clone()).collect();
        let outcome = self.inner.queue.store(steps, set.priority).await;
        self.inner.texts.forget([&set]);
        match outcome {
            Ok(Outcome::Stored(_)) => Ok(Applied::Done),
            Ok(Outcome::AlreadyDone) => Ok(Applied::AlreadyDone(self.earlier_result(&set).await?)),
            other => Err(self.write_error(other, &names)),
        }
    }

    /// Stores many change sets, with multi-row statements where they only add rows, and answers for each. Each set is
    /// stored whole or not at all; a bad one does not keep the others from being stored.
    pub async fn apply_bulk(&self, sets: Vec<ChangeSet>) -> Vec<Result<Applied, WriteError>> {
        let mut answers = Vec::with_capacity(sets.len());
        let mut rest = sets;
        while !rest.is_empty() {
            let low = rest.first().is_some_and(|set| set.priority == Priority::Low);
            let most = if low { SETS_PER_LOW_CHUNK } else { SETS_PER_CHUNK };
            let later = rest.split_off(rest.len().min(most));
            if self.store_together(&rest).await {
                answers.extend(rest.iter().map(|_| Ok(Applied::Done)));
            } else {
                let apart = rest.into_iter().map(|set| self.apply(set));
                answers.extend(futures_util::future::join_all(apart).await);
            }
            rest = later;
        }
        answers
    }

    async fn store_together(&self, sets: &[ChangeSet]) -> bool {
        let names: Vec<&str> = sets.iter().flat_map(tables_of).collect();
        let chunk = self.with_tables(&names, |tables| build::chunk(self.engine(), sets, tables)).await;
        let Ok(Chunk::Together(steps)) = chunk else { return false };
        let low = sets.iter().all(|s| s.priority == Priority::Low);
        let priority = if low { Priority::Low } else { Priority::Normal };
        let stored = matches!(self.inner.queue.store(steps, priority).await, Ok(Outcome::Stored(_)));
        self.inner.texts.forget(sets);
        stored
    }

    /// Builds with the tables of these names; once more with what the database says now, when a column is not known:
    /// another process may have added it.
    pub(crate) async fn with_tables<T>(
        &self,
        names: &[&str],
        build: impl Fn(&[Arc<Table>]) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match build(&self.tables(names).await?) {
            Err(StoreError::UnknownColumn { .. }) => {
                self.refresh().await?;
                build(&self.tables(names).await?)
            }
            built => built,
        }
    }

    async fn tables(&self, names: &[&str]) -> Result<Vec<Arc<Table>>, StoreError> {
        let mut tables = Vec::with_capacity(names.len());
        for name in names {
            tables.push(self.table(name).await?);
        }
        Ok(tables)
    }

    /// The names of the tables that the crates above have described, in order.
    ///
    /// # Errors
    /// The database cannot be reached, or was never migrated.
    pub async fn table_names(&self) -> Result<Vec<String>, StoreError> {
        let tables = crate::migrate::stored_tables(self).await?;
        Ok(tables.into_iter().map(|t| t.def.name).collect())
    }

    async fn earlier_result(&self, set: &ChangeSet) -> Result<String, StoreError> {
        let sql = "SELECT result FROM idempotency WHERE request_key = ?";
        let key = Value::from(set.idempotency_key.as_ref());
        let rows = self.ask(sql, vec![key], &[("result", crate::ColumnKind::Text)]).await?;
        rows.first().map_or_else(|| Ok(String::new()), |r| r.text("result").map(str::to_owned))
    }

    fn write_error(&self, outcome: Result<Outcome, Failure>, tables: &[String]) -> WriteError {
        match outcome {
            Ok(Outcome::Not(error)) => error,
            Ok(_) => StoreError::Unavailable("another process was faster".to_owned()).into(),
            Err(Failure::Duplicate { index, columns }) => self.duplicate(&index, columns, tables),
            Err(Failure::Again(text)) => StoreError::Unavailable(text).into(),
            Err(Failure::Broken(error) | Failure::Refused(error)) => error.into(),
        }
    }

    /// Names table and columns of a unique index. SQLite tells the columns, PostgreSQL the index.
    fn duplicate(&self, index: &str, columns: Vec<String>, tables: &[String]) -> WriteError {
        let known = tables.iter().filter_map(|name| self.inner.catalogue.get(name));
        for table in known {
            for def in table.def.indexes.iter().filter(|i| i.unique) {
                let physical = |c: &String| table.column(c).map_or(c.clone(), |c| c.physical.clone());
                let same = def.columns.iter().map(physical).eq(columns.iter().cloned());
                if build::ddl::index_name(&table, def) == index || (same && !columns.is_empty()) {
                    return WriteError::Duplicate {
                        table: table.def.name.clone(),
                        columns: def.columns.clone(),
                    };
                }
            }
            if index == format!("{}_pkey", table.def.name) || columns == [table.def.key.clone()] {
                let columns = vec![table.def.key.clone()];
                return WriteError::Duplicate { table: table.def.name.clone(), columns };
            }
        }
        WriteError::Duplicate { table: tables.first().cloned().unwrap_or_default(), columns }
    }

    /// Housekeeping, to be called about once an hour: forgets the keys of requests carried out before `forget_before`,
    /// and looks at the values ([`Database::look_at_values`]).
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn tidy(&self, forget_before: base::Instant) -> Result<(), StoreError> {
        let forget = self.statement("DELETE FROM idempotency WHERE at < ?", vec![forget_before.into()]);
        self.run(vec![Step::any("idempotency", forget)]).await?;
        self.look_at_values().await
    }

    /// Lets SQLite look at the distribution of values, by which it chooses between indexes: without it a firm's cases in
    /// one state are looked for among all cases of that state. PostgreSQL looks by itself.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub(crate) async fn look_at_values(&self) -> Result<(), StoreError> {
        if self.engine() == Engine::Postgres {
            return Ok(());
        }
        let sql = "PRAGMA analysis_limit=1000; PRAGMA optimize=0x10002;".to_owned();
        self.run(vec![Step::any("setting", Statement::once(sql, Vec::new()))]).await.map(drop)
    }

    /// The table of that name, looked up in the database when this process does not know it.
    pub(crate) async fn table(&self, name: &str) -> Result<Arc<Table>, StoreError> {
        if let Some(table) = self.inner.catalogue.get(name) {
            return Ok(table);
        }
        self.refresh().await?;
        self.inner.catalogue.get(name).ok_or_else(|| StoreError::UnknownTable(name.to_owned()))
    }

    /// Reads again what tables there are.
    pub(crate) async fn refresh(&self) -> Result<(), StoreError> {
        let tables = crate::migrate::stored_tables(self).await?;
        self.inner.catalogue.put(tables);
        Ok(())
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.inner.catalogue
    }

    pub(crate) fn remembered(&self) -> &Texts {
        &self.inner.texts
    }

    pub(crate) fn executor(&self) -> &Executor {
        &self.inner.executor
    }

    /// Statements run so far, questions and changes: for benchmarks and for whoever looks why something is slow.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.inner.queue.statements.load(std::sync::atomic::Ordering::Relaxed)
    }

    pub(crate) async fn fetch(&self, fetch: Fetch) -> Result<Vec<Row>, StoreError> {
        self.inner.queue.statements.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.inner.executor.fetch(fetch).await
    }

    /// A fixed question of this crate, written with `?`.
    pub(crate) async fn ask(
        &self,
        sql: &str,
        values: Vec<Value>,
        columns: &[(&str, crate::ColumnKind)],
    ) -> Result<Vec<Row>, StoreError> {
        self.fetch(self.question(sql, values, columns)).await
    }

    pub(crate) fn question(
        &self,
        sql: &str,
        values: Vec<Value>,
        columns: &[(&str, crate::ColumnKind)],
    ) -> Fetch {
        let shape = crate::statement::Shape::new("store", columns);
        Fetch { statement: self.statement(sql, values), shape }
    }

    pub(crate) fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        build::fixed(self.engine(), sql, values)
    }

    /// Runs steps of this crate's own as one transaction. None: another process was faster, nothing is stored.
    pub(crate) async fn run(&self, steps: Vec<Step>) -> Result<Option<Vec<Vec<Row>>>, StoreError> {
        match self.inner.queue.store(steps, Priority::Normal).await {
            Ok(Outcome::Stored(rows)) => Ok(Some(rows)),
            Ok(Outcome::Overtaken) | Err(Failure::Duplicate { .. }) => Ok(None),
            Ok(Outcome::AlreadyDone | Outcome::Not(_)) => {
                Err(StoreError::Refused("unexpected outcome".to_owned()))
            }
            Err(Failure::Again(text)) => Err(StoreError::Unavailable(text)),
            Err(Failure::Broken(error) | Failure::Refused(error)) => Err(error),
        }
    }

    /// Hands steps to the writer as one transaction.
    pub(crate) async fn store_steps(&self, steps: Vec<Step>, priority: Priority) -> Result<Outcome, Failure> {
        self.inner.queue.store(steps, priority).await
    }

    /// Runs one writing statement that answers with rows.
    pub(crate) async fn run_answering(
        &self,
        sql: &str,
        values: Vec<Value>,
        columns: &[(&str, crate::ColumnKind)],
    ) -> Result<Vec<Row>, StoreError> {
        let step = Step::answering(self.question(sql, values, columns));
        let answers = self.run(vec![step]).await?.unwrap_or_default();
        Ok(answers.into_iter().next().unwrap_or_default())
    }
}

/// The table of each change.
pub(crate) fn tables_of(set: &ChangeSet) -> Vec<&str> {
    set.changes.iter().map(Change::table).collect()
}
