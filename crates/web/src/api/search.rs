//! GET /api/v1/search?q=...

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;

use super::answer;
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::routes::search::find;
use crate::view::search::{Found, Group};
use crate::visitor::SignedIn;

pub(crate) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let found = find(&app, &who, Wanted::read(query.as_deref()).one("q").trim()).await?;
    let one = |f: &Found| json!({ "title": f.title, "code": f.code, "href": f.href });
    let group = |g: &Group| {
        let found = g.found.iter().map(one).collect::<Vec<_>>();
        json!({ "register": g.name, "title": g.title, "found": found, "more": !g.all.is_empty() })
    };
    Ok(answer(&json!({ "groups": found.iter().map(group).collect::<Vec<_>>() })))
}
