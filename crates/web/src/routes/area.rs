//! The areas of the menu: their registers, with counts that open their rows.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use engine::record::list::{Count, Filter, ListRequest};
use plan::pack::{Area, Register};

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::case::may_open;
use crate::build::chips;
use crate::build::frame::{areas_at, frame, page, reads};
use crate::build::shelf::{Place, anchor, found, heading, place};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::area::{AreaPage, CardGroup, RegisterCard};
use crate::view::list::View;
use crate::visitor::SignedIn;

/// All areas with their names.
const AREAS: [(&str, Area); 6] = [
    ("area.hazards", Area::Hazards),
    ("area.risk", Area::Risk),
    ("area.enterprises", Area::Enterprises),
    ("area.inspections", Area::Inspections),
    ("area.plan", Area::Plan),
    ("area.registers", Area::Registers),
];
/// Registers without records are shown at once where they are no more than these and stand alone.
const FEW: usize = 12;
/// Clauses named beside a register.
const CHIPS: usize = 3;

/// GET /hazards/registers.
pub(super) async fn hazards(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    area(&app, &who, "hazards", query.as_deref()).await
}

/// GET /enterprises.
pub(super) async fn enterprises(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    area(&app, &who, "enterprises", query.as_deref()).await
}

/// GET /risk/registers.
pub(super) async fn risk(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    area(&app, &who, "risk", query.as_deref()).await
}

/// GET /inspections.
pub(super) async fn inspections(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    area(&app, &who, "inspections", query.as_deref()).await
}

/// GET /registers: all of them, by part of the plan; `?area=` those of one area.
pub(super) async fn registers(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let mut wanted = Wanted::read(query.as_deref());
    wanted.0.retain(|(name, _)| ["q", "area"].contains(&name.as_str()));
    let all: Vec<Area> = AREAS.iter().map(|(_, area)| *area).collect();
    let chosen = AREAS.iter().find(|(key, _)| *key == format!("area.{}", wanted.one("area")));
    let view = |label: String, area: &str| View {
        label,
        href: wanted.with("area", area).at("/registers"),
        active: wanted.one("area") == area,
    };
    let mut views = vec![view(say(l, "list.all"), "")];
    for (key, area) in AREAS {
        let shown = |r: &Register| r.area == area && reads(&app, who.actor(), r);
        if app.model().registers.values().any(shown) {
            views.push(view(say(l, key), key.trim_start_matches("area.")));
        }
    }
    let areas: &[Area] = chosen.map_or(&all, |(_, area)| std::slice::from_ref(area));
    let shelf = shelf(&app, &who, areas, wanted.one("q")).await?;
    let heading = say(l, "area.registers");
    let mut actions = crate::rules::ways(l);
    actions.extend(crate::publications::way(&app, &who));
    page(&AreaPage {
        f: frame(&app, &who, &heading),
        heading,
        summary: summary(l, &shelf),
        actions,
        views,
        address: "/registers".into(),
        kept: wanted.0.iter().filter(|(name, _)| name == "area").cloned().collect(),
        search: wanted.one("q").to_owned(),
        groups: shelf,
    })
}

async fn area(app: &App, who: &SignedIn, name: &str, query: Option<&str>) -> Result<Response, Failure> {
    let areas = areas_at(name).ok_or(Failure::NotFound)?;
    let wanted = Wanted::read(query);
    let seen = |r: &Register| areas.contains(&r.area) && reads(app, who.actor(), r);
    if !app.model().registers.values().any(seen) {
        return Err(Failure::NotFound);
    }
    let l = who.visitor.language;
    let shelf = shelf(app, who, areas, wanted.one("q")).await?;
    let heading = say(l, &format!("area.{name}"));
    let mut actions = actions(app, who, areas);
    if name == "enterprises" {
        actions.splice(0..0, of_enterprises(app, who).await?);
    }
    let address = match name {
        "hazards" | "risk" => format!("/{name}/registers"),
        _ => format!("/{name}"),
    };
    page(&AreaPage {
        f: frame(app, who, &heading),
        heading,
        summary: summary(l, &shelf),
        actions,
        views: Vec::new(),
        address,
        kept: Vec::new(),
        search: wanted.one("q").to_owned(),
        groups: shelf,
    })
}

