//! Clauses of the plan and what serves them.

use axum::extract::State;
use axum::response::Response;
use plan::pack::{ClauseTitle, Model, parent_of, part_of};
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
    json!({
        "id": id,
        "part": part_of(id),
        "parent": parent_of(id),
        "title": { "zh": c.title.zh, "en": c.title.en },
        "lead": c.lead,
        "support": c.support,
        "due": c.due.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "from": c.from.map(|day| day.to_string()),
        "until": c.until.map(|day| day.to_string()),
        "every": c.every.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "targets": c.targets,
        "served_by": serving,
    })
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
    let model = app.model();
    let found = model.clause(&id).ok_or(Failure::NotFound)?;
    let mut value = clause(model, found);
    let words = app.engine().clause_words(&id).await?.map(|kept| {
        json!({
            "heading": kept.heading,
            "text": kept.words,
            "found": kept.found,
            "document": kept.document,
            "read_at": super::instant(kept.read_at),
        })
    });
    if let Some(object) = value.as_object_mut() {
        let below: Vec<&String> = model.clauses_below(&id).map(|c| c.id.get_ref()).collect();
        object.insert("children".into(), json!(below));
        object.insert("words".into(), json!(words));
    }
    Ok(answer(&value))
}
