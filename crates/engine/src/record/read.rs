//! Reading one record, within the scope of who asks.

use base::Id;
use city::{Actor, Place};
use plan::pack::{FieldClass, Register, ScopeFrom};
use store::{ColumnClass, Condition, Query, Row, Scope, ScopeBranch, StoreError};

use super::Record;
use super::reader::RecordReader;
use crate::tables::table_name;
use crate::{Engine, EngineError};

impl Engine {
    /// The rows of `register` that `actor` may read: everything where the register is shared or public to every role
    /// with a seat, otherwise the places of those of their roles that the register lets read.
    #[must_use]
    pub fn scope(&self, actor: &Actor, register: &Register) -> Scope {
        let scope = if register.scope == ScopeFrom::Shared {
            // The table is not scoped: any branch sees all of it, no branch nothing.
            Scope::of(vec![ScopeBranch::default()])
        } else {
            actor.scope(|role| self.role_reads(register, role))
        };
        scope.reading(class_of(actor.reads))
    }

    /// The most protected class of fields that `actor` reads of a record of `register` at `place`: somebody with two posts
    /// reads with each only what its place allows.
    #[must_use]
    pub fn reads_at(&self, actor: &Actor, register: &Register, place: &Place) -> FieldClass {
        if register.scope == ScopeFrom::Shared || actor.grants.len() < 2 {
            return actor.reads;
        }
        let roles = actor.roles_over(place);
        city::roles::reads(&self.model.roles, roles.iter().map(String::as_str)).min(actor.reads)
    }

    /// The class that `actor` reads wherever they read anything: what lists may be filtered by.
    pub(crate) fn reads_everywhere(&self, actor: &Actor, register: &Register) -> FieldClass {
        if register.scope == ScopeFrom::Shared {
            return actor.reads;
        }
        let roles = actor.grants.iter().filter(|g| self.role_reads(register, &g.role));
        let classes = roles.filter_map(|g| self.model.roles.get(&g.role)).map(|role| role.reads);
        classes.min().unwrap_or(actor.reads).min(actor.reads)
    }

    /// Takes out of a record what `actor` may not read at its place.
    pub(crate) fn cut_protected(&self, actor: &Actor, register: &Register, record: &mut Record) {
        let reads = self.reads_at(actor, register, &record.place);
        if reads < actor.reads {
            record.facts.retain(|name, _| register.field(name).is_some_and(|f| f.class <= reads));
        }
    }

    /// Administrators of the program hold no domain rows; others read where the register lists no readers, or lists them.
    pub(crate) fn role_reads(&self, register: &Register, role: &str) -> bool {
        let domain = self.model.roles.get(role).is_some_and(|r| r.seat != plan::pack::Seat::System);
        domain
            && (register.readers.is_empty()
                || register.readers.iter().chain(&register.keeper).any(|r| r == role))
    }

    /// The record, where `actor` may see it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for what does not exist and for what lies outside the scope alike.
    pub async fn record(&self, actor: &Actor, register: &str, id: Id) -> Result<Record, EngineError> {
        let register = self.register(register)?;
        let mut found =
            self.find(register, id, self.scope(actor, register)).await?.ok_or(EngineError::NotFound)?;
        self.cut_protected(actor, register, &mut found);
        Ok(found)
    }

    /// The record whatever the scope: for judging, never for showing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn any_record(&self, register: &str, id: Id) -> Result<Option<Record>, EngineError> {
        let register = self.register(register)?;
        Ok(self.find(register, id, Scope::system("judging")).await?)
    }

    async fn find(&self, register: &Register, id: Id, scope: Scope) -> Result<Option<Record>, StoreError> {
        self.find_with(register, id, scope, &[]).await
    }

    /// The record with these columns; with all where none are named.
    pub(crate) async fn find_with(
        &self,
        register: &Register,
        id: Id,
        scope: Scope,
        columns: &[&str],
    ) -> Result<Option<Record>, StoreError> {
        let query = Query::of(table_name(register.name()), scope)
            .columns(columns)
            .filter(Condition::eq("id", id))
            .limit(1);
        let row = self.database.first(&query).await?;
        row.map(|row| record_of(register, row)).transpose()
    }
}

/// The class of columns that protects a field of this class.
#[must_use]
pub fn class_of(class: FieldClass) -> ColumnClass {
    match class {
        FieldClass::Public => ColumnClass::Public,
        FieldClass::Internal => ColumnClass::Internal,
        FieldClass::Personal => ColumnClass::Personal,
        FieldClass::Secret => ColumnClass::Secret,
    }
}

/// The record in a row of the register's table.
///
/// # Errors
/// A column of another type than the model says.
pub fn record_of(register: &Register, row: Row) -> Result<Record, StoreError> {
    RecordReader::of(register, &row)?.record(row)
}

/// The records in the rows of one answer.
///
/// # Errors
/// As for [`record_of`].
pub fn records_of(
    register: &Register,
    rows: impl IntoIterator<Item = Row>,
) -> Result<Vec<Record>, StoreError> {
    let mut rows = rows.into_iter().peekable();
    let Some(first) = rows.peek() else { return Ok(Vec::new()) };
    let reader = RecordReader::of(register, first)?;
    rows.map(|row| reader.record(row)).collect()
}

/// The scope columns of a row.
///
/// # Errors
/// A column is missing or of another type.
pub fn place_of(row: &Row) -> Result<Place, StoreError> {
    Ok(Place {
        county: row.text("county")?.to_owned(),
        township: row.text("township")?.to_owned(),
        organisation: row.id("organisation")?,
        sector: row.text("sector")?.to_owned(),
        park: row.text("park")?.to_owned(),
    })
}

/// The columns of the head of a record: what [`record_of`] needs beside fields.
pub(crate) fn head_columns(register: &Register) -> Vec<&str> {
    let mut columns = HEAD.to_vec();
    if register.scope != ScopeFrom::Shared {
        columns.extend(store::SCOPE_COLUMNS);
    }
    if register.cases {
        columns.extend(CASE_HEAD);
    }
    columns
}

/// The columns that every record has.
pub(super) const HEAD: [&str; 7] =
    ["id", "code", "title", "version", "created_at", "created_by", "updated_at"];

/// The columns of the head of a case.
pub(crate) const CASE_HEAD: [&str; 8] =
    ["procedure", "state", "open", "opened_at", "opened_by", "entered_at", "due_at", "closed_at"];
