//! A small city of either engine: two counties, offices, and as many plants with their people as a test wants.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use base::code::{Adcode, Uscc};
use base::{Chance, Clock, Day, FixedClock, Id, Instant, OsChance, SeededChance, WorkCalendar};
use city::accounts::NewAccount;
use city::passwords::Cost;
use city::seal::SealKey;
use city::{Actor, By, Gate, Grant, Place, Settings};
use engine::case::step::StepRequest;
use engine::record::Record;
use engine::record::write::Sending;
use engine::{Engine, EngineError};
use judge::{Fact, Facts};
use plan::pack::{Model, RegionKind};
use store::Database;

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

/// The county of most plants, and another one.
pub(crate) const HERE: &str = "410222";
pub(crate) const ELSEWHERE: &str = "410202";

/// A photo, by its content hash.
pub(crate) fn photo(number: u8) -> Fact {
    Fact::List(vec![format!("{number:02x}").repeat(32)])
}

pub(crate) fn text(value: &str) -> Fact {
    Fact::Text(value.to_owned())
}

pub(crate) fn day(value: &str) -> Fact {
    Fact::Day(a_day(value))
}

pub(crate) fn a_day(value: &str) -> Day {
    Day::parse(value).unwrap()
}

pub(crate) fn facts<const N: usize>(pairs: [(&str, Fact); N]) -> Facts {
    pairs.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}

pub(crate) fn sending(key: &str) -> Sending {
    Sending { key: key.to_owned() }
}

/// What went wrong, in a form that tests compare.
pub(crate) fn wrong<T: std::fmt::Debug>(result: Result<T, EngineError>) -> String {
    match result {
        Ok(value) => format!("done: {value:?}"),
        Err(EngineError::NotFound) => "not found".to_owned(),
        Err(EngineError::Conflict) => "conflict".to_owned(),
        Err(EngineError::Refused(problem)) => format!("refused: {}", problem.code),
        Err(EngineError::Invalid(problems)) => {
            let each = problems.0.iter().map(|p| format!("{}: {}", p.field, p.code));
            each.collect::<Vec<_>>().join("; ")
        }
        Err(other) => format!("failed: {other}"),
    }
}

/// A clock that tests move.
pub(crate) struct MovableClock(AtomicI64);

impl Clock for MovableClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// A plant and its people.
pub(crate) struct Plant {
    pub(crate) id: Id,
    pub(crate) head: Actor,
    pub(crate) manager: Actor,
    pub(crate) workshop: Actor,
    pub(crate) team: Actor,
    pub(crate) worker: Actor,
}

/// A city of its own.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) office: Actor,
    pub(crate) url: String,
    clock: Arc<MovableClock>,
    gate: Gate,
    chance: Mutex<SeededChance>,
    number: AtomicU64,
    _folder: tempfile::TempDir,
    schema: Option<(String, String)>,
}

fn packs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)
}

/// The core pack and the city's regions and departments, without the elements of its plan: they bring some hundred
/// tables, and each test makes its own.
pub(crate) fn ground() -> Vec<plan::pack::Source> {
    let mut sources = plan::pack::load_folder(&packs("core")).unwrap();
    sources.extend(plan::pack::load_ground(&packs("kaifeng-2020")).unwrap());
    sources
}

/// All that comes with the program, the elements of the plan too.
pub(crate) fn whole() -> Model {
    let loaded = Model::load(&[&packs("core"), &packs("kaifeng-2020")]);
    with_townships(loaded.unwrap_or_else(|faults| panic!("{faults}")))
}

fn ground_with(own: &str) -> Model {
    let mut sources = ground();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine").join(own);
    sources.extend(plan::pack::load_folder(&own).unwrap());
    with_townships(Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}")))
}

