//! `anlan bench`: how fast this machine answers over a demo city. Each figure stands beside a bare read of fifty rows
//! (or a bare durable write) measured in the same run, so that it can be compared between machines.

mod by_hand;
mod client;
mod http;
pub(crate) mod import;
mod plan;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Id, PlanClock, Stopwatch};
use city::Actor;
use engine::Engine;
use engine::record::list::{Filter, ListRequest};
use engine::record::write::Sending;
use judge::{Fact, Facts};
use store::{Aggregate, ChangeSet, Query, Scope, Value};

use crate::arguments::BenchPart;
use crate::data::{self, City, Opening};
use crate::say;

/// Times each question is asked.
const ASKED: usize = 200;
/// Clients that create at the same time.
const CLIENTS: usize = 16;
/// Hazards created by all clients together.
const CREATED: usize = 8_000;
/// Page at which a deep page is read.
const DEEP: usize = 40;

pub(crate) async fn run(
    folder: &Path,
    database: Option<&str>,
    date: base::Day,
    parts: &[BenchPart],
) -> Result<(), String> {
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    if !folder.join("demo.json").exists() {
        return Err(format!(
            "{} holds no demo city; build one with: anlan demo --build-only",
            folder.display()
        ));
    }
    let clock: Arc<dyn Clock> = Arc::new(PlanClock::showing(date));
    let city = data::open(Opening { folder, database, packs: &[], clock }).await?;
    let engine = &city.engine.clone();
    let bare = bare_read(engine).await?;
    say(&format!(
        "{} enterprises, {} hazards",
        rows(engine, "enterprise").await?,
        rows(engine, "hazard").await?
    ));
    say(&format!("{:44} {:>9} {:>9} {:>8}", "", "p50 ms", "p95 ms", "x bare"));
    line("a bare read of 50 rows", &bare, &bare);
    if wanted(BenchPart::Lists) {
        readings(&city, &bare).await?;
    }
    if wanted(BenchPart::Creation) {
        creations(&city).await?;
    }
    if wanted(BenchPart::Rejudged) {
        plan::rejudged(&city).await?;
    }
    if wanted(BenchPart::Figures) {
        plan::figures(&city).await?;
    }
    if parts.contains(&BenchPart::ByHand) {
        by_hand::run(&city, folder).await?;
    }
    // Moves the city on, so only where it is asked for.
    if parts.contains(&BenchPart::Duties) {
        plan::duties(&city).await?;
    }
    let http: Vec<BenchPart> =
        [BenchPart::Pages, BenchPart::Sending].into_iter().filter(|part| wanted(*part)).collect();
    if !http.is_empty() {
        let (reader, writer) =
            (data::actor(&city, "weishi").await?, data::actor(&city, "plant-worker").await?);
        http::run(city, &reader, &writer, &http).await?;
    }
    if let Some(memory) = resident_megabytes() {
        say(&format!("memory of this process: {memory} MB"));
    }
    Ok(())
}

/// What people with a county, the city and one enterprise wait for when they open their pages.
async fn readings(city: &City, bare: &[Duration]) -> Result<(), String> {
    let engine = &city.engine;
    for (who, account) in [("county office", "weishi"), ("city office", "office"), ("plant", "plant-safety")]
    {
        let actor = data::actor(city, account).await?;
        lists(engine, &actor, who, bare).await?;
        let work = measure(|| async { engine.work(&actor).await.map(drop) }).await?;
        line(&format!("my work, {who}"), &work, bare);
        let counts = measure(|| async { engine.counts(&actor, "hazard", "state").await.map(drop) }).await?;
        line(&format!("dashboard counts, {who}"), &counts, bare);
    }
    Ok(())
}

