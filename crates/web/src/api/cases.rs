//! Cases: what happened, what may be done, and doing it.

use axum::extract::State;
use axum::response::Response;
use base::{Id, Problem};
use engine::case::step::StepRequest;
use engine::record::write::Sending;
use serde_json::{Value, json};

use super::registers::visible;
use super::{Body, answer, facts, instant, record};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// GET /api/v1/r/{register}/{id}/timeline: events, and the steps that the caller may take now.
pub(crate) async fn timeline(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    visible(&app, &who, &name)?;
    let found = app.engine().record(who.actor(), &name, id).await?;
    if found.case.is_none() {
        return Err(Failure::NotFound);
    }
    let events = app.engine().timeline(who.actor(), &name, id).await?;
    let offered = app.engine().offered(who.actor(), &found, &events);
    let steps: Vec<Value> = offered
        .iter()
        .map(|o| json!({ "step": o.step.name(), "refusal": o.refusal.as_ref().map(|p| p.code) }))
        .collect();
    let event = |e: &engine::case::timeline::CaseEvent| json!({ "procedure": e.procedure, "step": e.step, "from": e.from, "to": e.to, "at": instant(e.at), "by": e.by, "by_name": e.by_name, "reason": e.reason, "fields": e.facts });
    Ok(answer(&json!({ "events": events.iter().map(event).collect::<Vec<_>>(), "steps": steps })))
}

/// POST /api/v1/r/{register}/{id}/steps/{step}: `{ "version": 3, "fields": {...}, "reason": "...", "key": "..." }`.
pub(crate) async fn step(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id, step)): Path<(String, Id, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let version = body
        .0
        .get("version")
        .and_then(Value::as_i64)
        .ok_or_else(|| Problem::of("version", "field.required"))?;
    let facts = facts(app.model(), register, &body.0)?;
    let request = StepRequest { step: &step, version, facts: &facts, reason: body.text("reason") };
    app.engine()
        .take_step(who.actor(), &name, id, &request, &Sending { key: body.text("key").to_owned() })
        .await?;
    Ok(answer(&record(&app.engine().record(who.actor(), &name, id).await?)))
}
