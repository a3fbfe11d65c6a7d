//! GET /api/openapi.json: OpenAPI 3.1, made from the route table and the packs in force.

use axum::extract::State;
use axum::response::Response;
use plan::pack::{Field, FieldKind, Model, Register};
use serde_json::{Map, Value, json};

use super::answer;
use super::registers::kind;
use crate::app::App;
use crate::errors::Failure;
use crate::routes::addresses;
use crate::visitor::Visitor;

/// What each operation does, by method and path. A test keeps it complete.
const SUMMARIES: &[(&str, &str, &str)] = &[
    ("get", "/api/openapi.json", "This description"),
    ("get", "/api/v1/me", "Who the key or session stands for"),
    ("get", "/api/v1/work", "What waits for the caller: late, due today, later"),
    ("get", "/api/v1/notices", "Unread notices"),
    ("post", "/api/v1/notices/{id}/read", "Marks a notice as read"),
    ("get", "/api/v1/registers", "Registers that the caller sees"),
    ("get", "/api/v1/registers/{register}", "Fields, filters, sorts and procedures of a register"),
    ("get", "/api/v1/registers/{register}/counts", "Counts by county and by the value of a counted field"),
    ("get", "/api/v1/r/{register}", "A page of records; filters as in the addresses of lists"),
    ("post", "/api/v1/r/{register}", "Creates a record, or opens a case by a procedure"),
    ("get", "/api/v1/r/{register}/{id}", "One record"),
    ("put", "/api/v1/r/{register}/{id}", "Changes fields of a record"),
    ("get", "/api/v1/r/{register}/{id}/history", "Changes of a record, newest first"),
    ("get", "/api/v1/r/{register}/{id}/timeline", "Events of a case and the steps that the caller may take"),
    ("post", "/api/v1/r/{register}/{id}/steps/{step}", "Takes a step of a case"),
    (
        "post",
        "/api/v1/r/{register}/together/{step}",
        "Takes a step, or `remind`, for several cases; each is decided by itself",
    ),
    ("post", "/api/v1/r/{register}/import", "Adds or updates many records by the register's identity"),
    (
        "post",
        "/api/v1/r/{register}/import/file",
        "Hands a workbook or CSV in; answered with the job that imports it",
    ),
    ("get", "/api/v1/jobs", "Long work: one's own, or everybody's for the system administrator"),
    (
        "get",
        "/api/v1/jobs/{id}",
        "One's own long work with what happened to the rows, from the row `from` on",
    ),
    ("post", "/api/v1/jobs/{id}/retry", "Another try for a failed job, by the system administrator"),
    (
        "post",
        "/api/v1/files",
        "Stores an attachment under its file name (?name=); its hash goes into an image or file field",
    ),
    ("get", "/api/v1/r/{register}/{id}/files/{hash}", "An attachment of a record"),
    ("get", "/api/v1/search", "Search through everything that the caller sees"),
    (
        "get",
        "/api/map/enterprises",
        "Enterprises within a part of the map, or their numbers by cell where it is far",
    ),
    ("get", "/api/v1/plan", "The plan and its parts: clauses, how many are served, how their cases stand"),
    ("get", "/api/v1/plan/timetable", "What is due when, and how each day stands today"),
    (
        "get",
        "/api/v1/responsibility",
        "Enterprises without a lead or supervisor, or claimed by several bodies, with the reason and counts",
    ),
    (
        "get",
        "/api/v1/enterprises/{id}/responsibility",
        "Who is responsible for an enterprise, and what is wrong",
    ),
    (
        "post",
        "/api/v1/enterprises/{id}/responsibility",
        "Names the body that holds a duty from a day on; who held it until then ends the day before",
    ),
    ("post", "/api/v1/enterprises/{id}/responsibility/{row}/end", "Ends a responsible body with a day"),
    ("get", "/api/v1/packs/elements", "Elements of the packs in force: kind, rows of the plan, since when"),
    ("get", "/api/v1/packs/elements/{kind}/{id}", "One element with everything it says"),
    (
        "get",
        "/api/v1/deliverables",
        "Documents that units owe: all, open, late, done within the caller's area",
    ),
    ("get", "/api/v1/campaigns", "Campaigns of units: all, open, late, done within the caller's area"),
    ("get", "/api/v1/checklists/{id}", "A checklist: what to look at, on what basis, how to judge"),
    (
        "get",
        "/api/v1/duties",
        "Duties with how many they bind and how many are late, and what falls due in a month",
    ),
    ("get", "/api/v1/duty-work", "What the caller owes by duties: due and late"),
    ("get", "/api/v1/duties/{duty}", "A duty: who is bound now, and every period by county"),
    (
        "get",
        "/api/v1/duties/{duty}/subjects",
        "The subjects behind a number of a duty, by period, state and county",
    ),
    ("get", "/api/v1/duties/{duty}/{id}", "One subject of a duty, with what was late, excused or owed"),
    ("post", "/api/v1/duties/{duty}/{id}/{period}", "Hands in what proves a duty for a period"),
    ("post", "/api/v1/duties/{duty}/{id}/{period}/excuse", "Excuses a subject from a period, with a reason"),
    ("get", "/api/v1/clauses", "Clauses of the plan and what serves them"),
    ("get", "/api/v1/clauses/{id}", "One clause with its words, where they were read in"),
];

