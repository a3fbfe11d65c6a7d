//! Checklists on site: the lists that fit a record, one list on one page with a phone, and the filled list for reading
//! and printing. What the packs' lists say stands at `/checklists` ([`crate::routes`]).

mod api;
mod fill;
mod fitting;
mod record;

use engine::record::Record;
use plan::pack::{Register, Shape};

use crate::app::App;
use crate::route_table::route_table;
use crate::text::say;
use crate::view::Action;
use crate::visitor::SignedIn;

route_table! {
    get "/checklists/for/{register}/{id}" => fitting::show;
    get "/checklists/records/{id}" => record::show;
    get "/checklists/{list}/fill/{subject}" => fill::show;
    post "/checklists/{list}/fill/{subject}" => fill::send;
    get "/api/v1/checklists" => api::all;
    get "/api/v1/checklists/for/{register}/{id}" => api::fitting;
    post "/api/v1/checklists/{list}/fill/{subject}" => api::fill;
}

pub(crate) use api::SUMMARIES;

/// The ways from a record's page: to the lists that fit it, for those who inspect there, and from a filled list to its
/// answers.
pub(crate) fn offers(app: &App, who: &SignedIn, register: &Register, found: &Record) -> Vec<Action> {
    let l = who.visitor.language;
    let mut actions = Vec::new();
    let made_for = |list: &plan::pack::Checklist| {
        app.engine().subject_of(list).is_ok_and(|subject| subject.name() == register.name())
    };
    if app.model().elements.checklists.values().any(made_for)
        && app.engine().inspects(who.actor(), &found.place)
    {
        actions.push(Action {
            label: say(l, "checklist.fill_one"),
            href: format!("/checklists/for/{}/{}", register.name(), found.id),
            icon: "checklist",
            main: false,
        });
    }
    if register.shape == Some(Shape::ChecklistRecord) {
        actions.push(Action {
            label: say(l, "checklist.answers"),
            href: format!("/checklists/records/{}", found.id),
            icon: "list-check",
            main: true,
        });
    }
    actions
}
