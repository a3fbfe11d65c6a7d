//! GET /duties: what falls due in a month, and every duty with how many it binds and how many are late, in one's scope.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Day, Language};
use engine::duty::read::Falling;
use plan::pack::Duty;

use super::{county_title, domain, due, kind_title, period_title, rhythm};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::chips;
use crate::build::clause::part_title;
use crate::build::frame::{frame, page};
use crate::build::shelf::{place, tables};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::duties::DutiesPage;
use crate::view::table::{Bar, Bars, Table};
use crate::view::timetable::{Choice, Filter};
use crate::visitor::SignedIn;

/// Whether a duty serves the part of the plan that is asked for.
pub(super) fn in_part(duty: &Duty, part: &str) -> bool {
    part.is_empty() || duty.clauses.iter().any(|clause| plan::pack::part_of(clause) == part)
}

/// First and last day of the month that an address asks for; today's without one.
pub(super) fn month(wanted: &Wanted, today: Day) -> Result<(Day, Day), Failure> {
    let text = wanted.one("month");
    let day = if text.is_empty() { Some(today) } else { Day::parse(&format!("{text}-01")) };
    let day = day.filter(|d| (2000..=2200).contains(&d.year())).ok_or(Failure::bad("request.bad_address"))?;
    let period = base::Period::containing(base::PeriodKind::Month, day);
    Ok((period.first(), period.last()))
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    domain(&app, &who)?;
    let (l, engine, model) = (who.visitor.language, app.engine(), app.model());
    let wanted = Wanted::read(query.as_deref());
    let (first, last) = month(&wanted, engine.today())?;
    let (part, late) = (wanted.one("part"), wanted.one("state") == "overdue");
    let standing = engine.duties_standing(who.actor()).await?;
    let shown: Vec<&Duty> = model.duties.values().filter(|d| in_part(d, part)).collect();
    let calendar = engine.duty_calendar(who.actor(), first, last).await?;
    let falling = falling(&app, &calendar, &shown, l);
    let label = if l == Language::Chinese {
        format!("{}年{}月", first.year(), first.month())
    } else {
        format!("{}-{:02}", first.year(), first.month())
    };
    let calendar = Table {
        title: fill(l, "duty.falls_due_in", &[("month", &label)]),
        columns: ["duty.due_day", "duty.duty", "duty.period", "duty.who"].map(|k| say(l, k)).to_vec(),
        rows: falling,
        empty: say(l, "duty.nothing_falls_due"),
        folded: false,
    };
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    let (mut all_late, mut bars) = (0, Vec::new());
    for duty in &shown {
        let own = standing.get(duty.name()).cloned().unwrap_or_default();
        all_late += own.overdue;
        if own.overdue > 0 {
            bars.push(Bar {
                label: duty.title.in_language(l).to_owned(),
                value: own.overdue,
                of: own.bound.values().sum::<i64>().max(own.overdue),
                href: format!("/duties/{}?state=overdue", duty.name()),
            });
        }
        if late && own.overdue == 0 {
            continue;
        }
        let bound = own.bound.iter().filter(|(_, n)| **n != 0);
        let bound: Vec<String> =
            bound.map(|(kind, n)| format!("{} {n}", kind_title(&app, kind, l))).collect();
        let bound = if bound.is_empty() {
            Shown::Nothing
        } else {
            link(format!("/duties/{}", duty.name()), &bound.join(" · "))
        };
        let row = vec![
            link(format!("/duties/{}", duty.name()), duty.title.in_language(l)),
            Shown::Text(rhythm(duty, l)),
            bound,
            count(own.overdue, &format!("/duties/{}?state=overdue", duty.name())),
            count(own.due, &format!("/duties/{}?state=due", duty.name())),
            Shown::clauses(chips(model, l, &duty.clauses)),
        ];
        let concerns = own.overdue > 0 || own.bound.values().any(|n| *n != 0);
        if concerns { &mut rows } else { &mut others }.push((place(model, &duty.clauses), row));
    }
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.value));
    bars.truncate(8);
    let columns =
        ["duty.duty", "duty.how_often", "duty.bound_now", "duty.overdue", "duty.owed_now", "duty.clauses"];
    let mut parts_of_plan = tables(model, l, &columns, rows, "duty.none");
    others.sort_by(|(a, _), (b, _)| a.cmp(b));
    if !others.is_empty() {
        parts_of_plan.push(Table {
            title: say(l, "duty.nobody_here"),
            columns: columns.map(|k| say(l, k)).to_vec(),
            rows: others.into_iter().map(|(_, row)| row).collect(),
            empty: String::new(),
            folded: true,
        });
    }
    let heading = say(l, "duty.title");
    let at = |name: &str, value: String| wanted.with(name, &value).at("/duties");
    let month_of = |day: Day| format!("{}-{:02}", day.year(), day.month());
    let action = |key: &str, href: String| Action { label: say(l, key), href, icon: "", main: false };
    let n = all_late.to_string();
    let place =
        who.actor().county().map_or_else(|| say(l, "account.everywhere"), |c| county_title(&app, c, l));
    let mut actions = vec![
        action("duty.month_before", at("month", month_of(first.plus_days(-1)))),
        action("duty.month_after", at("month", month_of(last.plus_days(1)))),
    ];
    if !late {
        actions.push(action("duty.only_late", at("state", "overdue".into())));
    }
    let kept = wanted.0.iter().filter(|(name, _)| ["month", "state"].contains(&name.as_str()));
    page(&DutiesPage {
        f: frame(&app, &who, &heading),
        heading,
        clauses: Vec::new(),
        about: fill(
            l,
            "duty.summary",
            &[("place", &place), ("duties", &shown.len().to_string()), ("late", &n)],
        ),
        notes: Vec::new(),
        actions,
        address: "/duties".into(),
        kept: kept.cloned().collect(),
        filters: vec![parts(&app, part, l)],
        bars: if bars.is_empty() { Vec::new() } else { vec![Bars { title: say(l, "duty.most_late"), bars }] },
        tables: std::iter::once(calendar).chain(parts_of_plan).collect(),
        next: String::new(),
        forms: Vec::new(),
    })
}

