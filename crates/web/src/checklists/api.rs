//! Checklists in JSON: the lists that fit a record, and a list filled on site.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Day, Id, Problem, Problems};
use engine::checklist::{Answer, Answered, Filled};
use engine::record::write::Sending;
use plan::pack::{Checklist, Element as _};
use serde_json::{Map, Value, json};

use super::fill::{MOST_PHOTOS, find};
use crate::api::{Body, answer};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// What each operation does.
pub(crate) const SUMMARIES: &[(&str, &str, &str)] = &[
    ("get", "/api/v1/checklists", "All checklists of the packs in force"),
    (
        "get",
        "/api/v1/checklists/for/{register}/{id}",
        "The lists that fit a record, for those who inspect there",
    ),
    (
        "post",
        "/api/v1/checklists/{list}/fill/{subject}",
        "Hands a filled list in; each item that fails with `fails` becomes a hazard",
    ),
];

fn short(list: &Checklist) -> Value {
    json!({ "id": list.name(), "title": list.title, "for": list.of.get_ref(), "items": list.items.len() })
}

/// GET /api/v1/checklists.
pub(super) async fn all(State(app): State<App>, _who: SignedIn) -> Result<Response, Failure> {
    let lists: Vec<Value> = app.model().elements.checklists.values().map(short).collect();
    Ok(answer(&json!({ "checklists": lists })))
}

/// GET /api/v1/checklists/for/{register}/{id}.
pub(super) async fn fitting(
    State(app): State<App>,
    who: SignedIn,
    Path((register, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let found = app.engine().record(who.actor(), &register, id).await?;
    if !app.engine().inspects(who.actor(), &found.place) {
        return Err(Failure::NotFound);
    }
    let lists = app.engine().checklists_for(who.actor(), &found).await?;
    let lists: Vec<Value> = lists.into_iter().map(short).collect();
    Ok(answer(&json!({ "checklists": lists })))
}

/// POST /api/v1/checklists/{list}/fill/{subject}: `{ "answers": { "ITEM": { "answer": "meets", "remark": "...",
/// "photos": ["HASH"] } }, "deadline": "2021-06-30", "remark": "...", "key": "..." }`.
pub(super) async fn fill(
    State(app): State<App>,
    who: SignedIn,
    Path((name, subject)): Path<(String, Id)>,
    body: Body,
) -> Result<Response, Failure> {
    let (list, _) = find(&app, &who, &name, subject).await?;
    let filled = filled(list, &body)?;
    for hash in filled.answers.iter().flat_map(|answered| &answered.photos) {
        // Somebody else's photo is as unknown as none.
        if !app.engine().is_own_upload(who.actor(), hash).await? {
            return Err(Problem::of("photos", "field.not_a_file").with("value", hash).into());
        }
    }
    let sending = Sending { key: body.text("key").to_owned() };
    let made = app.engine().fill_checklist(who.actor(), &name, subject, &filled, &sending).await?;
    let told = json!({ "record": made.record, "hazards": made.hazards });
    Ok((StatusCode::CREATED, answer(&told)).into_response())
}

/// Reads the answers, and says of each that cannot be read why.
fn filled(list: &Checklist, body: &Body) -> Result<Filled, Failure> {
    let (mut answers, mut problems, nothing) = (Vec::new(), Problems::default(), Map::new());
    for (item, given) in body.0.get("answers").and_then(Value::as_object).unwrap_or(&nothing) {
        if !list.items.iter().any(|one| one.id.get_ref() == item) {
            problems.push(Problem::of(item.as_str(), "field.unknown"));
            continue;
        }
        let photos = given.get("photos").and_then(Value::as_array).map_or(0, Vec::len);
        if photos > MOST_PHOTOS {
            let many = Problem::of(item.as_str(), "field.too_large").with("value", photos);
            problems.push(many.with("most", MOST_PHOTOS));
        }
        match answered(item, given) {
            Some(answer) => answers.push(answer),
            None => problems.push(Problem::of(item.as_str(), "field.not_a_choice").with("value", given)),
        }
    }
    let deadline = match body.text("deadline").trim() {
        "" => None,
        text => Day::parse(text).or_else(|| {
            problems.push(Problem::of("deadline", "field.not_a_day").with("value", text));
            None
        }),
    };
    Ok(problems.or(Filled { answers, deadline, remark: body.text("remark").to_owned() })?)
}

/// An answer alone may stand without its object.
fn answered(item: &str, given: &Value) -> Option<Answered> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default();
    let answer = given.as_str().unwrap_or_else(|| text("answer"));
    let photos = given.get("photos").and_then(Value::as_array).into_iter().flatten();
    Some(Answered {
        item: item.to_owned(),
        answer: Answer::parse(answer)?,
        remark: text("remark").to_owned(),
        photos: photos.filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}
