//! What every request goes through, in this order: an id, the address's share, language and session, the account's
//! share, the form with its token, the handler; then failures become answers, headers are set, text is compressed.

mod compress;
mod headers;
mod identity;
pub(crate) mod rate;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::config::{Limits, ServerConfig};
use crate::errors::Failure;
use crate::sent;
use crate::visitor::{Peer, Visitor, Wants};
use rate::{Buckets, Caller};

/// What the way in needs to know.
#[derive(Clone)]
pub(crate) struct Door {
    app: App,
    limits: Limits,
    behind_proxy: bool,
    addresses: Arc<Buckets>,
    accounts: Arc<Buckets>,
}

impl Door {
    /// The way in with the limits of `config`.
    pub(crate) fn new(app: App, config: &ServerConfig) -> Self {
        Self {
            app,
            limits: config.limits.clone(),
            behind_proxy: config.behind_proxy,
            addresses: Arc::new(Buckets::new(config.limits.per_address)),
            accounts: Arc::new(Buckets::new(config.limits.per_account)),
        }
    }
}

/// The way of one request.
pub(crate) async fn pass(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let peer = peer(&door, &request);
    let operation = door.app.new_operation();
    let mut visitor = Visitor::of(request.headers(), request.uri(), peer, operation);
    let takes_gzip = crate::assets::accepts_gzip(request.headers());
    let asset = request.uri().path().starts_with("/assets/");
    let answer = steps(&door, &mut visitor, &mut request);
    let response = match within(door.limits.request, answer).await {
        Ok(()) => {
            request.extensions_mut().insert(visitor.clone());
            let handled = async { Ok(next.run(request).await) };
            within(door.limits.request, handled).await.unwrap_or_else(IntoResponse::into_response)
        }
        Err(failure) => failure.into_response(),
    };
    let mut response = match response.extensions().get::<Arc<Failure>>().cloned() {
        Some(failure) => failure.answer(&visitor),
        None => response,
    };
    if visitor.said.is_some() && response.status() == StatusCode::OK && visitor.wants == Wants::Page && !asset
    {
        headers::forget_said(&mut response);
    }
    headers::secure(&mut response, &visitor, asset);
    if takes_gzip && !asset { compress::compress(response).await } else { response }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(Failure::TooSlow))
}

/// Everything before the handler.
async fn steps(door: &Door, visitor: &mut Visitor, request: &mut Request) -> Result<(), Failure> {
    door.addresses.take(&Caller::Address(rate::network_of(visitor.address)))?;
    if request.uri().path().starts_with("/assets/") {
        return Ok(());
    }
    identity::find(&door.app, visitor, request.headers()).await?;
    if let Some(member) = &visitor.member {
        door.accounts.take(&Caller::Account(member.actor.account))?;
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    same_site(request.headers())?;
    let by_key = visitor.member.as_ref().is_some_and(|m| m.session.is_none());
    if by_key || is_json(request.headers()) {
        // JSON bodies: scripts with a key, or our own pages, which send the token as a header.
        return if by_key { Ok(()) } else { sent::check_header(request.headers(), &visitor.csrf) };
    }
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let form = sent::read(request.headers(), body, &visitor.csrf, &door.limits).await?;
    request.extensions_mut().insert(form);
    Ok(())
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get("content-type")
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/json"))
}

/// Browsers say where a request comes from; what another site sends is refused before its body is read.
fn same_site(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(Failure::FormToken),
    }
}

/// The caller, or what the proxy before us says of them.
fn peer(door: &Door, request: &Request) -> Peer {
    let unknown = Peer { address: std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), secure: false };
    let direct = request.extensions().get::<Peer>().copied().unwrap_or(unknown);
    if !door.behind_proxy {
        return direct;
    }
    let last = |name: &str| {
        let text = request.headers().get(name)?.to_str().ok()?;
        text.rsplit(',').next().map(|t| t.trim().to_owned())
    };
    let address = last("x-forwarded-for").and_then(|a| a.parse().ok()).unwrap_or(direct.address);
    let secure = last("x-forwarded-proto").map_or(direct.secure, |p| p == "https");
    Peer { address, secure }
}
