//! What the rows of a chunk need to know of the database, asked once per chunk.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{Id, Problems};
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Register, ScopeFrom};
use store::{Condition, Query, Value};

use super::{ImportRow, identity_key};
use crate::field::column::to_values;
use crate::record::Record;
use crate::record::read::records_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// References remembered from chunk to chunk at most, so that memory stays flat.
const REMEMBERED: usize = 50_000;

/// What reference cells mean: (field, text) and the record.
#[derive(Default)]
pub(super) struct References(HashMap<String, HashMap<String, Id>>);

impl References {
    /// The record that `text` names in the field, where it was found.
    pub(super) fn get(&self, field: &str, text: &str) -> Option<Id> {
        self.0.get(field)?.get(text).copied()
    }

    fn forget_if_many(&mut self) {
        if self.0.values().map(HashMap::len).sum::<usize>() > REMEMBERED {
            self.0.clear();
        }
    }
}

impl Engine {
    /// Records of the register that have the identity of one of the rows, by that identity.
    pub(super) async fn existing(
        &self,
        register: &Register,
        rows: &[Result<Facts, Problems>],
    ) -> Result<HashMap<String, Record>, EngineError> {
        let mut query =
            Query::of(table_name(register.name()), store::Scope::system("import: existing records"))
                .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                .limit(u32::MAX);
        // Parts of the identity that may be empty do not narrow the question; all parts are compared below.
        let parts = register.identity.iter().enumerate().filter_map(|(at, name)| {
            register.field(name).filter(|f| at == 0 || (f.required && !f.is_list()))
        });
        for field in parts {
            let mut values: Vec<Value> = Vec::new();
            let mut seen = BTreeSet::new();
            for facts in rows.iter().flatten() {
                if let Some(value) = stored(register, field, fact(facts, field.name()))
                    && seen.insert(format!("{value:?}"))
                {
                    values.push(value);
                }
            }
            if values.is_empty() {
                return Ok(HashMap::new());
            }
            query = query.filter(Condition::In(field.name().to_owned(), values));
        }
        let mut found = HashMap::new();
        for record in records_of(register, self.database.select(&query).await?)? {
            found.insert(identity_key(register, &record.facts), record);
        }
        Ok(found)
    }

    /// Places of the records to which the rows belong.
    pub(super) async fn parents(
        &self,
        register: &Register,
        rows: &[Result<Facts, Problems>],
    ) -> Result<HashMap<Id, city::Place>, EngineError> {
        let ScopeFrom::Reference(name) = &register.scope else { return Ok(HashMap::new()) };
        let to = register.field(name).and_then(|f| f.to.clone()).ok_or(EngineError::NotFound)?;
        let ids: BTreeSet<Id> = rows.iter().flatten().filter_map(|facts| fact(facts, name).as_id()).collect();
        let ids: Vec<Value> = ids.into_iter().map(Value::Id).collect();
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

    /// Finds what the reference cells of the chunk mean: a record is named by its code, its unique field or its title,
    /// among those that the actor may see. A title that fits several is taken for none.
    pub(super) async fn look_up_references(
        &self,
        actor: &Actor,
        register: &Register,
        rows: &[ImportRow],
        references: &mut References,
    ) -> Result<(), EngineError> {
        references.forget_if_many();
        let mut wanted: BTreeMap<&str, (&Field, BTreeSet<&str>)> = BTreeMap::new();
        for (name, text) in rows.iter().flat_map(|row| &row.cells) {
            let field = register.field(name).filter(|f| f.kind == FieldKind::Reference);
            if let Some(field) = field
                && !text.trim().is_empty()
                && references.get(name, text.trim()).is_none()
            {
                wanted.entry(field.name()).or_insert((field, BTreeSet::new())).1.insert(text.trim());
            }
        }
        for (name, (field, texts)) in wanted {
            let Some(to) = field.to.as_deref().and_then(|to| self.model.register(to)) else { continue };
            let found = self.ids_named(actor, to, &texts).await?;
            references.0.entry(name.to_owned()).or_default().extend(found);
        }
        Ok(())
    }

    /// The records of `to` that these texts name, each question by a column that has an index where there is one.
    async fn ids_named(
        &self,
        actor: &Actor,
        to: &Register,
        texts: &BTreeSet<&str>,
    ) -> Result<HashMap<String, Id>, EngineError> {
        let title = title_column(to);
        let mut columns = vec!["code".to_owned()];
        columns.extend(to.fields.iter().filter(|f| f.unique && !f.is_list()).map(|f| f.name().to_owned()));
        let values: Vec<Value> = texts.iter().map(|t| Value::Text((*t).to_owned())).collect();
        let any = columns.iter().chain([&title]).map(|c| Condition::In(c.clone(), values.clone())).collect();
        let query = Query::of(table_name(to.name()), self.scope(actor, to))
            .filter(Condition::Or(any))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .limit(u32::MAX);
        let mut found = HashMap::new();
        let mut by_title: HashMap<String, Vec<Id>> = HashMap::new();
        for row in self.database.select(&query).await? {
            let id = row.id("id")?;
            for column in &columns {
                found.insert(row.text(column)?.to_owned(), id);
            }
            by_title.entry(row.text(&title)?.to_owned()).or_default().push(id);
        }
        for (title, ids) in by_title {
            if let [only] = ids.as_slice() {
                found.entry(title).or_insert(*only);
            }
        }
        // Only what was asked for is kept: a record found by its name is not remembered under its code.
        found.retain(|text, _| texts.contains(text.as_str()));
        Ok(found)
    }
}

/// The column by which a record is found by its title: the field behind the title where lists are sorted by it, since
/// that one has an index.
fn title_column(register: &Register) -> String {
    let indexed = register.sorts.contains(&register.title_from)
        && register.field(&register.title_from).is_some_and(|f| f.kind == FieldKind::Text && !f.is_list());
    if indexed { register.title_from.clone() } else { "title".to_owned() }
}

fn stored(register: &Register, field: &Field, fact: &Fact) -> Option<Value> {
    if fact.is_empty() {
        return None;
    }
    to_values(register, field, fact).into_iter().next().map(|(_, value)| value)
}
