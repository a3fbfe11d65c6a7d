//! Indicators and scorecards of the packs that come with the program: every example comes out as written, and one that
//! does not is told with its place.

use std::path::{Path, PathBuf};

use judge::indicator::{Goal, Reached, Shape, Tally, run_cases};
use plan::pack::{Model, load_sources};
use proptest::prelude::*;

#[test]
fn every_example_of_the_shipped_packs_comes_out_as_written() {
    let packs = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
    let model = Model::load(&[&packs("core")]).unwrap_or_else(|faults| panic!("{faults}"));
    let done = run_cases(&model);
    assert!(done.faults.is_empty(), "{}", plan::pack::Faults(done.faults));
    assert!(done.run >= 11, "{} examples", done.run);
    for indicator in model.indicators.values() {
        assert!(!indicator.cases.is_empty(), "{} has no example", indicator.name());
    }
}

#[test]
fn a_wrong_example_is_told_with_file_line_and_name() {
    let text = include_str!("../../plan/tests/expressions/pack.toml");
    let own = "\n[[indicator]]\nid = \"firms\"\ntitle = { zh = \"企业\", en = \"Firms\" }\nof = \"enterprise\"\nat = \"period_end\"\nevery = \"month\"\n\n\
               [[indicator.case]]\nname = \"two firms\"\nperiod = \"2021-06\"\nrecords = { enterprise = [{}, {}] }\nexpect = { value = 3, base = 2 }\n";
    let whole = format!("{text}{own}");
    let line = whole.lines().position(|l| l.starts_with("name = \"two firms\"")).unwrap() + 1;
    let sources = load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), whole)]).unwrap();
    let model = Model::from_sources(&sources).unwrap();
    let faults = run_cases(&model).faults;
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [format!("pack.toml:{line}: indicator.firms.case \"two firms\": value is 2, expected is 3")]
    );
}

#[test]
fn an_example_of_a_duty_is_counted_by_the_duty_itself() {
    let head = |id: &str, keys: &str| {
        format!(
            "\n[[duty]]\nid = \"{id}\"\ntitle = {{ zh = \"责\", en = \"D\" }}\nfrom = 2020-06-04\nkeeper = [\"worker\"]\n{keys}\n\
             [[indicator]]\nid = \"of-{id}\"\ntitle = {{ zh = \"率\", en = \"I\" }}\nof = \"duty:{id}\"\nby = [\"county\", \"department\"]\nevery = \"quarter\"\n"
        )
    };
    let case = |name: &str, records: &str, expect: &str| {
        format!(
            "[[indicator.case]]\nname = \"{name}\"\nperiod = \"2021Q2\"\n{records}\nexpect = {{ {expect} }}\n"
        )
    };
    let meetings =
        "fulfilled = { record = \"committee_meeting\", at = \"held_on\", when = \"has(r.minutes)\" }";
    let held = "records = { enterprise = [{ id = \"a\", high_risk = true }, { id = \"b\", high_risk = true }, { id = \"c\", high_risk = false }], \
                committee_meeting = [{ enterprise = \"a\", held_on = 2021-04-10, minutes = \"m\", created_at = 2021-04-10 }, { enterprise = \"b\", held_on = 2021-07-05, minutes = [\"m\"], created_at = 2021-04-01T08:00:00+08:00 }] }";
    let who = "who = { subject = \"enterprise\", when = \"s.high_risk\" }";
    let text = [
        head("quarterly", &format!("{who}\nevery = \"quarter\"\n{meetings}")),
        case("one of two", held, "value = 0.5, base = 2, hit = 1"),
        head("monthly", &format!("{who}\nevery = \"month\"\n{meetings}")),
        case("one of six", held, "base = 6, hit = 1"),
        case("what runs is not counted yet", &format!("on = 2021-06-30\n{held}"), "base = 4, hit = 1"),
        head("once", &format!("{who}\nby = 2021-04-30\n{meetings}")),
        case("one in time", held, "base = 2, hit = 1"),
        head("yearly", &format!("{who}\nevery = \"year\"\n{meetings}")),
        case("nothing is due", held, "base = 0, hit = 0"),
        head("since", &format!("{who}\nevery = \"year\"\ncounted_from = \"last\"\n{meetings}")),
        case("one stands well", held, "base = 2, hit = 1"),
        head(
            "after",
            &format!("who = {{ subject = \"enterprise\" }}\nafter = {{ event = \"committee_meeting.created\", within = \"20d\" }}\n{meetings}"),
        ),
        case("each event is an instance", held, "base = 2, hit = 1"),
        head("always", "who = { subject = \"enterprise\", when = \"s.high_risk\" }\nholds = \"s.headcount > 10\""),
        case(
            "what cannot be judged stands apart",
            "records = { enterprise = [{ id = \"a\", high_risk = true, headcount = 11 }, { id = \"b\", high_risk = true, headcount = 1 }, { id = \"c\", high_risk = true }] }",
            "base = 2, hit = 1, unknown = 1",
        ),
        head("handed", "who = { subject = \"department\" }\nevery = \"quarter\"\nfulfilled = { evidence = [\"text\"] }"),
        case(
            "wrong on purpose",
            "records = { department = [{ id = \"x\" }, { id = \"y\", kind = \"department\" }], duty_evidence = [{ subject = \"x\", at = 2021-06-30 }] }",
            "base = 2, hit = 2",
        ),
    ]
    .concat();
    let whole = format!("{}{text}", include_str!("../../plan/tests/expressions/pack.toml"));
    let sources = load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), whole)]).unwrap();
    let model = Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    let done = run_cases(&model);
    let told: Vec<String> = done.faults.iter().map(|f| format!("{}: {}", f.key, f.message)).collect();
    assert_eq!(told, ["indicator.of-handed.case \"wrong on purpose\": hit is 1, expected is 2"]);
    assert_eq!(done.run, 9);
    let bad = head("bad", &format!("{who}\nevery = \"month\"\n{meetings}"));
    for (keys, expected) in [
        ("base = \"true\"", "is not for a duty: its base is what was due"),
        ("at = \"held_on\"", "an instance belongs to the period in which it is due"),
        ("target = { min = \"x\" }", "target.min"),
    ] {
        let whole = format!("{}{bad}{keys}\n", include_str!("../../plan/tests/expressions/pack.toml"));
        let sources = load_sources(vec![("pack.toml".into(), PathBuf::from("pack.toml"), whole)]).unwrap();
        let faults = Model::from_sources(&sources).unwrap_err();
        let told: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|t| t.contains(expected)), "{keys}: {told:?}");
    }
}

