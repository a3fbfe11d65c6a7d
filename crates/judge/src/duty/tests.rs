//! Duties of small packs and of those that come with the program, judged as the engine judges them.

use base::{Day, WorkCalendar};
use plan::pack::Duty;
use proptest::prelude::*;

use super::instance::{after, containing, current, fallen_due, of_code};
use super::stages::{due_now, reminders};
use super::state::{Known, STATES, State, state};

fn duty(keys: &str) -> Duty {
    let text = format!(
        "id = \"d\"\ntitle = {{ zh = \"义务\", en = \"Duty\" }}\nwho = {{ subject = \"enterprise\" }}\n{keys}"
    );
    toml::from_str(&text).unwrap_or_else(|e| panic!("{keys}: {e}"))
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn periods_are_due_on_the_day_that_the_duty_says() {
    // Keys, day asked for, code, first day, last day, due day.
    let table = [
        ("every = \"quarter\"", "2021-06-15", "2021Q2 2021-04-01 2021-06-30 2021-06-30"),
        ("every = \"quarter\"\ndue = \"+10d\"", "2021-06-30", "2021Q2 2021-04-01 2021-06-30 2021-07-10"),
        ("every = \"month\"\ndue = \"+3wd\"", "2021-09-30", "2021-09 2021-09-01 2021-09-30 2021-10-11"),
        ("every = \"month\"\ndue = \"period+25d\"", "2021-06-30", "2021-06 2021-06-01 2021-06-30 2021-06-25"),
        ("every = \"shift\"", "2021-06-15", "2021-06-15 2021-06-15 2021-06-15 2021-06-15"),
        ("every = \"week\"", "2021-06-16", "2021-W24 2021-06-14 2021-06-20 2021-06-20"),
        ("every = \"half_year\"", "2021-07-01", "2021H2 2021-07-01 2021-12-31 2021-12-31"),
        ("every = { configurable = \"year\" }", "2021-07-01", "2021 2021-01-01 2021-12-31 2021-12-31"),
        ("every = \"3 years\"", "2024-07-01", "2023-2025 2023-01-01 2025-12-31 2025-12-31"),
        ("every = \"2 years\"", "2019-07-01", "2018-2019 2018-01-01 2019-12-31 2019-12-31"),
        ("by = 2020-12-31", "2021-07-01", "2020-12-31 2020-06-04 2020-12-31 2020-12-31"),
    ];
    let calendar = WorkCalendar::state_council();
    for (keys, on, expected) in table {
        let found = containing(&duty(keys), day("2020-06-04"), day(on), &calendar).unwrap();
        let shown = format!("{} {} {} {}", found.code, found.first, found.last, found.due);
        assert_eq!(shown, expected, "{keys} on {on}");
        assert_eq!(of_code(&duty(keys), day("2020-06-04"), &found.code, &calendar), Some(found), "{keys}");
    }
}

#[test]
fn a_period_is_owed_from_a_go_live_in_its_first_half() {
    // Keys, go-live, today: codes of the periods that have fallen due by then.
    let table = [
        ("every = \"quarter\"", "2020-06-04", "2021-04-02", "2020Q3 2020Q4 2021Q1"),
        ("every = \"month\"", "2020-06-04", "2020-08-31", "2020-06 2020-07 2020-08"),
        ("every = \"month\"", "2020-06-20", "2020-08-31", "2020-07 2020-08"),
        ("every = \"year\"", "2020-06-04", "2021-12-30", "2020"),
        ("every = \"year\"", "2020-09-01", "2021-12-31", "2021"),
        ("every = \"quarter\"\ndue = \"+10d\"", "2020-07-01", "2021-01-09", "2020Q3"),
        ("every = \"quarter\"\nuntil = 2020-12-31", "2020-07-01", "2021-12-31", "2020Q3 2020Q4"),
        ("by = 2020-12-31", "2020-06-04", "2020-12-30", ""),
        ("by = 2020-12-31", "2020-06-04", "2020-12-31", "2020-12-31"),
        ("every = \"month\"\ncounted_from = \"last\"", "2020-06-04", "2021-12-31", ""),
        ("holds = \"s.high_risk\"", "2020-06-04", "2021-12-31", ""),
    ];
    let calendar = WorkCalendar::state_council();
    for (keys, from, today, expected) in table {
        let none = Day::from_days_since_1970(0);
        let found = fallen_due(&duty(keys), day(from), none, day(today), 100, &calendar);
        let codes: Vec<String> = found.into_iter().map(|i| i.code).collect();
        assert_eq!(codes.join(" "), expected, "{keys} from {from} on {today}");
    }
}

#[test]
fn what_was_settled_before_does_not_fall_due_again() {
    let calendar = WorkCalendar::state_council();
    let quarter = duty("every = \"quarter\"\ndue = \"+10d\"");
    let codes = |after: &str, until: &str| -> Vec<String> {
        let found = fallen_due(&quarter, day("2020-06-04"), day(after), day(until), 100, &calendar);
        found.into_iter().map(|i| i.code).collect()
    };
    assert_eq!(codes("2021-01-09", "2021-01-10"), ["2020Q4"]);
    assert_eq!(codes("2021-01-10", "2021-04-09"), [""; 0]);
    assert_eq!(current(&quarter, day("2020-06-04"), day("2021-01-05"), &calendar).unwrap().code, "2020Q4");
    assert_eq!(current(&quarter, day("2020-06-04"), day("2021-01-11"), &calendar).unwrap().code, "2021Q1");
}

#[test]
fn the_state_follows_from_evidence_time_and_excuse() {
    let instance = containing(
        &duty("every = \"quarter\"\ndue = \"+10d\""),
        day("2020-06-04"),
        day("2021-05-01"),
        &WorkCalendar::state_council(),
    )
    .unwrap();
    let known = |bound, excused, done: &str| Known { bound, excused, done: Day::parse(done) };
    let table = [
        (known(true, false, ""), "2021-03-31", State::NotDue),
        (known(true, false, ""), "2021-07-10", State::Due),
        (known(true, false, ""), "2021-07-11", State::Overdue),
        (known(true, false, "2021-07-10"), "2021-09-01", State::Fulfilled),
        (known(true, false, "2021-07-11"), "2021-09-01", State::FulfilledLate),
        (known(true, true, ""), "2021-09-01", State::Excused),
        (known(true, true, "2021-07-01"), "2021-09-01", State::Fulfilled),
        (known(false, false, "2021-07-01"), "2021-09-01", State::NotApplicable),
    ];
    for (known, today, expected) in table {
        assert_eq!(state(&instance, known, day(today)), expected, "{known:?} on {today}");
    }
    assert!(STATES.iter().all(|state| State::of_word(state.word()) == Some(*state)));
}

#[test]
fn stages_fall_due_in_their_order_and_each_once() {
    let duty = duty(
        "every = \"quarter\"\nremind = [\"-15d\", \"-3wd\"]\nlate = [{ after = \"10d\", notify = [\"b\"] }, { after = \"1d\", notify = [\"a\"] }]",
    );
    let calendar = WorkCalendar::state_council();
    let due = day("2021-06-30");
    for (done, today, now, carried, next) in [
        (0, "2021-06-30", "", 0, "2021-07-01"),
        (0, "2021-07-01", "a", 1, "2021-07-10"),
        (1, "2021-07-05", "", 1, "2021-07-10"),
        (0, "2021-08-01", "a b", 2, ""),
        (2, "2021-08-01", "", 2, ""),
    ] {
        let found = due_now(&duty, due, done, day(today), &calendar);
        let roles: Vec<&str> = found.now.iter().flat_map(|s| &s.late.notify).map(String::as_str).collect();
        let next_at = found.next.map_or_else(String::new, |d| d.to_string());
        assert_eq!(
            (roles.join(" ").as_str(), found.carried_out, next_at.as_str()),
            (now, carried, next),
            "{done} {today}"
        );
    }
    let days: Vec<String> = reminders(&duty, due, &calendar).iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2021-06-15", "2021-06-25"]);
}

const RHYTHMS: [&str; 8] = [
    "every = \"day\"",
    "every = \"week\"",
    "every = \"month\"",
    "every = \"quarter\"\ndue = \"+10wd\"",
    "every = \"half_year\"\ndue = \"period+25d\"",
    "every = \"year\"",
    "every = \"2 years\"",
    "every = \"5 years\"\ndue = \"+30d\"",
];

proptest! {
    #[test]
    fn every_day_lies_in_one_period_and_each_period_falls_due_exactly_once(
        which in 0..RHYTHMS.len(), start in 18_000_i64..19_500, steps in prop::collection::vec(1_i64..60, 1..12)
    ) {
        let calendar = WorkCalendar::state_council();
        let duty = duty(RHYTHMS[which]);
        let go_live = Day::from_days_since_1970(start);
        let end = go_live.plus_days(steps.iter().sum());
        let at_once = fallen_due(&duty, go_live, go_live.plus_days(-1), end, 10_000, &calendar);
        let mut piecewise = Vec::new();
        let mut swept = go_live.plus_days(-1);
        let mut today = go_live;
        for step in steps {
            today = today.plus_days(step);
            piecewise.extend(fallen_due(&duty, go_live, swept, today, 10_000, &calendar));
            swept = today;
        }
        prop_assert_eq!(&at_once, &piecewise);
        let instance = containing(&duty, go_live, end, &calendar).unwrap();
        prop_assert!(instance.first <= end && end <= instance.last);
        prop_assert_eq!(of_code(&duty, go_live, &instance.code, &calendar), Some(instance));
    }

    #[test]
    fn a_period_later_is_later(days in 17_000_i64..22_000, which in 0_usize..6) {
        use plan::pack::duty::Frequency;
        let all = [Frequency::Shift, Frequency::Week, Frequency::Month, Frequency::Quarter, Frequency::HalfYear, Frequency::Years(3)];
        let day = Day::from_days_since_1970(days);
        prop_assert!(after(day, all[which]) > day);
        prop_assert!(super::instance::before(day, all[which]) < day);
    }
}

type Loaded = (Vec<plan::pack::Source>, Result<plan::pack::Model, plan::pack::Faults>);
type Read = fn(&std::path::Path) -> Result<Vec<plan::pack::Source>, plan::pack::Faults>;

/// The shipped packs, the city's as `read` reads them, with another text added as a file of its own.
fn with_shipped(read: Read, more: &str) -> Loaded {
    let folder = |name: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
    let mut sources = plan::pack::load_folder(&folder("core")).unwrap();
    sources.extend(read(&folder("kaifeng-2020")).unwrap());
    let own = vec![("own.toml".to_owned(), std::path::PathBuf::new(), more.to_owned())];
    sources.extend(plan::pack::load_sources(own).unwrap_or_else(|faults| panic!("{faults}")));
    let model = plan::pack::Model::from_sources(&sources);
    (sources, model)
}

#[test]
fn the_cases_of_the_shipped_duties_come_out_and_a_wrong_one_says_where() {
    let own = r#"
[[duty]]
id = "own"
title = { zh = "义务", en = "Duty" }
who = { subject = "enterprise", when = "s.headcount >= 300" }
every = "quarter"
fulfilled = { evidence = ["text"] }
keeper = ["enterprise.head"]

[[duty.case]]
name = "wrong on purpose"
on = 2021-06-15
subjects = [ { id = "a", headcount = 320 }, { id = "b", headcount = 20 } ]
records = { duty_evidence = [ { subject = "a", at = 2021-05-01 } ] }
expect = { due = ["b"], fulfilled = ["a"], period = "2021Q3" }
"#;
    let (sources, model) = with_shipped(plan::pack::load_folder, own);
    let model = model.unwrap_or_else(|faults| panic!("{faults}"));
    assert!(super::cases::count(&model) > 3);
    let wrong = super::cases::run(&sources, &model, &WorkCalendar::state_council());
    let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "own.toml:11: duty.own.case: \"wrong on purpose\": due is [a], expected was [b]",
            "own.toml:11: duty.own.case: \"wrong on purpose\": the period is \"2021Q2\", expected was \"2021Q3\"",
        ]
    );
}

