//! GET /indicators/{id}?period=&by=: one indicator: the number with its rows, its course, its groups, its definition,
//! and, for the office, counting and releasing.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Period;
use engine::indicator::{Figure, Group, GroupsOf};
use judge::indicator::Shape;
use plan::pack::{Indicator, Model, Register, ScopeFrom};

use super::text::Words;
use super::words::{
    asked, change, change_alone, dimension, group_names, number, periods, reached, share, target, value,
    whole,
};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::chips;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::path::Path;
use crate::view::frame::{Crumb, Frame};
use crate::view::{Action, ClauseChip};
use crate::visitor::SignedIn;

/// Periods of the chart.
const SHOWN: usize = 13;

/// A number that opens its rows.
pub(super) struct Count {
    label: String,
    number: String,
    href: String,
}

/// A period of the course.
pub(super) struct Line {
    pub(super) label: String,
    pub(super) href: String,
    /// The number for the chart, in percent for shares; empty for nothing.
    pub(super) plain: String,
    pub(super) number: String,
    pub(super) hit: String,
    pub(super) base: String,
    pub(super) unknown: String,
    pub(super) target: String,
    pub(super) reached: (&'static str, String),
    pub(super) change: String,
    pub(super) locked: bool,
}

/// A group of a table.
pub(super) struct GroupLine {
    pub(super) label: String,
    pub(super) number: String,
    pub(super) hit: String,
    pub(super) base: String,
    pub(super) unknown: String,
    pub(super) href: String,
}

/// A table of groups.
pub(super) struct Groups {
    pub(super) title: String,
    pub(super) lines: Vec<GroupLine>,
}

/// A dated value of the target.
struct Dated {
    from: String,
    value: String,
    source: String,
}

#[derive(Template)]
#[template(path = "indicators/one.html")]
struct OnePage {
    f: Frame,
    w: Words,
    actions: Vec<Action>,
    heading: String,
    about: String,
    open_number: String,
    clauses: Vec<ClauseChip>,
    base_path: String,
    period: String,
    code: String,
    earlier: String,
    later: String,
    number: String,
    target: String,
    reached: (&'static str, String),
    change: String,
    counts: Vec<Count>,
    completeness: String,
    counted: String,
    released: String,
    since: String,
    city: String,
    course: Vec<Line>,
    share: bool,
    tables: Vec<Groups>,
    definition: Vec<(String, String)>,
    dated: Vec<Dated>,
    office: bool,
    locked: bool,
    over: bool,
}

/// What the page and the workbook show.
pub(super) struct Seen {
    pub(super) figure: Option<Figure>,
    pub(super) course: Vec<Figure>,
    pub(super) period: Period,
}

/// The indicator, where this person sees it.
pub(super) fn indicator_for<'a>(app: &'a App, who: &SignedIn, id: &str) -> Result<&'a Indicator, Failure> {
    let found = app.model().indicators.get(id);
    found.filter(|i| app.engine().sees_indicator(who.actor(), i)).ok_or(Failure::NotFound)
}

/// Reads a period and the course up to it. Without a period: the newest that has numbers.
pub(super) async fn seen(
    app: &App,
    who: &SignedIn,
    indicator: &Indicator,
    code: &str,
) -> Result<Seen, Failure> {
    let engine = app.engine();
    let now = engine.period_of(indicator);
    let mut period = asked(code, now)?;
    let mut course = engine.figures(who.actor(), indicator.name(), &periods(period, SHOWN)).await?;
    if code.is_empty()
        && let Some(newest) = course.last()
        && newest.period != period
    {
        period = newest.period;
        course = engine.figures(who.actor(), indicator.name(), &periods(period, SHOWN)).await?;
    }
    let figure = course.last().filter(|f| f.period == period).cloned();
    Ok(Seen { figure, course, period })
}

