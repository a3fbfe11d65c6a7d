//! GET /risk: risks by grade and by level of control, what must be assessed again, major risks without an archive.
//! Each number opens the list behind it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::Day;
use city::Actor;
use engine::dashboard::Counts;
use engine::record::list::Filter;
use engine::risk::GRADES;
use judge::Fact;
use plan::pack::{Area, Shape};

use super::major::{Bare, report, without_archive};
use crate::app::App;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::special::facts::{self, grouped};
use crate::special::links;
use crate::special::text::Words;
use crate::view::Action;
use crate::view::frame::Frame;
use crate::visitor::SignedIn;

/// A number that opens its rows.
pub(super) struct Figure {
    colour: &'static str,
    label: String,
    number: String,
    href: String,
}

/// A line of the table of grades.
struct Line {
    label: String,
    href: String,
    cells: Vec<Figure>,
    total: String,
}

#[derive(Template)]
#[template(path = "special/risk.html")]
struct RiskPage {
    f: Frame,
    w: Words,
    actions: Vec<Action>,
    heads: Vec<Figure>,
    lines: Vec<Line>,
    levels: Vec<Figure>,
    asked: Option<Figure>,
    again_late: Figure,
    again_soon: Figure,
    bare_number: String,
    bare: Vec<Bare>,
    counties: Vec<Line>,
    registers: Vec<(String, String, String)>,
}

/// Shows the page.
pub(in crate::special) async fn page(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let actor = who.actor();
    let points = facts::shaped(&app, Shape::RiskPoint)?.name();
    let factors = facts::shaped(&app, Shape::RiskFactor)?.name();
    let enterprises = facts::shaped(&app, Shape::Enterprise)?.name();
    let by_point = app.engine().counts(actor, points, "grade").await?;
    let by_factor = app.engine().counts(actor, factors, "grade").await?;
    let by_enterprise = app.engine().counts(actor, enterprises, "risk_grade").await?;
    let title = w.t("risks.title");
    let today = app.engine().today();
    let (bare_number, bare) = without_archive(&app, actor, points).await?;
    let lines = vec![
        line(&app, w, w.t("risks.points"), points, "grade", &by_point, None),
        line(&app, w, w.t("risks.factors"), factors, "grade", &by_factor, None),
        line(&app, w, w.t("risks.enterprises"), enterprises, "risk_grade", &by_enterprise, None),
    ];
    let page = RiskPage {
        f: frame(&app, &who, &title),
        w,
        actions: actions(&app, actor, w, &report(&app, actor, &by_point).await?),
        heads: grades(&app, w, points, "grade", &by_point, None),
        // One's own enterprise has one colour; the line of enterprises says something to offices only.
        lines: lines.into_iter().take(if actor.enterprise().is_some() { 2 } else { 3 }).collect(),
        levels: levels(&app, actor, w, factors).await?,
        asked: asked(&app, actor, w).await?,
        again_late: again(
            &app,
            actor,
            w.t("risks.again_late"),
            factors,
            (day(2000, 1, 1), today.plus_days(-1)),
        )
        .await?,
        again_soon: again(&app, actor, w.t("risks.again_soon"), factors, (today, today.plus_days(30)))
            .await?,
        bare_number,
        bare,
        counties: if actor.enterprise().is_some() {
            Vec::new()
        } else {
            counties(&app, w, points, &by_point)
        },
        registers: crate::build::shelf::of_area(&app, &who, Area::Risk),
    };
    answer(&page)
}

fn day(year: i32, month: u32, day: u32) -> Day {
    Day::new(year, month, day).unwrap_or_else(|| Day::from_days_since_1970(0))
}

fn actions(app: &App, actor: &Actor, w: Words, report: &str) -> Vec<Action> {
    let action = |label: String, href: String, icon, main| Action { label, href, icon, main };
    let mut actions = vec![action(w.t("fourmap.title"), "/risk/map".into(), "map", false)];
    if let Some(enterprise) = actor.enterprise() {
        actions.push(action(
            w.t("risks.print_list"),
            format!("/enterprises/{enterprise}/print/risk-list"),
            "printer",
            false,
        ));
        actions.push(action(
            w.t("risks.print_board"),
            format!("/enterprises/{enterprise}/print/notice-board"),
            "printer",
            false,
        ));
    }
    if !report.is_empty() {
        actions.push(action(w.t("risks.report"), report.to_owned(), "send", false));
    }
    if app.model().shaped(Shape::RiskFactor).is_some_and(|r| actor.has_any(&r.keeper)) {
        actions.push(action(w.t("risks.assess_new"), "/risk/factors/new".into(), "scale", true));
    }
    actions
}