#[test]
fn what_cannot_work_in_a_duty_is_refused_with_file_line_and_key() {
    // Keys beside id and title, and what must be said.
    let table = [
        (
            "who = { subject = \"firm\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }",
            "\"firm\" is not a known subject",
        ),
        (
            "who = { subject = \"hazard_criterion\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }",
            "belong to nobody",
        ),
        (
            "who = { subject = \"enterprise\", when = \"s.head_count > 3\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }",
            "head_count",
        ),
        (
            "who = { subject = \"county\", when = \"s.headcount > 3\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }",
            "headcount",
        ),
        ("who = { subject = \"enterprise\" }\nfulfilled = { evidence = [\"text\"] }", "says no time"),
        (
            "who = { subject = \"enterprise\" }\nby = 2021-01-01\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }",
            "has by and every",
        ),
        ("who = { subject = \"enterprise\" }\nevery = \"month\"", "is missing: say which records"),
        (
            "who = { subject = \"enterprise\" }\nevery = \"month\"\nfulfilled = { record = \"check_records\" }",
            "\"check_records\" is not a known register",
        ),
        (
            "who = { subject = \"enterprise\" }\nevery = \"month\"\nfulfilled = { record = \"check_record\", at = \"checked_on\" }",
            "checked_on",
        ),
        (
            "who = { subject = \"department\" }\nevery = \"month\"\nfulfilled = { record = \"check_record\", at = \"checked_at\" }",
            "has no field that names a department",
        ),
        (
            "who = { subject = \"enterprise\" }\nevery = \"month\"\nfulfilled = { evidence = [\"paper\"] }",
            "not a kind of evidence",
        ),
        (
            "who = { subject = \"enterprise\" }\nafter = { event = \"enterprise.heads_changed\", within = \"30d\" }\nfulfilled = { evidence = [\"text\"] }",
            "not a known event",
        ),
        (
            "who = { subject = \"enterprise\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }\nlate = [{ after = \"1d\", notify = [\"enterprise.boss\"] }]",
            "not a known role",
        ),
        (
            "who = { subject = \"enterprise\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }\nlate = [{ after = \"1d\", propose = \"interview\" }]",
            "is missing: the role that decides",
        ),
        (
            "who = { subject = \"enterprise\" }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }\nlate = [{ after = \"2h\", notify = [\"enterprise.head\"] }]",
            "must count days",
        ),
        (
            "who = { subject = \"department\", departments = [\"moon\"] }\nevery = \"month\"\nfulfilled = { evidence = [\"text\"] }",
            "not a known department",
        ),
    ];
    for (keys, expected) in table {
        let keeper = "keeper = [\"enterprise.head\"]";
        let text =
            format!("[[duty]]\nid = \"own\"\ntitle = {{ zh = \"义\", en = \"D\" }}\n{keeper}\n{keys}\n");
        let faults = with_shipped(plan::pack::load_ground, &text).1.err().unwrap_or_default();
        let told: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|t| t.starts_with("own.toml:") && t.contains(expected)), "{keys}: {told:?}");
    }
}
