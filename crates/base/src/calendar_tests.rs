//! Tables of the real notices and properties of counting.

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn working_days_around_holidays_are_those_of_the_notices() {
    let calendar = WorkCalendar::state_council();
    let table = [
        ("2020-02-01", false, "cancelled working Saturday of the epidemic spring"),
        ("2020-02-02", false, "lengthened Spring Festival"),
        ("2020-02-03", true, "first day after it"),
        ("2020-09-27", true, "worked Sunday before National Day"),
        ("2020-10-01", false, "National Day"),
        ("2020-10-08", false, "last day of National Day and Mid-Autumn"),
        ("2020-10-09", true, "first day after it"),
        ("2020-10-10", true, "worked Saturday"),
        ("2021-02-07", true, "worked Sunday before the Spring Festival"),
        ("2021-02-10", true, "last day before it"),
        ("2021-02-11", false, "eve"),
        ("2021-02-17", false, "last day of it"),
        ("2021-02-18", true, "first day after it"),
        ("2021-02-20", true, "worked Saturday after it"),
        ("2021-02-21", false, "plain Sunday"),
        ("2021-09-26", true, "worked Sunday"),
        ("2021-10-07", false, "last day of National Day"),
        ("2021-10-08", true, "first day after it"),
        ("2018-12-29", true, "moved by the notice of the next year"),
    ];
    for (text, expected, why) in table {
        assert_eq!(calendar.is_working(day(text)), expected, "{text}: {why}");
    }
}

#[test]
fn limits_are_counted_over_holidays() {
    let calendar = WorkCalendar::state_council();
    let table = [
        ("2021-02-10", 1, "2021-02-18"),
        ("2021-02-10", 3, "2021-02-20"),
        ("2021-02-06", 5, "2021-02-18"),
        ("2020-09-30", 2, "2020-10-10"),
        ("2021-09-30", 1, "2021-10-08"),
        ("2021-09-30", 3, "2021-10-11"),
        ("2021-06-11", 0, "2021-06-11"),
    ];
    for (from, count, to) in table {
        assert_eq!(calendar.plus_working_days(day(from), count), day(to), "{from} + {count}");
        assert_eq!(calendar.between_working_days(day(from), day(to)), i64::from(count), "{from} to {to}");
    }
    assert_eq!(calendar.roll(day("2021-10-03"), Roll::After), day("2021-10-08"));
    assert_eq!(calendar.roll(day("2021-10-03"), Roll::Before), day("2021-09-30"));
    assert_eq!(calendar.roll(day("2021-10-03"), Roll::None), day("2021-10-03"));
}

#[test]
fn each_year_has_the_published_number_of_working_days() {
    let calendar = WorkCalendar::state_council();
    let expected =
        [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)];
    for (year, count) in expected {
        let eve = Day::new(year - 1, 12, 31).unwrap();
        let last = Day::new(year, 12, 31).unwrap();
        assert_eq!(calendar.between_working_days(eve, last), count, "{year}");
    }
}

#[test]
fn every_moved_day_of_the_notices_is_a_real_move() {
    for notice in WorkCalendar::state_council_notices() {
        assert!(!notice.numbers.is_empty());
        for worked in &notice.work {
            assert!(worked.is_weekend(), "{worked} is no weekend and needs no notice to be worked");
        }
        for rest in &notice.rest {
            assert!((0..10).contains(&rest.last.days_since(rest.first)), "{}", rest.holiday);
            assert_eq!(rest.last.year(), notice.year, "{}", rest.holiday);
        }
    }
}

#[test]
fn the_notices_agree_day_by_day_with_an_independent_table() {
    use chinese_holiday::{Ymd, chinese_holiday};
    let calendar = WorkCalendar::state_council();
    // Its last day is 25 December 2026.
    let (mut today, end) = (day("2019-01-01"), day("2026-12-25"));
    while today <= end {
        let year = u32::try_from(today.year()).unwrap();
        let other = chinese_holiday(Ymd::new(
            u16::try_from(year).unwrap(),
            u8::try_from(today.month()).unwrap(),
            u8::try_from(today.day_of_month()).unwrap(),
        ));
        assert_eq!(calendar.is_working(today), other.is_workday(), "{today}");
        today = today.plus_days(1);
    }
}

#[test]
fn a_year_without_a_notice_is_not_covered() {
    let calendar = WorkCalendar::state_council();
    assert_eq!(calendar.known_until(), Some(day("2026-12-31")));
    assert!((2019..=2026).all(|year| calendar.covers(year)));
    assert!(!calendar.covers(2018) && !calendar.covers(2027));
    assert_eq!(WorkCalendar::default().known_until(), None);
    assert!(!WorkCalendar::new([], [day("2021-02-07")]).covers(2021));
}

#[test]
fn an_unreadable_notice_says_where() {
    let problem = WorkCalendar::read_notices("[[notice]]\nyear = 2027\nrset = []\n").unwrap_err();
    assert_eq!(problem.code, "calendar.unreadable");
    assert!(problem.argument("reason").unwrap().contains("rset"), "{problem}");
}

#[test]
fn the_end_of_the_calendar_is_reached_and_not_waited_for() {
    let end = Day::from_days_since_1970(i64::MAX).plus_days(200_000_000);
    let calendar = WorkCalendar::new((0..30).map(Day::from_days_since_1970), []);
    let _ = calendar.roll(end, Roll::After);
    let _ = calendar.plus_working_days(end, 3);
}

proptest! {
    #[test]
    fn counting_and_adding_are_reverse(start in 17_900_i64..20_000, count in 0_u32..400) {
        let calendar = WorkCalendar::state_council();
        let from = Day::from_days_since_1970(start);
        let to = calendar.plus_working_days(from, count);
        prop_assert_eq!(calendar.between_working_days(from, to), i64::from(count));
        prop_assert_eq!(calendar.between_working_days(to, from), -i64::from(count));
    }

    #[test]
    fn counting_equals_walking(start in 17_900_i64..20_000, length in 0_i64..800) {
        let calendar = WorkCalendar::state_council();
        let from = Day::from_days_since_1970(start);
        let walked = (1..=length).filter(|n| calendar.is_working(from.plus_days(*n))).count() as i64;
        prop_assert_eq!(calendar.between_working_days(from, from.plus_days(length)), walked);
    }
}
