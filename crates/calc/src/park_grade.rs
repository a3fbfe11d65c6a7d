//! The safety grade of a chemical park: 化工园区安全风险排查治理导则 (应急〔2019〕78号, revised as 应急〔2023〕123号). Six
//! groups of points are added; the grade is that whose least sum is reached; a veto gives A at once. D is the good end.
//! The cut-offs are a value of the pack, as the guide has two editions.
//!
//! Input: `setup`, `siting`, `layout`, `entry`, `facilities`, `management`, `veto`, `cutoffs`.

use base::{Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, out_of_range, used};
use crate::input::{Input, collect};
use crate::{InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "park_grade";

const ASKED: [Asked; 8] = [
    ("setup", InputKind::Decimal, "设立", "Set-up"),
    ("siting", InputKind::Decimal, "选址及规划", "Siting and planning"),
    ("layout", InputKind::Decimal, "园区内布局", "Inner layout"),
    ("entry", InputKind::Decimal, "准入和退出", "Entry and exit"),
    ("facilities", InputKind::Decimal, "配套功能设施", "Shared facilities"),
    ("management", InputKind::Decimal, "一体化安全管理及应急救援", "Integrated management and emergency"),
    ("veto", InputKind::YesNo, "有否决情形", "A veto applies"),
    ("cutoffs", InputKind::Numbers, "分数线", "Cut-offs"),
];

/// The grades with their names, from the worst up.
const GRADES: [(&str, &str, &str); 4] = [
    ("A", "A级（高安全风险）", "A, high risk"),
    ("B", "B级（较高安全风险）", "B, higher risk"),
    ("C", "C级（一般安全风险）", "C, general risk"),
    ("D", "D级（较低安全风险）", "D, lower risk"),
];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("化工园区安全风险分级", "Grade of a chemical park");
    let source = (
        "《化工园区安全风险排查治理导则》（应急〔2019〕78号，修订为应急〔2023〕123号）；分数线见方案包的取值",
        "Guide on risks of chemical parks (应急〔2019〕78号, revised as 应急〔2023〕123号); the cut-offs are the pack's",
    );
    describe(ID, MethodKind::Judgement, title, source, (2019, 8, 12), &ASKED)
}

/// Adds the points and grades.
///
/// # Errors
/// Those of [`crate::run`]; `calc.above_full` with `value` when the six groups exceed 100; `calc.below_all` when no
/// cut-off is reached.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    let info = info();
    let mut inputs = Vec::new();
    let mut total = Number::ZERO;
    for (key, ..) in ASKED.iter().take(6) {
        if let Some(points) = collect(input.needed(key), &mut problems) {
            total = total.plus(points).ok_or_else(|| out_of_range(key))?;
            inputs.extend(used(&info, key, points));
        }
    }
    let veto = collect(input.yes_no("veto"), &mut problems).flatten().unwrap_or(false);
    let cutoffs = collect(input.numbers("cutoffs"), &mut problems).flatten();
    if cutoffs.is_none() && !veto {
        problems.push(input.missing("cutoffs"));
    }
    problems.or(())?;
    if total > Number::from(100) {
        return Err(Problem::of("setup", "calc.above_full").with("value", total).into());
    }
    let parts: Vec<String> = inputs.iter().map(|used| used.value.to_string()).collect();
    let line = format!("{} = {total}", parts.join(" + "));
    let mut steps = vec![Text::new(line.clone(), line)];
    let grade = if veto {
        steps.push(Text::new("有否决情形，直接判定为 A 级", "A veto applies: grade A at once"));
        "A".to_owned()
    } else {
        let mut cutoffs = cutoffs.unwrap_or_default();
        cutoffs.sort_by_key(|(_, least)| std::cmp::Reverse(*least));
        let reached = cutoffs.iter().find(|(_, least)| *least <= total);
        let (grade, least) =
            reached.ok_or_else(|| Problem::of("cutoffs", "calc.below_all").with("value", total))?;
        steps.push(Text::new(
            format!("{total} ≥ {least}，{grade} 级"),
            format!("{total} ≥ {least}: grade {grade}"),
        ));
        grade.clone()
    };
    let name = GRADES.iter().find(|(id, ..)| *id == grade);
    let name =
        name.map_or_else(|| Text::new(grade.clone(), grade.clone()), |(_, zh, en)| Text::new(*zh, *en));
    let mut outcome = answer(&info, total, (&grade, name), steps);
    outcome.inputs = inputs;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The cut-offs of the guide: below 60 A, from 60 B, from 70 C, from 85 D.
    #[test]
    fn a_park_has_the_grade_of_its_sum_unless_a_veto_applies() {
        for (management, veto, sum, grade) in [
            ("25", false, "85", "D"),
            ("24.9", false, "84.9", "C"),
            ("9.5", false, "69.5", "B"),
            ("0", false, "60", "B"),
            ("25", true, "85", "A"),
        ] {
            let input = json!({ "setup": 10, "siting": 10, "layout": 10, "entry": 10, "facilities": 20, "management": management, "veto": veto, "cutoffs": { "D": 85, "C": 70, "B": 60, "A": 0 } });
            let outcome = run(&input).unwrap();
            assert_eq!((outcome.value.to_string().as_str(), outcome.grade.as_str()), (sum, grade));
        }
    }

    #[test]
    fn all_groups_are_asked_for_and_no_sum_exceeds_the_full_mark() {
        let problems = run(&json!({ "setup": 10 })).unwrap_err().0;
        assert_eq!(problems.len(), 6, "five groups and the cut-offs: {problems:?}");
        let full = json!({ "setup": 50, "siting": 50, "layout": 1, "entry": 0, "facilities": 0, "management": 0, "cutoffs": { "A": 0 } });
        assert_eq!(run(&full).unwrap_err().0[0].code, "calc.above_full");
    }
}
