//! Constants and dated values.

use base::Day;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};

use super::{Lowering, Part};
use crate::expression::{Constant, Input, Kind, Plain, Term, Truth, nearest};
use crate::pack::DatedValue;

/// The kind of a value of a pack; None for tables and for lists.
pub(in crate::expression) fn kind_of(value: &toml::Value) -> Option<Kind> {
    match value {
        toml::Value::String(_) => Some(Kind::Text),
        toml::Value::Integer(_) => Some(Kind::Whole),
        toml::Value::Float(_) => Some(Kind::Decimal),
        toml::Value::Boolean(_) => Some(Kind::YesNo),
        toml::Value::Datetime(day) if day.time.is_none() => Some(Kind::Day),
        _ => None,
    }
}

impl<'a> Lowering<'a> {
    pub(super) fn literal(&mut self, part: &IdedExpr, literal: &LiteralValue) -> Option<Part> {
        let constant = match literal {
            LiteralValue::Int(number) => Constant::Whole(*number.inner()),
            LiteralValue::UInt(number) => match i64::try_from(*number.inner()) {
                Ok(number) => Constant::Whole(number),
                Err(_) => return self.fault(part, "this number is too large for 64 bits with a sign"),
            },
            LiteralValue::Double(number) if number.inner().is_finite() => Constant::Decimal(*number.inner()),
            LiteralValue::Double(_) => return self.fault(part, "this number is too large for 64 bits"),
            LiteralValue::String(text) if text.inner().contains('\0') => {
                return self.fault(part, "a text holds no NUL character");
            }
            LiteralValue::String(text) => Constant::Text(text.inner().to_owned()),
            LiteralValue::Null => {
                return self.fault(part, "there is no null; ask has(x.field) whether something is filled");
            }
            LiteralValue::Boolean(_) | LiteralValue::Bytes(_) => {
                return self.fault(part, "bytes have no place in a condition");
            }
        };
        let plain = Plain::of(constant.kind());
        Some(Part::Value(Term::Constant(constant), plain))
    }

    /// `date('2020-06-04')`.
    pub(super) fn day_literal(&mut self, part: &IdedExpr) -> Option<Part> {
        let written = text_of(part);
        match written.and_then(Day::parse) {
            Some(day) if (0..=9999).contains(&day.year()) => {
                Some(Part::Value(Term::Constant(Constant::Day(day)), Plain::of(Kind::Day)))
            }
            _ => self.fault(part, "date(...) takes a day in quotes, such as date('2020-06-04')"),
        }
    }

    /// `v('id')` or `v('id').key`; `call` is the call of v, `part` the whole.
    pub(super) fn dated(&mut self, part: &IdedExpr, call: &IdedExpr, key: Option<&str>) -> Option<Part> {
        let value = self.dated_value(call)?;
        let id = value.id.get_ref().clone();
        let mut kind: Option<Kind> = None;
        for entry in &value.series {
            let found = match (key, &entry.value) {
                (None, plain) => Some(plain),
                (Some(key), toml::Value::Table(table)) => table.get(key),
                (Some(_), _) => None,
            };
            let Some(next) = found.and_then(kind_of) else {
                return self.wrong_entry(part, &id, key, &entry.value);
            };
            kind = match (kind, next) {
                (None, next) => Some(next),
                (Some(before), next) if before == next => Some(next),
                (Some(a), b) if a.is_number() && b.is_number() => Some(Kind::Decimal),
                _ => {
                    return self
                        .fault(part, format!("\"{id}\" changes its kind in the course of its series"));
                }
            };
        }
        let Some(kind) = kind else { return self.fault(part, format!("\"{id}\" has no entry")) };
        let input = Input::Value { id, key: key.map(str::to_owned) };
        if kind == Kind::YesNo {
            return Some(Part::Truth(Truth::Input(input)));
        }
        Some(Part::Value(Term::Input(input, kind), Plain::of(kind)))
    }

    fn wrong_entry<T>(
        &mut self,
        part: &IdedExpr,
        id: &str,
        key: Option<&str>,
        value: &toml::Value,
    ) -> Option<T> {
        let message = match (key, value) {
            (Some(key), toml::Value::Table(table)) => {
                let known: Vec<String> = table.keys().cloned().collect();
                nearest(&format!("entry of \"{id}\" in its whole series"), key, &known)
            }
            (Some(_), _) => format!("\"{id}\" is one value, not a table; write v('{id}')"),
            (None, toml::Value::Table(table)) => {
                let known: Vec<&str> = table.keys().map(String::as_str).collect();
                format!(
                    "\"{id}\" is a table; choose an entry: v('{id}').{}",
                    known.join(&format!(", v('{id}')."))
                )
            }
            (None, toml::Value::Array(_)) => format!("\"{id}\" is a list; write x in v('{id}')"),
            _ => format!("\"{id}\" is no number, text, yes or no, or day"),
        };
        self.fault(part, message)
    }

    /// The dated value that a call of v names.
    pub(super) fn dated_value(&mut self, call: &IdedExpr) -> Option<&'a DatedValue> {
        let model = self.context.model();
        let argument = match &call.expr {
            Expr::Call(call) => call.args.first().and_then(text_of),
            _ => None,
        };
        let Some(id) = argument else {
            return self.fault(call, "v(...) takes the id of a dated value in quotes");
        };
        let found = model.values.get(id);
        if found.is_none() {
            let known: Vec<String> = model.values.keys().cloned().collect();
            return self.fault(call, nearest("dated value", id, &known));
        }
        found
    }
}

/// The text of a text in quotes.
pub(super) fn text_of(part: &IdedExpr) -> Option<&str> {
    match &part.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
