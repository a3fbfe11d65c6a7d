//! The areas of the menu: their registers, with counts that open their rows.

use axum::extract::State;
use axum::response::Response;
use engine::record::list::{Count, Filter, ListRequest};
use plan::pack::{Area, Register};

use crate::app::App;
use crate::build::case::may_open;
use crate::build::chips;
use crate::build::frame::{areas_at, frame, page, reads};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::area::{AreaPage, CardGroup, RegisterCard};
use crate::visitor::SignedIn;

/// GET /hazards/registers.
pub(super) async fn hazards(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    area(&app, &who, "hazards").await
}

/// GET /enterprises.
pub(super) async fn enterprises(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    area(&app, &who, "enterprises").await
}

/// GET /risk/registers.
pub(super) async fn risk(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    area(&app, &who, "risk").await
}

/// GET /inspections.
pub(super) async fn inspections(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    area(&app, &who, "inspections").await
}

/// GET /registers: all of them, by area.
pub(super) async fn registers(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let all = [
        ("area.hazards", Area::Hazards),
        ("area.risk", Area::Risk),
        ("area.enterprises", Area::Enterprises),
        ("area.inspections", Area::Inspections),
        ("area.plan", Area::Plan),
        ("area.registers", Area::Registers),
    ];
    let mut groups = Vec::new();
    for (key, area) in all {
        let cards = cards(&app, &who, &[area]).await?;
        if !cards.is_empty() {
            groups.push(CardGroup { title: say(l, key), cards });
        }
    }
    let heading = say(l, "area.registers");
    let mut actions = crate::rules::ways(l);
    actions.extend(crate::publications::way(&app, &who));
    page(&AreaPage { f: frame(&app, &who, &heading), heading, actions, groups })
}

async fn area(app: &App, who: &SignedIn, name: &str) -> Result<Response, Failure> {
    let areas = areas_at(name).ok_or(Failure::NotFound)?;
    let cards = cards(app, who, areas).await?;
    if cards.is_empty() {
        return Err(Failure::NotFound);
    }
    let heading = say(who.visitor.language, &format!("area.{name}"));
    let mut actions = actions(app, who, areas);
    if name == "enterprises" {
        actions.splice(0..0, of_enterprises(app, who).await?);
    }
    page(&AreaPage {
        f: frame(app, who, &heading),
        heading,
        actions,
        groups: vec![CardGroup { title: String::new(), cards }],
    })
}

/// Where people of an enterprise find its file, and others whom nobody or several are responsible for.
async fn of_enterprises(app: &App, who: &SignedIn) -> Result<Vec<Action>, Failure> {
    let l = who.visitor.language;
    if let Some(own) = who.actor().enterprise() {
        let href = format!("/enterprises/{own}");
        let icon = "building-factory-2";
        return Ok(vec![Action { label: say(l, "record.own_file"), href, icon, main: true }]);
    }
    let number = super::responsibility::number(app, who.actor()).await?;
    let label = fill(l, "responsibility.to_list", &[("count", &number.to_string())]);
    let href = "/enterprises/responsibility".to_owned();
    Ok(vec![Action { label, href, icon: "alert-triangle", main: false }])
}

fn actions(app: &App, who: &SignedIn, areas: &[Area]) -> Vec<Action> {
    let l = who.visitor.language;
    let may = |r: &&Register| areas.contains(&r.area) && r.cases && may_open(app.engine(), who.actor(), r);
    let action = |r: &Register| Action {
        label: fill(l, "record.new_of", &[("register", r.title.in_language(l))]),
        href: format!("/r/{}/new", r.name()),
        icon: "plus",
        main: r.shape == Some(plan::pack::Shape::Hazard),
    };
    app.model().registers.values().filter(may).map(action).collect()
}

async fn cards(app: &App, who: &SignedIn, areas: &[Area]) -> Result<Vec<RegisterCard>, Failure> {
    let l = who.visitor.language;
    let mut cards = Vec::new();
    let shown = |r: &&Register| areas.contains(&r.area) && reads(app, who.actor(), r);
    for register in app.model().registers.values().filter(shown) {
        let href = format!("/r/{}", register.name());
        let mut counts = vec![(say(l, "list.all"), count(app, who, register, None).await?, href.clone())];
        if register.cases {
            counts.push((
                say(l, "list.open"),
                count(app, who, register, Some(Filter::Open)).await?,
                format!("{href}?view=open"),
            ));
            counts.push((
                say(l, "list.late"),
                count(app, who, register, Some(Filter::Late)).await?,
                format!("{href}?view=late"),
            ));
        }
        cards.push(RegisterCard {
            title: register.title.in_language(l).to_owned(),
            about: register.about.in_language(l).to_owned(),
            href,
            counts,
            clauses: chips(app.model(), l, &register.clauses),
        });
    }
    Ok(cards)
}

async fn count(
    app: &App,
    who: &SignedIn,
    register: &Register,
    filter: Option<Filter>,
) -> Result<String, Failure> {
    count_of(app, who, register, filter.into_iter().collect()).await
}

/// How many records the filters leave, as a short number.
async fn count_of(
    app: &App,
    who: &SignedIn,
    register: &Register,
    filters: Vec<Filter>,
) -> Result<String, Failure> {
    let request = ListRequest { filters, ..ListRequest::default() };
    Ok(match app.engine().count(who.actor(), register.name(), &request).await? {
        Count::Exactly(n) => n.to_string(),
        Count::MoreThan(n) => format!("{n}+"),
    })
}
