//! Examples worked by hand from the rules of GB 18218-2018.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn problem(input: &Value) -> Problem {
    run(input).unwrap_err().0.remove(0)
}

#[test]
fn units_are_identified_and_graded_as_worked_by_hand() {
    let cases = [
        // 40/10 = 4; R = 2.0 · 2 · 4 = 16
        (
            "ammonia near many people",
            json!({"substances": [{"cas": "7664-41-7", "amount_t": 40}], "population_500m": 120}),
            "3",
            "16",
            "10 ≤ R < 50",
        ),
        // equality counts: 10/10 = 1; R = 0.5 · 2 · 1 = 1
        (
            "ammonia exactly at Q",
            json!({"substances": [{"name": "液氨", "amount_t": 10}], "population_500m": 0}),
            "4",
            "1",
            "R < 10",
        ),
        (
            "ammonia just under Q",
            json!({"substances": [{"name": "氨", "amount_t": "9.999"}]}),
            "none",
            "0.9999",
            "S < 1",
        ),
        // 0.6 + 0.4 = 1; R = 1 · (4 · 0.6 + 1.5 · 0.4) = 3
        (
            "two that reach 1 together",
            json!({"substances": [{"name": "氯", "amount_t": 3}, {"seq": 52, "amount_t": 20, "classes": ["W2"]}], "population_500m": 29}),
            "4",
            "3",
            "R < 10",
        ),
        // 0.6 / 0.3 = 2; R = 1.5 · 20 · 2 = 60
        (
            "phosgene",
            json!({"substances": [{"name": "光气", "amount_t": 0.6}], "population_500m": 50}),
            "2",
            "60",
            "50 ≤ R < 100",
        ),
        // 25 000 / 1000 = 25 (W5.3); R = 2 · 1 · 25 = 50
        (
            "a liquid outside table 1",
            json!({"substances": [{"name": "乙酸丁酯", "amount_t": 25000, "classes": "w5.3"}], "population_500m": 100}),
            "2",
            "50",
            "50 ≤ R < 100",
        ),
        // methanol is in table 1 (500) and takes its β from its class
        (
            "methanol",
            json!({"substances": [{"cas": "67-56-1", "amount_t": 5000, "classes": ["W5.3"]}], "population_500m": 30}),
            "3",
            "12",
            "10 ≤ R < 50",
        ),
        // carbon monoxide is not in table 1: lowest Q of J3 50 and W2 10; β of table 3
        (
            "carbon monoxide",
            json!({"substances": [{"cas": "630-08-0", "name": "一氧化碳", "amount_t": 10, "classes": ["J3", "W2"]}], "population_500m": 1}),
            "4",
            "2",
            "R < 10",
        ),
        // R below 1 at S of 1 or more is still a major hazard source
        (
            "acetone without neighbours",
            json!({"substances": [{"name": "丙酮", "amount_t": 500, "classes": ["W5.3"]}], "population_500m": 0}),
            "4",
            "0.5",
            "R < 10",
        ),
        // 1000/1 = 1000
        (
            "acetylene",
            json!({"substances": [{"name": "乙炔", "amount_t": 1000, "classes": ["W2"]}], "population_500m": 0}),
            "1",
            "750",
            "R ≥ 100",
        ),
    ];
    for (name, input, grade, value, row) in cases {
        let outcome = run(&input).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        assert_eq!(
            (outcome.grade.as_str(), outcome.value.to_string().as_str(), outcome.table.row_text.as_str()),
            (grade, value, row),
            "{name}"
        );
    }
}

#[test]
fn alpha_changes_at_its_own_numbers() {
    let alpha = |people: u32| {
        let outcome =
            run(&json!({"substances": [{"name": "氨", "amount_t": 10}], "population_500m": people})).unwrap();
        outcome.figures.iter().find(|figure| figure.key == "alpha").unwrap().value.to_string()
    };
    let table = [
        (0, "0.5"),
        (1, "1"),
        (29, "1"),
        (30, "1.2"),
        (49, "1.2"),
        (50, "1.5"),
        (99, "1.5"),
        (100, "2"),
        (5000, "2"),
    ];
    for (people, expected) in table {
        assert_eq!(alpha(people), expected, "{people}");
    }
}

#[test]
fn thirds_add_up_to_a_whole() {
    let third = |name: &str| json!({"name": name, "amount_t": "0.1", "classes": []});
    // Three times 0.1/0.3: binary floats would give 1.0000000000000002 or less than 1.
    let outcome =
        run(&json!({"substances": [third("光气"), third("碳酰氯"), third("光气")], "population_500m": 0}))
            .unwrap();
    assert_eq!(outcome.figures[0].value, Number::ONE);
    assert!(outcome.derivation[0].zh.contains("q/Q ≈ 0.333333"), "{}", outcome.derivation[0].zh);
}

