//! What time alone brings about for a waiting case: reminders ahead of its limit, and the stages after it.
//!
//! Stages are numbered in the order in which they fall due (reminders first). A case stores how many have been
//! carried out, so that a sweep that runs twice, late, or after a restart tells nobody twice.

use base::{Instant, WorkCalendar};
use plan::pack::Step;

use crate::limit::shifted;

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// When it falls due.
    pub at: Instant,
    /// True for stages after the limit.
    pub late: bool,
    /// Roles that are told; empty: those who may take the step.
    pub notify: Vec<String>,
    /// A role of the same unit to which the case is handed as well.
    pub escalate: Option<String>,
    /// Its place among the stages of the step that follow lateness; None for reminders.
    pub number: Option<usize>,
}

/// All stages of `step` whose limit ends at `due_at`, in the order in which they fall due.
#[must_use]
pub fn stages(step: &Step, due_at: Instant, calendar: &WorkCalendar) -> Vec<Stage> {
    if due_at == Instant::NEVER {
        return Vec::new();
    }
    let ahead = step.remind.iter().map(|span| Stage {
        at: shifted(due_at, *span, calendar),
        late: false,
        notify: Vec::new(),
        escalate: None,
        number: None,
    });
    let after = step.late.iter().enumerate().map(|(number, late)| Stage {
        at: shifted(due_at, late.after, calendar),
        late: true,
        notify: late.notify.clone(),
        escalate: late.escalate.clone(),
        number: Some(number),
    });
    let mut stages: Vec<Stage> = ahead.chain(after).collect();
    stages.sort_by_key(|stage| stage.at);
    stages
}

/// The stages that have fallen due by `now` and were not carried out yet, and when the next one will.
#[must_use]
pub fn due_now(stages: &[Stage], carried_out: usize, now: Instant) -> (&[Stage], Instant) {
    let fallen = stages.iter().take_while(|stage| stage.at <= now).count();
    let next = stages.get(fallen.max(carried_out)).map_or(Instant::NEVER, |stage| stage.at);
    (stages.get(carried_out..fallen).unwrap_or_default(), next)
}
