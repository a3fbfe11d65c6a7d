//! A fresh database of either engine, and rows to play with.

use std::sync::atomic::{AtomicU64, Ordering};

use base::{Chance, Id, Instant, OsChance};
use store::{ChangeSet, ColumnDef, ColumnKind, Database, Scope, TableDef, Value, Values};

/// Runs each named test on both engines.
macro_rules! on_both_engines {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&$crate::world::World::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(world) = $crate::world::World::postgres().await {
                    super::$name(&world).await;
                }
            })*
        }
    };
}

/// A database of its own.
pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
    schema: Option<(String, String)>,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        println!("engine: sqlite");
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("anlan.db").display());
        Self::open(url, folder, None).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("ANLAN_TEST_POSTGRES") else {
            println!("engine: postgres is left out, ANLAN_TEST_POSTGRES is not set");
            return None;
        };
        println!("engine: postgres");
        let schema = format!("contract_{:016x}", OsChance.next_u64());
        postgres_batch(&server, &format!("CREATE SCHEMA {schema}")).await;
        let joiner = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joiner}application_name={schema}&options=-csearch_path%3D{schema}");
        Some(Self::open(url, tempfile::tempdir().unwrap(), Some((server, schema))).await)
    }

    async fn open(url: String, folder: tempfile::TempDir, schema: Option<(String, String)>) -> Self {
        let db = Database::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        Self { db, url, folder, schema }
    }

    /// The same database as another process would open it.
    pub(crate) async fn another_process(&self) -> Database {
        Database::open(&self.url).await.unwrap()
    }

    /// The names of the indexes that stand on a table.
    pub(crate) async fn indexes(&self, table: &str) -> Vec<String> {
        if self.schema.is_none() {
            let connection = rusqlite::Connection::open(self.folder.path().join("anlan.db")).unwrap();
            let sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 ORDER BY name";
            let mut asked = connection.prepare(sql).unwrap();
            return asked.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        }
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let sql = "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1 \
                   ORDER BY indexname";
        client.query(sql, &[&table]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// SQL behind the program's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        if self.schema.is_some() {
            postgres_batch(&self.url, sql).await;
        } else {
            let path = self.folder.path().join("anlan.db");
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
            connection.execute_batch(sql).unwrap();
        }
    }

    /// Waits until no transaction of the server is older than the journal's entries.
    pub(crate) async fn until_all_is_finished(&self) {
        if self.schema.is_none() {
            return;
        }
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let open = "SELECT COUNT(*) FROM journal WHERE horizon >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        while client.query_one(open, &[]).await.unwrap().get::<usize, i64>(0) > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let Some((server, schema)) = self.schema.take() else { return };
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(postgres_batch(&server, &format!("DROP SCHEMA {schema} CASCADE")));
        });
        dropping.join().unwrap();
    }
}

async fn postgres_batch(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// An id that is later than all before it.
pub(crate) fn new_id() -> Id {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    Id::new(Instant(1_600_000_000_000_000 + number as i64 * 1000), &mut OsChance)
}

pub(crate) fn system() -> Scope {
    Scope::system("contract tests")
}

/// A register as a pack would describe it.
pub(crate) fn plants() -> TableDef {
    TableDef::new("plant", "an enterprise")
        .scoped()
        .versioned()
        .column(ColumnDef::new("name", ColumnKind::Text, "its name").never_null())
        .column(ColumnDef::new("code", ColumnKind::Text, "unified social credit code"))
        .column(ColumnDef::new("workers", ColumnKind::Int, "people who work there"))
        .column(ColumnDef::new("stored_tons", ColumnKind::Float, "tons of dangerous goods"))
        .column(ColumnDef::new("major", ColumnKind::Bool, "has a major hazard installation"))
        .column(ColumnDef::new("details", ColumnKind::Json, "anything else"))
        .column(ColumnDef::new("seal", ColumnKind::Bytes, "picture of its seal"))
        .column(ColumnDef::new("head", ColumnKind::Id, "its head"))
        .unique(&["code"])
        .sorted(&["name"])
        .index(&["workers"])
}

pub(crate) fn values(pairs: &[(&str, Value)]) -> Values {
    pairs.iter().map(|(c, v)| ((*c).to_owned(), v.clone())).collect()
}

/// A set that inserts one plant.
pub(crate) fn plant(id: Id, county: &str, name: &str, more: &[(&str, Value)]) -> ChangeSet {
    let mut all = values(&[("county", county.into()), ("name", name.into())]);
    all.extend(values(more));
    let mut set = ChangeSet::new();
    set.insert("plant", id, all);
    set
}
