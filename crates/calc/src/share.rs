//! A share of an amount of money: the base times the share, rounded to fen, half up.
//!
//! Input: `base` in yuan, `share` from 0 to 1.

use base::{Problem, Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe, keys, out_of_range, used};
use crate::input::{Input, collect};
use crate::{InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "share";

const ASKED: [Asked; 2] = [
    ("base", InputKind::Decimal, "基数（元）", "Base (yuan)"),
    ("share", InputKind::Decimal, "比例", "Share"),
];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("按比例计算", "Share of an amount");
    let source = ("基数乘以比例，四舍五入到分", "Base times share, rounded to fen");
    describe(ID, MethodKind::Figure, title, source, (2000, 1, 1), &ASKED)
}

/// Multiplies base and share.
///
/// # Errors
/// Those of [`crate::run`]; `calc.above_one` for a share above 1.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let input = Input::of(input, "", &keys(&ASKED), &mut problems)?;
    let base = collect(input.needed("base"), &mut problems);
    let share = collect(input.needed("share"), &mut problems);
    problems.or(())?;
    let (Some(base), Some(share)) = (base, share) else { return Err(input.missing("base").into()) };
    if share > Number::ONE {
        return Err(Problem::of("share", "calc.above_one").with("value", share).into());
    }
    let amount = base.times(share).and_then(Number::to_fen).ok_or_else(|| out_of_range("base"))?;
    let info = info();
    let line = Text::new(
        format!("{base} 元 × {share} = {amount} 元"),
        format!("{base} yuan × {share} = {amount} yuan"),
    );
    let name = Text::new(format!("{amount} 元"), format!("{amount} yuan"));
    let mut outcome = answer(&info, amount, ("", name), vec![line]);
    outcome.inputs.extend(used(&info, "base", base));
    outcome.inputs.extend(used(&info, "share", share));
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Worked by hand; half a fen goes up.
    #[test]
    fn a_share_is_rounded_to_fen() {
        for (base, share, amount) in [
            ("120000", "0.1", "12000"),
            ("33333.33", "0.15", "5000"),
            ("0.05", "0.1", "0.01"),
            ("0.04", "0.1", "0"),
            ("9876543.21", "1", "9876543.21"),
        ] {
            let outcome = run(&json!({ "base": base, "share": share })).unwrap();
            assert_eq!(outcome.value.to_string(), amount, "{base} {share}");
        }
        assert_eq!(run(&json!({ "base": 1, "share": 10 })).unwrap_err().0[0].code, "calc.above_one");
    }
}
