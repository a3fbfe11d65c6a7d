//! GET /enterprises/{id}: one enterprise, one file (一企一档): its entry and everything that belongs to it.

use axum::extract::State;
use axum::response::Response;
use base::Id;
use engine::record::list::{Count, Filter, ListRequest};
use judge::Fact;
use plan::pack::{FieldKind, Register, Shape};

use crate::app::App;
use crate::build::case::may_open;
use crate::build::frame::{crumbs, frame, page, reads};
use crate::build::value::{Shower, address};
use crate::build::{chips, list, record};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::record::{RecordPage, Related};
use crate::view::table::Table;
use crate::visitor::SignedIn;

/// Rows shown of each register.
const SHOWN: u32 = 5;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let register = app
        .model()
        .shaped(Shape::Enterprise)
        .filter(|r| reads(&app, who.actor(), r))
        .ok_or(Failure::NotFound)?;
    let found = engine.record(who.actor(), register.name(), id).await?;
    let titles = engine.titles(register, std::iter::once(&found.facts)).await?;
    let files = engine.attachments(who.actor(), found.id, std::iter::once(&found.facts)).await?;
    let shower =
        Shower { model: app.model(), language: l, titles: &titles, links: true, files: Some(&files) };
    let mut related = Vec::new();
    for other in app.model().registers.values().filter(|r| reads(&app, who.actor(), r)) {
        let refers = other
            .fields
            .iter()
            .find(|f| f.kind == FieldKind::Reference && f.to.as_deref() == Some(register.name()));
        if let Some(field) = refers {
            related.push(of_register(&app, &who, other, field.name(), id).await?);
        }
    }
    // What has records comes first.
    related.sort_by_key(|r| r.table.rows.is_empty());
    let mut f = frame(&app, &who, &found.title);
    crumbs(&app, &mut f, register);
    let mut actions = crate::special::offers(&who, register, &found);
    if app.model().shaped(Shape::ResponsibleBody).is_some_and(|r| reads(&app, who.actor(), r)) {
        actions.push(Action {
            label: say(l, "responsibility.bodies"),
            href: format!("/enterprises/{id}/responsibility"),
            icon: "users",
            main: false,
        });
    }
    if engine.may_keep(who.actor(), register, &found.place).is_ok() {
        actions.push(Action {
            label: say(l, "record.edit"),
            href: format!("{}/edit", address(register.name(), id)),
            icon: "edit",
            main: false,
        });
    }
    let shown = RecordPage {
        notes: Vec::new(),
        register: say(l, "record.file"),
        heading: found.title.clone(),
        code: found.code.clone(),
        marks: super::record::marks(&app, register, &found, &shower),
        clauses: chips(app.model(), l, &register.clauses),
        actions,
        groups: record::groups(register, &found, &shower, who.actor().reads, true),
        related,
        history: Vec::new(),
        f,
    };
    page(&shown)
}

pub(super) async fn of_register(
    app: &App,
    who: &SignedIn,
    register: &Register,
    field: &str,
    id: Id,
) -> Result<Related, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let filters = vec![Filter::In(field.to_owned(), vec![Fact::Reference(id)])];
    let request = ListRequest { filters, limit: SHOWN, ..ListRequest::default() };
    let found = engine.list(who.actor(), register.name(), &request).await?;
    let count = if found.next.is_none() {
        found.records.len().to_string()
    } else {
        match engine.count(who.actor(), register.name(), &request).await? {
            Count::Exactly(n) => n.to_string(),
            Count::MoreThan(n) => format!("{n}+"),
        }
    };
    let titles = engine.titles(register, found.records.iter().map(|r| &r.facts)).await?;
    let names = list::shown_names(app.model(), register, Some(field));
    let rows = list::rows(engine, register, &names, &found, &titles, l).into_iter().map(|row| {
        let cells = row.cells.into_iter().enumerate();
        cells.map(|(i, shown)| if i == 0 { linked(shown, &row.href) } else { shown }).collect()
    });
    let may = may_open(engine, who.actor(), register);
    Ok(Related {
        title: register.title.in_language(l).to_owned(),
        href: format!("/r/{}?{field}={id}", register.name()),
        add: if may { format!("/r/{}/new?{field}={id}", register.name()) } else { String::new() },
        count,
        table: Table {
            title: String::new(),
            columns: names.iter().map(|n| list::label(register, n, l)).collect(),
            rows: rows.collect(),
            empty: say(l, "list.empty"),
            folded: false,
        },
    })
}

/// The first value of a row leads to its record.
fn linked(shown: Shown, href: &str) -> Shown {
    match shown {
        Shown::Text(text)
        | Shown::Whole(text)
        | Shown::Code(text)
        | Shown::Number(text)
        | Shown::Long(text) => Shown::Link { href: href.to_owned(), text },
        Shown::Nothing => Shown::Link { href: href.to_owned(), text: "…".into() },
        other => other,
    }
}
