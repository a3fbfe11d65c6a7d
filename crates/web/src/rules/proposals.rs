//! GET /proposals: what is to be decided, what was decided and is in force, and what is over. Each row opens the case, on
//! which the decision is made.

use axum::extract::State;
use axum::response::Response;
use base::{Instant, Language};
use engine::proposal::ProposalList;
use engine::record::Record;
use judge::fact::fact;
use plan::pack::{Register, Shape};

use super::notes::kind_title;
use crate::app::App;
use crate::build::frame::{frame, page, reads};
use crate::build::list;
use crate::build::time;
use crate::build::value::address;
use crate::errors::Failure;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Rows of each table; the register's own list has all.
const SHOWN: u32 = 50;

/// The register of proposals, for those who read it.
///
/// # Errors
/// They do not, or there is none.
pub(super) fn register<'a>(app: &'a App, who: &SignedIn) -> Result<&'a Register, Failure> {
    let register = app.model().shaped(Shape::Proposal).ok_or(Failure::NotFound)?;
    if reads(app, who.actor(), register) { Ok(register) } else { Err(Failure::NotFound) }
}

pub(super) async fn page_of_proposals(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let register = register(&app, &who)?;
    let mut tables = Vec::new();
    for (which, title, empty) in [
        (ProposalList::Open, "proposals.open", "proposals.none_open"),
        (ProposalList::InForce, "proposals.in_force", "proposals.none_in_force"),
        (ProposalList::Ended, "proposals.ended", "proposals.none_ended"),
    ] {
        let found = app.engine().proposals_seen(who.actor(), which, SHOWN).await?;
        let columns =
            ["list.code", "proposals.kind", "proposals.subject", "proposals.to", "list.state", "list.due"];
        tables.push(Table {
            title: say(l, title),
            columns: columns.iter().map(|key| say(l, key)).collect(),
            rows: found.iter().map(|one| row(&app, register, one, l)).collect(),
            empty: say(l, empty),
            folded: false,
        });
    }
    let heading = say(l, "proposals.title");
    page(&TablePage {
        f: frame(&app, &who, &heading),
        heading,
        about: say(l, "proposals.about"),
        actions: vec![Action {
            label: say(l, "proposals.all"),
            href: format!("/r/{}", register.name()),
            icon: "table",
            main: false,
        }],
        bars: Vec::new(),
        tables,
        forms: Vec::new(),
    })
}

fn row(app: &App, register: &Register, one: &Record, l: Language) -> Vec<Shown> {
    let text = |name: &str| fact(&one.facts, name).as_text().unwrap_or_default().to_owned();
    let role = app.model().roles.get(&text("to_role"));
    let head = one.case.as_ref();
    let now = app.engine().now();
    let due = head.filter(|h| h.open && h.due_at != Instant::NEVER).map_or(Shown::Nothing, |h| Shown::Due {
        when: h.due_at.day().to_string(),
        left: time::left(now, h.due_at, l),
        tone: time::tone(h.entered_at, now, h.due_at),
    });
    vec![
        Shown::Link { href: address(register.name(), one.id), text: one.code.clone() },
        Shown::text(kind_title(app, one, l)),
        Shown::text(text("subject")),
        role.map_or_else(|| Shown::text(text("to")), |r| Shown::text(r.title.in_language(l))),
        head.map_or(Shown::Nothing, |h| list::state(app.model(), &h.procedure, &h.state, l)),
        due,
    ]
}