/// Those of all modules.
fn summaries() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    let own = SUMMARIES.iter().chain(crate::rules::SUMMARIES).chain(crate::indicators::SUMMARIES);
    own.chain(crate::publications::SUMMARIES)
        .chain(crate::checklists::SUMMARIES)
        .chain(crate::assessments::SUMMARIES)
}

pub(crate) async fn show(State(app): State<App>, _visitor: Visitor) -> Result<Response, Failure> {
    Ok(answer(&document(app.model())))
}

/// The whole description.
fn document(model: &Model) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for (method, path) in addresses().iter().filter(|(_, path)| path.starts_with("/api/")) {
        let entry = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
        if let Some(object) = entry.as_object_mut() {
            object.insert((*method).to_owned(), operation(method, path));
        }
    }
    let schemas: Map<String, Value> =
        model.registers.values().map(|r| (r.name().to_owned(), register(model, r))).collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Anlan", "version": env!("CARGO_PKG_VERSION") },
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    })
}

fn operation(method: &str, path: &str) -> Value {
    let summary = summaries().find(|(m, p, _)| *m == method && *p == path).map_or("", |(.., s)| *s);
    let names = path.split('{').skip(1).filter_map(|part| part.split('}').next());
    let mut parameters: Vec<Value> = names
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let query: &[&str] = match path {
        "/api/v1/r/{register}" if method == "get" => &["q", "sort", "after", "limit", "count", "view"],
        "/api/v1/search" => &["q"],
        "/api/v1/proposals" if method == "get" => &["which"],
        "/api/v1/plan/timetable" => &["part", "department", "year"],
        "/api/v1/responsibility" => &["kind", "county", "township", "sector", "q", "after", "limit"],
        "/api/v1/packs/elements" => &["kind", "clause"],
        "/api/v1/jobs/{id}" => &["from"],
        "/api/v1/r/{register}/import/file" => &["key"],
        "/api/v1/registers/{register}/counts" => &["field"],
        "/api/v1/indicators/{id}"
        | "/api/v1/scorecards/{id}"
        | "/api/v1/scorecards/{id}/subjects/{subject}" => &["period"],
        "/api/v1/publications/{publication}" => &["standing", "after"],
        "/api/public/{publication}" => &["after"],
        "/api/v1/indicators/{id}/rows" => &["period", "which", "in.county", "after"],
        _ => &[],
    };
    parameters.extend(
        query.iter().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } })),
    );
    let mut value = json!({
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": "Done" },
            "401": { "description": "Sign in first" },
            "404": { "description": "Not there, or not within the caller's area" },
            "422": { "description": "Something given is wrong; `problems` names each field" },
        },
    });
    if method != "get"
        && let Some(object) = value.as_object_mut()
    {
        let binary = ["/api/v1/files", "/api/v1/r/{register}/import/file"].contains(&path);
        let kind = if binary { "application/octet-stream" } else { "application/json" };
        let schema = if binary {
            json!({ "type": "string", "format": "binary" })
        } else {
            json!({ "type": "object" })
        };
        object.insert("requestBody".into(), json!({ "content": { (kind): { "schema": schema } } }));
    }
    value
}

fn register(model: &Model, register: &Register) -> Value {
    let properties: Map<String, Value> =
        register.fields.iter().map(|f| (f.name().to_owned(), field(model, f))).collect();
    let required: Vec<&str> = register.fields.iter().filter(|f| f.required).map(Field::name).collect();
    json!({ "title": register.title.en, "description": register.about.en, "type": "object", "properties": properties, "required": required })
}

fn field(model: &Model, field: &Field) -> Value {
    let one = match field.kind {
        FieldKind::Integer => json!({ "type": "integer" }),
        FieldKind::Money => json!({ "type": "integer", "description": "fen" }),
        FieldKind::Decimal => json!({ "type": "number" }),
        FieldKind::YesNo => json!({ "type": "boolean" }),
        FieldKind::Day => json!({ "type": "string", "format": "date" }),
        FieldKind::Instant => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Point => json!({
            "type": "object",
            "properties": { "longitude": { "type": "number" }, "latitude": { "type": "number" }, "datum": { "enum": ["wgs84", "gcj02", "cgcs2000"] } },
        }),
        FieldKind::Structure => json!({}),
        FieldKind::Choice => {
            json!({ "enum": model.choices_of(field).iter().map(|c| &c.id).collect::<Vec<_>>() })
        }
        _ => json!({ "type": "string" }),
    };
    let mut value = if field.is_list() { json!({ "type": "array", "items": one }) } else { one };
    if let Some(object) = value.as_object_mut() {
        object.insert("title".into(), json!(field.title.en));
        object.insert("x-kind".into(), json!(kind(field)));
        if field.computed {
            object.insert("readOnly".into(), json!(true));
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_interface_is_described() {
        let known = addresses();
        let undescribed: Vec<_> = known
            .iter()
            .filter(|(_, path)| path.starts_with("/api/"))
            .filter(|(method, path)| !summaries().any(|(m, p, _)| m == method && p == path))
            .collect();
        assert!(undescribed.is_empty(), "{undescribed:?}");
        let document = document(&Model::default());
        assert_eq!(
            document.pointer("/paths/~1api~1v1~1me/get/summary").unwrap(),
            "Who the key or session stands for"
        );
    }
}
