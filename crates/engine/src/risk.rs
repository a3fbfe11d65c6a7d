//! Risk grading: an assessment by a method of `calc` gives a factor its value, grade and control level; the worst
//! factor gives the risk point its grade, the worst point the enterprise its colour.
//!
//! The inherent grade (first assessment, before measures) is kept beside the present one (`users.md` point 21).

use base::{Day, Id, Problem, Problems};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Register, Shape};
use store::{ChangeSet, Condition, Query, Scope};

use crate::record::write::{changed, update};
use crate::record::Record;
use crate::record::read::record_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Grades from the worst down, as the choices of the core pack name them.
pub const GRADES: [&str; 4] = ["red", "orange", "yellow", "blue"];

/// Months until a factor is assessed again where the pack sets no value `risk.reassess_months`.
const REASSESS_MONTHS: i32 = 12;

impl Engine {
    /// Fills the computed fields that follow from the record's own fields.
    ///
    /// # Errors
    /// The method refuses its inputs; the problems name them.
    pub(crate) fn set_computed(&self, register: &Register, facts: &mut Facts) -> Result<(), Problems> {
        match register.shape {
            Some(Shape::RiskFactor) => self.assess(facts),
            Some(Shape::CheckItem) if fact(facts, "due_from").is_empty() => {
                facts.insert("due_from".into(), Fact::Instant(self.now()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn assess(&self, facts: &mut Facts) -> Result<(), Problems> {
        let Some(method) = fact(facts, "method").as_text().map(str::to_owned) else { return Ok(()) };
        let Fact::Structure(inputs) = fact(facts, "inputs").clone() else {
            return Err(Problem::of("inputs", "field.required").into());
        };
        let on = fact(facts, "assessed_on").as_day().unwrap_or_else(|| self.today());
        if on > self.today() {
            return Err(Problem::of("assessed_on", "field.in_the_future").with("value", on).into());
        }
        let outcome = calc::run(&method, &inputs, on).map_err(|problems| {
            let of_inputs = |p: Problem| Problem { field: format!("inputs.{}", p.field), ..p };
            Problems(problems.0.into_iter().map(of_inputs).collect())
        })?;
        let grade = outcome.grade.clone();
        facts.insert("assessed_on".into(), Fact::Day(on));
        facts.insert("assess_again_on".into(), Fact::Day(on.plus_months(self.reassess_months(on))));
        facts.insert("value".into(), Fact::Text(outcome.value.to_string()));
        if fact(facts, "inherent_grade").is_empty() {
            facts.insert("inherent_grade".into(), Fact::Text(grade.clone()));
        }
        if fact(facts, "control_level").is_empty() {
            facts.insert("control_level".into(), Fact::Text(outcome.control_level.clone()));
        }
        facts.insert("grade".into(), Fact::Text(grade));
        Ok(())
    }

    fn reassess_months(&self, on: Day) -> i32 {
        let months = self.model.value("risk.reassess_months", on).and_then(toml::Value::as_integer);
        months.and_then(|m| i32::try_from(m).ok()).unwrap_or(REASSESS_MONTHS)
    }

    /// The changes that a new or changed record brings about in others: a factor's grade moves its risk point and its
    /// enterprise.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn ripple(&self, register: &Register, record: &Record, set: &mut ChangeSet) -> Result<(), EngineError> {
        if register.shape != Some(Shape::RiskFactor) {
            return Ok(());
        }
        let (Some(points), Some(point)) =
            (self.model.shaped(Shape::RiskPoint), fact(&record.facts, "risk_point").as_id())
        else {
            return Ok(());
        };
        let worst = self.worst(register, "risk_point", point, record).await?;
        let Some(point) = self.regrade(points, point, "grade", worst, set).await? else { return Ok(()) };
        let (Some(enterprises), Some(enterprise)) =
            (self.model.shaped(Shape::Enterprise), fact(&point.facts, "enterprise").as_id())
        else {
            return Ok(());
        };
        if enterprises.field("risk_grade").is_some() {
            let worst = self.worst(points, "enterprise", enterprise, &point).await?;
            self.regrade(enterprises, enterprise, "risk_grade", worst, set).await?;
        }
        Ok(())
    }

    /// The worst grade among the records of `register` whose `reference` leads to `to`, with `changed` in its new form.
    async fn worst(&self, register: &Register, reference: &str, to: Id, changed: &Record) -> Result<Option<String>, EngineError> {
        let query = Query::of(table_name(register.name()), Scope::system("worst grade"))
            .columns(&["id", "grade"])
            .filter(Condition::eq(reference, to))
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(u32::MAX);
        let mut grades = vec![fact(&changed.facts, "grade").as_text().unwrap_or_default().to_owned()];
        for row in self.database.select(&query).await? {
            if row.id("id")? != changed.id {
                grades.push(row.text("grade")?.to_owned());
            }
        }
        Ok(GRADES.into_iter().find(|grade| grades.iter().any(|g| g == grade)).map(str::to_owned))
    }

    /// Sets the computed grade of a record; gives back the record in its new form.
    async fn regrade(
        &self,
        register: &Register,
        id: Id,
        field: &str,
        grade: Option<String>,
        set: &mut ChangeSet,
    ) -> Result<Option<Record>, EngineError> {
        let query = Query::of(table_name(register.name()), Scope::system("regrading")).filter(Condition::eq("id", id)).limit(1);
        let Some(row) = self.database.first(&query).await? else { return Ok(None) };
        let old = record_of(register, &row)?;
        let mut new = old.clone();
        match grade {
            Some(grade) => drop(new.facts.insert(field.to_owned(), Fact::Text(grade))),
            None => drop(new.facts.remove(field)),
        }
        if !changed(&old.facts, &new.facts).is_empty() {
            new.updated_at = self.now();
            set.append(update(&self.model, register, &old, &new));
        }
        Ok(Some(new))
    }
}
