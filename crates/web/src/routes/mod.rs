//! The route table: every address of the program, in one place. One endpoint is one function in one file below.

mod account;
mod area;
mod clause;
mod edit;
pub(crate) mod elements;
mod enterprise;
mod export;
pub(crate) mod file;
pub(crate) mod import;
mod language;
mod list;
mod new;
mod notice;
mod operator;
mod options;
mod plan;
mod plan_read;
mod record;
pub(crate) mod responsibility;
pub(crate) mod search;
mod share;
mod sign_in;
pub(crate) mod step;
mod system;
mod task;
pub(crate) mod timetable;
pub(crate) mod together;
mod work;

pub(crate) use export::workbook;

use axum::Router;

use crate::api;
use crate::app::App;
use crate::config::ServerConfig;
use crate::errors::Failure;
use crate::middleware::{Door, pass};
use crate::route_table::route_table;

route_table! {
    get "/assets/{version}/{*name}" => crate::assets::asset;
    get "/language/{tag}" => language::switch;
    get "/sign-in" => sign_in::show;
    post "/sign-in" => sign_in::send;
    post "/sign-out" => sign_in::out;
    get "/sign-in/operator" => operator::show;
    post "/sign-in/operator" => operator::send;

    get "/" => work::show;
    post "/notices/{id}/read" => notice::read;
    get "/search" => search::show;

    get "/account" => account::show;
    post "/account/password" => account::password;
    post "/account/second-factor" => account::enrol;
    post "/account/second-factor/confirm" => account::confirm;
    post "/account/second-factor/remove" => account::remove;
    post "/account/sessions/{id}/end" => account::end_session;
    get "/accounts/options" => options::accounts;

    get "/hazards/registers" => area::hazards;
    get "/enterprises" => area::enterprises;
    get "/risk/registers" => area::risk;
    get "/inspections" => area::inspections;
    get "/registers" => area::registers;
    get "/enterprises/responsibility" => responsibility::list::show;
    get "/enterprises/{id}" => enterprise::show;
    get "/enterprises/{id}/responsibility" => responsibility::one::show;
    post "/enterprises/{id}/responsibility" => responsibility::change::assign;
    post "/enterprises/{id}/responsibility/end" => responsibility::change::end;

    get "/r/{register}" => list::show;
    get "/r/{register}/options" => options::records;
    get "/r/{register}/export.xlsx" => export::send;
    get "/r/{register}/new" => new::show;
    post "/r/{register}/new" => new::send;
    get "/r/{register}/import" => import::show;
    post "/r/{register}/import" => import::send;
    get "/r/{register}/import/template.xlsx" => import::template;
    get "/imports/{id}" => task::show;
    get "/imports/{id}/bad-rows.xlsx" => task::bad_rows;
    post "/r/{register}/together/{step}" => together::send;
    get "/r/{register}/{id}" => record::show;
    get "/r/{register}/{id}/edit" => edit::show;
    post "/r/{register}/{id}/edit" => edit::send;
    get "/r/{register}/{id}/step/{step}" => step::show;
    post "/r/{register}/{id}/step/{step}" => step::send;
    get "/r/{register}/{id}/files/{hash}" => file::of_record;
    get "/r/{register}/{id}/share" => share::show;
    get "/r/{register}/{id}/picture.svg" => share::picture;
    get "/uploads/{hash}" => file::own_upload;

    get "/plan" => plan::show;
    get "/plan/clauses/{id}" => clause::show;
    get "/plan/timetable" => timetable::show;
    get "/plan/read" => plan_read::show;
    post "/plan/read" => plan_read::send;

    get "/packs" => elements::browser::show;
    get "/packs/{kind}/{id}" => elements::one::show;
    get "/deliverables" => elements::owed::deliverables;
    get "/campaigns" => elements::owed::campaigns;
    get "/checklists" => elements::checklist::all;
    get "/checklists/{id}" => elements::checklist::one;

    get "/system" => system::packs::show;
    post "/system/address" => system::address::save;
    get "/system/journal" => system::journal::show;
    get "/system/jobs" => system::jobs::show;
    post "/system/jobs/{id}/retry" => system::jobs::retry;
    get "/system/accounts" => system::accounts::show;
    get "/system/accounts/new" => system::accounts::new;
    post "/system/accounts/new" => system::accounts::create;
    get "/system/accounts/{id}" => system::account::show;
    post "/system/accounts/{id}" => system::account::save;
    post "/system/accounts/{id}/close" => system::account::close;
    post "/system/accounts/{id}/password" => system::account::reset;
    post "/system/accounts/{id}/sessions/end" => system::account::end_sessions;
    get "/system/enterprises/options" => system::grants::enterprises;
    post "/system/accounts/{id}/grants" => system::grants::add;
    post "/system/accounts/{id}/grants/{grant}/remove" => system::grants::remove;
    post "/system/accounts/{id}/keys" => system::keys::add;
    post "/system/accounts/{id}/keys/{key}/revoke" => system::keys::revoke;

    get "/api/openapi.json" => api::openapi::show;
    get "/api/v1/me" => api::me::show;
    get "/api/v1/work" => api::work::show;
    get "/api/v1/notices" => api::work::notices;
    post "/api/v1/notices/{id}/read" => api::work::read_notice;
    get "/api/v1/registers" => api::registers::all;
    get "/api/v1/registers/{register}" => api::registers::one;
    get "/api/v1/registers/{register}/counts" => api::registers::counts;
    get "/api/v1/r/{register}" => api::records::list;
    post "/api/v1/r/{register}" => api::records::create;
    get "/api/v1/r/{register}/{id}" => api::records::show;
    put "/api/v1/r/{register}/{id}" => api::records::update;
    get "/api/v1/r/{register}/{id}/history" => api::records::history;
    get "/api/v1/r/{register}/{id}/timeline" => api::cases::timeline;
    post "/api/v1/r/{register}/{id}/steps/{step}" => api::cases::step;
    post "/api/v1/r/{register}/together/{step}" => api::together::send;
    post "/api/v1/r/{register}/import" => api::records::import;
    post "/api/v1/r/{register}/import/file" => api::jobs::import;
    get "/api/v1/jobs" => api::jobs::all;
    get "/api/v1/jobs/{id}" => api::jobs::one;
    post "/api/v1/jobs/{id}/retry" => api::jobs::retry;
    post "/api/v1/files" => api::files::store;
    get "/api/v1/r/{register}/{id}/files/{hash}" => file::of_record;
    get "/api/v1/search" => api::search::show;
    get "/api/v1/plan" => api::progress::show;
    get "/api/v1/plan/timetable" => api::progress::timetable;
    get "/api/v1/responsibility" => api::responsibility::list;
    get "/api/v1/enterprises/{id}/responsibility" => api::responsibility::show;
    post "/api/v1/enterprises/{id}/responsibility" => api::responsibility::assign;
    post "/api/v1/enterprises/{id}/responsibility/{row}/end" => api::responsibility::end;
    get "/api/v1/packs/elements" => elements::browser::json;
    get "/api/v1/packs/elements/{kind}/{id}" => elements::one::json;
    get "/api/v1/deliverables" => elements::owed::deliverables_json;
    get "/api/v1/campaigns" => elements::owed::campaigns_json;
    get "/api/v1/checklists/{id}" => elements::checklist::json;
    get "/api/v1/clauses" => api::clauses::all;
    get "/api/v1/clauses/{id}" => api::clauses::one;
}

