//! Fields of records as cases of packs write them, turned into facts.

use std::collections::BTreeMap;

use base::{Day, Id, Instant};
use plan::pack::{FieldKind, Model};
use toml::Value;

use crate::{Fact, Facts};

/// Ids of the names that a case gives to its records.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, Id>);

impl Names {
    /// The id of a name, a new one where it is new.
    pub(super) fn id(&mut self, name: &str) -> Id {
        let next = Id::from_u128(self.0.len() as u128 + 1);
        *self.0.entry(name.to_owned()).or_insert(next)
    }
}

/// The fields of one record of `register`.
///
/// # Errors
/// The key that is unknown or has a value of another kind, with what would be allowed.
pub(super) fn facts(
    model: &Model,
    register: &str,
    table: &toml::Table,
    names: &mut Names,
) -> Result<Facts, String> {
    let mut found = Facts::new();
    for (key, value) in table.iter().filter(|(key, _)| *key != "id") {
        let field = model.register(register).and_then(|r| r.field(key));
        let fact = match field {
            Some(field) => of_field(field.kind, field.is_list(), value, names),
            None if HEAD.contains(&key.as_str()) => head(key, value, names),
            None => None,
        };
        let Some(fact) = fact else {
            return Err(match field {
                Some(field) => {
                    format!("\"{key}\" of \"{register}\" cannot be {value}: it is {:?}", field.kind)
                }
                None => format!("\"{key}\" is no field of \"{register}\""),
            });
        };
        found.insert(key.clone(), fact);
    }
    Ok(found)
}

/// What every record and every fixed subject has beside its own fields.
const HEAD: [&str; 18] = [
    "code",
    "title",
    "kind",
    "county",
    "township",
    "sector",
    "park",
    "organisation",
    "created_at",
    "updated_at",
    "procedure",
    "state",
    "open",
    "opened_at",
    "entered_at",
    "due_at",
    "closed_at",
    "created_by",
];

fn head(key: &str, value: &Value, names: &mut Names) -> Option<Fact> {
    match key {
        "open" => of_field(FieldKind::YesNo, false, value, names),
        "organisation" | "created_by" => of_field(FieldKind::Reference, false, value, names),
        _ if key.ends_with("_at") => of_field(FieldKind::Instant, false, value, names),
        _ => of_field(FieldKind::Text, false, value, names),
    }
}

fn of_field(kind: FieldKind, list: bool, value: &Value, names: &mut Names) -> Option<Fact> {
    if list {
        if let Some(one) = value.as_str() {
            return Some(Fact::List(vec![one.to_owned()]));
        }
        let texts = value.as_array()?.iter().map(|v| v.as_str().map(str::to_owned));
        return texts.collect::<Option<Vec<String>>>().map(Fact::List);
    }
    Some(match kind {
        FieldKind::Integer => Fact::Integer(value.as_integer()?),
        #[expect(clippy::cast_precision_loss, reason = "a number of a case, written without a point")]
        FieldKind::Decimal => Fact::Decimal(value.as_float().or(value.as_integer().map(|n| n as f64))?),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "yuan of a case, in fen"
        )]
        FieldKind::Money => {
            Fact::Integer((value.as_float().or(value.as_integer().map(|n| n as f64))? * 100.0).round() as i64)
        }
        FieldKind::YesNo => Fact::YesNo(value.as_bool()?),
        FieldKind::Day => Fact::Day(day(value)?),
        FieldKind::Instant => match day(value) {
            Some(day) => Fact::Instant(Instant::start_of(day)),
            None => Fact::Instant(Instant::parse(value.as_str()?)?),
        },
        FieldKind::Reference | FieldKind::Account => Fact::Reference(names.id(value.as_str()?)),
        FieldKind::Point | FieldKind::Structure => return None,
        _ => Fact::Text(value.as_str()?.to_owned()),
    })
}

/// A day, bare or as text.
pub(super) fn day(value: &Value) -> Option<Day> {
    match value {
        Value::Datetime(written) => Day::parse(&written.to_string()),
        Value::String(text) => Day::parse(text),
        _ => None,
    }
}
