//! What a method gets: fields of the record, what is the same for all, values of the packs in force.

use base::{Day, Problem, Problems};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Assessment, FieldKind, Register};
use serde_json::{Map, Value as Json};

use crate::Engine;

/// An input of this name holds all inputs of the method together.
const WHOLE: &str = "inputs";
/// The method whose rates are values of the packs by trade.
const EXPENSE: &str = "expense";

impl Engine {
    /// What the element's method gets from a record. A fixed text that names a value of the packs stands for that value.
    #[must_use]
    pub fn method_inputs(
        &self,
        element: &Assessment,
        register: &Register,
        facts: &Facts,
    ) -> Map<String, Json> {
        let mut inputs = Map::new();
        for (name, value) in &element.inputs {
            let given = match element.field_of(value) {
                Some(field) => of_field(register, field, facts),
                None => self.fixed_input(value),
            };
            match given {
                Json::Null => {}
                Json::Object(all) if name == WHOLE => inputs.extend(all),
                other => drop(inputs.insert(name.clone(), other)),
            }
        }
        if element.method.get_ref() == EXPENSE {
            self.add_rates(&mut inputs);
        }
        inputs
    }

    fn fixed_input(&self, value: &toml::Value) -> Json {
        let named = value.as_str().and_then(|name| self.model.value(name, self.today()));
        serde_json::to_value(named.unwrap_or(value)).unwrap_or_default()
    }

    /// The rates of the trade: those in force on the last day of the account's year, or today where that lies ahead.
    fn add_rates(&self, inputs: &mut Map<String, Json>) {
        let Some(trade) = inputs.get("trade").and_then(Json::as_str) else { return };
        let year = inputs.get("year").and_then(Json::as_i64).and_then(|year| i32::try_from(year).ok());
        let last = year.and_then(|year| Day::new(year, 12, 31));
        let on = last.map_or(self.today(), |last| last.min(self.today()));
        let entry = self.model.values.get(&format!("expense.{trade}")).and_then(|value| value.on(on));
        if let Some(entry) = entry {
            let rates = serde_json::to_value(&entry.value).unwrap_or_default();
            inputs.insert("rates".to_owned(), rates);
            inputs.insert("rates_from".to_owned(), Json::String(entry.from.to_string()));
            inputs.insert("rates_source".to_owned(), Json::String(entry.source.clone()));
        }
    }
}

/// A field as the method reads it: money in yuan.
fn of_field(register: &Register, name: &str, facts: &Facts) -> Json {
    let value = fact(facts, name);
    match (register.field(name).map(|f| f.kind), value) {
        (Some(FieldKind::Money), Fact::Integer(fen)) => {
            let sign = if *fen < 0 { "-" } else { "" };
            let fen = fen.unsigned_abs();
            Json::String(format!("{sign}{}.{:02}", fen / 100, fen % 100))
        }
        _ => value.to_json(),
    }
}

/// The fields after whose change it is due again.
pub(super) fn watched(element: &Assessment, facts: &Facts) -> Json {
    let fields = element.again_when.iter().map(toml::Spanned::get_ref);
    Json::Object(fields.map(|name| (name.clone(), fact(facts, name).to_json())).collect())
}

/// Problems of the method's inputs, told of the record's fields.
pub(super) fn by_fields(element: &Assessment, problems: Problems) -> Problems {
    let named = |problem: Problem| {
        let field = element.inputs.get(&problem.field).and_then(|value| element.field_of(value));
        Problem { field: field.map_or_else(|| problem.field.clone(), str::to_owned), ..problem }
    };
    Problems(problems.0.into_iter().map(named).collect())
}
