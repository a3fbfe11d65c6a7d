//! GET /search?q=...: through every register that this person may see.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::record::list::ListRequest;

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page, reads};
use crate::build::value::address;
use crate::errors::Failure;
use crate::text::say;
use crate::view::search::{Found, SearchPage};
use crate::visitor::SignedIn;

/// Matches of one register.
const OF_ONE: u32 = 10;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let words = Wanted::read(query.as_deref()).one("q").trim().to_owned();
    let found = find(&app, &who, &words).await?;
    let asked = !words.is_empty();
    page(&SearchPage {
        f: frame(&app, &who, &say(who.visitor.language, "search.title")),
        words,
        found,
        asked,
    })
}

/// What the words find, register by register; within each the newest first.
pub(crate) async fn find(app: &App, who: &SignedIn, words: &str) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    if words.is_empty() {
        return Ok(found);
    }
    for register in app.model().registers.values().filter(|r| reads(app, who.actor(), r)) {
        let request = ListRequest { search: words.to_owned(), limit: OF_ONE, ..ListRequest::default() };
        let page = app.engine().list(who.actor(), register.name(), &request).await?;
        found.extend(page.records.into_iter().map(|r| Found {
            kind: register.title.in_language(who.visitor.language).to_owned(),
            title: r.title,
            code: r.code,
            href: address(register.name(), r.id),
        }));
    }
    Ok(found)
}
