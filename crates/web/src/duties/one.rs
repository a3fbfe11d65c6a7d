//! GET /duties/{duty}: what it says, whom it binds now, each period by county, and the subjects behind a number.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Id, Language};
use engine::duty::read::{Line, Wish};
use judge::duty::State as DutyState;
use plan::pack::Duty;

use super::list::{count, link};
use super::{
    counties, county_title, domain, due, kind_title, numbers, period_title, rhythm, state, state_word,
};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::chips;
use crate::build::clause::department;
use crate::build::frame::{frame, page};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::duties::DutiesPage;
use crate::view::frame::Crumb;
use crate::view::table::Table;
use crate::view::timetable::{Choice, Filter};
use crate::visitor::SignedIn;

/// Subjects on a page.
const ON_A_PAGE: u32 = 50;
/// Periods shown.
const PERIODS: usize = 24;

/// Which rows an address asks for.
pub(super) fn wish(wanted: &Wanted) -> Wish {
    let text = |name: &str| Some(wanted.one(name)).filter(|t| !t.is_empty()).map(str::to_owned);
    Wish {
        period: text("period"),
        state: DutyState::of_word(wanted.one("state")),
        county: text("county").map(|c| if c == "none" { String::new() } else { c }),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    domain(&app, &who)?;
    let (l, engine) = (who.visitor.language, app.engine());
    let duty = engine.duty(&name)?;
    let wanted = Wanted::read(query.as_deref());
    let here = format!("/duties/{name}");
    let mut tables = vec![periods(&app, &who, duty).await?];
    tables.extend(by_county(&app, &who, duty, &wanted).await?);
    let asked = wish(&wanted);
    let after: Option<Id> = wanted.one("after").parse().ok();
    let lines = engine.duty_lines(who.actor(), duty, &asked, after, ON_A_PAGE).await?;
    let next = match lines.last() {
        Some(last) if lines.len() >= ON_A_PAGE as usize => {
            wanted.with("after", &last.key.to_string()).at(&here)
        }
        _ => String::new(),
    };
    tables.push(lines_table(&app, duty, &asked, &lines, l));
    let heading = duty.title.in_language(l).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "duty.title"), href: "/duties".into() });
    page(&DutiesPage {
        f,
        heading,
        clauses: chips(app.model(), l, &duty.clauses),
        about: duty.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        notes: notes(&app, duty, l),
        actions: Vec::new(),
        kept: wanted.0.iter().filter(|(n, _)| n == "period").cloned().collect(),
        filters: filters(&app, &asked, l),
        address: here,
        bars: Vec::new(),
        tables,
        next,
        forms: Vec::new(),
    })
}

fn notes(app: &App, duty: &Duty, l: Language) -> Vec<String> {
    let kinds: Vec<String> = duty.subjects().map(|kind| kind_title(app, kind, l)).collect();
    let from = app.model().duty_from(duty).to_string();
    let mut notes = vec![fill(
        l,
        "duty.binds",
        &[
            ("who", &kinds.join(if l == Language::Chinese { "、" } else { ", " })),
            ("rhythm", &rhythm(duty, l)),
            ("from", &from),
        ],
    )];
    let lead = duty.lead.as_ref().map(|d| department(app.model(), d.get_ref(), l));
    notes.extend(lead.map(|lead| fill(l, "duty.lead", &[("lead", &lead)])));
    let proof = match duty.record().and_then(|r| app.model().register(r)) {
        Some(register) => fill(l, "duty.proven_by", &[("register", register.title.in_language(l))]),
        None if duty.holds.is_some() => say(l, "duty.proven_always"),
        None => say(l, "duty.proven_handed_in"),
    };
    notes.push(proof);
    notes.extend(duty.open_number.as_ref().map(|t| t.in_language(l).to_owned()));
    notes
}

async fn periods(app: &App, who: &SignedIn, duty: &Duty) -> Result<Table, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let at = |period: &str, state: DutyState| {
        format!("/duties/{}?period={period}&state={}", duty.name(), state.word())
    };
    let mut rows = Vec::new();
    if let Some((instance, counties)) = engine.duty_now(who.actor(), duty).await? {
        let (owe, done) = counties.values().fold((0, 0), |(a, b), (x, y)| (a + x, b + y));
        if owe > 0 {
            let here = format!("/duties/{}?period={}", duty.name(), instance.code);
            rows.push(vec![
                link(here.clone(), &period_title(&instance.code, l)),
                due(app, instance.due, l),
                count(owe, &here),
                count(done, &at(&instance.code, DutyState::Fulfilled)),
                count(owe - done, &at(&instance.code, DutyState::Due)),
                Shown::Nothing,
                Shown::Nothing,
                Shown::Nothing,
            ]);
        }
    }
    for period in engine.duty_periods(who.actor(), duty).await?.iter().take(PERIODS) {
        let total = period.total();
        let of = |wanted: DutyState| numbers(total).iter().find(|(s, _)| *s == wanted).map_or(0, |(_, n)| *n);
        let cell = |wanted: DutyState| count(of(wanted), &at(&period.period, wanted));
        rows.push(vec![
            link(
                format!("/duties/{}?period={}", duty.name(), period.period),
                &period_title(&period.period, l),
            ),
            Shown::Nothing,
            Shown::Number(total.owed.to_string()),
            cell(DutyState::Fulfilled),
            cell(DutyState::Due),
            cell(DutyState::Overdue),
            cell(DutyState::FulfilledLate),
            cell(DutyState::Excused),
        ]);
    }
    let columns = [
        "duty.period",
        "duty.due_day",
        "duty.owed",
        "duty.fulfilled",
        "duty.due",
        "duty.overdue",
        "duty.fulfilled_late",
        "duty.excused",
    ];
    Ok(Table {
        title: say(l, "duty.periods"),
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows,
        empty: say(l, "duty.no_periods"),
        folded: false,
    })
}

