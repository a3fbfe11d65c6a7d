//! GET /risk/map: the four-colour map with the same numbers in a table beside it, so that nothing depends on the map.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use engine::dashboard::Counts;
use engine::risk::GRADES;
use plan::pack::{Choice, Shape};

use crate::app::App;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::special::facts::{self, grouped};
use crate::special::links;
use crate::special::text::Words;
use crate::text::say;
use crate::view::frame::{Crumb, Frame};
use crate::visitor::SignedIn;

/// A number of the table.
struct Cell {
    grade: &'static str,
    label: String,
    count: i64,
    number: String,
    href: String,
}

/// A county.
struct Line {
    code: String,
    name: String,
    href: String,
    cells: Vec<Cell>,
    count: i64,
    total: String,
    worst: &'static str,
}

#[derive(Template)]
#[template(path = "special/map.html")]
struct MapPage {
    f: Frame,
    w: Words,
    grades: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    sums: Vec<Cell>,
    total: String,
}

/// Shows the page.
pub(in crate::special) async fn page(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let register = facts::shaped(&app, Shape::Enterprise)?;
    let choices = facts::choices(app.model(), register, "risk_grade");
    let counts = app.engine().counts(who.actor(), register.name(), "risk_grade").await?;
    let all = app.engine().counts(who.actor(), register.name(), "").await?;
    let title = w.t("fourmap.title");
    let mut f = frame(&app, &who, &title);
    f.crumbs.push(Crumb { title: say(w.0, "area.risk"), href: "/risk".to_owned() });
    let lines = lines(&app, w, register.name(), choices, &counts, &all);
    let page = MapPage {
        f,
        w,
        grades: GRADES.into_iter().map(|g| (g, facts::word(choices, g, w.0))).collect(),
        lines,
        sums: cells(w, register.name(), choices, None, |grade| counts.of_value(grade)),
        total: grouped(all.total()),
    };
    answer(&page)
}

/// Counties of today that have something, or that the city has at all, in the order of the packs.
fn lines(
    app: &App,
    w: Words,
    register: &str,
    choices: &[Choice],
    counts: &Counts,
    all: &Counts,
) -> Vec<Line> {
    let counties = app.regions().counties(app.engine().today());
    let line = |region: &&city::regions::Region| {
        let code = region.code.as_str();
        let count: i64 = all.by_county.iter().filter(|((c, _), _)| c == code).map(|(_, n)| n).sum();
        Line {
            name: region.title.in_language(w.0).to_owned(),
            href: links::list(register, &[("county", code)]),
            cells: cells(w, register, choices, Some(code), |grade| counts.of(code, grade)),
            count,
            total: grouped(count),
            worst: GRADES.into_iter().find(|grade| counts.of(code, grade) > 0).unwrap_or(""),
            code: code.to_owned(),
        }
    };
    counties.iter().map(line).collect()
}

fn cells(
    w: Words,
    register: &str,
    choices: &[Choice],
    county: Option<&str>,
    count: impl Fn(&str) -> i64,
) -> Vec<Cell> {
    let one = |grade: &'static str| {
        let mut filters: Vec<(&str, &str)> = county.map(|c| ("county", c)).into_iter().collect();
        filters.push(("risk_grade", grade));
        let number = count(grade);
        Cell {
            grade,
            label: facts::word(choices, grade, w.0),
            count: number,
            number: grouped(number),
            href: links::list(register, &filters),
        }
    };
    GRADES.into_iter().map(one).collect()
}
