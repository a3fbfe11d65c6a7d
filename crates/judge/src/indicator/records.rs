//! Records that the author of a pack writes into an example: TOML tables become facts by the kinds of the fields.

use std::collections::BTreeMap;

use base::money::Fen;
use base::{Day, Id, Instant};
use plan::pack::{Field, FieldKind, Model, Register, Shape};
use toml::Value;

use crate::{Fact, Facts, Rows};

/// The records of an example.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// By register and id.
    pub rows: Rows,
    /// In the order in which they are written.
    pub order: Vec<(String, Id, Facts)>,
}

/// Reads the records of an example. `id` names a record; references write that name.
///
/// # Errors
/// The first fault, as a sentence: an unknown register or field, or a value of another kind.
pub fn sample(model: &Model, records: &BTreeMap<String, Vec<toml::Table>>) -> Result<Sample, String> {
    let mut sample = Sample::default();
    for (name, tables) in records {
        let Some(register) = model.register(name) else {
            let known: Vec<&str> = model.registers.keys().map(String::as_str).collect();
            return Err(format!("records.{name}: no such register; known are {}", known.join(", ")));
        };
        for (i, table) in tables.iter().enumerate() {
            let own = table.get("id").and_then(Value::as_str).map_or_else(|| format!("#{i}"), str::to_owned);
            let id = id_of(name, &own);
            let facts = facts_of(model, register, table).map_err(|m| format!("records.{name}[{i}].{m}"))?;
            sample.rows.put(name, id, facts.clone());
            sample.order.push((name.clone(), id, facts));
        }
    }
    Ok(sample)
}

/// The facts of one written record.
///
/// # Errors
/// The first fault, as a sentence.
pub(crate) fn facts_of(model: &Model, register: &Register, table: &toml::Table) -> Result<Facts, String> {
    let mut facts = Facts::new();
    for (name, value) in table.iter().filter(|(name, _)| *name != "id") {
        let fact = match register.field(name) {
            Some(field) => of_field(field, value),
            None => of_head(model, register, name, value),
        };
        facts.insert(name.clone(), fact.map_err(|message| format!("{name}: {message}"))?);
    }
    Ok(facts)
}

fn of_field(field: &Field, value: &Value) -> Result<Fact, String> {
    if field.is_list() {
        let texts = match value {
            Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Value::String(one) => vec![one.clone()],
            other => return Err(format!("{other} is not a list of texts")),
        };
        return Ok(Fact::List(texts));
    }
    of_kind(field.kind, field.to.as_deref(), value)
}

fn of_head(model: &Model, register: &Register, name: &str, value: &Value) -> Result<Fact, String> {
    let kind = match name {
        "code" | "title" | "county" | "township" | "sector" | "park" => FieldKind::Text,
        "procedure" | "state" if register.cases => FieldKind::Text,
        "open" if register.cases => FieldKind::YesNo,
        "created_at" | "updated_at" => FieldKind::Instant,
        "opened_at" | "entered_at" | "due_at" | "closed_at" if register.cases => FieldKind::Instant,
        "created_by" => FieldKind::Account,
        "opened_by" if register.cases => FieldKind::Account,
        "organisation" => {
            let enterprise = model.shaped(Shape::Enterprise).map(|r| r.name().to_owned());
            return of_kind(FieldKind::Reference, enterprise.as_deref(), value);
        }
        _ => {
            let known: Vec<&str> = register.fields.iter().map(Field::name).collect();
            return Err(format!("no such field of \"{}\"; known are {}", register.name(), known.join(", ")));
        }
    };
    of_kind(kind, None, value)
}

fn of_kind(kind: FieldKind, to: Option<&str>, value: &Value) -> Result<Fact, String> {
    let wrong = || format!("{value} does not suit a field of kind {kind:?}");
    Ok(match kind {
        FieldKind::Integer => Fact::Integer(value.as_integer().ok_or_else(wrong)?),
        FieldKind::Decimal => Fact::Decimal(float(value).ok_or_else(wrong)?),
        FieldKind::Money => {
            let text = match value {
                Value::String(text) => text.clone(),
                other => float(other).ok_or_else(wrong)?.to_string(),
            };
            Fact::Integer(Fen::parse(&text).map_err(|_| wrong())?.0)
        }
        FieldKind::YesNo => Fact::YesNo(value.as_bool().ok_or_else(wrong)?),
        FieldKind::Day => Fact::Day(Day::parse(&plain(value)).ok_or_else(wrong)?),
        FieldKind::Instant => Fact::Instant(instant(&plain(value)).ok_or_else(wrong)?),
        FieldKind::Reference => {
            Fact::Reference(id_of(to.unwrap_or_default(), value.as_str().ok_or_else(wrong)?))
        }
        FieldKind::Account => Fact::Reference(id_of("account", value.as_str().ok_or_else(wrong)?)),
        FieldKind::Point => Fact::Point { longitude: 0.0, latitude: 0.0, datum: "wgs84".into() },
        FieldKind::Structure => Fact::Structure(serde_json::json!({ "given": value.to_string() })),
        FieldKind::Image | FieldKind::File => Fact::List(vec![value.as_str().ok_or_else(wrong)?.to_owned()]),
        _ => Fact::Text(value.as_str().ok_or_else(wrong)?.to_owned()),
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn float(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of examples are small")]
    value.as_float().or_else(|| value.as_integer().map(|n| n as f64))
}

/// A day alone is its beginning in Beijing.
fn instant(text: &str) -> Option<Instant> {
    Instant::parse(text).or_else(|| Day::parse(text).map(Instant::start_of))
}

/// The id of a record by the name that the author gave it: FNV-1a over register and name, never nil.
pub(crate) fn id_of(register: &str, name: &str) -> Id {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in register.bytes().chain([0]).chain(name.bytes()) {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
    }
    Id::from_u128(hash | 1)
}
