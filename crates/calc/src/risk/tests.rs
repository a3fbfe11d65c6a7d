//! Every combination of steps of the default tables, and tables that packs bring.

use std::collections::{BTreeMap, BTreeSet};

use base::Problems;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::Outcome;

fn table(method: &str) -> Table {
    tables().iter().find(|table| table.method == method).unwrap().clone()
}

/// Every combination of steps as an input with its outcome.
fn all(table: &Table) -> Vec<(Value, Result<Outcome, Problems>)> {
    let mut inputs = vec![Map::new()];
    for factor in &table.factors {
        let with = |input: &Map<String, Value>, step: &Step| {
            let mut input = input.clone();
            input.insert(factor.key.clone(), json!(step.value));
            input
        };
        inputs = inputs
            .iter()
            .flat_map(|input| factor.steps.iter().map(|step| with(input, step)).collect::<Vec<_>>())
            .collect();
    }
    inputs.into_iter().map(Value::Object).map(|input| (input.clone(), table.run(&input))).collect()
}

fn counts(table: &Table) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (input, outcome) in all(table) {
        *counts.entry(outcome.unwrap_or_else(|p| panic!("{input}: {p}")).grade).or_default() += 1;
    }
    counts
}

fn expect(red: usize, orange: usize, yellow: usize, blue: usize) -> BTreeMap<String, usize> {
    [("red", red), ("orange", orange), ("yellow", yellow), ("blue", blue)]
        .map(|(k, v)| (k.to_owned(), v))
        .into()
}

#[test]
fn the_default_tables_pass_their_own_check() {
    assert_eq!(tables().iter().map(|t| t.method.as_str()).collect::<Vec<_>>(), ["lec", "ls", "mes"]);
    for table in tables() {
        assert_eq!(table.check(), Ok(()), "{}", table.id);
    }
}

#[test]
fn the_252_lec_combinations_fall_into_the_known_grades_and_ties_move_two() {
    let mut lec = table("lec");
    assert_eq!(counts(&lec), expect(40, 21, 30, 161));
    let values: BTreeSet<String> = all(&lec).into_iter().map(|(_, o)| o.unwrap().value.to_string()).collect();
    assert_eq!((all(&lec).len(), values.len()), (252, 103));
    assert!(!values.contains("160") && !values.contains("320"));
    lec.ties = Ties::Downward;
    assert_eq!(lec.check(), Ok(()));
    assert_eq!(counts(&lec), expect(40, 21, 28, 163));
}

#[test]
fn the_25_ls_cells_fall_into_the_known_grades() {
    let ls = table("ls");
    assert_eq!(counts(&ls), expect(3, 3, 5, 14));
    let low = |o: &Outcome| o.table.row == 5;
    assert_eq!(all(&ls).into_iter().filter(|(_, o)| o.as_ref().is_ok_and(low)).count(), 5);
    let values: BTreeSet<i64> = all(&ls).into_iter().filter_map(|(_, o)| o.unwrap().value.whole()).collect();
    assert_eq!(values.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25]);
}

#[test]
fn the_38_mes_products_leave_every_gap_empty_and_touch_every_edge() {
    let mes = table("mes");
    let mut rows: BTreeMap<usize, BTreeSet<Number>> = BTreeMap::new();
    for (_, outcome) in all(&mes) {
        let outcome = outcome.unwrap();
        rows.entry(outcome.table.row).or_default().insert(outcome.value);
    }
    assert_eq!(rows.values().map(BTreeSet::len).sum::<usize>(), 38);
    let ends: Vec<(String, String)> = rows
        .values()
        .map(|row| (row.first().unwrap().to_string(), row.last().unwrap().to_string()))
        .collect();
    let expected = [("180", "500"), ("90", "150"), ("50", "80"), ("20", "48"), ("0.5", "18")];
    assert_eq!(ends, expected.map(|(from, to)| (from.to_owned(), to.to_owned())));
}

