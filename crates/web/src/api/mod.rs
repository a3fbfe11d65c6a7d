//! The JSON interface: the same typed calls as the pages, for other programs. A key goes into the header
//! `Authorization: Bearer KEY`; `/api/openapi.json` describes everything.

pub(crate) mod cases;
pub(crate) mod clauses;
pub(crate) mod files;
pub(crate) mod jobs;
pub(crate) mod me;
pub(crate) mod openapi;
pub(crate) mod progress;
pub(crate) mod records;
pub(crate) mod registers;
pub(crate) mod responsibility;
pub(crate) mod search;
pub(crate) mod together;
pub(crate) mod work;

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Response};
use base::{Instant, Problem, Problems};
use engine::record::Record;
use judge::Facts;
use plan::pack::{FieldKind, Model, Register};
use serde_json::{Map, Value, json};

use crate::errors::Failure;

/// A JSON object as the body of a request, at most 1 MB.
pub(crate) struct Body(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let wrong = |cause: &dyn std::fmt::Display| {
            Failure::from(Problem::new("request.not_json").with("cause", cause))
        };
        match Json::<Value>::from_request(request, state).await {
            Ok(Json(Value::Object(object))) => Ok(Self(object)),
            Ok(_) => Err(wrong(&"an object is expected")),
            Err(rejection) => Err(wrong(&rejection.body_text())),
        }
    }
}

impl Body {
    /// A text of the body; empty where it is absent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// An answer.
pub(crate) fn answer(value: &Value) -> Response {
    Json(value).into_response()
}

/// An instant, where there is one.
pub(crate) fn instant(at: Instant) -> Value {
    if at == Instant::NEVER || at.0 == 0 { Value::Null } else { json!(at.rfc3339()) }
}

/// A record.
pub(crate) fn record(record: &Record) -> Value {
    let facts = record.facts.to_json();
    let nil = |id: base::Id| if id.is_nil() { Value::Null } else { json!(id) };
    let mut value = json!({
        "id": record.id,
        "register": record.register,
        "code": record.code,
        "title": record.title,
        "version": record.version,
        "created_at": instant(record.created_at),
        "updated_at": instant(record.updated_at),
        "place": {
            "county": record.place.county,
            "township": record.place.township,
            "organisation": nil(record.place.organisation),
            "sector": record.place.sector,
            "park": record.place.park,
        },
        "fields": facts,
    });
    if let (Some(case), Some(object)) = (&record.case, value.as_object_mut()) {
        let head = json!({
            "procedure": case.procedure,
            "state": case.state,
            "open": case.open,
            "opened_at": instant(case.opened_at),
            "entered_at": instant(case.entered_at),
            "due_at": instant(case.due_at),
            "closed_at": instant(case.closed_at),
        });
        object.insert("case".into(), head);
    }
    value
}

/// Facts from the `fields` of a body. Values have the types of the schema; texts are read as forms are.
///
/// # Errors
/// Every field that is unknown or wrong.
pub(crate) fn facts(model: &Model, register: &Register, body: &Map<String, Value>) -> Result<Facts, Failure> {
    let (mut facts, mut problems) = (Facts::new(), Problems::default());
    let empty = Map::new();
    let fields = body.get("fields").and_then(Value::as_object).unwrap_or(&empty);
    for (name, value) in fields {
        let Some(field) = register.field(name).filter(|f| !f.computed) else {
            problems.push(Problem::of(name.as_str(), "field.unknown"));
            continue;
        };
        match engine::field::parse::parse(field, model, &texts(field.kind, value)) {
            Ok(fact) => {
                facts.insert(name.clone(), fact);
            }
            Err(problem) => problems.push(problem),
        }
    }
    Ok(problems.or(facts)?)
}

/// A JSON value as the fact of a field.
///
/// # Errors
/// The field is unknown, or the value does not suit it.
pub(crate) fn parsed(
    model: &Model,
    field: Option<&plan::pack::Field>,
    name: &str,
    value: &Value,
) -> Result<judge::Fact, Problem> {
    let field = field.ok_or_else(|| Problem::of(name, "field.unknown"))?;
    engine::field::parse::parse(field, model, &texts(field.kind, value))
}

/// A JSON value as the parts of a form. Money is an integer of fen in JSON and yuan in a form.
fn texts(kind: FieldKind, value: &Value) -> Vec<String> {
    match (kind, value) {
        (_, Value::Null) => Vec::new(),
        (FieldKind::Structure, json) => vec![json.to_string()],
        (FieldKind::Money, Value::Number(fen)) => {
            vec![fen.as_i64().map(|f| base::money::Fen(f).to_string()).unwrap_or_default()]
        }
        (FieldKind::Point, Value::Object(point)) => {
            let part = |name: &str| point.get(name).map(plain).unwrap_or_default();
            vec![part("longitude"), part("latitude"), part("datum")]
        }
        (_, Value::Array(list)) => list.iter().map(plain).collect(),
        (_, other) => vec![plain(other)],
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
