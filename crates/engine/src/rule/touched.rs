//! Which rules a change touches, and for which records: by the reverse index of what rules read, and the ways back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Id;
use judge::{Fact, Facts};
use plan::expression::{Route, RouteStep};
use plan::pack::{Field, Register, Rule};

use super::whole;
use crate::field::reader::head_names;
use crate::record::Record;
use crate::relevance::{Change, matters};
use crate::{Engine, EngineError};

/// Other records that one change concerns at most; where it concerns more, the sweep judges them.
const MOST: u32 = 200;

/// A record that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct Touched<'a> {
    /// Its register.
    pub(crate) register: &'a Register,
    /// As it will be.
    pub(crate) new: &'a Record,
    /// What expressions read of it as it was; None for a new one.
    pub(crate) before: Option<Arc<Facts>>,
    /// What they read of it as it will be.
    pub(crate) after: Arc<Facts>,
}

/// When what rules bring about follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follows {
    /// With the change.
    AtOnce,
    /// Of rules that are swept, with a sweep that comes soon ([`Engine::stale_rules`]): many records come at once,
    /// and what is opened, told and proposed about them is not one person's doing. What refuses is judged all the same.
    WithSweep,
}

/// What is judged: rule, register and record. `own` where the record itself is written.
pub(crate) type Concerned<'a> = BTreeMap<(&'a str, Id), bool>;

/// The rules that read what a change touches, with their ways to it.
type Readers<'a> = Vec<(&'a Rule, BTreeSet<&'a Route>)>;

/// Readers by register and touched fields: the rows of an import touch the same few.
pub(crate) struct ReadersOf<'a> {
    follows: Follows,
    known: BTreeMap<(String, Vec<String>), Readers<'a>>,
    /// Of new records, all of whose fields are touched.
    of_new: BTreeMap<String, Readers<'a>>,
}

impl<'a> ReadersOf<'a> {
    pub(crate) fn new(follows: Follows) -> Self {
        Self { follows, known: BTreeMap::new(), of_new: BTreeMap::new() }
    }

    fn get(&mut self, engine: &'a Engine, touched: &Touched<'_>) -> &Readers<'a> {
        let (register, follows) = (touched.register.name(), self.follows);
        let made = |fields: Vec<&str>| engine.readers(register, fields, follows);
        if touched.before.is_none() {
            let fields = || touched.register.fields.iter().map(Field::name).chain(head_names()).collect();
            return self.of_new.entry(register.to_owned()).or_insert_with(|| made(fields()));
        }
        let differing: Vec<&str> = touched.differing().into_iter().collect();
        let key = (register.to_owned(), differing.iter().map(|name| (*name).to_owned()).collect());
        self.known.entry(key).or_insert_with(|| made(differing))
    }
}

impl<'a> Touched<'a> {
    pub(crate) fn new(register: &'a Register, old: Option<&'a Record>, new: &'a Record) -> Self {
        let before = old.map(|old| Arc::new(whole(old)));
        Self { register, new, before, after: Arc::new(whole(new)) }
    }

    /// The fields that differ, with those that every record has; all of them for a new record.
    pub(crate) fn differing(&self) -> BTreeSet<&str> {
        match &self.before {
            None => {
                let fields = self.register.fields.iter().map(Field::name);
                self.after.keys().chain(fields).collect()
            }
            Some(before) => {
                let names = before.keys().chain(self.after.keys());
                let fact = judge::fact::fact;
                let differs =
                    |name: &&str| fact(before, name) != fact(&self.after, name) && *name != "updated_at";
                names.filter(differs).collect()
            }
        }
    }

    /// Whether `route` leads by the record's identity to a record that is new: nothing stored can name it yet, and what
    /// is written with it is judged by itself.
    fn is_unknown_to(&self, route: &Route) -> bool {
        self.before.is_none() && route.steps.last().is_some_and(|step| step_ends(step).1 == "id")
    }
}

