//! The registers that the caller sees, with their fields and procedures, and their counts.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Text;
use plan::pack::{Field, Model, Procedure, Register};
use serde_json::{Value, json};

use super::answer;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::reads;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// The register, where the caller sees anything in it.
pub(super) fn visible<'a>(app: &'a App, who: &SignedIn, name: &str) -> Result<&'a Register, Failure> {
    app.model().register(name).filter(|r| reads(app, who.actor(), r)).ok_or(Failure::NotFound)
}

fn text(text: &Text) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}

/// GET /api/v1/registers.
pub(crate) async fn all(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let shown = app.model().registers.values().filter(|r| reads(&app, who.actor(), r));
    let list: Vec<Value> = shown.map(|r| json!({ "id": r.name(), "title": text(&r.title), "about": text(&r.about), "cases": r.cases, "clauses": r.clauses })).collect();
    Ok(answer(&json!({ "registers": list })))
}

/// GET /api/v1/registers/{register}.
pub(crate) async fn one(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let fields =
        register.fields.iter().filter(|f| f.class <= who.actor().reads).map(|f| field(app.model(), f));
    let procedures = app.model().procedures_of(&name).map(procedure);
    Ok(answer(&json!({
        "id": register.name(),
        "title": text(&register.title),
        "about": text(&register.about),
        "clauses": register.clauses,
        "cases": register.cases,
        "fields": fields.collect::<Vec<_>>(),
        "list": register.list,
        "filters": register.filters,
        "sorts": register.sorts,
        "identity": register.identity,
        "procedures": procedures.collect::<Vec<_>>(),
    })))
}

fn field(model: &Model, field: &Field) -> Value {
    let choices: Vec<Value> = model
        .choices_of(field)
        .iter()
        .map(|c| json!({ "id": c.id, "title": text(&c.title), "colour": c.colour }))
        .collect();
    json!({
        "id": field.name(),
        "title": text(&field.title),
        "kind": kind(field),
        "required": field.required,
        "many": field.is_list(),
        "computed": field.computed,
        "unit": field.unit.as_ref().map(text),
        "to": field.to,
        "min": field.min,
        "max": field.max,
        "choices": choices,
    })
}

/// The kind as the packs write it.
pub(super) fn kind(field: &Field) -> &'static str {
    use plan::pack::FieldKind as K;
    match field.kind {
        K::Text => "text",
        K::LongText => "long_text",
        K::Integer => "integer",
        K::Decimal => "decimal",
        K::Money => "money",
        K::YesNo => "yes_no",
        K::Day => "day",
        K::Instant => "instant",
        K::Choice => "choice",
        K::Reference => "reference",
        K::Account => "account",
        K::Department => "department",
        K::County => "county",
        K::Township => "township",
        K::Park => "park",
        K::Image => "image",
        K::File => "file",
        K::Point => "point",
        K::Phone => "phone",
        K::Uscc => "uscc",
        K::Structure => "structure",
    }
}

fn procedure(p: &Procedure) -> Value {
    let states: Vec<Value> =
        p.states.iter().map(|s| json!({ "id": s.id, "title": text(&s.title) })).collect();
    let steps: Vec<Value> = p
        .steps
        .iter()
        .map(|s| json!({ "id": s.name(), "title": text(&s.title), "from": s.from, "to": s.to, "by": s.by, "not_by": s.not_by, "needs": s.needs, "asks": s.asks, "reason": s.reason }))
        .collect();
    let opening =
        p.opening.as_ref().map(|o| json!({ "by": o.by, "needs": o.needs, "asks": o.asks, "to": o.to }));
    json!({ "id": p.name(), "title": text(&p.title), "about": text(&p.about), "clauses": p.clauses, "states": states, "opening": opening, "steps": steps })
}

/// GET /api/v1/registers/{register}/counts?field=...: by county and by the value of a counted field (`state` for cases).
pub(crate) async fn counts(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let wanted = Wanted::read(query.as_deref());
    let field = wanted.one("field");
    let counted = field.is_empty()
        || (register.cases && field == "state")
        || register.counted.iter().any(|c| c == field);
    if !counted {
        return Err(Failure::bad("request.bad_address"));
    }
    let counts = app.engine().counts(who.actor(), &name, field).await?;
    let rows: Vec<Value> = counts
        .by_county
        .iter()
        .map(|((county, value), n)| json!({ "county": county, "value": value, "count": n }))
        .collect();
    Ok(answer(&json!({ "total": counts.total(), "counts": rows })))
}