async fn lists(engine: &Engine, actor: &Actor, who: &str, bare: &[Duration]) -> Result<(), String> {
    let state = |value: &str| vec![Filter::In("state".into(), vec![Fact::Text(value.into())])];
    let asked = [
        ("hazards, first page", "hazard", ListRequest::default()),
        (
            "hazards being put right",
            "hazard",
            ListRequest { filters: state("rectifying"), ..ListRequest::default() },
        ),
        (
            "hazards, late",
            "hazard",
            ListRequest {
                filters: vec![Filter::Late],
                sort: "due_at".into(),
                ascending: true,
                ..ListRequest::default()
            },
        ),
        ("hazards found by 临边", "hazard", ListRequest { search: "临边".into(), ..ListRequest::default() }),
        ("enterprises, first page", "enterprise", ListRequest::default()),
    ];
    for (what, register, request) in asked {
        let times = measure(|| async { engine.list(actor, register, &request).await.map(drop) }).await?;
        line(&format!("{what}, {who}"), &times, bare);
    }
    let mut deep = ListRequest::default();
    for _ in 0..DEEP {
        match engine.list(actor, "hazard", &deep).await.map_err(|error| error.to_string())?.next {
            Some(after) => deep.after = after,
            None => break,
        }
    }
    let times = measure(|| async { engine.list(actor, "hazard", &deep).await.map(drop) }).await?;
    line(&format!("hazards, page {DEEP}, {who}"), &times, bare);
    Ok(())
}

/// Creates hazards one after the other and by many clients at once.
async fn creations(city: &City) -> Result<(), String> {
    let engine = &city.engine;
    let actor = data::actor(city, "plant-worker").await?;
    let enterprise = actor.enterprise().ok_or("the worker belongs to no enterprise")?;
    let bare = bare_write(engine).await?;
    let alone = measure(|| async { create(engine, &actor, enterprise).await.map(drop) }).await?;
    line("a bare durable write", &bare, &bare);
    line("a hazard created (case, event, journal, counters)", &alone, &bare);
    let watch = Stopwatch::start();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let (engine, actor) = (engine.clone(), actor.clone());
        clients.spawn(async move {
            for _ in 0..CREATED / CLIENTS {
                create(&engine, &actor, enterprise).await?;
            }
            Ok::<(), engine::EngineError>(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = CREATED as f64 / watch.elapsed().as_secs_f64();
    say(&format!("{CLIENTS} clients create {rate:.0} hazards/s"));
    Ok(())
}

async fn create(engine: &Engine, actor: &Actor, enterprise: Id) -> Result<Id, engine::EngineError> {
    let facts = Facts::from([
        ("enterprise", Fact::Reference(enterprise)),
        ("description", Fact::Text("护栏松动（测速，模拟）".into())),
    ]);
    engine.open_case(actor, "hazard.general", &facts, &Sending::default()).await
}

async fn bare_read(engine: &Engine) -> Result<Vec<Duration>, String> {
    let query = Query::of("case_event", Scope::system("bench")).limit(50);
    measure(|| async { engine.database.select(&query).await.map(drop) }).await
}

async fn bare_write(engine: &Engine) -> Result<Vec<Duration>, String> {
    measure(|| async {
        let mut set = ChangeSet::new();
        set.insert(
            "notice",
            engine.new_id(),
            vec![("kind".into(), Value::Text("bench".into())), ("read_at".into(), Value::Int(1))],
        );
        engine.database.apply(set).await.map(drop)
    })
    .await
}

async fn rows(engine: &Engine, register: &str) -> Result<i64, String> {
    let query = Aggregate::count(engine::tables::table_name(register), Scope::system("bench"));
    let rows = engine.database.aggregate(&query).await.map_err(|error| error.to_string())?;
    rows.first().map_or(Ok(0), |row| row.int("count").map_err(|error| error.to_string()))
}

async fn measure<E: std::fmt::Display, F: Future<Output = Result<(), E>>>(
    ask: impl Fn() -> F,
) -> Result<Vec<Duration>, String> {
    let mut times = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let watch = Stopwatch::start();
        ask().await.map_err(|error| error.to_string())?;
        times.push(watch.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}

fn line(what: &str, times: &[Duration], bare: &[Duration]) {
    let at = |times: &[Duration], hundredths: usize| {
        times.get(times.len() * hundredths / 100).or(times.last()).map_or(0.0, |t| t.as_secs_f64() * 1000.0)
    };
    let ratio = at(times, 50) / at(bare, 50).max(f64::MIN_POSITIVE);
    say(&format!("{what:44} {:9.3} {:9.3} {ratio:8.1}", at(times, 50), at(times, 95)));
}

/// The one in the middle.
fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Resident memory by `/proc`, where there is one.
fn resident_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}
