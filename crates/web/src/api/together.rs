//! POST /api/v1/r/{register}/together/{step}: `{ "records": [{ "id": "...", "version": 3 }], "fields": {...}, "reason":
//! "...", "key": "..." }`: one step, or `remind`, for several cases, each decided by itself.

use axum::extract::State;
use axum::response::Response;
use base::{Id, Problem};
use engine::case::step::StepRequest;
use engine::case::together::{Answer, Chosen};
use engine::record::write::Sending;
use serde_json::{Value, json};

use super::registers::visible;
use super::{Body, answer, facts};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::routes::together::{REMIND, outcome, problems_of, remind};
use crate::visitor::SignedIn;

/// Cases of one call at most.
const MOST: usize = 200;

pub(crate) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((name, step)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let given = body.0.get("records").and_then(Value::as_array);
    let given = given.ok_or_else(|| Problem::of("records", "field.required"))?;
    if given.len() > MOST {
        return Err(Problem::of("records", "together.too_many").with("most", MOST).into());
    }
    let one = |value: &Value| {
        let id: Id = value.get("id")?.as_str()?.parse().ok()?;
        Some(Chosen { id, version: value.get("version").and_then(Value::as_i64).unwrap_or(0) })
    };
    let chosen: Option<Vec<Chosen>> = given.iter().map(one).collect();
    let chosen = chosen.ok_or_else(|| Problem::of("records", "field.not_a_record").with("value", ""))?;
    let answers = if step == REMIND {
        remind(&app, who.actor(), &name, &chosen).await
    } else {
        let facts = facts(app.model(), register, &body.0)?;
        let request = StepRequest { step: &step, version: 0, facts: &facts, reason: body.text("reason") };
        let sending = Sending { key: body.text("key").to_owned() };
        app.engine().take_step_together(who.actor(), &name, &chosen, &request, &sending).await
    };
    let l = who.visitor.language;
    let line = |one: Answer| {
        let (id, done, message) = (one.id, one.result.is_ok(), outcome(&one, l));
        let problems = problems_of(one);
        let problem = |p: &Problem| json!({ "code": p.code, "field": p.field });
        json!({
            "id": id, "done": done, "message": message, "problems": problems.iter().map(problem).collect::<Vec<_>>(),
        })
    };
    Ok(answer(&json!({ "records": answers.into_iter().map(line).collect::<Vec<_>>() })))
}