/// A figure for each grade, the worst first.
fn grades(
    app: &App,
    w: Words,
    register: &str,
    field: &str,
    counts: &Counts,
    county: Option<&str>,
) -> Vec<Figure> {
    let definition = app.model().register(register);
    let choices = definition.map(|r| facts::choices(app.model(), r, field)).unwrap_or_default();
    let one = |grade: &'static str| {
        let number = county.map_or_else(|| counts.of_value(grade), |county| counts.of(county, grade));
        let mut filters = vec![(field, grade)];
        filters.extend(county.map(|c| ("county", c)));
        Figure {
            colour: grade,
            label: facts::word(choices, grade, w.0),
            number: grouped(number),
            href: links::list(register, &filters),
        }
    };
    GRADES.into_iter().map(one).collect()
}

fn line(
    app: &App,
    w: Words,
    label: String,
    register: &str,
    field: &str,
    counts: &Counts,
    county: Option<&str>,
) -> Line {
    let total: i64 = match county {
        Some(county) => counts.by_county.iter().filter(|((c, _), _)| c == county).map(|(_, n)| n).sum(),
        None => counts.total(),
    };
    let filters: Vec<(&str, &str)> = county.map(|c| ("county", c)).into_iter().collect();
    let href = links::list(register, &filters);
    Line { label, href, cells: grades(app, w, register, field, counts, county), total: grouped(total) }
}

fn counties(app: &App, w: Words, points: &str, counts: &Counts) -> Vec<Line> {
    let on = app.regions().on(app.engine().today());
    let codes: BTreeSet<&String> = counts.by_county.keys().map(|(county, _)| county).collect();
    let name =
        |code: &str| on.name(code).map_or_else(|| w.t("risks.no_county"), |t| t.in_language(w.0).to_owned());
    codes.into_iter().map(|code| line(app, w, name(code), points, "grade", counts, Some(code))).collect()
}

async fn levels(app: &App, actor: &Actor, w: Words, factors: &str) -> Result<Vec<Figure>, Failure> {
    let register = app.engine().register(factors)?;
    let mut figures = Vec::new();
    for level in facts::choices(app.model(), register, "control_level") {
        figures.push(Figure {
            colour: "",
            label: level.title.in_language(w.0).to_owned(),
            number: facts::count(app, actor, factors, vec![facts::is("control_level", &level.id)]).await?,
            href: links::list(factors, &[("control_level", &level.id)]),
        });
    }
    Ok(figures)
}

/// New assessments that are asked for and not made yet.
async fn asked(app: &App, actor: &Actor, w: Words) -> Result<Option<Figure>, Failure> {
    let Some(register) = app.model().shaped(Shape::Reassessment) else { return Ok(None) };
    let procedure = app.model().procedures_of(register.name()).next();
    let Some(first) = procedure.and_then(|p| p.states.first()) else { return Ok(None) };
    Ok(Some(Figure {
        colour: "",
        label: w.t("risks.asked_open"),
        number: facts::count(app, actor, register.name(), vec![facts::is("state", &first.id)]).await?,
        href: links::list(register.name(), &[("state", &first.id)]),
    }))
}

/// Factors whose next assessment falls between two days.
async fn again(
    app: &App,
    actor: &Actor,
    label: String,
    factors: &str,
    (from, to): (Day, Day),
) -> Result<Figure, Failure> {
    let between = Filter::Between("assess_again_on".to_owned(), Some(Fact::Day(from)), Some(Fact::Day(to)));
    let (from, to) = (from.to_string(), to.to_string());
    Ok(Figure {
        colour: "",
        label,
        number: facts::count(app, actor, factors, vec![between]).await?,
        href: links::list(
            factors,
            &[("assess_again_on.from", &from), ("assess_again_on.to", &to), ("sort", "assess_again_on")],
        ),
    })
}
