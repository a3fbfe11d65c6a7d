//! Clauses of the plan and what serves them.

use axum::extract::State;
use axum::response::Response;
use plan::pack::{ClauseTitle, Model};
use serde_json::{Value, json};

use super::answer;
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

fn clause(model: &Model, c: &ClauseTitle) -> Value {
    let id = c.id.get_ref();
    let serving: Vec<Value> =
        model.serving(id).iter().map(|(kind, name)| json!({ "kind": kind, "id": name })).collect();
    json!({ "id": id, "title": { "zh": c.title.zh, "en": c.title.en }, "lead": c.lead, "support": c.support, "due": c.due.iter().map(ToString::to_string).collect::<Vec<_>>(), "served_by": serving })
}

/// GET /api/v1/clauses.
pub(crate) async fn all(State(app): State<App>, _who: SignedIn) -> Result<Response, Failure> {
    let list: Vec<Value> = app.model().clauses.iter().map(|c| clause(app.model(), c)).collect();
    Ok(answer(&json!({ "clauses": list })))
}

/// GET /api/v1/clauses/{id}.
pub(crate) async fn one(
    State(app): State<App>,
    _who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = app.model().clauses.iter().find(|c| *c.id.get_ref() == id).ok_or(Failure::NotFound)?;
    Ok(answer(&clause(app.model(), found)))
}
