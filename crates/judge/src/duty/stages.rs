//! What time brings about for an instance that is not fulfilled: reminders ahead, consequences after. Late stages are
//! numbered in the order in which they fall due, as those of cases are, so that a sweep tells nobody twice.

use base::{Day, WorkCalendar};
use plan::pack::Duty;
use plan::pack::duty::LateStage;

use super::instance::moved;

/// A consequence of lateness, due on a day.
#[derive(Debug, Clone)]
pub struct Stage<'a> {
    /// From this day on.
    pub at: Day,
    /// What happens.
    pub late: &'a LateStage,
}

/// What is still to be carried out.
#[derive(Debug, Clone)]
pub struct Consequence<'a> {
    /// The stages that have fallen due and were not carried out.
    pub now: Vec<Stage<'a>>,
    /// How many are carried out then.
    pub carried_out: usize,
    /// The day of the next one.
    pub next: Option<Day>,
}

/// The consequences of an instance that was due on `due`, in the order in which they fall due.
#[must_use]
pub fn stages<'a>(duty: &'a Duty, due: Day, calendar: &WorkCalendar) -> Vec<Stage<'a>> {
    let of = |late: &'a LateStage| Stage { at: moved(due, late.after, calendar), late };
    let mut stages: Vec<Stage<'a>> = duty.late.iter().map(of).collect();
    stages.sort_by_key(|stage| stage.at);
    stages
}

/// What falls due by `today` when `carried_out` stages were carried out before.
#[must_use]
pub fn due_now<'a>(
    duty: &'a Duty,
    due: Day,
    carried_out: usize,
    today: Day,
    calendar: &WorkCalendar,
) -> Consequence<'a> {
    let all = stages(duty, due, calendar);
    let fallen = all.iter().take_while(|stage| stage.at <= today).count();
    let now = all.get(carried_out..fallen).unwrap_or_default().to_vec();
    let next = all.get(fallen.max(carried_out)).map(|stage| stage.at);
    Consequence { now, carried_out: fallen.max(carried_out), next }
}

/// The days on which those who owe it are reminded, ascending.
#[must_use]
pub fn reminders(duty: &Duty, due: Day, calendar: &WorkCalendar) -> Vec<Day> {
    let mut days: Vec<Day> = duty.remind.iter().map(|span| moved(due, *span, calendar)).collect();
    days.sort_unstable();
    days
}