/// The ground together with a further file.
pub(crate) fn model_with(name: &str, text: &str) -> Model {
    let mut sources = ground();
    sources.extend(plan::pack::load_sources(vec![(name.into(), PathBuf::from(name), text.into())]).unwrap());
    let cases =
        judge::rule_case::run(&sources, &Model::from_sources(&sources).unwrap_or_else(|f| panic!("{f}")));
    let failed = cases.iter().filter(|f| !f.message.contains("is missing; a rule comes"));
    assert_eq!(failed.map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    let model = Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    with_townships(model)
}

/// The ground with a small pack, with townships where the pack of the city names none.
pub(crate) fn model() -> Model {
    ground_with("pack")
}

/// The same with a small pack that has a duty of every rhythm.
pub(crate) fn model_with_duties() -> Model {
    let mut model = ground_with("duty_pack");
    // Only those of the tests: what other duties bring about is no part of what is counted here.
    model.duties.retain(|name, _| name.starts_with("test-"));
    model
}

pub(crate) fn with_townships(mut model: Model) -> Model {
    for (code, county) in [("410202901", ELSEWHERE), ("410222901", HERE), ("410222902", HERE)] {
        let named = format!(
            "code = \"{code}\"\ntitle = {{ zh = \"试镇{code}\", en = \"Test town {code}\" }}\nkind = \"township\"\n\
             parent = \"{county}\"\nfrom = 2000-01-01"
        );
        model.regions.push(toml::from_str(&named).unwrap());
    }
    model
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("anlan.db").display());
        Self::open(url, folder, None, model()).await
    }

    pub(crate) async fn sqlite_with_duties() -> Self {
        Self::sqlite_of(model_with_duties()).await
    }

    /// The city's engine at another instant, with further elements in its packs.
    pub(crate) async fn with_elements(&self, own: &str, at: Instant) -> Engine {
        let mut sources = ground();
        let own = vec![("own.toml".to_owned(), PathBuf::from("own.toml"), own.to_owned())];
        sources.extend(plan::pack::load_sources(own).unwrap_or_else(|faults| panic!("{faults}")));
        let mut model = Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"));
        model.regions.clone_from(&self.engine.model.regions);
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(at));
        let calendar = Arc::clone(&self.engine.calendar);
        let engine = Engine::new(self.engine.database.clone(), Arc::new(model), calendar, Arc::clone(&clock));
        // Of its own: the same seed at the same instant would give ids that exist.
        let engine = engine.at(clock, Box::new(OsChance));
        engine.install().await.unwrap();
        engine
    }

    /// A city of this model.
    pub(crate) async fn sqlite_of(model: Model) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("anlan.db").display());
        Self::open(url, folder, None, model).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        Self::postgres_of(model()).await
    }

    pub(crate) async fn postgres_with_duties() -> Option<Self> {
        Self::postgres_of(model_with_duties()).await
    }

    /// A city of this model in PostgreSQL.
    pub(crate) async fn postgres_of(model: Model) -> Option<Self> {
        let Ok(server) = std::env::var("ANLAN_TEST_POSTGRES") else {
            println!("postgres is left out, ANLAN_TEST_POSTGRES is not set");
            return None;
        };
        let schema = format!("engine_{:016x}", OsChance.next_u64());
        postgres_batch(&server, &format!("CREATE SCHEMA {schema}")).await;
        let joiner = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joiner}options=-csearch_path%3D{schema}");
        Some(Self::open(url, tempfile::tempdir().unwrap(), Some((server, schema)), model).await)
    }

    async fn open(
        url: String,
        folder: tempfile::TempDir,
        schema: Option<(String, String)>,
        model: Model,
    ) -> Self {
        let database = Database::open(&url).await.unwrap();
        let clock = Arc::new(MovableClock(AtomicI64::new(Instant::parse("2021-06-15 09:00").unwrap().0)));
        let calendar = Arc::new(WorkCalendar::state_council());
        let engine =
            Engine::new(database.clone(), Arc::new(model), calendar, Arc::clone(&clock) as Arc<dyn Clock>);
        let engine = engine.at(Arc::clone(&clock) as Arc<dyn Clock>, Box::new(SeededChance::new(7)));
        engine.install().await.unwrap();
        let mut chance = SeededChance::new(11);
        let settings =
            Settings { cost: Cost { memory_kib: 8, passes: 1, ..Cost::default() }, ..Settings::default() };
        let seal = SealKey::random(&mut chance);
        let gate = Gate::new(database, settings, seal, &mut chance).unwrap();
        let nobody = engine::install::program();
        let mut world = Self {
            engine,
            office: nobody,
            url,
            clock,
            gate,
            chance: Mutex::new(chance),
            number: AtomicU64::new(1),
            _folder: folder,
            schema,
        };
        world.office = world.person("市安委办", &[("city.office", Place::default())]).await;
        world
    }

    /// Another process on the same database, with a clock and chance of its own.
    pub(crate) async fn another_process(&self) -> Engine {
        let database = Database::open(&self.url).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(self.engine.now()));
        let engine = Engine::new(
            database,
            Arc::clone(&self.engine.model),
            Arc::clone(&self.engine.calendar),
            Arc::clone(&clock),
        );
        engine.at(clock, Box::new(SeededChance::new(99)))
    }

    pub(crate) fn set_clock(&self, local: &str) {
        self.clock.0.store(Instant::parse(local).unwrap().0, Ordering::SeqCst);
    }

    /// A minute goes by, so that what follows is later.
    pub(crate) fn tick(&self) {
        self.clock.0.fetch_add(60_000_000, Ordering::SeqCst);
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.number.fetch_add(1, Ordering::SeqCst)
    }

    /// Somebody with an account and these roles.
    pub(crate) async fn person(&self, display: &str, grants: &[(&str, Place)]) -> Actor {
        let mut chance = SeededChance::new(self.chance.lock().unwrap().next_u64());
        let new = NewAccount {
            name: format!("person{}", self.next_number()),
            display: display.to_owned(),
            ..NewAccount::default()
        };
        let now = self.engine.now();
        let id = self.gate.create_account(&By::Program, &new, None, now, &mut chance).await.unwrap();
        for (role, place) in grants {
            let grant = Grant {
                role: (*role).to_owned(),
                place: place.clone(),
                from: a_day("2020-01-01"),
                until: None,
            };
            let roles = &self.engine.model.roles;
            self.gate.add_grant(&By::Program, id, &grant, roles, now, &mut chance).await.unwrap();
        }
        let day = self.engine.today();
        city::grants::actor(&self.engine.database, &self.engine.model.roles, id, day).await.unwrap().unwrap()
    }

    pub(crate) async fn regulator(&self, county: &str) -> Actor {
        self.person("县区监管", &[("county.regulator", in_county(county))]).await
    }

    /// The fields of an enterprise.
    pub(crate) fn enterprise_facts(&self, county: &str, name: &str) -> Facts {
        let uscc = Uscc::synthesise(Adcode::parse(county).unwrap(), self.next_number());
        facts([
            ("name", text(name)),
            ("uscc", text(uscc.as_str())),
            ("address", text("工业路1号")),
            ("county", text(county)),
            ("township", text(&self.township(county, 0))),
            ("sector", text("machinery")),
            ("headcount", Fact::Integer(120)),
            ("head", text("王工")),
            ("head_phone", text("13800000001")),
            ("dangerous_stock", text("液氨 20 吨")),
        ])
    }

    /// The township number `at` of a county.
    pub(crate) fn township(&self, county: &str, at: usize) -> String {
        let inside = |r: &&plan::pack::RegionDefinition| {
            r.kind == RegionKind::Township && r.parent.as_deref() == Some(county)
        };
        self.engine.model.regions.iter().filter(inside).nth(at).unwrap().code.get_ref().clone()
    }

    pub(crate) async fn enterprise(&self, county: &str, name: &str) -> Id {
        let given = self.enterprise_facts(county, name);
        self.engine.create(&self.office, "enterprise", &given, &Sending::default()).await.unwrap()
    }

    /// An enterprise with people in all its posts.
    pub(crate) async fn plant(&self, county: &str, name: &str) -> Plant {
        let id = self.enterprise(county, name).await;
        self.staffed(id).await
    }

    pub(crate) async fn staffed(&self, id: Id) -> Plant {
        let place = Place { organisation: id, ..Place::default() };
        let with = |role: &'static str| [(role, place.clone())];
        Plant {
            id,
            head: self.person("厂长", &with("enterprise.head")).await,
            manager: self.person("安全员", &with("enterprise.safety_manager")).await,
            workshop: self.person("车间主任", &with("enterprise.workshop_head")).await,
            team: self.person("班组长", &with("enterprise.team_leader")).await,
            worker: self.person("工人", &with("enterprise.worker")).await,
        }
    }

    pub(crate) async fn create(&self, actor: &Actor, register: &str, given: Facts) -> Id {
        self.tick();
        self.engine.create(actor, register, &given, &Sending::default()).await.unwrap()
    }

    pub(crate) async fn open_case(
        &self,
        actor: &Actor,
        procedure: &str,
        given: Facts,
    ) -> Result<Id, EngineError> {
        self.tick();
        self.engine.open_case(actor, procedure, &given, &Sending::default()).await
    }

    /// Tries a step of a hazard.
    pub(crate) async fn step(
        &self,
        actor: &Actor,
        id: Id,
        step: &str,
        given: Facts,
        reason: &str,
    ) -> Result<(), EngineError> {
        self.tick();
        let version = self.hazard(id).await.version;
        let request = StepRequest { step, version, facts: &given, reason };
        self.engine.take_step(actor, "hazard", id, &request, &Sending::default()).await
    }

    /// Takes a step of a hazard and gives procedure and state after it.
    pub(crate) async fn take(&self, actor: &Actor, id: Id, step: &str, given: Facts) -> String {
        self.step(actor, id, step, given, "按现场情况").await.unwrap_or_else(|e| panic!("{step}: {e}"));
        self.state(id).await
    }

    pub(crate) async fn any(&self, register: &str, id: Id) -> Record {
        self.engine.any_record(register, id).await.unwrap().unwrap()
    }

    pub(crate) async fn hazard(&self, id: Id) -> Record {
        self.any("hazard", id).await
    }

    /// Procedure and state of a hazard.
    pub(crate) async fn state(&self, id: Id) -> String {
        let head = self.hazard(id).await.case.unwrap();
        format!("{} {}{}", head.procedure, head.state, if head.open { "" } else { " (ended)" })
    }

    /// When the awaited limit of a hazard ends.
    pub(crate) async fn limit(&self, id: Id) -> String {
        self.hazard(id).await.case.unwrap().due_at.local()
    }

    /// The codes of the kind `kind` that this person was told of.
    pub(crate) async fn told(&self, actor: &Actor, kind: &str) -> usize {
        self.engine.notices(actor).await.unwrap().iter().filter(|n| n.kind == kind).count()
    }

    /// What waits for this person: hazards with their step.
    pub(crate) async fn waits(&self, actor: &Actor, id: Id) -> Option<String> {
        let work = self.engine.work(actor).await.unwrap();
        let parts = [("late", work.late), ("today", work.today), ("later", work.later)];
        let found = parts
            .iter()
            .flat_map(|(when, cases)| cases.iter().map(move |c| (when, c)))
            .find(|(_, c)| c.record == id);
        found.map(|(when, c)| format!("{} {when}", c.step))
    }
}

pub(crate) fn in_county(county: &str) -> Place {
    Place { county: county.to_owned(), ..Place::default() }
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
