//! Headers of every answer: what a browser may load and do, and that pages with personal data stay out of caches.

use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;

use crate::visitor::{SAID_COOKIE, Visitor};

/// No inline script or style anywhere. `data:` images are arrows of the style sheet, `blob:` are map tiles and photos
/// before they are sent.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; \
    worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The page has shown what was just done: the next one does not.
pub(super) fn forget_said(response: &mut Response) {
    if let Ok(value) = HeaderValue::from_str(&format!("{SAID_COOKIE}=; Path=/; Max-Age=0")) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, value);
    }
}

pub(super) fn secure(response: &mut Response, visitor: &Visitor, asset: bool) {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&visitor.operation) {
        headers.insert("x-operation", id);
    }
    if asset {
        return;
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("geolocation=(self), camera=(self), microphone=()"),
    );
    if visitor.secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
