//! Reads everything that some rules need of other records, one question per register and field and depth, however many
//! rules and records ask. Only what rules read is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Id;
use judge::{Fact, Facts, Rows};
use plan::expression::{Route, RouteStep};
use plan::pack::Register;
use store::{Condition, Query, Row, Scope, StoreError, Value};

use crate::field::column::{columns, to_values};
use crate::field::reader::FieldReader;
use crate::record::Record;
use crate::record::read::records_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Rows that one question reads at most. What needs more is left to the sweep, which asks the database.
const MOST: u32 = 5_000;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    /// The records, for judging.
    pub(crate) rows: Rows,
    /// True when a question had more rows than are read.
    pub(crate) cut: bool,
}

/// Records whose rules are judged, each with the ways to what these read.
pub(crate) struct Need<'a> {
    /// The record that each root stands for.
    pub(crate) roots: Vec<(Id, Arc<Facts>)>,
    /// The ways.
    pub(crate) routes: &'a BTreeSet<Route>,
}

/// A place on a way: the steps that remain, and the record reached.
type Place<'a> = (&'a [RouteStep], Id, Arc<Facts>);
/// A register, one of its fields, and a value asked for.
type Question<'a> = (&'a str, &'a str, Key);

/// A value that can be looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Record(Id),
    Other(String),
}

impl Key {
    fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Reference(id) => Self::Record(*id),
            Fact::Text(text) => Self::Other(text.clone()),
            other => Self::Other(other.to_json().to_string()),
        }
    }
}

/// What is on its way of being read.
#[derive(Default)]
struct Fetching<'a> {
    fetched: Fetched,
    /// What has been asked, with the records found.
    linked: BTreeMap<Question<'a>, Vec<Id>>,
}

/// The field and value by which a step looks from a record.
fn looked_for<'a>(step: &'a RouteStep, id: Id, facts: &Facts) -> Option<(&'a str, &'a str, Fact)> {
    let of = |field: &str| match field {
        "id" => Fact::Reference(id),
        name => judge::fact::fact(facts, name).clone(),
    };
    let (register, field, value) = match step {
        RouteStep::Follow { field, to } => (to, "id", of(field)),
        RouteStep::Linked { to, inner, outer } => (to, inner.as_str(), of(outer)),
    };
    (!value.is_empty()).then_some((register, field, value))
}

impl Engine {
    /// Reads what `needs` ask for.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn fetch(&self, needs: &[Need<'_>]) -> Result<Fetched, EngineError> {
        let mut fetching = Fetching::default();
        let mut seen: BTreeSet<(&[RouteStep], Id)> = BTreeSet::new();
        let mut places: Vec<Place<'_>> = Vec::new();
        for need in needs {
            for route in need.routes.iter().filter(|route| !route.steps.is_empty()) {
                if let Some((id, facts)) = need.roots.get(route.root)
                    && seen.insert((&route.steps, *id))
                {
                    places.push((&route.steps, *id, Arc::clone(facts)));
                }
            }
        }
        while !places.is_empty() {
            let mut asked: BTreeMap<(&str, &str), BTreeMap<Key, Fact>> = BTreeMap::new();
            for (steps, id, facts) in &places {
                if let Some((register, field, value)) = steps.first().and_then(|s| looked_for(s, *id, facts))
                {
                    let key = Key::of(&value);
                    if !fetching.linked.contains_key(&(register, field, key.clone())) {
                        asked.entry((register, field)).or_default().insert(key, value);
                    }
                }
            }
            self.read_linked(asked, &mut fetching).await?;
            places = places.into_iter().flat_map(|place| fetching.onward(place)).collect();
            let mut once: BTreeSet<(&[RouteStep], Id)> = BTreeSet::new();
            places.retain(|(steps, id, _)| once.insert((steps, *id)));
        }
        Ok(fetching.fetched)
    }

    /// Asks everything that one step further on is asked, together.
    async fn read_linked<'a>(
        &self,
        asked: BTreeMap<(&'a str, &'a str), BTreeMap<Key, Fact>>,
        fetching: &mut Fetching<'a>,
    ) -> Result<(), EngineError> {
        let mut queries = Vec::with_capacity(asked.len());
        for ((register, field), values) in &asked {
            let register = self.register(register)?;
            let read = self.rules.read_of(register.name());
            let facts: Vec<&Fact> = values.values().collect();
            let names = read.iter().map(String::as_str).chain([*field]);
            queries.push(rows_where(register, field, &facts, MOST).columns(&held_in(register, names)));
        }
        let answers = self.database.select_each(&queries).await?;
        for (((name, field), values), rows) in asked.into_iter().zip(answers) {
            fetching.fetched.cut |= rows.len() >= MOST as usize;
            for key in values.into_keys() {
                fetching.linked.entry((name, field, key)).or_default();
            }
            for (id, facts) in facts_of(self.register(name)?, rows)? {
                let value = match field {
                    "id" => Key::Record(id),
                    _ => Key::of(judge::fact::fact(&facts, field)),
                };
                fetching.linked.entry((name, field, value)).or_default().push(id);
                fetching.fetched.rows.put(name, id, facts);
            }
        }
        Ok(())
    }

    /// Records of `register` whose `field` has one of these values, at most `most`.
    pub(crate) async fn rows_with(
        &self,
        register: &Register,
        field: &str,
        facts: &[&Fact],
        most: u32,
    ) -> Result<Vec<Record>, EngineError> {
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.database.select(&rows_where(register, field, facts, most)).await?;
        Ok(records_of(register, rows)?)
    }

    /// The same, of which only the fields of these names are read.
    pub(crate) async fn facts_with(
        &self,
        register: &Register,
        field: &str,
        facts: &[&Fact],
        read: &[&str],
        most: u32,
    ) -> Result<Vec<(Id, Facts)>, EngineError> {
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let query =
            rows_where(register, field, facts, most).columns(&held_in(register, read.iter().copied()));
        Ok(facts_of(register, self.database.select(&query).await?)?)
    }
}

