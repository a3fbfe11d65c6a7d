//! Import of many records at once (Excel, CSV, another system): each row is added or updated by the register's
//! identity, and each row says what happened to it. Bad rows change nothing and lose nothing of the others.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{Id, Problem, Problems};
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Register, ScopeFrom, Shape};
use store::{ChangeSet, Condition, Priority, Query, Value};

use crate::field::column::to_values;
use crate::field::parse::parse;
use crate::record::Record;
use crate::record::beside::taken;
use crate::record::change_set::{changed, insert, journal, update};
use crate::record::read::record_of;
use crate::record::write::{check, title_of, with_defaults};
use crate::risk::assess::Given;
use crate::risk::point_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Rows that are looked up and written together.
pub const CHUNK: usize = 500;

/// One row as it was read: the cells of the register's fields, by name.
#[derive(Debug, Clone, Default)]
pub struct ImportRow {
    /// The row in the file, counted from 1.
    pub number: u32,
    /// Field names and what the cells hold.
    pub cells: Vec<(String, String)>,
}

/// What happened to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new record.
    Added(Id),
    /// An existing record was changed.
    Updated(Id),
    /// The record says already what the row says.
    Unchanged(Id),
    /// Nothing was done; each problem names its field.
    Refused(Problems),
}

impl Engine {
    /// Imports rows, in order. The outcomes stand in the order of the rows. A record that comes twice among them is
    /// taken the first time only.
    ///
    /// # Errors
    /// Only what stops everything: the database failed, or the register does not take imports.
    pub async fn import(
        &self,
        actor: &Actor,
        register: &str,
        rows: &[ImportRow],
    ) -> Result<Vec<Outcome>, EngineError> {
        let register = self.register(register)?;
        if register.cases || register.identity.is_empty() {
            return Err(EngineError::Refused(Problem::new("import.not_for_this_register")));
        }
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut in_file = HashMap::new();
        for chunk in rows.chunks(CHUNK) {
            outcomes.extend(self.import_chunk(actor, register, chunk, &mut in_file).await?);
        }
        Ok(outcomes)
    }

    async fn import_chunk(
        &self,
        actor: &Actor,
        register: &Register,
        rows: &[ImportRow],
        in_file: &mut HashMap<String, u32>,
    ) -> Result<Vec<Outcome>, EngineError> {
        let references = self.look_up_references(actor, register, rows).await?;
        let read: Vec<Result<Facts, Problems>> =
            rows.iter().map(|row| self.read_row(register, row, &references)).collect();
        let existing = self.existing(register, read.iter().flatten()).await?;
        let parents = self.parents(register, read.iter().flatten()).await?;
        let mut planned = Vec::with_capacity(rows.len());
        for (row, read) in rows.iter().zip(read) {
            let result = read.and_then(|facts| {
                let key = identity_key(register, &facts);
                if let Some(first) = in_file.get(&key) {
                    return Err(Problem::new("import.twice_in_file").with("row", first).into());
                }
                in_file.insert(key.clone(), row.number);
                self.plan_row(actor, register, facts, existing.get(&key), &parents)
            });
            planned.push(result);
        }
        self.write_planned(actor, register, planned).await
    }

    fn read_row(
        &self,
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
                (FieldKind::Reference, _) => match references.get(&(name.clone(), text.to_owned())) {
                    Some(id) => Ok(Fact::Reference(*id)),
                    None => Err(Problem::of(name.as_str(), "field.reference_unknown").with("value", text)),
                },
                _ => parse(field, &self.model, &[text.to_owned()]),
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
        &self,
        actor: &Actor,
        register: &Register,
        given: Facts,
        existing: Option<&Record>,
        parents: &HashMap<Id, city::Place>,
    ) -> Result<Planned, Problems> {
        let sent = given.clone();
        let mut facts = match existing {
            None => with_defaults(register, &given),
            Some(old) => {
                let reads = self.reads_at(actor, register, &old.place);
                let readable = |name: &String| register.field(name).is_some_and(|f| f.class <= reads);
                let mut facts = old.facts.clone();
                facts.extend(given.into_iter().filter(|(name, _)| readable(name)));
                facts
            }
        };
        let computing = Given { old: existing.map(|r| &r.facts), sent: &sent };
        self.set_computed(register, computing, &mut facts)?;
        check(register, &facts).or(())?;
        let id = existing.map_or_else(|| self.new_id(), |r| r.id);
        let place = match &register.scope {
            ScopeFrom::Reference(name) => {
                fact(&facts, name).as_id().and_then(|id| parents.get(&id).cloned()).unwrap_or_default()
            }
            _ => crate::record::place::place_by_itself(register, id, &facts),
        };
        let may =
            |place: &city::Place| actor.roles_over(place).iter().any(|role| register.keeper.contains(role));
        if !may(&place) || existing.is_some_and(|r| !may(&r.place)) {
            return Err(Problem::new("import.outside_your_area").into());
        }
        let now = self.now();
        let title = title_of(register, &facts, &self.model);
        let new = match existing {
            None => Record::new(id, register, title, place, facts, actor, now),
            Some(old) => {
                let mut new = Record { title, place, facts, updated_at: now, ..old.clone() };
                self.mark(register, old, &mut new);
                new
            }
        };
        Ok(Planned { old: existing.cloned(), new })
    }

