//! API keys of an account.

use axum::extract::State;
use axum::response::Response;
use base::{Day, Id, Instant, OsChance, Problem};
use city::By;

use super::account::account_page;
use super::administrator;
use crate::app::App;
use crate::build::frame::done;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::text::fill;
use crate::visitor::SignedIn;

/// POST /system/accounts/{id}/keys: the key is shown this once.
pub(in crate::routes) async fn add(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    let until = Day::parse(sent.one("until"))
        .ok_or_else(|| Problem::of("until", "field.not_a_day").with("value", sent.one("until")))?;
    let by = By::Person(who.actor());
    let (_, key) = app
        .gate()
        .create_api_key(&by, id, sent.one("title"), Instant::end_of(until), app.wall(), &mut OsChance)
        .await?;
    let once = fill(who.visitor.language, "system.key_once", &[("key", key.reveal())]);
    account_page(&app, &who, id, Some(once)).await
}

/// POST /system/accounts/{id}/keys/{key}/revoke.
pub(in crate::routes) async fn revoke(
    State(app): State<App>,
    who: SignedIn,
    Path((id, key)): Path<(Id, Id)>,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    app.gate().revoke_api_key(&By::Person(who.actor()), key, app.wall()).await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.key_revoked"))
}
