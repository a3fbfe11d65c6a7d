//! The one place where a failure becomes an answer: a page, a part of a page or JSON, with its status and the id of
//! the operation. What is not there and what is not yours get the same answer.

mod convert;

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use base::{Problem, Problems};
use engine::EngineError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::text::{fill, problem, say};
use crate::view::error::ErrorPage;
use crate::view::frame::Frame;
use crate::visitor::{Visitor, Wants};

/// Why a request was not done.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// Not there, or not for this person.
    NotFound,
    /// The address exists but not for this method.
    Method,
    /// Somebody must sign in first.
    SignIn,
    /// Something else must be done first, at this address.
    Elsewhere(&'static str),
    /// Visible but not allowed.
    Refused(Problem),
    /// Something given is wrong.
    Invalid(Problems),
    /// Somebody else changed it in the meantime.
    Conflict,
    /// The form's token is missing or old.
    FormToken,
    /// More than `limit` bytes.
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// Too many requests; again in so many seconds.
    TooMany {
        /// Seconds to wait.
        seconds: u64,
    },
    /// It took too long.
    TooSlow,
    /// The database cannot be reached or is full; passes by itself or by an administrator's hand.
    Unavailable(String),
    /// A defect of the program or of stored data; the text is for the log only.
    Broken(String),
}

impl Failure {
    /// A request that is wrong as a whole.
    pub(crate) fn bad(code: &'static str) -> Self {
        Self::Invalid(Problem::new(code).into())
    }

    /// A body that could not be read: too long, or broken off.
    pub(crate) fn of_body(error: &(dyn std::error::Error + 'static), limit: usize) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if error.is::<http_body_util::LengthLimitError>() {
                return Self::TooLarge { limit };
            }
            cause = error.source();
        }
        Self::bad("request.broken_off")
    }

    /// A part of a form that could not be read.
    pub(crate) fn of_part(error: &multer::Error, limit: usize) -> Self {
        Self::of_body(error, limit)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Refused(_) | Self::FormToken | Self::Elsewhere(_) => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::GATEWAY_TIMEOUT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable name for the JSON interface.
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::SignIn => "sign_in_needed",
            Self::Elsewhere(_) => "sign_in_unfinished",
            Self::Refused(problem) => problem.code,
            Self::Invalid(_) => "invalid",
            Self::Conflict => "conflict",
            Self::FormToken => "form_token",
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::TooSlow => "too_slow",
            Self::Unavailable(_) => "unavailable",
            Self::Broken(_) => "broken",
        }
    }

    /// Heading and sentence for people: what is wrong, and what to do.
    fn words(&self, visitor: &Visitor) -> (String, String) {
        let l = visitor.language;
        let plain = |key: &str| (say(l, &format!("{key}.title")), say(l, &format!("{key}.what_to_do")));
        match self {
            Self::NotFound => plain("error.not_found"),
            Self::Method => plain("error.method"),
            Self::SignIn | Self::Elsewhere(_) => plain("error.sign_in"),
            Self::Refused(p) => (say(l, "error.refused.title"), problem(l, p)),
            Self::Invalid(all) => {
                let sentences: Vec<String> = all.0.iter().map(|p| problem(l, p)).collect();
                (say(l, "error.invalid.title"), sentences.join("\n"))
            }
            Self::Conflict => plain("error.conflict"),
            Self::FormToken => plain("error.form_token"),
            Self::TooLarge { limit } => (
                say(l, "error.too_large.title"),
                fill(l, "error.too_large.what_to_do", &[("limit", &size(*limit))]),
            ),
            Self::TooMany { seconds } => {
                let seconds = seconds.to_string();
                (
                    say(l, "error.too_many.title"),
                    fill(l, "error.too_many.what_to_do", &[("seconds", &seconds)]),
                )
            }
            Self::TooSlow => plain("error.too_slow"),
            Self::Unavailable(_) => plain("error.unavailable"),
            Self::Broken(_) => plain("error.broken"),
        }
    }

    /// The answer, and a line in the log where somebody has to look.
    pub(crate) fn answer(&self, visitor: &Visitor) -> Response {
        match self {
            Self::Unavailable(cause) | Self::Broken(cause) => {
                tracing::error!(operation = %visitor.operation, at = %visitor.here, %cause, "a request failed");
            }
            other => {
                tracing::debug!(operation = %visitor.operation, at = %visitor.here, code = other.code(), "refused");
            }
        }
        let mut response = match (self, visitor.wants) {
            (Self::SignIn, Wants::Page) => to_sign_in(visitor),
            (Self::Elsewhere(to), Wants::Page) => redirect(to),
            (_, Wants::Json) => (self.status(), Json(self.json(visitor))).into_response(),
            (_, Wants::Part) => (self.status(), self.words(visitor).1).into_response(),
            (_, Wants::Page) => (self.status(), self.page(visitor)).into_response(),
        };
        if let Self::TooMany { seconds } = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        if let Self::TooLarge { .. } | Self::FormToken = self {
            // The rest of the body is not read, so this connection cannot carry another request.
            response.headers_mut().insert("connection", HeaderValue::from_static("close"));
        }
        response
    }

    fn json(&self, visitor: &Visitor) -> serde_json::Value {
        let (title, message) = self.words(visitor);
        let problems: Vec<_> = match self {
            Self::Invalid(all) => all.0.iter().collect(),
            Self::Refused(one) => vec![one],
            _ => Vec::new(),
        };
        let problems: Vec<_> = problems.into_iter().map(|p| problem_json(visitor, p)).collect();
        json!({ "error": { "code": self.code(), "title": title, "message": message, "problems": problems, "operation": visitor.operation } })
    }

    fn page(&self, visitor: &Visitor) -> Response {
        let (title, message) = self.words(visitor);
        let page = ErrorPage {
            f: Frame::bare(visitor, &title),
            title,
            lines: message.lines().map(str::to_owned).collect(),
        };
        match page.render() {
            Ok(html) => Html(html).into_response(),
            Err(_) => say(visitor.language, "error.broken.title").into_response(),
        }
    }
}

fn problem_json(visitor: &Visitor, p: &Problem) -> serde_json::Value {
    let arguments: serde_json::Map<String, serde_json::Value> =
        p.arguments.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({ "code": p.code, "field": p.field, "arguments": arguments, "message": problem(visitor.language, p) })
}

fn to_sign_in(visitor: &Visitor) -> Response {
    let next = if visitor.here == "/" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", utf8_percent_encode(&visitor.here, NON_ALPHANUMERIC))
    };
    redirect(&next)
}

/// Sends the browser to an address of ours with a GET.
pub(crate) fn redirect(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

fn size(bytes: usize) -> String {
    if bytes >= 1024 * 1024 {
        format!("{} MB", bytes / (1024 * 1024))
    } else {
        format!("{} KB", bytes / 1024)
    }
}

/// What somebody can mend in the form that they sent; everything else fails.
pub(crate) fn correctable(error: EngineError) -> Result<Vec<Problem>, Failure> {
    match Failure::from(error) {
        Failure::Invalid(Problems(problems)) => Ok(problems),
        Failure::Refused(problem) => Ok(vec![problem]),
        other => Err(other),
    }
}

/// A failure travels in the response until the middleware, which knows the visitor, answers it.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
