//! GET /plan/timetable: what is due when, with the plan clock's today. Filters stand in the address.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use plan::pack::{ClauseTitle, Model};

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::clause::{department, is_served, part_title};
use crate::build::frame::{frame, page};
use crate::build::gantt::Axis;
use crate::build::schedule::Setting;
use crate::build::standing::{Standings, procedures_serving, standings};
use crate::build::timetable::{Evidence, Mark, Row, Selection, Span, rows, span};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::frame::Crumb;
use crate::view::timetable::{Choice, Filter, TimetablePage};
use crate::visitor::SignedIn;

/// The selection that an address asks for. What the plan does not have selects nothing.
///
/// # Errors
/// A year that is none.
pub(crate) fn selection(wanted: &Wanted) -> Result<Selection, Failure> {
    let year = match wanted.one("year") {
        "" => None,
        text => Some(text.parse().ok().filter(|y| (1900..=2999).contains(y)).ok_or(bad_address())?),
    };
    Ok(Selection { part: wanted.one("part").into(), department: wanted.one("department").into(), year })
}

fn bad_address() -> Failure {
    Failure::bad("request.bad_address")
}

/// What is known about a clause: whether something serves it, and how many of the reader's cases are late.
pub(crate) fn evidence(model: &Model, standings: &Standings, clause: &ClauseTitle) -> Evidence {
    let id = clause.id.get_ref();
    let late = standings.of(procedures_serving(model, id)).map_or(0, |s| s.late);
    Evidence { served: is_served(model, id), late }
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (l, model, today) = (who.visitor.language, app.model(), app.engine().today());
    let wanted = Wanted::read(query.as_deref());
    let selection = selection(&wanted)?;
    let heading = say(l, "timetable.title");
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    let mut shown = TimetablePage {
        f,
        heading,
        summary: say(l, "timetable.empty"),
        filters: Vec::new(),
        filtered: selection != Selection::default(),
        ticks: Vec::new(),
        today: None,
        today_is: today.to_string(),
        legend: legend(l),
        groups: Vec::new(),
        months: Vec::new(),
    };
    if let Some(span) = span(model) {
        let standings = standings(&app, &who).await?;
        let rows = rows(model, span, &selection, today, |c| evidence(model, &standings, c));
        let axis = selection.year.and_then(Axis::year).unwrap_or_else(|| Axis::new(span.from, span.until));
        let setting = Setting { model, axis, today, language: l };
        shown.filters = filters(model, span, &selection, l);
        shown.summary = summary(&rows, l);
        shown.ticks = setting.ticks();
        shown.today = axis.has(today).then(|| axis.at(today));
        shown.groups = setting.groups(&rows);
        shown.months = setting.months(&rows);
    }
    page(&shown)
}

fn summary(rows: &[Row<'_>], l: Language) -> String {
    let days = || rows.iter().flat_map(|r| &r.nodes);
    let late = days().filter(|n| n.mark.is_late()).count().to_string();
    let near = days().filter(|n| n.mark == Mark::Near).count().to_string();
    fill(l, "timetable.summary", &[("clauses", &rows.len().to_string()), ("late", &late), ("near", &near)])
}

fn legend(l: Language) -> Vec<(&'static str, String)> {
    let mut legend: Vec<(&'static str, String)> =
        [Mark::Unserved, Mark::LateCases, Mark::Near, Mark::Ahead, Mark::Passed]
            .map(|mark| (mark.name(), say(l, mark.key())))
            .to_vec();
    legend.push(("period", say(l, "timetable.period_or_phase")));
    legend
}

fn filters(model: &Model, span: Span, selection: &Selection, l: Language) -> Vec<Filter> {
    let dated = || model.clauses.iter().filter(|c| c.is_dated());
    let named: BTreeSet<&str> =
        dated().flat_map(|c| c.lead.iter().chain(&c.support)).map(String::as_str).collect();
    let mut parts: Vec<&str> = Vec::new();
    for clause in dated() {
        let part = plan::pack::part_of(clause.id.get_ref());
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let choice = |id: &str, title: String, chosen: bool| Choice { id: id.to_owned(), title, chosen };
    // In the order of the packs, in which the leads of the plan come first.
    let departments =
        model.departments.iter().map(|d| d.id.get_ref().as_str()).filter(|id| named.contains(id));
    let years = span.from.year()..=span.until.year();
    vec![
        Filter {
            name: "part",
            label: say(l, "plan.part"),
            options: parts.iter().map(|p| choice(p, part_title(model, p, l), *p == selection.part)).collect(),
        },
        Filter {
            name: "department",
            label: say(l, "timetable.department"),
            options: departments
                .map(|d| choice(d, department(model, d, l), d == selection.department))
                .collect(),
        },
        Filter {
            name: "year",
            label: say(l, "timetable.year"),
            options: years
                .map(|y| choice(&y.to_string(), y.to_string(), Some(y) == selection.year))
                .collect(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_selects_part_department_and_year() {
        let read = |query: &str| selection(&Wanted::read(Some(query)));
        let found = read("part=A2&department=fire_rescue&year=2021").unwrap();
        assert_eq!(
            (found.part.as_str(), found.department.as_str(), found.year),
            ("A2", "fire_rescue", Some(2021))
        );
        assert_eq!(read("year=").unwrap(), Selection::default());
        for wrong in ["year=next", "year=21", "year=99999999999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
