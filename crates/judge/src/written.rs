//! Records as the cases of packs write them: TOML values become the facts of typed fields. Rules, duties, indicators and
//! scorecards read their cases here, so that one record is written the same way everywhere. References name other records
//! of the case by their `id`; the same name is the same record.

use std::collections::BTreeMap;

use base::money::Fen;
use base::{Day, Id, Instant};
use plan::pack::duty::is_fixed_subject;
use plan::pack::{Field, FieldKind, Model, Register, ScopeFrom};
use toml::Value;

use crate::{Fact, Facts, Rows};

/// The records of a case.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// By register and id.
    pub rows: Rows,
    /// In the order of registers and, within one, as they are written.
    pub order: Vec<(String, Id, Facts)>,
}

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

/// The id of a written record: by its name, or by its place where it has none.
#[must_use]
pub fn id_of(register: &str, place: usize, written: &toml::Table) -> Id {
    match name_of(written) {
        Some(name) => id_named(name),
        None => id_named(&format!("{register}#{place}")),
    }
}

/// The name of a written record.
#[must_use]
pub fn name_of(written: &toml::Table) -> Option<&str> {
    written.get("id").and_then(Value::as_str)
}

/// All records of a case, by register.
///
/// # Errors
/// Sentences about unknown registers and fields, and about values that do not suit.
pub fn records(model: &Model, written: &BTreeMap<String, Vec<toml::Table>>) -> Result<Written, Vec<String>> {
    let (mut found, mut wrong) = (Written::default(), Vec::new());
    for (name, tables) in written {
        for (place, table) in tables.iter().enumerate() {
            match facts(model, name, table) {
                Ok(facts) => {
                    let id = id_of(name, place, table);
                    found.rows.put(name, id, facts.clone());
                    found.order.push((name.clone(), id, facts));
                }
                Err(messages) => {
                    wrong.extend(messages.into_iter().map(|m| format!("records.{name}[{place}]: {m}")));
                }
            }
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// The facts of one record of `register`, which may be a fixed subject, without its `id`.
///
/// # Errors
/// Sentences about unknown fields and values that do not suit.
pub fn facts(model: &Model, register: &str, written: &toml::Table) -> Result<Facts, Vec<String>> {
    let of = model.register(register);
    if of.is_none() && !is_fixed_subject(register) {
        return Err(vec![format!("\"{register}\" is not a known register")]);
    }
    let (mut facts, mut wrong) = (Facts::new(), Vec::new());
    for (name, value) in written.iter().filter(|(name, _)| *name != "id") {
        let field = of.and_then(|of| of.field(name));
        let kind = field.map(|f| f.kind).or_else(|| head(of, name));
        let Some(kind) = kind else {
            wrong.push(unknown(of, register, name));
            continue;
        };
        let read = if field.is_some_and(Field::is_list) { list(value) } else { one(kind, value) };
        match read {
            Some(fact) => {
                if let Some(choice) = field.and_then(|f| no_choice(model, f, &fact)) {
                    wrong.push(format!("\"{choice}\" is no choice of \"{name}\" in \"{register}\""));
                }
                facts.insert(name.clone(), fact);
            }
            None => {
                wrong
                    .push(format!("{value} does not suit the field \"{name}\" of \"{register}\" ({kind:?})"));
            }
        }
    }
    if wrong.is_empty() { Ok(facts) } else { Err(wrong) }
}

/// What is known of a fixed subject beside its id.
const OF_FIXED: [&str; 4] = ["code", "title", "kind", "county"];
/// What every record has beside its fields.
const OF_ALL: [&str; 5] = ["code", "title", "created_at", "created_by", "updated_at"];
/// What a record of a register with a scope has as well.
const OF_SCOPED: [&str; 5] = ["county", "township", "sector", "park", "organisation"];
/// What a case has as well.
const OF_CASES: [&str; 8] =
    ["procedure", "state", "open", "opened_at", "opened_by", "entered_at", "due_at", "closed_at"];

/// The head fields of a register, or of a fixed subject where there is none.
fn heads(of: Option<&Register>) -> Vec<&'static str> {
    let Some(of) = of else { return OF_FIXED.to_vec() };
    let mut names = OF_ALL.to_vec();
    if of.scope != ScopeFrom::Shared {
        names.extend(OF_SCOPED);
    }
    if of.cases {
        names.extend(OF_CASES);
    }
    names
}

fn head(of: Option<&Register>, name: &str) -> Option<FieldKind> {
    heads(of).contains(&name).then(|| match name {
        "open" => FieldKind::YesNo,
        "organisation" => FieldKind::Reference,
        "created_by" | "opened_by" => FieldKind::Account,
        name if name.ends_with("_at") => FieldKind::Instant,
        _ => FieldKind::Text,
    })
}

fn unknown(of: Option<&Register>, register: &str, name: &str) -> String {
    let own = of.into_iter().flat_map(|of| &of.fields).map(Field::name);
    let known: Vec<&str> = own.chain(heads(of)).collect();
    format!("\"{name}\" is not a field of \"{register}\"; there are {}", known.join(", "))
}

/// The first choice that the field does not know.
fn no_choice(model: &Model, field: &Field, fact: &Fact) -> Option<String> {
    if field.kind != FieldKind::Choice {
        return None;
    }
    let known = |text: &&String| !model.choices_of(field).iter().any(|choice| choice.id == **text);
    match fact {
        Fact::Text(text) => Some(text).filter(known).cloned(),
        Fact::List(list) => list.iter().find(known).cloned(),
        _ => None,
    }
}

/// Several texts, choices or files: a list, or one alone.
fn list(value: &Value) -> Option<Fact> {
    if let Some(one) = value.as_str() {
        return Some(Fact::List(vec![one.to_owned()]));
    }
    let texts: Option<Vec<String>> =
        value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    texts.map(Fact::List)
}

fn one(kind: FieldKind, value: &Value) -> Option<Fact> {
    let text = value.as_str();
    match kind {
        FieldKind::Integer => value.as_integer().map(Fact::Integer),
        FieldKind::Decimal => decimal(value).map(Fact::Decimal),
        FieldKind::Money => money(value).map(Fact::Integer),
        FieldKind::YesNo => value.as_bool().map(Fact::YesNo),
        FieldKind::Day => day(value).map(Fact::Day),
        FieldKind::Instant => instant(value).map(Fact::Instant),
        FieldKind::Reference | FieldKind::Account => text.map(|name| Fact::Reference(id_named(name))),
        // That there is a place is all that conditions ask.
        FieldKind::Point => Some(Fact::Point { longitude: 0.0, latitude: 0.0, datum: "wgs84".into() }),
        FieldKind::Structure => serde_json::to_value(value).ok().map(Fact::Structure),
        _ => text.map(|text| Fact::Text(text.to_owned())),
    }
}

fn decimal(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "as a form reads a whole number into a measured field")]
    let whole = |number: i64| number as f64;
    value.as_float().or_else(|| value.as_integer().map(whole))
}

