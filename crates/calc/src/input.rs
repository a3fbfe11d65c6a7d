//! Reads the inputs of a method from JSON and says in one go everything that is wrong with them.

use base::{Problem, Problems};
use serde_json::{Map, Value};

use crate::Number;

/// Fields of a JSON object. Names are compared without regard to case, so that `{"L": 3}` is understood.
pub(crate) struct Input<'a> {
    fields: &'a Map<String, Value>,
    prefix: String,
}

impl<'a> Input<'a> {
    /// The object `value` with fields out of `known`. Problems: `calc.not_an_object`, and into `problems`
    /// `calc.unknown_input` and `calc.given_twice`.
    pub(crate) fn of(
        value: &'a Value,
        prefix: &str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Result<Self, Problem> {
        let Value::Object(fields) = value else {
            return Err(Problem::of(prefix, "calc.not_an_object").with("known", known.join(", ")));
        };
        let input = Self { fields, prefix: prefix.to_owned() };
        for key in fields.keys() {
            let is_known = known.iter().any(|k| k.eq_ignore_ascii_case(key));
            if !is_known {
                let shown: String = key.chars().take(40).collect();
                problems.push(
                    Problem::of(input.path(&shown), "calc.unknown_input").with("known", known.join(", ")),
                );
            }
            let twice = fields.keys().find(|k| k.eq_ignore_ascii_case(key)).is_some_and(|first| first != key);
            if is_known && twice {
                problems.push(Problem::of(input.path(key), "calc.given_twice"));
            }
        }
        Ok(input)
    }

    /// Where `key` stands, for a problem.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}.{key}", self.prefix) }
    }

    /// The field; None when it is absent, null or an empty text.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        let (_, value) = self.fields.iter().find(|(k, _)| k.eq_ignore_ascii_case(key))?;
        let empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        (!empty).then_some(value)
    }

    /// A number from 0; None when it is absent.
    ///
    /// Problems: `calc.not_a_number`, `calc.negative`, `calc.not_whole`, each with `value`.
    pub(crate) fn number(&self, key: &str, whole: bool) -> Result<Option<Number>, Problem> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let wrong = |code| Problem::of(self.path(key), code).with("value", shown(value));
        let number = Number::from_json(value).ok_or_else(|| wrong("calc.not_a_number"))?;
        if number < Number::ZERO {
            return Err(wrong("calc.negative"));
        }
        if whole && number.whole().is_none() {
            return Err(wrong("calc.not_whole"));
        }
        Ok(Some(number))
    }

    /// A number of any sign; None when it is absent.
    ///
    /// Problems: `calc.not_a_number` with `value`.
    pub(crate) fn signed(&self, key: &str) -> Result<Option<Number>, Problem> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = Number::from_json(value);
        let wrong = || Problem::of(self.path(key), "calc.not_a_number").with("value", shown(value));
        number.map(Some).ok_or_else(wrong)
    }

    /// A number from 0 that must be there. Problems: `calc.missing` and those of [`Input::number`].
    pub(crate) fn needed(&self, key: &str) -> Result<Number, Problem> {
        self.number(key, false)?.ok_or_else(|| self.missing(key))
    }

    /// A word that must be there; a number counts as its digits.
    ///
    /// Problems: `calc.missing`, `calc.not_a_word` with `value`.
    pub(crate) fn word(&self, key: &str) -> Result<String, Problem> {
        match self.get(key) {
            None => Err(self.missing(key)),
            Some(Value::String(text)) => Ok(text.trim().chars().take(200).collect()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(Value::Bool(yes)) => Ok(yes.to_string()),
            Some(other) => Err(Problem::of(self.path(key), "calc.not_a_word").with("value", shown(other))),
        }
    }

    /// Yes or no; None when it is absent. Problems: `calc.not_yes_or_no` with `value`.
    pub(crate) fn yes_no(&self, key: &str) -> Result<Option<bool>, Problem> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(yes)) => Ok(Some(*yes)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(other) => Err(Problem::of(self.path(key), "calc.not_yes_or_no").with("value", shown(other))),
        }
    }

    /// Numbers by name, in the order of their names; None when absent. Problems: `calc.not_numbers`.
    pub(crate) fn numbers(&self, key: &str) -> Result<Option<Vec<(String, Number)>>, Problem> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let wrong = || Problem::of(self.path(key), "calc.not_numbers").with("value", shown(value));
        let Value::Object(fields) = value else { return Err(wrong()) };
        let read = |(name, value): (&String, &Value)| {
            Number::from_json(value).map(|number| (name.clone(), number)).ok_or_else(wrong)
        };
        fields.iter().map(read).collect::<Result<_, _>>().map(Some)
    }

    /// The problem of an absent field.
    pub(crate) fn missing(&self, key: &str) -> Problem {
        Problem::of(self.path(key), "calc.missing")
    }
}

/// A value shortened for a message.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(40).collect()
}

/// Moves the problem of a result into the list; None where there was one.
pub(crate) fn collect<T>(result: Result<T, Problem>, problems: &mut Problems) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}