    async fn write_planned(
        &self,
        actor: &Actor,
        register: &Register,
        planned: Vec<Result<Planned, Problems>>,
    ) -> Result<Vec<Outcome>, EngineError> {
        let mut outcomes = Vec::with_capacity(planned.len());
        let mut sets = Vec::new();
        let mut written: Vec<(usize, Facts)> = Vec::new();
        let mut points = BTreeSet::new();
        let mut firms = BTreeSet::new();
        for plan in planned {
            let plan = match plan {
                Ok(plan) => plan,
                Err(problems) => {
                    outcomes.push(Outcome::Refused(problems));
                    continue;
                }
            };
            let (id, facts) = (plan.new.id, plan.new.facts.clone());
            let of_points = [Some(&plan.new), plan.old.as_ref()]
                .into_iter()
                .flatten()
                .filter_map(point_of)
                .collect::<Vec<_>>();
            let of_firms = crate::responsibility::touched(register, plan.old.as_ref(), &plan.new);
            let (set, outcome) = match plan.old {
                None => (self.added(actor, register, plan.new).await?, Outcome::Added(id)),
                Some(old) => {
                    let changes = changed(&old.facts, &plan.new.facts);
                    if changes.is_empty() {
                        outcomes.push(Outcome::Unchanged(id));
                        continue;
                    }
                    let mut set = update(&self.model, register, &old, &plan.new);
                    self.move_along(register, &old, &plan.new, &mut set).await?;
                    self.follow(actor, register, Some(&old), &plan.new, &mut set).await?;
                    set.journal.push(journal(actor, "import", &plan.new, self.now(), &changes));
                    (set, Outcome::Updated(id))
                }
            };
            if register.shape == Some(Shape::RiskFactor) {
                points.extend(of_points);
            }
            firms.extend(of_firms);
            written.push((outcomes.len(), facts));
            outcomes.push(outcome);
            sets.push(ChangeSet { priority: Priority::Low, ..set });
        }
        let results = self.database.apply_bulk(sets).await;
        for ((at, facts), result) in written.into_iter().zip(results) {
            let refused = match result {
                Ok(_) => continue,
                Err(store::WriteError::Duplicate { columns, .. }) => taken(register, &columns, &facts),
                Err(store::WriteError::Conflict { .. }) => Problem::new("import.changed_meanwhile"),
                Err(store::WriteError::Store(error)) => return Err(error.into()),
            };
            if let Some(outcome) = outcomes.get_mut(at) {
                *outcome = Outcome::Refused(refused.into());
            }
        }
        for point in points {
            self.settle(actor, register, &BTreeSet::from([point])).await?;
        }
        self.settle_responsibility(&firms).await?;
        Ok(outcomes)
    }

    async fn added(
        &self,
        actor: &Actor,
        register: &Register,
        mut new: Record,
    ) -> Result<ChangeSet, EngineError> {
        new.code = self.next_code(&register.code, &new.place, self.today()).await?;
        let mut set = insert(&self.model, register, &new);
        set.journal.push(journal(actor, "import", &new, self.now(), &new.facts));
        self.follow(actor, register, None, &new, &mut set).await?;
        Ok(set)
    }

