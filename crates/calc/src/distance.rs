//! Whether an external safety distance is kept: GB/T 37243-2019 names the way it is determined (accident consequence,
//! quantitative risk, or the distance of the design standard), GB 36894-2018 the limits of individual risk. Required and
//! actual distance are compared in each; by quantitative risk the individual risk must not lie above its limit, and
//! societal risk must be acceptable.
//!
//! Input: `method` (`consequence`, `risk`, `standard`), `required_m`, `actual_m`, and by `risk` also `individual_risk`,
//! `risk_limit` (a year), `societal_met`.

use base::{Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, used};
use crate::input::{Input, collect};
use crate::{InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "distance";

const ASKED: [Asked; 6] = [
    ("method", InputKind::Word, "确定方法", "Way of determining it"),
    ("required_m", InputKind::Decimal, "要求距离（米）", "Required (m)"),
    ("actual_m", InputKind::Decimal, "实际距离（米）", "Actual (m)"),
    ("individual_risk", InputKind::Decimal, "个人风险值（每年）", "Individual risk (a year)"),
    ("risk_limit", InputKind::Decimal, "个人风险基准（每年）", "Limit of individual risk (a year)"),
    ("societal_met", InputKind::YesNo, "社会风险可接受", "Societal risk acceptable"),
];

const WAYS: [&str; 3] = ["consequence", "risk", "standard"];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("外部安全防护距离判定", "External safety distance");
    let source = (
        "GB/T 37243-2019《危险化学品生产装置和储存设施外部安全防护距离确定方法》、GB 36894-2018《危险化学品生产装置和储存设施风险基准》",
        "GB/T 37243-2019 (ways of determining it) and GB 36894-2018 (limits of risk)",
    );
    describe(ID, MethodKind::Judgement, title, source, (2019, 3, 1), &ASKED)
}

/// Judges the distance: `met` or `not_met`. The value is actual less required, in metres.
///
/// # Errors
/// Those of [`crate::run`]: `calc.not_in_table` for another way.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    let way = collect(input.word("method"), &mut problems).unwrap_or_default();
    if !way.is_empty() && !WAYS.contains(&way.as_str()) {
        problems.push(
            Problem::of("method", "calc.not_in_table").with("value", &way).with("allowed", WAYS.join(", ")),
        );
    }
    let needed =
        |key: &str, problems: &mut Problems| collect(input.needed(key), problems).unwrap_or(Number::ZERO);
    let (required, actual) = (needed("required_m", &mut problems), needed("actual_m", &mut problems));
    let by_risk = way == "risk";
    let (risk, limit) = match by_risk {
        true => (needed("individual_risk", &mut problems), needed("risk_limit", &mut problems)),
        false => (Number::ZERO, Number::ZERO),
    };
    let societal = match by_risk {
        true => collect(
            input.yes_no("societal_met").and_then(|yes| yes.ok_or_else(|| input.missing("societal_met"))),
            &mut problems,
        ),
        false => Some(true),
    };
    problems.or(())?;
    let mut steps = vec![compare(
        ("实际距离", "actual distance"),
        actual,
        ("≥", "＜", "<"),
        actual >= required,
        required,
        ("要求距离", "required distance"),
    )];
    let mut met = actual >= required;
    if by_risk {
        met = met && risk <= limit && societal == Some(true);
        steps.push(compare(
            ("个人风险", "individual risk"),
            risk,
            ("≤", "＞", ">"),
            risk <= limit,
            limit,
            ("基准", "limit"),
        ));
        let word = if societal == Some(true) {
            ("可接受", "acceptable")
        } else {
            ("不可接受", "not acceptable")
        };
        steps.push(Text::new(format!("社会风险{}", word.0), format!("societal risk {}", word.1)));
    }
    let grade = if met { ("met", "符合", "met") } else { ("not_met", "不符合", "not met") };
    steps.push(Text::new(grade.1, grade.2));
    let info = info();
    let spare = actual.minus(required).unwrap_or(Number::ZERO);
    let mut outcome = answer(&info, spare, (grade.0, Text::new(grade.1, grade.2)), steps);
    outcome.inputs.extend(used(&info, "required_m", required));
    outcome.inputs.extend(used(&info, "actual_m", actual));
    if by_risk {
        outcome.inputs.extend(used(&info, "individual_risk", risk));
        outcome.inputs.extend(used(&info, "risk_limit", limit));
    }
    Ok(outcome)
}

fn compare(
    left: (&str, &str),
    a: Number,
    signs: (&str, &str, &str),
    holds: bool,
    b: Number,
    right: (&str, &str),
) -> Text {
    let (zh, en) = if holds { (signs.0, signs.0) } else { (signs.1, signs.2) };
    Text::new(format!("{} {a} {zh} {} {b}", left.0, right.0), format!("{} {a} {en} {} {b}", left.1, right.1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// GB 36894-2018: a new installation may bring 3e-7 a year to highly sensitive targets; distances by hand.
    #[test]
    fn distance_and_risk_must_both_be_kept() {
        for (input, grade, spare) in [
            (json!({ "method": "consequence", "required_m": 150, "actual_m": 150 }), "met", "0"),
            (json!({ "method": "consequence", "required_m": 150, "actual_m": "149.9" }), "not_met", "-0.1"),
            (json!({ "method": "standard", "required_m": 50, "actual_m": 80 }), "met", "30"),
            (
                json!({ "method": "risk", "required_m": 50, "actual_m": 80, "individual_risk": "3e-7", "risk_limit": "3e-7", "societal_met": true }),
                "met",
                "30",
            ),
            (
                json!({ "method": "risk", "required_m": 50, "actual_m": 80, "individual_risk": "4e-7", "risk_limit": "3e-7", "societal_met": true }),
                "not_met",
                "30",
            ),
            (
                json!({ "method": "risk", "required_m": 50, "actual_m": 80, "individual_risk": "1e-7", "risk_limit": "3e-7", "societal_met": false }),
                "not_met",
                "30",
            ),
        ] {
            let outcome = run(&input).unwrap();
            assert_eq!(
                (outcome.grade.as_str(), outcome.value.to_string().as_str()),
                (grade, spare),
                "{input}"
            );
        }
        let problems = run(&json!({ "method": "risk", "required_m": 50 })).unwrap_err().0;
        let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["actual_m", "individual_risk", "risk_limit", "societal_met"]);
        let wrong = run(&json!({ "method": "guess", "required_m": 1, "actual_m": 1 })).unwrap_err();
        assert_eq!(wrong.0[0].code, "calc.not_in_table");
    }
}
