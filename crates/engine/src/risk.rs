//! Risk grading: an assessment by a method of `calc` gives a factor its value, grade and control level ([`assess`]); the
//! worst factor gives the risk point its grade, the worst point the enterprise its colour. When an assessment has run out
//! or something changed, [`reassess`] asks for a new one.
//!
//! The inherent grade (first assessment, before measures) is kept beside the present one (`users.md` point 21).

pub(crate) mod assess;
pub(crate) mod cause;
pub(crate) mod reassess;
mod reassess_case;

use std::collections::BTreeSet;

use base::Id;
use city::Actor;
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Register, Shape};
use store::{ChangeSet, Condition, Priority, Query, Scope, WriteError};

use crate::record::Record;
use crate::record::change_set::{changed, journal, update};
use crate::record::read::record_of;
use crate::record::write::RIPPLE_TRIES;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Grades from the worst down, as the choices of the core pack name them.
pub const GRADES: [&str; 4] = ["red", "orange", "yellow", "blue"];

/// The records from whose grades the grade of another one follows: those of `register` whose `reference` leads to it,
/// with those in `changed` in their new form.
#[derive(Clone, Copy)]
struct Parts<'a> {
    register: &'a Register,
    reference: &'a str,
    changed: &'a [Record],
}

impl Engine {
    /// The changes that a new or changed record brings about in others: a factor's grade moves its risk point (also the
    /// one that it leaves) and its enterprise; a change of facts asks for new assessments.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn ripple(
        &self,
        actor: &Actor,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        self.follow(actor, register, old, new, set).await?;
        if register.shape == Some(Shape::ResponsibleBody) {
            return self.ripple_responsibility(actor, old, new, set).await;
        }
        if register.shape != Some(Shape::RiskFactor) {
            return Ok(());
        }
        let points = [Some(new), old].into_iter().flatten().filter_map(point_of).collect();
        self.regrade_points(actor, register, &points, std::slice::from_ref(new), set).await
    }

    /// Grades risk points and their enterprises anew, with the factors in `changed` in their new form.
    async fn regrade_points(
        &self,
        actor: &Actor,
        factors: &Register,
        ids: &BTreeSet<Id>,
        changed: &[Record],
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let Some(points) = self.model.shaped(Shape::RiskPoint) else { return Ok(()) };
        let parts = Parts { register: factors, reference: "risk_point", changed };
        let mut regraded = Vec::new();
        for id in ids {
            regraded.extend(self.regrade(actor, points, *id, "grade", &parts, set).await?);
        }
        let Some(enterprises) =
            self.model.shaped(Shape::Enterprise).filter(|e| e.field("risk_grade").is_some())
        else {
            return Ok(());
        };
        let ids: BTreeSet<Id> =
            regraded.iter().filter_map(|point| fact(&point.facts, "enterprise").as_id()).collect();
        let parts = Parts { register: points, reference: "enterprise", changed: &regraded };
        for id in ids {
            self.regrade(actor, enterprises, id, "risk_grade", &parts, set).await?;
        }
        Ok(())
    }

    /// Grades risk points anew whose factors are stored already, as after an import.
    ///
    /// # Errors
    /// The database failed, or others keep changing those records.
    pub(crate) async fn settle(
        &self,
        actor: &Actor,
        factors: &Register,
        points: &BTreeSet<Id>,
    ) -> Result<(), EngineError> {
        let mut tries = 0;
        loop {
            let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
            self.regrade_points(actor, factors, points, &[], &mut set).await?;
            if set.changes.is_empty() {
                return Ok(());
            }
            match self.database.apply(set).await {
                Err(WriteError::Conflict { .. }) if tries < RIPPLE_TRIES => tries += 1,
                other => return Ok(other.map(drop)?),
            }
        }
    }

    /// The worst grade among the parts of `to`.
    async fn worst(&self, parts: &Parts<'_>, to: Id) -> Result<Option<String>, EngineError> {
        let Parts { register, reference, changed } = *parts;
        let query = Query::of(table_name(register.name()), Scope::system("worst grade"))
            .columns(&["id", "grade"])
            .filter(Condition::eq(reference, to))
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(u32::MAX);
        let here = changed.iter().filter(|r| fact(&r.facts, reference).as_id() == Some(to));
        let mut grades: Vec<String> =
            here.map(|r| fact(&r.facts, "grade").as_text().unwrap_or_default().to_owned()).collect();
        for row in self.database.select(&query).await? {
            let id = row.id("id")?;
            if changed.iter().all(|r| r.id != id) {
                grades.push(row.text("grade")?.to_owned());
            }
        }
        Ok(GRADES.into_iter().find(|grade| grades.iter().any(|g| g == grade)).map(str::to_owned))
    }

    /// Sets the computed grade of a record from its parts; gives back the record where its grade changes.
    ///
    /// The record is read before its parts and its version is raised in any case: of two people who enter parts at the
    /// same time, the second one then grades again, with the parts of the first.
    async fn regrade(
        &self,
        actor: &Actor,
        register: &Register,
        id: Id,
        field: &str,
        parts: &Parts<'_>,
        set: &mut ChangeSet,
    ) -> Result<Option<Record>, EngineError> {
        let query = Query::of(table_name(register.name()), Scope::system("regrading"))
            .filter(Condition::eq("id", id))
            .limit(1);
        let Some(row) = self.database.first(&query).await? else { return Ok(None) };
        let old = record_of(register, row)?;
        let mut new = old.clone();
        match self.worst(parts, id).await? {
            Some(grade) => drop(new.facts.insert(field.to_owned(), Fact::Text(grade))),
            None => drop(new.facts.remove(field)),
        }
        let changed = changed(&old.facts, &new.facts);
        if !changed.is_empty() {
            new.updated_at = self.now();
            set.journal.push(journal(actor, "regrade", &new, new.updated_at, &changed));
        }
        set.append(update(&self.model, register, &old, &new));
        Ok((!changed.is_empty()).then_some(new))
    }
}

/// The risk point of a factor.
pub(crate) fn point_of(factor: &Record) -> Option<Id> {
    fact(&factor.facts, "risk_point").as_id()
}
