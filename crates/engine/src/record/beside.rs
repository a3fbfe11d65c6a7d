//! What a record must agree with beside itself: the records and people that it names, and the values that others have.

use std::collections::BTreeMap;

use base::{Id, Problem, Problems};
use city::{Actor, Place};
use judge::Facts;
use judge::fact::fact;
use plan::pack::{FieldKind, Register, ScopeFrom};
use store::{ColumnClass, Condition, Query, Scope, Value};

use super::Record;
use super::read::head_columns;
use super::titles::ids;
use crate::field::column::to_values;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// The records to which the references of a record lead, with the fields that were asked for: for judging, never for
/// showing.
#[derive(Debug, Default)]
pub(crate) struct Named(BTreeMap<Id, Record>);

impl Named {
    /// The record, where a reference leads to it.
    pub(crate) fn get(&self, register: &str, id: Id) -> Option<&Record> {
        self.0.get(&id).filter(|record| record.register == register)
    }
}

impl Engine {
    /// References must lead to records that exist and that the actor may see. Gives back the heads of these records and
    /// those of their fields that are `lent` (as `enterprise.small_unit`): what follows need not read them again.
    pub(crate) async fn check_references(
        &self,
        actor: &Actor,
        register: &Register,
        facts: &Facts,
        lent: &[&str],
    ) -> Result<Named, EngineError> {
        let (mut problems, mut named) = (Problems::default(), Named::default());
        for field in &register.fields {
            let Some(to) = field.to.as_deref() else { continue };
            let to = self.register(to)?;
            let mut columns = head_columns(to);
            columns.extend(lent.iter().filter_map(|name| {
                let (reference, name) = name.split_once('.')?;
                let plain = to.field(name).is_some_and(|f| f.kind != FieldKind::Point);
                (reference == field.name() && plain).then_some(name)
            }));
            for id in ids(fact(facts, field.name())) {
                if named.0.contains_key(&id) {
                    continue;
                }
                let scope = self.scope(actor, to).reading(ColumnClass::Secret);
                let Some(record) = self.find_with(to, id, scope, &columns).await? else {
                    problems.push(Problem::of(field.name(), "field.reference_unknown"));
                    break;
                };
                named.0.insert(id, record);
            }
        }
        Ok(problems.or(named)?)
    }

    /// Whoever is named must have an active account with a role that reads records of the register at `place`:
    /// otherwise the case would wait for somebody who never sees it.
    pub(crate) async fn check_accounts(
        &self,
        actor: &Actor,
        register: &Register,
        facts: &Facts,
        place: &Place,
    ) -> Result<(), EngineError> {
        let mut problems = Problems::default();
        for field in register.fields.iter().filter(|f| f.kind == FieldKind::Account) {
            for id in ids(fact(facts, field.name())).into_iter().filter(|id| *id != actor.account) {
                let named = city::grants::actor(&self.database, &self.model.roles, id, self.today()).await?;
                let reads = |named: Actor| {
                    let shared = register.scope == ScopeFrom::Shared;
                    shared || named.roles_over(place).iter().any(|role| self.role_reads(register, role))
                };
                if !named.is_some_and(reads) {
                    problems.push(Problem::of(field.name(), "field.reference_unknown"));
                }
            }
        }
        Ok(problems.or(())?)
    }

    /// No two records share what must be unique (within the enterprise, where the register belongs to one).
    pub(crate) async fn check_unique(
        &self,
        register: &Register,
        facts: &Facts,
        place: &Place,
        own: Option<Id>,
    ) -> Result<(), EngineError> {
        let mut problems = Problems::default();
        for field in register.fields.iter().filter(|f| f.unique) {
            let value = fact(facts, field.name());
            if value.is_empty() {
                continue;
            }
            let mut conditions: Vec<Condition> = to_values(register, field, value)
                .into_iter()
                .map(|(column, value)| Condition::Eq(column, value))
                .collect();
            conditions.push(Condition::Eq("removed_at".into(), Value::Int(0)));
            if let ScopeFrom::Reference(_) = register.scope {
                conditions.push(Condition::Eq("organisation".into(), Value::Id(place.organisation)));
            }
            let query = Query::of(table_name(register.name()), Scope::system("uniqueness"))
                .columns(&["id"])
                .filter(Condition::And(conditions))
                .limit(2);
            for row in self.database.select(&query).await? {
                if Some(row.id("id")?) != own {
                    problems.push(taken(register, &[field.name().to_owned()], facts));
                    break;
                }
            }
        }
        Ok(problems.or(())?)
    }
}

/// The problem of a value that another record has already. Which record is not said: it may lie outside the person's area.
pub(crate) fn taken(register: &Register, columns: &[String], facts: &Facts) -> Problem {
    let field =
        columns.iter().find(|c| register.field(c).is_some_and(|f| f.unique)).map_or("", String::as_str);
    let value = fact(facts, field).to_json();
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Problem::of(field, "field.taken").with("value", value)
}
