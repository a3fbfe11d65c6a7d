//! Publications: for those who decide, what is offered, published and withdrawn, with the masked preview beside the
//! original; for strangers, what is in force. Strangers' pages need no sign-in, read public columns alone and have a rate
//! of their own.

mod api;
mod entry;
mod list;
mod public;

use base::Language;
use engine::publication::Standing;
use engine::record::Record;
use plan::pack::{Register, Shape};

use crate::app::App;
use crate::errors::Failure;
use crate::route_table::route_table;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::visitor::SignedIn;

route_table! {
    get "/publications" => list::all;
    get "/publications/{publication}" => list::one;
    post "/publications/{publication}/look" => list::look;
    get "/publications/{publication}/{id}" => entry::show;
    post "/publications/{publication}/{id}/{act}" => entry::act;
    get "/public" => public::all;
    get "/public/p/{publication}" => public::list;
    get "/public/p/{publication}/{id}" => public::one;
    get "/api/v1/publications" => api::all;
    get "/api/v1/publications/{publication}" => api::entries;
    post "/api/v1/publications/{publication}/look" => api::look;
    get "/api/v1/publications/{publication}/{id}" => api::one;
    post "/api/v1/publications/{publication}/{id}/{act}" => api::act;
    get "/api/public" => api::public;
    get "/api/public/{publication}" => api::public_entries;
    get "/api/public/{publication}/{id}" => api::public_entry;
}

pub(crate) use api::SUMMARIES;

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

/// The way from a proposal to what it would make public beside the original, for those who decide on it.
///
/// # Errors
/// The database failed.
pub(crate) async fn lead(
    app: &App,
    who: &SignedIn,
    register: &Register,
    found: &Record,
) -> Result<Option<Action>, Failure> {
    if register.shape != Some(Shape::Proposal) {
        return Ok(None);
    }
    let entry = app.engine().entry_of_proposal(who.actor(), found.id).await?;
    Ok(entry.map(|entry| Action {
        label: say(who.visitor.language, "publications.beside"),
        href: format!("/publications/{}/{}", entry.publication, entry.id),
        icon: "eye",
        main: true,
    }))
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
