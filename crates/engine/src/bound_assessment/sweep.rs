//! Reminding keepers of what is due again: once for each result, when its time has run out or a field has changed since.

use std::collections::BTreeMap;

use base::Id;
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Assessment, Element as _, Register, Shape};
use store::{ChangeSet, Condition, Direction, Priority, Query, Scope, Value, WriteError};

use crate::record::Record;
use crate::record::change_set::update;
use crate::record::read::records_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Results taken per chunk.
const CHUNK: u32 = 500;
/// The field that says when keepers were reminded.
const REMINDED: &str = "reminded_on";

impl Engine {
    /// Reminds the keepers of all results that are due again. Once a day; gives back how many people were told.
    ///
    /// # Errors
    /// The database failed; what was told before stays told.
    pub async fn sweep_bound_assessments(&self) -> Result<u64, EngineError> {
        let Some(results) = self.model.shaped(Shape::AssessmentResult) else { return Ok(0) };
        if results.field(REMINDED).is_none() {
            return Ok(0);
        }
        let (today, last) = (self.today().to_string(), self.last_runs().await?);
        let mut told = 0;
        for element in self.model.elements.assessments.values() {
            let run = format!("assessment:{}", element.name());
            let Ok((element, register, _)) = self.assessment(element.name()) else { continue };
            if last.get(&run) == Some(&today) || register.shape == Some(Shape::RiskFactor) {
                continue;
            }
            told += self.remind_of(element, register, results).await?;
            self.note_run(&run).await?;
        }
        Ok(told)
    }

    async fn remind_of(
        &self,
        element: &Assessment,
        register: &Register,
        results: &Register,
    ) -> Result<u64, EngineError> {
        let mut told = 0;
        for chunk in self.last_results(element, results).await?.chunks(CHUNK as usize) {
            let ids = chunk.iter().filter_map(|result| subject(result).map(Value::Id)).collect();
            let when = element.when.as_ref().map(|w| w.get_ref().as_str());
            let query = self
                .fitting(register, ("r", when), Scope::system("what is to be assessed again"))
                .filter(Condition::In("id".into(), ids))
                .limit(CHUNK);
            let found = records_of(register, self.database.select(&query).await?)?;
            let records: BTreeMap<Id, Record> = found.into_iter().map(|record| (record.id, record)).collect();
            for result in chunk.iter().filter(|result| fact(&result.facts, REMINDED).is_empty()) {
                let record = subject(result).and_then(|id| records.get(&id));
                if let Some(record) = record.filter(|r| self.again(element, result, r).is_some()) {
                    told += self.remind_keepers(element, results, result, record).await?;
                }
            }
        }
        Ok(told)
    }

    /// The last result of each record.
    async fn last_results(
        &self,
        element: &Assessment,
        results: &Register,
    ) -> Result<Vec<Record>, EngineError> {
        let mut found: BTreeMap<Id, Record> = BTreeMap::new();
        let mut after = Id::NIL;
        loop {
            let query = Query::of(table_name(results.name()), Scope::system("last results"))
                .filter(Condition::eq("element", element.name()))
                .filter(Condition::eq("removed_at", 0_i64))
                .filter(Condition::Greater("id".into(), Value::Id(after)))
                .sort("id", Direction::Ascending)
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            let read = rows.len();
            for result in records_of(results, rows)? {
                after = result.id;
                if let Some(id) = subject(&result) {
                    found.insert(id, result);
                }
            }
            if read < CHUNK as usize {
                return Ok(found.into_values().collect());
            }
        }
    }

    async fn remind_keepers(
        &self,
        element: &Assessment,
        results: &Register,
        result: &Record,
        record: &Record,
    ) -> Result<u64, EngineError> {
        let today = self.today();
        let mut people: Vec<Id> = Vec::new();
        for role in &element.keeper {
            let all =
                city::grants::accounts_with_role_over(&self.database, role, &record.place, today).await?;
            for (account, _) in all {
                if !people.contains(&account) {
                    people.push(account);
                }
            }
        }
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        let mut new = result.clone();
        new.facts.insert(REMINDED.to_owned(), Fact::Day(today));
        set.append(update(&self.model, results, result, &new));
        set.changes.extend(people.iter().map(|account| self.notice_row(*account, "assess", record, "")));
        match self.database.apply(set).await {
            Ok(_) => Ok(people.len() as u64),
            // Another sweep was faster.
            Err(WriteError::Conflict { .. }) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

/// The record that a result is about.
fn subject(result: &Record) -> Option<Id> {
    fact(&result.facts, "record").as_text()?.parse().ok()
}
