//! Whether a city exercises an element: a register has records, a procedure open and closed cases, something owed was made
//! and is overdue or done.

use plan::pack::{Binding, Shape};
use store::{Condition, Query, Scope, Value};

use crate::tables::table_name;
use crate::{Engine, EngineError};

/// How an element stands in the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercised {
    /// It has been used as it is meant.
    pub yes: bool,
    /// In words, with numbers.
    pub how: String,
}

/// More than so many are not counted.
const ENOUGH: u64 = 10_000;

impl Engine {
    /// How an element stands in the city. Elements of kinds that keep nothing in registers of the packs are told by those
    /// who run them; here they are "not known".
    ///
    /// # Errors
    /// The database failed.
    pub async fn exercised(&self, element: &Binding) -> Result<Exercised, EngineError> {
        let by_element = |field: &str| vec![Condition::eq(field, element.id.as_str())];
        Ok(match element.kind {
            "register" => self.records_of(&element.id, Vec::new(), "records").await?,
            "procedure" => self.cases_of(&element.id).await?,
            "deliverable" => self.owed_of(Shape::DeliverableCopy, by_element("element")).await?,
            "campaign" => self.owed_of(Shape::CampaignRun, by_element("element")).await?,
            "assessment" => self.shaped(Shape::AssessmentResult, by_element("element"), "results").await?,
            "publication" => Exercised { yes: false, how: "publishing is not run yet".into() },
            "connector" => self.shaped(Shape::ConnectorRun, by_element("element"), "runs").await?,
            "monitor" => Exercised { yes: false, how: "awaits live data".into() },
            _ => Exercised { yes: false, how: "not known".into() },
        })
    }

    async fn shaped(
        &self,
        shape: Shape,
        which: Vec<Condition>,
        what: &str,
    ) -> Result<Exercised, EngineError> {
        match self.model.shaped(shape) {
            Some(register) => self.records_of(register.name(), which, what).await,
            None => Ok(Exercised { yes: false, how: "no register for it".into() }),
        }
    }

    async fn count_of(&self, register: &str, which: Vec<Condition>) -> Result<u64, EngineError> {
        let mut query = Query::of(table_name(register), Scope::system("whether an element is exercised"))
            .columns(&["id"])
            .filter(Condition::eq("removed_at", 0_i64));
        for condition in which {
            query = query.filter(condition);
        }
        Ok(self.database.count_up_to(&query, ENOUGH).await?)
    }

    async fn records_of(
        &self,
        register: &str,
        which: Vec<Condition>,
        what: &str,
    ) -> Result<Exercised, EngineError> {
        let count = self.count_of(register, which).await?;
        Ok(Exercised { yes: count > 0, how: format!("{count} {what}") })
    }

    async fn cases_of(&self, procedure: &str) -> Result<Exercised, EngineError> {
        let Some(of) = self.model.procedure(procedure) else {
            return Ok(Exercised { yes: false, how: "no procedure".into() });
        };
        let which = |open: bool| {
            vec![Condition::eq("procedure", procedure), Condition::Eq("open".into(), Value::Bool(open))]
        };
        let open = self.count_of(&of.register, which(true)).await?;
        let closed = self.count_of(&of.register, which(false)).await?;
        Ok(Exercised { yes: open > 0 && closed > 0, how: format!("{open} open, {closed} ended") })
    }

    async fn owed_of(&self, shape: Shape, which: Vec<Condition>) -> Result<Exercised, EngineError> {
        let Some(register) = self.model.shaped(shape) else {
            return Ok(Exercised { yes: false, how: "no register for it".into() });
        };
        let with = |more: Vec<Condition>| which.iter().cloned().chain(more).collect::<Vec<_>>();
        let open = || Condition::Eq("open".into(), Value::Bool(true));
        let today = Value::Text(self.today().to_string());
        let all = self.count_of(register.name(), with(Vec::new())).await?;
        let late = vec![open(), Condition::Less("due_on".into(), today)];
        let late = self.count_of(register.name(), with(late)).await?;
        let done = vec![Condition::Eq("open".into(), Value::Bool(false))];
        let done = self.count_of(register.name(), with(done)).await?;
        Ok(Exercised { yes: late > 0 && done > 0, how: format!("{all} owed, {late} overdue, {done} done") })
    }
}
