//! Who asks: language, address, session, and how the answer should look. Put into every request by `middleware`.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use base::{Id, Language};
use city::Actor;
use sm3::Digest as _;

use crate::errors::Failure;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    /// Its address.
    pub(crate) address: IpAddr,
    /// The connection is encrypted.
    pub(crate) secure: bool,
}

/// How the answer should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    /// A page.
    Page,
    /// A part of a page, asked for by htmx.
    Part,
    /// JSON.
    Json,
}

/// What a session may do at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Standing {
    /// Everything that its actor may.
    #[default]
    Free,
    /// Nothing but a change of the password.
    MustChangePassword,
    /// Nothing but saying who sits at the unit's seat.
    MustChooseOperator,
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Who they are and what they hold.
    pub(crate) actor: Actor,
    /// Their session; None with an API key.
    pub(crate) session: Option<Id>,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Language of the answer.
    pub(crate) language: Language,
    /// Id of this request, shown with errors and logged.
    pub(crate) operation: String,
    /// Their address.
    pub(crate) address: IpAddr,
    /// The connection is encrypted (cookies are marked `Secure` then).
    pub(crate) secure: bool,
    /// Path and query of the request.
    pub(crate) here: String,
    /// How the answer should look.
    pub(crate) wants: Wants,
    /// Token that every form of this browser carries; empty without a cookie.
    pub(crate) csrf: String,
    /// Who is signed in.
    pub(crate) member: Option<Member>,
    /// What their session may do at present.
    pub(crate) standing: Standing,
    /// Key of the sentence that says what was just done.
    pub(crate) said: Option<String>,
}

/// Cookie with the sentence that the next page shows once.
pub(crate) const SAID_COOKIE: &str = "anlan_said";
/// Cookie with the session's token.
pub(crate) const SESSION_COOKIE: &str = "anlan_session";
/// Cookie of a browser that is not signed in, so that the sign-in form can be checked too.
pub(crate) const VISIT_COOKIE: &str = "anlan_visit";
/// Cookie with the language.
pub(crate) const LANGUAGE_COOKIE: &str = "anlan_language";

impl Visitor {
    /// What headers and address tell; nobody is signed in yet.
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri, peer: Peer, operation: String) -> Self {
        let secret = cookie(headers, SESSION_COOKIE).or_else(|| cookie(headers, VISIT_COOKIE));
        Self {
            language: language(headers),
            operation,
            address: peer.address,
            secure: peer.secure,
            here: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            wants: wants(headers, uri.path()),
            csrf: secret.map(csrf_of).unwrap_or_default(),
            member: None,
            standing: Standing::Free,
            said: cookie(headers, SAID_COOKIE)
                .filter(|key| key.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)))
                .map(str::to_owned),
        }
    }
}

/// The token of the forms of a browser: a digest of its secret cookie, which no other site can read or guess.
pub(crate) fn csrf_of(secret: &str) -> String {
    let digest = sm3::Sm3::new().chain_update(b"form token\0").chain_update(secret.as_bytes()).finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    all.filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, v)| *n == name && !v.is_empty())
        .map(|(_, v)| v)
}

/// The cookie of the language switch decides, then what the browser prefers, then Chinese.
fn language(headers: &HeaderMap) -> Language {
    if let Some(chosen) = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag) {
        return chosen;
    }
    let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    preferred.split(',').find_map(|tag| Language::from_tag(tag.trim())).unwrap_or_default()
}

fn wants(headers: &HeaderMap, path: &str) -> Wants {
    let accepts_json =
        headers.get(ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("application/json"));
    if path.starts_with("/api/") || accepts_json {
        Wants::Json
    } else if headers.contains_key("hx-request") {
        Wants::Part
    } else {
        Wants::Page
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::Broken("a request without its visitor".into()))
    }
}

/// A visitor who is signed in; everybody else is sent to the sign-in page.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// The whole visitor.
    pub(crate) visitor: Visitor,
    /// Who they are.
    pub(crate) member: Member,
}

impl SignedIn {
    /// Who acts.
    pub(crate) fn actor(&self) -> &Actor {
        &self.member.actor
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        match (visitor.standing, visitor.member.clone()) {
            (Standing::MustChooseOperator, _) => Err(Failure::Elsewhere("/sign-in/operator")),
            (_, None) => Err(Failure::SignIn),
            // The account page is where the password is changed.
            (Standing::MustChangePassword, _) if !visitor.here.starts_with("/account") => {
                Err(Failure::Elsewhere("/account"))
            }
            (_, Some(member)) => Ok(Self { visitor, member }),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn the_language_is_the_chosen_then_the_preferred_then_chinese() {
        let check = |pairs: &[(&'static str, &'static str)], expected| {
            assert_eq!(language(&headers(pairs)), expected);
        };
        check(&[], Language::Chinese);
        check(&[("accept-language", "fr, en-GB;q=0.8, zh")], Language::English);
        check(&[("accept-language", "en"), ("cookie", "a=b; anlan_language=zh-CN")], Language::Chinese);
        check(&[("cookie", "anlan_language=xx")], Language::Chinese);
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let headers = headers(&[("cookie", "xanlan_session=1; anlan_session=2;anlan_visit=")]);
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("2"));
        assert_eq!(cookie(&headers, VISIT_COOKIE), None);
    }
}
