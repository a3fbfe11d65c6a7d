//! GET /checklists/for/{register}/{id}: the lists that fit a record today, and what was filled for it before.

use axum::extract::State;
use axum::response::Response;
use base::Id;
use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Element as _, Shape};

use crate::app::App;
use crate::build::frame::{crumbs, frame, page};
use crate::build::value::address;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Filled lists shown at most.
const SHOWN: u32 = 50;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((register, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let found = app.engine().record(who.actor(), &register, id).await?;
    if !app.engine().inspects(who.actor(), &found.place) {
        return Err(Failure::NotFound);
    }
    let lists = app.engine().checklists_for(who.actor(), &found).await?;
    let row = |list: &&plan::pack::Checklist| {
        vec![
            Shown::Link {
                href: format!("/checklists/{}/fill/{id}", list.name()),
                text: list.title.in_language(l).to_owned(),
            },
            Shown::Number(list.items.len().to_string()),
            Shown::Link { href: format!("/checklists/{}", list.name()), text: say(l, "checklist.read") },
        ]
    };
    let fitting = Table {
        title: say(l, "checklist.fitting"),
        columns: ["packs.element", "checklist.items", "checklist.look"].map(|k| say(l, k)).to_vec(),
        rows: lists.iter().map(row).collect(),
        empty: say(l, "checklist.none_fits"),
        folded: false,
    };
    let heading = fill(l, "checklist.for_record", &[("title", &found.title)]);
    let mut f = frame(&app, &who, &heading);
    crumbs(&app, &mut f, app.engine().register(&register)?);
    f.crumbs.push(Crumb { title: found.title.clone(), href: address(&register, id) });
    page(&TablePage {
        f,
        heading,
        about: say(l, "checklist.fill_about"),
        actions: Vec::new(),
        bars: Vec::new(),
        tables: vec![fitting, before(&app, &who, id).await?],
        forms: Vec::new(),
    })
}

/// What was filled for the record, newest first, within what the reader sees.
async fn before(app: &App, who: &SignedIn, subject: Id) -> Result<Table, Failure> {
    let l = who.visitor.language;
    let records = app.model().shaped(Shape::ChecklistRecord).ok_or(Failure::NotFound)?;
    let request = ListRequest {
        filters: vec![Filter::In("record".into(), vec![Fact::Text(subject.to_string())])],
        limit: SHOWN,
        ..ListRequest::default()
    };
    let found = app.engine().list(who.actor(), records.name(), &request).await?;
    let row = |one: &engine::record::Record| {
        let at = match fact(&one.facts, "checked_at") {
            Fact::Instant(at) => Shown::Whole(at.local()),
            _ => Shown::Nothing,
        };
        let number = |name: &str| match fact(&one.facts, name) {
            Fact::Integer(number) => Shown::Number(number.to_string()),
            _ => Shown::Nothing,
        };
        vec![
            Shown::Link { href: format!("/checklists/records/{}", one.id), text: one.title.clone() },
            at,
            number("met"),
            number("failed"),
            number("left_out"),
        ]
    };
    let columns =
        ["packs.element", "checklist.when", "checklist.meets", "checklist.fails", "checklist.not_applicable"];
    Ok(Table {
        title: say(l, "checklist.before"),
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows: found.records.iter().map(row).collect(),
        empty: say(l, "checklist.never"),
        folded: false,
    })
}
