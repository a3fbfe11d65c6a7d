//! The page of a case: the loop, the limit, the steps, the five in place, the timeline.

use base::{Instant, Language};
use city::Actor;
use engine::Engine;
use engine::case::actions::Offered;
use engine::case::timeline::CaseEvent;
use engine::record::{CaseHead, Record};
use judge::fact::fact;
use plan::pack::{Procedure, Register, StateKind};

use super::record::written;
use super::time;
use super::value::{Shower, address};
use crate::text::{fill, problem, say};
use crate::view::case::{Event, InPlace, Limit, Step};

/// What must be in place before a major hazard is put right (五落实).
const FIVE: [&str; 5] = ["responsible", "measures", "funds", "deadline", "contingency_plan"];

/// The main states of the loop in order: `done`, `now`, `ahead`. Ends that were not reached are left out.
pub(crate) fn states(
    procedure: &Procedure,
    head: &CaseHead,
    events: &[CaseEvent],
    language: Language,
) -> Vec<(String, &'static str)> {
    let side_only = |id: &str| procedure.steps.iter().filter(|s| s.to == id).all(|s| s.side);
    let opening = |id: &str| procedure.opening.as_ref().is_some_and(|o| o.to == id);
    let visited = |id: &str| events.iter().any(|e| e.to == id && e.procedure == procedure.name());
    let at = procedure.states.iter().position(|s| s.id == head.state);
    let listed = procedure.states.iter().enumerate().filter(|(i, s)| {
        let main = opening(&s.id) || !side_only(&s.id) || *i == 0;
        s.id == head.state
            || (main && (s.kind != StateKind::Void) && (head.open || visited(&s.id)))
            || visited(&s.id)
    });
    let how = |i: usize, id: &str| {
        if id == head.state {
            "now"
        } else if at.is_some_and(|at| i < at) {
            "done"
        } else {
            "ahead"
        }
    };
    listed.map(|(i, s)| (s.title.in_language(language).to_owned(), how(i, &s.id))).collect()
}

/// The limit of the awaited step.
pub(crate) fn limit(
    procedure: &Procedure,
    head: &CaseHead,
    now: Instant,
    language: Language,
) -> Option<Limit> {
    if !head.open || head.due_at == Instant::NEVER {
        return None;
    }
    let awaited = procedure.steps_from(&head.state).find(|s| !s.side);
    Some(Limit {
        step: awaited.map(|s| s.title.in_language(language).to_owned()).unwrap_or_default(),
        due: head.due_at.local(),
        left: time::left(now, head.due_at, language),
        tone: time::tone(head.entered_at, now, head.due_at),
        passed: time::passed(head.entered_at, now, head.due_at),
    })
}

/// The steps that this person may take now.
pub(crate) fn steps(record: &Record, offered: &[Offered<'_>], language: Language) -> Vec<Step> {
    let mut steps: Vec<Step> = offered
        .iter()
        .map(|offered| Step {
            label: offered.step.title.in_language(language).to_owned(),
            href: format!("{}/step/{}", address(&record.register, record.id), offered.step.name()),
            main: !offered.step.side,
            refusal: offered.refusal.as_ref().map(|p| problem(language, p)).unwrap_or_default(),
        })
        .collect();
    steps.sort_by_key(|s| (!s.refusal.is_empty(), !s.main));
    steps
}

/// Who is waited for, in words; the answer to "why can I do nothing here?".
pub(crate) fn waiting_for(
    engine: &Engine,
    procedure: &Procedure,
    (head, facts): (&CaseHead, &judge::Facts),
    language: Language,
) -> String {
    if !head.open {
        return fill(language, "case.closed_at", &[("when", &head.closed_at.local())]);
    }
    let mut who: Vec<String> = Vec::new();
    for by in procedure.steps_from(&head.state).filter(|s| !s.side).flat_map(|s| &s.by) {
        let role = match judge::case::who(by, facts) {
            judge::case::Who::Role(role) => engine.model.roles.get(role),
            judge::case::Who::Account(_) => None,
        };
        let title = match role {
            Some(role) => role.title.in_language(language).to_owned(),
            None => say(language, "case.person"),
        };
        if !who.contains(&title) {
            who.push(title);
        }
    }
    if who.is_empty() {
        return say(language, "case.nobody");
    }
    let separator = if language == Language::Chinese { "、" } else { ", " };
    fill(language, "case.waiting_for", &[("who", &who.join(separator))])
}

/// The five in place, where a step of the procedure needs all of them.
pub(crate) fn five(
    procedure: &Procedure,
    register: &Register,
    record: &Record,
    shower: &Shower<'_>,
) -> Vec<InPlace> {
    let needed = procedure.steps.iter().any(|s| FIVE.iter().all(|f| s.needs.iter().any(|n| n == f)));
    if !needed {
        return Vec::new();
    }
    let one = |name: &&str| {
        let field = register.field(name)?;
        let value = shower.value(register.name(), record.id, field, fact(&record.facts, name));
        Some(InPlace { label: field.title.in_language(shower.language).to_owned(), value })
    };
    FIVE.iter().filter_map(one).collect()
}

/// The timeline.
pub(crate) fn events(
    engine: &Engine,
    register: &Register,
    record: &Record,
    events: Vec<CaseEvent>,
    shower: &Shower<'_>,
) -> Vec<Event> {
    let language = shower.language;
    let one = |event: CaseEvent| {
        let procedure = engine.model.procedure(&event.procedure);
        let step =
            procedure.and_then(|p| p.step(&event.step)).map(|s| s.title.in_language(language).to_owned());
        let moved_to = procedure
            .and_then(|p| p.step(&event.step))
            .and_then(|s| s.becomes.as_deref())
            .and_then(|next| engine.model.procedure(next))
            .or(procedure);
        let state =
            moved_to.and_then(|p| p.state(&event.to)).map(|s| s.title.in_language(language).to_owned());
        Event {
            at: event.at.local(),
            by: event.by_name,
            what: step.unwrap_or_else(|| say(language, "case.opened")),
            state: state.unwrap_or_default(),
            reason: event.reason,
            // The opening filled the fields that the page shows anyway.
            facts: if event.step == "open" {
                Vec::new()
            } else {
                // What was asked and left empty says nothing.
                let given = event.facts.into_iter().filter(|(_, value)| !value.is_null());
                written(register, record, given, shower)
            },
        }
    };
    events.into_iter().map(one).collect()
}

/// Whether this person may open a case in a register, and by which procedures.
pub(crate) fn may_open(engine: &Engine, actor: &Actor, register: &Register) -> bool {
    if register.cases {
        !engine.openings(actor, register.name()).is_empty()
    } else {
        actor.has_any(&register.keeper)
    }
}
