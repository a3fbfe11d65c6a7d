//! GET /checks: what is due now, unit by unit, the longest due first. `unit` and `level` narrow it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Instant, Language};
use city::Actor;
use engine::check::TaskFilter;
use engine::record::Record;
use engine::record::list::Filter;
use plan::pack::{Choice, Shape};

use super::{Due, checks, due, unit_of};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page as answer};
use crate::errors::Failure;
use crate::special::text::Words;
use crate::special::{facts, links};
use crate::view::frame::Frame;
use crate::view::list::View;
use crate::visitor::SignedIn;

/// Quick words made of an item's standard at most, and how long each may be.
const PHRASES: usize = 4;
const PHRASE: usize = 24;

/// One item as a card.
pub(super) struct Card {
    id: String,
    key: String,
    what: String,
    standard: String,
    method: String,
    level: String,
    since: String,
    late: bool,
    photo_needed: bool,
    phrases: Vec<String>,
}

/// The items of a unit.
pub(super) struct Group {
    title: String,
    code: String,
    explosive: bool,
    sheet: String,
    enter: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "special/checks.html")]
struct TodayPage {
    f: Frame,
    w: Words,
    day: String,
    checks: bool,
    total: usize,
    /// Items that are done on this page: those of explosive zones are not.
    here: usize,
    unit: String,
    levels: Vec<View>,
    units: Vec<View>,
    groups: Vec<Group>,
    records: String,
    items: String,
    largest: usize,
}

/// Shows the page.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let w = Words(who.visitor.language);
    let (actor, level) = (who.actor(), wanted.one("level"));
    let unit = unit_of(&app, actor, wanted.one("unit")).await?;
    let filter =
        TaskFilter { unit: unit.as_ref().map(|u| u.id), level: (!level.is_empty()).then_some(level) };
    let checks = checks(&app, actor);
    let found = if checks { due(&app, actor, filter).await? } else { Vec::new() };
    let groups: Vec<Group> = found.iter().map(|d| group(&app, w, d)).collect();
    let title = w.t("checks.title");
    let (items, records) = (facts::shaped(&app, Shape::CheckItem)?, facts::shaped(&app, Shape::CheckRecord)?);
    let levels = facts::choices(app.model(), items, "level");
    let page = TodayPage {
        f: frame(&app, &who, &title),
        w,
        day: day(app.engine().now(), w.0),
        checks,
        total: found.iter().map(|d| d.items.len()).sum(),
        here: found.iter().filter(|d| !d.is_explosive()).map(|d| d.items.len()).sum(),
        unit: unit.map(|u| u.title).unwrap_or_default(),
        levels: level_views(w, levels, &wanted),
        units: if checks { unit_views(&app, actor, w, &wanted).await? } else { Vec::new() },
        groups,
        records: links::list(records.name(), &[]),
        items: links::list(items.name(), &[]),
        largest: crate::config::Limits::default().file,
    };
    answer(&page)
}

fn day(now: Instant, l: Language) -> String {
    match l {
        Language::Chinese => now.day().zh(),
        Language::English => now.day().to_string(),
    }
}

fn group(app: &App, w: Words, due: &Due) -> Group {
    let id = due.unit.as_ref().map(|u| u.id.to_string()).unwrap_or_default();
    Group {
        title: due.unit.as_ref().map_or_else(|| w.t("checks.no_unit"), |u| u.title.clone()),
        code: due.unit.as_ref().map(|u| u.code.clone()).unwrap_or_default(),
        explosive: due.is_explosive(),
        sheet: format!("/checks/sheet?{}", links::query(&[("unit", &id)])),
        enter: format!("/checks/enter?{}", links::query(&[("unit", &id)])),
        cards: due.items.iter().map(|item| card(app, w, item)).collect(),
    }
}

fn card(app: &App, w: Words, item: &Record) -> Card {
    let items = app.model().shaped(Shape::CheckItem);
    let levels = items.map(|r| facts::choices(app.model(), r, "level")).unwrap_or_default();
    let (now, from) = (app.engine().now(), judge::fact::fact(&item.facts, "due_from").as_day());
    let days = from.map_or(0, |from| now.day().days_since(from));
    Card {
        id: item.id.to_string(),
        key: app.new_operation(),
        what: item.title.clone(),
        standard: facts::text(item, "standard").to_owned(),
        method: facts::text(item, "method").to_owned(),
        level: facts::word(levels, facts::text(item, "level"), w.0),
        since: if days > 0 { w.with("checks.waits_days", "n", days) } else { w.t("checks.due_today") },
        late: days > 0,
        photo_needed: facts::yes(item, "photo_needed"),
        phrases: phrases(facts::text(item, "standard")),
    }
}

/// What usually fails: the parts of the standard, short enough for a button.
fn phrases(standard: &str) -> Vec<String> {
    let parts = standard.split(['。', '；', ';', '，', ',', '\n']).map(str::trim);
    let fit = parts.filter(|p| (2..=PHRASE).contains(&p.chars().count()));
    fit.take(PHRASES).map(str::to_owned).collect()
}

fn level_views(w: Words, levels: &[Choice], wanted: &Wanted) -> Vec<View> {
    let now = wanted.one("level");
    let all = View {
        label: w.t("checks.all_levels"),
        href: wanted.with("level", "").at("/checks"),
        active: now.is_empty(),
    };
    let each = levels.iter().map(|level| View {
        label: level.title.in_language(w.0).to_owned(),
        href: wanted.with("level", &level.id).at("/checks"),
        active: now == level.id,
    });
    std::iter::once(all).chain(each).collect()
}

async fn unit_views(app: &App, actor: &Actor, w: Words, wanted: &Wanted) -> Result<Vec<View>, Failure> {
    let now = wanted.one("unit");
    let register = facts::shaped(app, Shape::Unit)?;
    // A unit that is no longer used has nothing due; `active` that was never entered counts as in use.
    let units = facts::all(app, actor, register.name(), Vec::<Filter>::new()).await?;
    let mut views = vec![View {
        label: w.t("checks.all_units"),
        href: wanted.with("unit", "").at("/checks"),
        active: now.is_empty(),
    }];
    views.extend(units.into_iter().take(60).map(|unit| {
        let id = unit.id.to_string();
        View { active: now == id, href: wanted.with("unit", &id).at("/checks"), label: unit.title }
    }));
    Ok(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_words_are_the_short_parts_of_a_standard() {
        assert_eq!(phrases("压力在绿区，铅封完好；无锈蚀"), ["压力在绿区", "铅封完好", "无锈蚀"]);
        assert_eq!(phrases(""), Vec::<String>::new());
        assert!(phrases(&"长".repeat(60)).is_empty());
    }
}
