//! /system/accounts: the accounts that an administrator sees, and a new one.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, OsChance, Problem};
use city::accounts::NewAccount;
use city::{AccountState, By, CityError};

use super::{Small, account_frame, administrator, system_frame};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{done, page};
use crate::errors::Failure;
use crate::sent::Sent;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::form::{Control, FormPage};
use crate::view::list::{Column, ListPage, Row};
use crate::visitor::SignedIn;

/// Accounts of one page.
const PAGE: u32 = 50;

/// GET /system/accounts?q=...
pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    let l = who.visitor.language;
    let by = By::Person(who.actor());
    let wanted = Wanted::read(query.as_deref());
    let after = match wanted.one("after").parse::<Id>() {
        Ok(id) => Some(app.gate().account_for(&by, id).await?),
        Err(_) => None,
    };
    let found = app.gate().accounts_for(&by, wanted.one("q"), None, after.as_ref(), PAGE).await?;
    let state = |state: AccountState| match state {
        AccountState::Active => Shown::State { word: say(l, "system.active"), kind: "open" },
        AccountState::Closed => Shown::State { word: say(l, "system.closed"), kind: "closed" },
    };
    let row = |a: &city::Account| Row {
        id: a.id.to_string(),
        href: format!("/system/accounts/{}", a.id),
        cells: vec![
            Shown::text(&a.display),
            Shown::Code(a.name.clone()),
            Shown::text(&a.phone),
            state(a.state),
            Shown::text(a.created_at.local()),
        ],
    };
    let columns = ["system.display", "system.name", "system.phone", "system.state", "system.created"];
    let path = "/system/accounts";
    let heading = say(l, "system.accounts");
    let f = system_frame(&app, &who, &heading);
    let shown = ListPage {
        about: say(l, "system.accounts_about"),
        begin: String::new(),
        clauses: Vec::new(),
        address: path.into(),
        search: wanted.one("q").to_owned(),
        views: Vec::new(),
        filters: Vec::new(),
        chips: Vec::new(),
        kept: Vec::new(),
        columns: columns.iter().map(|key| Column { label: say(l, key), ..Column::default() }).collect(),
        rows: found.accounts.iter().map(row).collect(),
        count: String::new(),
        next: found.next.map(|a| wanted.with("after", &a.id.to_string()).at(path)).unwrap_or_default(),
        first: if after.is_some() { wanted.with("after", "").at(path) } else { String::new() },
        actions: vec![Action {
            label: say(l, "system.account_new"),
            href: "/system/accounts/new".into(),
            icon: "plus",
            main: true,
        }],
        export: String::new(),
        bulk: Vec::new(),
        heading,
        f,
    };
    page(&shown)
}

/// GET /system/accounts/new.
pub(in crate::routes) async fn new(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    form_page(&app, &who, &Sent::default(), &[])
}

fn form_page(app: &App, who: &SignedIn, sent: &Sent, problems: &[Problem]) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let mut small = Small::new(who, problems)
        .line("display", "system.display", true, sent.one("display"))
        .line("name", "system.name", true, sent.one("name"))
        .line("phone", "system.phone", false, sent.one("phone"))
        .field("password", "system.password_first", true, Control::Password { autocomplete: "new-password" });
    if let Some(password) = small.fields.last_mut() {
        password.help = say(l, "system.password_first_help");
    }
    let mut form = small.into_form("/system/accounts/new".into(), "system.save");
    form.cancel = "/system/accounts".into();
    let heading = say(l, "system.account_new");
    let about = say(l, "system.accounts_about");
    page(&FormPage {
        f: account_frame(app, who, &heading),
        heading,
        about,
        clauses: Vec::new(),
        others: Vec::new(),
        form,
    })
}

/// POST /system/accounts/new.
pub(in crate::routes) async fn create(
    State(app): State<App>,
    who: SignedIn,
    sent: Sent,
) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    let new = NewAccount {
        name: sent.one("name").to_owned(),
        display: sent.one("display").to_owned(),
        phone: sent.one("phone").to_owned(),
        unit: None,
    };
    let made = app
        .gate()
        .create_account(&By::Person(who.actor()), &new, Some(sent.one("password")), app.wall(), &mut OsChance)
        .await;
    let problems = match made {
        Ok(id) => return Ok(done(&who.visitor, &format!("/system/accounts/{id}"), "system.made")),
        Err(CityError::Invalid(problems)) => problems.0,
        Err(CityError::Refused(problem)) => vec![problem],
        Err(other) => return Err(other.into()),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&app, &who, &sent, &problems)?).into_response())
}
