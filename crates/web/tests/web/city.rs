//! A city of two counties, each with a regulator and a plant with its people, and the administrators.

use std::path::Path;
use std::sync::Arc;

use base::code::{Adcode, Uscc};
use base::{Clock, Day, FixedClock, Id, Instant, OsChance, WallClock, WorkCalendar};
use city::accounts::NewAccount;
use city::passwords::Cost;
use city::seal::SealKey;
use city::{Actor, By, Gate, Grant, Place, Settings};
use engine::Engine;
use engine::record::write::Sending;
use judge::{Fact, Facts};
use plan::pack::Model;
use store::Database;
use store::blobs::Blobs;

use crate::browser::Browser;

pub(crate) const HERE: &str = "410222";
pub(crate) const ELSEWHERE: &str = "410202";
pub(crate) const PASSWORD: &str = "Tests-only-2021";

/// Runs each named test on both engines, in a city of the main loop or, with `whole plan:`, of all elements.
macro_rules! on_both_engines {
    (whole plan: $($name:ident)*) => { on_both_engines! { @ $crate::city::Packs::Whole; $($name)* } };
    (@ $packs:expr; $($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::city::City::of(&$packs).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(city) = $crate::city::City::on_postgres(&$packs).await {
                    super::$name(city).await;
                }
            })*
        }
    };
    ($($name:ident)*) => { on_both_engines! { @ $crate::city::Packs::Ground(""); $($name)* } };
}

fn unlimited() -> web::Limits {
    web::Limits {
        per_address: None,
        per_account: None,
        sign_in: None,
        public: None,
        ..web::Limits::default()
    }
}

/// A schema of its own on the server of the tests, gone with the city.
struct Schema {
    server: String,
    name: String,
    url: String,
}

impl Schema {
    async fn new(server: String) -> Self {
        let name = format!("web_{:016x}", base::Chance::next_u64(&mut OsChance));
        batch(&server, &format!("CREATE SCHEMA {name}")).await;
        let joiner = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joiner}options=-csearch_path%3D{name}");
        Self { server, name, url }
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(batch(&server, &format!("DROP SCHEMA {name} CASCADE")));
        });
        dropping.join().unwrap();
    }
}

async fn batch(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

/// What a city runs on.
pub(crate) enum Packs<'a> {
    /// Core and the ground of the city's pack, and this too: the elements of the plan bring some hundred tables.
    Ground(&'a str),
    /// Both packs.
    Whole,
}

impl Packs<'_> {
    fn model(&self) -> Model {
        let packs = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
        let mut sources = plan::pack::load_folder(&packs("core")).unwrap();
        match self {
            Self::Whole => sources.extend(plan::pack::load_folder(&packs("kaifeng-2020")).unwrap()),
            Self::Ground(more) => {
                sources.extend(plan::pack::load_ground(&packs("kaifeng-2020")).unwrap());
                let more = vec![("more.toml".into(), "more.toml".into(), (*more).to_owned())];
                sources.extend(plan::pack::load_sources(more).unwrap());
            }
        }
        Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"))
    }
}

pub(crate) struct City {
    pub(crate) engine: Engine,
    pub(crate) gate: Arc<Gate>,
    pub(crate) blobs: Blobs,
    pub(crate) running: web::Running,
    pub(crate) here: Id,
    pub(crate) elsewhere: Id,
    _folder: tempfile::TempDir,
    _schema: Option<Schema>,
}

impl City {
    pub(crate) async fn new() -> Self {
        Self::of(&Packs::Ground("")).await
    }

    pub(crate) async fn with(limits: web::Limits) -> Self {
        Self::in_file(limits, &Packs::Ground("")).await
    }

    /// A city that runs these packs.
    pub(crate) async fn of(packs: &Packs<'_>) -> Self {
        Self::in_file(unlimited(), packs).await
    }

