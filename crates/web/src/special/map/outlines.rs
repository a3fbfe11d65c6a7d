//! GET /risk/map/outlines: outlines of the districts and counties as GeoJSON, always there, also without a network.

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::visitor::SignedIn;

/// The outlines of the city's pack (their licence stands beside them).
const OUTLINES: &[u8] = include_bytes!("../../../../../packs/kaifeng-2020/geo/counties.geojson");

/// Answers the file.
pub(in crate::special) async fn outlines(_: SignedIn) -> Response {
    let headers = [(CONTENT_TYPE, "application/geo+json"), (CACHE_CONTROL, "private, max-age=86400")];
    (headers, Bytes::from_static(OUTLINES)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_county_of_the_city_has_an_outline() {
        let json: serde_json::Value = serde_json::from_slice(OUTLINES).unwrap();
        let features = json["features"].as_array().unwrap();
        assert_eq!(features.len(), 9);
        assert!(
            features.iter().all(|f| f["properties"]["adcode"].as_str().is_some_and(|code| code.len() == 6))
        );
    }
}
