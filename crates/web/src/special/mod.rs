//! Pages that are more than a list or a form: today's checks, risk and its assessment, the four-colour map, papers for
//! printing, hazards at a glance, and what strangers see behind an enterprise's code.
//!
//! One endpoint is one file. Words are in `locales/special.*.toml`; addresses of the general pages in [`links`].

mod checks;
mod facts;
mod hazards;
mod links;
mod map;
mod papers;
mod public;
mod risk;
mod text;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// All routes of this module, to be merged into the program's route table.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/checks", get(checks::today::page))
        .route("/checks/items/{item}", post(checks::look::save))
        .route("/checks/sheet", get(checks::sheet::page))
        .route("/checks/enter", get(checks::enter::page).post(checks::enter::save))
        .route("/p/{code}", get(checks::post_code::page))
        .route("/risk", get(risk::overview::page))
        .route("/risk/preview", post(risk::preview::part))
        .route("/risk/factors/new", get(risk::assess::page_new).post(risk::assess::save_new))
        .route("/risk/factors/{id}/assess", get(risk::assess::page).post(risk::assess::save))
        .route("/risk/measures/{id}/check-item", get(risk::check_item::page).post(risk::check_item::save))
        .route("/risk/map", get(map::page::page))
        .route("/risk/map/outlines", get(map::outlines::outlines))
        .route("/api/map/enterprises", get(map::points::points))
        .route("/enterprises/{id}/print/risk-list", get(papers::risk_list::page))
        .route("/enterprises/{id}/print/notice-board", get(papers::notice_board::page))
        .route("/enterprises/{id}/print/code", get(papers::code::page))
        .route("/enterprises/{id}/print/ledger", get(papers::ledger::page))
        .route("/units/{id}/print/card", get(papers::card::page))
        .route("/papers.css", get(papers::stylesheet))
        .route("/e/{code}", get(public::page))
        .route("/hazards", get(hazards::page))
}
