//! Risk at a glance, the assessment of a factor by a method, and check items made from measures.

pub(super) mod assess;
pub(super) mod assess_form;
mod assess_start;
pub(super) mod check_item;
pub(super) mod factor;
mod major;
pub(super) mod overview;
pub(super) mod preview;

use base::Language;
use plan::pack::{Field, Register, Shape};
use serde_json::{Map, Value};

use crate::sent::Sent;

/// Methods of calc that grade a risk factor, in the order in which the form offers them.
const METHODS: [&str; 3] = ["lec", "ls", "mes"];

/// The inputs of `method` as a form sends them: `in.lec.l=6`. Only what was chosen is in it.
fn inputs_of(method: &str, sent: &Sent, keys: impl Iterator<Item = String>) -> Value {
    let mut inputs = Map::new();
    for key in keys {
        let given = sent.one(&format!("in.{method}.{key}"));
        if !given.is_empty() {
            // A step such as 0.5 stays a number of the JSON; anything else is left to the method to refuse.
            let value = serde_json::from_str::<Value>(given).ok().filter(Value::is_number);
            inputs.insert(key, value.unwrap_or_else(|| Value::from(given)));
        }
    }
    Value::Object(inputs)
}

/// Whether a field of a factor belongs to its assessment, which has a form of its own.
pub(crate) fn edited_by_assessment(register: &Register, field: &Field) -> bool {
    register.shape == Some(Shape::RiskFactor)
        && ["method", "inputs", "assessed_on", "assessed_by", "reason"].contains(&field.name())
}

/// The official word of a grade or a level of control; anything else as it is.
pub(crate) fn word(language: Language, code: &str) -> String {
    use calc::risk::{ControlLevel, Grade};
    let levels = [ControlLevel::Enterprise, ControlLevel::Workshop, ControlLevel::Team, ControlLevel::Post];
    let grade = Grade::ALL.into_iter().find(|g| g.code() == code).map(Grade::name);
    let level = levels.into_iter().find(|l| l.code() == code).map(ControlLevel::name);
    grade.or(level).map_or_else(|| code.to_owned(), |text| text.in_language(language).to_owned())
}
