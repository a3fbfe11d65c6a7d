//! The JSON twins of the pages.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Instant, Period};
use engine::indicator::{Figure, Group, GroupsOf};
use engine::scorecard::{GivenPoints, Scored};
use judge::indicator::Tally;
use plan::pack::{Indicator, Scorecard};
use serde_json::{Value, json};

use super::card::card_for;
use super::cards::standing;
use super::one::{indicator_for, seen};
use super::words::asked;
use crate::api::{Body, answer, record};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// What each operation does, for the description of the interface.
pub(crate) const SUMMARIES: &[(&str, &str, &str)] = &[
    ("get", "/api/v1/indicators", "Indicators that the caller sees, with their newest number"),
    ("get", "/api/v1/indicators/{id}", "An indicator: a period, the periods before it, and its groups"),
    (
        "get",
        "/api/v1/indicators/{id}/rows",
        "The rows behind a number; `which` is base, hit, miss or unknown, `in.county` and the like name a group",
    ),
    ("post", "/api/v1/indicators/{id}/compute", "Asks for a period to be counted now"),
    ("post", "/api/v1/indicators/{id}/lock", "Releases a period: its numbers stay what they are"),
    ("post", "/api/v1/indicators/{id}/unlock", "Takes a release back, with a reason"),
    ("get", "/api/v1/scorecards", "Scorecards that the caller sees"),
    ("get", "/api/v1/scorecards/{id}", "The ranking of a period"),
    (
        "get",
        "/api/v1/scorecards/{id}/subjects/{subject}",
        "The score of a subject, with where every point came from",
    ),
    (
        "post",
        "/api/v1/scorecards/{id}/subjects/{subject}",
        "Gives the points of a manual item: `item`, `points`, `evidence`",
    ),
    ("post", "/api/v1/scorecards/{id}/compute", "Asks for a period to be scored now"),
    ("post", "/api/v1/scorecards/{id}/lock", "Releases a period of a scorecard"),
    ("post", "/api/v1/scorecards/{id}/unlock", "Takes a release of a scorecard back, with a reason"),
];

fn tally(tally: &Tally) -> Value {
    json!({
        "rows": tally.rows, "base": tally.base, "hit": tally.hit, "unknown": tally.unknown,
        "reported": tally.reported, "sum": tally.sum,
    })
}

fn figure(indicator: &Indicator, figure: &Figure) -> Value {
    json!({
        "period": figure.period.code(),
        "value": figure.value(),
        "counted": tally(&figure.tally),
        "completeness": figure.tally.completeness(indicator.complete.is_some()),
        "target": { "min": figure.goal.min, "max": figure.goal.max, "reached": figure.reached.name() },
        "version": figure.run.as_ref().map(|r| r.number),
        "as_of": figure.run.as_ref().and_then(|r| r.as_of).map(|d| d.to_string()),
        "computed_at": figure.run.as_ref().map(|r| r.computed_at.rfc3339()),
        "pack": figure.run.as_ref().map(|r| r.pack.clone()),
        "released": figure.lock.as_ref().map(|l| json!({
            "id": l.id, "version": l.number, "at": l.at.rfc3339(), "by": l.by, "note": l.note,
        })),
        "since_release": figure.since.as_ref().map(|t| json!({ "value": t.value(figure.shape), "counted": tally(t) })),
    })
}

fn indicator_head(indicator: &Indicator) -> Value {
    json!({
        "id": indicator.name(),
        "title": { "zh": indicator.title.zh, "en": indicator.title.en },
        "clauses": indicator.clauses,
        "every": indicator.every.get_ref(),
        "by": indicator.by.iter().map(|b| b.get_ref().as_str()).collect::<Vec<_>>(),
        "share": indicator.is_share(),
    })
}

fn with(mut value: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (value.as_object_mut(), more) {
        object.extend(more);
    }
    value
}

/// GET /api/v1/indicators.
pub(super) async fn indicators(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let mut all = Vec::new();
    for one in app.model().indicators.values().filter(|i| app.engine().sees_indicator(who.actor(), i)) {
        let (newest, _) = super::list::newest(&app, who.actor(), one).await?;
        all.push(with(indicator_head(one), json!({ "newest": newest.map(|f| figure(one, &f)) })));
    }
    Ok(answer(&json!({ "indicators": all })))
}

