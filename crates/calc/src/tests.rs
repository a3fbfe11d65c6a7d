//! The registry of methods, and the class of accidents.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn accident(deaths: u32, injuries: u32, loss: &str) -> Outcome {
    let input = json!({"deaths": deaths, "serious_injuries": injuries, "direct_loss_wan": loss});
    run("accident", &input, day("2021-06-15")).unwrap()
}

#[test]
fn every_method_says_what_it_wants_in_both_languages() {
    let ids: Vec<&str> = methods().iter().map(|info| info.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "lec",
            "ls",
            "mes",
            "gb18218",
            "accident",
            "mean",
            "share",
            "matrix",
            "expense",
            "distance",
            "park_grade",
            "reaction_hazard",
            "manual"
        ]
    );
    for info in methods() {
        assert!(!info.title.zh.is_empty() && !info.title.en.is_empty() && !info.source.zh.is_empty());
        for input in &info.inputs {
            assert!(!input.title.zh.is_empty() && !input.title.en.is_empty(), "{}", input.key);
            assert_eq!(input.kind == InputKind::Step, !input.steps.is_empty(), "{}", input.key);
            assert!(
                input.steps.iter().all(|step| !step.meaning.zh.is_empty() && !step.meaning.en.is_empty())
            );
        }
        assert_eq!(method_on(&info.id, day("2026-01-01")).as_ref(), Ok(info));
    }
    let json = serde_json::to_value(&methods()[0]).unwrap();
    assert_eq!((&json["kind"], &json["inputs"][0]["steps"][4]["value"]), (&json!("risk"), &json!(0.5)));
}

#[test]
fn an_unknown_method_lists_the_known_ones_and_an_old_day_names_the_first() {
    let problem = run("lce", &json!({}), day("2021-06-15")).unwrap_err().0.remove(0);
    assert_eq!(problem.code, "calc.unknown_method");
    assert!(problem.argument("known").unwrap().starts_with("lec, ls, mes, gb18218, accident, mean"));
    for (method, before, first) in [
        ("lec", "2016-10-08", "2016-10-09"),
        ("gb18218", "2019-02-28", "2019-03-01"),
        ("accident", "2007-05-31", "2007-06-01"),
    ] {
        let problem = run(method, &json!({}), day(before)).unwrap_err().0.remove(0);
        assert_eq!((problem.code, problem.argument("first")), ("calc.no_table_on", Some(first)), "{method}");
        assert_eq!(method_on(method, day(before)).unwrap_err().code, "calc.no_table_on");
        assert_ne!(run(method, &json!({}), day(first)).unwrap_err().0[0].code, "calc.no_table_on");
    }
    assert!(methods().iter().all(|info| info.valid_from > Day::from_days_since_1970(0)));
}

#[test]
fn accidents_have_the_class_of_their_worst_column() {
    let table = [
        ((0, 1, "0"), "general"),
        ((2, 9, "999.99"), "general"),
        ((3, 0, "0"), "larger"),
        ((0, 10, "0"), "larger"),
        ((0, 0, "1000"), "larger"),
        ((9, 49, "4999.99"), "larger"),
        ((10, 0, "0"), "major"),
        ((0, 50, "0"), "major"),
        ((0, 0, "5000"), "major"),
        ((29, 99, "9999.99"), "major"),
        ((30, 0, "0"), "extraordinary"),
        ((0, 100, "0"), "extraordinary"),
        ((1, 0, "10000"), "extraordinary"),
        ((1, 12, "30"), "larger"),
    ];
    for ((deaths, injuries, loss), grade) in table {
        assert_eq!(accident(deaths, injuries, loss).grade, grade, "{deaths} {injuries} {loss}");
    }
}

#[test]
fn the_derivation_of_an_accident_shows_each_column_and_who_investigates() {
    let outcome = accident(1, 12, "30.5");
    let zh: Vec<&str> = outcome.derivation.iter().map(|step| step.zh.as_str()).collect();
    assert_eq!(
        zh,
        [
            "死亡人数：1，在3人以下，为一般事故",
            "重伤人数（含急性工业中毒）：12，在10人以上50人以下，为较大事故",
            "直接经济损失（万元）：30.5，在1000万元以下，为一般事故",
            "取最高的一项：较大事故",
            "由设区的市级人民政府负责调查（第十九条）",
        ]
    );
}

#[test]
fn an_accident_without_numbers_is_not_given_a_class() {
    let on = day("2021-06-15");
    let missing = run("accident", &json!({"deaths": 1}), on).unwrap_err().0;
    assert_eq!(
        missing.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
        ["serious_injuries", "direct_loss_wan"]
    );
    let nothing = json!({"deaths": 0, "serious_injuries": 0, "direct_loss_wan": 0});
    assert_eq!(run("accident", &nothing, on).unwrap_err().0[0].code, "calc.no_consequence");
    let half = json!({"deaths": 0.5, "serious_injuries": 0, "direct_loss_wan": 0});
    assert_eq!(run("accident", &half, on).unwrap_err().0[0].code, "calc.not_whole");
}

proptest! {
    #[test]
    fn a_worse_accident_never_has_a_lower_class(deaths in 0_u32..40, injuries in 1_u32..120, loss in 0_u32..12_000, more in 0_u32..50) {
        let base = accident(deaths, injuries, &loss.to_string()).value;
        prop_assert!(accident(deaths + more, injuries, &loss.to_string()).value <= base);
        prop_assert!(accident(deaths, injuries + more, &loss.to_string()).value <= base);
        prop_assert!(accident(deaths, injuries, &(loss + more).to_string()).value <= base);
    }
}