fn summary(l: Language, shelf: &[CardGroup]) -> String {
    let filled: usize = shelf.iter().map(|g| g.cards.len()).sum();
    let all = filled + shelf.iter().map(|g| g.rest.len()).sum::<usize>();
    fill(l, "shelf.summary", &[("all", &all.to_string()), ("filled", &filled.to_string())])
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

/// What people begin here: a hazard, or what the first register is for. Each list has its own button beside.
fn actions(app: &App, who: &SignedIn, areas: &[Area]) -> Vec<Action> {
    let l = who.visitor.language;
    let may = |r: &&Register| areas.contains(&r.area) && r.cases && may_open(app.engine(), who.actor(), r);
    let action = |r: &Register| Action {
        label: fill(l, "record.new_of", &[("register", r.title.in_language(l))]),
        href: format!("/r/{}/new", r.name()),
        icon: "plus",
        main: r.shape == Some(plan::pack::Shape::Hazard),
    };
    let mut found: Vec<&Register> = app.model().registers.values().filter(may).collect();
    found.sort_by_key(|r| (r.shape != Some(plan::pack::Shape::Hazard), place(app.model(), &r.clauses)));
    found.into_iter().take(1).map(action).collect()
}

/// The registers of these areas that the words find, by part of the plan; those that hold something first.
async fn shelf(app: &App, who: &SignedIn, areas: &[Area], words: &str) -> Result<Vec<CardGroup>, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let shown = |r: &&Register| areas.contains(&r.area) && reads(app, who.actor(), r) && found(r, words);
    let mut registers: Vec<(Place, &Register)> =
        model.registers.values().filter(shown).map(|r| (place(model, &r.clauses), r)).collect();
    registers.sort_by(|(a, x), (b, y)| (a, x.name()).cmp(&(b, y.name())));
    let mut groups: Vec<CardGroup> = Vec::new();
    for (place, register) in registers {
        let anchor = anchor(&place.part);
        if groups.last().is_none_or(|g| g.anchor != anchor) {
            let title = heading(model, &place.part, l);
            groups.push(CardGroup { anchor, title, cards: Vec::new(), rest: Vec::new(), open: false });
        }
        let (card, filled) = card(app, who, register).await?;
        if let Some(group) = groups.last_mut() {
            if filled { group.cards.push(card) } else { group.rest.push(card) }
        }
    }
    for group in &mut groups {
        group.open = !words.is_empty() || group.cards.is_empty() && group.rest.len() <= FEW;
    }
    Ok(groups)
}

/// A register as a line, and whether it holds something that the reader sees.
async fn card(app: &App, who: &SignedIn, register: &Register) -> Result<(RegisterCard, bool), Failure> {
    let l = who.visitor.language;
    let href = format!("/r/{}", register.name());
    let all = count(app, who, register, None).await?;
    let filled = all != "0";
    let mut counts = Vec::new();
    if filled {
        counts.push((say(l, "list.all"), all, href.clone()));
    }
    if filled && register.cases {
        for (key, filter, view) in [("list.open", Filter::Open, "open"), ("list.late", Filter::Late, "late")]
        {
            let number = count(app, who, register, Some(filter)).await?;
            counts.push((say(l, key), number, format!("{href}?view={view}")));
        }
    }
    let named = register.clauses.get(..register.clauses.len().min(CHIPS)).unwrap_or_default();
    let card = RegisterCard {
        title: register.title.in_language(l).to_owned(),
        about: register.about.in_language(l).to_owned(),
        href,
        counts,
        clauses: chips(app.model(), l, named),
    };
    Ok((card, filled))
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
