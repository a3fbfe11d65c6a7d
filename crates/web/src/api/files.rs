//! POST /api/v1/files?name=: stores one attachment; its hash goes into an image or file field.

use axum::extract::{RawQuery, Request, State};
use axum::response::Response;
use http_body_util::{BodyExt as _, Limited};
use report::image_check::Wanted;
use serde_json::json;

use super::answer;
use crate::app::App;
use crate::build::address::Wanted as Query;
use crate::build::uploads;
use crate::errors::Failure;
use crate::visitor::SignedIn;

pub(crate) async fn store(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failure> {
    let wanted = Query::read(query.as_deref());
    let limit = app.largest_file();
    let body = Limited::new(request.into_body(), limit).collect().await;
    let content = body.map_err(|e| Failure::of_body(e.as_ref(), limit))?.to_bytes();
    let hash = uploads::one(&app, who.actor(), Wanted::Evidence, wanted.one("name"), &content).await??;
    Ok(answer(&json!({ "hash": hash, "size": content.len() })))
}