/// Method and path of every route of the program; `{name}` stands for a part of the path.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static str)> {
    let others = crate::special::ADDRESSES.iter().chain(crate::indicators::ADDRESSES);
    let more = crate::rules::ADDRESSES.iter().chain(crate::duties::ADDRESSES);
    let newer = crate::publications::ADDRESSES.iter().chain(crate::checklists::ADDRESSES);
    let newer = newer.chain(crate::assessments::ADDRESSES);
    ADDRESSES.iter().chain(others).chain(more).chain(newer).copied().collect()
}

/// The router with all routes and the way in.
pub(crate) fn router(app: App, config: &ServerConfig) -> Router {
    app.set_limits(&config.limits);
    if let Some(address) = &config.public_address {
        app.set_public_address(address);
    }
    let door = Door::new(app.clone(), config);
    routes()
        .merge(crate::special::routes())
        .merge(crate::indicators::routes())
        .merge(crate::rules::routes())
        .merge(crate::duties::routes())
        .merge(crate::publications::routes())
        .merge(crate::checklists::routes())
        .merge(crate::assessments::routes())
        .fallback(|| async { Failure::NotFound })
        .method_not_allowed_fallback(|| async { Failure::Method })
        .with_state(app)
        .layer(axum::middleware::from_fn_with_state(door, pass))
}