    async fn in_file(limits: web::Limits, packs: &Packs<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("anlan.db").display());
        Self::at(&url, folder, None, limits, packs).await
    }

    /// The same on PostgreSQL, where `ANLAN_TEST_POSTGRES` names a server.
    pub(crate) async fn on_postgres(packs: &Packs<'_>) -> Option<Self> {
        let Ok(server) = std::env::var("ANLAN_TEST_POSTGRES") else {
            println!("postgres is left out, ANLAN_TEST_POSTGRES is not set");
            return None;
        };
        let schema = Schema::new(server).await;
        let folder = tempfile::tempdir().unwrap();
        let url = schema.url.clone();
        Some(Self::at(&url, folder, Some(schema), unlimited(), packs).await)
    }

    async fn at(
        url: &str,
        folder: tempfile::TempDir,
        schema: Option<Schema>,
        limits: web::Limits,
        packs: &Packs<'_>,
    ) -> Self {
        let database = Database::open(url).await.unwrap();
        let model = packs.model();
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(Instant::parse("2021-06-15 09:00").unwrap()));
        let engine =
            Engine::new(database.clone(), Arc::new(model), Arc::new(WorkCalendar::state_council()), clock);
        engine.install().await.unwrap();
        let settings =
            Settings { cost: Cost { memory_kib: 8, passes: 1, ..Cost::default() }, ..Settings::default() };
        let gate =
            Arc::new(Gate::new(database, settings, SealKey::random(&mut OsChance), &mut OsChance).unwrap());
        let blobs = Blobs::open(folder.path().join("blobs")).await.unwrap();
        let app = web::App::new(engine.clone(), Arc::clone(&gate), blobs.clone());
        let config = web::ServerConfig { limits, ..web::ServerConfig::plain("127.0.0.1:0".parse().unwrap()) };
        let running = web::serve(config, app).await.unwrap();
        let mut city = Self {
            engine,
            gate,
            blobs,
            running,
            here: Id::NIL,
            elsewhere: Id::NIL,
            _folder: folder,
            _schema: schema,
        };
        let office = city.person("office", &[("city.office", Place::default())]).await;
        city.here = city.enterprise(&office, HERE, "通许示例机械厂", 1).await;
        city.elsewhere = city.enterprise(&office, ELSEWHERE, "龙亭示例机械厂", 2).await;
        city.staff("here", HERE, city.here).await;
        city.staff("elsewhere", ELSEWHERE, city.elsewhere).await;
        for role in ["system.admin", "security.admin", "audit.admin"] {
            city.person(role, &[(role, Place::default())]).await;
        }
        city
    }

    async fn staff(&self, name: &str, county: &str, plant: Id) {
        let in_county = Place { county: county.into(), ..Place::default() };
        self.person(&format!("regulator.{name}"), &[("county.regulator", in_county)]).await;
        let in_plant = Place { organisation: plant, ..Place::default() };
        for role in ["head", "safety_manager", "workshop_head", "worker"] {
            self.person(&format!("{role}.{name}"), &[(&format!("enterprise.{role}"), in_plant.clone())])
                .await;
        }
    }

    pub(crate) async fn person(&self, name: &str, grants: &[(&str, Place)]) -> Actor {
        let new = NewAccount { name: name.to_owned(), display: name.to_owned(), ..NewAccount::default() };
        let now = WallClock.now();
        let id = self.gate.create_account(&By::Program, &new, None, now, &mut OsChance).await.unwrap();
        self.gate.set_password_by_program(name, PASSWORD, now, &mut OsChance).await.unwrap();
        for (role, place) in grants {
            let grant = Grant {
                role: (*role).to_owned(),
                place: place.clone(),
                from: Day::parse("2020-01-01").unwrap(),
                until: None,
            };
            self.gate
                .add_grant(&By::Program, id, &grant, &self.engine.model.roles, now, &mut OsChance)
                .await
                .unwrap();
        }
        let today = self.engine.today();
        city::grants::actor(&self.engine.database, &self.engine.model.roles, id, today)
            .await
            .unwrap()
            .unwrap()
    }

    /// Somebody who was made before.
    pub(crate) async fn actor(&self, name: &str) -> Actor {
        let account = city::accounts::account_named(&self.engine.database, name).await.unwrap().unwrap();
        let today = self.engine.today();
        city::grants::actor(&self.engine.database, &self.engine.model.roles, account.id, today)
            .await
            .unwrap()
            .unwrap()
    }

    async fn enterprise(&self, by: &Actor, county: &str, name: &str, number: u64) -> Id {
        let uscc = Uscc::synthesise(Adcode::parse(county).unwrap(), number);
        let text = |t: &str| Fact::Text(t.to_owned());
        let facts = Facts::from([
            ("name".to_owned(), text(name)),
            ("uscc".to_owned(), text(uscc.as_str())),
            ("address".to_owned(), text("工业路1号")),
            ("county".to_owned(), text(county)),
            ("sector".to_owned(), text("machinery")),
        ]);
        self.engine.create(by, "enterprise", &facts, &Sending::default()).await.unwrap()
    }

    /// A hazard that the plant's worker reported.
    pub(crate) async fn hazard(&self, worker: &str, plant: Id) -> Id {
        let actor = self.actor(worker).await;
        let facts = Facts::from([
            ("enterprise".to_owned(), Fact::Reference(plant)),
            ("description".to_owned(), Fact::Text("2 号冲床防护罩缺失".to_owned())),
        ]);
        self.engine.open_case(&actor, "hazard.general", &facts, &Sending::default()).await.unwrap()
    }

    /// A double report that the plant's safety manager drew up.
    pub(crate) async fn double_report(&self, manager: &str, plant: Id) -> Id {
        let actor = self.actor(manager).await;
        let mut facts: Facts = ["found_count", "fixed_count", "major_count", "unfixed_count"]
            .map(|name| (name.to_owned(), Fact::Integer(0)))
            .into();
        facts.extend([
            ("enterprise".to_owned(), Fact::Reference(plant)),
            ("period_kind".to_owned(), Fact::Text("quarter".to_owned())),
            ("period".to_owned(), Fact::Text("2021年第1季度".to_owned())),
            ("as_of".to_owned(), Fact::Day(Day::parse("2021-03-31").unwrap())),
        ]);
        self.engine.open_case(&actor, "double_report", &facts, &Sending::default()).await.unwrap()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.running.address())
    }

    /// A program with a key of that account.
    pub(crate) async fn program_of(&self, account: &str) -> Browser {
        let actor = self.actor(account).await;
        let (now, by) = (WallClock.now(), By::Person(&actor));
        let until = now.plus_hours(24);
        let made = self.gate.create_api_key(&by, actor.account, "测试", until, now, &mut OsChance).await;
        let mut program = self.browser();
        program.headers.push(("Authorization".into(), format!("Bearer {}", made.unwrap().1.reveal())));
        program
    }

    pub(crate) async fn browser_of(&self, account: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(account).await;
        browser
    }
}

/// The smallest JPEG-like picture that is taken for a photo: a whole 1×1 JPEG.
pub(crate) fn photo() -> Vec<u8> {
    const HEX: &str = "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd3ffd9";
    (0..HEX.len()).step_by(2).map(|i| u8::from_str_radix(&HEX[i..i + 2], 16).unwrap()).collect()
}
