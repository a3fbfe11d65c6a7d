//! Records: list, read, create (or open a case), change, history, import.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem};
use engine::import::{ImportRow, Outcome};
use engine::record::list::Count;
use engine::record::write::Sending;
use serde_json::{Value, json};

use super::registers::visible;
use super::{Body, answer, facts, instant, record};
use crate::app::App;
use crate::build::address::{Wanted, request};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::problem;
use crate::visitor::SignedIn;

/// Rows of one page at most.
const MOST: u32 = 500;
/// Rows of one import at most.
const IMPORTED: usize = 10_000;

/// GET /api/v1/r/{register}: filters, search, sort and `after` as in the addresses of pages; `limit` up to 500.
pub(crate) async fn list(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let mut wanted = Wanted::read(query.as_deref());
    let limit = wanted.one("limit").parse().unwrap_or(0_u32).min(MOST);
    let counted = wanted.one("count") == "yes";
    wanted.0.retain(|(name, _)| name != "limit" && name != "count");
    let mut asked = request(app.model(), register, &wanted)?;
    asked.limit = limit;
    let page = app.engine().list(who.actor(), &name, &asked).await?;
    let count = if counted {
        match app.engine().count(who.actor(), &name, &asked).await? {
            Count::Exactly(n) => json!({ "exactly": n }),
            Count::MoreThan(n) => json!({ "more_than": n }),
        }
    } else {
        Value::Null
    };
    Ok(answer(
        &json!({ "records": page.records.iter().map(record).collect::<Vec<_>>(), "next": page.next, "count": count }),
    ))
}

/// GET /api/v1/r/{register}/{id}.
pub(crate) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    visible(&app, &who, &name)?;
    Ok(answer(&record(&app.engine().record(who.actor(), &name, id).await?)))
}

/// POST /api/v1/r/{register}: `{ "fields": {...}, "procedure": "...", "key": "..." }`. The key makes repeating harmless.
pub(crate) async fn create(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let facts = facts(app.model(), register, &body.0)?;
    let sending = Sending { key: body.text("key").to_owned() };
    let procedure = body.text("procedure");
    let id = if register.cases {
        let fits = app.model().procedure(procedure).is_some_and(|p| p.register == name);
        if !fits {
            return Err(Problem::of("procedure", "record.opened_by_procedure").into());
        }
        app.engine().open_case(who.actor(), procedure, &facts, &sending).await?
    } else {
        app.engine().create(who.actor(), &name, &facts, &sending).await?
    };
    let warnings = match crate::rules::may_warn(app.model(), &name) {
        false => Vec::new(),
        // Whoever adds a record need not see it; then there is nothing to be told of it.
        true => match app.engine().record(who.actor(), &name, id).await {
            Ok(made) => crate::rules::warnings(&app, &who, &made).await?,
            Err(_) => Vec::new(),
        },
    };
    Ok((StatusCode::CREATED, answer(&json!({ "id": id, "warnings": warnings }))).into_response())
}

/// PUT /api/v1/r/{register}/{id}: `{ "version": 3, "fields": {...} }`; fields that are left out stay.
pub(crate) async fn update(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
    body: Body,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    let version = body
        .0
        .get("version")
        .and_then(Value::as_i64)
        .ok_or_else(|| Problem::of("version", "field.required"))?;
    let facts = facts(app.model(), register, &body.0)?;
    app.engine().update(who.actor(), &name, id, version, &facts).await?;
    let changed = app.engine().record(who.actor(), &name, id).await?;
    let warnings = crate::rules::warnings(&app, &who, &changed).await?;
    let mut value = record(&changed);
    if let Some(object) = value.as_object_mut() {
        object.insert("warnings".into(), json!(warnings));
    }
    Ok(answer(&value))
}

/// GET /api/v1/r/{register}/{id}/history.
pub(crate) async fn history(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    visible(&app, &who, &name)?;
    let changes = app.engine().history(who.actor(), &name, id).await?;
    let one = |c: &engine::record::history::Change| {
        let fields: serde_json::Map<String, Value> = c.fields.iter().cloned().collect();
        json!({ "at": instant(c.at), "by": c.by, "operation": c.operation, "fields": fields })
    };
    Ok(answer(&json!({ "changes": changes.iter().map(one).collect::<Vec<_>>() })))
}

/// POST /api/v1/r/{register}/import: `{ "rows": [ { "name": "...", ... } ] }`, added or updated by the register's identity.
pub(crate) async fn import(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let register = visible(&app, &who, &name)?;
    if !who.actor().has_any(&register.keeper) {
        return Err(Failure::Refused(
            Problem::new("record.not_keeper").with("roles", register.keeper.join(", ")),
        ));
    }
    let rows =
        body.0.get("rows").and_then(Value::as_array).ok_or_else(|| Problem::of("rows", "field.required"))?;
    if rows.len() > IMPORTED {
        return Err(Problem::of("rows", "import.too_many_rows").with("most", IMPORTED).into());
    }
    let cell = |(name, value): (&String, &Value)| {
        (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let row = |(i, value): (usize, &Value)| ImportRow {
        number: u32::try_from(i + 1).unwrap_or(u32::MAX),
        cells: value
            .as_object()
            .map(|o| o.iter().filter(|(_, v)| !v.is_null()).map(cell).collect())
            .unwrap_or_default(),
    };
    let given: Vec<ImportRow> = rows.iter().enumerate().map(row).collect();
    let outcomes = app.engine().import(who.actor(), &name, &given).await?;
    let l = who.visitor.language;
    let outcome = |o: &Outcome| match o {
        Outcome::Added(id) => json!({ "added": id }),
        Outcome::Updated(id) => json!({ "updated": id }),
        Outcome::Unchanged(id) => json!({ "unchanged": id }),
        Outcome::Refused(problems) => {
            json!({ "refused": problems.0.iter().map(|p| json!({ "code": p.code, "field": p.field, "message": problem(l, p) })).collect::<Vec<_>>() })
        }
    };
    Ok(answer(&json!({ "rows": outcomes.iter().map(outcome).collect::<Vec<_>>() })))
}
