//! When a factor is assessed again: its assessment has run out (sweep), or something changed that the pack names
//! (`reassess` of the registers). The open case stands in the factor's field `reassessment`, so that there is never more
//! than one: whoever opens, adds to or closes it writes the factor too, and of two at once the second reads anew.

use base::Day;
use city::Actor;
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Register, Shape};
use store::{ChangeSet, Condition, Direction, Priority, Query, Scope, Value, WriteError};

use super::assess::{answered, assessed_anew};
use super::cause::Cause;
use crate::record::Record;
use crate::record::change_set::update;
use crate::record::read::records_of;
use crate::sweep::Swept;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// The factor's field that names the open case.
pub(crate) const ASKED: &str = "reassessment";
/// The reason of an assessment that has run out.
const PERIODIC: &str = "periodic";
/// Factors taken per chunk of the sweep.
const CHUNK: u32 = 200;

impl Engine {
    /// Sets the field of a changed factor that says whether a new assessment is asked for: a new assessment empties it,
    /// a change of the facts fills it.
    pub(crate) fn mark(&self, register: &Register, old: &Record, new: &mut Record) {
        let factor = register.shape == Some(Shape::RiskFactor) && register.field(ASKED).is_some();
        if !factor || assessed_anew(&old.facts, &new.facts) || !fact(&new.facts, ASKED).is_empty() {
            return;
        }
        if self.model.shaped(Shape::Reassessment).is_some()
            && self.cause(register, Some(&old.facts), new).is_some()
        {
            new.facts.insert(ASKED.to_owned(), Fact::Reference(self.new_id()));
        }
    }

    /// Adds what a new or changed record brings about for assessments: the earlier one is kept, the case that asked for
    /// a new one is closed; a change of facts opens a case for each factor that it concerns.
    ///
    /// # Errors
    /// The database failed, or a hazard that asks for a new assessment says of what.
    pub(crate) async fn follow(
        &self,
        actor: &Actor,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if self.model.shaped(Shape::Reassessment).is_none() {
            return Ok(());
        }
        match (register.shape, old) {
            (Some(Shape::RiskFactor), Some(old)) => self.follow_factor(actor, register, old, new, set).await,
            (Some(Shape::RiskFactor), None) => Ok(()),
            (Some(Shape::Reassessment), Some(old)) => self.release(old, new, set).await,
            _ => self.follow_cause(actor, register, old, new, set).await,
        }
    }

    async fn follow_factor(
        &self,
        actor: &Actor,
        register: &Register,
        old: &Record,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if assessed_anew(&old.facts, &new.facts) {
            self.keep_assessment(actor, old, set).await?;
            if answered(&old.facts, &new.facts) {
                self.close_case(actor, old, new, set).await?;
            }
            return Ok(());
        }
        let Some(cause) = self.cause(register, Some(&old.facts), new) else { return Ok(()) };
        let open = !fact(&old.facts, ASKED).is_empty();
        if open {
            self.note_cause(actor, new, &cause, set).await
        } else {
            self.open_for(actor, new, &cause, set).await
        }
    }

    async fn follow_cause(
        &self,
        actor: &Actor,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let Some(cause) = self.cause(register, old.map(|o| &o.facts), new) else { return Ok(()) };
        let factors = self.model.shaped(Shape::RiskFactor).ok_or(EngineError::NotFound)?;
        for id in self.concerned(register, new).await? {
            let Some(factor) = self.any_record(factors.name(), id).await? else { continue };
            self.ask(actor, factors, &factor, &cause, set).await?;
        }
        Ok(())
    }

    /// Asks for a new assessment of a factor: a case, or a note to the one that is open.
    async fn ask(
        &self,
        actor: &Actor,
        factors: &Register,
        factor: &Record,
        cause: &Cause,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if !fact(&factor.facts, ASKED).is_empty() {
            return self.note_cause(actor, factor, cause, set).await;
        }
        let mut asked = factor.clone();
        asked.facts.insert(ASKED.to_owned(), Fact::Reference(self.new_id()));
        set.append(update(&self.model, factors, factor, &asked));
        self.open_for(actor, &asked, cause, set).await
    }

    /// A case that ended without an assessment no longer stands in its factor.
    async fn release(&self, old: &Record, new: &Record, set: &mut ChangeSet) -> Result<(), EngineError> {
        let open = |record: &Record| record.case.as_ref().is_some_and(|c| c.open);
        let factors = self.model.shaped(Shape::RiskFactor).ok_or(EngineError::NotFound)?;
        let Some(id) = fact(&new.facts, "factor").as_id().filter(|_| open(old) && !open(new)) else {
            return Ok(());
        };
        let Some(factor) = self.any_record(factors.name(), id).await? else { return Ok(()) };
        if fact(&factor.facts, ASKED).as_id() == Some(new.id) {
            let mut free = factor.clone();
            free.facts.remove(ASKED);
            set.append(update(&self.model, factors, &factor, &free));
        }
        Ok(())
    }

    /// Opens cases for assessments that have run out.
    ///
    /// # Errors
    /// The database failed; what was opened before stays open.
    pub(crate) async fn sweep_assessments(&self, total: &mut Swept) -> Result<(), EngineError> {
        let Some(factors) = self.model.shaped(Shape::RiskFactor).filter(|f| f.field(ASKED).is_some()) else {
            return Ok(());
        };
        if self.model.shaped(Shape::Reassessment).is_none() {
            return Ok(());
        }
        loop {
            let query = run_out(factors, self.today());
            let rows = self.database.select(&query).await?;
            let read = rows.len();
            let mut sets = Vec::with_capacity(read);
            for factor in records_of(factors, rows)? {
                let until = fact(&factor.facts, "assess_again_on").as_day().map(Day::zh).unwrap_or_default();
                let cause =
                    Cause { reason: PERIODIC.into(), what: format!("评估有效期至{until}"), case: None };
                let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
                self.ask(&crate::install::program(), factors, &factor, &cause, &mut set).await?;
                sets.push(set);
            }
            let mut opened = 0;
            for result in self.database.apply_bulk(sets).await {
                match result {
                    Ok(_) => opened += 1,
                    // Somebody changed the factor or another sweep was faster: it is looked at again if it is still due.
                    Err(WriteError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            total.opened += opened;
            if opened == 0 || read < CHUNK as usize {
                return Ok(());
            }
        }
    }
}

/// Factors whose assessment has run out and for which no new one is asked yet.
fn run_out(factors: &Register, today: Day) -> Query {
    Query::of(table_name(factors.name()), Scope::system("assessments that have run out"))
        .filter(Condition::Greater("assess_again_on".into(), Value::Text(String::new())))
        .filter(Condition::LessOrEqual("assess_again_on".into(), Value::Text(today.to_string())))
        .filter(Condition::IsNull(ASKED.into()))
        .filter(Condition::eq("removed_at", 0_i64))
        .sort("assess_again_on", Direction::Ascending)
        .limit(CHUNK)
}
