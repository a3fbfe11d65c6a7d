//! GET /r/{register}: the list of a register.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use plan::pack::Register;

use crate::app::App;
use crate::build::address::{Wanted, request};
use crate::build::case::may_open;
use crate::build::frame::{crumbs, frame, page, reads};
use crate::build::{chips, filters, list, people, titles};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::list::ListPage;
use crate::visitor::SignedIn;

/// The register, where this person has anything to see in it: otherwise the same answer as for none.
pub(super) fn register_for<'a>(app: &'a App, who: &SignedIn, name: &str) -> Result<&'a Register, Failure> {
    app.model().register(name).filter(|r| reads(app, who.actor(), r)).ok_or(Failure::NotFound)
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let register = register_for(&app, &who, &name)?;
    let wanted = Wanted::read(query.as_deref());
    let mut asked = request(app.model(), register, &wanted)?;
    let own = list::own_enterprise(app.model(), who.actor(), register);
    asked.fields = list::shown_names(app.model(), register, own);
    let (found, counted) = engine.list_counted(who.actor(), &name, &asked).await?;
    let mut known = engine.titles(register, found.records.iter().map(|r| &r.facts)).await?;
    known.extend(titles::of_filters(&app, register, &wanted).await?);
    let path = format!("/r/{name}");
    let heading = register.title.in_language(l).to_owned();
    let mut f = frame(&app, &who, &heading);
    crumbs(&app, &mut f, register);
    f.crumbs.pop();
    let next = found.next.as_deref().map(|key| wanted.with("after", key).at(&path)).unwrap_or_default();
    let first = if asked.after.is_empty() { String::new() } else { wanted.with("after", "").at(&path) };
    let mut columns = list::columns(&asked.fields, register, &wanted, l, &path);
    let mut rows = list::rows(engine, register, &asked.fields, &found, &known, l);
    people::add_certificates(&app, &who, register, &found.records, &mut columns, &mut rows).await?;
    let shown = ListPage {
        heading,
        about: register.about.in_language(l).to_owned(),
        begin: if rows.is_empty() { begin(&app, &who, register) } else { String::new() },
        clauses: chips(app.model(), l, &register.clauses),
        search: asked.search.clone(),
        views: list::views(register, &wanted, l, &path),
        filters: filters::filters(app.model(), register, &wanted, l),
        chips: filters::chips(app.model(), register, &wanted, &known, l, &path),
        kept: kept(register, &wanted),
        columns,
        rows,
        count: list::count(counted, l),
        next,
        first,
        actions: actions(&app, &who, register),
        export: wanted.with("after", "").at(&format!("{path}/export.xlsx")),
        bulk: super::together::offered(&app, who.actor(), register, l),
        address: path,
        f,
    };
    page(&shown)
}

/// Who enters the first record of an empty list, and how.
fn begin(app: &App, who: &SignedIn, register: &Register) -> String {
    let l = who.visitor.language;
    if may_open(app.engine(), who.actor(), register) {
        let imports = !register.cases && !register.identity.is_empty();
        return say(l, if imports { "list.begin_import" } else { "list.begin_new" });
    }
    let keepers = list::keepers(app.model(), register, l);
    match (register.cases, keepers.is_empty()) {
        (false, true) => say(l, "list.begin_program"),
        (true, true) => String::new(),
        (_, false) => fill(l, "list.begin_keeper", &[("roles", &keepers)]),
    }
}

/// What the filter form carries along: the sort, the view, and filters that are not among its controls.
fn kept(register: &Register, wanted: &Wanted) -> Vec<(String, String)> {
    use plan::pack::FieldKind as K;
    let by_address = |name: &str| {
        let kind = register.field(name).map(|f| f.kind);
        matches!(kind, Some(K::Reference | K::Account | K::Text)) || name == "organisation"
    };
    wanted
        .0
        .iter()
        .filter(|(name, _)| ["sort", "view"].contains(&name.as_str()) || by_address(name))
        .cloned()
        .collect()
}

fn actions(app: &App, who: &SignedIn, register: &Register) -> Vec<Action> {
    let l = who.visitor.language;
    let mut actions = Vec::new();
    let may = may_open(app.engine(), who.actor(), register);
    if may && !register.cases && !register.identity.is_empty() {
        actions.push(Action {
            label: say(l, "list.import"),
            href: format!("/r/{}/import", register.name()),
            icon: "upload",
            main: false,
        });
    }
    if may {
        actions.push(Action {
            label: say(l, "list.new"),
            href: format!("/r/{}/new", register.name()),
            icon: "plus",
            main: true,
        });
    }
    actions
}
