//! What a person judges: no formula, but the judgement, its reason and the facts that were looked at are kept like those
//! of every other method.
//!
//! Input: `result`, `reason`, and whatever facts the pack names.

use base::{Problems, Text};
use serde_json::Value;

use crate::formula::{Asked, answer, describe};
use crate::input::{Input, collect, shown};
use crate::{InputKind, MethodInfo, MethodKind, Number, Outcome};

/// The method's id.
pub const ID: &str = "manual";

const ASKED: [Asked; 2] =
    [("result", InputKind::Word, "结论", "Judgement"), ("reason", InputKind::Word, "理由", "Reason")];

/// The method and its inputs.
#[must_use]
pub fn info() -> MethodInfo {
    let title = ("人工判定", "Judged by a person");
    let source =
        ("由有权人判定并说明理由，所依据的事实一并留存", "A person judges and says why; the facts are kept");
    describe(ID, MethodKind::Judgement, title, source, (2000, 1, 1), &ASKED)
}

/// Keeps the judgement.
///
/// # Errors
/// `calc.missing` without a judgement or a reason.
pub fn run(input: &Value) -> Result<Outcome, Problems> {
    let mut problems = Problems::default();
    let facts: Vec<(String, String)> = match input {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), shown(value)))
            .collect(),
        _ => Vec::new(),
    };
    let known: Vec<&str> = input.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let input = Input::of(input, "", &known, &mut problems)?;
    let result = collect(input.word("result"), &mut problems);
    let reason = collect(input.word("reason"), &mut problems);
    problems.or(())?;
    let (result, reason) = (result.unwrap_or_default(), reason.unwrap_or_default());
    let own = |key: &String| key != "result" && key != "reason";
    let mut steps: Vec<Text> = facts
        .iter()
        .filter(|(key, _)| own(key))
        .map(|(key, value)| Text::new(format!("{key}：{value}"), format!("{key}: {value}")))
        .collect();
    steps.push(Text::new(format!("理由：{reason}"), format!("Reason: {reason}")));
    let name = Text::new(result.clone(), result.clone());
    Ok(answer(&info(), Number::ZERO, (&result, name), steps))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_judgement_needs_its_reason_and_keeps_the_facts() {
        let outcome =
            run(&json!({ "criterion_met": true, "result": "major", "reason": "符合第3条" })).unwrap();
        assert_eq!((outcome.grade.as_str(), outcome.derivation.len()), ("major", 2));
        assert_eq!(run(&json!({ "result": "major" })).unwrap_err().0[0].field, "reason");
    }
}
