//! Moving a case on by one step.

use base::Id;
use city::Actor;
use judge::fact::fact;
use judge::{CaseNow, Doer, Done, Facts, case};
use plan::pack::{Procedure, Register};
use store::ChangeSet;

use super::change::{Event, event};
use super::timeline::done_of;
use crate::record::Record;
use crate::record::write::{Sending, journal, title_of, update};
use crate::{Engine, EngineError};

/// A step that somebody wants to take.
#[derive(Debug, Clone)]
pub struct StepRequest<'a> {
    /// Name of the step.
    pub step: &'a str,
    /// The version that the person saw.
    pub version: i64,
    /// The fields of the form.
    pub facts: &'a Facts,
    /// The remark.
    pub reason: &'a str,
}

impl Engine {
    /// Takes a step.
    ///
    /// # Errors
    /// Not visible, not allowed, something is missing, or the case was moved by somebody else since `version`.
    pub async fn take_step(
        &self,
        actor: &Actor,
        register: &str,
        id: Id,
        request: &StepRequest<'_>,
        sending: &Sending,
    ) -> Result<(), EngineError> {
        self.record(actor, register, id).await?;
        let register = self.register(register)?;
        let old = self.any_record(register.name(), id).await?.ok_or(EngineError::NotFound)?;
        if old.version != request.version {
            return Err(EngineError::Conflict);
        }
        self.check_references(actor, register, request.facts).await?;
        let done = self.done(id).await?;
        let (new, mut set) = self.turn(actor, register, &old, &done, request)?;
        let procedure = self.procedure_of(&new)?;
        set.changes.extend(self.waiting_changes(&new, procedure).await?);
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        self.database.apply(set).await?;
        Ok(())
    }

    /// The pure middle of [`Engine::take_step`]: the case after the step, and what is written beside who is waited for.
    ///
    /// # Errors
    /// Not allowed, or something is missing.
    pub fn turn(
        &self,
        actor: &Actor,
        register: &Register,
        old: &Record,
        done: &[Done],
        request: &StepRequest<'_>,
    ) -> Result<(Record, ChangeSet), EngineError> {
        let head = old.case.as_ref().ok_or(EngineError::NotFound)?;
        let procedure = self.procedure_of(old)?;
        let step = procedure.step(request.step).ok_or(EngineError::NotFound)?;
        let next = match &step.becomes {
            Some(name) => self.model.procedure(name).ok_or(EngineError::NotFound)?,
            None => procedure,
        };
        let roles = actor.roles_over(&old.place);
        let doer = Doer { account: actor.account, roles: &roles };
        let case = CaseNow {
            procedure,
            state: &head.state,
            entered_at: head.entered_at,
            done,
            facts: &old.facts,
        };
        let turn = case::take(&case, step, doer, request.facts, request.reason, next)?;
        let now = self.now();
        let mut new = old.clone();
        new.facts.extend(turn.facts.clone());
        new.updated_at = now;
        new.title = title_of(register, &new.facts, &self.model);
        if let Some(case) = new.case.as_mut() {
            if next.name() == head.procedure && turn.state == head.state {
                // A side step such as an extension stays in its state: its time goes on, only the limit is read anew.
                super::set_limit(self, next, &new.facts, case);
            } else {
                super::enter(self, next, &turn.state, now, &new.facts, case);
            }
        }
        let mut set = update(&self.model, register, old, &new);
        let what = Event { step: step.name(), from: &head.state, reason: request.reason, facts: &turn.facts };
        set.changes.push(event(self, actor, &new, procedure.name(), &what));
        set.journal.push(journal(actor, &format!("step.{}", step.name()), &new, now, &turn.facts));
        Ok((new, set))
    }

    /// Steps taken so far on a case, oldest first.
    pub(crate) async fn done(&self, id: Id) -> Result<Vec<Done>, EngineError> {
        Ok(done_of(&self.events(id).await?))
    }

    pub(crate) fn procedure_of(&self, record: &Record) -> Result<&Procedure, EngineError> {
        let name = record.case.as_ref().map_or("", |c| c.procedure.as_str());
        self.model.procedure(name).ok_or(EngineError::NotFound)
    }
}

/// True when a hazard was found by the enterprise itself and put right in time: it never becomes a violation by itself
/// (`users.md` point 5).
#[must_use]
pub fn self_found_in_time(record: &Record) -> bool {
    let own = fact(&record.facts, "source").as_text() == Some("self_check");
    let in_time = record.case.as_ref().is_some_and(|c| !c.open && c.closed_at <= c.due_at);
    own && in_time
}