pub(super) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (w, engine) = (Words(who.visitor.language), app.engine());
    let wanted = Wanted::read(query.as_deref());
    let indicator = indicator_for(&app, &who, &id)?;
    let register = engine.register_of(indicator)?;
    let seen = seen(&app, &who, indicator, wanted.one("period")).await?;
    let (figure, period) = (seen.figure.as_ref(), seen.period);
    let before = seen.course.iter().find(|f| f.period == period.year_before() && indicator.compare.is_some());
    let heading = indicator.title.in_language(w.0).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: w.t("measure.title"), href: "/indicators".into() });
    let at = |p: Period| format!("/indicators/{id}?period={}", p.code());
    let city = engine.released_figure(who.actor(), &id, period).await?;
    let city = city.filter(|c| figure.is_none_or(|f| f.tally != c.tally));
    answer(&OnePage {
        w,
        heading,
        about: indicator.about.as_ref().map(|a| a.in_language(w.0).to_owned()).unwrap_or_default(),
        open_number: indicator
            .open_number
            .as_ref()
            .map(|a| a.in_language(w.0).to_owned())
            .unwrap_or_default(),
        clauses: chips(app.model(), w.0, &indicator.clauses),
        period: period.label(w.0),
        code: period.code(),
        earlier: at(period.previous()),
        later: if period.next().first() <= engine.today() { at(period.next()) } else { String::new() },
        number: value(indicator, figure.and_then(Figure::value), w.0),
        target: figure.map(|f| target(indicator, f, w)).unwrap_or_default(),
        reached: figure.map_or(("none", String::new()), |f| reached(indicator, f, w)),
        change: figure.map(|f| change(indicator, f, before, w)).unwrap_or_default(),
        counts: figure.map(|f| counts(indicator, &id, f, w)).unwrap_or_default(),
        completeness: completeness(indicator, figure, w),
        counted: counted(figure, w),
        released: released(figure, w),
        since: since(indicator, figure, w),
        city: city.map(|c| w.with("measure.city", "n", value(indicator, c.value(), w.0))).unwrap_or_default(),
        course: course(indicator, &id, &seen.course, w),
        share: Shape::of(indicator) == Shape::Share,
        tables: tables(&app, &who, indicator, register, period, w).await?,
        definition: definition(app.model(), indicator, register, w),
        dated: dated(app.model(), indicator),
        office: engine.locks_figures(who.actor()),
        locked: figure.is_some_and(|f| f.lock.is_some()),
        over: period.last() < engine.today(),
        actions: vec![Action {
            label: w.t("measure.excel"),
            href: format!("/indicators/{id}/table.xlsx?period={}", period.code()),
            icon: "file-spreadsheet",
            main: false,
        }],
        base_path: format!("/indicators/{id}"),
        f,
    })
}

fn rows_at(id: &str, period: Period, which: &str, group: Option<(&str, &str)>) -> String {
    let mut wanted = Wanted::default();
    wanted.0.push(("period".into(), period.code()));
    wanted.0.push(("which".into(), which.into()));
    if let Some((dimension, key)) = group {
        wanted
            .0
            .push((format!("in.{dimension}"), if key.is_empty() { ":none".into() } else { key.to_owned() }));
    }
    wanted.at(&format!("/indicators/{id}/rows"))
}

fn counts(indicator: &Indicator, id: &str, figure: &Figure, w: Words) -> Vec<Count> {
    let tally = figure.tally;
    let count = |key: &str, number: i64, which: &str| Count {
        label: w.t(key),
        number: whole(number),
        href: rows_at(id, figure.period, which, None),
    };
    let mut all = vec![count("measure.base", tally.base, "base")];
    if Shape::of(indicator) == Shape::Share {
        all.push(count("measure.hit", tally.hit, "hit"));
        all.push(count("measure.miss", tally.base - tally.hit, "miss"));
    }
    all.push(count("measure.unknown", tally.unknown, "unknown"));
    all
}

fn completeness(indicator: &Indicator, figure: Option<&Figure>, w: Words) -> String {
    let share_of = figure.and_then(|f| f.tally.completeness(indicator.complete.is_some()));
    share_of.map(|s| w.with("measure.completeness", "n", share(s))).unwrap_or_default()
}

fn counted(figure: Option<&Figure>, w: Words) -> String {
    let Some(figure) = figure else { return w.t("measure.not_counted") };
    let Some(run) = &figure.run else { return w.t("measure.counted_at_once") };
    let as_of = run.as_of.map(|d| d.to_string()).unwrap_or_default();
    let said = w.with("measure.counted_at", "at", run.checked_at.local()).replace("{day}", &as_of);
    format!("{said} · {}", w.with("measure.version", "n", run.number))
}

fn released(figure: Option<&Figure>, w: Words) -> String {
    let Some(lock) = figure.and_then(|f| f.lock.as_ref()) else { return String::new() };
    let said = w.with("measure.released", "at", lock.at.local()).replace("{by}", &lock.by);
    let said = said.replace("{id}", &lock.short());
    if lock.note.is_empty() { said } else { format!("{said} · {}", lock.note) }
}

fn since(indicator: &Indicator, figure: Option<&Figure>, w: Words) -> String {
    let Some((figure, now)) = figure.and_then(|f| Some((f, f.since?))) else { return String::new() };
    let said = w.with("measure.since", "now", value(indicator, now.value(figure.shape), w.0));
    said.replace("{base}", &whole(now.base)).replace("{hit}", &whole(now.hit))
}

