//! Moving a case on by one step.

use base::Id;
use city::Actor;
use judge::fact::fact;
use judge::{CaseNow, Doer, Done, Facts, case};
use plan::pack::{Procedure, Register};
use store::{ChangeSet, WriteError};

use super::agency::agencies;
use super::change::{Event, event};
use super::timeline::done_of;
use crate::record::Record;
use crate::record::change_set::{journal, update};
use crate::record::write::{Sending, title_of};
use crate::rule::effect::RULE_EFFECT;
use crate::tables::{DEADLINE, WAITING};
use crate::{Engine, EngineError};

/// How often a step is tried again when a sweep was faster.
const SWEPT_TRIES: u32 = 5;

/// Why a step was not taken.
enum StepError {
    /// A sweep changed who is waited for since that was read, or somebody a record that the step changes too.
    Swept,
    /// Everything else.
    Engine(EngineError),
}

impl<E: Into<EngineError>> From<E> for StepError {
    fn from(error: E) -> Self {
        Self::Engine(error.into())
    }
}

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
        if self.earlier(sending).await?.is_some() {
            return Ok(());
        }
        let register = self.register(register)?;
        let mut tries = 0;
        loop {
            match self.try_step(actor, register, id, request, sending).await {
                // A sweep told somebody in the meantime: the case itself is as it was.
                Err(StepError::Swept) if tries < SWEPT_TRIES => tries += 1,
                Err(StepError::Swept) => return Err(EngineError::Conflict),
                Err(StepError::Engine(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    }

    async fn try_step(
        &self,
        actor: &Actor,
        register: &Register,
        id: Id,
        request: &StepRequest<'_>,
        sending: &Sending,
    ) -> Result<(), StepError> {
        let old = self.any_record(register.name(), id).await?.ok_or(EngineError::NotFound)?;
        if old.version != request.version {
            return Err(EngineError::Conflict.into());
        }
        self.check_references(actor, register, request.facts, &[]).await?;
        self.check_accounts(actor, register, request.facts, &old.place).await?;
        let done = self.done(id).await?;
        let (new, mut set) = self.turn(actor, register, &old, &done, request)?;
        let procedure = self.procedure_of(&new)?;
        set.changes.extend(self.waiting_changes(&old, &new, procedure).await?);
        self.follow(actor, register, Some(&old), &new, &mut set).await?;
        self.lift(actor, register, &new, &mut set).await?;
        self.withdraw_owed(register, &old, &new, &mut set).await?;
        self.publication_follows(actor, register, &new, request.reason, &mut set).await?;
        self.judge_one(register, Some(&old), &new, &[], &mut set).await?;
        set.changes.extend(self.name_attachments(actor, id, &old.facts, &new.facts).await?);
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        match self.database.apply(set).await {
            Err(WriteError::Duplicate { table, .. }) if table == RULE_EFFECT => Err(StepError::Swept),
            Err(WriteError::Conflict { table, id: other })
                if other != id || [DEADLINE, WAITING].contains(&table.as_str()) =>
            {
                Err(StepError::Swept)
            }
            other => {
                other.map_err(EngineError::from)?;
                self.duties_follow(register, Some(&old), &new).await;
                Ok(())
            }
        }
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
        let agencies = agencies(&self.model, actor, &old.place);
        let doer = Doer { account: actor.account, roles: &roles, agencies: &agencies };
        let case =
            CaseNow { procedure, state: &head.state, entered_at: head.entered_at, done, facts: &old.facts };
        let mut turn = case::take(&case, step, doer, request.facts, request.reason, next)?;
        turn.facts.extend(crate::proposal::on_step(register, actor, &turn.state, self.today(), &old.facts));
        let now = self.now();
        let mut new = old.clone();
        new.facts.extend(turn.facts.clone());
        crate::owed::after_step(&self.model, register, step.name(), &mut new.facts);
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
    let closed = record.case.as_ref().filter(|c| !c.open).map(|c| c.closed_at.day());
    // The day on which it was put right counts, not the day on which somebody accepted it.
    let done = closed.map(|closed| fact(&record.facts, "done_on").as_day().unwrap_or(closed));
    let until = fact(&record.facts, "deadline").as_day();
    own && done.is_some_and(|done| until.is_none_or(|until| done <= until))
}