#[test]
fn a_target_is_reached_only_when_missing_rows_cannot_change_it() {
    let tally = |base, hit, unknown| Tally { rows: base + unknown, base, hit, unknown, ..Tally::default() };
    let least = Goal { min: Some(0.8), max: None };
    for (base, hit, unknown, expected) in [
        (10, 8, 0, Reached::Met),
        (10, 7, 0, Reached::Missed),
        (10, 10, 2, Reached::Met),
        (10, 8, 2, Reached::CannotBeJudged),
        (10, 2, 2, Reached::Missed),
        (0, 0, 0, Reached::Nothing),
        (0, 0, 3, Reached::CannotBeJudged),
    ] {
        assert_eq!(
            least.reached(&tally(base, hit, unknown), Shape::Share),
            expected,
            "{base} {hit} {unknown}"
        );
    }
    let none = Goal { min: None, max: Some(0.0) };
    assert_eq!(none.reached(&tally(0, 0, 0), Shape::Count), Reached::Met);
    assert_eq!(none.reached(&tally(0, 0, 1), Shape::Count), Reached::CannotBeJudged);
    assert_eq!(none.reached(&tally(1, 0, 0), Shape::Count), Reached::Missed);
    assert_eq!(Goal::default().reached(&tally(1, 1, 0), Shape::Share), Reached::Nothing);
}

proptest! {
    #[test]
    fn the_number_lies_between_its_bounds_and_groups_add_up(
        parts in prop::collection::vec((0_i64..50, 0_i64..50, 0_i64..10), 1..6),
    ) {
        let tallies = parts.iter().map(|(hit, miss, unknown)| Tally {
            rows: hit + miss + unknown, base: hit + miss, hit: *hit, unknown: *unknown, ..Tally::default()
        });
        let whole: Tally = tallies.sum();
        prop_assert_eq!(whole.hit, parts.iter().map(|p| p.0).sum::<i64>());
        if let (Some(value), Some((low, high))) = (whole.value(Shape::Share), whole.bounds(Shape::Share)) {
            prop_assert!(low <= value + 1e-12 && value <= high + 1e-12);
            let all = Goal { min: Some(low), max: None };
            prop_assert_eq!(all.reached(&whole, Shape::Share), Reached::Met);
        }
    }
}
