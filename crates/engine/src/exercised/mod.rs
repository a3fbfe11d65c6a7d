//! Whether a city exercises an element: a register has records, a procedure open and ended cases, a duty fulfilled and
//! overdue instances, a rule has brought something about, an indicator a stored number. Each answer carries its numbers.
//!
//! `anlan plan coverage` asks for the whole city, a clause page within the scope of its reader.

mod answer;
mod owed;
mod rule;
mod stored;

use city::Actor;
use plan::pack::{Binding, Register, Shape, StateKind};
use store::{Condition, Query, Scope, Value};

use crate::tables::{CASE_EVENT, table_name};
use crate::{Engine, EngineError};

pub use answer::{Exercised, Number};

/// More than so many are not counted.
const ENOUGH: u64 = 10_000;

/// Whose eyes look.
#[derive(Debug, Clone, Copy)]
pub enum Eye<'a> {
    /// The program's own: the whole city.
    City,
    /// Somebody's, within what they see.
    Of(&'a Actor),
}

impl Engine {
    /// How an element stands in the city, as far as `eye` sees it; None where it does not read the element's records.
    ///
    /// # Errors
    /// The database failed.
    pub async fn exercised(&self, element: &Binding, eye: Eye<'_>) -> Result<Option<Exercised>, EngineError> {
        if let Some(why) = self.not_in_force(element) {
            return Ok(Some(why));
        }
        let id = element.id.as_str();
        match element.kind {
            "register" => self.shown_records(eye, id, Vec::new(), answer::RECORDS).await,
            "procedure" => self.shown_cases(eye, id).await,
            "duty" => self.shown_duty(eye, id).await,
            "rule" => self.shown_rule(eye, id).await,
            "indicator" => self.shown_indicator(eye, id).await,
            "scorecard" => self.shown_scorecard(eye, id).await,
            "body" => self.shown_body(eye, id).await,
            "deliverable" => self.shown_owed(eye, (element.kind, Shape::DeliverableCopy), id).await,
            "campaign" => self.shown_owed(eye, (element.kind, Shape::CampaignRun), id).await,
            "assessment" => self.shown_shaped(eye, Shape::AssessmentResult, id, answer::RESULTS).await,
            "connector" => self.shown_shaped(eye, Shape::ConnectorRun, id, answer::RUNS).await,
            "monitor" => self.shown_monitor(eye, id).await,
            "checklist" => self.shown_checklist(eye, id).await,
            "publication" => self.shown_publication(eye, id).await,
            _ => Ok(None),
        }
    }

    /// An element that is not in force today brings nothing about.
    fn not_in_force(&self, element: &Binding) -> Option<Exercised> {
        let issued = self.model.plan.as_ref().map(|p| p.issued);
        let today = self.today();
        if element.in_force(today, issued) {
            return None;
        }
        let begins = element.from.or(issued).filter(|from| *from > today);
        Some(match (begins, element.until) {
            (Some(from), _) => Exercised::not_yet(from),
            (None, Some(until)) => Exercised::no_more(until),
            (None, None) => return None,
        })
    }

    /// The records of a register that the eye sees; None where it reads none.
    fn sight(&self, eye: Eye<'_>, register: &Register) -> Option<Scope> {
        match eye {
            Eye::City => Some(Scope::system("whether an element is exercised")),
            Eye::Of(actor) => self.reads_register(actor, register).then(|| self.scope(actor, register)),
        }
    }

    /// Rows that belong to no register.
    fn sight_of_rows(eye: Eye<'_>) -> Scope {
        match eye {
            Eye::City => Scope::system("whether an element is exercised"),
            Eye::Of(actor) => actor.scope(|_| true),
        }
    }

    async fn count_rows(
        &self,
        table: impl Into<String>,
        scope: Scope,
        which: Vec<Condition>,
    ) -> Result<u64, EngineError> {
        let query = Query::of(table, scope).columns(&["id"]).filter(Condition::And(which));
        Ok(self.database.count_up_to(&query, ENOUGH + 1).await?)
    }

    async fn count_records(
        &self,
        register: &Register,
        scope: &Scope,
        mut which: Vec<Condition>,
    ) -> Result<u64, EngineError> {
        which.insert(0, Condition::eq("removed_at", 0_i64));
        self.count_rows(table_name(register.name()), scope.clone(), which).await
    }

    async fn shown_records(
        &self,
        eye: Eye<'_>,
        register: &str,
        which: Vec<Condition>,
        what: answer::What,
    ) -> Result<Option<Exercised>, EngineError> {
        let register = self.register(register)?;
        let Some(scope) = self.sight(eye, register) else { return Ok(None) };
        let count = self.count_records(register, &scope, which).await?;
        Ok(Some(Exercised::of(count > 0, vec![Number::of(what, count)])))
    }

    async fn shown_shaped(
        &self,
        eye: Eye<'_>,
        shape: Shape,
        element: &str,
        what: answer::What,
    ) -> Result<Option<Exercised>, EngineError> {
        match self.model.shaped(shape) {
            Some(register) => {
                let which = vec![Condition::eq("element", element)];
                self.shown_records(eye, register.name(), which, what).await
            }
            None => Ok(Some(Exercised::noted(answer::NO_REGISTER))),
        }
    }

    async fn shown_cases(&self, eye: Eye<'_>, procedure: &str) -> Result<Option<Exercised>, EngineError> {
        let of = self.model.procedure(procedure).ok_or(EngineError::NotFound)?;
        let register = self.register(&of.register)?;
        let Some(scope) = self.sight(eye, register) else { return Ok(None) };
        let which = |open: bool| {
            vec![Condition::eq("procedure", procedure), Condition::Eq("open".into(), Value::Bool(open))]
        };
        let open = self.count_records(register, &scope, which(true)).await?;
        let ended = self.count_records(register, &scope, which(false)).await?;
        let opened = Number::of(answer::OPEN, open);
        if of.states.iter().any(|state| state.kind != StateKind::Open) {
            let numbers = vec![opened, Number::of(answer::ENDED, ended)];
            return Ok(Some(Exercised::of(open > 0 && ended > 0, numbers)));
        }
        // One that only judges ends nothing: its cases go on in others. Their steps have no place of their own, so that
        // only the whole city counts them.
        let Eye::City = eye else { return Ok(Some(Exercised::of(open > 0, vec![opened]))) };
        let leaving = of.steps.iter().filter(|step| step.becomes.is_some());
        let leaving = leaving.map(|step| Value::Text(step.name().to_owned())).collect();
        let which = vec![Condition::eq("procedure", procedure), Condition::In("step".into(), leaving)];
        let gone_on = self.count_rows(CASE_EVENT, Self::sight_of_rows(eye), which).await?;
        let numbers = vec![opened, Number::of(answer::HANDED_ON, gone_on)];
        Ok(Some(Exercised::of(open > 0 && gone_on > 0, numbers)))
    }
}
