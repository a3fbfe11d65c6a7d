//! What each row of a chunk would do.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use base::{Id, Problem, Problems};
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{FieldKind, Register, ScopeFrom};

use super::codes::Stock;
use super::look_up::References;
use super::{ImportRow, PlannedChunk, PlannedRow, identity_key};
use crate::field::parse::parse;
use crate::record::Record;
use crate::record::write::{check, title_of, with_defaults};
use crate::risk::assess::Given;
use crate::{Engine, EngineError};

/// Plans the chunks of one import, in order.
pub struct Planner {
    engine: Engine,
    actor: Actor,
    register: String,
    /// The row in which each identity came first, by two digests of it.
    in_file: HashMap<(u64, u64), u32>,
    hashers: (RandomState, RandomState),
    references: References,
    codes: Stock,
}

impl Planner {
    /// A planner at the beginning of a file.
    ///
    /// # Errors
    /// The register does not take imports.
    pub fn new(engine: &Engine, actor: &Actor, register: &str) -> Result<Self, EngineError> {
        engine.importable(register)?;
        Ok(Self {
            engine: engine.clone(),
            actor: actor.clone(),
            register: register.to_owned(),
            in_file: HashMap::new(),
            hashers: (RandomState::new(), RandomState::new()),
            references: References::default(),
            codes: Stock::default(),
        })
    }

    /// True when rows of the chunk may name records that the chunk before it makes: then that one is written first.
    #[must_use]
    pub fn leans_on_earlier_rows(&self, rows: &[ImportRow]) -> bool {
        let Ok(register) = self.engine.register(&self.register) else { return true };
        let to_itself = |name: &String| {
            register
                .field(name)
                .is_some_and(|f| f.kind == FieldKind::Reference && f.to.as_deref() == Some(register.name()))
        };
        rows.iter().flat_map(|row| &row.cells).any(|(name, text)| to_itself(name) && !text.trim().is_empty())
    }

    /// Takes note of rows that were imported before the program was stopped, so that their records do not come twice.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pass_over(&mut self, rows: &[ImportRow]) -> Result<(), EngineError> {
        let engine = self.engine.clone();
        let register = engine.register(&self.register)?;
        engine.look_up_references(&self.actor, register, rows, &mut self.references).await?;
        for row in rows {
            if let Ok(facts) = read_row(&engine, register, row, &self.references) {
                self.first_of(&identity_key(register, &facts), row.number);
            }
        }
        Ok(())
    }

    /// What the rows would do.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plan(&mut self, rows: &[ImportRow]) -> Result<PlannedChunk, EngineError> {
        let engine = self.engine.clone();
        let register = engine.register(&self.register)?;
        engine.look_up_references(&self.actor, register, rows, &mut self.references).await?;
        let read: Vec<Result<Facts, Problems>> =
            rows.iter().map(|row| read_row(&engine, register, row, &self.references)).collect();
        let existing = engine.existing(register, &read).await?;
        let parents = engine.parents(register, &read).await?;
        let mut planned = Vec::with_capacity(rows.len());
        for (row, read) in rows.iter().zip(read) {
            let result = read.and_then(|facts| {
                let key = identity_key(register, &facts);
                if let Some(first) = self.first_of(&key, row.number) {
                    return Err(Problem::new("import.twice_in_file").with("row", first).into());
                }
                plan_row(&engine, &self.actor, register, facts, existing.get(&key), &parents)
            });
            planned.push(result);
        }
        self.give_codes(&engine, register, &mut planned).await?;
        Ok(PlannedChunk { rows: planned })
    }

    /// Ends the import: numbers of codes that were not used go back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(self) -> Result<(), EngineError> {
        self.codes.give_back(&self.engine.database).await
    }

    /// The row in which this identity came before; otherwise `number` is remembered as the first.
    fn first_of(&mut self, key: &str, number: u32) -> Option<u32> {
        let digest = (self.hashers.0.hash_one(key), self.hashers.1.hash_one(key));
        match self.in_file.entry(digest) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(number);
                None
            }
        }
    }

    async fn give_codes(
        &mut self,
        engine: &Engine,
        register: &Register,
        planned: &mut [Result<PlannedRow, Problems>],
    ) -> Result<(), EngineError> {
        let today = engine.today();
        let mut needs: HashMap<String, u32> = HashMap::new();
        let new = |row: &&mut PlannedRow| row.old.is_none();
        for row in planned.iter_mut().flatten().filter(new) {
            row.new.code = engine.series_of(&register.code, &row.new.place, today);
            *needs.entry(row.new.code.clone()).or_default() += 1;
        }
        self.codes.fill(&engine.database, needs).await?;
        for row in planned.iter_mut().flatten().filter(new) {
            row.new.code = self.codes.code(&row.new.code).ok_or(EngineError::Conflict)?;
        }
        Ok(())
    }
}

