//! POST /checks/items/{item}: somebody looked at an item. `result` is `pass` or `fail`; photos come as `photo.file`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base::Problem;
use city::Actor;
use engine::check::Seen;
use engine::record::write::Sending;
use plan::pack::Shape;
use report::image_check::Wanted;
use serde_json::json;

use crate::app::App;
use crate::build::frame::done;
use crate::build::uploads;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::special::{facts, links};
use crate::visitor::{SignedIn, Wants};

/// Photos of one look at most.
const MOST_PHOTOS: usize = 6;

/// Writes the check record, and the hazard where the item failed.
pub(in crate::special) async fn save(
    State(app): State<App>,
    who: SignedIn,
    Path(item): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let items = facts::shaped(&app, Shape::CheckItem)?;
    let item = app.engine().record(who.actor(), items.name(), facts::id(&item)?).await?;
    let passed = match sent.one("result") {
        "pass" => true,
        "fail" => false,
        _ => return Err(Failure::bad("request.not_a_form")),
    };
    let photos = photos(&app, who.actor(), &sent).await?;
    if passed && photos.is_empty() && facts::yes(&item, "photo_needed") {
        return Err(Problem::of("photo", "field.required").into());
    }
    let seen = Seen { passed, note: sent.one("note").to_owned(), photos, ..Seen::default() };
    let sending = Sending { key: sent.one("_key").to_owned() };
    let checked = app.engine().check(who.actor(), item.id, &seen, &sending).await?;
    let hazards = facts::shaped(&app, Shape::Hazard)?.name();
    let hazard = checked.hazard.map(|id| links::record(hazards, id));
    if who.visitor.wants == Wants::Json {
        return Ok(Json(json!({ "hazard": hazard })).into_response());
    }
    Ok(done(&who.visitor, hazard.as_deref().unwrap_or("/checks"), "record.saved"))
}

async fn photos(app: &App, actor: &Actor, sent: &Sent) -> Result<Vec<String>, Failure> {
    let mut hashes = Vec::new();
    for file in sent.files_of("photo.file").take(MOST_PHOTOS) {
        let hash = uploads::one(app, actor, Wanted::Photo, &file.name, &file.content).await?;
        let hash = hash.map_err(|problem| Problem { field: "photo".to_owned(), ..problem })?;
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    Ok(hashes)
}