    /// Records of the register that have the identity of one of the rows, by that identity.
    async fn existing(
        &self,
        register: &Register,
        rows: impl Iterator<Item = &Facts>,
    ) -> Result<HashMap<String, Record>, EngineError> {
        let Some(first) = register.identity.first().and_then(|name| register.field(name)) else {
            return Ok(HashMap::new());
        };
        let values: Vec<Value> =
            rows.filter_map(|facts| stored(register, first, fact(facts, first.name()))).collect();
        if values.is_empty() {
            return Ok(HashMap::new());
        }
        let query = Query::of(table_name(register.name()), store::Scope::system("import: existing records"))
            .filter(Condition::In(first.name().to_owned(), values))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .limit(u32::MAX);
        let mut found = HashMap::new();
        for row in self.database.select(&query).await? {
            let record = record_of(register, &row)?;
            found.insert(identity_key(register, &record.facts), record);
        }
        Ok(found)
    }

    /// Places of the records to which the rows belong.
    async fn parents(
        &self,
        register: &Register,
        rows: impl Iterator<Item = &Facts>,
    ) -> Result<HashMap<Id, city::Place>, EngineError> {
        let ScopeFrom::Reference(name) = &register.scope else { return Ok(HashMap::new()) };
        let to = register.field(name).and_then(|f| f.to.clone()).ok_or(EngineError::NotFound)?;
        let ids: Vec<Value> = rows.filter_map(|facts| fact(facts, name).as_id()).map(Value::Id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let query = Query::of(table_name(&to), store::Scope::system("import: places"))
            .columns(&["id", "county", "township", "organisation", "sector", "park"])
            .filter(Condition::In("id".into(), ids))
            .limit(u32::MAX);
        let mut places = HashMap::new();
        for row in self.database.select(&query).await? {
            places.insert(row.id("id")?, crate::record::read::place_of(&row)?);
        }
        Ok(places)
    }

    /// What the reference cells of the chunk mean: a record is named by its code, its unique field or its title, among
    /// those that the actor may see. A title that fits several is taken for none.
    async fn look_up_references(
        &self,
        actor: &Actor,
        register: &Register,
        rows: &[ImportRow],
    ) -> Result<References, EngineError> {
        let mut wanted: BTreeMap<&str, (&Field, Vec<String>)> = BTreeMap::new();
        for (name, text) in rows.iter().flat_map(|row| &row.cells) {
            let field = register.field(name).filter(|f| f.kind == FieldKind::Reference);
            if let Some(field) = field
                && !text.trim().is_empty()
            {
                wanted.entry(field.name()).or_insert((field, Vec::new())).1.push(text.trim().to_owned());
            }
        }
        let mut references = References::new();
        for (name, (field, texts)) in wanted {
            let Some(to) = field.to.as_deref().and_then(|to| self.model.register(to)) else { continue };
            let mut columns = vec!["code".to_owned(), "title".to_owned()];
            columns.extend(to.fields.iter().filter(|f| f.unique).map(|f| f.name().to_owned()));
            let values: Vec<Value> = texts.iter().map(|t| Value::Text(t.clone())).collect();
            let any = columns.iter().map(|c| Condition::In(c.clone(), values.clone())).collect();
            let query = Query::of(table_name(to.name()), self.scope(actor, to))
                .filter(Condition::Or(any))
                .limit(u32::MAX);
            let mut by_title: HashMap<String, Vec<Id>> = HashMap::new();
            for row in self.database.select(&query).await? {
                let id = row.id("id")?;
                for column in columns.iter().filter(|c| *c != "title") {
                    references.insert((name.to_owned(), row.text(column)?.to_owned()), id);
                }
                by_title.entry(row.text("title")?.to_owned()).or_default().push(id);
            }
            for (title, ids) in by_title {
                if let [only] = ids.as_slice() {
                    references.entry((name.to_owned(), title)).or_insert(*only);
                }
            }
        }
        Ok(references)
    }
}

type References = HashMap<(String, String), Id>;

struct Planned {
    old: Option<Record>,
    new: Record,
}

fn stored(register: &Register, field: &Field, fact: &Fact) -> Option<Value> {
    if fact.is_empty() {
        return None;
    }
    to_values(register, field, fact).into_iter().next().map(|(_, value)| value)
}

fn identity_key(register: &Register, facts: &Facts) -> String {
    let parts = register.identity.iter().map(|name| fact(facts, name).to_json().to_string());
    parts.collect::<Vec<_>>().join("\u{1f}")
}
