//! A fresh database of either engine, a gate over it, and the three administrators.

use base::{Chance, Day, Id, Instant, OsChance};
use city::accounts::NewAccount;
use city::lockout::{FailureLimit, Lockout};
use city::passwords::Cost;
use city::roles::Roles;
use city::seal::SealKey;
use city::sign_in::{Attempt, SignInError, SignedIn};
use city::{Actor, By, CityError, Gate, Grant, Place, Settings};
use plan::pack::Role;
use store::{Database, Query, Row, Scope};

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

pub(crate) const PASSWORD: &str = "correct horse 42";
pub(crate) const FIRST: &str = "battery staple 7";

pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) gate: Gate,
    pub(crate) roles: Roles,
    pub(crate) system: Actor,
    pub(crate) security: Actor,
    seal: SealKey,
    schema: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("anlan.db").display());
        Self::open(&url, folder, None).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("ANLAN_TEST_POSTGRES") else {
            println!("engine: postgres is left out, ANLAN_TEST_POSTGRES is not set");
            return None;
        };
        let schema = format!("city_{:016x}", OsChance.next_u64());
        postgres_batch(&server, &format!("CREATE SCHEMA {schema}")).await;
        let joiner = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joiner}options=-csearch_path%3D{schema}");
        Some(Self::open(&url, tempfile::tempdir().unwrap(), Some((server, schema))).await)
    }

    async fn open(url: &str, folder: tempfile::TempDir, schema: Option<(String, String)>) -> Self {
        let db = Database::open(url).await.unwrap();
        db.migrate().await.unwrap();
        db.ensure_tables(&city::tables()).await.unwrap();
        let (seal, roles) = (SealKey::random(&mut OsChance), roles());
        let gate = gate(&db, &seal);
        let nobody = nobody();
        let mut world =
            Self { db, gate, roles, system: nobody.clone(), security: nobody, seal, schema, _folder: folder };
        let system = world.person("sysadmin").await;
        let security = world.person("secadmin").await;
        world.grant(system, "system.admin", Place::default()).await;
        world.grant(security, "security.admin", Place::default()).await;
        world.system = world.actor(system).await;
        world.security = world.actor(security).await;
        world
    }

    /// The same database as another process would serve it.
    pub(crate) fn another_process(&self) -> Gate {
        gate(&self.db, &self.seal)
    }

    /// A gate that checks passwords at the real cost.
    pub(crate) fn costly_gate(&self) -> Gate {
        Gate::new(self.db.clone(), Settings::default(), self.seal.clone(), &mut OsChance).unwrap()
    }

    /// A person with [`PASSWORD`].
    pub(crate) async fn person(&self, name: &str) -> Id {
        let new = NewAccount {
            name: name.into(),
            display: format!("{name} 甲"),
            phone: "13800000000".into(),
            unit: None,
        };
        self.gate.create_account(&By::Program, &new, Some(PASSWORD), now(), &mut OsChance).await.unwrap()
    }

    pub(crate) async fn grant(&self, account: Id, role: &str, place: Place) -> Id {
        self.try_grant(&By::Program, account, role, place).await.unwrap()
    }

    pub(crate) async fn try_grant(
        &self,
        by: &By<'_>,
        account: Id,
        role: &str,
        place: Place,
    ) -> Result<Id, CityError> {
        let grant = Grant { role: role.into(), place, from: day("2020-06-04"), until: None };
        self.gate.add_grant(by, account, &grant, &self.roles, now(), &mut OsChance).await
    }

    pub(crate) async fn actor(&self, account: Id) -> Actor {
        city::grants::actor(&self.db, &self.roles, account, today()).await.unwrap().unwrap()
    }

    pub(crate) async fn enter(
        &self,
        name: &str,
        password: &str,
        at: Instant,
    ) -> Result<SignedIn, SignInError> {
        self.gate.sign_in(&attempt(name, password, None), at, &mut OsChance).await
    }

    /// Everything that the journal says, as text.
    pub(crate) async fn journal(&self) -> Vec<Row> {
        let query = Query::of("journal", Scope::system("test")).limit(1000);
        self.db.select(&query).await.unwrap()
    }

    pub(crate) async fn operations(&self) -> Vec<String> {
        self.journal().await.iter().map(|row| row.text("operation").unwrap().to_owned()).collect()
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

fn gate(db: &Database, seal: &SealKey) -> Gate {
    let settings = Settings {
        cost: Cost { memory_kib: 64, passes: 1, at_once: 2, waiting: 64 },
        lockout: Lockout {
            per_address: FailureLimit { failures: 12, within_seconds: 900, lock_seconds: 3600 },
            ..Lockout::default()
        },
        ..Settings::default()
    };
    Gate::new(db.clone(), settings, seal.clone(), &mut OsChance).unwrap()
}

async fn postgres_batch(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

fn nobody() -> Actor {
    let reads = plan::pack::FieldClass::Public;
    Actor { account: Id::NIL, display: String::new(), grants: Vec::new(), reads, unit: None }
}

#[derive(serde::Deserialize)]
struct Pack {
    role: Vec<Role>,
}

fn roles() -> Roles {
    let text = r#"role = [
        { id = "system.admin", title = { zh = "系统管理员", en = "System administrator" }, seat = "system" },
        { id = "security.admin", title = { zh = "安全管理员", en = "Security administrator" }, seat = "system" },
        { id = "audit.admin", title = { zh = "审计管理员", en = "Audit administrator" }, seat = "system" },
        { id = "county.regulator", title = { zh = "监管人员", en = "Regulator" }, seat = "county", reads = "personal" },
        { id = "county.office", title = { zh = "县安委办", en = "County office" }, seat = "county" },
        { id = "enterprise.head", title = { zh = "主要负责人", en = "Head" }, seat = "enterprise" },
        { id = "insurer", title = { zh = "保险机构", en = "Insurer" }, seat = "city", excludes = ["county.regulator"] }]"#;
    let all = toml::from_str::<Pack>(text).unwrap().role;
    all.into_iter().map(|r| (r.id.get_ref().clone(), r)).collect()
}

pub(crate) fn attempt<'a>(name: &'a str, password: &'a str, code: Option<&'a str>) -> Attempt<'a> {
    Attempt { name, password, code, address: "10.0.0.8", agent: "test browser" }
}

/// 2026-03-02 09:00 in Beijing, by the wall clock.
pub(crate) fn now() -> Instant {
    Instant::parse("2026-03-02T09:00").unwrap()
}

/// The plan's day, which is another one.
pub(crate) fn today() -> Day {
    day("2021-06-15")
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(crate) fn county(code: &str) -> Place {
    Place { county: code.into(), ..Place::default() }
}

/// The code of the problem for which something was refused.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, CityError>) -> &'static str {
    match answer {
        Err(CityError::Refused(problem)) => problem.code,
        Err(CityError::Invalid(problems)) => problems.0[0].code,
        Err(CityError::NotFound) => "not_found",
        other => panic!("a refusal was expected: {other:?}"),
    }
}
