//! Grants of an account: given and taken back by security administrators.

use axum::extract::State;
use axum::response::Response;
use base::{Day, Id, OsChance, Problem};
use city::{By, Grant, Place};

use super::administrator;
use crate::app::App;
use crate::build::frame::done;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::visitor::SignedIn;

/// POST /system/accounts/{id}/grants.
pub(in crate::routes) async fn add(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    let day = |name: &str| match sent.one(name).trim() {
        "" => Ok(None),
        text => {
            Day::parse(text).map(Some).ok_or_else(|| Problem::of(name, "field.not_a_day").with("value", text))
        }
    };
    let organisation = match sent.one("organisation").trim() {
        "" => Id::NIL,
        code => enterprise(&app, code).await?,
    };
    let from = day("from")?.ok_or_else(|| Problem::of("from", "field.required"))?;
    let grant = Grant {
        role: sent.one("role").to_owned(),
        place: Place {
            county: sent.one("county").to_owned(),
            township: sent.one("township").to_owned(),
            sector: sent.one("sector").to_owned(),
            organisation,
            park: String::new(),
        },
        from,
        until: day("until")?,
    };
    app.gate()
        .add_grant(&By::Person(who.actor()), id, &grant, app.roles(), app.wall(), &mut OsChance)
        .await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.grant_done"))
}

/// An enterprise by its id, as its page's address shows it. Administrators hold no domain rows, so they are handed the
/// id by somebody who sees the enterprise.
async fn enterprise(app: &App, code: &str) -> Result<Id, Failure> {
    let register = app.model().shaped(plan::pack::Shape::Enterprise).ok_or(Failure::NotFound)?;
    let unknown = || Failure::from(Problem::of("organisation", "field.reference_unknown"));
    let id: Id = code.parse().map_err(|_| unknown())?;
    let found = app.engine().any_record(register.name(), id).await?;
    found.map(|r| r.id).ok_or_else(unknown)
}

/// POST /system/accounts/{id}/grants/{grant}/remove.
pub(in crate::routes) async fn remove(
    State(app): State<App>,
    who: SignedIn,
    Path((id, grant)): Path<(Id, Id)>,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    app.gate().remove_grant(&By::Person(who.actor()), grant, app.wall()).await?;
    Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.revoke_done"))
}
