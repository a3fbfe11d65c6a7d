//! `anlan serve`, and the part of `anlan demo` that serves.

use std::net::SocketAddr;
use std::sync::Arc;

use base::{Clock, WallClock};
use serde_json::json;

use crate::arguments::{Listen, ServeOptions};
use crate::data::{self, City, Opening};
use crate::demo::{Listed, PASSWORD};
use crate::{say, say_error};

pub(crate) async fn run(options: ServeOptions) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let opening = Opening {
        folder: &options.at.data,
        database: options.at.database.as_deref(),
        packs: &options.at.packs,
        clock,
    };
    let city = data::open(opening).await?;
    announce_and_serve(city, &options.listen, &[], None::<std::future::Ready<()>>).await
}

/// Serves until the program is told to stop, after saying where and with which accounts. What goes on by itself begins
/// when `first` is done.
pub(crate) async fn announce_and_serve(
    city: City,
    listen: &Listen,
    accounts: &[Listed],
    first: Option<impl Future<Output = ()> + Send + 'static>,
) -> Result<(), String> {
    let address: SocketAddr = format!("{}:{}", listen.host, listen.port).parse().map_err(|_| {
        format!(
            "{}:{} is not an address; write for instance --host 127.0.0.1 --port 8443",
            listen.host, listen.port
        )
    })?;
    let tls = (!listen.no_tls)
        .then(|| web::Tls { folder: city.folder.join("tls"), names: vec![listen.host.clone()] });
    let public_address = listen.public_address.as_deref().map(public_address).transpose()?;
    let config = web::ServerConfig { tls, public_address, ..web::ServerConfig::plain(address) };
    let (engine, gate) = (city.engine.clone(), Arc::clone(&city.gate));
    let jobs = tokio::spawn(async move {
        if let Some(first) = first {
            first.await;
        }
        crate::background::run(engine, gate).await;
    });
    let app = web::App::new(city.engine, city.gate, city.blobs);
    let running = web::serve(config, app).await.map_err(|error| error.to_string())?;
    announce(&running, listen, accounts);
    wait_for_end().await;
    running.stop().await;
    jobs.abort();
    Ok(())
}

fn public_address(text: &str) -> Result<String, String> {
    web::read_public_address(text).map_err(|_| {
        format!("{text} is not an address; write for instance --public-address https://anlan.example.gov.cn")
    })
}

fn announce(running: &web::Running, listen: &Listen, accounts: &[Listed]) {
    if listen.json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|a| json!({ "role": a.role, "account": a.name, "password": PASSWORD }))
            .collect();
        say(&json!({ "address": running.url(), "accounts": accounts }).to_string());
        return;
    }
    say(&format!("安澜 {}", running.url()));
    if let Some(fingerprint) = running.fingerprint() {
        say(&format!("证书指纹 certificate SHA-256: {fingerprint}"));
    }
    if !accounts.is_empty() {
        say(&format!("演示账号（密码均为 {PASSWORD}） demo accounts, all with this password:"));
        for account in accounts {
            say(&format!("  {:18} {}", account.name, account.title));
        }
    }
    say_error("Ctrl-C stops.");
}

async fn wait_for_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
