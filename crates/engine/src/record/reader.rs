//! The records in the rows of one answer: where each column stands is looked for once, not once for each row.

use base::{Id, Instant};
use city::Place;
use plan::pack::{Register, ScopeFrom};
use store::{Column, Row, StoreError, Value};

use super::read::CASE_HEAD;
use super::{CaseHead, Record};
use crate::field::reader::FieldReader;

/// Columns of every record.
const HEAD: [&str; 7] = ["id", "code", "title", "version", "created_at", "created_by", "updated_at"];
/// Columns of a record that belongs somewhere.
const PLACE: [&str; 5] = ["county", "township", "organisation", "sector", "park"];

/// Reads records of a register.
pub(crate) struct RecordReader<'a> {
    register: &'a Register,
    head: [Column; 7],
    /// None where all share the register.
    place: Option<[Column; 5]>,
    /// None where records are no cases.
    case: Option<[Column; 8]>,
    fields: FieldReader<'a>,
}

impl<'a> RecordReader<'a> {
    /// A reader of `row` and of all others of its answer.
    ///
    /// # Errors
    /// A column of the head is missing.
    pub(crate) fn of(register: &'a Register, row: &Row) -> Result<Self, StoreError> {
        let scoped = register.scope != ScopeFrom::Shared;
        Ok(Self {
            register,
            head: columns(row, HEAD)?,
            place: if scoped { Some(columns(row, PLACE)?) } else { None },
            case: if register.cases { Some(columns(row, CASE_HEAD)?) } else { None },
            fields: FieldReader::of(register, row),
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
            place: self.place.map_or_else(|| Ok(Place::default()), |columns| place(row, columns))?,
            version: int(row, version)?,
            created_at: instant(row, created_at)?,
            created_by: self::id(row, created_by)?,
            updated_at: instant(row, updated_at)?,
            case: self.case.map(|columns| case(row, columns)).transpose()?,
            // Last: it takes texts out of the row, and some columns of the head are fields as well.
            facts: self.fields.facts(row)?,
        })
    }
}

fn columns<const COUNT: usize>(row: &Row, names: [&str; COUNT]) -> Result<[Column; COUNT], StoreError> {
    let mut found = [row.column(names.first().copied().unwrap_or_default())?; COUNT];
    for (column, name) in found.iter_mut().zip(names) {
        *column = row.column(name)?;
    }
    Ok(found)
}

fn place(row: &Row, columns: [Column; 5]) -> Result<Place, StoreError> {
    let [county, township, organisation, sector, park] = columns;
    Ok(Place {
        county: text(row, county)?,
        township: text(row, township)?,
        organisation: id(row, organisation)?,
        sector: text(row, sector)?,
        park: text(row, park)?,
    })
}

fn case(row: &Row, columns: [Column; 8]) -> Result<CaseHead, StoreError> {
    let [procedure, state, open, opened_at, opened_by, entered_at, due_at, closed_at] = columns;
    Ok(CaseHead {
        procedure: text(row, procedure)?,
        state: text(row, state)?,
        open: match row.at(open) {
            Value::Bool(yes) => *yes,
            _ => return Err(row.unfit(open, "bool")),
        },
        opened_at: instant(row, opened_at)?,
        opened_by: id(row, opened_by)?,
        entered_at: instant(row, entered_at)?,
        due_at: instant(row, due_at)?,
        closed_at: instant(row, closed_at)?,
    })
}

fn text(row: &Row, column: Column) -> Result<String, StoreError> {
    match row.at(column) {
        Value::Text(text) => Ok(text.clone()),
        _ => Err(row.unfit(column, "text")),
    }
}

fn int(row: &Row, column: Column) -> Result<i64, StoreError> {
    match row.at(column) {
        Value::Int(number) => Ok(*number),
        _ => Err(row.unfit(column, "int")),
    }
}

fn instant(row: &Row, column: Column) -> Result<Instant, StoreError> {
    int(row, column).map(Instant)
}

fn id(row: &Row, column: Column) -> Result<Id, StoreError> {
    match row.at(column) {
        Value::Id(id) => Ok(*id),
        _ => Err(row.unfit(column, "id")),
    }
}
