//! The records in the rows of one answer: where each column stands is looked for once, not once for each row.

use base::{Id, Instant};
use city::Place;
use plan::pack::{Register, ScopeFrom};
use store::{Column, Row, SCOPE_COLUMNS, StoreError, Value};

use super::read::{CASE_HEAD, HEAD};
use super::{CaseHead, Record};
use crate::field::reader::FieldReader;

/// Where something stands that every record has.
#[derive(Debug, Clone, Copy)]
struct Head {
    column: Column,
    /// A field has the same column: its text stays for the field.
    stays: bool,
}

/// Reads records of a register.
pub(crate) struct RecordReader<'a> {
    register: &'a Register,
    head: [Head; 7],
    /// None where all share the register.
    place: Option<[Head; 5]>,
    /// None where records are no cases.
    case: Option<[Head; 8]>,
    fields: FieldReader<'a>,
}

impl<'a> RecordReader<'a> {
    /// A reader of `row` and of all others of its answer.
    ///
    /// # Errors
    /// A column of the head is missing.
    pub(crate) fn of(register: &'a Register, row: &Row) -> Result<Self, StoreError> {
        let scoped = register.scope != ScopeFrom::Shared;
        let fields = FieldReader::of(register, row);
        Ok(Self {
            register,
            head: heads(row, &fields, HEAD)?,
            place: if scoped { Some(heads(row, &fields, SCOPE_COLUMNS)?) } else { None },
            case: if register.cases { Some(heads(row, &fields, CASE_HEAD)?) } else { None },
            fields,
        })
    }

    /// The record in `row`.
    ///
    /// # Errors
    /// A column of another type than the model says.
    pub(crate) fn record(&self, mut row: Row) -> Result<Record, StoreError> {
        let row = &mut row;
        let [id, code, title, version, created_at, created_by, updated_at] = self.head;
        Ok(Record {
            id: self::id(row, id)?,
            register: self.register.name().to_owned(),
            code: text(row, code)?,
            title: text(row, title)?,
            place: match self.place {
                Some(heads) => place(row, heads)?,
                None => Place::default(),
            },
            version: int(row, version)?,
            created_at: instant(row, created_at)?,
            created_by: self::id(row, created_by)?,
            updated_at: instant(row, updated_at)?,
            case: match self.case {
                Some(heads) => Some(case(row, heads)?),
                None => None,
            },
            // Last: it takes texts out of the row, and some columns of the head are fields as well.
            facts: self.fields.facts(row)?,
        })
    }
}

fn heads<const COUNT: usize>(
    row: &Row,
    fields: &FieldReader<'_>,
    names: [&str; COUNT],
) -> Result<[Head; COUNT], StoreError> {
    let head = |name: &str| {
        let column = row.column(name)?;
        Ok::<Head, StoreError>(Head { column, stays: fields.reads(column) })
    };
    let mut found = [head(names.first().copied().unwrap_or_default())?; COUNT];
    for (place, name) in found.iter_mut().zip(names) {
        *place = head(name)?;
    }
    Ok(found)
}

fn place(row: &mut Row, heads: [Head; 5]) -> Result<Place, StoreError> {
    let [county, township, organisation, sector, park] = heads;
    Ok(Place {
        county: text(row, county)?,
        township: text(row, township)?,
        organisation: id(row, organisation)?,
        sector: text(row, sector)?,
        park: text(row, park)?,
    })
}

fn case(row: &mut Row, heads: [Head; 8]) -> Result<CaseHead, StoreError> {
    let [procedure, state, open, opened_at, opened_by, entered_at, due_at, closed_at] = heads;
    Ok(CaseHead {
        procedure: text(row, procedure)?,
        state: text(row, state)?,
        open: match row.at(open.column) {
            Value::Bool(yes) => *yes,
            _ => return Err(row.unfit(open.column, "bool")),
        },
        opened_at: instant(row, opened_at)?,
        opened_by: id(row, opened_by)?,
        entered_at: instant(row, entered_at)?,
        due_at: instant(row, due_at)?,
        closed_at: instant(row, closed_at)?,
    })
}

fn text(row: &mut Row, head: Head) -> Result<String, StoreError> {
    match row.at_mut(head.column) {
        Some(Value::Text(text)) if head.stays => Ok(text.clone()),
        Some(Value::Text(text)) => Ok(std::mem::take(text)),
        _ => Err(row.unfit(head.column, "text")),
    }
}

fn int(row: &Row, head: Head) -> Result<i64, StoreError> {
    match row.at(head.column) {
        Value::Int(number) => Ok(*number),
        _ => Err(row.unfit(head.column, "int")),
    }
}

fn instant(row: &Row, head: Head) -> Result<Instant, StoreError> {
    int(row, head).map(Instant)
}

fn id(row: &Row, head: Head) -> Result<Id, StoreError> {
    match row.at(head.column) {
        Value::Id(id) => Ok(*id),
        _ => Err(row.unfit(head.column, "id")),
    }
}
