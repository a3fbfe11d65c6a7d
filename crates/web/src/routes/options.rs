//! Matches while typing into a field that names a record or a person: parts of a page, fetched by htmx.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::record::list::ListRequest;

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::page;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::form::Options;
use crate::visitor::SignedIn;

use super::list::register_for;

/// Matches shown.
const SHOWN: u32 = 12;

/// GET /r/{register}/options?q=...: records by name or code.
pub(super) async fn records(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    register_for(&app, &who, &name)?;
    let words = Wanted::read(query.as_deref()).one("q").to_owned();
    let request = ListRequest { search: words, limit: SHOWN, ..ListRequest::default() };
    let found = app.engine().list(who.actor(), &name, &request).await?;
    let option = |r: &engine::record::Record| (r.id.to_string(), r.title.clone(), r.code.clone());
    answer(&who, found.records.iter().map(option).collect())
}

/// GET /accounts/options?q=...: people of the own enterprise, otherwise accounts by the beginning of their name.
pub(super) async fn accounts(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let words = Wanted::read(query.as_deref()).one("q").trim().to_owned();
    let db = &app.engine().database;
    let l = who.visitor.language;
    let mut found = Vec::new();
    if let Some(enterprise) = who.actor().enterprise() {
        let role =
            |id: &String| app.roles().get(id).map(|r| r.title.in_language(l).to_owned()).unwrap_or_default();
        for (id, display, roles) in
            city::grants::people_of(db, enterprise, app.engine().clock.today()).await?
        {
            if words.is_empty() || display.contains(&words) {
                found.push((id.to_string(), display, roles.iter().map(role).collect::<Vec<_>>().join(" ")));
            }
        }
        found.truncate(SHOWN as usize);
    } else if !words.is_empty() {
        let accounts =
            city::accounts::list(db, &words, Some(city::AccountState::Active), None, SHOWN).await?;
        found.extend(accounts.into_iter().map(|a| (a.id.to_string(), a.display, String::new())));
    }
    answer(&who, found)
}

fn answer(who: &SignedIn, found: Vec<(String, String, String)>) -> Result<Response, Failure> {
    page(&Options { found, nothing: say(who.visitor.language, "form.nothing_found") })
}
