//! GET /packs: what is in force today, by kind of element; with `?kind=` the elements of one kind, since when and by which
//! rows of the plan.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use plan::pack::Binding;
use plan::pack::binding::KINDS;
use serde_json::{Value, json};

use crate::api::answer;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::chips;
use crate::build::elements::kind_word;
use crate::build::frame::{frame, page};
use crate::build::shelf::{place, tables};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let wanted = Wanted::read(query.as_deref());
    let (kind, clause) = (wanted.one("kind"), wanted.one("clause"));
    if !kind.is_empty() && !KINDS.contains(&kind) {
        return Err(Failure::NotFound);
    }
    let heading = if kind.is_empty() { say(l, "packs.title") } else { kind_word(kind, l).to_owned() };
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    if !kind.is_empty() {
        f.crumbs.push(Crumb { title: say(l, "packs.title"), href: "/packs".into() });
    }
    let tables = if kind.is_empty() && clause.is_empty() {
        vec![kinds(&app, l)]
    } else {
        elements(&app, kind, clause, l)
    };
    let about = fill(l, "packs.about", &[("day", &app.engine().today().to_string())]);
    page(&TablePage { f, heading, about, actions: Vec::new(), bars: Vec::new(), tables, forms: Vec::new() })
}

/// Whether an element is in force on the plan clock's today.
pub(super) fn in_force(app: &App, element: &Binding) -> bool {
    let issued = app.model().plan.as_ref().map(|p| p.issued);
    element.in_force(app.engine().today(), issued)
}

/// Since when: the element's own day, or the plan's day of issue.
pub(super) fn since(app: &App, element: &Binding) -> String {
    let issued = app.model().plan.as_ref().map(|p| p.issued);
    element.from.or(issued).map(|day| day.to_string()).unwrap_or_default()
}

fn kinds(app: &App, l: Language) -> Table {
    let row = |kind: &&'static str| {
        let of_kind = || app.model().bindings.iter().filter(|b| b.kind == *kind);
        let now = of_kind().filter(|b| in_force(app, b)).count();
        let serving = of_kind().filter(|b| !b.clauses.is_empty()).count();
        vec![
            Shown::Link { href: format!("/packs?kind={kind}"), text: kind_word(kind, l).to_owned() },
            Shown::Number(now.to_string()),
            Shown::Number(of_kind().count().to_string()),
            Shown::Number(serving.to_string()),
        ]
    };
    Table {
        title: String::new(),
        columns: ["packs.kind", "packs.in_force", "packs.all", "packs.serving"].map(|k| say(l, k)).to_vec(),
        rows: KINDS.iter().map(row).collect(),
        empty: String::new(),
        folded: false,
    }
}

fn found<'a>(app: &'a App, kind: &str, clause: &str) -> Vec<&'a Binding> {
    let names = |b: &&Binding| clause.is_empty() || b.clauses.iter().any(|c| c == clause);
    let of_kind = |b: &&Binding| kind.is_empty() || b.kind == kind;
    app.model().bindings.iter().filter(of_kind).filter(names).collect()
}

/// Elements by part of the plan; those of one kind do not say their kind.
fn elements(app: &App, kind: &str, clause: &str, l: Language) -> Vec<Table> {
    let row = |b: &&Binding| {
        let (word, tone) = if in_force(app, b) {
            ("packs.is_in_force", "closed")
        } else {
            ("packs.is_not_in_force", "void")
        };
        let mut row = vec![
            Shown::Link {
                href: format!("/packs/{}/{}", b.kind, b.id),
                text: b.title.in_language(l).to_owned(),
            },
            Shown::text(kind_word(b.kind, l)),
            Shown::Whole(since(app, b)),
            Shown::State { word: say(l, word), kind: tone },
            Shown::clauses(chips(app.model(), l, &b.clauses)),
        ];
        if !kind.is_empty() {
            row.remove(1);
        }
        (place(app.model(), &b.clauses), row)
    };
    let mut columns = vec!["packs.element", "packs.kind", "packs.since", "packs.state", "packs.rows"];
    if !kind.is_empty() {
        columns.remove(1);
    }
    tables(app.model(), l, &columns, found(app, kind, clause).iter().map(row), "packs.none")
}

/// GET /api/v1/packs/elements.
pub(crate) async fn json(
    State(app): State<App>,
    _who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let list: Vec<Value> =
        found(&app, wanted.one("kind"), wanted.one("clause")).into_iter().map(|b| head(&app, b)).collect();
    Ok(answer(&json!({ "elements": list })))
}

/// What all elements have, as JSON.
pub(super) fn head(app: &App, b: &Binding) -> Value {
    json!({
        "kind": b.kind,
        "id": b.id,
        "title": b.title,
        "about": b.about,
        "clauses": b.clauses,
        "since": since(app, b),
        "until": b.until.map(|day| day.to_string()),
        "in_force": in_force(app, b),
        "open_number": b.open_number,
    })
}
