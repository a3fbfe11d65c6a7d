//! GET /api/v1/search?q=...

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;

use super::answer;
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::routes::search::find;
use crate::visitor::SignedIn;

pub(crate) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let found = find(&app, &who, Wanted::read(query.as_deref()).one("q").trim()).await?;
    let one = |f: &crate::view::search::Found| json!({ "register": f.kind, "title": f.title, "code": f.code, "href": f.href });
    Ok(answer(&json!({ "found": found.iter().map(one).collect::<Vec<_>>() })))
}
