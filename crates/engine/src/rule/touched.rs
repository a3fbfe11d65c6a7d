//! Which rules a change touches, and for which records: by the reverse index of what rules read, and the ways back.

use std::collections::{BTreeMap, BTreeSet};

use base::Id;
use judge::{Fact, Facts};
use plan::expression::{Route, RouteStep};
use plan::pack::Register;

use super::whole;
use crate::record::Record;
use crate::relevance::{Change, matters};
use crate::{Engine, EngineError};

/// Other records that one change concerns at most; where it concerns more, the sweep judges them.
const MOST: u32 = 200;

/// A record that is about to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touched<'a> {
    /// Its register.
    pub(crate) register: &'a Register,
    /// As it was; None for a new one.
    pub(crate) old: Option<&'a Record>,
    /// As it will be.
    pub(crate) new: &'a Record,
}

/// What is judged: rule, register and record. `own` where the record itself is written.
pub(crate) type Concerned = BTreeMap<(String, Id), bool>;

/// The fields that differ, with those that every record has; all of them for a new record.
pub(crate) fn differing(touched: &Touched<'_>) -> BTreeSet<String> {
    let new = whole(touched.new);
    match touched.old.map(whole) {
        None => {
            let fields = touched.register.fields.iter().map(|f| f.name().to_owned());
            new.keys().cloned().chain(fields).collect()
        }
        Some(old) => {
            let names = old.keys().chain(new.keys());
            let differs = |name: &&String| {
                judge::fact::fact(&old, name) != judge::fact::fact(&new, name) && *name != "updated_at"
            };
            names.filter(differs).cloned().collect()
        }
    }
}

impl Engine {
    /// The rules in force that read what `touched` changes, and the records that they are judged for.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn concerned_by(&self, touched: &Touched<'_>) -> Result<Concerned, EngineError> {
        let (today, model) = (self.today(), &self.model);
        let fields = differing(touched);
        let name = touched.register.name();
        let readers = self.rules.index.of_fields(name, fields.iter().map(String::as_str));
        let mut concerned = Concerned::new();
        let (new, old) = (whole(touched.new), touched.old.map(whole));
        let change = Change { register: name, id: touched.new.id, old: old.as_ref(), new: &new };
        let mut known: BTreeMap<String, Option<BTreeSet<Id>>> = BTreeMap::new();
        for (rule, routes) in readers {
            let Some(rule) = model.rule(rule).filter(|rule| rule.in_force(today, model)) else { continue };
            for route in routes {
                if route.steps.is_empty() {
                    concerned.insert((rule.name().to_owned(), touched.new.id), true);
                } else if rule.change.is_none() && matters(&self.rules.index, rule.name(), route, &change) {
                    let key = format!("{} {:?}", rule.register(), route.steps);
                    if !known.contains_key(&key) {
                        let back = self.way_back(rule.register(), route, touched).await?;
                        known.insert(key.clone(), back);
                    }
                    for id in known.get(&key).and_then(Option::as_ref).into_iter().flatten() {
                        concerned.entry((rule.name().to_owned(), *id)).or_insert(false);
                    }
                }
            }
        }
        Ok(concerned)
    }

    /// The records of `register` from which `route` leads to the touched record, before or after the change; None where
    /// they are too many.
    async fn way_back(
        &self,
        register: &str,
        route: &Route,
        touched: &Touched<'_>,
    ) -> Result<Option<BTreeSet<Id>>, EngineError> {
        let states = touched.old.into_iter().chain([touched.new]);
        let mut reached: Vec<(Id, Facts)> = states.map(|record| (record.id, whole(record))).collect();
        for (at, step) in route.steps.iter().enumerate().rev() {
            let before = match at.checked_sub(1).and_then(|at| route.steps.get(at)) {
                Some(RouteStep::Follow { to, .. } | RouteStep::Linked { to, .. }) => to.as_str(),
                None => register,
            };
            let (field, values) = sought(step, &reached);
            let facts: Vec<&Fact> = values.iter().collect();
            // A record's own id needs no question where nothing else of it is asked.
            if at == 0 && field == "id" {
                return Ok(Some(values.iter().filter_map(Fact::as_id).collect()));
            }
            let rows = self.rows_with(self.register(before)?, &field, &facts, MOST + 1).await?;
            if rows.len() > MOST as usize {
                return Ok(None);
            }
            reached = rows.iter().map(|record| (record.id, whole(record))).collect();
        }
        Ok(Some(reached.into_iter().map(|(id, _)| id).collect()))
    }
}

/// The field of the records before `step`, and the values by which they lead to those reached.
fn sought(step: &RouteStep, reached: &[(Id, Facts)]) -> (String, Vec<Fact>) {
    let (field, inner) = match step {
        RouteStep::Follow { field, .. } => (field, "id"),
        RouteStep::Linked { inner, outer, .. } => (outer, inner.as_str()),
    };
    let mut values: Vec<Fact> = Vec::new();
    for (id, facts) in reached {
        let value = match inner {
            "id" => Fact::Reference(*id),
            name => judge::fact::fact(facts, name).clone(),
        };
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    }
    (field.clone(), values)
}
