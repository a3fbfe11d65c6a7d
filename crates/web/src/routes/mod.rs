//! The route table: every address of the program, in one place.

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::config::ServerConfig;
use crate::errors::Failure;
use crate::middleware::{Door, pass};

/// The router with all routes and the way in.
pub(crate) fn router(app: App, config: &ServerConfig) -> Router {
    let door = Door::new(app.clone(), config);
    Router::new()
        .route("/assets/{version}/{*name}", get(crate::assets::asset))
        .fallback(|| async { Failure::NotFound })
        .method_not_allowed_fallback(|| async { Failure::Method })
        .with_state(app)
        .layer(axum::middleware::from_fn_with_state(door, pass))
}
