//! /account: the own password, second factor and sessions.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, OsChance, Problem, Problems};
use city::{By, CityError};

use crate::app::App;
use crate::build::frame::{done, frame, page};
use crate::build::list::{region_title, sector_title};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{problem, say};
use crate::view::account::{AccountPage, Enrolment, Session};
use crate::view::form::{Control, Field, FieldGroup, Form};
use crate::view::frame::{Message, Tone};
use crate::visitor::{SignedIn, Standing};

/// GET /account.
pub(super) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    account_page(&app, &who, &[], None).await
}

async fn account_page(
    app: &App,
    who: &SignedIn,
    problems: &[Problem],
    enrolment: Option<Enrolment>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let mut f = frame(app, who, &say(l, "account.title"));
    if who.visitor.standing == Standing::MustChangePassword {
        f.messages.push(Message { tone: Tone::Note, text: say(l, "account.must_change") });
    }
    let account = city::accounts::account(&app.engine().database, who.actor().account)
        .await?
        .ok_or(Failure::NotFound)?;
    let sessions = app.gate().sessions_of(who.actor().account, app.wall()).await?;
    let session = |s: &city::Session| Session {
        id: s.id.to_string(),
        since: s.created_at.local(),
        seen: s.seen_at.local(),
        from: format!("{} · {}", s.address, browser(&s.agent)),
        own: Some(s.id) == who.member.session,
    };
    let page_data = AccountPage {
        name: who.actor().display.clone(),
        roles: roles(app, who).await?,
        password: password_form(who, problems),
        sessions: sessions.iter().map(session).collect(),
        second_factor: account.has_time_codes,
        enrolment,
        f,
    };
    page(&page_data)
}

/// The part of what a browser calls itself that people know.
fn browser(agent: &str) -> &str {
    let known = ["MicroMessenger", "Edg", "Firefox", "Chrome", "Safari"];
    known.into_iter().find(|name| agent.contains(name)).unwrap_or("?")
}

async fn roles(app: &App, who: &SignedIn) -> Result<Vec<(String, String)>, Failure> {
    let l = who.visitor.language;
    let mut shown = Vec::new();
    for grant in &who.actor().grants {
        let role = app
            .roles()
            .get(&grant.role)
            .map_or_else(|| grant.role.clone(), |r| r.title.in_language(l).to_owned());
        shown.push((role, place_words(app, &grant.place, l).await?));
    }
    Ok(shown)
}

/// Where a grant holds, in words.
pub(super) async fn place_words(
    app: &App,
    place: &city::Place,
    l: base::Language,
) -> Result<String, Failure> {
    let mut parts = Vec::new();
    for code in [&place.county, &place.township, &place.park] {
        if !code.is_empty() {
            parts.push(region_title(app.model(), code, l));
        }
    }
    if !place.sector.is_empty() {
        parts.push(sector_title(app.model(), &place.sector, l));
    }
    if !place.organisation.is_nil()
        && let Some(register) = app.model().shaped(plan::pack::Shape::Enterprise)
        && let Some(record) = app.engine().any_record(register.name(), place.organisation).await?
    {
        parts.push(record.title);
    }
    Ok(if parts.is_empty() { say(l, "account.everywhere") } else { parts.join(" · ") })
}

fn field(who: &SignedIn, name: &str, key: &str, problems: &[Problem], control: Control) -> Field {
    let l = who.visitor.language;
    Field {
        name: name.into(),
        label: say(l, key),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: problems.iter().filter(|p| p.field == name).map(|p| problem(l, p)).collect(),
        control,
    }
}

