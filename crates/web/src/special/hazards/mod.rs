//! GET /hazards: hazards by route and state, what is late, by county or unit, the self-found share, major ones, and
//! what this person may report. Each number opens the list behind it.

mod months;
mod places;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use city::Actor;
use engine::dashboard::Counts;
use engine::record::list::Filter;
use plan::pack::{Area, Shape, StateKind};

use self::months::{MonthLine, months};
use self::places::{Place, by_county, by_unit};
use super::facts::{self, grouped};
use super::links;
use super::text::Words;
use crate::app::App;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::view::Action;
use crate::view::frame::Frame;
use crate::visitor::SignedIn;

/// Sources that are the enterprise's own (`choices/hazard.toml`).
const SELF_FOUND: [&str; 4] = ["self_check", "worker_report", "expert_visit", "insurer_visit"];

/// A number that opens its rows.
struct Figure {
    label: String,
    number: String,
    href: String,
    kind: &'static str,
}

/// A route with its states.
struct Route {
    title: String,
    about: String,
    open: String,
    href: String,
    states: Vec<Figure>,
}

#[derive(Template)]
#[template(path = "special/hazards.html")]
struct HazardsPage {
    f: Frame,
    w: Words,
    actions: Vec<Action>,
    heads: Vec<Figure>,
    routes: Vec<Route>,
    places_title: String,
    places: Vec<Place>,
    most: i64,
    sources: Vec<Figure>,
    self_share: String,
    months: Vec<MonthLine>,
    registers: Vec<(String, String, String)>,
}

/// Shows the page.
pub(super) async fn page(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let (actor, hazards) = (who.actor(), facts::shaped(&app, Shape::Hazard)?);
    let name = hazards.name();
    let by_state = app.engine().counts(actor, name, "state").await?;
    let by_source = app.engine().counts(actor, name, "source").await?;
    let title = w.t("glance.title");
    let own = actor.enterprise().is_some();
    let places = if own { by_unit(&app, actor, w, name).await? } else { by_county(&app, w, name, &by_state) };
    let page = HazardsPage {
        f: frame(&app, &who, &title),
        w,
        actions: actions(&app, actor, w, name).await?,
        heads: heads(&app, actor, w, name, &by_state).await?,
        routes: routes(&app, w, name, &by_state),
        places_title: if own { w.t("glance.by_unit") } else { w.t("glance.by_county") },
        most: places.iter().map(|p| p.count).max().unwrap_or(1).max(1),
        places,
        sources: sources(&app, w, name, &by_source),
        self_share: share(&by_source),
        months: months(&app, actor, name, by_state.total()).await?,
        registers: crate::build::shelf::of_area(&app, &who, Area::Hazards),
    };
    answer(&page)
}

async fn actions(app: &App, actor: &Actor, w: Words, register: &str) -> Result<Vec<Action>, Failure> {
    let mut openings = app.engine().openings_here(actor, register).await?;
    // The usual route first: it is the one that takes most hazards.
    openings.sort_by_key(|p| p.name() != "hazard.general");
    let opening = |(i, procedure): (usize, &plan::pack::Procedure)| Action {
        label: procedure.title.in_language(w.0).to_owned(),
        href: links::opening(register, procedure.name()),
        icon: "plus",
        main: i == 0,
    };
    let mut actions: Vec<Action> = openings.into_iter().enumerate().map(opening).collect();
    if let Some(firm) = actor.enterprise() {
        let href = format!("/enterprises/{firm}/print/ledger");
        actions.push(Action {
            label: w.t("checks.title"),
            href: "/checks".to_owned(),
            icon: "checklist",
            main: false,
        });
        actions.push(Action { label: w.t("glance.print_ledger"), href, icon: "printer", main: false });
    }
    Ok(actions)
}

/// Procedure and state of a counter's value.
fn parts(value: &str) -> (&str, &str) {
    value.split_once('/').unwrap_or((value, ""))
}

fn is_open(app: &App, value: &str) -> bool {
    let (procedure, state) = parts(value);
    let found = app.model().procedure(procedure).and_then(|p| p.state(state));
    found.is_some_and(|s| s.kind == StateKind::Open)
}

