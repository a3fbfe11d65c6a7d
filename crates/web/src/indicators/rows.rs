//! GET /indicators/{id}/rows?period=&which=&in.county=: the rows behind a number, exactly those that were counted.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::indicator::{RowsRequest, Which};

use super::one::indicator_for;
use super::text::Words;
use super::words::{asked, whole};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::path::Path;
use crate::view::frame::{Crumb, Frame};
use crate::visitor::SignedIn;

struct RowLine {
    href: String,
    code: String,
    title: String,
    county: String,
}

#[derive(Template)]
#[template(path = "indicators/rows.html")]
struct RowsPage {
    f: Frame,
    w: Words,
    heading: String,
    about: String,
    differs: String,
    kinds: Vec<(String, String, bool)>,
    lines: Vec<RowLine>,
    next: String,
}

/// What an address asks for.
pub(super) fn request(wanted: &Wanted, usual: base::Period) -> Result<RowsRequest, Failure> {
    let which = match wanted.one("which") {
        "" => Which::Base,
        name => Which::read(name).ok_or(Failure::NotFound)?,
    };
    let group = |(name, value): &(String, String)| {
        let dimension = name.strip_prefix("in.")?;
        let key = if value == ":none" { String::new() } else { value.clone() };
        Some((dimension.to_owned(), key))
    };
    let after = match wanted.one("after") {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::NotFound)?),
    };
    Ok(RowsRequest {
        period: asked(wanted.one("period"), usual)?,
        which,
        groups: wanted.0.iter().filter_map(group).collect(),
        after,
    })
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
    let asked = request(&wanted, engine.period_of(indicator))?;
    let path = format!("/indicators/{id}/rows");
    let shown = match indicator.duty() {
        Some(duty) => of_duty(&app, &who, &id, duty, &asked, &wanted).await?,
        None => of_register(&app, &who, &id, register, &asked, &wanted).await?,
    };
    let figures = engine.figures(who.actor(), &id, &[asked.period]).await?;
    let stored = figures.first().map(|f| match asked.which {
        Which::Base => f.tally.base,
        Which::Hit => f.tally.hit,
        Which::Miss => f.tally.base - f.tally.hit,
        Which::Unknown => f.tally.unknown,
    });
    let found = i64::try_from(shown.count).unwrap_or(i64::MAX);
    let differs = stored.filter(|stored| asked.groups.is_empty() && *stored != found);
    let heading = indicator.title.in_language(w.0).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: w.t("measure.title"), href: "/indicators".into() });
    let at = format!("/indicators/{id}?period={}", asked.period.code());
    f.crumbs.push(Crumb { title: format!("{heading} · {}", asked.period.label(w.0)), href: at });
    let kinds = Which::ALL
        .iter()
        .filter(|(name, _)| indicator.is_share() || ["base", "unknown"].contains(name))
        .map(|(name, which)| (w.t(key(*which)), wanted.with("which", name).at(&path), *which == asked.which));
    answer(&RowsPage {
        kinds: kinds.collect(),
        about: w
            .with("measure.rows_n", "n", whole(found))
            .replace("{register}", register.title.in_language(w.0)),
        differs: differs.map(|then| w.with("measure.rows_differ", "n", whole(then))).unwrap_or_default(),
        lines: shown.lines,
        next: shown.next,
        heading,
        f,
        w,
    })
}

/// A page of what was counted.
struct Counted {
    lines: Vec<RowLine>,
    count: u64,
    next: String,
}

fn county(app: &App, who: &SignedIn, code: &str) -> String {
    let region = app.model().regions.iter().rev().find(|r| r.code.get_ref() == code);
    region.map(|r| r.title.in_language(who.visitor.language).to_owned()).unwrap_or_default()
}

async fn of_register(
    app: &App,
    who: &SignedIn,
    id: &str,
    register: &plan::pack::Register,
    asked: &RowsRequest,
    wanted: &Wanted,
) -> Result<Counted, Failure> {
    let rows = app.engine().indicator_rows(who.actor(), id, asked).await?;
    let line = |record: &engine::record::Record| RowLine {
        href: crate::build::value::address(register.name(), record.id),
        code: record.code.clone(),
        title: record.title.clone(),
        county: county(app, who, &record.place.county),
    };
    let next = rows.next.map(|n| wanted.with("after", &n.to_string()).at(&format!("/indicators/{id}/rows")));
    Ok(Counted {
        lines: rows.records.iter().map(line).collect(),
        count: rows.count,
        next: next.unwrap_or_default(),
    })
}

/// The instances of a duty, each with the page on which it stands.
async fn of_duty(
    app: &App,
    who: &SignedIn,
    id: &str,
    duty: &str,
    asked: &RowsRequest,
    wanted: &Wanted,
) -> Result<Counted, Failure> {
    let found = app.engine().indicator_instances(who.actor(), id, asked, part(wanted)).await?;
    let line = |line: &engine::duty::read::Line| {
        let at = format!("/duties/{duty}/{}", line.subject.id);
        let place = if line.subject.place.county.is_empty() {
            &line.subject.place.park
        } else {
            &line.subject.place.county
        };
        RowLine {
            href: if line.period.is_empty() { at } else { format!("{at}/{}", line.period) },
            code: line.subject.code.clone(),
            title: format!("{} {}", line.subject.title, line.period).trim().to_owned(),
            county: county(app, who, place),
        }
    };
    let next = found.next.map(|(part, after)| {
        let wanted = wanted.with("after", &after.to_string()).with("part", &part.to_string());
        wanted.at(&format!("/indicators/{id}/rows"))
    });
    Ok(Counted {
        lines: found.lines.iter().map(line).collect(),
        count: found.count,
        next: next.unwrap_or_default(),
    })
}

/// The part of a duty's instances in which a page begins.
pub(super) fn part(wanted: &Wanted) -> usize {
    wanted.one("part").parse().unwrap_or(0)
}

fn key(which: Which) -> &'static str {
    match which {
        Which::Base => "measure.base",
        Which::Hit => "measure.hit",
        Which::Miss => "measure.miss",
        Which::Unknown => "measure.unknown",
    }
}