/// GET /api/v1/indicators/{id}.
pub(super) async fn indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let engine = app.engine();
    let found = indicator_for(&app, &who, &id)?;
    let seen = seen(&app, &who, found, Wanted::read(query.as_deref()).one("period")).await?;
    let register = engine.register_of(found)?;
    let mut names: Vec<&str> = found.by.iter().map(|b| b.get_ref().as_str()).collect();
    if register.scope != plan::pack::ScopeFrom::Shared && !names.contains(&"county") {
        names.push("county");
    }
    let (mut groups, mut released) = (serde_json::Map::new(), Value::Null);
    let group = |g: &Group| json!({ "key": g.key, "counted": tally(&g.tally) });
    for by in names {
        let own = engine.figure_groups(who.actor(), &id, seen.period, by, GroupsOf::Own).await?;
        groups.insert(by.to_owned(), json!(own.iter().map(group).collect::<Vec<_>>()));
        if by == "county" {
            let all = engine.figure_groups(who.actor(), &id, seen.period, by, GroupsOf::Released).await?;
            released = json!(all.iter().map(group).collect::<Vec<_>>());
        }
    }
    let city = engine.released_figure(who.actor(), &id, seen.period).await?;
    Ok(answer(&with(
        indicator_head(found),
        json!({
            "period": seen.period.code(),
            "figure": seen.figure.as_ref().map(|f| figure(found, f)),
            "course": seen.course.iter().map(|f| figure(found, f)).collect::<Vec<_>>(),
            "groups": groups,
            "released_city": city.map(|c| figure(found, &c)),
            "released_counties": released,
        }),
    )))
}

/// GET /api/v1/indicators/{id}/rows.
pub(super) async fn rows(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let found = indicator_for(&app, &who, &id)?;
    let wanted = Wanted::read(query.as_deref());
    let request = super::rows::request(&wanted, app.engine().period_of(found))?;
    if found.duty().is_some() {
        let part = super::rows::part(&wanted);
        let counted = app.engine().indicator_instances(who.actor(), &id, &request, part).await?;
        return Ok(answer(&json!({
            "count": counted.count,
            "instances": counted.lines.iter().map(instance).collect::<Vec<_>>(),
            "next": counted.next.map(|(part, after)| json!({ "part": part, "after": after })),
        })));
    }
    let rows = app.engine().indicator_rows(who.actor(), &id, &request).await?;
    Ok(answer(&json!({
        "count": rows.count,
        "records": rows.records.iter().map(record).collect::<Vec<_>>(),
        "next": rows.next,
    })))
}

fn instance(line: &engine::duty::read::Line) -> Value {
    json!({
        "subject": line.subject.id,
        "kind": line.subject.kind,
        "code": line.subject.code,
        "title": line.subject.title,
        "county": line.subject.place.county,
        "period": line.period,
        "due": line.due.map(|day| day.to_string()),
        "state": line.state.map(judge::duty::State::word),
    })
}

fn period_of(body: &Body, usual: Period) -> Result<Period, Failure> {
    asked(body.text("period"), usual)
}

/// POST /api/v1/indicators/{id}/compute: `{ "period": "2021-06" }`.
pub(super) async fn compute_indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let period = period_of(&body, app.engine().period_of(indicator_for(&app, &who, &id)?))?;
    app.engine().ask_for_figures(who.actor(), &id, period).await?;
    app.call_job();
    Ok(answer(&json!({ "asked": period.code() })))
}

/// POST /api/v1/indicators/{id}/lock: `{ "period": "2021-05", "note": "..." }`.
pub(super) async fn lock_indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let period = period_of(&body, app.engine().period_of(indicator_for(&app, &who, &id)?))?;
    app.engine().lock_indicator(who.actor(), &id, period, body.text("note")).await?;
    Ok(answer(&json!({ "released": period.code() })))
}

/// POST /api/v1/indicators/{id}/unlock: `{ "period": "2021-05", "reason": "..." }`.
pub(super) async fn unlock_indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let period = period_of(&body, app.engine().period_of(indicator_for(&app, &who, &id)?))?;
    app.engine().unlock_indicator(who.actor(), &id, period, body.text("reason")).await?;
    Ok(answer(&json!({ "taken_back": period.code() })))
}

fn card_head(card: &Scorecard) -> Value {
    json!({
        "id": card.name(),
        "title": { "zh": card.title.zh, "en": card.title.en },
        "clauses": card.clauses,
        "subject": card.subject.get_ref(),
        "every": card.every.get_ref(),
        "full": card.full,
    })
}

