//! What a form sent: fields and files, read once by `middleware`, within the limits, with the form's token checked.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use base::Problem;
use http_body_util::{BodyExt as _, Limited};

use crate::config::Limits;
use crate::errors::Failure;

/// Name of the field with the form's token.
pub(crate) const TOKEN_FIELD: &str = "_csrf";
/// Header with the form's token, for requests of scripts.
pub(crate) const TOKEN_HEADER: &str = "x-csrf-token";

/// Name of the field with a workbook to import: it may be as large as a whole form.
pub(crate) const WORKBOOK_FIELD: &str = "workbook.file";

/// One file of a form.
#[derive(Debug, Clone)]
pub(crate) struct SentFile {
    /// Field.
    pub(crate) field: String,
    /// Name as the browser gave it; not to be trusted.
    pub(crate) name: String,
    /// Content.
    pub(crate) content: Bytes,
}

/// A form as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    fields: BTreeMap<String, Vec<String>>,
    /// Files in order; empty file inputs are left out.
    pub(crate) files: Vec<SentFile>,
}

impl Sent {
    /// The first value of a field; empty text when it was not sent.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// All values of a field.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the field was sent at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Files of a field.
    pub(crate) fn files_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a SentFile> {
        self.files.iter().filter(move |f| f.field == field)
    }

    /// Adds a value, as if the form had sent it.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.entry(name.to_owned()).or_default().push(value.into());
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Sent {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.remove::<Self>().ok_or_else(|| Failure::bad("request.not_a_form"))
    }
}

/// Compares without telling by its duration where the difference lies.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

fn check_token(given: &str, expected: &str) -> Result<(), Failure> {
    if !expected.is_empty() && same(given, expected) { Ok(()) } else { Err(Failure::FormToken) }
}

/// Checks the token of a request of a script of ours.
///
/// # Errors
/// The token is missing or another one.
pub(crate) fn check_header(headers: &HeaderMap, token: &str) -> Result<(), Failure> {
    check_token(headers.get(TOKEN_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default(), token)
}

/// Reads the form of a request. `token` is what its token must be.
///
/// # Errors
/// Larger than allowed, not a form, or a form of another site.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    token: &str,
    limits: &Limits,
) -> Result<Sent, Failure> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let multipart = kind.starts_with("multipart/form-data");
    let limit = if multipart { limits.upload } else { limits.form };
    refuse_early(headers, limit)?;
    let by_header = headers.get(TOKEN_HEADER).and_then(|v| v.to_str().ok());
    if let Some(given) = by_header {
        check_token(given, token)?;
    }
    let body = Limited::new(body, limit);
    if multipart {
        let boundary = multer::parse_boundary(&kind).map_err(|_| Failure::bad("request.not_a_form"))?;
        return read_parts(
            multer::Multipart::new(body.into_data_stream(), boundary),
            by_header.is_some(),
            token,
            limits,
        )
        .await;
    }
    let bytes = body.collect().await.map_err(|e| Failure::of_body(e.as_ref(), limit))?.to_bytes();
    let mut sent = Sent::default();
    for (name, value) in form_urlencoded::parse(&bytes) {
        sent.add(&name, value);
    }
    if by_header.is_none() {
        check_token(sent.one(TOKEN_FIELD), token)?;
    }
    Ok(sent)
}

/// A sender that names the length is told before it has sent everything.
fn refuse_early(headers: &HeaderMap, limit: usize) -> Result<(), Failure> {
    let length =
        headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) { Err(Failure::TooLarge { limit }) } else { Ok(()) }
}

/// Parts of a form at most: no form of ours comes near.
const MOST_PARTS: usize = 1000;

