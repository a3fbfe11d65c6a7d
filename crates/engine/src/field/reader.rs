//! Reading the rows of one answer: where each field stands is looked for once, not once for each row.

use std::sync::LazyLock;

use base::{Id, Instant};
use judge::{Fact, Facts, FieldName};
use plan::pack::{Field, FieldKind, Register};
use store::{Column, Row, StoreError, Value};

use super::column::fact_of;

/// What every record has beside its fields, in the order of the names, as expressions read it.
const HEAD: [(&str, Head); 19] = [
    ("closed_at", Head::Ended),
    ("code", Head::Text),
    ("county", Head::Text),
    ("created_at", Head::Instant),
    ("created_by", Head::Id),
    ("due_at", Head::Instant),
    ("entered_at", Head::Instant),
    ("id", Head::Id),
    ("open", Head::YesNo),
    ("opened_at", Head::Instant),
    ("opened_by", Head::Id),
    ("organisation", Head::Id),
    ("park", Head::Text),
    ("procedure", Head::Text),
    ("sector", Head::Text),
    ("state", Head::Text),
    ("title", Head::Text),
    ("township", Head::Text),
    ("updated_at", Head::Instant),
];

/// The names of [`HEAD`], shared by all records.
static NAMES: LazyLock<[FieldName; HEAD.len()]> = LazyLock::new(|| HEAD.map(|(name, _)| name.into()));

/// The shared name of something that every record has.
pub(crate) fn head_name(name: &str) -> FieldName {
    let place = HEAD.binary_search_by_key(&name, |(known, _)| known).ok();
    place.and_then(|place| NAMES.get(place)).map_or_else(|| name.into(), FieldName::clone)
}

/// The names of what every record has.
pub(crate) fn head_names<'a>() -> impl Iterator<Item = &'a str> {
    HEAD.iter().map(|(name, _)| *name)
}

/// What a column of the head holds.
#[derive(Debug, Clone, Copy)]
enum Head {
    Text,
    Instant,
    Id,
    YesNo,
    /// An instant, 0 where it has not come.
    Ended,
}

/// Where a reader finds a fact.
enum Source<'a> {
    Field(&'a Field, Column),
    Point { longitude: Column, latitude: Column, datum: Column },
    Head(Head, Column),
}

/// Reads the fields that an answer holds.
pub(crate) struct FieldReader<'a> {
    sources: Vec<(FieldName, Source<'a>)>,
}

impl<'a> FieldReader<'a> {
    /// A reader of the fields of `register` as far as `row`, and each row of the same answer, holds them.
    pub(crate) fn of(register: &'a Register, row: &Row) -> Self {
        let mut sources: Vec<(FieldName, Source<'a>)> = Vec::with_capacity(row.columns().len());
        for field in &register.fields {
            let part = |part: &str| row.column(&format!("{}_{part}", field.name())).ok();
            let source = match field.kind {
                FieldKind::Point => match [part("longitude"), part("latitude"), part("datum")] {
                    [Some(longitude), Some(latitude), Some(datum)] => {
                        Some(Source::Point { longitude, latitude, datum })
                    }
                    _ => None,
                },
                _ => row.column(field.name()).ok().map(|column| Source::Field(field, column)),
            };
            sources.extend(source.map(|source| (field.shared_name(), source)));
        }
        sources.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self { sources }
    }

    /// As [`FieldReader::of`], with what every record has: as expressions read a record.
    pub(crate) fn whole(register: &'a Register, row: &Row) -> Self {
        let mut reader = Self::of(register, row);
        for ((name, head), shared) in HEAD.iter().zip(NAMES.iter()) {
            if register.field(name).is_none()
                && let Ok(column) = row.column(name)
            {
                reader.sources.push((FieldName::clone(shared), Source::Head(*head, column)));
            }
        }
        reader.sources.sort_by(|(a, _), (b, _)| a.cmp(b));
        reader
    }

    /// Whether a field is read from this column.
    pub(crate) fn reads(&self, column: Column) -> bool {
        self.sources.iter().any(|(_, source)| matches!(source, Source::Field(_, own) if *own == column))
    }

    /// Takes out what the row holds; nothing where the reader's scope left a column out.
    ///
    /// # Errors
    /// A column of another type than the field: an inconsistency that names table and column.
    pub(crate) fn facts(&self, row: &mut Row) -> Result<Facts, StoreError> {
        let mut facts = Facts::with_capacity(self.sources.len());
        for (name, source) in &self.sources {
            let fact = source.read(row)?;
            if !fact.is_empty() {
                facts.insert(FieldName::clone(name), fact);
            }
        }
        Ok(facts)
    }
}

impl Source<'_> {
    fn read(&self, row: &mut Row) -> Result<Fact, StoreError> {
        match self {
            Self::Field(field, column) => {
                let fact = row.at_mut(*column).map_or(Some(Fact::Empty), |value| fact_of(field, value));
                fact.ok_or_else(|| row.unfit(*column, "a value of the field"))
            }
            Self::Point { longitude, latitude, datum } => {
                match (row.at(*longitude), row.at(*latitude), row.at(*datum)) {
                    (Value::Float(longitude), Value::Float(latitude), Value::Text(datum)) => {
                        Ok(Fact::Point { longitude: *longitude, latitude: *latitude, datum: datum.clone() })
                    }
                    (Value::Null, ..) | (_, Value::Null, _) => Ok(Fact::Empty),
                    _ => Err(row.unfit(*longitude, "a place")),
                }
            }
            Self::Head(head, column) => {
                head.read(row.at(*column)).ok_or_else(|| row.unfit(*column, "what every record has"))
            }
        }
    }
}

impl Head {
    fn read(self, value: &Value) -> Option<Fact> {
        Some(match (self, value) {
            (_, Value::Null) => Fact::Empty,
            (Self::Text, Value::Text(text)) if text.is_empty() => Fact::Empty,
            (Self::Text, Value::Text(text)) => Fact::Text(text.clone()),
            (Self::Id, Value::Id(id)) if *id == Id::NIL => Fact::Empty,
            (Self::Id, Value::Id(id)) => Fact::Reference(*id),
            (Self::YesNo, Value::Bool(yes)) => Fact::YesNo(*yes),
            (Self::Ended, Value::Int(0)) => Fact::Empty,
            (Self::Ended | Self::Instant, Value::Int(at)) => Fact::Instant(Instant(*at)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_in_the_order_of_its_names_so_that_it_is_found() {
        assert!(HEAD.is_sorted_by_key(|(name, _)| *name));
        assert!(HEAD.iter().all(|(name, _)| head_name(name).as_ref() == *name));
        assert_eq!(head_name("other").as_ref(), "other");
    }
}