#[test]
fn the_highest_beta_of_several_classes_counts_and_is_said() {
    let input = json!({"substances": [{"name": "某毒性易燃气体", "amount_t": 10, "classes": ["W2", "J1"]}], "population_500m": 1});
    let outcome = run(&input).unwrap();
    // Q: lowest of W2 10 and J1 5; β: highest of 1.5 and 4.
    assert_eq!((outcome.value.to_string().as_str(), outcome.grade.as_str()), ("8", "4"));
    assert!(outcome.derivation.iter().any(|step| step.zh.contains("多个类别取最大值")));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases = [
        (json!({}), "substances", "calc.gb18218.no_substance"),
        (json!({"substances": []}), "substances", "calc.gb18218.no_substance"),
        (json!({"substances": "氨"}), "substances", "calc.not_a_list"),
        (json!({"substances": [5]}), "substances.1", "calc.not_an_object"),
        (json!({"substances": [{"amount_t": 5}]}), "substances.1.name", "calc.gb18218.which"),
        (json!({"substances": [{"name": "氨"}]}), "substances.1.amount_t", "calc.missing"),
        (json!({"substances": [{"name": "氨", "amount_t": -1}]}), "substances.1.amount_t", "calc.negative"),
        (
            json!({"substances": [{"name": "氨", "amount_t": "many"}]}),
            "substances.1.amount_t",
            "calc.not_a_number",
        ),
        (json!({"substances": [{"seq": 86, "amount_t": 5}]}), "substances.1.seq", "calc.gb18218.unknown_row"),
        (
            json!({"substances": [{"name": "水", "amount_t": 5}]}),
            "substances.1.classes",
            "calc.gb18218.class_needed",
        ),
        (
            json!({"substances": [{"name": "水", "amount_t": 5, "classes": ["W99"]}]}),
            "substances.1.classes",
            "calc.gb18218.unknown_class",
        ),
        (json!({"substances": [{"name": "氨", "amount_t": 10}]}), "population_500m", "calc.missing"),
        (
            json!({"substances": [{"name": "氨", "amount_t": 10}], "population_500m": 1.5}),
            "population_500m",
            "calc.not_whole",
        ),
        (
            json!({"substances": [{"name": "甲醇", "amount_t": 500}], "population_500m": 0}),
            "substances.1.classes",
            "calc.gb18218.class_needed",
        ),
        (
            json!({"substances": [{"name": "氨", "amount_t": 10, "amout": 3}]}),
            "substances.1.amout",
            "calc.unknown_input",
        ),
    ];
    for (input, field, code) in cases {
        let found = problem(&input);
        assert_eq!((found.field.as_str(), found.code), (field, code), "{input}");
    }
    let shared = problem(&json!({"substances": [{"cas": "9004-70-0", "amount_t": 5}]}));
    assert_eq!(shared.code, "calc.gb18218.several_rows");
    assert!(shared.argument("rows").unwrap().contains("37 "), "{shared}");
}

proptest! {
    #[test]
    fn more_of_a_substance_never_lowers_the_result(row in 1_u32..=85, tenths in 0_i64..100_000, more in 1_i64..100_000, people in 0_u32..200) {
        let result = |amount: i64| {
            let amount = Number::fraction(amount, 10).unwrap().to_string();
            run(&json!({"substances": [{"seq": row, "amount_t": amount, "classes": ["W5.3"]}], "population_500m": people})).unwrap()
        };
        let rank = |outcome: &Outcome| if outcome.grade == "none" { 5 } else { outcome.grade.parse::<u32>().unwrap() };
        let (less, greater) = (result(tenths), result(tenths + more));
        prop_assert!(rank(&greater) <= rank(&less));
        prop_assert!(greater.figures[0].value > less.figures[0].value);
    }

    #[test]
    fn many_odd_amounts_stay_exact_or_are_refused(amounts in prop::collection::vec((1_u32..=85, 0_f64..1e12), 1..60)) {
        let list: Vec<Value> = amounts.iter().map(|(seq, t)| json!({"seq": seq, "amount_t": t, "classes": ["W2"]})).collect();
        match run(&json!({"substances": list, "population_500m": 3})) {
            Ok(outcome) => prop_assert!(outcome.value >= Number::ZERO),
            Err(problems) => prop_assert!(problems.0.iter().all(|p| p.code == "calc.too_large" || p.code == "calc.not_a_number"), "{}", problems),
        }
    }
}
