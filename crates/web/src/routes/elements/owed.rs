//! GET /deliverables and GET /campaigns: what units owe, what is late first; each number opens its rows, within the
//! reader's scope.

use axum::extract::State;
use axum::response::Response;
use plan::pack::Shape;
use serde_json::{Value, json};

use crate::api::answer;
use crate::app::App;
use crate::build::frame::{frame, page, reads};
use crate::errors::Failure;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

pub(in crate::routes) async fn deliverables(
    State(app): State<App>,
    who: SignedIn,
) -> Result<Response, Failure> {
    let words = ["owed.deliverables", "owed.deliverables_about"];
    shown(&app, &who, Shape::DeliverableCopy, words, "deliverable").await
}

pub(in crate::routes) async fn campaigns(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let words = ["owed.campaigns", "owed.campaigns_about"];
    shown(&app, &who, Shape::CampaignRun, words, "campaign").await
}

async fn shown(
    app: &App,
    who: &SignedIn,
    shape: Shape,
    [title, about]: [&str; 2],
    kind: &str,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let register =
        app.model().shaped(shape).filter(|r| reads(app, who.actor(), r)).ok_or(Failure::NotFound)?;
    let list = format!("/r/{}", register.name());
    let standing = app.engine().owed(who.actor(), shape).await?;
    // Exactly the rows that were counted.
    let [late, done] = if shape == Shape::DeliverableCopy {
        ["&state=owed&state=returned", "&state=received"]
    } else {
        ["&state=expected&state=planned", "&state=proven"]
    };
    let late = format!("{late}&due_on.to={}", app.engine().today().plus_days(-1));
    let open = |href: String, number: i64| Shown::Link { href, text: number.to_string() };
    let rows = standing.iter().map(|s| {
        let of = format!("{list}?element={}", s.id);
        vec![
            Shown::Link { href: format!("/packs/{kind}/{}", s.id), text: s.title.in_language(l).to_owned() },
            open(format!("{of}{late}"), s.late),
            open(format!("{of}&view=open"), s.open),
            open(format!("{of}{done}"), s.done),
            open(of.clone(), s.all),
        ]
    });
    let table = Table {
        title: String::new(),
        columns: ["packs.element", "owed.late", "owed.open", "owed.done", "owed.all"]
            .map(|k| say(l, k))
            .to_vec(),
        rows: rows.collect(),
        empty: say(l, "owed.none"),
        folded: false,
    };
    let heading = say(l, title);
    let mut f = frame(app, who, &heading);
    f.crumbs.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    let action = |key: &str, view: &str, main: bool| Action {
        label: say(l, key),
        href: format!("{list}{view}"),
        icon: "list-check",
        main,
    };
    page(&TablePage {
        f,
        heading,
        about: say(l, about),
        actions: vec![action("owed.late_rows", "?view=late", true), action("owed.all_rows", "", false)],
        bars: Vec::new(),
        tables: vec![table],
        forms: Vec::new(),
    })
}

/// GET /api/v1/deliverables.
pub(crate) async fn deliverables_json(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    json_of(&app, &who, Shape::DeliverableCopy).await
}

/// GET /api/v1/campaigns.
pub(crate) async fn campaigns_json(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    json_of(&app, &who, Shape::CampaignRun).await
}

async fn json_of(app: &App, who: &SignedIn, shape: Shape) -> Result<Response, Failure> {
    app.model().shaped(shape).filter(|r| reads(app, who.actor(), r)).ok_or(Failure::NotFound)?;
    let standing = app.engine().owed(who.actor(), shape).await?;
    let list: Vec<Value> = standing
        .iter()
        .map(|s| json!({ "id": s.id, "title": s.title, "all": s.all, "open": s.open, "late": s.late, "done": s.done }))
        .collect();
    Ok(answer(&json!({ "elements": list })))
}
