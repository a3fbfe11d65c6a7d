//! GET /duties: what falls due in a month, and every duty with how many it binds and how many are late, in one's scope.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Day, Language};
use plan::pack::Duty;

use super::{county_title, domain, due, kind_title, period_title, rhythm};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::clause::part_title;
use crate::build::frame::{frame, page};
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
    let falling = calendar.iter().filter_map(|f| {
        let duty = shown.iter().find(|d| d.name() == f.duty)?;
        Some(vec![
            due(&app, f.instance.due, l),
            link(format!("/duties/{}", f.duty), duty.title.in_language(l)),
            Shown::Whole(period_title(&f.instance.code, l)),
            link(
                format!("/duties/{}?period={}&state=due", f.duty, f.instance.code),
                &say(l, "duty.open_rows"),
            ),
        ])
    });
    let label = if l == Language::Chinese {
        format!("{}年{}月", first.year(), first.month())
    } else {
        format!("{}-{:02}", first.year(), first.month())
    };
    let calendar = Table {
        title: fill(l, "duty.falls_due_in", &[("month", &label)]),
        columns: ["duty.due_day", "duty.duty", "duty.period", "duty.who"].map(|k| say(l, k)).to_vec(),
        rows: falling.collect(),
        empty: say(l, "duty.nothing_falls_due"),
    };
    let mut rows = Vec::new();
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
        rows.push(vec![
            link(format!("/duties/{}", duty.name()), duty.title.in_language(l)),
            Shown::Whole(rhythm(duty, l)),
            bound,
            count(own.overdue, &format!("/duties/{}?state=overdue", duty.name())),
            count(own.due, &format!("/duties/{}?state=due", duty.name())),
            Shown::Text(duty.clauses.join(" ")),
        ]);
    }
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.value));
    bars.truncate(8);
    let list = Table {
        title: say(l, "duty.all"),
        columns: [
            "duty.duty",
            "duty.how_often",
            "duty.bound_now",
            "duty.overdue",
            "duty.owed_now",
            "duty.clauses",
        ]
        .map(|k| say(l, k))
        .to_vec(),
        rows,
        empty: say(l, "duty.none"),
    };
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
        tables: vec![calendar, list],
        next: String::new(),
        forms: Vec::new(),
    })
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
