//! Deciding: a named person publishes, declines, withdraws or corrects. The decision on an offer is the decision on its
//! proposal, whichever of the two pages it was taken on.

use base::{Id, Problem};
use city::Actor;
use judge::{Fact, Facts, fact::fact};
use plan::pack::{Publication, Register, Shape};
use store::{ChangeSet, Condition, Query, Scope};

use super::freeze::order_key;
use super::{Entry, PUBLICATION_ENTRY, Standing};
use crate::case::change::{Event, event};
use crate::proposal::on_step;
use crate::record::Record;
use crate::record::change_set::{journal, update};
use crate::{Engine, EngineError};

/// Longest reason, in characters.
const LONGEST: usize = 500;

impl Engine {
    /// Publishes what is offered.
    ///
    /// # Errors
    /// Not visible, decided already, or changed since; the record no longer meets the condition.
    pub async fn publish(&self, actor: &Actor, entry: Id, version: i64) -> Result<(), EngineError> {
        let (publication, old) = self.to_decide(actor, entry, version, Standing::Offered).await?;
        let record = self.publishable(publication, &old).await?;
        let mut set = ChangeSet::new();
        self.decide_proposal(actor, &old, ("accept", "accepted"), "", &mut set).await?;
        self.publishing(actor, publication, &old, &record, &mut set).await?;
        self.database.apply(set).await?;
        Ok(())
    }

    /// Decides against what is offered.
    ///
    /// # Errors
    /// As for [`Engine::publish`]; no reason.
    pub async fn decline_publication(
        &self,
        actor: &Actor,
        entry: Id,
        version: i64,
        reason: &str,
    ) -> Result<(), EngineError> {
        let (_, old) = self.to_decide(actor, entry, version, Standing::Offered).await?;
        let reason = reasoned(reason)?;
        let mut set = ChangeSet::new();
        self.decide_proposal(actor, &old, ("decline", "declined"), &reason, &mut set).await?;
        self.declining(actor, &old, &reason, &mut set);
        self.database.apply(set).await?;
        Ok(())
    }

    /// Takes back what is published.
    ///
    /// # Errors
    /// As for [`Engine::publish`]; no reason.
    pub async fn withdraw_publication(
        &self,
        actor: &Actor,
        entry: Id,
        version: i64,
        reason: &str,
    ) -> Result<(), EngineError> {
        let (_, old) = self.to_decide(actor, entry, version, Standing::Published).await?;
        let reason = reasoned(reason)?;
        let mut set = ChangeSet::new();
        self.withdrawing(actor, &old, &reason, &mut set);
        self.lift_decision(actor, &old, "withdrawn", &reason, &mut set).await?;
        self.database.apply(set).await?;
        Ok(())
    }

    /// Replaces what is published by a copy of the record as it is now. First and last day stay.
    ///
    /// # Errors
    /// As for [`Engine::publish`]; no reason, or nothing that would be read has changed.
    pub async fn correct_publication(
        &self,
        actor: &Actor,
        entry: Id,
        version: i64,
        reason: &str,
    ) -> Result<Id, EngineError> {
        let (publication, old) = self.to_decide(actor, entry, version, Standing::Published).await?;
        let reason = reasoned(reason)?;
        let record = self.publishable(publication, &old).await?;
        let register = self.register(publication.of.get_ref())?;
        let shown = self.frozen(publication, register, std::slice::from_ref(&record)).await?;
        let shown = shown.into_iter().next().unwrap_or_default();
        if shown == old.shown {
            return Err(Problem::of("reason", "publication.nothing_changed").into());
        }
        let now = self.now();
        let mut new = Entry { id: self.new_id_at(now), shown, decided_at: now, ..old.clone() };
        new.decided_by.clone_from(&actor.display);
        new.order = order_key(publication, &record, new.first.unwrap_or_else(|| self.today()));
        new.code.clone_from(&record.code);
        new.title.clone_from(&record.title);
        new.place = record.place.clone();
        let mut before = old.clone();
        before.standing = Standing::Corrected;
        before.ended_at = now;
        before.ended_by.clone_from(&actor.display);
        before.reason = reason;
        before.replaced_by = new.id;
        let mut set = ChangeSet::new();
        set.changes.push(before.update());
        set.changes.push(new.insert());
        set.journal.push(before.journal(actor, "correct", now));
        set.journal.push(new.journal(actor, "publish", now));
        self.database.apply(set).await?;
        Ok(new.id)
    }

    async fn to_decide(
        &self,
        actor: &Actor,
        entry: Id,
        version: i64,
        standing: Standing,
    ) -> Result<(&Publication, Entry), EngineError> {
        let entry = self.publication_entry(actor, entry).await?;
        let publication = self.publication(&entry.publication)?;
        if entry.version != version || entry.standing != standing {
            return Err(EngineError::Conflict);
        }
        Ok((publication, entry))
    }

    /// The record, where it still meets the condition.
    async fn publishable(&self, publication: &Publication, entry: &Entry) -> Result<Record, EngineError> {
        let register = self.register(publication.of.get_ref())?;
        let when = publication.when.as_ref().map(|w| w.get_ref().as_str());
        if !self.fits(register, ("r", when), entry.record).await? {
            return Err(EngineError::Refused(Problem::new("publication.no_longer")));
        }
        self.any_record(register.name(), entry.record).await?.ok_or(EngineError::NotFound)
    }

