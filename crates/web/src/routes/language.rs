//! GET /language/{tag}?back=...: switches the language of this browser.

use axum::extract::RawQuery;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use base::Language;

use crate::build::address::Wanted;
use crate::errors::{Failure, redirect};
use crate::path::Path;
use crate::visitor::{LANGUAGE_COOKIE, Visitor};

pub(super) async fn switch(
    visitor: Visitor,
    Path(tag): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let language = Language::from_tag(&tag).ok_or(Failure::NotFound)?;
    let mut response = redirect(own_address(Wanted::read(query.as_deref()).one("back")));
    let secure = if visitor.secure { "; Secure" } else { "" };
    let cookie =
        format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", language.tag());
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}

/// Only addresses of ours: `//elsewhere` and `/\elsewhere` would lead to another site.
pub(super) fn own_address(given: &str) -> &str {
    let ours =
        given.starts_with('/') && !given.starts_with("//") && !given.contains('\\') && given.is_ascii();
    if ours && !given.contains(char::is_control) { given } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (given, expected) in [
            ("/r/hazard?x=1", "/r/hazard?x=1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil", "/"),
            ("", "/"),
            ("/a\r\nb", "/"),
        ] {
            assert_eq!(own_address(given), expected);
        }
    }
}
