//! Long work through the JSON interface: hand a file in, follow it, and give a failed job another try.

use axum::extract::{RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem};
use engine::record::write::Sending;
use engine::task::{Listed, Part, Task};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Value, json};

use super::{answer, instant};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// Parts of one answer.
const PARTS: u32 = 100;

fn task(task: &Task) -> Value {
    json!({
        "id": task.id, "kind": task.kind, "register": task.register, "by": task.by, "state": task.stand.name(),
        "last_row": task.last_row, "done_row": task.done_row, "resumed": task.resumed,
        "added": task.counts.added, "updated": task.counts.updated, "unchanged": task.counts.unchanged,
        "refused": task.counts.refused, "error": task.error, "at": instant(task.at),
        "ended_at": instant(task.ended_at),
    })
}

fn listed(one: &Listed) -> Value {
    let mut value = one.task.as_ref().map_or_else(|| json!({}), task);
    if let (Some(job), Some(object)) = (&one.job, value.as_object_mut()) {
        object.entry("kind").or_insert_with(|| json!(job.kind));
        object.insert("tries".into(), json!(job.attempts));
        object.insert("last_error".into(), json!(job.last_error));
        object.insert("given_up".into(), json!(job.given_up));
    }
    value
}

/// GET /api/v1/jobs: everybody's for the system administrator, one's own otherwise.
pub(crate) async fn all(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let found = app.engine().long_work(who.actor()).await?;
    Ok(answer(&json!({ "jobs": found.iter().map(listed).collect::<Vec<_>>() })))
}

/// GET /api/v1/jobs/{id}?from=ROW: one's own, with what happened to the rows from that one on.
pub(crate) async fn one(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let found = app.engine().own_task(who.actor(), id).await?;
    let from = Wanted::read(query.as_deref()).one("from").parse().unwrap_or(0);
    let parts = app.engine().task_parts(id, from, false, PARTS).await?;
    let part = |p: &Part| json!({ "from": p.from, "to": p.to, "rows": p.runs, "refused": p.refused });
    let next = (parts.len() == PARTS as usize).then(|| parts.last().map(|p| p.to + 1)).flatten();
    Ok(answer(&json!({
        "job": task(&found), "parts": parts.iter().map(part).collect::<Vec<_>>(), "next": next,
    })))
}

/// POST /api/v1/jobs/{id}/retry: for the system administrator.
pub(crate) async fn retry(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    app.engine().retry_task(who.actor(), id, app.wall()).await?;
    app.call_job();
    Ok(answer(&json!({ "id": id })))
}

/// POST /api/v1/r/{register}/import/file?key=...: the file as the body; answered with the job.
pub(crate) async fn import(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failure> {
    crate::routes::import::importable(&app, &who, &name)?;
    let limit = app.largest_workbook();
    let body = Limited::new(request.into_body(), limit).collect().await;
    let content = body.map_err(|e| Failure::of_body(e.as_ref(), limit))?.to_bytes();
    let sending = Sending { key: Wanted::read(query.as_deref()).one("key").to_owned() };
    match crate::routes::import::ask(&app, &who, &name, &content, &sending).await? {
        Ok(id) => Ok((StatusCode::ACCEPTED, answer(&json!({ "id": id }))).into_response()),
        Err(wrong) => Err(Problem::of("file", "import.file_wrong").with("cause", wrong).into()),
    }
}
