//! Pages that are more than a list or a form: today's checks, risk and its assessment, the four-colour map, papers for
//! printing, hazards at a glance, and what strangers see behind an enterprise's code.
//!
//! One endpoint is one file. Words are in `locales/special.*.toml`; addresses of the general pages in [`links`].

mod checks;
mod facts;
mod hazards;
mod links;
mod map;
mod offers;
mod papers;
mod public;
mod risk;
#[cfg(test)]
mod tests;
mod text;

use crate::route_table::route_table;

pub(crate) use offers::offers;
pub(crate) use papers::double_report::{periods, prefilled};
pub(crate) use risk::factor::{assess_step, extend};
pub(crate) use risk::{edited_by_assessment, word};

route_table! {
    get "/checks" => checks::today::page;
    post "/checks/items/{item}" => checks::look::save;
    get "/checks/sheet" => checks::sheet::page;
    get "/checks/enter" => checks::enter::page;
    post "/checks/enter" => checks::enter::save;
    get "/p/{code}" => checks::post_code::page;
    get "/risk" => risk::overview::page;
    post "/risk/preview" => risk::preview::part;
    get "/risk/factors/new" => risk::assess::page_new;
    post "/risk/factors/new" => risk::assess::save_new;
    get "/risk/factors/{id}/assess" => risk::assess::page;
    post "/risk/factors/{id}/assess" => risk::assess::save;
    get "/risk/measures/{id}/check-item" => risk::check_item::page;
    post "/risk/measures/{id}/check-item" => risk::check_item::save;
    get "/risk/map" => map::page::page;
    get "/risk/map/outlines" => map::outlines::outlines;
    get "/api/map/enterprises" => map::points::points;
    get "/enterprises/{id}/print/risk-list" => papers::risk_list::page;
    get "/enterprises/{id}/print/notice-board" => papers::notice_board::page;
    get "/enterprises/{id}/print/code" => papers::code::page;
    get "/enterprises/{id}/print/ledger" => papers::ledger::page;
    get "/double-reports/{id}/print" => papers::double_report::page;
    get "/units/{id}/print/card" => papers::card::page;
    get "/papers.css" => papers::stylesheet;
    get "/e/{code}" => public::page;
    get "/hazards" => hazards::page;
}
