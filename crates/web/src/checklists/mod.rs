//! Checklists on site: the lists that fit a record, one list on one page with a phone, and the filled list for reading
//! and printing. What the packs' lists say stands at `/checklists` ([`crate::routes`]).

mod fill;
mod fitting;
mod record;

use axum::Router;
use axum::routing::{get, post};
use engine::record::Record;
use plan::pack::{Register, Shape};

use crate::app::App;
use crate::text::say;
use crate::view::Action;
use crate::visitor::SignedIn;

/// Makes the router and the list of addresses from one table, so that neither can miss a line of the other.
macro_rules! table {
    ($($method:ident $path:literal => $handler:expr;)*) => {
        /// Method and path of every route of this module; `{name}` stands for a part of the path.
        pub(crate) const ADDRESSES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        /// All routes of this module, to be merged into the program's route table.
        pub(crate) fn routes() -> Router<App> {
            Router::new()$(.route($path, $method($handler)))*
        }
    };
}

table! {
    get "/checklists/for/{register}/{id}" => fitting::show;
    get "/checklists/records/{id}" => record::show;
    get "/checklists/{list}/fill/{subject}" => fill::show;
    post "/checklists/{list}/fill/{subject}" => fill::send;
}

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
