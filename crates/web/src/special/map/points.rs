//! GET /api/map/enterprises?bbox=west,south,east,north: enterprises within a rectangle, or sums over squares where they
//! are too many. Cut to the reader's scope.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use engine::map::{Bounds, MapPoint, MapSquare, OnMap};
use plan::pack::Shape;
use serde_json::{Value, json};

use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::special::{facts, links};
use crate::visitor::SignedIn;

/// Answers `{kind: "points" | "squares", more, items: [...]}`.
pub(in crate::special) async fn points(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let bounds = Bounds::parse(wanted.one("bbox")).ok_or_else(|| Failure::bad("request.bad_address"))?;
    let register = facts::shaped(&app, Shape::Enterprise)?.name();
    let answer = match app.engine().on_map(who.actor(), bounds).await? {
        OnMap::Points(points) => {
            json!({ "kind": "points", "more": false, "items": points.iter().map(|p| point(register, p)).collect::<Vec<_>>() })
        }
        OnMap::Squares(squares, more) => {
            json!({ "kind": "squares", "more": more, "items": squares.iter().map(square).collect::<Vec<_>>() })
        }
    };
    Ok(Json(answer).into_response())
}

fn point(register: &str, point: &MapPoint) -> Value {
    json!({
        "name": point.title,
        "grade": point.grade,
        "at": [point.longitude, point.latitude],
        "href": links::record(register, point.id),
    })
}

fn square(square: &MapSquare) -> Value {
    let [red, orange, yellow, blue, none] = square.counts;
    json!({
        "at": [square.longitude, square.latitude],
        "red": red, "orange": orange, "yellow": yellow, "blue": blue, "none": none,
        "total": square.total(),
    })
}
