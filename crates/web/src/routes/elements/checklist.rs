//! GET /checklists and GET /checklists/{id}: what to look at, on what basis, how to judge. Whoever may report hazards gets
//! beside each item the way to a hazard that knows the item already.

use axum::extract::State;
use axum::response::Response;
use base::Language;
use plan::pack::checklist::{ChecklistItem, HazardLevel};
use plan::pack::{Checklist, Shape};

use crate::api::answer;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page, reads};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

pub(in crate::routes) async fn all(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let heading = say(l, "checklist.title");
    let row = |list: &Checklist| {
        vec![
            Shown::Link {
                href: format!("/checklists/{}", list.id.get_ref()),
                text: list.title.in_language(l).to_owned(),
            },
            Shown::text(made_for(&app, list, l)),
            Shown::Number(list.items.len().to_string()),
        ]
    };
    let table = Table {
        title: String::new(),
        columns: ["packs.element", "checklist.for", "checklist.items"].map(|k| say(l, k)).to_vec(),
        rows: app.model().elements.checklists.values().map(row).collect(),
        empty: say(l, "checklist.none"),
        folded: false,
    };
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "area.inspections"), href: "/inspections".into() });
    page(&TablePage {
        f,
        heading,
        about: say(l, "checklist.about"),
        actions: Vec::new(),
        bars: Vec::new(),
        tables: vec![table],
        forms: Vec::new(),
    })
}

/// The title of the register or sector.
fn made_for(app: &App, list: &Checklist, l: Language) -> String {
    let name = list.of.get_ref();
    let model = app.model();
    let register = model.register(name).map(|r| &r.title);
    let sector = || model.choices.get("sectors")?.of.iter().find(|c| c.id == *name).map(|c| &c.title);
    register.or_else(sector).map_or_else(|| name.clone(), |t| t.in_language(l).to_owned())
}

pub(in crate::routes) async fn one(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let list = app.model().elements.checklists.get(&id).ok_or(Failure::NotFound)?;
    let heading = list.title.in_language(l).to_owned();
    let hazards = app.model().shaped(Shape::Hazard);
    let openings = match hazards {
        Some(register) => app.engine().openings_here(who.actor(), register.name()).await?,
        None => Vec::new(),
    };
    let report = hazards.filter(|_| !openings.is_empty()).map(|r| format!("/r/{}/new", r.name()));
    let row = |item: &ChecklistItem| {
        let level = match item.level {
            HazardLevel::General => say(l, "checklist.general"),
            HazardLevel::Major => say(l, "checklist.major"),
        };
        let mut judge = item.judge.in_language(l).to_owned();
        if let Some(question) = &item.question {
            judge = format!("{judge}\n{}{}", say(l, "checklist.question"), question.in_language(l));
        }
        let mut row = vec![
            Shown::Long(item.look.in_language(l).to_owned()),
            Shown::Long(item.basis.in_language(l).to_owned()),
            Shown::Long(judge),
            Shown::text(item.criterion.as_ref().map_or(level.clone(), |c| format!("{level} {c}"))),
        ];
        if let Some(report) = &report {
            let text = format!("{}：{}", item.look.zh, item.judge.zh);
            let given = [("description", text.as_str()), ("basis", item.basis.zh.as_str())];
            let known = Wanted(given.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
            row.push(Shown::Link { href: known.at(report), text: say(l, "checklist.report") });
        }
        row
    };
    let mut columns = vec!["checklist.look", "checklist.basis", "checklist.judge", "checklist.level"];
    if report.is_some() {
        columns.push("checklist.failed");
    }
    let table = Table {
        title: String::new(),
        columns: columns.into_iter().map(|k| say(l, k)).collect(),
        rows: list.items.iter().map(row).collect(),
        empty: String::new(),
        folded: false,
    };
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "area.inspections"), href: "/inspections".into() });
    f.crumbs.push(Crumb { title: say(l, "checklist.title"), href: "/checklists".into() });
    let start = start(&app, &who, list)?;
    page(&TablePage {
        f,
        heading,
        about: list.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        actions: start.into_iter().collect(),
        bars: Vec::new(),
        tables: vec![table],
        forms: Vec::new(),
    })
}

/// Where somebody begins to fill the list: at their own enterprise, or where what it is for is listed.
fn start(app: &App, who: &SignedIn, list: &Checklist) -> Result<Option<Action>, Failure> {
    let register = app.engine().subject_of(list)?;
    let own = who.actor().enterprise().filter(|_| register.shape == Some(Shape::Enterprise));
    let href = match own {
        Some(enterprise) => format!("/checklists/for/{}/{enterprise}", register.name()),
        None => format!("/r/{}", register.name()),
    };
    let visible = reads(app, who.actor(), register);
    let label = say(who.visitor.language, "checklist.choose");
    Ok(visible.then_some(Action { label, href, icon: "checklist", main: true }))
}

/// GET /api/v1/checklists/{id}.
pub(crate) async fn json(
    State(app): State<App>,
    _who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    use serde_json::json;
    let list = app.model().elements.checklists.get(&id).ok_or(Failure::NotFound)?;
    let item = |i: &ChecklistItem| {
        json!({
            "id": i.id.get_ref(),
            "look": i.look,
            "basis": i.basis,
            "judge": i.judge,
            "level": if i.level == HazardLevel::Major { "major" } else { "general" },
            "criterion": i.criterion,
            "question": i.question,
        })
    };
    let items: Vec<_> = list.items.iter().map(item).collect();
    Ok(answer(&json!({ "id": id, "title": list.title, "for": list.of.get_ref(), "items": items })))
}
