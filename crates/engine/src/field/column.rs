//! From facts to columns and back.
//!
//! Text columns are never NULL (`''` is nothing), so that they can be keys of lists. A number by which the register
//! sorts is never NULL either: nothing sorts first as the smallest integer.

use base::{Day, Id, Instant};
use judge::Fact;
use plan::pack::{Field, FieldKind, Register};
use store::{ColumnDef, ColumnKind, Value};

use crate::record::read::class_of;

/// Stands for nothing in an integer column that is a sort key.
const NOTHING: i64 = i64::MIN;

/// The columns that hold `field`.
#[must_use]
pub fn columns(field: &Field) -> Vec<ColumnDef> {
    let class = class_of(field.class);
    let column = |name: &str, kind| {
        let plain = ColumnDef::new(name, kind, field.title.en.as_str()).class(class);
        if kind == ColumnKind::Text { plain.never_null() } else { plain }
    };
    let name = field.name();
    match field.kind {
        FieldKind::Point => vec![
            column(&format!("{name}_longitude"), ColumnKind::Float),
            column(&format!("{name}_latitude"), ColumnKind::Float),
            column(&format!("{name}_datum"), ColumnKind::Text),
        ],
        _ => vec![column(name, kind_of(field))],
    }
}

fn kind_of(field: &Field) -> ColumnKind {
    if field.is_list() {
        return ColumnKind::Text;
    }
    match field.kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Instant => ColumnKind::Int,
        FieldKind::Decimal => ColumnKind::Float,
        FieldKind::YesNo => ColumnKind::Bool,
        FieldKind::Reference | FieldKind::Account => ColumnKind::Id,
        _ => ColumnKind::Text,
    }
}

/// Column names and values of `fact` as it is stored.
#[must_use]
pub fn to_values(register: &Register, field: &Field, fact: &Fact) -> Vec<(String, Value)> {
    let name = field.name();
    if field.kind == FieldKind::Point {
        let (longitude, latitude, datum) = match fact {
            Fact::Point { longitude, latitude, datum } => {
                (Value::Float(*longitude), Value::Float(*latitude), Value::Text(datum.clone()))
            }
            _ => (Value::Null, Value::Null, Value::Text(String::new())),
        };
        let names = ["longitude", "latitude", "datum"].map(|part| format!("{name}_{part}"));
        return names.into_iter().zip([longitude, latitude, datum]).collect();
    }
    let value = match fact {
        Fact::Text(text) => Value::Text(text.clone()),
        Fact::Integer(number) => Value::Int(*number),
        Fact::Decimal(number) => Value::Float(*number),
        Fact::YesNo(yes) => Value::Bool(*yes),
        Fact::Day(day) => Value::Text(day.to_string()),
        Fact::Instant(instant) => Value::Int(instant.0),
        Fact::Reference(id) => Value::Id(*id),
        Fact::List(_) | Fact::Structure(_) => Value::Text(fact.to_json().to_string()),
        Fact::Point { .. } | Fact::Empty => match kind_of(field) {
            ColumnKind::Text => Value::Text(String::new()),
            ColumnKind::Int if register.sorts.iter().any(|s| s == name) => Value::Int(NOTHING),
            _ => Value::Null,
        },
    };
    vec![(name.to_owned(), value)]
}

/// Takes the fact that a column of `field` holds; None where the column is of another type than the field. Places, which have
/// three columns, are read by [`super::reader`].
pub(crate) fn fact_of(field: &Field, value: &mut Value) -> Option<Fact> {
    if value.is_null() {
        return Some(Fact::Empty);
    }
    if field.is_list() {
        let Value::Text(text) = value else { return None };
        let list = serde_json::from_str::<Vec<String>>(text).ok();
        return Some(list.filter(|l| !l.is_empty()).map_or(Fact::Empty, Fact::List));
    }
    Some(match (field.kind, value) {
        (FieldKind::Integer | FieldKind::Money | FieldKind::Instant, Value::Int(NOTHING)) => Fact::Empty,
        (FieldKind::Integer | FieldKind::Money, Value::Int(number)) => Fact::Integer(*number),
        (FieldKind::Instant, Value::Int(at)) => Fact::Instant(Instant(*at)),
        (FieldKind::Decimal, Value::Float(number)) => Fact::Decimal(*number),
        (FieldKind::YesNo, Value::Bool(yes)) => Fact::YesNo(*yes),
        (FieldKind::Reference | FieldKind::Account, Value::Id(id)) if *id == Id::NIL => Fact::Empty,
        (FieldKind::Reference | FieldKind::Account, Value::Id(id)) => Fact::Reference(*id),
        (_, Value::Text(text)) if text.is_empty() => Fact::Empty,
        (FieldKind::Day, Value::Text(text)) => Day::parse(text).map_or(Fact::Empty, Fact::Day),
        (FieldKind::Structure, Value::Text(text)) => {
            serde_json::from_str(text).map_or(Fact::Empty, Fact::Structure)
        }
        (
            FieldKind::Integer
            | FieldKind::Money
            | FieldKind::Instant
            | FieldKind::Decimal
            | FieldKind::YesNo
            | FieldKind::Reference
            | FieldKind::Account,
            _,
        ) => return None,
        (_, Value::Text(text)) => Fact::Text(std::mem::take(text)),
        _ => return None,
    })
}
