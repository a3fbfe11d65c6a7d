//! Publications: for those who decide, what is offered, published and withdrawn, with the masked preview beside the
//! original; for strangers, what is in force. Strangers' pages need no sign-in, read public columns alone and have a rate
//! of their own.

mod entry;
mod list;
mod public;

use axum::Router;
use axum::routing::{get, post};
use base::Language;
use engine::publication::Standing;

use crate::app::App;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
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
    get "/publications" => list::all;
    get "/publications/{publication}" => list::one;
    post "/publications/{publication}/look" => list::look;
    get "/publications/{publication}/{id}" => entry::show;
    post "/publications/{publication}/{id}/{act}" => entry::act;
    get "/public" => public::all;
    get "/public/p/{publication}" => public::list;
    get "/public/p/{publication}/{id}" => public::one;
}

/// Where an entry stands, in a word.
fn standing(standing: Standing, l: Language) -> Shown {
    let (key, kind) = match standing {
        Standing::Offered => ("publications.offered", "open"),
        Standing::Published => ("publications.published", "closed"),
        Standing::Withdrawn => ("publications.withdrawn", "void"),
        Standing::Corrected => ("publications.corrected", "void"),
        Standing::Ended => ("publications.ended", "void"),
        Standing::Declined => ("publications.declined", "void"),
        Standing::Passed => ("publications.passed", "void"),
    };
    Shown::State { word: say(l, key), kind }
}

/// The way to the page of those who decide, for them alone.
pub(crate) fn way(app: &App, who: &SignedIn) -> Option<Action> {
    let decides = app.engine().publications().any(|p| who.actor().has_any(&p.decided_by));
    decides.then(|| Action {
        label: say(who.visitor.language, "publications.title"),
        href: "/publications".into(),
        icon: "world",
        main: false,
    })
}
