//! GET /duties/{duty}/{id}: one subject of a duty, every period that left a trace; and the files that it handed in.

use axum::extract::State;
use axum::response::Response;
use base::Id;

use super::list::link;
use super::{due, period_title, reason_of, state};
use crate::app::App;
use crate::build::chips;
use crate::build::frame::{frame, page};
use crate::build::value::address;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::duties::DutiesPage;
use crate::view::frame::Crumb;
use crate::view::table::Table;
use crate::visitor::SignedIn;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let duty = engine.duty(&name)?;
    let span = engine.duty_span(who.actor(), &name, id).await?;
    let history = engine.duty_history(who.actor(), duty, id).await?;
    let now =
        judge::duty::instance::current(duty, app.model().duty_from(duty), engine.today(), &engine.calendar);
    let at = |period: &str| format!("/duties/{name}/{id}/{period}");
    let mut rows: Vec<Vec<Shown>> = Vec::new();
    if let Some(instance) = now.filter(|i| !history.iter().any(|row| row.period == i.code)) {
        rows.push(vec![
            link(at(&instance.code), &period_title(&instance.code, l)),
            due(&app, instance.due, l),
            Shown::Nothing,
            Shown::Nothing,
            Shown::Nothing,
        ]);
    }
    rows.extend(history.iter().map(|row| {
        let case = if row.opened.is_nil() {
            Shown::Nothing
        } else {
            link(address(&row.opened_register, row.opened), &say(l, "duty.opened_case"))
        };
        let reason = if row.reason.is_empty() {
            Shown::Nothing
        } else {
            Shown::Text(reason_of(&row.by_name, &row.reason, l))
        };
        vec![
            link(at(&row.period), &period_title(&row.period, l)),
            Shown::Whole(row.due.to_string()),
            state(row.state, l),
            reason,
            case,
        ]
    }));
    let heading = span.subject.title.clone();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "duty.title"), href: "/duties".into() });
    f.crumbs.push(Crumb { title: duty.title.in_language(l).to_owned(), href: format!("/duties/{name}") });
    let own = app.model().register(&span.subject.kind).map(|register| Action {
        label: register.title.in_language(l).to_owned(),
        href: address(register.name(), id),
        icon: "",
        main: false,
    });
    let columns = ["duty.period", "duty.due_day", "duty.state", "duty.reason", "duty.case"];
    page(&DutiesPage {
        f,
        heading,
        clauses: chips(app.model(), l, &duty.clauses),
        about: fill(
            l,
            "duty.bound_since",
            &[("duty", duty.title.in_language(l)), ("day", &span.from.to_string())],
        ),
        notes: Vec::new(),
        actions: own.into_iter().collect(),
        address: String::new(),
        kept: Vec::new(),
        filters: Vec::new(),
        bars: Vec::new(),
        tables: vec![Table {
            title: say(l, "duty.periods"),
            columns: columns.map(|k| say(l, k)).to_vec(),
            rows,
            empty: say(l, "duty.no_periods"),
            folded: false,
        }],
        next: String::new(),
        forms: Vec::new(),
    })
}

/// GET /duty-files/{id}/{hash}: a file that was handed in.
pub(super) async fn file(
    State(app): State<App>,
    who: SignedIn,
    Path((id, hash)): Path<(Id, String)>,
) -> Result<Response, Failure> {
    let name = app.engine().duty_file(who.actor(), id, &hash).await?;
    crate::routes::file::send(&app, &hash, if name.is_empty() { "file" } else { &name }).await
}
