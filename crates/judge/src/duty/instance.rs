//! The periods of a duty and their due days.
//!
//! A subject owes a period when the duty bound it for the larger part of it, and still on its last day: a firm that grows
//! into a duty three days before the quarter ends is not late with that quarter. The day on which a duty goes live counts
//! like the day on which it begins to bind.

use base::{Day, Period, PeriodKind, WorkCalendar};
use plan::pack::duty::{Due, Frequency, Rhythm};
use plan::pack::{Duty, Limit, Unit};

/// One time that a duty is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its stable name: `2021Q2`, `2021-06`, `2020-2022` for several years, a day for what has no period of the calendar.
    pub code: String,
    /// The first day whose evidence counts.
    pub first: Day,
    /// The last day of the period.
    pub last: Day,
    /// The last day on which it is in time.
    pub due: Day,
    /// Whoever was bound by this day (and still on the last one) owes it.
    pub bound_by: Day,
}

/// A day moved by days or working days; other units do not occur in duties.
#[must_use]
pub fn moved(day: Day, span: Limit, calendar: &WorkCalendar) -> Day {
    match span.unit {
        Unit::WorkingDays if span.count >= 0 => calendar.plus_working_days(day, span.count.unsigned_abs()),
        Unit::WorkingDays => {
            let step = |day: Day, _| calendar.roll(day.plus_days(-1), base::Roll::Before);
            (0..span.count.unsigned_abs()).fold(day, step)
        }
        _ => day.plus_days(i64::from(span.count)),
    }
}

/// The day one period after `day`.
#[must_use]
pub fn after(day: Day, frequency: Frequency) -> Day {
    match frequency {
        Frequency::Shift | Frequency::Day => day.plus_days(1),
        Frequency::Week => day.plus_days(7),
        Frequency::Month => day.plus_months(1),
        Frequency::Quarter => day.plus_months(3),
        Frequency::HalfYear => day.plus_months(6),
        Frequency::Years(n) => day.plus_months(i32::from(n.max(1)).saturating_mul(12)),
    }
}

/// The day one period before `day`: evidence after it is not older than a period.
#[must_use]
pub fn before(day: Day, frequency: Frequency) -> Day {
    match frequency {
        Frequency::Shift | Frequency::Day => day.plus_days(-1),
        Frequency::Week => day.plus_days(-7),
        Frequency::Month => day.plus_months(-1),
        Frequency::Quarter => day.plus_months(-3),
        Frequency::HalfYear => day.plus_months(-6),
        Frequency::Years(n) => day.plus_months(i32::from(n.max(1)).saturating_mul(-12)),
    }
}

/// The period of the calendar that `day` lies in; `go_live` fixes where periods of several years begin.
#[must_use]
pub fn containing(duty: &Duty, go_live: Day, day: Day, calendar: &WorkCalendar) -> Option<Instance> {
    match duty.rhythm() {
        Rhythm::Once(by) => Some(once(by, go_live)),
        Rhythm::Calendar(frequency) => {
            let (code, first, last) = bounds(frequency, go_live, day)?;
            let due = duty.due.map_or(last, |due| due_day(due, first, last, calendar));
            let half = last.days_since(first) / 2;
            Some(Instance { code, first, last, due, bound_by: first.plus_days(half) })
        }
        Rhythm::SinceLast(_) | Rhythm::Event(_) | Rhythm::Always => None,
    }
}

fn once(by: Day, go_live: Day) -> Instance {
    Instance { code: by.to_string(), first: go_live.min(by), last: by, due: by, bound_by: by }
}

fn bounds(frequency: Frequency, go_live: Day, day: Day) -> Option<(String, Day, Day)> {
    let kind = match frequency {
        Frequency::Shift | Frequency::Day => PeriodKind::Day,
        Frequency::Week => PeriodKind::Week,
        Frequency::Month => PeriodKind::Month,
        Frequency::Quarter => PeriodKind::Quarter,
        Frequency::HalfYear => PeriodKind::HalfYear,
        Frequency::Years(0 | 1) => PeriodKind::Year,
        Frequency::Years(n) => {
            let n = i32::from(n);
            let from = go_live.year() + (day.year() - go_live.year()).div_euclid(n) * n;
            let (first, last) = (Day::new(from, 1, 1)?, Day::new(from + n - 1, 12, 31)?);
            return Some((format!("{from}-{}", from + n - 1), first, last));
        }
    };
    let period = Period::containing(kind, day);
    Some((period.code(), period.first(), period.last()))
}

/// The due day of a period.
fn due_day(due: Due, first: Day, last: Day, calendar: &WorkCalendar) -> Day {
    if due.from_start {
        // Day 1 of the period is its first day.
        moved(first.plus_days(-1), due.span, calendar)
    } else {
        moved(last, due.span, calendar)
    }
}

/// True where the period is owed at all: the duty is in force for the larger part of it and until its end.
#[must_use]
pub fn in_force(duty: &Duty, go_live: Day, instance: &Instance) -> bool {
    go_live <= instance.bound_by && duty.until.is_none_or(|until| instance.last <= until)
}

/// Periods in force whose due day lies after `after` and not after `until`, oldest first. At most `most`.
#[must_use]
pub fn fallen_due(
    duty: &Duty,
    go_live: Day,
    after: Day,
    until: Day,
    most: usize,
    calendar: &WorkCalendar,
) -> Vec<Instance> {
    let mut found = Vec::new();
    // A due day can lie long after its period: begin a little earlier than the day asked for.
    let ahead = duty.due.map_or(0, |due| i64::from(due.span.count).saturating_mul(3) + 14);
    let mut day = go_live.max(after.plus_days(-ahead));
    while let Some(instance) = containing(duty, go_live, day, calendar) {
        if instance.due > until || found.len() >= most {
            break;
        }
        if instance.due > after && in_force(duty, go_live, &instance) {
            found.push(instance.clone());
        }
        let next = instance.last.plus_days(1);
        if next <= day || matches!(duty.rhythm(), Rhythm::Once(_)) {
            break;
        }
        day = next;
    }
    found
}

/// The instances of a duty whose due day lies between both days, for a calendar of what is ahead.
#[must_use]
pub fn between(duty: &Duty, go_live: Day, from: Day, until: Day, calendar: &WorkCalendar) -> Vec<Instance> {
    fallen_due(duty, go_live, from.plus_days(-1), until, 400, calendar)
}

/// What is owed at `today`: the oldest period that is not past its due day, with the one that is running.
#[must_use]
pub fn current(duty: &Duty, go_live: Day, today: Day, calendar: &WorkCalendar) -> Option<Instance> {
    let open = fallen_due(duty, go_live, today.plus_days(-1), today.plus_months(12 * 12), 1, calendar);
    open.into_iter()
        .next()
        .filter(|instance| instance.first <= today || matches!(duty.rhythm(), Rhythm::Once(_)))
}

/// The instance of that code.
#[must_use]
pub fn of_code(duty: &Duty, go_live: Day, code: &str, calendar: &WorkCalendar) -> Option<Instance> {
    if let Rhythm::Once(by) = duty.rhythm() {
        return Some(once(by, go_live)).filter(|instance| instance.code == code);
    }
    let day = match Period::parse(code) {
        Some(period) => period.first(),
        None => Day::new(code.split('-').next()?.parse().ok()?, 1, 1)?,
    };
    containing(duty, go_live, day, calendar).filter(|instance| instance.code == code)
}