async fn read_parts(
    mut parts: multer::Multipart<'_>,
    checked: bool,
    token: &str,
    limits: &Limits,
) -> Result<Sent, Failure> {
    let mut sent = Sent::default();
    let mut checked = checked;
    let mut count = 0;
    while let Some(mut part) = parts.next_field().await.map_err(|e| Failure::of_part(&e, limits.upload))? {
        count += 1;
        if count > MOST_PARTS {
            return Err(Failure::bad("request.too_many_fields"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        // The token stands first in our forms, so nothing large is read for a form of another site.
        if !checked && (file.is_some() || name != TOKEN_FIELD) {
            return Err(Failure::FormToken);
        }
        let limit = match &file {
            Some(_) if name == WORKBOOK_FIELD => limits.upload,
            Some(_) => limits.file,
            None => limits.form,
        };
        let mut content = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|e| Failure::of_part(&e, limits.upload))? {
            if content.len() + chunk.len() > limit {
                return Err(Failure::TooLarge { limit });
            }
            content.extend_from_slice(&chunk);
        }
        match file {
            Some(_) if content.is_empty() => {}
            Some(given) => {
                sent.files.push(SentFile { field: name, name: given, content: content.into() });
            }
            None => {
                let text =
                    String::from_utf8(content).map_err(|_| Problem::of(name.as_str(), "request.not_utf8"))?;
                if name == TOKEN_FIELD && !checked {
                    check_token(&text, token)?;
                    checked = true;
                }
                sent.add(&name, text);
            }
        }
    }
    if checked { Ok(sent) } else { Err(Failure::FormToken) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    async fn given(kind: &'static str, body: &str, token: &str) -> Result<Sent, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let limits = Limits { form: 200, file: 300, upload: 900, ..Limits::default() };
        read(&headers, Body::from(body.to_owned()), token, &limits).await
    }

    const FORM: &str = "application/x-www-form-urlencoded";
    const PARTS: &str = "multipart/form-data; boundary=X";

    fn parts(list: &[(&str, Option<&str>, &str)]) -> String {
        let one = |(name, file, content): &(&str, Option<&str>, &str)| {
            let file = file.map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
            format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
        };
        list.iter().map(one).collect::<String>() + "--X--\r\n"
    }

    #[tokio::test]
    async fn a_form_is_read_only_with_its_token() {
        let sent = given(FORM, "_csrf=t&a=1&a=2&b=%E5%AE%89", "t").await.unwrap();
        assert_eq!((sent.all("a").len(), sent.one("b")), (2, "安"));
        for token in ["", "u", "tt"] {
            assert!(matches!(given(FORM, "_csrf=t&a=1", token).await, Err(Failure::FormToken)), "{token}");
        }
        assert!(matches!(given(FORM, "_csrf=&a=1", "").await, Err(Failure::FormToken)));
    }

    #[tokio::test]
    async fn a_form_with_files_is_read_only_when_the_token_comes_first() {
        let body =
            parts(&[("_csrf", None, "t"), ("photo", Some("C:\\x\\a.jpg"), "JPEG"), ("empty", Some(""), "")]);
        let sent = given(PARTS, &body, "t").await.unwrap();
        assert_eq!(sent.files.len(), 1);
        let late = parts(&[("photo", Some("a.jpg"), "JPEG"), ("_csrf", None, "t")]);
        assert!(matches!(given(PARTS, &late, "t").await, Err(Failure::FormToken)));
    }

    #[tokio::test]
    async fn what_is_too_large_is_refused_with_the_limit() {
        let check = |answer: Result<Sent, Failure>, expected: usize| match answer {
            Err(Failure::TooLarge { limit }) => assert_eq!(limit, expected),
            other => panic!("{other:?}"),
        };
        check(given(FORM, &format!("_csrf=t&a={}", "x".repeat(300)), "t").await, 200);
        let file = "x".repeat(400);
        check(given(PARTS, &parts(&[("_csrf", None, "t"), ("f", Some("f"), &file)]), "t").await, 300);
        check(
            given(PARTS, &parts(&[("_csrf", None, "t"), ("f", Some("f"), &file.repeat(3))]), "t").await,
            900,
        );
    }

    #[tokio::test]
    async fn broken_forms_are_told_so() {
        let cut = parts(&[("_csrf", None, "t"), ("a", None, "1")]).replace("--X--", "");
        assert!(matches!(given(PARTS, &cut, "t").await, Err(Failure::Invalid(_))));
    }
}
