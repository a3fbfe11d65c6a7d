//! A small city: two enterprises in two counties, one with a post, a graded risk, a measure and a check item.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Request, StatusCode, Uri};
use axum::response::Response;
use base::code::{Adcode, Uscc};
use base::{Clock, Day, FixedClock, Id, Instant, Language, SeededChance, WorkCalendar};
use city::passwords::Cost;
use city::seal::SealKey;
use city::{Actor, Gate, Grant, Place, Settings};
use engine::Engine;
use engine::record::write::Sending;
use http_body_util::BodyExt as _;
use judge::{Fact, Facts};
use plan::pack::{FieldClass, Model};
use store::Database;
use store::blobs::Blobs;
use tower::ServiceExt as _;

use crate::app::App;
use crate::errors::Failure;
use crate::sent::{Sent, SentFile};
use crate::visitor::{Member, Peer, Visitor};

/// County of the enterprise, and another one.
pub(super) const HERE: &str = "410222";
pub(super) const ELSEWHERE: &str = "410202";

/// The city and what stands in it.
pub(super) struct World {
    pub(super) app: App,
    pub(super) manager: Actor,
    pub(super) worker: Actor,
    pub(super) regulator: Actor,
    /// Safety manager of an enterprise in another county, and that county's regulator.
    pub(super) strangers: Vec<Actor>,
    pub(super) firm: Id,
    pub(super) code: String,
    pub(super) unit: Id,
    pub(super) unit_code: String,
    pub(super) point: Id,
    pub(super) factor: Id,
    pub(super) measure: Id,
    pub(super) item: Id,
    _folder: tempfile::TempDir,
}

/// An answer with its text.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: String,
    pub(super) to: String,
    pub(super) codes: Vec<String>,
}

pub(super) fn text(value: &str) -> Fact {
    Fact::Text(value.to_owned())
}

fn packs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)
}

/// Somebody with one role at one place.
pub(super) fn actor(number: u128, role: &str, place: Place, reads: FieldClass) -> Actor {
    let from = Day::parse("2020-01-01").unwrap();
    let grant = Grant { role: role.to_owned(), place, from, until: None };
    Actor {
        account: Id::from_u128(number),
        display: format!("人员{number}"),
        grants: vec![grant],
        reads,
        unit: None,
    }
}

fn of_firm(id: Id) -> Place {
    Place { organisation: id, ..Place::default() }
}

fn of_county(code: &str) -> Place {
    Place { county: code.to_owned(), ..Place::default() }
}

async fn enterprise(engine: &Engine, office: &Actor, county: &str, number: u64) -> Id {
    let facts = Facts::from([
        ("name", text(&format!("试验化工{number}"))),
        ("uscc", text(Uscc::synthesise(Adcode::parse(county).unwrap(), number).as_str())),
        ("address", text("工业路1号")),
        ("county", text(county)),
        ("sector", text("machinery")),
        ("head", text("王负责")),
        ("head_phone", text("13800000001")),
        ("dangerous_stock", text("液氨二十吨")),
        ("position", Fact::Point { longitude: 114.47, latitude: 34.43, datum: "wgs84".into() }),
    ]);
    engine.create(office, "enterprise", &facts, &Sending::default()).await.unwrap()
}

