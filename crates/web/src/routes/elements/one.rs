//! GET /packs/{kind}/{id}: one element in words: what it is for, since when, by which rows of the plan, and everything it
//! says.

use axum::extract::State;
use axum::response::Response;
use plan::pack::{Binding, Model};

use super::browser::{head, in_force, since};
use crate::api::answer;
use crate::app::App;
use crate::build::elements::{key_word, kind_word, worded};
use crate::build::frame::{frame, page};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Keys that the head of the page says already.
const IN_HEAD: [&str; 7] = ["id", "title", "about", "clauses", "from", "until", "open_number"];

fn find<'a>(model: &'a Model, kind: &str, id: &str) -> Result<&'a Binding, Failure> {
    model.bindings.iter().find(|b| b.kind == kind && b.id == id).ok_or(Failure::NotFound)
}

pub(in crate::routes) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let element = find(model, &kind, &id)?;
    let heading = element.title.in_language(l).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    f.crumbs.push(Crumb { title: say(l, "packs.title"), href: "/packs".into() });
    f.crumbs
        .push(Crumb { title: kind_word(element.kind, l).to_owned(), href: format!("/packs?kind={kind}") });
    let (word, tone) = if in_force(&app, element) {
        ("packs.is_in_force", "closed")
    } else {
        ("packs.is_not_in_force", "void")
    };
    let mut rows = vec![
        vec![Shown::text(say(l, "packs.state")), Shown::State { word: say(l, word), kind: tone }],
        vec![Shown::text(say(l, "packs.since")), Shown::Whole(since(&app, element))],
    ];
    if let Some(until) = element.until {
        rows.push(vec![Shown::text(say(l, "packs.until")), Shown::Whole(until.to_string())]);
    }
    if let Some(open) = &element.open_number {
        rows.push(vec![Shown::text(say(l, "packs.open_number")), Shown::text(open.in_language(l))]);
    }
    if element.kind == "monitor" {
        rows.push(vec![
            Shown::text(say(l, "packs.live")),
            Shown::State { word: say(l, "packs.awaits_live_data"), kind: "open" },
        ]);
    }
    let named = |key: &str| element.keys.get(key).and_then(toml::Value::as_str);
    let about = if element.kind == "register" { Some(element.id.as_str()) } else { None };
    let register = about.or_else(|| named("on")).or_else(|| named("of")).or_else(|| named("register"));
    let register = register.and_then(|name| model.register(name));
    for (key, value) in element.keys.iter().filter(|(key, _)| !IN_HEAD.contains(&key.as_str())) {
        let Some(word) = key_word(key, l) else { continue };
        let says = match (key.as_str(), value.as_str()) {
            ("area", Some(area)) => say(l, &format!("area.{area}")),
            _ => worded(model, register, value, l),
        };
        rows.push(vec![Shown::text(word), Shown::Long(says)]);
    }
    let says = Table {
        title: String::new(),
        columns: ["packs.what", "packs.says"].map(|k| say(l, k)).to_vec(),
        rows,
        empty: String::new(),
        folded: false,
    };
    let written = Table {
        title: say(l, "packs.as_written"),
        columns: Vec::new(),
        rows: vec![vec![Shown::Source(element.keys.to_string())]],
        empty: String::new(),
        folded: true,
    };
    let clause = |id: &String| {
        let row = model.rows.iter().find(|r| r.id.get_ref() == id).map(|r| &r.title);
        let title = row.or_else(|| model.clause(id).map(|c| &c.title));
        vec![
            Shown::Link { href: format!("/plan/clauses/{id}"), text: id.clone() },
            Shown::text(title.map_or("", |t| t.in_language(l))),
        ]
    };
    let rows_served = Table {
        title: say(l, "packs.rows"),
        columns: ["plan.clause", "plan.clause_title"].map(|k| say(l, k)).to_vec(),
        rows: element.clauses.iter().map(clause).collect(),
        empty: say(l, "packs.no_rows"),
        folded: false,
    };
    let action = rows_of(model, element).map(|href| Action {
        label: say(l, "packs.open_rows"),
        href,
        icon: "list-check",
        main: true,
    });
    page(&TablePage {
        f,
        heading,
        about: element.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        actions: action.into_iter().collect(),
        bars: Vec::new(),
        tables: vec![says, rows_served, written],
        forms: Vec::new(),
    })
}

/// The list behind an element.
pub(crate) fn rows_of(model: &Model, element: &Binding) -> Option<String> {
    use plan::pack::Shape;
    let id = &element.id;
    let owed = |shape| model.shaped(shape).map(|r| format!("/r/{}?element={id}", r.name()));
    match element.kind {
        "register" => Some(format!("/r/{id}")),
        "procedure" => model.procedure(id).map(|p| format!("/r/{}?procedure={id}", p.register)),
        "deliverable" => owed(Shape::DeliverableCopy),
        "campaign" => owed(Shape::CampaignRun),
        "checklist" => Some(format!("/checklists/{id}")),
        _ => None,
    }
}

/// GET /api/v1/packs/elements/{kind}/{id}.
pub(crate) async fn json(
    State(app): State<App>,
    _who: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let element = find(app.model(), &kind, &id)?;
    let mut value = head(&app, element);
    if let Some(object) = value.as_object_mut() {
        let says = serde_json::to_value(&element.keys).unwrap_or_default();
        object.insert("says".into(), says);
    }
    Ok(answer(&value))
}