#[test]
fn grades_are_those_of_examples_worked_by_hand() {
    let cases = [
        ("lec", json!({"l": 6, "e": 6, "c": 15}), "540", "red", "enterprise", "D ≥ 320"),
        ("lec", json!({"l": 3, "e": 6, "c": 15}), "270", "orange", "workshop", "160 ≤ D < 320"),
        ("lec", json!({"l": 10, "e": 1, "c": 7}), "70", "yellow", "team", "70 ≤ D < 160"),
        ("lec", json!({"L": "0.2", "E": "0.5", "C": "3"}), "0.3", "blue", "post", "D < 20"),
        ("lec", json!({"l": 0.1, "e": 3.0, "c": 100}), "30", "blue", "post", "20 ≤ D < 70"),
        ("ls", json!({"l": 4, "s": 5}), "20", "red", "enterprise", "20 ≤ R ≤ 25"),
        ("ls", json!({"l": 3, "s": 5}), "15", "orange", "workshop", "15 ≤ R ≤ 16"),
        ("ls", json!({"l": 3, "s": 3}), "9", "yellow", "team", "9 ≤ R ≤ 12"),
        ("ls", json!({"l": 2, "s": 4}), "8", "blue", "post", "4 ≤ R ≤ 8"),
        ("mes", json!({"m": 5, "e": 10, "s": 8}), "400", "red", "enterprise", "R ≥ 180"),
        ("mes", json!({"m": 3, "e": 6, "s": 8}), "144", "orange", "workshop", "90 ≤ R ≤ 150"),
        ("mes", json!({"m": 1, "e": 0.5, "s": 1}), "0.5", "blue", "post", "R ≤ 18"),
    ];
    for (method, input, value, grade, level, row) in cases {
        let outcome = table(method).run(&input).unwrap();
        let found = (outcome.value.to_string(), outcome.grade, outcome.control_level, outcome.table.row_text);
        assert_eq!(found, (value.into(), grade.into(), level.into(), row.into()), "{method} {input}");
    }
}

#[test]
fn the_derivation_shows_inputs_product_row_and_level() {
    let outcome = table("lec").run(&json!({"l": 0.5, "e": 6, "c": 15})).unwrap();
    let zh: Vec<&str> = outcome.derivation.iter().map(|step| step.zh.as_str()).collect();
    assert_eq!(
        zh,
        [
            "事故发生的可能性L=0.5：很不可能，可以设想",
            "人员暴露于危险环境的频繁程度E=6：每天工作时间内暴露",
            "事故可能造成的后果C=15：1～2人死亡",
            "D = L × E × C = 0.5 × 6 × 15 = 45",
            "20 ≤ D < 70，属“一般危险，需要注意”，定为低风险（蓝色）",
            "管控层级：岗位；其下各级同时管控",
        ]
    );
    let json = serde_json::to_value(&outcome).unwrap();
    assert_eq!((&json["value"], &json["inputs"][0]["value"]), (&json!(45), &json!(0.5)));
    assert_eq!(
        (&json["colour"]["zh"], &json["control_level"], &json["table"]["id"]),
        (&json!("蓝色"), &json!("post"), &json!("lec-2016"))
    );
}

#[test]
fn wrong_inputs_are_all_named_with_what_is_allowed() {
    let problems = table("lec").run(&json!({"l": 2, "e": "often", "x": 1})).unwrap_err().0;
    let found: Vec<(&str, &str)> = problems.iter().map(|p| (p.field.as_str(), p.code)).collect();
    assert_eq!(
        found,
        [
            ("x", "calc.unknown_input"),
            ("l", "calc.not_in_table"),
            ("e", "calc.not_a_number"),
            ("c", "calc.missing")
        ]
    );
    assert_eq!(problems[1].argument("allowed"), Some("10, 6, 3, 1, 0.5, 0.2, 0.1"));
    assert_eq!(problems[1].argument("value"), Some("2"));
    for input in [json!(null), json!([3, 6, 15]), json!("3")] {
        assert_eq!(table("lec").run(&input).unwrap_err().0[0].code, "calc.not_an_object");
    }
    let twice = table("ls").run(&json!({"l": 1, "L": 2, "s": 1})).unwrap_err().0;
    assert_eq!((twice.len(), twice[0].code), (1, "calc.given_twice"));
}

