//! The same in JSON: what a method asks of a record, filled with what is known, the results so far, and a new one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::Id;
use plan::pack::Element as _;
use serde_json::{Map, Value, json};

use super::{Asked, cut};
use crate::api::{Body, answer, record};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// What each operation does.
pub(crate) const SUMMARIES: &[(&str, &str, &str)] = &[
    ("get", "/api/v1/r/{register}/{id}/assessments", "Assessments that fit a record, and why each is due"),
    (
        "get",
        "/api/v1/assessments/{element}/{record}",
        "What an assessment asks of a record, filled with what the record says, and its results",
    ),
    (
        "post",
        "/api/v1/assessments/{element}/{record}",
        "Assesses a record; inputs stand in the place of its fields",
    ),
];

fn why(due: Option<engine::bound_assessment::Again>) -> Value {
    use engine::bound_assessment::Again;
    match due {
        None => Value::Null,
        Some(Again::Never) => json!("never"),
        Some(Again::RunOut) => json!("run_out"),
        Some(Again::Changed) => json!("changed"),
    }
}

/// GET /api/v1/r/{register}/{id}/assessments.
pub(super) async fn of_record(
    State(app): State<App>,
    who: SignedIn,
    Path((register, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let found = app.engine().record(who.actor(), &register, id).await?;
    let fitting = app.engine().assessments_for(who.actor(), &found).await?;
    let one = |one: &engine::bound_assessment::Fitting<'_>| {
        json!({
            "id": one.element.name(),
            "title": one.element.title,
            "method": one.element.method.get_ref(),
            "may": one.may,
            "due": why(one.due),
        })
    };
    Ok(answer(&json!({ "assessments": fitting.iter().map(one).collect::<Vec<_>>() })))
}

/// GET /api/v1/assessments/{element}/{record}.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((element, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let asked = Asked::find(&app, &who, &element, id).await?;
    let whole = app.engine().any_record(asked.register.name(), id).await?;
    let facts = whole.map(|whole| cut(&app, &who, &asked, whole)).unwrap_or_default();
    let filled = app.engine().method_inputs(asked.element, asked.register, &facts);
    let results = app.engine().assessment_results(who.actor(), &element, id).await?;
    Ok(answer(&json!({
        "id": element,
        "title": asked.element.title,
        "method": asked.element.method.get_ref(),
        "may": asked.may,
        "due": why(asked.due),
        "inputs": asked.inputs,
        "filled": filled,
        "results": results.iter().map(record).collect::<Vec<_>>(),
    })))
}

/// POST /api/v1/assessments/{element}/{record}: `{ "inputs": { "L": "3", ... } }`.
pub(super) async fn assess(
    State(app): State<App>,
    who: SignedIn,
    Path((element, id)): Path<(String, Id)>,
    body: Body,
) -> Result<Response, Failure> {
    Asked::find(&app, &who, &element, id).await?;
    let nothing = Map::new();
    let given = body.0.get("inputs").and_then(Value::as_object).unwrap_or(&nothing);
    let made = app.engine().assess_with(who.actor(), &element, id, given).await?;
    Ok((StatusCode::CREATED, answer(&json!({ "id": made }))).into_response())
}