/// In yuan, as forms ask for it.
fn money(value: &Value) -> Option<i64> {
    let yuan = match value {
        Value::String(text) => text.clone(),
        other => decimal(other)?.to_string(),
    };
    Fen::parse(&yuan).ok().map(|fen| fen.0)
}

/// A day, bare or as text.
#[must_use]
pub fn day(value: &Value) -> Option<Day> {
    Day::parse(&dated(value)?)
}

/// An instant: with its offset, without one in Beijing time, or a day, which is its beginning in Beijing.
fn instant(value: &Value) -> Option<Instant> {
    let text = dated(value)?;
    Instant::parse(&text).or_else(|| Day::parse(&text).map(Instant::start_of))
}

fn dated(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_datetime().map(ToString::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        let text = r#"
[[register]]
id = "visit"
title = { zh = "访", en = "Visit" }
about = { zh = "访", en = "Visit" }
area = "registers"
scope = "place"
keeper = []
code = "{seq}"
title_from = "name"
list = []
field = [
  { id = "name", title = { zh = "名", en = "Name" }, kind = "text" },
  { id = "photo", title = { zh = "照", en = "Photo" }, kind = "image" },
  { id = "paper", title = { zh = "件", en = "Paper" }, kind = "file", many = true },
  { id = "visited_on", title = { zh = "日", en = "Day" }, kind = "day" },
  { id = "left_at", title = { zh = "时", en = "Left" }, kind = "instant" },
  { id = "cost", title = { zh = "钱", en = "Cost" }, kind = "money" },
  { id = "kind", title = { zh = "类", en = "Kind" }, kind = "choice", of = [ { id = "a", title = { zh = "甲", en = "A" } } ] },
]
"#;
        let registers: BTreeMap<String, Vec<Register>> = toml::from_str(text).unwrap();
        let mut model = Model::default();
        for register in registers.into_values().flatten() {
            model.registers.insert(register.name().to_owned(), register);
        }
        model
    }

    fn read(register: &str, keys: &str) -> Result<Facts, Vec<String>> {
        facts(&model(), register, &toml::from_str(keys).unwrap())
    }

    #[test]
    fn a_value_may_be_written_in_every_way_that_suits_its_field() {
        let morning = || Fact::Instant(Instant::parse("2020-07-10T08:00:00+08:00").unwrap());
        let list = |items: &[&str]| Fact::List(items.iter().map(|i| (*i).to_owned()).collect());
        let day = Day::new(2020, 7, 10).unwrap();
        let table = [
            ("visit", "photo = \"p\"", list(&["p"])),
            ("visit", "photo = [\"p\", \"q\"]", list(&["p", "q"])),
            ("visit", "paper = \"f\"", list(&["f"])),
            ("visit", "left_at = 2020-07-10T08:00:00+08:00", morning()),
            ("visit", "left_at = 2020-07-10T00:00:00Z", morning()),
            ("visit", "left_at = 2020-07-10T08:00:00", morning()),
            ("visit", "left_at = \"2020-07-10 08:00\"", morning()),
            ("visit", "left_at = 2020-07-10", Fact::Instant(Instant::start_of(day))),
            ("visit", "created_at = 2020-07-10T08:00:00+08:00", morning()),
            ("visit", "visited_on = 2020-07-10", Fact::Day(day)),
            ("visit", "visited_on = \"2020-07-10\"", Fact::Day(day)),
            ("visit", "cost = 12", Fact::Integer(1200)),
            ("visit", "cost = 12.34", Fact::Integer(1234)),
            ("visit", "cost = \"12.34\"", Fact::Integer(1234)),
            ("visit", "county = \"410221\"", Fact::Text("410221".into())),
            ("visit", "organisation = \"a\"", Fact::Reference(id_named("a"))),
            ("county", "kind = \"zone\"", Fact::Text("zone".into())),
            ("department", "code = \"transport\"", Fact::Text("transport".into())),
        ];
        for (register, keys, expected) in table {
            let found = read(register, keys).unwrap_or_else(|wrong| panic!("{keys}: {wrong:?}"));
            assert_eq!(found.values().collect::<Vec<_>>(), [&expected], "{keys}");
        }
    }

    #[test]
    fn what_does_not_suit_is_told_with_register_and_field() {
        let table = [
            ("visit", "nam = \"x\"", "\"nam\" is not a field of \"visit\"; there are name, photo"),
            ("visit", "state = \"x\"", "\"state\" is not a field of \"visit\""),
            ("visit", "visited_on = 2020-07-10T08:00:00+08:00", "does not suit the field \"visited_on\""),
            ("visit", "left_at = \"soon\"", "does not suit the field \"left_at\""),
            ("visit", "photo = [1]", "does not suit the field \"photo\""),
            ("visit", "kind = \"b\"", "\"b\" is no choice of \"kind\""),
            ("city", "township = \"x\"", "there are code, title, kind, county"),
            ("moon", "code = \"x\"", "\"moon\" is not a known register"),
        ];
        for (register, keys, expected) in table {
            let told = read(register, keys).unwrap_err();
            assert!(told.iter().any(|t| t.contains(expected)), "{keys}: {told:?}");
        }
    }
}
