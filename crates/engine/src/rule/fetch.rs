//! Reads everything that some rules need of other records, one question per register and field and depth, however many
//! rules and records ask.

use std::collections::{BTreeMap, BTreeSet};

use base::Id;
use judge::{Fact, Facts, Rows};
use plan::expression::{Route, RouteStep};
use plan::pack::Register;
use store::{Condition, Query, Scope, Value};

use super::whole;
use crate::field::column::to_values;
use crate::record::Record;
use crate::record::read::record_of;
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
    asked: BTreeSet<(String, String, String)>,
    linked: BTreeMap<(String, String, String), Vec<Id>>,
    facts: BTreeMap<(String, Id), Facts>,
}

/// Records whose rules are judged, each with the ways to what these read.
pub(crate) struct Need<'a> {
    /// The record that each root stands for.
    pub(crate) roots: Vec<(Id, &'a Facts)>,
    /// The ways.
    pub(crate) routes: &'a BTreeSet<Route>,
}

/// A place on a way: the steps that remain, and the record reached.
type Place<'a> = (&'a [RouteStep], Id, Facts);
/// Values asked for, by register and field.
type Asked = BTreeMap<(String, String), BTreeMap<String, Fact>>;

/// A value as a key.
fn key(fact: &Fact) -> String {
    fact.to_json().to_string()
}

/// The field and value by which a step looks from a record.
fn looked_for(step: &RouteStep, id: Id, facts: &Facts) -> Option<(String, String, Fact)> {
    let of = |field: &str| match field {
        "id" => Fact::Reference(id),
        name => judge::fact::fact(facts, name).clone(),
    };
    let (register, field, value) = match step {
        RouteStep::Follow { field, to } => (to, "id", of(field)),
        RouteStep::Linked { to, inner, outer } => (to, inner.as_str(), of(outer)),
    };
    (!value.is_empty()).then(|| (register.clone(), field.to_owned(), value))
}

impl Engine {
    /// Reads what `needs` ask for.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn fetch(&self, needs: &[Need<'_>]) -> Result<Fetched, EngineError> {
        let mut fetched = Fetched::default();
        let mut seen: BTreeSet<(String, Id)> = BTreeSet::new();
        let mut places: Vec<Place<'_>> = Vec::new();
        for need in needs {
            for route in need.routes.iter().filter(|route| !route.steps.is_empty()) {
                if let Some((id, facts)) = need.roots.get(route.root)
                    && seen.insert((format!("{:?}", route.steps), *id))
                {
                    places.push((&route.steps, *id, (*facts).clone()));
                }
            }
        }
        while !places.is_empty() {
            let mut asked: Asked = BTreeMap::new();
            for (steps, id, facts) in &places {
                if let Some((register, field, value)) = steps.first().and_then(|s| looked_for(s, *id, facts))
                {
                    asked.entry((register, field)).or_default().insert(key(&value), value);
                }
            }
            for ((register, field), values) in asked {
                self.read_linked(&register, &field, values, &mut fetched).await?;
            }
            places = places.into_iter().flat_map(|place| fetched.onward(place)).collect();
            let mut once: BTreeSet<(String, Id)> = BTreeSet::new();
            places.retain(|(steps, id, _)| once.insert((format!("{steps:?}"), *id)));
        }
        Ok(fetched)
    }

    async fn read_linked(
        &self,
        register: &str,
        field: &str,
        values: BTreeMap<String, Fact>,
        fetched: &mut Fetched,
    ) -> Result<(), EngineError> {
        let register = self.register(register)?;
        let new: Vec<(String, Fact)> = values
            .into_iter()
            .filter(|(key, _)| {
                fetched.asked.insert((register.name().to_owned(), field.to_owned(), key.clone()))
            })
            .collect();
        let facts: Vec<&Fact> = new.iter().map(|(_, fact)| fact).collect();
        let rows = self.rows_with(register, field, &facts, MOST).await?;
        fetched.cut |= rows.len() >= MOST as usize;
        for record in rows {
            let facts = whole(&record);
            let value = if field == "id" {
                Fact::Reference(record.id)
            } else {
                judge::fact::fact(&facts, field).clone()
            };
            let place = (register.name().to_owned(), field.to_owned(), key(&value));
            fetched.linked.entry(place).or_default().push(record.id);
            fetched.rows.put(register.name(), record.id, facts.clone());
            fetched.facts.insert((register.name().to_owned(), record.id), facts);
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
        let values = facts.iter().filter_map(|fact| column_value(register, field, fact)).collect();
        let query = Query::of(table_name(register.name()), Scope::system("what rules read"))
            .filter(Condition::In(field.to_owned(), values))
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(most);
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(|row| record_of(register, row)).collect::<Result<_, _>>()?)
    }
}

impl Fetched {
    /// The places one step on.
    fn onward<'a>(&self, (steps, id, facts): Place<'a>) -> Vec<Place<'a>> {
        let Some((step, rest)) = steps.split_first() else { return Vec::new() };
        if rest.is_empty() {
            return Vec::new();
        }
        let Some((register, field, value)) = looked_for(step, id, &facts) else { return Vec::new() };
        let found = self.linked.get(&(register.clone(), field, key(&value)));
        let place = |id: &Id| Some((rest, *id, self.facts.get(&(register.clone(), *id))?.clone()));
        found.into_iter().flatten().filter_map(place).collect()
    }
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
