//! Duties: what is owed until when, by whom; the calendar, one duty with its periods, one subject, handing in, excusing.

mod api;
mod form;
mod list;
mod one;
mod subject;
mod tasks;

use base::{Day, Language};
use city::Actor;
use engine::duty::read::Tally;
use judge::duty::State;
use plan::pack::duty::Rhythm;
use plan::pack::{Duty, RegionKind, Seat};

use crate::app::App;
use crate::build::clause::span;
use crate::errors::Failure;
use crate::route_table::route_table;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::visitor::SignedIn;

pub(crate) use tasks::{address_of_notice, sections, serving};

route_table! {
    get "/duties" => list::show;
    get "/duties/{duty}" => one::show;
    get "/duties/{duty}/{id}" => subject::show;
    get "/duties/{duty}/{id}/{period}" => form::show;
    post "/duties/{duty}/{id}/{period}" => form::send;
    post "/duties/{duty}/{id}/{period}/excuse" => form::excuse;
    get "/duty-files/{id}/{hash}" => subject::file;
    get "/api/v1/duties" => api::all;
    get "/api/v1/duty-work" => api::work;
    get "/api/v1/duties/{duty}" => api::one;
    get "/api/v1/duties/{duty}/subjects" => api::subjects;
    get "/api/v1/duties/{duty}/{id}" => api::subject;
    post "/api/v1/duties/{duty}/{id}/{period}" => api::hand_in;
    post "/api/v1/duties/{duty}/{id}/{period}/excuse" => api::excuse;
}

/// Administrators of the program have nothing to do with duties.
fn domain(app: &App, who: &SignedIn) -> Result<(), Failure> {
    if in_domain(app, who.actor()) { Ok(()) } else { Err(Failure::NotFound) }
}

/// Whether duties are anything to somebody: there are some, and they do more than administer the program.
pub(crate) fn sees_any(app: &App, actor: &Actor) -> bool {
    !app.model().duties.is_empty() && in_domain(app, actor)
}

fn in_domain(app: &App, actor: &Actor) -> bool {
    let seat = |role: &str| app.roles().get(role).is_some_and(|r| r.seat != Seat::System);
    actor.grants.iter().any(|g| seat(&g.role))
}

/// The word for a state.
pub(crate) fn state_word(state: State, l: Language) -> String {
    say(l, &format!("duty.{}", state.word()))
}

/// A state as lists show it.
fn state(state: State, l: Language) -> Shown {
    let kind = match state {
        State::Overdue | State::Due => "open",
        State::Fulfilled | State::FulfilledLate => "closed",
        _ => "void",
    };
    Shown::State { word: state_word(state, l), kind }
}

/// How often it is owed, in words.
fn rhythm(duty: &Duty, l: Language) -> String {
    match duty.rhythm() {
        Rhythm::Once(day) => fill(l, "duty.once", &[("day", &day.to_string())]),
        Rhythm::Calendar(frequency) | Rhythm::SinceLast(frequency) => {
            let word = frequency.to_string();
            let number = word.strip_suffix(" years").map(str::to_owned);
            let every = match number {
                Some(n) => fill(l, "duty.every_years", &[("n", &n)]),
                None => say(l, &format!("duty.every_{word}")),
            };
            match duty.rhythm() {
                Rhythm::SinceLast(_) => fill(l, "duty.since_last", &[("every", &every)]),
                _ => every,
            }
        }
        Rhythm::Event(within) => fill(l, "duty.after_event", &[("within", &span(within, l))]),
        Rhythm::Always => say(l, "duty.always"),
    }
}

/// What a kind of subjects is called.
fn kind_title(app: &App, kind: &str, l: Language) -> String {
    match app.model().register(kind) {
        Some(register) => register.title.in_language(l).to_owned(),
        None => say(l, &format!("duty.kind_{kind}")),
    }
}

/// The name of a county's column; those of none are the city itself, departments and zones.
fn county_title(app: &App, code: &str, l: Language) -> String {
    if code.is_empty() {
        return say(l, "duty.no_county");
    }
    let name = app.regions().on(app.engine().today()).name(code);
    name.map_or_else(|| code.to_owned(), |t| t.in_language(l).to_owned())
}

/// The counties that exist today.
fn counties(app: &App, l: Language) -> Vec<(String, String)> {
    let found = app.regions().on(app.engine().today());
    found
        .of_kind(RegionKind::County)
        .into_iter()
        .map(|r| (r.code.clone(), r.title.in_language(l).to_owned()))
        .collect()
}

/// Why somebody is excused, with who said so.
fn reason_of(by: &str, reason: &str, l: Language) -> String {
    fill(l, "duty.reason_by", &[("who", by), ("reason", reason)])
}

/// A period as people read it.
fn period_title(code: &str, l: Language) -> String {
    base::Period::parse(code).map_or_else(|| code.to_owned(), |period| period.label(l))
}

/// A day as a limit.
fn due(app: &App, day: Day, l: Language) -> Shown {
    let now = app.engine().now();
    crate::build::time::due(now, now, base::Instant::end_of(day), l)
}

/// The numbers of a period as states, each with how many.
fn numbers(tally: Tally) -> [(State, i64); 6] {
    [
        (State::Overdue, tally.overdue),
        (State::Due, tally.due),
        (State::FulfilledLate, tally.fulfilled_late),
        (State::Fulfilled, tally.fulfilled()),
        (State::Excused, tally.excused),
        (State::NotApplicable, tally.not_applicable),
    ]
}
