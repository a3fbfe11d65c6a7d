//! Grants of an account: given and taken back by security administrators.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Day, Id, OsChance, Problem};
use city::{By, Grant, Place};
use plan::pack::{RegionKind, Shape};

use super::administrator;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{done, page};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::text::say;
use crate::view::form::Options;
use crate::visitor::SignedIn;

/// Enterprises offered while typing.
const OFFERED: u32 = 12;

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
            county: county_of(&app, sent.one("county"), sent.one("township"))?,
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

/// An enterprise by its id, as the search field sends it.
async fn enterprise(app: &App, code: &str) -> Result<Id, Failure> {
    let register = app.model().shaped(Shape::Enterprise).ok_or(Failure::NotFound)?;
    let unknown = || Failure::from(Problem::of("organisation", "field.reference_unknown"));
    let id: Id = code.parse().map_err(|_| unknown())?;
    let found = app.engine().any_record(register.name(), id).await?;
    found.map(|r| r.id).ok_or_else(unknown)
}

/// GET /system/enterprises/options?q=...: names and codes of enterprises, for whoever grants roles. Administrators
/// hold no domain rows, so nothing else of an enterprise is told.
pub(in crate::routes) async fn enterprises(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    if !who.actor().has_role(city::roles::SECURITY_ADMIN) {
        return Err(Failure::NotFound);
    }
    let register = app.model().shaped(Shape::Enterprise).ok_or(Failure::NotFound)?;
    let words = Wanted::read(query.as_deref()).one("q").to_owned();
    let found = app.engine().named(register.name(), &words, OFFERED).await?;
    let option = |(id, code, title): (Id, String, String)| (id.to_string(), title, code);
    let nothing = say(who.visitor.language, "form.nothing_found");
    page(&Options { found: found.into_iter().map(option).collect(), nothing })
}

/// The county of a grant: that of its township where only the township was chosen.
///
/// # Errors
/// The township is unknown, or lies in another county than the one that was chosen.
fn county_of(app: &App, county: &str, township: &str) -> Result<String, Problem> {
    if township.is_empty() {
        return Ok(county.to_owned());
    }
    let on = app.regions().on(app.engine().today());
    let found = on.get(township).filter(|r| r.kind == RegionKind::Township);
    let above = found.and_then(|r| r.parent.clone());
    let unknown = || Problem::of("township", "field.unknown_region").with("value", township);
    let above = above.ok_or_else(unknown)?;
    if county.is_empty() || county == above {
        return Ok(above);
    }
    let name = |code: &str| on.name(code).map_or_else(|| code.to_owned(), |t| t.zh.clone());
    Err(Problem::of("township", "field.township_elsewhere")
        .with("township", name(township))
        .with("county", name(county)))
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
