//! Lists of records: filters, declared sorts, keyset pages, counts from the counters.

use base::{Id, Instant};
use city::Actor;
use judge::Fact;
use plan::pack::{Field, FieldClass, FieldKind, Register, ScopeFrom};
use store::{Condition, Direction, Query, Row, Value};

use super::Record;
use super::read::{class_of, head_columns, records_of};
use crate::field::column::to_values;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Rows of one page.
pub const PAGE: u32 = 50;
/// How far a list is counted when no counter knows.
pub const COUNTED_UP_TO: u64 = 1000;

/// One filter of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// The field has one of these values.
    In(String, Vec<Fact>),
    /// Nothing was entered.
    Empty(String),
    /// Something was entered.
    Filled(String),
    /// A day or number from (inclusive) to (inclusive).
    Between(String, Option<Fact>, Option<Fact>),
    /// Cases whose limit has passed.
    Late,
    /// Cases in which somebody must still act.
    Open,
}

/// What is listed.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Filters, all of which must hold.
    pub filters: Vec<Filter>,
    /// Words; two Chinese characters are enough.
    pub search: String,
    /// A declared sort (`due_at` too for cases); empty: newest first.
    pub sort: String,
    /// Ascending instead of descending.
    pub ascending: bool,
    /// The key after which the page begins, from [`Page::next`].
    pub after: String,
    /// Rows; 0 means [`PAGE`].
    pub limit: u32,
    /// Fields to read, beside the head of each record; empty for all. A page that shows eight columns of seventy reads
    /// eight.
    pub fields: Vec<String>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Records, with what the reader may not see removed.
    pub records: Vec<Record>,
    /// The key of the next page; None on the last one.
    pub next: Option<String>,
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly so many.
    Exactly(u64),
    /// More than so many.
    MoreThan(u64),
}

impl Count {
    fn of(counted: store::Counted) -> Self {
        if counted.more { Self::MoreThan(counted.found) } else { Self::Exactly(counted.found) }
    }
}

impl ListRequest {
    fn rows(&self) -> u32 {
        if self.limit == 0 { PAGE } else { self.limit }
    }
}

impl Engine {
    /// One page of the records that `actor` may see.
    ///
    /// # Errors
    /// No such register, a sort that it does not declare, a key that is not ours.
    pub async fn list(
        &self,
        actor: &Actor,
        register: &str,
        request: &ListRequest,
    ) -> Result<Page, EngineError> {
        let register = self.register(register)?;
        let query = self.page_query(actor, register, request)?;
        let rows = self.database.select(&query).await?;
        self.page(actor, register, request, rows)
    }

    /// One page, and how many records the whole list has, counted up to [`COUNTED_UP_TO`].
    ///
    /// # Errors
    /// As for [`Engine::list`].
    pub async fn list_counted(
        &self,
        actor: &Actor,
        register: &str,
        request: &ListRequest,
    ) -> Result<(Page, Count), EngineError> {
        let register = self.register(register)?;
        let query = self.page_query(actor, register, request)?;
        let (rows, found) = self.database.select_counted(&query, COUNTED_UP_TO).await?;
        Ok((self.page(actor, register, request, rows)?, Count::of(found)))
    }

    fn page_query(
        &self,
        actor: &Actor,
        register: &Register,
        request: &ListRequest,
    ) -> Result<Query, EngineError> {
        let query = self.query(actor, register, request)?.limit(request.rows() + 1);
        let reads = class_of(actor.reads);
        Ok(query.columns(&columns_of(register, &request.fields, &request.sort, reads)))
    }

    /// The records in `rows`, of which there is one more than the page shows where the list goes on.
    fn page(
        &self,
        actor: &Actor,
        register: &Register,
        request: &ListRequest,
        rows: Vec<Row>,
    ) -> Result<Page, EngineError> {
        let limit = request.rows() as usize;
        let more = rows.len() > limit;
        let mut records = records_of(register, rows.into_iter().take(limit))?;
        for record in &mut records {
            self.cut_protected(actor, register, record);
        }
        let next = if more { records.last().map(|r| self.key_of(register, r, request)) } else { None };
        Ok(Page { records, next })
    }