/// One period by county.
async fn by_county(
    app: &App,
    who: &SignedIn,
    duty: &Duty,
    wanted: &Wanted,
) -> Result<Option<Table>, Failure> {
    let (l, code) = (who.visitor.language, wanted.one("period"));
    let periods = app.engine().duty_periods(who.actor(), duty).await?;
    let Some(period) = periods.iter().find(|p| p.period == code) else { return Ok(None) };
    let rows = period.counties.iter().filter(|(_, tally)| tally.owed > 0).map(|(county, tally)| {
        let key = if county.is_empty() { "none" } else { county.as_str() };
        let cell = |wanted: DutyState| {
            let number = numbers(*tally).iter().find(|(s, _)| *s == wanted).map_or(0, |(_, n)| *n);
            count(
                number,
                &format!("/duties/{}?period={code}&state={}&county={key}", duty.name(), wanted.word()),
            )
        };
        vec![
            Shown::Text(county_title(app, county, l)),
            Shown::Number(tally.owed.to_string()),
            cell(DutyState::Fulfilled),
            cell(DutyState::Overdue),
            cell(DutyState::FulfilledLate),
            cell(DutyState::Excused),
        ]
    });
    let columns =
        ["duty.county", "duty.owed", "duty.fulfilled", "duty.overdue", "duty.fulfilled_late", "duty.excused"];
    Ok(Some(Table {
        title: fill(l, "duty.by_county", &[("period", &period_title(code, l))]),
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows: rows.collect(),
        empty: String::new(),
        folded: false,
    }))
}

fn filters(app: &App, wish: &Wish, l: Language) -> Vec<Filter> {
    let states = [
        DutyState::Overdue,
        DutyState::Due,
        DutyState::FulfilledLate,
        DutyState::Fulfilled,
        DutyState::Excused,
    ];
    let state =
        |s: DutyState| Choice { id: s.word().into(), title: state_word(s, l), chosen: wish.state == Some(s) };
    let county =
        |(id, title): (String, String)| Choice { chosen: wish.county.as_ref() == Some(&id), id, title };
    vec![
        Filter { name: "state", label: say(l, "duty.state"), options: states.map(state).to_vec() },
        Filter {
            name: "county",
            label: say(l, "duty.county"),
            options: counties(app, l).into_iter().map(county).collect(),
        },
    ]
}

/// The subjects behind a number.
fn lines_table(app: &App, duty: &Duty, wish: &Wish, lines: &[Line], l: Language) -> Table {
    let row = |line: &Line| {
        let href = if line.period.is_empty() {
            format!("/duties/{}/{}", duty.name(), line.subject.id)
        } else {
            format!("/duties/{}/{}/{}", duty.name(), line.subject.id, line.period)
        };
        vec![
            link(href, &line.subject.title),
            Shown::Code(line.subject.code.clone()),
            Shown::Text(county_title(app, &line.subject.place.county, l)),
            if line.period.is_empty() { Shown::Nothing } else { Shown::Whole(period_title(&line.period, l)) },
            line.due.map_or(Shown::Nothing, |day| Shown::Whole(day.to_string())),
            line.state.map_or(Shown::Nothing, |s| state(s, l)),
            if line.reason.is_empty() { Shown::Nothing } else { Shown::Text(line.reason.clone()) },
        ]
    };
    let title = match (wish.state, &wish.period) {
        (Some(s), Some(p)) => format!("{} · {}", period_title(p, l), state_word(s, l)),
        (Some(s), None) => state_word(s, l),
        (None, Some(p)) => fill(l, "duty.who_owes", &[("period", &period_title(p, l))]),
        (None, None) => say(l, "duty.bound_now"),
    };
    let columns =
        ["duty.who", "duty.code", "duty.county", "duty.period", "duty.due_day", "duty.state", "duty.reason"];
    Table {
        title,
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows: lines.iter().map(row).collect(),
        empty: say(l, "duty.nobody"),
        folded: false,
    }
}
