//! Style sheets, scripts and icons, carried inside the program. Their address holds a digest of all of them, so
//! browsers keep them for a year and still see a new version at once; modules can import each other by relative paths.

use std::io::Write as _;
use std::sync::{LazyLock, OnceLock};

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use sm3::Digest as _;

use crate::errors::Failure;
use crate::path::Path;

static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Digest of all files, eight hex digits.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = sm3::Sm3::new();
    for (name, content) in FILES {
        digest.update(name.as_bytes());
        digest.update(content);
    }
    digest.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
});

/// Each file compressed once, when it is first asked for.
static COMPRESSED: LazyLock<Vec<OnceLock<Bytes>>> =
    LazyLock::new(|| FILES.iter().map(|_| OnceLock::new()).collect());

/// The address of an asset, for instance `anlan.css`.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// GET /assets/{version}/{name}: an old version gets the present file, kept only shortly.
pub(crate) async fn asset(
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let found = FILES.iter().enumerate().find(|(_, (n, _))| *n == name);
    let Some((at, (_, content))) = found else { return Err(Failure::NotFound) };
    let gzip = accepts_gzip(&headers) && kind_of(&name).1;
    let cached = COMPRESSED.get(at).filter(|_| gzip);
    let body = match cached {
        Some(cell) => cell.get_or_init(|| compress(content, Compression::best())).clone(),
        None => Bytes::from_static(content),
    };
    let current = version == *VERSION;
    let keep = if current { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind_of(&name).0));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Whether the caller takes gzip.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("gzip"))
}

/// `content` in gzip.
pub(crate) fn compress(content: &[u8], level: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 3), level);
    // Writing into memory does not fail.
    let _ = encoder.write_all(content);
    Bytes::from(encoder.finish().unwrap_or_default())
}

/// Content type, and whether compressing helps.
fn kind_of(name: &str) -> (&'static str, bool) {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => ("text/css; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "svg" => ("image/svg+xml", true),
        "png" => ("image/png", false),
        "ico" => ("image/x-icon", false),
        "webmanifest" => ("application/manifest+json", true),
        _ => ("application/octet-stream", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_templates_name_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        let mut named = 0;
        for text in crate::text::tests::files(folder, "html") {
            for part in text.split("asset(\"").skip(1) {
                let name = part.split('"').next().unwrap();
                assert!(FILES.iter().any(|(n, _)| *n == name), "{name} is not an asset");
                named += 1;
            }
        }
        assert!(named > 3);
    }
}
