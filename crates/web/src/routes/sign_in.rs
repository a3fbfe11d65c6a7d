//! /sign-in and /sign-out.

use axum::extract::{RawQuery, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base::{OsChance, Problem};
use city::sign_in::{Attempt, SignInError};

use super::language::own_address;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::page;
use crate::errors::{Failure, redirect};
use crate::middleware::rate::Caller;
use crate::sent::Sent;
use crate::text::problem;
use crate::view::form::{Control, Field, FieldGroup, Form};
use crate::view::frame::Frame;
use crate::view::sign_in::SignInPage;
use crate::visitor::{SESSION_COOKIE, VISIT_COOKIE, Visitor, cookie, csrf_of};

/// GET /sign-in. A browser without a cookie gets one, so that its form can be told from another site's.
pub(super) async fn show(
    State(app): State<App>,
    mut visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    if visitor.member.is_some() {
        return Ok(redirect(own_address(wanted.one("next"))));
    }
    let fresh = cookie(&headers, VISIT_COOKIE).is_none();
    let secret = cookie(&headers, VISIT_COOKIE)
        .map_or_else(|| city::Secret::random(&mut OsChance).reveal().to_owned(), str::to_owned);
    // A session that has ended leaves its cookie behind; the form goes by the visit's.
    visitor.csrf = csrf_of(cookie(&headers, SESSION_COOKIE).unwrap_or(&secret));
    let mut response =
        form_page(&app, &visitor, &Entered { next: wanted.one("next"), ..Entered::default() }, &[])?;
    if fresh {
        set_cookie(&mut response, &visitor, VISIT_COOKIE, &secret, "");
    }
    Ok(response)
}

/// What was typed.
#[derive(Default)]
struct Entered<'a> {
    account: &'a str,
    password: &'a str,
    next: &'a str,
    /// The second step: the password was right.
    code_wanted: bool,
}

fn form_page(
    app: &App,
    visitor: &Visitor,
    entered: &Entered<'_>,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let f = Frame::bare(visitor, &crate::text::say(visitor.language, "sign_in.title"));
    let l = visitor.language;
    let errors = |name: &str| problems.iter().filter(|p| p.field == name).map(|p| problem(l, p)).collect();
    let field = |name: &str, key: &str, control| Field {
        name: name.into(),
        label: f.t(key),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: errors(name),
        control,
    };
    let line = |value: &str, keyboard, autocomplete| Control::Line {
        value: value.to_owned(),
        keyboard,
        longest: 64,
        check: "",
        least: String::new(),
        most: String::new(),
        autocomplete,
    };
    let mut hidden = vec![("next".to_owned(), entered.next.to_owned())];
    let fields = if entered.code_wanted {
        hidden.push(("account".into(), entered.account.into()));
        hidden.push(("password".into(), entered.password.into()));
        let mut code = field("code", "sign_in.code", line("", "numeric", "one-time-code"));
        code.help = f.t("sign_in.code_help");
        vec![code]
    } else {
        let password = Control::Password { autocomplete: "current-password" };
        vec![
            field("account", "sign_in.account", line(entered.account, "text", "username")),
            field("password", "sign_in.password", password),
        ]
    };
    let form = Form {
        action: "/sign-in".into(),
        submit: f.t("sign_in.submit"),
        hidden,
        problems: problems.iter().filter(|p| p.field.is_empty()).map(|p| problem(l, p)).collect(),
        groups: vec![FieldGroup { title: String::new(), fields }],
        ..Form::default()
    };
    page(&SignInPage { city: app.city(l), form, f })
}

/// POST /sign-in.
pub(super) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let name = sent.one("account");
    app.sign_ins().take(&Caller::Address(visitor.address))?;
    app.sign_ins().take(&Caller::Name(name.to_lowercase()))?;
    let agent = headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let address = visitor.address.to_string();
    let code = sent.has("code").then(|| sent.one("code").trim());
    let attempt = Attempt { name, password: sent.one("password"), code, address: &address, agent };
    let failed = match app.gate().sign_in(&attempt, app.wall(), &mut OsChance).await {
        Ok(signed_in) => {
            let to = if signed_in.session.must_change_password {
                "/account"
            } else {
                own_address(sent.one("next"))
            };
            let mut response = redirect(to);
            set_cookie(&mut response, &visitor, SESSION_COOKIE, signed_in.token.reveal(), "");
            return Ok(response);
        }
        Err(failed) => failed,
    };
    let Some(problem) = failed.problem() else {
        return Err(match failed {
            SignInError::Failed(error) => error.into(),
            other => Failure::Broken(other.to_string()),
        });
    };
    let code_wanted = matches!(failed, SignInError::CodeWanted | SignInError::CodeWrong);
    let entered =
        Entered { account: name, password: sent.one("password"), next: sent.one("next"), code_wanted };
    // The first time the code is asked for nothing is wrong yet.
    let problems = if matches!(failed, SignInError::CodeWanted) { Vec::new() } else { vec![problem] };
    let body = form_page(&app, &visitor, &entered, &problems)?;
    Ok(if problems.is_empty() { body } else { (StatusCode::UNAUTHORIZED, body).into_response() })
}

/// POST /sign-out.
pub(super) async fn out(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = cookie(&headers, SESSION_COOKIE) {
        app.gate().sign_out(token, app.wall()).await?;
    }
    let mut response = redirect("/sign-in");
    set_cookie(&mut response, &visitor, SESSION_COOKIE, "", "; Max-Age=0");
    Ok(response)
}

fn set_cookie(response: &mut Response, visitor: &Visitor, name: &str, value: &str, more: &str) {
    let secure = if visitor.secure { "; Secure" } else { "" };
    if let Ok(value) =
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}"))
    {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