impl World {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&format!("sqlite:{}", folder.path().join("a.db").display())).await.unwrap();
        let mut sources = plan::pack::load_folder(&packs("core")).unwrap();
        sources.extend(plan::pack::load_ground(&packs("kaifeng-2020")).unwrap());
        let model = Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"));
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(Instant::parse("2021-06-15 09:00").unwrap()));
        let engine = Engine::new(
            database.clone(),
            Arc::new(model),
            Arc::new(WorkCalendar::state_council()),
            Arc::clone(&clock),
        );
        let engine = engine.at(clock, Box::new(SeededChance::new(7)));
        engine.install().await.unwrap();
        let mut chance = SeededChance::new(11);
        let settings =
            Settings { cost: Cost { memory_kib: 8, passes: 1, ..Cost::default() }, ..Settings::default() };
        let gate = Gate::new(database, settings, SealKey::random(&mut chance), &mut chance).unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).await.unwrap();
        let office = actor(1, "city.office", Place::default(), FieldClass::Secret);
        let firm = enterprise(&engine, &office, HERE, 1).await;
        let other = enterprise(&engine, &office, ELSEWHERE, 2).await;
        let manager = actor(2, "enterprise.safety_manager", of_firm(firm), FieldClass::Secret);
        let make = async |register: &str, pairs: Vec<(&str, Fact)>| {
            let mut facts: Facts = pairs.into_iter().map(|(n, f)| (n.to_owned(), f)).collect();
            facts.insert("enterprise", Fact::Reference(firm));
            engine.create(&manager, register, &facts, &Sending::default()).await.unwrap()
        };
        let unit = make(
            "unit",
            vec![("name", text("液氨罐区")), ("kind", text("post")), ("key_points", text("先通风再进入"))],
        )
        .await;
        let point = make(
            "risk_point",
            vec![
                ("name", text("液氨储罐")),
                ("unit", Fact::Reference(unit)),
                ("accident_types", Fact::List(vec!["19".into()])),
            ],
        )
        .await;
        let inputs = Fact::Structure(serde_json::json!({ "l": 6, "e": 6, "c": 15 }));
        let factor = make(
            "risk_factor",
            vec![
                ("name", text("阀门泄漏")),
                ("risk_point", Fact::Reference(point)),
                ("method", text("lec")),
                ("inputs", inputs),
            ],
        )
        .await;
        let measure = make(
            "measure",
            vec![
                ("factor", Fact::Reference(factor)),
                ("kind", text("management")),
                ("content", text("每班巡检阀门，无泄漏")),
            ],
        )
        .await;
        let item = make(
            "check_item",
            vec![
                ("what", text("液氨阀门")),
                ("standard", text("阀门无泄漏；压力正常")),
                ("unit", Fact::Reference(unit)),
                ("level", text("post")),
                ("frequency", text("day")),
                ("risk_point", Fact::Reference(point)),
                ("measure", Fact::Reference(measure)),
            ],
        )
        .await;
        let code_of =
            async |register: &str, id: Id| engine.any_record(register, id).await.unwrap().unwrap().code;
        Self {
            code: code_of("enterprise", firm).await,
            unit_code: code_of("unit", unit).await,
            worker: actor(3, "enterprise.worker", of_firm(firm), FieldClass::Internal),
            regulator: actor(4, "county.regulator", of_county(HERE), FieldClass::Secret),
            strangers: vec![
                actor(5, "enterprise.safety_manager", of_firm(other), FieldClass::Secret),
                actor(6, "county.regulator", of_county(ELSEWHERE), FieldClass::Secret),
                actor(7, "system.admin", Place::default(), FieldClass::Public),
            ],
            app: App::new(engine, Arc::new(gate), blobs),
            manager,
            firm,
            unit,
            point,
            factor,
            measure,
            item,
            _folder: folder,
        }
    }

    /// GET as somebody; None is a stranger from the street.
    pub(super) async fn get(&self, who: Option<&Actor>, address: &str, language: Language) -> Answer {
        self.ask("GET", who, address, language, None).await
    }

    /// POST of a form, answered as JSON where `json`.
    pub(super) async fn post(
        &self,
        who: &Actor,
        address: &str,
        fields: &[(&str, &str)],
        files: &[&[u8]],
    ) -> Answer {
        self.post_with(who, address, fields, ("photo.file", files)).await
    }

    /// As [`World::post`], with files of another field.
    pub(super) async fn post_with(
        &self,
        who: &Actor,
        address: &str,
        fields: &[(&str, &str)],
        (field, files): (&str, &[&[u8]]),
    ) -> Answer {
        let mut sent = Sent::default();
        for (name, value) in fields {
            sent.add(name, *value);
        }
        for content in files {
            let content = axum::body::Bytes::copy_from_slice(content);
            sent.files.push(SentFile { field: field.into(), name: "a.png".into(), content });
        }
        self.ask("POST", Some(who), address, Language::Chinese, Some(sent)).await
    }

    async fn ask(
        &self,
        method: &str,
        who: Option<&Actor>,
        address: &str,
        language: Language,
        sent: Option<Sent>,
    ) -> Answer {
        let uri: Uri = address.parse().unwrap();
        let mut headers = HeaderMap::new();
        if sent.is_some() {
            headers.insert(ACCEPT, "application/json".parse().unwrap());
        }
        let peer = Peer { address: [127, 0, 0, 1].into(), secure: false };
        let mut visitor = Visitor::of(&headers, &uri, peer, "0".into());
        visitor.language = language;
        visitor.member = who.map(|actor| Member { actor: actor.clone(), session: None });
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("host", "city.example")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(visitor);
        if let Some(sent) = sent {
            request.extensions_mut().insert(sent);
        }
        let router = super::super::routes().with_state(self.app.clone());
        answer(router.oneshot(request).await.unwrap()).await
    }
}

async fn answer(response: Response) -> Answer {
    let status = response.status();
    let to = response.headers().get("location").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let codes = match response.extensions().get::<Arc<Failure>>().map(AsRef::as_ref) {
        Some(Failure::Invalid(problems)) => {
            problems.0.iter().map(|p| format!("{} {}", p.field, p.code)).collect()
        }
        Some(Failure::Refused(problem)) => vec![problem.code.to_owned()],
        Some(other) => vec![format!("{other:?}")],
        None => Vec::new(),
    };
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, body: String::from_utf8_lossy(&body).into_owned(), to, codes }
}
