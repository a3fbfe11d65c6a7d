//! How much time is left, in words and as a tone.

use base::{Day, Instant, Language};

use crate::text::{fill, say};
use crate::view::cell::Shown;

const DAY: i64 = 24 * 3600;
/// A limit is near when less than this part of its time is left.
const NEAR_PART: i64 = 4;

/// What is left until `due`, in words.
pub(crate) fn left(now: Instant, due: Instant, language: Language) -> String {
    if due == Instant::NEVER {
        return say(language, "case.time.none");
    }
    let seconds = (due.0 - now.0).div_euclid(1_000_000);
    let number = |key: &str, n: i64| fill(language, key, &[("n", &n.to_string())]);
    match seconds {
        s if s < -DAY => number("case.time.days_late", -s / DAY),
        s if s < 0 => number("case.time.hours_late", (-s / 3600).max(1)),
        s if s < 3600 => number("case.time.minutes_left", s / 60),
        s if s < DAY => number("case.time.hours_left", s / 3600),
        s => number("case.time.days_left", s / DAY),
    }
}

/// `late`, `soon` (less than a day, or less than a quarter of the time) or `calm`.
pub(crate) fn tone(since: Instant, now: Instant, due: Instant) -> &'static str {
    if due == Instant::NEVER {
        return "calm";
    }
    let (left, all) = (due.0.saturating_sub(now.0), due.0.saturating_sub(since.0));
    if left < 0 {
        "late"
    } else if left < DAY * 1_000_000 || left < all / NEAR_PART {
        "soon"
    } else {
        "calm"
    }
}

/// The part of the time that has passed, 0 to 100.
pub(crate) fn passed(since: Instant, now: Instant, due: Instant) -> u8 {
    let (gone, all) = (now.0.saturating_sub(since.0), due.0.saturating_sub(since.0));
    if all <= 0 {
        return 100;
    }
    let part = i128::from(gone) * 100 / i128::from(all);
    u8::try_from(part.clamp(0, 100)).unwrap_or(100)
}

/// Days ahead within which something that runs out is marked as near.
const NEAR_DAYS: i64 = 60;

/// A day on which something runs out, as a value of a list.
pub(crate) fn lapse(today: Day, day: Day, language: Language) -> Shown {
    let left = day.days_since(today);
    let (key, tone) = match left {
        n if n < 0 => ("case.time.days_late", "late"),
        n if n <= NEAR_DAYS => ("case.time.days_left", "soon"),
        _ => ("case.time.days_left", "calm"),
    };
    let left = fill(language, key, &[("n", &left.abs().to_string())]);
    Shown::Due { when: day.to_string(), left, tone }
}

/// A limit as a value of a list.
pub(crate) fn due(since: Instant, now: Instant, due: Instant, language: Language) -> Shown {
    if due == Instant::NEVER {
        return Shown::Nothing;
    }
    Shown::Due { when: due.day().to_string(), left: left(now, due, language), tone: tone(since, now, due) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_in_the_largest_unit_that_fits() {
        let check = |due: &str, words: &str, expected_tone: &str, part: u8| {
            let at = |text: &str| Instant::parse(text).unwrap();
            let (since, now, due) = (at("2021-06-01 00:00"), at("2021-06-11 00:00"), at(due));
            assert_eq!(left(now, due, Language::English), words);
            assert_eq!(tone(since, now, due), expected_tone, "{words}");
            assert_eq!(passed(since, now, due), part, "{words}");
        };
        check("2021-06-21 00:00", "10 days left", "calm", 50);
        check("2021-06-13 00:00", "2 days left", "soon", 83);
        check("2021-06-11 05:30", "5 hours left", "soon", 97);
        check("2021-06-11 00:20", "20 minutes left", "soon", 99);
        check("2021-06-10 23:50", "1 hours late", "late", 100);
        check("2021-06-01 00:00", "10 days late", "late", 100);
        assert_eq!(tone(Instant(0), Instant(5), Instant::NEVER), "calm");
    }
}