async fn heads(
    app: &App,
    actor: &Actor,
    w: Words,
    register: &str,
    by_state: &Counts,
) -> Result<Vec<Figure>, Failure> {
    let open: i64 = by_state.by_county.iter().filter(|((_, v), _)| is_open(app, v)).map(|(_, n)| n).sum();
    let late = facts::count(app, actor, register, vec![Filter::Late]).await?;
    let level = |level: &str| vec![facts::is("level", level), Filter::Open];
    let open_of = |id: &str| links::list(register, &[("level", id), ("view", "open")]);
    Ok(vec![
        Figure {
            label: w.t("glance.open"),
            number: grouped(open),
            href: links::list(register, &[("view", "open")]),
            kind: "calm",
        },
        Figure {
            label: w.t("glance.late"),
            kind: if late == "0" { "calm" } else { "late" },
            number: late,
            href: links::list(register, &[("view", "late")]),
        },
        Figure {
            label: w.t("glance.major"),
            number: facts::count(app, actor, register, level("major")).await?,
            href: open_of("major"),
            kind: "calm",
        },
        Figure {
            label: w.t("glance.suspected"),
            number: facts::count(app, actor, register, level("suspected_major")).await?,
            href: open_of("suspected_major"),
            kind: "calm",
        },
        Figure {
            label: w.t("glance.all"),
            number: grouped(by_state.total()),
            href: links::list(register, &[]),
            kind: "calm",
        },
    ])
}

fn routes(app: &App, w: Words, register: &str, by_state: &Counts) -> Vec<Route> {
    let mut found = Vec::new();
    for procedure in app.model().procedures_of(register) {
        let count = |state: &str| by_state.of_value(&format!("{}/{state}", procedure.name()));
        let total: i64 = procedure.states.iter().map(|s| count(&s.id)).sum();
        if total == 0 {
            continue;
        }
        let open: i64 =
            procedure.states.iter().filter(|s| s.kind == StateKind::Open).map(|s| count(&s.id)).sum();
        let figure = |state: &plan::pack::State| Figure {
            label: state.title.in_language(w.0).to_owned(),
            number: grouped(count(&state.id)),
            href: links::list(register, &[("procedure", procedure.name()), ("state", &state.id)]),
            kind: match state.kind {
                StateKind::Open => "open",
                StateKind::Closed => "closed",
                StateKind::Void => "void",
            },
        };
        found.push(Route {
            title: procedure.title.in_language(w.0).to_owned(),
            about: procedure.about.in_language(w.0).to_owned(),
            open: grouped(open),
            href: links::list(register, &[("procedure", procedure.name()), ("view", "open")]),
            states: procedure.states.iter().filter(|s| count(&s.id) > 0).map(figure).collect(),
        });
    }
    found
}

fn sources(app: &App, w: Words, register: &str, by_source: &Counts) -> Vec<Figure> {
    let definition = app.model().register(register);
    let choices = definition.map(|r| facts::choices(app.model(), r, "source")).unwrap_or_default();
    let with_some = choices.iter().filter(|c| by_source.of_value(&c.id) > 0);
    let one = |choice: &plan::pack::Choice| Figure {
        label: choice.title.in_language(w.0).to_owned(),
        number: grouped(by_source.of_value(&choice.id)),
        href: links::list(register, &[("source", &choice.id)]),
        kind: if SELF_FOUND.contains(&choice.id.as_str()) { "own" } else { "other" },
    };
    with_some.map(one).collect()
}

/// The share that enterprises found themselves, of all hazards with a source: `87.3 %`.
fn share(by_source: &Counts) -> String {
    let own: i64 = SELF_FOUND.into_iter().map(|s| by_source.of_value(s)).sum();
    let unknown = by_source.of_value("");
    let all = by_source.total() - unknown;
    if all <= 0 {
        return String::new();
    }
    let permille = (own * 1000 + all / 2) / all;
    format!("{}.{} %", permille / 10, permille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(&str, i64)]) -> Counts {
        Counts {
            by_county: pairs.iter().map(|(v, n)| (("410222".to_owned(), (*v).to_owned()), *n)).collect(),
        }
    }

    #[test]
    fn the_share_counts_what_enterprises_found_themselves() {
        assert_eq!(
            share(&counts(&[("self_check", 2), ("expert_visit", 1), ("agency_inspection", 1)])),
            "75.0 %"
        );
        assert_eq!(share(&counts(&[("self_check", 2), ("complaint", 1), ("", 50)])), "66.7 %");
        assert_eq!(share(&counts(&[])), "");
    }
}