impl<'a> Fetching<'a> {
    /// The places one step on.
    fn onward(&self, (steps, id, facts): Place<'a>) -> Vec<Place<'a>> {
        let Some((step, rest)) = steps.split_first() else { return Vec::new() };
        if rest.is_empty() {
            return Vec::new();
        }
        let Some((register, field, value)) = looked_for(step, id, &facts) else { return Vec::new() };
        let found = self.linked.get(&(register, field, Key::of(&value)));
        let place = |id: &Id| Some((rest, *id, self.fetched.rows.shared(register, *id)?));
        found.into_iter().flatten().filter_map(place).collect()
    }
}

/// Records that are there, whose `field` has one of these values.
fn rows_where(register: &Register, field: &str, facts: &[&Fact], most: u32) -> Query {
    let values = facts.iter().filter_map(|fact| column_value(register, field, fact)).collect();
    Query::of(table_name(register.name()), Scope::system("what rules read"))
        .filter(Condition::In(field.to_owned(), values))
        .filter(Condition::eq("removed_at", 0_i64))
        .limit(most)
}

/// The columns that hold fields of these names, and the key.
fn held_in<'a>(register: &'a Register, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut held = vec!["id".to_owned()];
    for name in names {
        let of = register.field(name).map_or_else(
            || vec![name.to_owned()],
            |field| columns(field).into_iter().map(|column| column.name).collect(),
        );
        for column in of {
            if !held.contains(&column) {
                held.push(column);
            }
        }
    }
    held
}

/// What the rows of an answer hold, as expressions read it.
fn facts_of(register: &Register, rows: Vec<Row>) -> Result<Vec<(Id, Facts)>, StoreError> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let reader = FieldReader::whole(register, first);
    rows.into_iter().map(|mut row| Ok((row.id("id")?, reader.facts(&mut row)?))).collect()
}

/// A fact as the column holds it.
fn column_value(register: &Register, field: &str, fact: &Fact) -> Option<Value> {
    if let Some(field) = register.field(field) {
        return to_values(register, field, fact).into_iter().next().map(|(_, value)| value);
    }
    Some(match fact {
        Fact::Reference(id) => Value::Id(*id),
        Fact::Text(text) => Value::Text(text.clone()),
        Fact::Instant(instant) => Value::Int(instant.0),
        Fact::YesNo(yes) => Value::Bool(*yes),
        _ => return None,
    })
}
