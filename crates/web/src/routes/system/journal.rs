//! GET /system/journal: who did what, for the audit administrator. Others get the answer for what is not there.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Id, Language};
use engine::journal::{JournalLine, JournalPage, JournalRequest};

use super::system_frame;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::page;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Characters of what was done that the list shows.
const SHOWN: usize = 240;

const COLUMNS: [&str; 6] =
    ["journal.number", "journal.at", "journal.who", "journal.operation", "journal.what", "journal.block"];

pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let wanted = Wanted::read(query.as_deref());
    let request = JournalRequest {
        account: wanted.one("account").parse::<Id>().ok(),
        record: wanted.one("record").parse::<Id>().ok(),
        below: wanted.one("below").parse().unwrap_or(0),
    };
    let journal = app.engine().journal(who.actor(), &request).await?;
    let table = Table {
        title: String::new(),
        columns: COLUMNS.map(|key| say(l, key)).to_vec(),
        rows: journal.lines.iter().map(|line| row(line, l)).collect(),
        empty: say(l, "journal.none"),
        folded: false,
    };
    let heading = say(l, "journal.title");
    page(&TablePage {
        f: system_frame(&app, &who, &heading),
        heading,
        about: about(&journal, l),
        actions: everything(&wanted, l).into_iter().chain(older(&journal, &wanted, l)).collect(),
        bars: Vec::new(),
        tables: vec![table],
        forms: Vec::new(),
    })
}

fn row(line: &JournalLine, l: Language) -> Vec<Shown> {
    let who = if line.who.is_empty() { say(l, "journal.program") } else { line.who.clone() };
    let what = match line.erased_at {
        Some(at) => fill(l, "journal.erased", &[("at", &at.local())]),
        None => line.payload.chars().take(SHOWN).collect(),
    };
    let by_record = format!("/system/journal?record={}", line.record);
    vec![
        Shown::Number(line.number.to_string()),
        Shown::text(line.at.local()),
        Shown::Link { href: format!("/system/journal?account={}", line.account), text: who },
        Shown::Link { href: by_record, text: line.operation.clone() },
        Shown::text(what),
        line.block.map_or_else(|| Shown::text(say(l, "journal.waiting")), |b| Shown::Number(b.to_string())),
    ]
}

/// How many entries there are, and the head of the chain to compare with what is kept outside.
fn about(journal: &JournalPage, l: Language) -> String {
    let entries = journal.entries.to_string();
    match &journal.head {
        Some(head) => fill(l, "journal.about", &[("entries", &entries), ("head", &head.to_string())]),
        None => fill(l, "journal.about_unsealed", &[("entries", &entries)]),
    }
}

/// The way back from the entries of one account or record.
fn everything(wanted: &Wanted, l: Language) -> Option<Action> {
    let narrowed = !wanted.0.is_empty();
    narrowed.then(|| Action {
        label: say(l, "journal.everything"),
        href: "/system/journal".into(),
        icon: "history",
        main: false,
    })
}

fn older(journal: &JournalPage, wanted: &Wanted, l: Language) -> Option<Action> {
    let below = journal.next?.to_string();
    Some(Action {
        label: say(l, "journal.older"),
        href: wanted.with("below", &below).at("/system/journal"),
        icon: "chevron-right",
        main: false,
    })
}
