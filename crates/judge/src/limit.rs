//! When a time limit ends. Legal limits roll forward over rest days, reports upward roll back, daily duties stay
//! (`users.md` point 28). A limit in days counts from the day after the event and ends with its last day.

use base::{Day, Instant, Roll, WorkCalendar};
use plan::pack::{Limit, Unit};

/// The instant at which `limit`, counted from `start`, has passed.
#[must_use]
pub fn end_of(limit: Limit, start: Instant, roll: Roll, calendar: &WorkCalendar) -> Instant {
    let count = i64::from(limit.count);
    match limit.unit {
        Unit::Minutes => start.plus_seconds(count.saturating_mul(60)),
        Unit::Hours => start.plus_hours(count),
        _ => end_of_day(moved(limit, start.day(), calendar), roll, calendar),
    }
}

/// The instant at which a limit "until that day" has passed.
#[must_use]
pub fn end_of_day(day: Day, roll: Roll, calendar: &WorkCalendar) -> Instant {
    Instant::end_of(calendar.roll(day, roll))
}

/// An instant moved by a span (negative: before): for reminders ahead of a limit and stages after it.
#[must_use]
pub fn shifted(at: Instant, span: Limit, calendar: &WorkCalendar) -> Instant {
    let count = i64::from(span.count);
    match span.unit {
        Unit::Minutes => at.plus_seconds(count.saturating_mul(60)),
        Unit::Hours => at.plus_hours(count),
        _ => {
            let day = at.day();
            at.plus_seconds(moved(span, day, calendar).days_since(day).saturating_mul(86_400))
        }
    }
}

fn moved(limit: Limit, day: Day, calendar: &WorkCalendar) -> Day {
    match limit.unit {
        Unit::Days => day.plus_days(i64::from(limit.count)),
        Unit::WorkingDays if limit.count >= 0 => calendar.plus_working_days(day, limit.count.unsigned_abs()),
        Unit::WorkingDays => {
            let mut result = day;
            for _ in 0..limit.count.unsigned_abs() {
                result = calendar.roll(result.plus_days(-1), Roll::Before);
            }
            result
        }
        Unit::Months => day.plus_months(limit.count),
        Unit::Years => day.plus_months(limit.count.saturating_mul(12)),
        Unit::Minutes | Unit::Hours => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(limit: &str, start: &str, roll: Roll, expected: &str) {
        // Labour Day 2021: 1 to 5 May rest, 25 April and 8 May worked.
        let day = |text: &str| Day::parse(text).unwrap();
        let rest = ["2021-05-03", "2021-05-04", "2021-05-05"].map(day);
        let work = ["2021-04-25", "2021-05-08"].map(day);
        let calendar = WorkCalendar::new(rest, work);
        let end = end_of(limit.parse().unwrap(), Instant::parse(start).unwrap(), roll, &calendar);
        assert_eq!(end.local(), expected, "{limit} from {start} rolling {roll:?}");
    }

    #[test]
    fn limits_end_where_the_law_says() {
        check("5wd", "2021-04-29 10:00", Roll::None, "2021-05-10 23:59");
        check("1wd", "2021-04-24 10:00", Roll::None, "2021-04-25 23:59");
        check("3d", "2021-04-29 10:00", Roll::None, "2021-05-02 23:59");
        check("3d", "2021-04-29 10:00", Roll::After, "2021-05-06 23:59");
        check("3d", "2021-04-29 10:00", Roll::Before, "2021-04-30 23:59");
        check("2h", "2021-04-29 23:30", Roll::After, "2021-04-30 01:30");
        check("1mo", "2021-01-31 08:00", Roll::None, "2021-02-28 23:59");
    }

    #[test]
    fn a_reminder_three_working_days_ahead_skips_the_rest_days() {
        let day = |text: &str| Day::parse(text).unwrap();
        let calendar =
            WorkCalendar::new(["2021-05-03", "2021-05-04", "2021-05-05"].map(day), [day("2021-05-08")]);
        let limit = Instant::end_of(day("2021-05-07"));
        assert_eq!(shifted(limit, "-3wd".parse().unwrap(), &calendar).day(), day("2021-04-29"));
    }
}
