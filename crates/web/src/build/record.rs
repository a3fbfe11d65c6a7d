//! The page of a record: its fields in groups, its history.

use base::Language;
use engine::record::Record;
use engine::record::history::Change as EngineChange;
use judge::fact::fact;
use plan::pack::{FieldClass, Register};

use super::list::label;
use super::value::Shower;
use crate::text::say;
use crate::view::cell::{Fact, FactGroup, Shown};
use crate::view::record::Change;

/// The fields of a record in the groups of its register. Fields without a value are left out where `filled` is set.
pub(crate) fn groups(
    register: &Register,
    record: &Record,
    shower: &Shower<'_>,
    reads: FieldClass,
    filled: bool,
) -> Vec<FactGroup> {
    let language = shower.language;
    let mut groups: Vec<FactGroup> = Vec::new();
    for field in register.fields.iter().filter(|f| f.class <= reads && !f.hidden) {
        let value = shower.value(register.name(), record.id, field, fact(&record.facts, field.name()));
        if filled && value == Shown::Nothing {
            continue;
        }
        let title = super::heading_of(register, field.name(), language);
        let shown = Fact { label: field.title.in_language(language).to_owned(), value };
        match groups.iter_mut().find(|g| g.title == title) {
            Some(group) => group.facts.push(shown),
            None => groups.push(FactGroup { title, facts: vec![shown] }),
        }
    }
    groups
}

/// Written values of the journal or of a case's event, as facts. References are named where their titles are known.
pub(crate) fn written(
    register: &Register,
    record: &Record,
    written: impl Iterator<Item = (String, serde_json::Value)>,
    shower: &Shower<'_>,
) -> Vec<Fact> {
    let shown = |(name, json): (String, serde_json::Value)| {
        let field = register.field(&name).filter(|f| !f.hidden)?;
        let value = shower.value(register.name(), record.id, field, &from_json(field, &json));
        Some(Fact { label: label(register, &name, shower.language), value })
    };
    written.filter_map(shown).collect()
}

/// A fact from its JSON, by the kind of its field.
pub(crate) fn from_json(field: &plan::pack::Field, json: &serde_json::Value) -> judge::Fact {
    use judge::Fact as F;
    use plan::pack::FieldKind as K;
    use serde_json::Value as J;
    match (field.kind, json) {
        (_, J::Null) => F::Empty,
        (_, J::Array(list)) => F::List(list.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect()),
        (K::Integer | K::Money, J::Number(n)) => n.as_i64().map_or(F::Empty, F::Integer),
        (K::Decimal, J::Number(n)) => n.as_f64().map_or(F::Empty, F::Decimal),
        (K::YesNo, J::Bool(yes)) => F::YesNo(*yes),
        (K::Day, J::String(text)) => base::Day::parse(text).map_or(F::Empty, F::Day),
        (K::Instant, J::String(text)) => base::Instant::parse(text).map_or(F::Empty, F::Instant),
        (K::Reference | K::Account, J::String(text)) => text.parse().map_or(F::Empty, F::Reference),
        (K::Point, J::Object(point)) => {
            let degrees = |name: &str| point.get(name).and_then(J::as_f64);
            match (degrees("longitude"), degrees("latitude")) {
                (Some(longitude), Some(latitude)) => {
                    let datum = point.get("datum").and_then(J::as_str).unwrap_or("wgs84").to_owned();
                    F::Point { longitude, latitude, datum }
                }
                _ => F::Empty,
            }
        }
        (K::Structure, other) => F::Structure(other.clone()),
        (_, J::String(text)) => F::Text(text.clone()),
        _ => F::Empty,
    }
}

/// The history of a record.
pub(crate) fn history(
    register: &Register,
    record: &Record,
    changes: Vec<EngineChange>,
    shower: &Shower<'_>,
) -> Vec<Change> {
    let one = |change: EngineChange| Change {
        at: change.at.local(),
        by: change.by,
        what: verb(&change.operation, shower.language),
        facts: written(register, record, change.fields.into_iter(), shower),
    };
    changes.into_iter().map(one).collect()
}

fn verb(operation: &str, language: Language) -> String {
    match operation.rsplit('.').next().unwrap_or_default() {
        "create" => say(language, "record.created"),
        "update" => say(language, "record.updated"),
        "open" => say(language, "record.opened"),
        _ => operation.to_owned(),
    }
}
