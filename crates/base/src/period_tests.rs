//! Tables and properties of periods.

use proptest::prelude::*;

use super::*;

const KINDS: [PeriodKind; 6] = [
    PeriodKind::Day,
    PeriodKind::Week,
    PeriodKind::Month,
    PeriodKind::Quarter,
    PeriodKind::HalfYear,
    PeriodKind::Year,
];

#[test]
fn a_day_lies_in_the_periods_that_people_name() {
    let table = [
        (
            "2021-06-15",
            PeriodKind::Day,
            "2021-06-15",
            "2021-06-15",
            "2021-06-15",
            "2021年6月15日",
            "15 June 2021",
        ),
        (
            "2021-06-15",
            PeriodKind::Week,
            "2021-W24",
            "2021-06-14",
            "2021-06-20",
            "2021年第24周",
            "week 24 of 2021",
        ),
        ("2021-06-15", PeriodKind::Month, "2021-06", "2021-06-01", "2021-06-30", "2021年6月", "June 2021"),
        ("2021-06-15", PeriodKind::Quarter, "2021Q2", "2021-04-01", "2021-06-30", "2021年第2季度", "2021 Q2"),
        (
            "2021-06-15",
            PeriodKind::HalfYear,
            "2021H1",
            "2021-01-01",
            "2021-06-30",
            "2021年上半年",
            "first half of 2021",
        ),
        (
            "2021-12-31",
            PeriodKind::HalfYear,
            "2021H2",
            "2021-07-01",
            "2021-12-31",
            "2021年下半年",
            "second half of 2021",
        ),
        ("2021-06-15", PeriodKind::Year, "2021", "2021-01-01", "2021-12-31", "2021年", "2021"),
        (
            "2020-02-29",
            PeriodKind::Month,
            "2020-02",
            "2020-02-01",
            "2020-02-29",
            "2020年2月",
            "February 2020",
        ),
        // Weeks at the turn of the year, by the examples of ISO 8601.
        (
            "2021-01-03",
            PeriodKind::Week,
            "2020-W53",
            "2020-12-28",
            "2021-01-03",
            "2020年第53周",
            "week 53 of 2020",
        ),
        (
            "2021-01-04",
            PeriodKind::Week,
            "2021-W01",
            "2021-01-04",
            "2021-01-10",
            "2021年第1周",
            "week 1 of 2021",
        ),
        (
            "2018-12-31",
            PeriodKind::Week,
            "2019-W01",
            "2018-12-31",
            "2019-01-06",
            "2019年第1周",
            "week 1 of 2019",
        ),
    ];
    for (day, kind, code, first, last, zh, en) in table {
        let period = Period::containing(kind, Day::parse(day).unwrap());
        assert_eq!(period.code(), code, "{day} {kind:?}");
        assert_eq!(
            (period.first().to_string(), period.last().to_string()),
            (first.into(), last.into()),
            "{code}"
        );
        assert_eq!(
            (period.label(Language::Chinese), period.label(Language::English)),
            (zh.into(), en.into())
        );
    }
}

#[test]
fn the_year_before_is_the_same_part_of_the_last_year() {
    let table = [
        ("2021", "2020"),
        ("2021H2", "2020H2"),
        ("2021Q1", "2020Q1"),
        ("2021-06", "2020-06"),
        ("2020-02-29", "2019-02-28"),
        ("2021-W24", "2020-W24"),
        ("2020-W53", "2019-W52"),
    ];
    for (code, before) in table {
        assert_eq!(Period::parse(code).unwrap().year_before().code(), before);
    }
}

#[test]
fn what_is_no_period_is_refused() {
    let wrong = [
        "",
        "21",
        "2021Q0",
        "2021Q5",
        "2021H3",
        "2021-13",
        "2021-00",
        "2021-W54",
        "2021-W53",
        "2021-W00",
        "2021-6",
        "2021-02-30",
        "2021-06-15-1",
        "2021q2",
        "2021Q22",
        "2021年",
        "20211",
        "2021-+6",
        "二〇二一",
    ];
    for code in wrong {
        assert_eq!(Period::parse(code), None, "{code}");
    }
    assert!("x".parse::<Period>().unwrap_err().contains("2021Q2"));
}

#[test]
fn neighbours_cross_the_turn_of_the_year() {
    for (code, next) in
        [("2021Q4", "2022Q1"), ("2021-12", "2022-01"), ("2020-W53", "2021-W01"), ("2021H2", "2022H1")]
    {
        assert_eq!(Period::parse(code).unwrap().next().code(), next);
        assert_eq!(Period::parse(next).unwrap().previous().code(), code);
    }
}

proptest! {
    #[test]
    fn periods_tile_the_calendar_and_their_codes_read_back(days in -200_000_i64..200_000, kind in 0_usize..6) {
        let day = Day::from_days_since_1970(days);
        let period = Period::containing(KINDS[kind], day);
        prop_assert!(period.contains(day));
        prop_assert_eq!(period.next().previous(), period);
        prop_assert_eq!(period.next().first(), period.last().plus_days(1));
        prop_assert_eq!(period.previous().last(), period.first().plus_days(-1));
        prop_assert_eq!(Period::parse(&period.code()), Some(period));
        prop_assert_eq!(Period::containing(KINDS[kind], period.last()), period);
        prop_assert!(period.year_before() < period);
    }

    #[test]
    fn any_text_is_answered(text in ".{0,14}") {
        let _ = Period::parse(&text);
    }
}