#[test]
fn a_pack_may_add_steps_and_move_cut_offs() {
    let mut lec = table("lec");
    lec.factors[0]
        .steps
        .push(Step { value: Number::from(2), meaning: Text::new("较少可能", "less likely") });
    for (row, from) in lec.rows.iter_mut().zip([720, 240, 150, 70, 0]) {
        row.from = Number::from(from);
    }
    assert_eq!(lec.check(), Ok(()));
    let grade = |l: u32| lec.run(&json!({"l": l, "e": 6, "c": 40})).unwrap().grade;
    assert_eq!((grade(2), grade(1), grade(3)), ("orange".into(), "orange".into(), "red".into()));
}

#[test]
fn a_product_in_a_gap_is_refused_and_the_check_finds_the_gap() {
    let mut mes = table("mes");
    mes.factors[0].steps.push(Step { value: Number::from(2), meaning: Text::default() });
    let problem = mes.run(&json!({"m": 2, "e": 10, "s": 8})).unwrap_err().0.remove(0);
    assert_eq!((problem.code, problem.argument("value")), ("calc.in_no_row", Some("160")));
    assert!(problem.argument("rows").unwrap().contains("90 ≤ R ≤ 150"));
    let found = mes.check().unwrap_err().0;
    assert!(found.iter().any(|p| p.code == "calc.table.gap" && p.argument("value") == Some("160")));
}

#[test]
fn a_broken_table_is_refused_before_use() {
    type Change = fn(&mut Table);
    let cases: [(&str, Change); 9] = [
        ("calc.table.empty", |t| t.rows.clear()),
        ("calc.table.empty", |t| t.factors.clear()),
        ("calc.table.empty", |t| t.factors[0].steps.clear()),
        ("calc.table.twice", |t| t.factors[1].key = "L".into()),
        ("calc.table.twice", |t| t.factors[0].steps[1].value = Number::from(5)),
        ("calc.table.not_positive", |t| t.factors[0].steps[1].value = Number::ZERO),
        ("calc.table.order", |t| t.rows.reverse()),
        ("calc.table.ties", |t| t.ties = Ties::Downward),
        ("calc.table.dates", |t| t.valid_to = Day::new(2000, 1, 1)),
    ];
    for (code, change) in cases {
        let mut ls = table("ls");
        change(&mut ls);
        let problems = ls.check().unwrap_err().0;
        assert!(problems.iter().any(|p| p.code == code), "{code}: {problems:?}");
    }
}

proptest! {
    #[test]
    fn raising_an_input_never_lowers_the_grade(method in 0_usize..3, picks in prop::array::uniform3(0_usize..7), factor in 0_usize..3) {
        let table = &tables()[method];
        let factor = factor % table.factors.len();
        let input = |raise: bool| {
            let value = |(i, f): (usize, &Factor)| {
                let at = picks[i] % f.steps.len();
                let at = if raise && i == factor { at.saturating_sub(1) } else { at };
                (f.key.clone(), json!(f.steps[at].value))
            };
            Value::Object(table.factors.iter().enumerate().map(value).collect())
        };
        let grade = |outcome: &Outcome| Grade::ALL.iter().position(|g| g.code() == outcome.grade).unwrap();
        let (lower, higher) = (table.run(&input(false)).unwrap(), table.run(&input(true)).unwrap());
        prop_assert!(grade(&higher) <= grade(&lower));
        prop_assert!(higher.table.row <= lower.table.row);
    }

    #[test]
    fn any_json_text_is_answered(l in "\\PC{0,8}", e in any::<f64>(), c in any::<i64>()) {
        for table in tables() {
            let _ = table.run(&json!({"l": l, "e": e, "c": c, "s": e, "m": c}));
        }
    }
}
