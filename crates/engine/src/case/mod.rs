//! Cases: how one is opened, moved on step by step, and shown.

pub mod actions;
pub mod agency;
pub mod change;
pub mod open;
pub mod remind;
pub mod step;
pub mod timeline;
pub mod together;

use base::Instant;
use judge::case::Waiting;
use judge::{Facts, case};
use plan::pack::{Procedure, StateKind};

use crate::Engine;
use crate::record::CaseHead;

/// What a new state means for the head of a case: whether it is open, what it waits for until when.
pub(crate) fn enter(
    engine: &Engine,
    procedure: &Procedure,
    state: &str,
    at: Instant,
    facts: &Facts,
    head: &mut CaseHead,
) {
    head.procedure = procedure.name().to_owned();
    state.clone_into(&mut head.state);
    head.entered_at = at;
    head.open = procedure.state(state).is_some_and(|s| s.kind == StateKind::Open);
    head.closed_at = if head.open { Instant(0) } else { at };
    set_limit(engine, procedure, facts, head);
}

/// Sets the limit of a case anew: after a step, and when the field that carries the limit changes (an extension).
pub(crate) fn set_limit(engine: &Engine, procedure: &Procedure, facts: &Facts, head: &mut CaseHead) {
    head.due_at = awaited(engine, procedure, facts, head).map_or(Instant::NEVER, |w| w.due_at);
}

/// The step that the case waits for, when it is open.
pub(crate) fn awaited<'a>(
    engine: &'a Engine,
    procedure: &'a Procedure,
    facts: &Facts,
    head: &'a CaseHead,
) -> Option<Waiting<'a>> {
    if !head.open {
        return None;
    }
    let waiting = case::waiting(procedure, &head.state, head.entered_at, facts, &engine.calendar)?;
    Some(Waiting { step: engine.own_step(facts, head, waiting.step), ..waiting })
}