pub(super) fn read_row(
    engine: &Engine,
    register: &Register,
    row: &ImportRow,
    references: &References,
) -> Result<Facts, Problems> {
    let mut facts = Facts::new();
    let mut problems = Problems::default();
    for (name, text) in &row.cells {
        let Some(field) = register.field(name).filter(|f| !f.computed) else { continue };
        let text = text.trim();
        let read = match (field.kind, text.is_empty()) {
            (_, true) => continue,
            (FieldKind::Reference, _) => match references.get(name, text) {
                Some(id) => Ok(Fact::Reference(id)),
                None => Err(Problem::of(name.as_str(), "field.reference_unknown").with("value", text)),
            },
            _ => parse(field, &engine.model, &[text.to_owned()]),
        };
        match read {
            Ok(fact) => drop(facts.insert(name.clone(), fact)),
            Err(problem) => problems.push(problem),
        }
    }
    // Parts of the identity that may be empty, as a staff number, tell apart where they are filled.
    let named = |name: &&String| register.field(name).is_some_and(|f| f.required);
    for name in register
        .identity
        .iter()
        .enumerate()
        .filter(|(at, name)| *at == 0 || named(name))
        .map(|(_, name)| name)
    {
        if fact(&facts, name).is_empty() && !problems.0.iter().any(|p| p.field == *name) {
            problems.push(Problem::of(name.as_str(), "field.required"));
        }
    }
    problems.or(facts)
}

/// What the row would do; nothing is written yet.
fn plan_row(
    engine: &Engine,
    actor: &Actor,
    register: &Register,
    given: Facts,
    existing: Option<&Record>,
    parents: &HashMap<Id, city::Place>,
) -> Result<PlannedRow, Problems> {
    let sent = given.clone();
    let mut facts = match existing {
        None => with_defaults(register, &given),
        Some(old) => {
            let reads = engine.reads_at(actor, register, &old.place);
            let readable = |name: &str| register.field(name).is_some_and(|f| f.class <= reads);
            let mut facts = old.facts.clone();
            facts.extend(given.into_iter().filter(|(name, _)| readable(name)));
            facts
        }
    };
    engine.set_computed(register, Given { old: existing.map(|r| &r.facts), sent: &sent }, &mut facts)?;
    check(register, &facts).or(())?;
    let id = existing.map_or_else(|| engine.new_id(), |r| r.id);
    let place = match &register.scope {
        ScopeFrom::Reference(name) => {
            fact(&facts, name).as_id().and_then(|id| parents.get(&id).cloned()).unwrap_or_default()
        }
        _ => crate::record::place::place_by_itself(register, id, &facts),
    };
    let may = |place: &city::Place| actor.roles_over(place).iter().any(|role| register.keeper.contains(role));
    if !may(&place) || existing.is_some_and(|r| !may(&r.place)) {
        return Err(Problem::new("import.outside_your_area").into());
    }
    let now = engine.now();
    let title = title_of(register, &facts, &engine.model);
    let new = match existing {
        None => Record::new(id, register, title, place, facts, actor, now),
        Some(old) => {
            let mut new = Record { title, place, facts, updated_at: now, ..old.clone() };
            engine.mark(register, old, &mut new);
            new
        }
    };
    Ok(PlannedRow { old: existing.cloned(), new })
}
