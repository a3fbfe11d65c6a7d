//! Records as the cases of a pack write them: TOML values become the facts of typed fields. References name other
//! records of the case by their `id`.

use base::{Day, Id, Instant};
use plan::pack::{FieldKind, Model, Register};

use crate::{Fact, Facts};

/// The record that a case calls `name`. The same name is the same record, in every register.
#[must_use]
pub fn id_named(name: &str) -> Id {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in name.bytes() {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
    }
    Id::from_u128(hash)
}

/// The facts of a record of `register` as a case writes it, without its `id`.
///
/// # Errors
/// Sentences about unknown fields and values that do not suit.
pub fn facts(model: &Model, register: &Register, written: &toml::Table) -> Result<Facts, Vec<String>> {
    let (mut facts, mut wrong) = (Facts::new(), Vec::new());
    for (name, value) in written.iter().filter(|(name, _)| *name != "id") {
        let read = match register.field(name) {
            Some(field) if field.is_list() => list(value),
            Some(field) => one(field.kind, value),
            None => head(register, name, value),
        };
        match read {
            Some(Fact::Text(text)) if register.field(name).is_some_and(|f| !known(model, f, &text)) => {
                wrong.push(format!("\"{text}\" is no choice of \"{name}\" in \"{}\"", register.name()));
            }
            Some(fact) => drop(facts.insert(name.clone(), fact)),
            None if register.field(name).is_some() || HEAD.contains(&name.as_str()) => {
                wrong.push(format!("{value} does not suit the field \"{name}\" of \"{}\"", register.name()));
            }
            None => {
                let fields: Vec<&str> = register.fields.iter().map(plan::pack::Field::name).collect();
                wrong.push(format!(
                    "\"{name}\" is not a field of \"{}\"; there are {}, {}",
                    register.name(),
                    fields.join(", "),
                    HEAD.join(", ")
                ));
            }
        }
    }
    if wrong.is_empty() { Ok(facts) } else { Err(wrong) }
}

/// What every record has beside its fields, as far as a case may write it.
const HEAD: [&str; 17] = [
    "code",
    "title",
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

fn head(register: &Register, name: &str, value: &toml::Value) -> Option<Fact> {
    let _ = register;
    match name {
        "code" | "title" | "county" | "township" | "sector" | "park" | "procedure" | "state" => {
            one(FieldKind::Text, value)
        }
        "organisation" | "created_by" => one(FieldKind::Reference, value),
        "open" => one(FieldKind::YesNo, value),
        name if HEAD.contains(&name) => one(FieldKind::Instant, value),
        _ => None,
    }
}

fn known(model: &Model, field: &plan::pack::Field, text: &str) -> bool {
    field.kind != FieldKind::Choice || model.choices_of(field).iter().any(|c| c.id == text)
}

fn list(value: &toml::Value) -> Option<Fact> {
    if let Some(one) = value.as_str() {
        return Some(Fact::List(vec![one.to_owned()]));
    }
    let items = value.as_array()?;
    let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    texts.map(Fact::List)
}

fn one(kind: FieldKind, value: &toml::Value) -> Option<Fact> {
    let text = value.as_str();
    match kind {
        FieldKind::Integer => value.as_integer().map(Fact::Integer),
        FieldKind::Decimal => decimal(value).map(Fact::Decimal),
        // In yuan, as forms ask for it.
        FieldKind::Money => fen(value).map(Fact::Integer),
        FieldKind::YesNo => value.as_bool().map(Fact::YesNo),
        FieldKind::Day => Day::parse(&dated(value)?).map(Fact::Day),
        FieldKind::Instant => Instant::parse(&dated(value)?.replace('T', " ")).map(Fact::Instant),
        FieldKind::Reference | FieldKind::Account => text.map(|name| Fact::Reference(id_named(name))),
        FieldKind::Point => {
            text.map(|_| Fact::Point { longitude: 0.0, latitude: 0.0, datum: "wgs84".into() })
        }
        FieldKind::Structure => text.map(|text| Fact::Structure(serde_json::Value::from(text))),
        _ => text.map(|text| Fact::Text(text.to_owned())),
    }
}

fn decimal(value: &toml::Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "as a form reads a whole number into a measured field")]
    let whole = |number: i64| number as f64;
    value.as_float().or_else(|| value.as_integer().map(whole))
}

fn fen(value: &toml::Value) -> Option<i64> {
    if let Some(yuan) = value.as_integer() {
        return yuan.checked_mul(100);
    }
    let fen = (value.as_float()? * 100.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds just checked")]
    let whole = |fen: f64| fen as i64;
    (fen.abs() < 9e15).then(|| whole(fen))
}

fn dated(value: &toml::Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_datetime().map(ToString::to_string))
}
