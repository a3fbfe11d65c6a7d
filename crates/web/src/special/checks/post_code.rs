//! GET /p/{code}: the address in the QR code of a post. Opens what is due there; somebody who does not check (an
//! inspector) sees the post's own page.

use axum::extract::State;
use axum::response::Response;
use engine::record::list::ListRequest;
use plan::pack::Shape;

use super::checks;
use crate::app::App;
use crate::errors::{Failure, redirect};
use crate::path::Path;
use crate::special::{facts, links};
use crate::visitor::SignedIn;

/// Goes on to the post.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let units = facts::shaped(&app, Shape::Unit)?;
    let request = ListRequest { filters: vec![facts::is("code", &code)], limit: 1, ..ListRequest::default() };
    let found = app.engine().list(who.actor(), units.name(), &request).await?;
    let unit = found.records.first().ok_or(Failure::NotFound)?;
    if checks(&app, who.actor()) {
        Ok(redirect(&format!("/checks?{}", links::query(&[("unit", &unit.id.to_string())]))))
    } else {
        Ok(redirect(&links::record(units.name(), unit.id)))
    }
}