    async fn publishing(
        &self,
        actor: &Actor,
        publication: &Publication,
        old: &Entry,
        record: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let register = self.register(publication.of.get_ref())?;
        let shown = self.frozen(publication, register, std::slice::from_ref(record)).await?;
        let (first, last) = self.span(publication, record);
        let mut new = old.clone();
        new.standing = Standing::Published;
        new.shown = shown.into_iter().next().unwrap_or_default();
        (new.first, new.last) = (Some(first), last);
        new.order = order_key(publication, record, first);
        new.decided_at = self.now();
        new.decided_by.clone_from(&actor.display);
        new.place = record.place.clone();
        set.changes.push(new.update());
        set.journal.push(new.journal(actor, "publish", self.now()));
        Ok(())
    }

    fn declining(&self, actor: &Actor, old: &Entry, reason: &str, set: &mut ChangeSet) {
        let mut new = old.clone();
        new.standing = Standing::Declined;
        new.decided_at = self.now();
        new.decided_by.clone_from(&actor.display);
        reason.clone_into(&mut new.reason);
        set.changes.push(new.update());
        set.journal.push(new.journal(actor, "decline", self.now()));
    }

    fn withdrawing(&self, actor: &Actor, old: &Entry, reason: &str, set: &mut ChangeSet) {
        let mut new = old.clone();
        new.standing = Standing::Withdrawn;
        new.ended_at = self.now();
        new.ended_by.clone_from(&actor.display);
        reason.clone_into(&mut new.reason);
        set.changes.push(new.update());
        set.journal.push(new.journal(actor, "withdraw", self.now()));
    }

    pub(super) async fn proposal_of(&self, entry: &Entry) -> Result<Option<Record>, EngineError> {
        let (register, _) = self.proposals()?;
        self.any_record(register.name(), entry.proposal).await
    }

    /// Moves the proposal on as its step would, by somebody whom the publication lets decide.
    async fn decide_proposal(
        &self,
        actor: &Actor,
        entry: &Entry,
        (step, state): (&str, &str),
        reason: &str,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let (register, procedure) = self.proposals()?;
        let old = self.proposal_of(entry).await?.ok_or(EngineError::NotFound)?;
        let Some(head) = old.case.as_ref().filter(|head| head.open) else {
            return Err(EngineError::Conflict);
        };
        let written = on_step(register, actor, state, self.today(), &old.facts);
        let mut new = old.clone();
        new.facts.extend(written.clone());
        new.updated_at = self.now();
        if let Some(head) = new.case.as_mut() {
            crate::case::enter(self, procedure, state, self.now(), &new.facts, head);
        }
        set.append(update(&self.model, register, &old, &new));
        let what = Event { step, from: &head.state, reason, facts: &written };
        set.changes.push(event(self, actor, &new, procedure.name(), &what));
        set.journal.push(journal(actor, &format!("step.{step}"), &new, self.now(), &written));
        set.changes.extend(self.waiting_changes(&old, &new, procedure).await?);
        Ok(())
    }

    /// Ends the decision by which something is public.
    pub(super) async fn lift_decision(
        &self,
        actor: &Actor,
        entry: &Entry,
        step: &str,
        reason: &str,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let (register, procedure) = self.proposals()?;
        let Some(old) = self.proposal_of(entry).await? else { return Ok(()) };
        if *fact(&old.facts, "in_force") != Fact::YesNo(true) {
            return Ok(());
        }
        let facts = Facts::from([
            ("in_force".to_owned(), Fact::YesNo(false)),
            ("lifted_on".to_owned(), Fact::Day(self.today())),
        ]);
        let mut new = old.clone();
        new.facts.extend(facts.clone());
        new.updated_at = self.now();
        set.append(update(&self.model, register, &old, &new));
        let from = old.case.as_ref().map_or("", |head| head.state.as_str());
        let what = Event { step, from, reason, facts: &facts };
        set.changes.push(event(self, actor, &new, procedure.name(), &what));
        set.journal.push(journal(actor, step, &new, self.now(), &facts));
        Ok(())
    }

    /// What follows for a publication when its proposal is decided on the page of cases.
    pub(crate) async fn publication_follows(
        &self,
        actor: &Actor,
        register: &Register,
        new: &Record,
        reason: &str,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if register.shape != Some(Shape::Proposal) {
            return Ok(());
        }
        let state = new.case.as_ref().map_or("", |head| head.state.as_str());
        if let Some(entry) = self.entry_of(new.id, Standing::Offered).await? {
            match state {
                "accepted" => {
                    let publication = self.publication(&entry.publication)?;
                    let record = self.publishable(publication, &entry).await?;
                    self.publishing(actor, publication, &entry, &record, set).await?;
                }
                "declined" => self.declining(actor, &entry, reason, set),
                _ => {}
            }
        }
        // A delisting ends the publication that it is about.
        if state == "accepted"
            && let Some(about) = fact(&new.facts, "about").as_id()
            && let Some(entry) = self.entry_of(about, Standing::Published).await?
        {
            let why = fact(&new.facts, "reason").as_text().unwrap_or_default();
            self.withdrawing(actor, &entry, why, set);
        }
        Ok(())
    }

    async fn entry_of(&self, proposal: Id, standing: Standing) -> Result<Option<Entry>, EngineError> {
        let query = Query::of(PUBLICATION_ENTRY, Scope::system("what a proposal publishes"))
            .filter(Condition::eq("proposal", proposal))
            .filter(Condition::eq("standing", standing.name()))
            .limit(1);
        let row = self.database.first(&query).await?;
        Ok(row.map(|row| Entry::of(&row)).transpose()?)
    }
}

fn reasoned(reason: &str) -> Result<String, EngineError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::of("reason", "field.required").into());
    }
    Ok(reason.chars().take(LONGEST).collect())
}