fn scored(one: &Scored) -> Value {
    json!({
        "subject": one.subject,
        "title": { "zh": one.title.zh, "en": one.title.en },
        "score": one.score.points(),
        "grade": one.grade,
        "earned_grade": one.earned,
        "open_items": one.open_items,
        "computed_at": one.computed_at.rfc3339(),
        "items": one.trace.items.iter().map(|i| with(
            json!({ "points": judge::score::Hundredths(i.points).points(), "weight": judge::score::Hundredths(i.weight).points() }),
            json!({
                "item": i.item, "why": i.why, "value": i.evidence.value, "base": i.evidence.base, "hit": i.evidence.hit,
                "unknown": i.evidence.unknown, "release": i.evidence.release, "by": i.evidence.by,
                "at": if i.evidence.at == 0 { Value::Null } else { json!(Instant(i.evidence.at).rfc3339()) },
                "proof": i.evidence.proof,
            }),
        )).collect::<Vec<_>>(),
        "vetoes": one.trace.vetoes,
    })
}

/// GET /api/v1/scorecards.
pub(super) async fn scorecards(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let seen = app.model().scorecards.values().filter(|c| app.engine().sees_scorecard(who.actor(), c));
    Ok(answer(&json!({ "scorecards": seen.map(card_head).collect::<Vec<_>>() })))
}

/// GET /api/v1/scorecards/{id}.
pub(super) async fn scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let card = card_for(&app, &who, &id)?;
    let (period, standing) = standing(&app, &who, card, Wanted::read(query.as_deref()).one("period")).await?;
    Ok(answer(&with(
        card_head(card),
        json!({
            "period": period.code(),
            "version": standing.version.as_ref().map(|v| v.number),
            "released": standing.lock.as_ref().map(|l| json!({ "id": l.id, "version": l.number, "at": l.at.rfc3339(), "by": l.by })),
            "subjects": standing.scored.iter().map(scored).collect::<Vec<_>>(),
        }),
    )))
}

/// GET /api/v1/scorecards/{id}/subjects/{subject}.
pub(super) async fn subject(
    State(app): State<App>,
    who: SignedIn,
    Path((id, subject)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let card = card_for(&app, &who, &id)?;
    let period = asked(Wanted::read(query.as_deref()).one("period"), app.engine().period_of_card(card))?;
    let (found, now) = app.engine().score_of(who.actor(), &id, period, &subject).await?;
    Ok(answer(&with(
        scored(&found),
        json!({ "period": period.code(), "since_release": now.map(|n| scored(&n)) }),
    )))
}

/// POST /api/v1/scorecards/{id}/subjects/{subject}: `{ "period": "2021-06", "item": "...", "points": "8", "evidence": "..." }`.
pub(super) async fn give(
    State(app): State<App>,
    who: SignedIn,
    Path((id, subject)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let card = card_for(&app, &who, &id)?;
    let period = period_of(&body, app.engine().period_of_card(card))?;
    let given = GivenPoints {
        item: body.text("item"),
        points: body.text("points"),
        evidence: body.text("evidence"),
        file: body.text("file"),
    };
    app.engine().give_points(who.actor(), &id, period, &subject, &given).await?;
    app.call_job();
    Ok(answer(&json!({ "given": given.item })))
}

/// POST /api/v1/scorecards/{id}/compute.
pub(super) async fn compute_scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let period = period_of(&body, app.engine().period_of_card(card_for(&app, &who, &id)?))?;
    app.engine().ask_for_scores(who.actor(), &id, period).await?;
    app.call_job();
    Ok(answer(&json!({ "asked": period.code() })))
}

/// POST /api/v1/scorecards/{id}/lock.
pub(super) async fn lock_scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let period = period_of(&body, app.engine().period_of_card(card_for(&app, &who, &id)?))?;
    app.engine().lock_scorecard(who.actor(), &id, period, body.text("note")).await?;
    Ok(answer(&json!({ "released": period.code() })))
}

/// POST /api/v1/scorecards/{id}/unlock.
pub(super) async fn unlock_scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let period = period_of(&body, app.engine().period_of_card(card_for(&app, &who, &id)?))?;
    app.engine().unlock_scorecard(who.actor(), &id, period, body.text("reason")).await?;
    Ok(answer(&json!({ "taken_back": period.code() })))
}