    /// How many records the list has, counted up to [`COUNTED_UP_TO`].
    ///
    /// # Errors
    /// As for [`Engine::list`].
    pub async fn count(
        &self,
        actor: &Actor,
        register: &str,
        request: &ListRequest,
    ) -> Result<Count, EngineError> {
        let register = self.register(register)?;
        let all = ListRequest { after: String::new(), ..request.clone() };
        let query = self.query(actor, register, &all)?;
        let found = self.database.counted(&query, COUNTED_UP_TO).await?;
        Ok(Count::of(found))
    }

    fn query(&self, actor: &Actor, register: &Register, request: &ListRequest) -> Result<Query, EngineError> {
        let mut conditions = vec![Condition::Eq("removed_at".into(), Value::Int(0))];
        for filter in &request.filters {
            conditions.push(condition(register, filter, self.reads_everywhere(actor, register), self.now())?);
        }
        if !request.search.trim().is_empty() {
            conditions.push(Condition::Matches(request.search.trim().to_owned()));
        }
        let direction = if request.ascending { Direction::Ascending } else { Direction::Descending };
        let mut query = Query::of(table_name(register.name()), self.scope(actor, register))
            .filter(Condition::And(conditions));
        if !request.sort.is_empty() {
            let declared =
                register.sorts.contains(&request.sort) || (register.cases && request.sort == "due_at");
            if !declared {
                return Err(EngineError::NotFound);
            }
            query = query.sort(request.sort.clone(), direction);
        } else {
            query = query.sort("id", direction);
        }
        if request.after.is_empty() {
            return Ok(query);
        }
        Ok(query.after(read_key(register, &request.sort, &request.after)?))
    }

    fn key_of(&self, register: &Register, record: &Record, request: &ListRequest) -> String {
        if request.sort.is_empty() {
            return record.id.to_string();
        }
        let value = if request.sort == "due_at" {
            record.case.as_ref().map_or_else(|| "0".to_owned(), |c| c.due_at.0.to_string())
        } else {
            let fact = record.facts.get(&request.sort).cloned().unwrap_or_default();
            let stored = register.field(&request.sort).map(|f| to_values(register, f, &fact));
            match stored.and_then(|v| v.into_iter().next()) {
                Some((_, Value::Int(number))) => number.to_string(),
                Some((_, Value::Text(text))) => text,
                Some((_, Value::Float(number))) => number.to_string(),
                _ => String::new(),
            }
        };
        format!("{}~{value}", record.id)
    }
}

/// The columns of the head and of the wanted fields, as far as the reader's class reaches; none, which means all, when
/// no field is named.
fn columns_of<'a>(
    register: &'a Register,
    fields: &[String],
    sort: &str,
    reads: store::ColumnClass,
) -> Vec<&'a str> {
    if fields.is_empty() {
        return Vec::new();
    }
    let wanted = |field: &&Field| {
        class_of(field.class) <= reads && (field.name() == sort || fields.iter().any(|f| f == field.name()))
    };
    let mut columns = head_columns(register);
    for field in register.fields.iter().filter(wanted) {
        match field.kind {
            FieldKind::Point => return Vec::new(),
            _ if columns.contains(&field.name()) => {}
            _ => columns.push(field.name()),
        }
    }
    columns
}

fn read_key(register: &Register, sort: &str, key: &str) -> Result<Vec<Value>, EngineError> {
    let (id, value) = key.split_once('~').unwrap_or((key, ""));
    let id: Id = id.parse().map_err(|_| EngineError::NotFound)?;
    if sort.is_empty() {
        return Ok(vec![Value::Id(id)]);
    }
    let integer = sort == "due_at"
        || register
            .field(sort)
            .is_some_and(|f| matches!(f.kind, FieldKind::Integer | FieldKind::Money | FieldKind::Instant));
    let decimal = register.field(sort).is_some_and(|f| f.kind == FieldKind::Decimal);
    let value = if integer {
        Value::Int(value.parse().map_err(|_| EngineError::NotFound)?)
    } else if decimal {
        Value::Float(value.parse().map_err(|_| EngineError::NotFound)?)
    } else {
        Value::Text(value.to_owned())
    };
    Ok(vec![value, Value::Id(id)])
}

