//! Indicators and scorecards: their pages, the rows behind each number, tables as workbooks, the JSON twins, and what the
//! office does with a period: count, release, take back.
//!
//! One endpoint is one file. Words are in `locales/indicators.*.toml`.

mod act;
mod api;
mod card;
mod cards;
mod chart;
mod list;
mod one;
mod rows;
mod serving;
mod subject;
mod table;
mod text;
mod words;

use crate::route_table::route_table;

pub(crate) use api::SUMMARIES;
pub(crate) use list::sees_any;
pub(crate) use serving::serving_of;

route_table! {
    get "/indicators" => list::page;
    get "/indicators/{id}" => one::page;
    get "/indicators/{id}/rows" => rows::page;
    get "/indicators/{id}/table.xlsx" => table::indicator;
    post "/indicators/{id}/compute" => act::compute_indicator;
    post "/indicators/{id}/lock" => act::lock_indicator;
    post "/indicators/{id}/unlock" => act::unlock_indicator;
    get "/scorecards" => cards::page;
    get "/scorecards/{id}" => card::page;
    get "/scorecards/{id}/table.xlsx" => table::scorecard;
    get "/scorecards/{id}/subjects/{subject}" => subject::page;
    post "/scorecards/{id}/subjects/{subject}" => subject::give;
    post "/scorecards/{id}/compute" => act::compute_scorecard;
    post "/scorecards/{id}/lock" => act::lock_scorecard;
    post "/scorecards/{id}/unlock" => act::unlock_scorecard;
    get "/api/v1/indicators" => api::indicators;
    get "/api/v1/indicators/{id}" => api::indicator;
    get "/api/v1/indicators/{id}/rows" => api::rows;
    post "/api/v1/indicators/{id}/compute" => api::compute_indicator;
    post "/api/v1/indicators/{id}/lock" => api::lock_indicator;
    post "/api/v1/indicators/{id}/unlock" => api::unlock_indicator;
    get "/api/v1/scorecards" => api::scorecards;
    get "/api/v1/scorecards/{id}" => api::scorecard;
    get "/api/v1/scorecards/{id}/subjects/{subject}" => api::subject;
    post "/api/v1/scorecards/{id}/subjects/{subject}" => api::give;
    post "/api/v1/scorecards/{id}/compute" => api::compute_scorecard;
    post "/api/v1/scorecards/{id}/lock" => api::lock_scorecard;
    post "/api/v1/scorecards/{id}/unlock" => api::unlock_scorecard;
}
