//! Points of scorecards: tables of single items, and what holds for every card.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use base::Day;
use judge::score::{Hundredths, Reading, Why, points, score};
use plan::pack::Scorecard;
use plan::pack::indicator::Better;
use plan::pack::scorecard::ScoreItem;
use proptest::prelude::*;

fn item(rest: &str) -> ScoreItem {
    toml::from_str(&format!("id = \"i\"\ntitle = {{ zh = \"项\", en = \"Item\" }}\n{rest}")).unwrap()
}

fn value(value: Option<f64>, unknown: i64, better: Better) -> Reading {
    Reading::Value { value, unknown, better }
}

#[test]
fn points_follow_from_share_steps_cases_and_assessors() {
    let share = item("weight = 10\nsource = { indicator = \"x\" }");
    let steps = item(
        "weight = 10\nsource = { indicator = \"x\" }\nsteps = [{ below = 0.9, points = 5 }, { below = 0.5, points = 1 }]",
    );
    let above = item(
        "weight = 10\nsource = { indicator = \"x\" }\nsteps = [{ above = 3, points = 4 }, { above = 5, points = 0 }]",
    );
    let each = item("weight = 10\nleast = 2\nsource = { cases = \"x\", each = -3 }");
    let bonus = item("weight = 10\nsource = { cases = \"x\", each = 4 }");
    let manual = item("weight = 10\nsource = { manual = true }");
    let of = |v| value(Some(v), 0, Better::Higher);
    for (item, reading, expected, why) in [
        (&share, of(0.955), 9.55, Why::Share),
        (&share, of(1.7), 10.0, Why::Share),
        (&share, value(Some(0.25), 0, Better::Lower), 7.5, Why::Share),
        (&share, value(None, 0, Better::Higher), 10.0, Why::NothingToCount),
        (&share, value(None, 3, Better::Higher), 0.0, Why::CannotBeJudged),
        (&steps, of(0.9), 10.0, Why::Full),
        (&steps, of(0.89), 5.0, Why::Step),
        (&steps, of(0.49), 1.0, Why::Step),
        (&above, of(3.0), 10.0, Why::Full),
        (&above, of(4.0), 4.0, Why::Step),
        (&above, of(6.0), 0.0, Why::Step),
        (&each, Reading::Count(0), 10.0, Why::Each),
        (&each, Reading::Count(2), 4.0, Why::Each),
        (&each, Reading::Count(9), 2.0, Why::Each),
        (&bonus, Reading::Count(2), 8.0, Why::Each),
        (&bonus, Reading::Count(9), 10.0, Why::Each),
        (&manual, Reading::Given(7.25), 7.25, Why::Given),
        (&manual, Reading::NotGiven, 0.0, Why::NotGiven),
    ] {
        let (found, because) = points(item, &reading);
        assert_eq!((found.points(), because), (expected, why), "{reading:?} {:?}", item.steps);
    }
}

#[test]
fn points_are_written_without_needless_zeros() {
    for (hundredths, expected) in
        [(0, "0"), (9500, "95"), (9550, "95.5"), (9525, "95.25"), (5, "0.05"), (-150, "-1.5")]
    {
        assert_eq!(Hundredths(hundredths).to_string(), expected);
    }
}

fn card(vetoes: &str) -> Scorecard {
    toml::from_str(&format!(
        "id = \"c\"\ntitle = {{ zh = \"卡\", en = \"Card\" }}\nsubject = \"county\"\nevery = \"month\"\n\
         grades = {{ series = [{{ from = 2020-06-04, value = {{ A = 90, B = 60, C = 0 }}, source = \"x\" }}, {{ from = 2021-07-01, value = {{ A = 95, B = 60, C = 0 }}, source = \"y\" }}] }}\n\
         veto = [{vetoes}]\n\
         [[item]]\nid = \"a\"\ntitle = {{ zh = \"甲\", en = \"A\" }}\nweight = 60\nsource = {{ indicator = \"x\" }}\n\
         [[item]]\nid = \"b\"\ntitle = {{ zh = \"乙\", en = \"B\" }}\nweight = 40\nsource = {{ cases = \"y\", each = -5 }}\n"
    ))
    .unwrap()
}

const VETO: &str = "{ when = \"true\", grade = \"C\", title = { zh = \"否决\", en = \"Veto\" } }";

#[test]
fn a_veto_caps_the_grade_and_cut_offs_have_their_days() {
    let day = |text: &str| Day::parse(text).unwrap();
    let readings = [value(Some(1.0), 0, Better::Higher), Reading::Count(2)];
    let card = card(VETO);
    let grade = |vetoes: &[usize], on: &str| {
        let outcome = score(&card, &readings, vetoes, day(on));
        (outcome.score.points(), outcome.earned, outcome.grade)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(grade(&[], "2021-06-30"), (90.0, some("A"), some("A")));
    assert_eq!(grade(&[0], "2021-06-30"), (90.0, some("A"), some("C")));
    assert_eq!(grade(&[], "2021-07-31"), (90.0, some("B"), some("B")));
    assert_eq!(grade(&[], "2020-05-31"), (90.0, None, None));
}

proptest! {
    #[test]
    fn the_points_of_the_items_make_the_score(
        share in prop::option::of(-0.5_f64..1.5), unknown in 0_i64..3, cases in 0_i64..20, veto in any::<bool>(),
    ) {
        let card = card(VETO);
        let readings = [value(share, unknown, Better::Higher), Reading::Count(cases)];
        let vetoes: &[usize] = if veto { &[0] } else { &[] };
        let day = Day::parse("2021-06-30").unwrap();
        let outcome = score(&card, &readings, vetoes, day);
        prop_assert_eq!(outcome.score.0, outcome.items.iter().map(|i| i.points.0).sum::<i64>());
        prop_assert!(outcome.items.iter().all(|i| i.points.0 >= 0 && i.points <= i.weight));
        let place = |grade: &Option<String>| ["A", "B", "C"].iter().position(|g| Some((*g).to_owned()) == *grade);
        prop_assert!(place(&outcome.grade) >= place(&outcome.earned), "a veto never makes a grade better");
        prop_assert!(!veto || outcome.grade.as_deref() == Some("C"));
    }

    #[test]
    fn more_is_never_worth_less(a in 0.0_f64..1.0, b in 0.0_f64..1.0) {
        let item = item("weight = 10\nsource = { indicator = \"x\" }\nsteps = [{ below = 0.9, points = 5 }, { below = 0.5, points = 1 }]");
        let (low, high) = (a.min(b), a.max(b));
        let of = |v| points(&item, &value(Some(v), 0, Better::Higher)).0;
        prop_assert!(of(low) <= of(high));
    }
}