fn condition(
    register: &Register,
    filter: &Filter,
    reads: FieldClass,
    now: Instant,
) -> Result<Condition, EngineError> {
    let column = |name: &String| column_of(register, name, reads);
    let value = |name: &String, fact: &Fact| match register.field(name) {
        Some(field) => to_values(register, field, fact).into_iter().next().map_or(Value::Null, |(_, v)| v),
        None => match fact {
            Fact::Text(text) => Value::Text(text.clone()),
            Fact::Reference(id) => Value::Id(*id),
            Fact::Integer(number) => Value::Int(*number),
            _ => Value::Null,
        },
    };
    Ok(match filter {
        // A field of several values is kept as a JSON list of texts: the quotes make the match exact.
        Filter::In(name, facts) if register.field(name).is_some_and(Field::is_list) => {
            let name = &column(name)?;
            let quoted = facts
                .iter()
                .filter_map(Fact::as_text)
                .map(|t| Condition::Contains(name.clone(), format!("\"{t}\"")));
            Condition::Or(quoted.collect())
        }
        Filter::In(name, facts) => match facts.as_slice() {
            [one] => Condition::Eq(column(name)?, value(name, one)),
            several => Condition::In(column(name)?, several.iter().map(|f| value(name, f)).collect()),
        },
        Filter::Empty(name) => empty(register, &column(name)?),
        Filter::Filled(name) => Condition::Not(Box::new(empty(register, &column(name)?))),
        Filter::Between(name, from, to) => {
            let column = column(name)?;
            let mut bounds = Vec::new();
            match from {
                Some(from) => bounds.push(Condition::GreaterOrEqual(
                    column.clone(),
                    value(name, &bound(register, name, from, false)),
                )),
                // Nothing sorts before every day and number, but does not lie before it.
                None => bounds.push(Condition::Not(Box::new(empty(register, &column)))),
            }
            if let Some(to) = to {
                bounds.push(Condition::LessOrEqual(column, value(name, &bound(register, name, to, true))));
            }
            Condition::And(bounds)
        }
        Filter::Late | Filter::Open if !register.cases => return Err(EngineError::NotFound),
        Filter::Late => Condition::And(vec![
            Condition::Eq("open".into(), Value::Bool(true)),
            Condition::Less("due_at".into(), Value::Int(now.0)),
        ]),
        Filter::Open => Condition::Eq("open".into(), Value::Bool(true)),
    })
}

/// The column that a filter looks at: of the head, or of a field that the reader may read. Whoever may not read a field
/// does not find it out by filtering either.
fn column_of(register: &Register, name: &str, reads: FieldClass) -> Result<String, EngineError> {
    let scope = ["county", "township", "sector", "park", "organisation"];
    let head = name == "code"
        || (register.cases && ["procedure", "state"].contains(&name))
        || (register.scope != ScopeFrom::Shared && scope.contains(&name));
    match register.field(name) {
        Some(field) if field.class > reads => Err(EngineError::NotFound),
        Some(field) if field.kind == FieldKind::Point => Ok(format!("{name}_longitude")),
        Some(_) => Ok(name.to_owned()),
        None if head => Ok(name.to_owned()),
        None => Err(EngineError::NotFound),
    }
}

/// A bound as the field holds it: a day in a field of instants is the whole day.
fn bound(register: &Register, name: &str, fact: &Fact, last: bool) -> Fact {
    match (register.field(name).map(|f| f.kind), fact) {
        (Some(FieldKind::Instant), Fact::Day(day)) if last => Fact::Instant(Instant::end_of(*day)),
        (Some(FieldKind::Instant), Fact::Day(day)) => Fact::Instant(Instant::start_of(*day)),
        _ => fact.clone(),
    }
}

fn empty(register: &Register, column: &str) -> Condition {
    if register
        .fields
        .iter()
        .any(|f| f.kind == FieldKind::Point && column.strip_suffix("_longitude") == Some(f.name()))
    {
        return Condition::IsNull(column.to_owned());
    }
    let Some(field) = register.field(column) else {
        return Condition::Eq(column.to_owned(), Value::Text(String::new()));
    };
    let nothing = to_values(register, field, &Fact::Empty).into_iter().next();
    match nothing {
        Some((_, Value::Null)) | None => Condition::IsNull(column.to_owned()),
        Some((_, value)) => Condition::Eq(column.to_owned(), value),
    }
}