impl Engine {
    /// The rules in force that read what `touched` changes, and the records that they are judged for.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn concerned_by<'a>(
        &'a self,
        touched: &Touched<'_>,
        readers: &mut ReadersOf<'a>,
    ) -> Result<Concerned<'a>, EngineError> {
        let name = touched.register.name();
        let mut concerned = Concerned::new();
        let change = Change {
            register: name,
            id: touched.new.id,
            old: touched.before.as_deref(),
            new: &touched.after,
        };
        let mut known: BTreeMap<_, Option<BTreeSet<Id>>> = BTreeMap::new();
        for (rule, routes) in readers.get(self, touched) {
            for route in routes {
                if route.steps.is_empty() {
                    concerned.insert((rule.name(), touched.new.id), true);
                } else if rule.change.is_none()
                    && !touched.is_unknown_to(route)
                    && matters(&self.rules.index, rule.name(), route, &change)
                {
                    let key = (rule.register(), route.steps.as_slice());
                    if let std::collections::btree_map::Entry::Vacant(e) = known.entry(key) {
                        e.insert(self.way_back(rule.register(), route, touched).await?);
                    }
                    for id in known.get(&key).and_then(Option::as_ref).into_iter().flatten() {
                        concerned.entry((rule.name(), *id)).or_insert(false);
                    }
                }
            }
        }
        Ok(concerned)
    }

    /// The rules in force that read these fields and are judged at once.
    fn readers(&self, register: &str, fields: Vec<&str>, follows: Follows) -> Readers<'_> {
        let (today, model) = (self.today(), &self.model);
        let found = self.rules.index.of_fields(register, fields).into_iter();
        let rules = found.filter_map(|(rule, routes)| Some((model.rule(rule)?, routes)));
        let at_once = |rule: &Rule| follows == Follows::AtOnce || !self.follows_in_sweep(rule);
        rules.filter(|(rule, _)| rule.in_force(today, model) && at_once(rule)).collect()
    }

    /// The records of `register` from which `route` leads to the touched record, before or after the change; None where
    /// they are too many.
    async fn way_back(
        &self,
        register: &str,
        route: &Route,
        touched: &Touched<'_>,
    ) -> Result<Option<BTreeSet<Id>>, EngineError> {
        let states = touched.before.iter().chain([&touched.after]);
        let mut reached: Vec<(Id, Arc<Facts>)> =
            states.map(|facts| (touched.new.id, Arc::clone(facts))).collect();
        for (at, step) in route.steps.iter().enumerate().rev() {
            let earlier = at.checked_sub(1).and_then(|at| route.steps.get(at));
            let before = match earlier {
                Some(RouteStep::Follow { to, .. } | RouteStep::Linked { to, .. }) => to.as_str(),
                None => register,
            };
            let (field, values) = sought(step, &reached);
            // A record's own id needs no question where nothing else of it is asked.
            if at == 0 && field == "id" {
                return Ok(Some(values.iter().filter_map(Fact::as_id).collect()));
            }
            // What the step before looks for is all that is read.
            let read = earlier.map_or("id", |step| step_ends(step).1);
            let facts: Vec<&Fact> = values.iter().collect();
            let rows = self.facts_with(self.register(before)?, field, &facts, &[read], MOST + 1).await?;
            if rows.len() > MOST as usize {
                return Ok(None);
            }
            reached = rows.into_iter().map(|(id, facts)| (id, Arc::new(facts))).collect();
        }
        Ok(Some(reached.into_iter().map(|(id, _)| id).collect()))
    }
}

/// The field from which a step leads, and the one to which.
fn step_ends(step: &RouteStep) -> (&str, &str) {
    match step {
        RouteStep::Follow { field, .. } => (field, "id"),
        RouteStep::Linked { inner, outer, .. } => (outer, inner),
    }
}

/// The field of the records before `step`, and the values by which they lead to those reached.
fn sought<'a>(step: &'a RouteStep, reached: &[(Id, Arc<Facts>)]) -> (&'a str, Vec<Fact>) {
    let (field, inner) = step_ends(step);
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
    (field, values)
}
