//! Pages and JSON in gzip, for callers that take it.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

/// Shorter answers fit one packet anyway.
const WORTH_BYTES: u64 = 1400;
/// Longer ones are streams (exports) that are packed already.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

pub(super) async fn compress(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let text =
        kind.starts_with("text/") || kind.starts_with("application/json") || kind.starts_with("image/svg");
    let length = response.body().size_hint().exact().unwrap_or(0);
    if !text
        || !(WORTH_BYTES..=MOST_BYTES).contains(&length)
        || response.headers().contains_key(CONTENT_ENCODING)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(collected) = body.collect().await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let packed = crate::assets::compress(&collected.to_bytes(), Compression::fast());
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(packed.len()));
    parts.headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    Response::from_parts(parts, Body::from(packed))
}
