//! /sign-in/operator: who sits at the seat of a unit, by PIN.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base::{OsChance, Problem};
use city::seats::operator::Choosing;
use city::{CityError, Presence, Session};

use crate::app::App;
use crate::build::frame::page;
use crate::errors::{Failure, redirect};
use crate::sent::Sent;
use crate::text::{problem, say};
use crate::view::form::{Choice, Control, Field, FieldGroup, Form};
use crate::view::frame::Frame;
use crate::view::sign_in::SignInPage;
use crate::visitor::{SESSION_COOKIE, Visitor, cookie};

async fn session(app: &App, headers: &HeaderMap) -> Result<Session, Failure> {
    let token = cookie(headers, SESSION_COOKIE).ok_or(Failure::SignIn)?;
    app.gate().session(token, app.wall()).await?.ok_or(Failure::SignIn)
}

async fn form_page(
    app: &App,
    visitor: &Visitor,
    session: &Session,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let presence = app.gate().presence(session, app.roles(), app.engine().today(), app.wall()).await?;
    let Some(Presence::ChooseOperator { title, operators, .. }) = presence.as_deref() else {
        return Ok(redirect("/"));
    };
    let f = Frame::bare(visitor, &say(visitor.language, "sign_in.operator_title"));
    let operator = |o: &city::seats::Operator| Choice {
        id: o.id.to_string(),
        title: o.display.clone(),
        help: o.home_unit.clone(),
        ..Choice::default()
    };
    let field = |name: &str, key: &str, required, control| Field {
        name: name.into(),
        label: f.t(key),
        help: String::new(),
        required,
        unit: String::new(),
        errors: problems.iter().filter(|p| p.field == name).map(|p| problem(visitor.language, p)).collect(),
        control,
    };
    let mut new_pin = field("new_pin", "sign_in.new_pin", false, Control::Password { autocomplete: "off" });
    new_pin.help = f.t("sign_in.new_pin_help");
    let mut fields = vec![
        field(
            "operator",
            "sign_in.operator",
            true,
            Control::Radios(operators.iter().map(operator).collect()),
        ),
        field("pin", "sign_in.pin", true, Control::Password { autocomplete: "off" }),
    ];
    if operators.iter().any(|o| o.must_change_pin) {
        fields.push(new_pin);
    }
    let shown = |p: &&Problem| p.field.is_empty();
    let form = Form {
        action: "/sign-in/operator".into(),
        submit: f.t("sign_in.operator_submit"),
        problems: problems.iter().filter(shown).map(|p| problem(visitor.language, p)).collect(),
        groups: vec![FieldGroup { title: String::new(), fields }],
        ..Form::default()
    };
    page(&SignInPage { city: title.clone(), form, f })
}

/// GET /sign-in/operator.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let session = session(&app, &headers).await?;
    form_page(&app, &visitor, &session, &[]).await
}

/// POST /sign-in/operator.
pub(super) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let session = session(&app, &headers).await?;
    let operator = sent.one("operator").parse().map_err(|_| Problem::of("operator", "field.required"))?;
    let new_pin = Some(sent.one("new_pin").trim()).filter(|p| !p.is_empty());
    let choosing = Choosing { operator, pin: sent.one("pin").trim(), new_pin };
    match app
        .gate()
        .choose_operator(&session, &choosing, app.engine().today(), app.wall(), &mut OsChance)
        .await
    {
        Ok(()) => Ok(redirect("/")),
        Err(CityError::Invalid(problems)) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&app, &visitor, &session, &problems.0).await?)
                .into_response())
        }
        Err(CityError::Refused(problem)) => {
            Ok((StatusCode::FORBIDDEN, form_page(&app, &visitor, &session, &[problem]).await?)
                .into_response())
        }
        Err(other) => Err(other.into()),
    }
}
