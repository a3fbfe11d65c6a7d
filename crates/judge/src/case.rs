//! The case machine: who may take which step, what is still missing, where the case goes (闭环流程).
//!
//! Four rules hold for every procedure, whatever a pack says: nobody takes a step that excludes them because they
//! did an earlier one (`not_by`), a step that belongs to the agency of the finder is taken by that agency alone
//! (`same_agency`), a step is taken only from its states, and nothing is saved that lacks what the step needs.

use std::collections::BTreeSet;

use base::{Id, Instant, Problem, Problems, WorkCalendar};
use plan::pack::{Opening, Procedure, StateKind, Step};

use crate::fact::fact;
use crate::limit::{end_of, end_of_day};
use crate::{Fact, Facts};

/// A case as it stands.
#[derive(Debug, Clone, Copy)]
pub struct CaseNow<'a> {
    /// Its procedure.
    pub procedure: &'a Procedure,
    /// Its state.
    pub state: &'a str,
    /// When it entered the state.
    pub entered_at: Instant,
    /// Steps taken so far, in order; the opening is the step `open`.
    pub done: &'a [Done],
    /// Its fields.
    pub facts: &'a Facts,
}

/// A step that was taken, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Name of the step.
    pub step: String,
    /// The account.
    pub by: Id,
}

/// Who wants to act, with the roles that they hold over this very case.
#[derive(Debug, Clone, Copy)]
pub struct Doer<'a> {
    /// The account.
    pub account: Id,
    /// Roles whose scope covers the case.
    pub roles: &'a BTreeSet<String>,
    /// Keys of the agencies for which they act over the case; empty for the people of an enterprise.
    pub agencies: &'a BTreeSet<String>,
}

/// What a step changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The procedure under which the case goes on, when it changes.
    pub procedure: Option<String>,
    /// The new state.
    pub state: String,
    /// Fields to write.
    pub facts: Facts,
    /// True when nobody has to act any more.
    pub ended: bool,
}

/// A limit and the step that everybody waits for.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// The step.
    pub step: &'a Step,
    /// When its limit ends; [`Instant::NEVER`] when it has none.
    pub due_at: Instant,
}

/// Whether this person may take `step` now.
///
/// # Errors
/// Not from this state, none of the roles, another agency, or barred by an earlier step of their own.
pub fn may(case: &CaseNow<'_>, step: &Step, doer: Doer<'_>) -> Result<(), Problem> {
    if !step.from.iter().any(|from| from == case.state) || !offered(step, case.facts) {
        return Err(Problem::new("case.not_from_here").with("step", step.name()).with("state", case.state));
    }
    if step.by_program {
        return Err(Problem::new("case.not_by_hand").with("step", step.name()));
    }
    let named = |by: &str| match who(by, case.facts) {
        Who::Account(account) => account == Some(doer.account),
        Who::Role(role) => doer.roles.contains(role),
    };
    if !step.by.iter().any(|by| named(by)) {
        return Err(Problem::new("case.not_your_step")
            .with("step", step.name())
            .with("roles", step.by.join(", ")));
    }
    if !of_agency(step, case.facts, doer.agencies) {
        return Err(Problem::new("case.other_agency").with("step", step.name()));
    }
    match own_work(case, step, doer.account) {
        Some(earlier) => {
            Err(Problem::new("case.own_work").with("step", step.name()).with("earlier", earlier))
        }
        None => Ok(()),
    }
}

/// Whom one entry of a step's `by` means for one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// Everybody with this role over the case; nobody where it is empty.
    Role(&'a str),
    /// The person named in a field, where one is named (`field:NAME`).
    Account(Option<Id>),
}

/// Whom `by` means: a role, `field:NAME` for the person named in a field, `role_in:NAME` for the role whose id stands in
/// a field.
#[must_use]
pub fn who<'a>(by: &'a str, facts: &'a Facts) -> Who<'a> {
    if let Some(field) = by.strip_prefix("field:") {
        return Who::Account(fact(facts, field).as_id());
    }
    match by.strip_prefix("role_in:") {
        Some(field) => Who::Role(fact(facts, field).as_text().unwrap_or_default()),
        None => Who::Role(by),
    }
}

/// Whether somebody who acts for `agencies` may take `step` as far as the agency goes: always, unless the step belongs
/// to the agency that a field of the case names.
#[must_use]
pub fn of_agency(step: &Step, facts: &Facts, agencies: &BTreeSet<String>) -> bool {
    let Some(field) = &step.same_agency else { return true };
    let wanted = fact(facts, field).as_text().unwrap_or_default();
    !agencies.is_empty() && (wanted.is_empty() || agencies.contains(wanted))
}

/// The earlier step (or the field that names them) by which somebody is barred from `step`.
fn own_work<'a>(case: &CaseNow<'_>, step: &'a Step, account: Id) -> Option<&'a str> {
    let barred = step.not_by.iter().find(|by| match by.strip_prefix("field:") {
        Some(field) => fact(case.facts, field).as_id() == Some(account),
        None => case.done.iter().any(|d| d.by == account && d.step == **by),
    });
    barred.map(String::as_str)
}

