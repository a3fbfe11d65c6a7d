//! From facts to columns and back.
//!
//! Text columns are never NULL (`''` is nothing), so that they can be keys of lists. A number by which the register
//! sorts is never NULL either: nothing sorts first as the smallest integer.

use base::{Day, Id, Instant};
use judge::Fact;
use plan::pack::{Field, FieldKind, Register};
use store::{ColumnDef, ColumnKind, Row, StoreError, Value};

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

/// Whether a row holds the columns of `field`.
#[must_use]
pub fn stands_in(field: &Field, row: &Row) -> bool {
    match field.kind {
        FieldKind::Point => row.get(&format!("{}_longitude", field.name())).is_some(),
        _ => row.get(field.name()).is_some(),
    }
}

/// The fact that a row holds for `field`; nothing where the reader's scope left the column out.
///
/// # Errors
/// The row's column is of another type than the field: an inconsistency that names table and column.
pub fn from_row(field: &Field, row: &Row) -> Result<Fact, StoreError> {
    let name = field.name();
    if !stands_in(field, row) {
        return Ok(Fact::Empty);
    }
    if field.kind == FieldKind::Point {
        let longitude = row.opt_float(&format!("{name}_longitude"))?;
        let latitude = row.opt_float(&format!("{name}_latitude"))?;
        let datum = row.text(&format!("{name}_datum"))?.to_owned();
        let point = longitude.zip(latitude);
        return Ok(point.map_or(Fact::Empty, |(longitude, latitude)| Fact::Point {
            longitude,
            latitude,
            datum,
        }));
    }
    if field.is_list() {
        let list = row.opt_text(name)?.and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
        return Ok(list.filter(|l| !l.is_empty()).map_or(Fact::Empty, Fact::List));
    }
    Ok(match field.kind {
        FieldKind::Integer | FieldKind::Money => {
            row.opt_int(name)?.filter(|n| *n != NOTHING).map_or(Fact::Empty, Fact::Integer)
        }
        FieldKind::Instant => {
            row.opt_int(name)?.filter(|n| *n != NOTHING).map_or(Fact::Empty, |n| Fact::Instant(Instant(n)))
        }
        FieldKind::Decimal => row.opt_float(name)?.map_or(Fact::Empty, Fact::Decimal),
        FieldKind::YesNo => row.opt_bool(name)?.map_or(Fact::Empty, Fact::YesNo),
        FieldKind::Reference | FieldKind::Account => {
            row.opt_id(name)?.filter(|id: &Id| !id.is_nil()).map_or(Fact::Empty, Fact::Reference)
        }
        FieldKind::Day => row.opt_text(name)?.and_then(Day::parse).map_or(Fact::Empty, Fact::Day),
        FieldKind::Structure => {
            let json = row.opt_text(name)?.and_then(|text| serde_json::from_str(text).ok());
            json.map_or(Fact::Empty, Fact::Structure)
        }
        _ => row.opt_text(name)?.filter(|t| !t.is_empty()).map_or(Fact::Empty, |t| Fact::Text(t.to_owned())),
    })
}
