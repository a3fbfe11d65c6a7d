//! From a record to what is stored of it: its row, its counters, its search words, its journal entry. Pure.

use base::Instant;
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Model, Register, ScopeFrom};
use serde_json::{Value as Json, json};
use store::{ChangeSet, Delta, JournalEntry, SearchEntry, Value};

use super::{CaseHead, Record};
use crate::field::column::to_values;
use crate::field::show::show;
use crate::tables::table_name;

/// The fields whose values differ, with their new values.
#[must_use]
pub fn changed(old: &Facts, new: &Facts) -> Facts {
    let mut differing = new.only(|name| fact(old, name) != fact(new, name));
    for gone in old.keys().filter(|name| !new.contains_key(name) && !fact(old, name).is_empty()) {
        differing.insert(gone, Fact::Empty);
    }
    differing
}

/// The change that inserts `record`: its row, counters and search words.
#[must_use]
pub fn insert(model: &Model, register: &Register, record: &Record) -> ChangeSet {
    let mut values = head_values(register, record);
    values.push(("created_at".into(), Value::Int(record.created_at.0)));
    values.push(("created_by".into(), Value::Id(record.created_by)));
    values.push(("removed_at".into(), Value::Int(0)));
    push_fields(&mut values, register, &record.facts);
    let mut set =
        ChangeSet { result: record.id.to_string(), deltas: counts(register, record, 1), ..ChangeSet::new() };
    set.insert(table_name(register.name()), record.id, values);
    set.search.push(search_entry(model, register, record));
    set
}

/// The change that turns `old` into `new`.
#[must_use]
pub fn update(model: &Model, register: &Register, old: &Record, new: &Record) -> ChangeSet {
    let mut values = head_values(register, new);
    push_fields(&mut values, register, &new.facts);
    let mut set = ChangeSet { result: new.id.to_string(), ..ChangeSet::new() };
    set.update(table_name(register.name()), new.id, Some(old.version), values);
    let mut deltas = counts(register, old, -1);
    let added = counts(register, new, 1);
    // What counts alike before and after is not counted at all.
    let mut kept = Vec::new();
    for delta in added {
        match deltas.iter().position(|d| same_counter(d, &delta)) {
            Some(at) => drop(deltas.swap_remove(at)),
            None => kept.push(delta),
        }
    }
    deltas.extend(kept);
    set.deltas = deltas;
    if search_text(model, register, old) != search_text(model, register, new) || old.place != new.place {
        set.search.push(search_entry(model, register, new));
    }
    set
}

fn same_counter(a: &Delta, b: &Delta) -> bool {
    a.counter == b.counter
        && a.county == b.county
        && a.township == b.township
        && a.sector == b.sector
        && a.value == b.value
}

fn head_values(register: &Register, record: &Record) -> Vec<(String, Value)> {
    let place = &record.place;
    let mut values: Vec<(String, Value)> = vec![
        ("code".into(), Value::Text(record.code.clone())),
        ("title".into(), Value::Text(record.title.clone())),
        ("updated_at".into(), Value::Int(record.updated_at.0)),
    ];
    if register.scope != ScopeFrom::Shared {
        values.extend([
            ("county".into(), Value::Text(place.county.clone())),
            ("township".into(), Value::Text(place.township.clone())),
            ("organisation".into(), Value::Id(place.organisation)),
            ("sector".into(), Value::Text(place.sector.clone())),
            ("park".into(), Value::Text(place.park.clone())),
        ]);
    }
    if let Some(case) = &record.case {
        values.extend(case_values(case));
    }
    values
}

fn case_values(case: &CaseHead) -> Vec<(String, Value)> {
    vec![
        ("procedure".into(), Value::Text(case.procedure.clone())),
        ("state".into(), Value::Text(case.state.clone())),
        ("open".into(), Value::Bool(case.open)),
        ("opened_at".into(), Value::Int(case.opened_at.0)),
        ("opened_by".into(), Value::Id(case.opened_by)),
        ("entered_at".into(), Value::Int(case.entered_at.0)),
        ("due_at".into(), Value::Int(case.due_at.0)),
        ("closed_at".into(), Value::Int(case.closed_at.0)),
    ]
}

fn push_fields(values: &mut Vec<(String, Value)>, register: &Register, facts: &Facts) {
    // A field named as a column of the head (an enterprise's own county) is that column; fields differ among themselves.
    let head = values.len();
    values.reserve(register.fields.len() + 4);
    for field in &register.fields {
        for (column, value) in to_values(register, field, fact(facts, field.name())) {
            if !values.iter().take(head).any(|(name, _)| *name == column) {
                values.push((column, value));
            }
        }
    }
}

/// The counters to which a record adds `amount`: the register itself, its counted fields, the state of a case.
#[must_use]
pub fn counts(register: &Register, record: &Record, amount: i64) -> Vec<Delta> {
    let place = &record.place;
    let delta = |counter: String, value: String| Delta {
        counter,
        county: place.county.clone(),
        township: place.township.clone(),
        sector: place.sector.clone(),
        value,
        amount,
    };
    let mut deltas = vec![delta(register.name().to_owned(), String::new())];
    for name in &register.counted {
        let values = match fact(&record.facts, name) {
            Fact::List(list) => list.clone(),
            Fact::Text(text) => vec![text.clone()],
            Fact::YesNo(yes) => vec![yes.to_string()],
            _ => continue,
        };
        deltas.extend(values.into_iter().map(|value| delta(format!("{}.{name}", register.name()), value)));
    }
    if let Some(case) = &record.case {
        deltas
            .push(delta(format!("{}.state", register.name()), format!("{}/{}", case.procedure, case.state)));
    }
    deltas
}

fn search_entry(model: &Model, register: &Register, record: &Record) -> SearchEntry {
    let place = &record.place;
    SearchEntry {
        table: table_name(register.name()),
        id: record.id,
        county: place.county.clone(),
        township: place.township.clone(),
        organisation: place.organisation,
        sector: place.sector.clone(),
        park: place.park.clone(),
        text: search_text(model, register, record),
    }
}

fn search_text(model: &Model, register: &Register, record: &Record) -> String {
    let titles = crate::field::show::Titles::new();
    let mut words = vec![record.code.clone(), record.title.clone()];
    for name in register.search.iter().filter(|name| **name != register.title_from) {
        if let Some(field) = register.field(name) {
            words.push(show(field, fact(&record.facts, name), model, base::Language::Chinese, &titles));
        }
    }
    words.join(" ")
}

/// The journal entry of a change: who, what, and the fields written. Personal and secret fields are in it too, since
/// it is the proof; reading it is the auditor's alone.
#[must_use]
pub fn journal(actor: &Actor, operation: &str, record: &Record, at: Instant, facts: &Facts) -> JournalEntry {
    let fields = facts.to_json();
    let mut payload = json!({ "code": record.code, "fields": fields });
    if let (Some(case), Some(object)) = (&record.case, payload.as_object_mut()) {
        object.insert("procedure".into(), Json::from(case.procedure.as_str()));
        object.insert("state".into(), Json::from(case.state.as_str()));
    }
    JournalEntry {
        at,
        actor: actor.account,
        operation: format!("{}.{operation}", record.register),
        table: table_name(&record.register),
        record: record.id,
        county: record.place.county.clone(),
        payload: payload.to_string(),
    }
}
