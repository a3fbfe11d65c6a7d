//! The same over HTTP: the list page beside a bare axum handler that answers with the same bytes, and hazards created
//! by many clients. Server and clients share the machine, so what is measured contains both.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock as _, Id, OsChance, Stopwatch, WallClock};
use city::{Actor, By};
use serde_json::json;
use tokio::task::JoinSet;

use super::client::{Client, get, post};
use super::{CLIENTS, CREATED};
use crate::arguments::BenchPart;
use crate::data::City;
use crate::say;

/// How long each page is asked for.
const SECONDS: f64 = 3.0;
/// Pages that are compared with the bare handler.
const PAGES: [(&str, &str); 3] = [
    ("hazards, first page", "/r/hazard"),
    ("hazards being put right", "/r/hazard?state=rectifying"),
    ("enterprises, first page", "/r/enterprise"),
];

/// Serves the city on a free port of this machine, without limits on how much one caller may ask, and measures.
pub(super) async fn run(
    city: City,
    reader: &Actor,
    writer: &Actor,
    parts: &[BenchPart],
) -> Result<(), String> {
    let reading = key(&city, reader).await?;
    let writing = key(&city, writer).await?;
    let enterprise = writer.enterprise().ok_or("the worker belongs to no enterprise")?;
    let mut config = web::ServerConfig::plain(SocketAddr::from(([127, 0, 0, 1], 0)));
    config.limits.per_address = None;
    config.limits.per_account = None;
    let app = web::App::new(city.engine, city.gate, city.blobs);
    let running = web::serve(config, app).await.map_err(|error| error.to_string())?;
    let address = running.address();
    if parts.contains(&BenchPart::Pages) {
        pages(address, &reading).await?;
    }
    if parts.contains(&BenchPart::Sending) {
        creations(address, &writing, enterprise).await?;
    }
    running.stop().await;
    Ok(())
}

async fn pages(address: SocketAddr, key: &str) -> Result<(), String> {
    say(&format!("{:44} {:>9} {:>9} {:>8}", "over HTTP, 16 clients", "per s", "bare per s", "1 / x"));
    for (what, path) in PAGES {
        page(address, what, path, key).await?;
    }
    Ok(())
}

async fn key(city: &City, actor: &Actor) -> Result<String, String> {
    let now = WallClock.now();
    let by = By::Person(actor);
    let made =
        city.gate.create_api_key(&by, actor.account, "bench", now.plus_hours(24), now, &mut OsChance).await;
    made.map(|(_, secret)| secret.reveal().to_owned()).map_err(|error| error.to_string())
}

async fn page(address: SocketAddr, what: &str, path: &str, key: &str) -> Result<(), String> {
    let request: Arc<[u8]> = get(path, key).into();
    let mut client = Client::connect(address).await?;
    let answer = client.ask(&request).await?;
    if answer.status != 200 {
        return Err(format!("{path} answers with {}", answer.status));
    }
    let bytes = answer.body.to_vec();
    let size = bytes.len();
    let ours = rate(address, &request).await?;
    let (bare_address, bare) = bare_handler(bytes).await?;
    let theirs = rate(bare_address, &request).await?;
    bare.abort();
    say(&format!(
        "{:44} {ours:9.0} {theirs:9.0} {:8.1}",
        format!("{what}, {} KB", size / 1024),
        theirs / ours
    ));
    Ok(())
}

/// A handler that knows its answer beforehand.
async fn bare_handler(bytes: Vec<u8>) -> Result<(SocketAddr, tokio::task::JoinHandle<()>), String> {
    let bytes = axum::body::Bytes::from(bytes);
    let answer = move || {
        let bytes = bytes.clone();
        async move { ([(axum::http::header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes) }
    };
    let router = axum::Router::new().fallback(answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let task = tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    });
    Ok((address, task))
}

/// Requests answered per second to all clients together.
async fn rate(address: SocketAddr, request: &Arc<[u8]>) -> Result<f64, String> {
    let mut clients = JoinSet::new();
    let watch = Stopwatch::start();
    for _ in 0..CLIENTS {
        let request = Arc::clone(request);
        clients.spawn(async move {
            let mut client = Client::connect(address).await?;
            let (watch, mut answered) = (Stopwatch::start(), 0_u32);
            while watch.elapsed() < Duration::from_secs_f64(SECONDS) {
                let answer = client.ask(&request).await?;
                if answer.status != 200 {
                    return Err(format!("answered with {}", answer.status));
                }
                answered += 1;
            }
            Ok::<u32, String>(answered)
        });
    }
    let mut all = 0;
    while let Some(client) = clients.join_next().await {
        all += client.map_err(|error| error.to_string())??;
    }
    Ok(f64::from(all) / watch.elapsed().as_secs_f64())
}

async fn creations(address: SocketAddr, key: &str, enterprise: Id) -> Result<(), String> {
    let watch = Stopwatch::start();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let key = key.to_owned();
        clients.spawn(async move {
            let mut connection = Client::connect(address).await?;
            let mut times = Vec::with_capacity(CREATED / CLIENTS);
            for number in 0..CREATED / CLIENTS {
                let body = json!({
                    "procedure": "hazard.general",
                    "key": format!("bench-{enterprise}-{client}-{number}-{}", WallClock.now().0),
                    "fields": { "enterprise": enterprise, "description": "护栏松动（测速，模拟）" },
                });
                let request = post("/api/v1/r/hazard", &key, &body.to_string());
                let watch = Stopwatch::start();
                let answer = connection.ask(&request).await?;
                if answer.status != 201 {
                    let said = String::from_utf8_lossy(answer.body).into_owned();
                    return Err(format!("answered with {}: {said}", answer.status));
                }
                times.push(watch.elapsed());
            }
            Ok::<Vec<Duration>, String>(times)
        });
    }
    let mut times = Vec::with_capacity(CREATED);
    while let Some(client) = clients.join_next().await {
        times.extend(client.map_err(|error| error.to_string())??);
    }
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = CREATED as f64 / watch.elapsed().as_secs_f64();
    let at = |hundredths: usize| {
        times.get(times.len() * hundredths / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    say(&format!(
        "{CLIENTS} clients create {rate:.0} hazards/s over HTTP; each waits {:.1} ms (p50), {:.1} ms (p99)",
        at(50),
        at(99)
    ));
    Ok(())
}
