//! Publications in JSON, as on the pages: for those who decide, what is offered and what becomes of it; for strangers,
//! what is in force.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Day, Id, Instant, Problem};
use engine::publication::{Entry, Line, PublicPage, Standing};
use plan::pack::{Element as _, Publication};
use serde_json::{Value, json};

use super::entry::{decided, find};
use super::public::{admit, asked};
use crate::api::{Body, answer, instant};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::{SignedIn, Visitor};

/// What each operation does.
pub(crate) const SUMMARIES: &[(&str, &str, &str)] = &[
    (
        "get",
        "/api/v1/publications",
        "Publications on which the caller decides, with how many entries stand how",
    ),
    (
        "get",
        "/api/v1/publications/{publication}",
        "Its entries of one `standing`: offered where none is given",
    ),
    ("post", "/api/v1/publications/{publication}/look", "Offers now what the daily sweep would offer"),
    (
        "get",
        "/api/v1/publications/{publication}/{id}",
        "An entry: what strangers read or would read, and whether the record still fits",
    ),
    (
        "post",
        "/api/v1/publications/{publication}/{id}/{act}",
        "Decides on an entry: publish, decline, withdraw or correct",
    ),
    ("get", "/api/public", "What the city publishes, for everybody"),
    ("get", "/api/public/{publication}", "Entries in force of a publication, for everybody"),
    ("get", "/api/public/{publication}/{id}", "One published entry, for everybody"),
];

/// GET /api/v1/publications.
pub(super) async fn all(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let found = app.engine().publications_of(who.actor()).await?;
    let one = |(publication, counts): &(&Publication, Vec<(Standing, i64)>)| {
        let counts = counts.iter().map(|(standing, count)| (standing.name().to_owned(), json!(count)));
        json!({
            "id": publication.name(),
            "title": publication.title,
            "decided_by": publication.decided_by,
            "entries": counts.collect::<serde_json::Map<String, Value>>(),
        })
    };
    Ok(answer(&json!({ "publications": found.iter().map(one).collect::<Vec<_>>() })))
}

/// GET /api/v1/publications/{publication}: `standing`, `after`.
pub(super) async fn entries(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let standing = match wanted.one("standing") {
        "" => Standing::Offered,
        text => Standing::parse(text).ok_or(Failure::NotFound)?,
    };
    let found = app.engine().entries(who.actor(), &name, standing, wanted.one("after")).await?;
    let entries: Vec<Value> = found.entries.iter().map(entry).collect();
    Ok(answer(&json!({ "entries": entries, "next": found.next })))
}

/// POST /api/v1/publications/{publication}/look.
pub(super) async fn look(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    _body: Body,
) -> Result<Response, Failure> {
    Ok(answer(&json!({ "offered": app.engine().offer_now(who.actor(), &name).await? })))
}

/// GET /api/v1/publications/{publication}/{id}.
pub(super) async fn one(
    State(app): State<App>,
    who: SignedIn,
    Path((publication, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let found = find(&app, &who, &publication, id).await?;
    let original = app.engine().publication_original(who.actor(), &found).await?;
    let mut value = entry(&found);
    if let Some(object) = value.as_object_mut() {
        object.insert("shown".into(), lines(&found.shown));
        let now = original.as_ref().map(|(_, now, _)| lines(now));
        object.insert("record_would_show".into(), now.unwrap_or_default());
        object.insert("record_fits".into(), json!(original.as_ref().is_some_and(|(_, _, fits)| *fits)));
    }
    Ok(answer(&value))
}

/// POST /api/v1/publications/{publication}/{id}/{act}: `{ "version": 3, "reason": "..." }`.
pub(super) async fn act(
    State(app): State<App>,
    who: SignedIn,
    Path((publication, id, act)): Path<(String, Id, String)>,
    body: Body,
) -> Result<Response, Failure> {
    find(&app, &who, &publication, id).await?;
    let version = body.0.get("version").and_then(Value::as_i64);
    let version = version.ok_or_else(|| Problem::of("version", "field.required"))?;
    let (stands, _) = decided(&app, &who, &act, id, version, body.text("reason")).await?;
    Ok(answer(&json!({ "id": stands })))
}

/// GET /api/public.
pub(super) async fn public(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    admit(&app, &visitor)?;
    let one = |p: &Publication| json!({ "id": p.name(), "title": p.title, "about": p.about });
    Ok(answer(&json!({ "publications": app.engine().publications().map(one).collect::<Vec<_>>() })))
}

/// GET /api/public/{publication}: `after`.
pub(super) async fn public_entries(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (_, found) = asked(&app, &visitor, &name, query.as_deref()).await?;
    let entries: Vec<Value> = found.entries.iter().map(published).collect();
    Ok(answer(&json!({ "entries": entries, "next": found.next })))
}

/// GET /api/public/{publication}/{id}. What was corrected names the copy that stands in its place.
pub(super) async fn public_entry(
    State(app): State<App>,
    visitor: Visitor,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    admit(&app, &visitor)?;
    match app.engine().public_entry(&name, id).await? {
        PublicPage::Shown(entry) => Ok(answer(&published(&entry))),
        PublicPage::Corrected(now) => Ok(answer(&json!({ "id": id, "replaced_by": now }))),
        PublicPage::Gone(_) => Err(Failure::NotFound),
    }
}

fn day(day: Option<Day>) -> Value {
    day.map_or(Value::Null, |day| json!(day.to_string()))
}

fn lines(lines: &[Line]) -> Value {
    let one = |line: &Line| json!({ "field": line.id, "title": line.title, "value": line.value });
    lines.iter().map(one).collect()
}

/// What strangers read: the frozen lines, never the record behind them.
fn published(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "standing": entry.standing.name(),
        "shown": lines(&entry.shown),
        "first": day(entry.first),
        "last": day(entry.last),
    })
}

/// An entry for those who decide on it.
fn entry(entry: &Entry) -> Value {
    let id = |id: Id| if id.is_nil() { Value::Null } else { json!(id) };
    let at = |at: Instant| instant(at);
    json!({
        "id": entry.id,
        "version": entry.version,
        "register": entry.register,
        "record": entry.record,
        "code": entry.code,
        "title": entry.title,
        "standing": entry.standing.name(),
        "first": day(entry.first),
        "last": day(entry.last),
        "offered_at": at(entry.offered_at),
        "decided_at": at(entry.decided_at),
        "decided_by": entry.decided_by,
        "ended_at": at(entry.ended_at),
        "ended_by": entry.ended_by,
        "reason": entry.reason,
        "replaced_by": id(entry.replaced_by),
        "proposal": id(entry.proposal),
    })
}
