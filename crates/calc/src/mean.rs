//! The arithmetic mean of ratings whose sum and number are known.
//!
//! Input: `sum`, `count` (above 0).

use base::{Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, out_of_range, used};
use crate::input::{Input, collect};
use crate::{InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "mean";

const ASKED: [Asked; 2] =
    [("sum", InputKind::Decimal, "总分", "Sum"), ("count", InputKind::Whole, "份数", "Number")];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("平均分", "Mean");
    let source = ("算术平均：总分除以份数", "Arithmetic mean: the sum by the number");
    describe(ID, MethodKind::Figure, title, source, (2000, 1, 1), &ASKED)
}

/// Divides the sum by the number.
///
/// # Errors
/// Those of [`crate::run`]; `calc.no_count` when the number is 0.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    let sum = collect(input.needed("sum"), &mut problems);
    let count = collect(
        input.number("count", true).and_then(|n| n.ok_or_else(|| input.missing("count"))),
        &mut problems,
    );
    problems.or(())?;
    let (Some(sum), Some(count)) = (sum, count) else { return Err(input.missing("sum").into()) };
    if count == Number::ZERO {
        return Err(Problem::of("count", "calc.no_count").into());
    }
    let mean = sum.over(count).ok_or_else(|| out_of_range("sum"))?;
    let info = info();
    let about = if mean.is_shown_exactly() { "" } else { "≈" };
    let equals = if about.is_empty() { "=" } else { about };
    let line =
        Text::new(format!("{sum} ÷ {count} {equals} {mean}"), format!("{sum} / {count} {equals} {mean}"));
    let name = Text::new(mean.to_string(), mean.to_string());
    let mut outcome = answer(&info, mean, ("", name), vec![line]);
    outcome.inputs.extend(used(&info, "sum", sum));
    outcome.inputs.extend(used(&info, "count", count));
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Worked by hand.
    #[test]
    fn a_mean_is_exact_and_told_when_it_is_rounded() {
        for (sum, count, mean, line) in [
            ("275", 3, "91.666667", "275 ÷ 3 ≈ 91.666667"),
            ("180", 2, "90", "180 ÷ 2 = 90"),
            ("0", 5, "0", "0 ÷ 5 = 0"),
        ] {
            let outcome = run(&json!({ "sum": sum, "count": count })).unwrap();
            assert_eq!((outcome.value.to_string().as_str(), outcome.derivation[0].zh.as_str()), (mean, line));
        }
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(run(&json!({ "sum": 3, "count": 0 })).unwrap_err().0[0].code, "calc.no_count");
        let problems = run(&json!({ "count": 1.5 })).unwrap_err().0;
        let codes: Vec<_> = problems.iter().map(|p| (p.field.as_str(), p.code)).collect();
        assert_eq!(codes, [("sum", "calc.missing"), ("count", "calc.not_whole")]);
    }
}
