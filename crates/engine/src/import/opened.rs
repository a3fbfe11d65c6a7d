//! A partner's rows that become cases: each opens one through the procedure of the connector, as a person would, and a row
//! whose number is known already opens nothing again. Nobody learns from it of cases that they do not see.

use std::collections::HashMap;

use base::{Id, Problem, Problems};
use city::Actor;
use judge::Facts;
use judge::fact::fact;
use plan::pack::{Procedure, Register};
use store::{Condition, Query, StoreError, Value};

use super::look_up::References;
use super::plan::read_row;
use super::{ImportRow, Outcome};
use crate::record::write::Sending;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Numbers looked up at once.
const CHUNK: usize = 500;

impl Engine {
    /// Opens a case for each row. `number` is the field that holds the partner's number of it.
    ///
    /// # Errors
    /// Only what stops everything: the database failed. Bad rows are refused one by one.
    pub(crate) async fn open_rows(
        &self,
        actor: &Actor,
        procedure: &Procedure,
        number: &str,
        rows: &[ImportRow],
    ) -> Result<Vec<Outcome>, EngineError> {
        let register = self.register(&procedure.register)?;
        let mut references = References::default();
        let mut outcomes = Vec::with_capacity(rows.len());
        for chunk in rows.chunks(CHUNK) {
            self.look_up_references(actor, register, chunk, &mut references).await?;
            let read: Vec<Result<Facts, Problems>> =
                chunk.iter().map(|row| read_row(self, register, row, &references)).collect();
            let mut known = self.known_numbers(actor, register, number, &read).await?;
            for facts in read {
                let outcome = match facts {
                    Ok(facts) => self.open_row(actor, procedure, number, &facts, &mut known).await?,
                    Err(problems) => Outcome::Refused(problems),
                };
                outcomes.push(outcome);
            }
        }
        Ok(outcomes)
    }

    async fn open_row(
        &self,
        actor: &Actor,
        procedure: &Procedure,
        number: &str,
        facts: &Facts,
        known: &mut HashMap<String, Id>,
    ) -> Result<Outcome, EngineError> {
        let Some(key) = fact(facts, number).as_text().map(str::to_owned) else {
            return Ok(Outcome::Refused(Problem::of(number, "field.required").into()));
        };
        if let Some(id) = known.get(&key) {
            return Ok(Outcome::Unchanged(*id));
        }
        // What the partner tells beyond what an opening takes belongs to later steps, which people here take.
        let opening = procedure.opening.iter().flat_map(|o| o.needs.iter().chain(&o.asks));
        let taken: Vec<&String> = opening.collect();
        let facts = facts.only(|name| taken.iter().any(|field| field.as_str() == name));
        match self.open_case(actor, procedure.name(), &facts, &Sending::default()).await {
            Ok(id) => {
                known.insert(key, id);
                Ok(Outcome::Added(id))
            }
            Err(EngineError::Invalid(problems)) => Ok(Outcome::Refused(problems)),
            Err(EngineError::Refused(problem)) => Ok(Outcome::Refused(problem.into())),
            Err(EngineError::Conflict) => {
                Ok(Outcome::Refused(Problem::new("import.changed_meanwhile").into()))
            }
            Err(error) => Err(error),
        }
    }

    /// The cases that `actor` sees and that bear these numbers already.
    async fn known_numbers(
        &self,
        actor: &Actor,
        register: &Register,
        number: &str,
        rows: &[Result<Facts, Problems>],
    ) -> Result<HashMap<String, Id>, EngineError> {
        let asked = rows.iter().flatten().filter_map(|facts| fact(facts, number).as_text());
        let asked: Vec<Value> = asked.map(|text| Value::Text(text.to_owned())).collect();
        let query = Query::of(table_name(register.name()), self.scope(actor, register))
            .columns(&["id", number])
            .filter(Condition::In(number.to_owned(), asked))
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(u32::MAX);
        let rows = self.database.select(&query).await?;
        Ok(rows
            .iter()
            .map(|row| Ok((row.text(number)?.to_owned(), row.id("id")?)))
            .collect::<Result<_, StoreError>>()?)
    }
}