/// A line for each duty that falls due in the month: its next day there, or its last one where all have passed; one that
/// is owed every day or shift says how often.
fn falling(app: &App, calendar: &[Falling], shown: &[&Duty], l: Language) -> Vec<Vec<Shown>> {
    let today = app.engine().today();
    let mut lines: Vec<(&Duty, Vec<&Falling>)> = Vec::new();
    for one in calendar {
        let Some(duty) = shown.iter().find(|d| d.name() == one.duty) else { continue };
        match lines.iter_mut().find(|(d, _)| d.name() == duty.name()) {
            Some((_, all)) => all.push(one),
            None => lines.push((duty, vec![one])),
        }
    }
    let mut rows: Vec<(Day, Vec<Shown>)> = Vec::new();
    for (duty, all) in lines {
        let Some(next) = all.iter().find(|f| f.instance.due >= today).or(all.last()) else { continue };
        let day = next.instance.due;
        let periods = match all.len() {
            1 => period_title(&next.instance.code, l),
            n => fill(l, "duty.times", &[("n", &n.to_string())]),
        };
        let row = vec![
            if day < today { Shown::Whole(day.to_string()) } else { due(app, day, l) },
            link(format!("/duties/{}", duty.name()), duty.title.in_language(l)),
            Shown::Text(periods),
            link(
                format!("/duties/{}?period={}&state=due", duty.name(), next.instance.code),
                &say(l, "duty.open_rows"),
            ),
        ];
        rows.push((day, row));
    }
    // What is ahead first, then what has passed.
    rows.sort_by_key(|(day, _)| (*day < today, *day));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The filter by part of the plan.
fn parts(app: &App, chosen: &str, l: Language) -> Filter {
    let mut parts: Vec<&str> = Vec::new();
    for clause in app.model().duties.values().flat_map(|d| &d.clauses) {
        let part = plan::pack::part_of(clause);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.sort_unstable();
    let choice = |id: &&str| Choice {
        id: (*id).to_owned(),
        title: part_title(app.model(), id, l),
        chosen: chosen == *id,
    };
    Filter { name: "part", label: say(l, "plan.part"), options: parts.iter().map(choice).collect() }
}

/// Something to open.
pub(super) fn link(href: String, text: &str) -> Shown {
    Shown::Link { href, text: text.to_owned() }
}

/// A number that opens its rows.
pub(super) fn count(number: i64, href: &str) -> Shown {
    if number == 0 { Shown::Number("0".into()) } else { link(href.to_owned(), &number.to_string()) }
}
