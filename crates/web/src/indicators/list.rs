//! GET /indicators: all indicators by annex, each with its number, target, change and course.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::Period;
use city::Actor;
use engine::indicator::Figure;
use plan::pack::{Indicator, part_of};

use super::chart::line;
use super::text::Words;
use super::words::{change, periods, reached, target, value};
use crate::app::App;
use crate::build::chips;
use crate::build::frame::{frame, page as answer};
use crate::build::shelf::place;
use crate::errors::Failure;
use crate::view::frame::Frame;
use crate::view::{Action, ClauseChip};
use crate::visitor::SignedIn;

/// Periods of the small line.
const SHOWN: usize = 13;

/// An indicator on the page.
pub(super) struct Card {
    href: String,
    title: String,
    about: String,
    period: String,
    number: String,
    target: String,
    reached: (&'static str, String),
    change: String,
    unknown: String,
    line: String,
    locked: bool,
    clauses: Vec<ClauseChip>,
}

struct Part {
    title: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "indicators/list.html")]
struct ListPage {
    f: Frame,
    w: Words,
    actions: Vec<Action>,
    parts: Vec<Part>,
}

impl ListPage {
    /// Whether there are so many that one wants to narrow them.
    fn long(&self) -> bool {
        self.parts.iter().map(|p| p.cards.len()).sum::<usize>() > 12
    }
}

/// Whether somebody sees any indicator.
pub(crate) fn sees_any(app: &App, actor: &Actor) -> bool {
    app.model().indicators.values().any(|i| app.engine().sees_indicator(actor, i))
}

pub(super) async fn page(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let title = w.t("measure.title");
    let mut parts: BTreeMap<(usize, String), Vec<Card>> = BTreeMap::new();
    let engine = app.engine();
    let mut seen: Vec<&Indicator> =
        app.model().indicators.values().filter(|i| engine.sees_indicator(who.actor(), i)).collect();
    seen.sort_by_cached_key(|i| place(app.model(), &i.clauses));
    for indicator in seen {
        let part = indicator.clauses.first().map(|c| part_of(c).to_owned()).unwrap_or_default();
        let place = app.model().parts.iter().position(|p| p.id.get_ref() == &part).unwrap_or(usize::MAX);
        parts.entry((place, part)).or_default().push(card(&app, &who, indicator, w).await?);
    }
    let named = |((_, id), cards): ((usize, String), Vec<Card>)| {
        let part = app.model().part(&id);
        let annex = part.and_then(|p| p.annex()).map(|n| w.with("measure.annex", "n", n)).unwrap_or_default();
        let title = part.map_or_else(
            || if id.is_empty() { w.t("measure.others") } else { id.clone() },
            |p| format!("{annex} {}", p.title.in_language(w.0)).trim().to_owned(),
        );
        Part { title, cards }
    };
    let label = w.t("score.title");
    answer(&ListPage {
        f: frame(&app, &who, &title),
        w,
        actions: vec![Action { label, href: "/scorecards".into(), icon: "star", main: false }],
        parts: parts.into_iter().map(named).collect(),
    })
}

/// The newest period that has a number, with the course before it.
pub(super) async fn newest(
    app: &App,
    actor: &Actor,
    indicator: &Indicator,
) -> Result<(Option<Figure>, Vec<Figure>), Failure> {
    let now = app.engine().period_of(indicator);
    let wanted: Vec<Period> = match app.engine().counts_at_once(actor, indicator)? {
        true => vec![now],
        false => periods(now, SHOWN),
    };
    let figures = app.engine().figures(actor, indicator.name(), &wanted).await?;
    Ok((figures.last().cloned(), figures))
}

async fn card(app: &App, who: &SignedIn, indicator: &Indicator, w: Words) -> Result<Card, Failure> {
    let (newest, course) = newest(app, who.actor(), indicator).await?;
    let before = newest.as_ref().map(|f| f.period.year_before());
    let before = course.iter().find(|f| Some(f.period) == before && indicator.compare.is_some());
    let values: Vec<Option<f64>> = course.iter().map(Figure::value).collect();
    let figure = newest.as_ref();
    let unknown = figure.map_or(0, |f| f.tally.unknown);
    Ok(Card {
        href: format!("/indicators/{}", indicator.name()),
        title: indicator.title.in_language(w.0).to_owned(),
        about: indicator.about.as_ref().map(|a| a.in_language(w.0).to_owned()).unwrap_or_default(),
        period: figure.map(|f| f.period.label(w.0)).unwrap_or_default(),
        number: value(indicator, figure.and_then(Figure::value), w.0),
        target: figure.map(|f| target(indicator, f, w)).unwrap_or_default(),
        reached: figure.map_or(("none", String::new()), |f| reached(indicator, f, w)),
        change: figure.map(|f| change(indicator, f, before, w)).unwrap_or_default(),
        unknown: if unknown > 0 { w.with("measure.unknown_n", "n", unknown) } else { String::new() },
        line: line(&values),
        locked: figure.is_some_and(|f| f.lock.is_some()),
        clauses: chips(app.model(), w.0, &indicator.clauses),
    })
}