/// The periods of a course with their numbers.
pub(super) fn course(indicator: &Indicator, id: &str, figures: &[Figure], w: Words) -> Vec<Line> {
    let one = |figure: &Figure| {
        let before = figures.iter().find(|f| f.period == figure.period.year_before());
        let plain = figure.value().map(|v| if figure.shape == Shape::Share { v * 100.0 } else { v });
        Line {
            label: figure.period.label(w.0),
            href: format!("/indicators/{id}?period={}", figure.period.code()),
            plain: plain.map(|p| format!("{p:.2}")).unwrap_or_default(),
            number: value(indicator, figure.value(), w.0),
            hit: whole(figure.tally.hit),
            base: whole(figure.tally.base),
            unknown: whole(figure.tally.unknown),
            target: target(indicator, figure, w),
            reached: reached(indicator, figure, w),
            change: change_alone(indicator, figure, before.filter(|_| indicator.compare.is_some()), w),
            locked: figure.lock.is_some(),
        }
    };
    figures.iter().map(one).collect()
}

/// The tables of groups: one's own, and the counties of a released period.
pub(super) async fn tables(
    app: &App,
    who: &SignedIn,
    indicator: &Indicator,
    register: &Register,
    period: Period,
    w: Words,
) -> Result<Vec<Groups>, Failure> {
    let (engine, name) = (app.engine(), indicator.name());
    let mut names: Vec<&str> = Vec::new();
    if register.scope != ScopeFrom::Shared {
        names.push("county");
    }
    for by in indicator.by.iter().map(|b| b.get_ref().as_str()) {
        if !names.contains(&by) {
            names.push(by);
        }
    }
    let mut tables = Vec::new();
    for by in names {
        let released = engine.figure_groups(who.actor(), name, period, by, GroupsOf::Released).await?;
        let whose = if by == "county" && !released.is_empty() { "measure.released_short" } else { "" };
        let own = engine.figure_groups(who.actor(), name, period, by, GroupsOf::Own).await?;
        let groups = if whose.is_empty() { own } else { released };
        if groups.is_empty() {
            continue;
        }
        let labels = group_names(app, register, by, &groups, w).await?;
        let line = |(group, label): (&Group, String)| GroupLine {
            label,
            number: value(indicator, group.tally.value(Shape::of(indicator)), w.0),
            hit: whole(group.tally.hit),
            base: whole(group.tally.base),
            unknown: whole(group.tally.unknown),
            href: rows_at(name, period, "base", Some((by, &group.key))),
        };
        let title = dimension(register, by, w);
        let title = if whose.is_empty() { title } else { format!("{title} · {}", w.t(whose)) };
        tables.push(Groups { title, lines: groups.iter().zip(labels).map(line).collect() });
    }
    Ok(tables)
}

fn definition(model: &Model, indicator: &Indicator, register: &Register, w: Words) -> Vec<(String, String)> {
    let mut all = vec![(w.t("measure.of"), register.title.in_language(w.0).to_owned())];
    if let Some(duty) = indicator.duty().and_then(|name| model.duties.get(name)) {
        all = vec![(
            w.t("measure.of"),
            format!("{} · {}", register.title.in_language(w.0), duty.title.in_language(w.0)),
        )];
    }
    if let Some(procedure) = indicator.of.get_ref().strip_prefix("case:").and_then(|p| model.procedure(p)) {
        all.push((w.t("measure.procedure"), procedure.title.in_language(w.0).to_owned()));
    }
    let at = indicator.at.get_ref();
    let at = match (indicator.at_period_end(), register.field(at)) {
        (true, _) => w.t("measure.at_end"),
        (false, Some(field)) => field.title.in_language(w.0).to_owned(),
        (false, None) => at.clone(),
    };
    all.push((w.t("measure.at"), at));
    let texts = [
        ("measure.base_text", &indicator.base),
        ("measure.hit_text", &indicator.hit),
        ("measure.sum_text", &indicator.sum),
        ("measure.complete_text", &indicator.complete),
    ];
    all.extend(
        texts.into_iter().filter_map(|(key, text)| Some((w.t(key), text.as_ref()?.get_ref().clone()))),
    );
    let lead = indicator.lead.as_ref().and_then(|l| model.department(l.get_ref()));
    all.extend(lead.map(|d| (w.t("measure.lead"), d.title.in_language(w.0).to_owned())));
    all
}

/// The dated values that the target names.
fn dated(model: &Model, indicator: &Indicator) -> Vec<Dated> {
    let target = indicator.target.as_ref();
    let texts = target.into_iter().flat_map(|t| [&t.min, &t.max]).flatten();
    let mut all = Vec::new();
    for text in texts {
        for part in text.get_ref().split("v('").skip(1) {
            let Some(value) = part.split('\'').next().and_then(|id| model.values.get(id)) else { continue };
            let one = |e: &plan::pack::value::DatedEntry| Dated {
                from: e.from.to_string(),
                value: e.value.as_float().or_else(|| e.value.as_integer().map(as_float)).map_or_else(
                    || e.value.to_string(),
                    |n| if indicator.is_share() { share(n) } else { number(n) },
                ),
                source: e.source.clone(),
            };
            all.extend(value.series.iter().map(one));
        }
    }
    all
}

#[expect(clippy::cast_precision_loss, reason = "targets are small")]
fn as_float(number: i64) -> f64 {
    number as f64
}
