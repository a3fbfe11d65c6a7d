//! Unowned and disputed enterprises, and who is responsible for one: the same calls as the pages.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Day, Id, Language, Problem};
use city::responsible::Gap;
use engine::record::write::Sending;
use engine::responsibility::{GapList, STATE};
use plan::pack::{Model, Register};
use serde_json::{Value, json};

use super::{Body, answer, facts, record};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::routes::responsibility::{asked, gap_words, listed, registers};
use crate::visitor::SignedIn;

/// Rows of one page at most.
const MOST: u32 = 500;

fn gap(model: &Model, bodies: &Register, gap: &Gap, l: Language) -> Value {
    let reason = gap_words(model, bodies, gap, l);
    match gap {
        Gap::Unowned(duty) => json!({ "kind": "unowned", "duty": duty.name(), "reason": reason }),
        Gap::Disputed { duty, matter, bodies } => {
            let claimed: Vec<Value> =
                bodies.iter().map(|(body, level)| json!({ "body": body, "level": level })).collect();
            json!({ "kind": "disputed", "duty": duty.name(), "matter": matter, "bodies": claimed, "reason": reason })
        }
    }
}

/// GET /api/v1/responsibility: `kind` is `unowned`, `disputed` or nothing; filters, `q`, `after` and `limit` as for lists.
pub(crate) async fn list(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (l, engine, model) = (who.visitor.language, app.engine(), app.model());
    let (enterprises, bodies) = registers(&app, &who)?;
    let mut wanted = Wanted::read(query.as_deref());
    let limit = wanted.one("limit").parse().unwrap_or(0_u32).min(MOST);
    wanted.0.retain(|(name, _)| name != "limit");
    let (kind, mut request) = asked(&app, enterprises, &wanted)?;
    request.limit = limit;
    let page = engine.unowned_and_disputed(who.actor(), kind, &request).await?;
    let counts = engine.counts(who.actor(), enterprises.name(), STATE).await?;
    let one = |(found, gaps): &(engine::record::Record, Vec<Gap>)| {
        let gaps: Vec<Value> = gaps.iter().map(|g| gap(model, bodies, g, l)).collect();
        json!({ "enterprise": record(found), "gaps": gaps })
    };
    Ok(answer(&json!({
        "enterprises": page.enterprises.iter().map(one).collect::<Vec<_>>(),
        "next": page.next,
        "counts": {
            "all": listed(&counts, GapList::All, None),
            "unowned": listed(&counts, GapList::Unowned, None),
            "disputed": listed(&counts, GapList::Disputed, None),
        },
    })))
}

/// GET /api/v1/enterprises/{id}/responsibility.
pub(crate) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    let (_, bodies) = registers(&app, &who)?;
    let found = app.engine().responsibility(who.actor(), id).await?;
    let l = who.visitor.language;
    Ok(answer(&json!({
        "enterprise": record(&found.enterprise),
        "bodies": found.bodies.iter().map(record).collect::<Vec<_>>(),
        "gaps": found.gaps.iter().map(|g| gap(app.model(), bodies, g, l)).collect::<Vec<_>>(),
    })))
}

/// POST /api/v1/enterprises/{id}/responsibility: `{ "fields": { "duty": ..., "body": ..., "valid_from": ... }, "key": "..." }`.
pub(crate) async fn assign(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    body: Body,
) -> Result<Response, Failure> {
    let (enterprises, bodies) = registers(&app, &who)?;
    app.engine().record(who.actor(), enterprises.name(), id).await?;
    let facts = facts(app.model(), bodies, &body.0)?;
    let sending = Sending { key: body.text("key").to_owned() };
    let made = app.engine().assign_body(who.actor(), id, &facts, &sending).await?;
    Ok(answer(&json!({ "id": made })))
}

/// POST /api/v1/enterprises/{id}/responsibility/{row}/end: `{ "version": 1, "valid_until": "2021-06-14" }`.
pub(crate) async fn end(
    State(app): State<App>,
    who: SignedIn,
    Path((id, row)): Path<(Id, Id)>,
    body: Body,
) -> Result<Response, Failure> {
    let (enterprises, _) = registers(&app, &who)?;
    app.engine().record(who.actor(), enterprises.name(), id).await?;
    let version = body.0.get("version").and_then(Value::as_i64).unwrap_or(0);
    let until = match body.text("valid_until") {
        "" => None,
        text => {
            let wrong = || Problem::of("valid_until", "field.not_a_day").with("value", text);
            Some(Day::parse(text).ok_or_else(wrong)?)
        }
    };
    app.engine().end_body(who.actor(), id, row, version, until).await?;
    Ok(answer(&json!({ "ended": row })))
}
