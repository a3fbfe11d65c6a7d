//! Risk at a glance, the assessment of a factor by a method, and check items made from measures.

pub(super) mod assess;
pub(super) mod assess_form;
pub(super) mod check_item;
pub(super) mod overview;
pub(super) mod preview;

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
