//! The hazard grade of a reaction process: 安监总管三〔2017〕1号, guide on the assessment of reaction risks of fine
//! chemicals, by the order of four temperatures. Tp is the process temperature, MTSR the highest temperature that the
//! synthesis reaches when cooling fails, MTT the technical limit (boiling, set pressure), TD24 that from which the
//! decomposition takes a day.
//!
//! Orders 1 to 4 are confirmed by two public texts; order 5 stands in them with MTSR before MTT in one and after it in
//! the other: both mean that decomposition comes before any barrier, so that TD24 at or below MTSR and MTT counts.
//!
//! Input: `tp`, `mtsr`, `mtt`, `td24` in °C; `delta_tad` in K and `tmrad` in hours are kept with the result.

use base::{Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, used};
use crate::input::{Input, collect};
use crate::{InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "reaction_hazard";

const ASKED: [Asked; 6] = [
    ("tp", InputKind::Signed, "工艺温度 Tp（℃）", "Process temperature Tp (°C)"),
    ("mtsr", InputKind::Signed, "最高反应温度 MTSR（℃）", "MTSR (°C)"),
    ("mtt", InputKind::Signed, "技术最高温度 MTT（℃）", "MTT (°C)"),
    ("td24", InputKind::Signed, "TD24（℃）", "TD24 (°C)"),
    ("delta_tad", InputKind::Decimal, "绝热温升 ΔTad（K）", "Adiabatic rise (K)"),
    ("tmrad", InputKind::Decimal, "TMRad（小时）", "TMRad (h)"),
];

/// Code, name and what happens when cooling fails, by grade.
const GRADES: [(&str, &str, &str, &str, &str); 5] = [
    ("one", "1级", "grade 1", "既不沸腾也不分解", "neither boils nor decomposes"),
    ("two", "2级", "grade 2", "热量积聚时先触及分解", "decomposition is the nearer barrier if heat stays"),
    ("three", "3级", "grade 3", "先沸腾或超压", "boils or exceeds its pressure first"),
    ("four", "4级", "grade 4", "沸腾并可能引发分解", "boils and can reach decomposition"),
    ("five", "5级", "grade 5", "无屏障即引发分解", "decomposes with no barrier before"),
];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("反应工艺危险度", "Process hazard grade");
    let source = (
        "安监总管三〔2017〕1号《精细化工反应安全风险评估导则（试行）》；5级的排序两份公开文本不一，按 TD24 不高于 MTSR 和 MTT 判定",
        "安监总管三〔2017〕1号, guide for fine chemicals; public texts differ on order 5, judged here as TD24 at or below MTSR and MTT",
    );
    describe(ID, MethodKind::Judgement, title, source, (2017, 1, 5), &ASKED)
}

/// Gives the grade.
///
/// # Errors
/// Those of [`crate::run`]; `calc.mtsr_below_tp` for data that cannot be.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    let info = info();
    let mut temperature = |key: &str| {
        let read = input.signed(key).and_then(|number| number.ok_or_else(|| input.missing(key)));
        collect(read, &mut problems).unwrap_or(Number::ZERO)
    };
    let (tp, mtsr, mtt, td24) =
        (temperature("tp"), temperature("mtsr"), temperature("mtt"), temperature("td24"));
    let rise = collect(input.number("delta_tad", false), &mut problems).flatten();
    let time = collect(input.number("tmrad", false), &mut problems).flatten();
    problems.or(())?;
    if mtsr < tp {
        return Err(Problem::of("mtsr", "calc.mtsr_below_tp").into());
    }
    let grade = grade(mtsr, mtt, td24);
    let (code, zh, en, why_zh, why_en) = GRADES.get(grade - 1).copied().unwrap_or(GRADES[4]);
    let order = order([("Tp", tp), ("MTSR", mtsr), ("MTT", mtt), ("TD24", td24)]);
    let steps = vec![
        Text::new(format!("温度排序：{order}"), format!("Order: {order}")),
        Text::new(format!("冷却失效时{why_zh}，{zh}"), format!("When cooling fails it {why_en}: {en}")),
    ];
    let value = Number::from(u32::try_from(grade).unwrap_or(5));
    let mut outcome = answer(&info, value, (code, Text::new(zh, en)), steps);
    outcome.table.row = grade;
    for (key, number) in [
        ("tp", Some(tp)),
        ("mtsr", Some(mtsr)),
        ("mtt", Some(mtt)),
        ("td24", Some(td24)),
        ("delta_tad", rise),
        ("tmrad", time),
    ] {
        outcome.inputs.extend(number.and_then(|number| used(&info, key, number)));
    }
    Ok(outcome)
}

/// What is not reached before cooling fails is the barrier: the lower of MTT and TD24 decides.
fn grade(mtsr: Number, mtt: Number, td24: Number) -> usize {
    match (mtsr < td24, mtsr < mtt, mtt < td24) {
        (true, true, true) => 1,
        (true, true, false) => 2,
        (true, false, _) => 3,
        (false, _, true) => 4,
        (false, _, false) => 5,
    }
}

/// The temperatures from the lowest up: `Tp 80 < MTSR 120`.
fn order(mut temperatures: [(&str, Number); 4]) -> String {
    temperatures.sort_by_key(|a| a.1);
    let mut text = String::new();
    let mut before: Option<Number> = None;
    for (name, value) in temperatures {
        match before {
            Some(lower) if lower == value => text.push_str(" = "),
            Some(_) => text.push_str(" < "),
            None => {}
        }
        text.push_str(&format!("{name} {value}"));
        before = Some(value);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The orders of 安监总管三〔2017〕1号, each with one set of temperatures; both readings of order 5.
    #[test]
    fn the_order_of_the_temperatures_gives_the_grade() {
        for (mtsr, mtt, td24, grade) in [
            (120, 150, 200, "one"),
            (120, 200, 150, "two"),
            (180, 150, 200, "three"),
            (220, 150, 200, "four"),
            (180, 220, 150, "five"),
            (220, 180, 150, "five"),
            (150, 150, 200, "three"),
            (200, 150, 200, "four"),
        ] {
            let outcome = run(&json!({ "tp": 80, "mtsr": mtsr, "mtt": mtt, "td24": td24 })).unwrap();
            assert_eq!(outcome.grade, grade, "{mtsr} {mtt} {td24}");
        }
        let cold = run(&json!({ "tp": -20, "mtsr": -5, "mtt": 40, "td24": 90, "tmrad": 30 })).unwrap();
        assert_eq!(cold.grade, "one");
        assert_eq!(cold.derivation[0].zh, "温度排序：Tp -20 < MTSR -5 < MTT 40 < TD24 90");
    }

    #[test]
    fn what_cannot_be_or_is_missing_is_refused() {
        let wrong = run(&json!({ "tp": 80, "mtsr": 70, "mtt": 150, "td24": 200 })).unwrap_err();
        assert_eq!(wrong.0[0].code, "calc.mtsr_below_tp");
        assert_eq!(run(&json!({ "tp": 80, "mtsr": 90, "td24": 200 })).unwrap_err().0[0].field, "mtt");
    }
}