/// Whether the fields of the case let `step` be offered at all.
#[must_use]
pub fn offered(step: &Step, facts: &Facts) -> bool {
    step.when.holds(|name| fact(facts, name).as_choice())
}

/// Opens a case: the fields are complete and the person may.
///
/// # Errors
/// The procedure cannot be opened, not by these roles, or fields are missing.
pub fn open(procedure: &Procedure, doer: Doer<'_>, input: &Facts) -> Result<Turn, Problems> {
    let Some(opening) = &procedure.opening else {
        return Err(Problem::new("case.not_opened_so").with("procedure", procedure.name()).into());
    };
    if !opening.by.iter().any(|role| doer.roles.contains(role)) {
        return Err(Problem::new("case.not_your_step")
            .with("step", "open")
            .with("roles", opening.by.join(", "))
            .into());
    }
    if !opening.when.holds(|name| fact(input, name).as_choice()) {
        return Err(Problem::new("case.not_opened_so").with("procedure", procedure.name()).into());
    }
    let mut facts = asked(input, &opening.needs, &opening.asks);
    set(&mut facts, &opening.sets);
    let missing = missing(&opening.needs, &Facts::new(), &facts);
    let ended = ends(procedure, &opening.to);
    missing.or(Turn { procedure: None, state: opening.to.clone(), facts, ended })
}

/// Takes a step: `input` holds the fields of the form, of which only those that the step asks for are written.
///
/// # Errors
/// The person may not, or fields (or the reason) are missing.
pub fn take(
    case: &CaseNow<'_>,
    step: &Step,
    doer: Doer<'_>,
    input: &Facts,
    reason: &str,
    next: &Procedure,
) -> Result<Turn, Problems> {
    may(case, step, doer)?;
    let mut facts = asked(input, &step.needs, &step.asks);
    set(&mut facts, &step.sets);
    let mut problems = missing(&step.needs, case.facts, &facts);
    if step.reason && reason.trim().is_empty() {
        problems.push(Problem::of("reason", "case.reason_missing").with("step", step.name()));
    }
    let ended = ends(next, &step.to);
    problems.or(Turn { procedure: step.becomes.clone(), state: step.to.clone(), facts, ended })
}

/// The step that a case in `state` waits for and when its limit ends; the earliest limit wins, then the first step.
#[must_use]
pub fn waiting<'a>(
    procedure: &'a Procedure,
    state: &'a str,
    entered_at: Instant,
    facts: &Facts,
    calendar: &WorkCalendar,
) -> Option<Waiting<'a>> {
    let from_here = |s: &&Step| !s.side && s.from.iter().any(|from| from == state) && offered(s, facts);
    let main = procedure.steps.iter().filter(from_here);
    main.map(|step| Waiting { step, due_at: due(step, entered_at, facts, calendar) }).min_by_key(|w| w.due_at)
}

fn due(step: &Step, entered_at: Instant, facts: &Facts, calendar: &WorkCalendar) -> Instant {
    let by_field = step.until.as_ref().and_then(|field| fact(facts, field).as_day());
    match (by_field, step.within) {
        (Some(day), _) => end_of_day(day, step.roll, calendar),
        (None, Some(limit)) => end_of(limit, entered_at, step.roll, calendar),
        (None, None) => Instant::NEVER,
    }
}

/// Fields that the opening's form shows: needed ones first.
#[must_use]
pub fn opening_fields(opening: &Opening) -> Vec<(&str, bool)> {
    form_fields(&opening.needs, &opening.asks)
}

/// Fields that the step's form shows: needed ones first.
#[must_use]
pub fn step_fields(step: &Step) -> Vec<(&str, bool)> {
    form_fields(&step.needs, &step.asks)
}

fn form_fields<'a>(needs: &'a [String], asks: &'a [String]) -> Vec<(&'a str, bool)> {
    let needed = needs.iter().map(|name| (name.as_str(), true));
    needed.chain(asks.iter().map(|name| (name.as_str(), false))).collect()
}

/// What was asked for, of everything that was sent.
fn asked(input: &Facts, needs: &[String], asks: &[String]) -> Facts {
    input.only(|name| needs.iter().chain(asks).any(|wanted| wanted == name))
}

fn missing(needs: &[String], have: &Facts, given: &Facts) -> Problems {
    let filled = |name: &String| match given.get(name) {
        Some(value) => !value.is_empty(),
        None => !fact(have, name).is_empty(),
    };
    Problems(
        needs
            .iter()
            .filter(|name| !filled(name))
            .map(|name| Problem::of(name.as_str(), "field.required"))
            .collect(),
    )
}

fn set(facts: &mut Facts, fixed: &toml::Table) {
    for (name, value) in fixed {
        let value = match value {
            toml::Value::String(text) => Fact::Text(text.clone()),
            toml::Value::Integer(number) => Fact::Integer(*number),
            toml::Value::Float(number) => Fact::Decimal(*number),
            toml::Value::Boolean(yes) => Fact::YesNo(*yes),
            _ => Fact::Empty,
        };
        facts.insert(name.clone(), value);
    }
}

fn ends(procedure: &Procedure, state: &str) -> bool {
    procedure.state(state).is_none_or(|s| s.kind != StateKind::Open)
}
