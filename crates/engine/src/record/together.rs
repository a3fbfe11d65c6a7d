//! Creating and changing a record, alone or together with others that belong to it: a risk factor with its measures is
//! one change, all of it or nothing.

use base::{Id, Problem, Problems};
use city::Actor;
use judge::{Fact, Facts};
use plan::pack::Register;
use store::{Applied, ChangeSet};

use super::Record;
use super::change_set::{changed, insert, journal, update};
use super::write::{Sending, check, title_of, with_defaults};
use crate::risk::assess::Given;
use crate::{Engine, EngineError};

/// A record that is created together with another one, to which it belongs.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its register, which holds no cases.
    pub register: String,
    /// The field that refers to the other record.
    pub reference: String,
    /// Its fields without that one.
    pub facts: Facts,
}

impl Engine {
    /// Creates a record in a register that does not hold cases.
    ///
    /// # Errors
    /// Not a keeper over the place, wrong or missing fields, a value that must be unique is taken.
    pub async fn create(
        &self,
        actor: &Actor,
        register: &str,
        input: &Facts,
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        self.create_with(actor, register, input, &[], sending).await
    }

    /// Creates a record and its parts in one change.
    ///
    /// # Errors
    /// As for [`Engine::create`]; problems of a part name its register before the field.
    pub async fn create_with(
        &self,
        actor: &Actor,
        register: &str,
        input: &Facts,
        parts: &[Part],
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        let register = self.register(register)?;
        if register.cases {
            return Err(EngineError::Refused(Problem::new("record.opened_by_procedure")));
        }
        if let Some(id) = self.earlier(sending).await?.and_then(|made| made.parse().ok()) {
            return Ok(id);
        }
        let record = self.prepare(actor, register, input).await?;
        let mut plain = insert(&self.model, register, &record);
        plain.journal.push(journal(actor, "create", &record, self.now(), &record.facts));
        plain.changes.extend(self.name_attachments(actor, record.id, &Facts::new(), &record.facts).await?);
        let also = self.add_parts(actor, &record, parts, &mut plain).await?;
        plain.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        match self.apply_with_ripples(actor, register, None, &record, &also, &plain).await? {
            Applied::Done => Ok(record.id),
            Applied::AlreadyDone(result) => Ok(result.parse().unwrap_or(record.id)),
        }
    }

    /// Changes fields of a record that does not go round a procedure.
    ///
    /// # Errors
    /// Not visible, not a keeper, changed by somebody else since `version`, wrong fields.
    pub async fn update(
        &self,
        actor: &Actor,
        register: &str,
        id: Id,
        version: i64,
        input: &Facts,
    ) -> Result<(), EngineError> {
        self.update_with(actor, register, id, version, input, &[]).await
    }

    /// Changes a record and creates parts of it in one change. Sending it again is a conflict of the version.
    ///
    /// # Errors
    /// As for [`Engine::update`]; problems of a part name its register before the field.
    pub async fn update_with(
        &self,
        actor: &Actor,
        register: &str,
        id: Id,
        version: i64,
        input: &Facts,
        parts: &[Part],
    ) -> Result<(), EngineError> {
        let register = self.register(register)?;
        if register.cases {
            return Err(EngineError::Refused(Problem::new("record.changed_by_steps")));
        }
        let old = self.find_for_change(actor, register, id).await?;
        if old.version != version {
            return Err(EngineError::Conflict);
        }
        self.may_keep(actor, register, &old.place)?;
        let mut new = self.changed_record(actor, register, &old, input)?;
        self.judge_anew(register, id, &mut new.facts).await?;
        let changed = changed(&old.facts, &new.facts);
        if changed.is_empty() && parts.is_empty() {
            return Ok(());
        }
        // What somebody else referred to, and this person does not see, stays; what the program fills leads where it must.
        let typed = |name: &str| register.field(name).is_some_and(|f| !f.computed);
        let by_hand = changed.only(typed);
        let named = self.check_references(actor, register, &by_hand, &[]).await?;
        new.place = self.place_for(register, id, &new.facts, &named).await?;
        self.may_keep(actor, register, &new.place)?;
        self.check_accounts(actor, register, &by_hand, &new.place).await?;
        self.check_unique(register, &new.facts, &new.place, Some(id)).await?;
        new.title = title_of(register, &new.facts, &self.model);
        new.updated_at = self.now();
        let mut plain = update(&self.model, register, &old, &new);
        plain.journal.push(journal(actor, "update", &new, self.now(), &changed));
        plain.changes.extend(self.name_attachments(actor, id, &old.facts, &new.facts).await?);
        let also = self.add_parts(actor, &new, parts, &mut plain).await?;
        self.apply_with_ripples(actor, register, Some(&old), &new, &also, &plain).await?;
        Ok(())
    }

    /// The record with what was sent and what follows from it, checked by itself.
    fn changed_record(
        &self,
        actor: &Actor,
        register: &Register,
        old: &Record,
        input: &Facts,
    ) -> Result<Record, EngineError> {
        let reads = self.reads_at(actor, register, &old.place);
        let typed = |name: &str| register.field(name).is_some_and(|f| !f.computed && f.class <= reads);
        let mut new = old.clone();
        new.facts.extend(input.only(typed));
        self.set_computed(register, Given { old: Some(&old.facts), sent: input }, &mut new.facts)?;
        check(register, &new.facts).or(())?;
        self.mark(register, old, &mut new);
        Ok(new)
    }

    /// Adds new records that belong to `to`, which is part of the same change and need not be stored yet; gives them back.
    async fn add_parts(
        &self,
        actor: &Actor,
        to: &Record,
        parts: &[Part],
        set: &mut ChangeSet,
    ) -> Result<Vec<Record>, EngineError> {
        let (mut problems, mut added) = (Problems::default(), Vec::with_capacity(parts.len()));
        for part in parts {
            let register = self.register(&part.register)?;
            match self.part(actor, register, to, part).await {
                Ok(record) => {
                    set.append(insert(&self.model, register, &record));
                    let none = Facts::new();
                    set.changes.extend(self.name_attachments(actor, record.id, &none, &record.facts).await?);
                    set.journal.push(journal(actor, "create", &record, self.now(), &record.facts));
                    added.push(record);
                }
                Err(EngineError::Invalid(found)) => problems.0.extend(
                    found
                        .0
                        .into_iter()
                        .map(|p| Problem { field: format!("{}.{}", part.register, p.field), ..p }),
                ),
                Err(other) => return Err(other),
            }
        }
        Ok(problems.or(added)?)
    }

    async fn part(
        &self,
        actor: &Actor,
        register: &Register,
        to: &Record,
        part: &Part,
    ) -> Result<Record, EngineError> {
        let now = self.now();
        let mut facts = with_defaults(register, &part.facts);
        let named = self.check_references(actor, register, &facts, &[]).await?;
        facts.insert(part.reference.clone(), Fact::Reference(to.id));
        self.set_computed(register, Given { old: None, sent: &part.facts }, &mut facts)?;
        check(register, &facts).or(())?;
        let place = self.place_for(register, Id::NIL, &facts, &named).await?;
        self.may_keep(actor, register, &place)?;
        self.check_accounts(actor, register, &facts, &place).await?;
        self.check_unique(register, &facts, &place, None).await?;
        let title = title_of(register, &facts, &self.model);
        let code = self.next_code(&register.code, &place, self.today()).await?;
        Ok(Record { code, ..Record::new(self.new_id_at(now), register, title, place, facts, actor, now) })
    }
}