fn password_form(who: &SignedIn, problems: &[Problem]) -> Form {
    let l = who.visitor.language;
    let new = || Control::Password { autocomplete: "new-password" };
    let fields = vec![
        field(
            who,
            "old_password",
            "account.current_password",
            problems,
            Control::Password { autocomplete: "current-password" },
        ),
        field(who, "password", "account.new_password", problems, new()),
        field(who, "repeat", "account.repeat_password", problems, new()),
    ];
    let own = ["old_password", "password", "repeat"];
    Form {
        action: "/account/password".into(),
        submit: say(l, "account.change"),
        problems: problems
            .iter()
            .filter(|p| !own.contains(&p.field.as_str()))
            .map(|p| problem(l, p))
            .collect(),
        groups: vec![FieldGroup { title: String::new(), fields }],
        ..Form::default()
    }
}

/// Shows the page again with what is wrong, or fails.
async fn again(app: &App, who: &SignedIn, error: CityError) -> Result<Response, Failure> {
    let problems = match error {
        CityError::Invalid(Problems(problems)) => problems,
        CityError::Refused(problem) => vec![problem],
        other => return Err(other.into()),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, account_page(app, who, &problems, None).await?).into_response())
}

/// POST /account/password.
pub(super) async fn password(State(app): State<App>, who: SignedIn, sent: Sent) -> Result<Response, Failure> {
    let session = who.member.session.ok_or(Failure::SignIn)?;
    if sent.one("password") != sent.one("repeat") {
        let differ = Problem::of("repeat", "account.not_the_same");
        return again(&app, &who, differ.into()).await;
    }
    let (old, new) = (sent.one("old_password"), sent.one("password"));
    match app.gate().change_password(who.actor(), session, old, new, app.wall(), &mut OsChance).await {
        Ok(()) => Ok(done(&who.visitor, "/account", "account.changed")),
        Err(error) => again(&app, &who, error).await,
    }
}

/// POST /account/second-factor: begins; the page shows the code to scan.
pub(super) async fn enrol(State(app): State<App>, who: SignedIn, sent: Sent) -> Result<Response, Failure> {
    let begun = app.gate().enrol_codes(who.actor(), sent.one("password"), app.wall(), &mut OsChance).await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => return again(&app, &who, error).await,
    };
    let l = who.visitor.language;
    let qr = report::qr::Code::new(begun.address.reveal())?.svg(&say(l, "account.second_factor"));
    let control = Control::Line {
        value: String::new(),
        keyboard: "numeric",
        longest: 8,
        check: "",
        least: String::new(),
        most: String::new(),
        autocomplete: "one-time-code",
    };
    let form = Form {
        action: "/account/second-factor/confirm".into(),
        submit: say(l, "account.second_factor_confirm"),
        groups: vec![FieldGroup {
            title: String::new(),
            fields: vec![field(&who, "code", "sign_in.code", &[], control)],
        }],
        ..Form::default()
    };
    let enrolment = Enrolment { qr, secret: in_fours(begun.secret.reveal()), form };
    account_page(&app, &who, &[], Some(enrolment)).await
}

fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// POST /account/second-factor/confirm.
pub(super) async fn confirm(State(app): State<App>, who: SignedIn, sent: Sent) -> Result<Response, Failure> {
    match app.gate().confirm_codes(who.actor(), sent.one("code").trim(), app.wall()).await {
        Ok(()) => Ok(done(&who.visitor, "/account", "account.second_factor_added")),
        Err(error) => again(&app, &who, error).await,
    }
}

/// POST /account/second-factor/remove.
pub(super) async fn remove(State(app): State<App>, who: SignedIn, sent: Sent) -> Result<Response, Failure> {
    match app.gate().remove_codes(who.actor(), sent.one("password"), app.wall(), &mut OsChance).await {
        Ok(()) => Ok(done(&who.visitor, "/account", "account.second_factor_removed")),
        Err(error) => again(&app, &who, error).await,
    }
}

/// POST /account/sessions/{id}/end.
pub(super) async fn end_session(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    app.gate().end_session(&By::Person(who.actor()), id, app.wall()).await?;
    Ok(done(&who.visitor, "/account", "account.session_ended"))
}
