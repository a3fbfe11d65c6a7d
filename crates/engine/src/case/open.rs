//! Opening a case: the record, its first event, who is waited for, in one change.

use base::{Id, Instant, Problem};
use city::{Actor, Place};
use judge::{Doer, Fact, Facts, case};
use plan::pack::{FieldKind, Procedure, Register, Shape};
use store::{Applied, ChangeSet, WriteError};

use super::agency::{FINDER_AGENCY, agencies, opening_agency};
use super::change::{Event, event};
use crate::record::beside::Named;
use crate::record::change_set::{insert, journal};
use crate::record::write::{RIPPLE_TRIES, Sending, title_of};
use crate::record::{CaseHead, Record};
use crate::rule::effect::RULE_EFFECT;
use crate::{Engine, EngineError};

impl Engine {
    /// Procedures of `register` that the actor may open anywhere in their scope.
    #[must_use]
    pub fn openings(&self, actor: &Actor, register: &str) -> Vec<&Procedure> {
        let may = |p: &&Procedure| {
            p.register == register && p.opening.as_ref().is_some_and(|o| actor.has_any(&o.by))
        };
        self.model.procedures.values().filter(may).collect()
    }

    /// Those of [`Engine::openings`] from which the actor's own enterprise is not shut out by the opening's condition:
    /// some routes are for small firms only. Who belongs to no enterprise gets them all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn openings_here(&self, actor: &Actor, register: &str) -> Result<Vec<&Procedure>, EngineError> {
        let mut openings = self.openings(actor, register);
        let firm = match (self.model.shaped(Shape::Enterprise), actor.enterprise()) {
            (Some(enterprises), Some(id)) => self.any_record(enterprises.name(), id).await?,
            _ => None,
        };
        if let Some(firm) = firm {
            openings.retain(|procedure| fits(procedure, &firm));
        }
        Ok(openings)
    }

    /// Opens a case of `procedure`.
    ///
    /// # Errors
    /// Not by this person there, or fields are missing or wrong.
    pub async fn open_case(
        &self,
        actor: &Actor,
        procedure: &str,
        input: &Facts,
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        let procedure = self.model.procedure(procedure).ok_or(EngineError::NotFound)?;
        let register = self.register(&procedure.register)?;
        let record = match self.prepare_case(actor, procedure, register, input).await {
            Ok(record) => record,
            // What the first sending changed may be what refuses the second one. Where nothing refuses it, the key in
            // the change finds the first.
            Err(refused) => match self.earlier(sending).await?.and_then(|made| made.parse().ok()) {
                Some(id) => return Ok(id),
                None => return Err(refused),
            },
        };
        let mut plain = self.opening_set(actor, procedure, register, &record);
        plain.changes.extend(self.name_attachments(actor, record.id, &Facts::new(), &record.facts).await?);
        plain.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        match self.apply_with_following(actor, register, &record, plain).await? {
            Applied::Done => Ok(record.id),
            Applied::AlreadyDone(result) => Ok(result.parse().unwrap_or(record.id)),
        }
    }

    /// Applies the opening of a case together with what it brings about; where somebody changed one of those records in
    /// the meantime, they are read anew.
    pub(crate) async fn apply_with_following(
        &self,
        actor: &Actor,
        register: &Register,
        record: &Record,
        plain: ChangeSet,
    ) -> Result<Applied, EngineError> {
        let mut tries = 0;
        loop {
            let mut set = plain.clone();
            self.follow(actor, register, None, record, &mut set).await?;
            self.judge_one(register, None, record, &[], &mut set).await?;
            match self.database.apply(set).await {
                Err(WriteError::Duplicate { table, .. }) if table == RULE_EFFECT && tries < RIPPLE_TRIES => {
                    tries += 1;
                }
                Err(WriteError::Conflict { .. }) if tries < RIPPLE_TRIES => tries += 1,
                other => {
                    let applied = other?;
                    if applied == Applied::Done {
                        self.duties_follow(register, None, record).await;
                    }
                    return Ok(applied);
                }
            }
        }
    }

    /// A complete new case that has not been written.
    ///
    /// # Errors
    /// As for [`Engine::open_case`].
    pub async fn prepare_case(
        &self,
        actor: &Actor,
        procedure: &Procedure,
        register: &Register,
        input: &Facts,
    ) -> Result<Record, EngineError> {
        let conditions = procedure.opening.iter().flat_map(|opening| opening.when.fields());
        let lent: Vec<&str> = conditions.map(|(name, _)| name).collect();
        let named = self.check_references(actor, register, input, &lent).await?;
        let place = self.place_for(register, Id::NIL, input, &named).await?;
        let given = lend(procedure, register, input, &named);
        let mut record = self.new_case(actor, procedure, register, &given, place)?;
        self.check_accounts(actor, register, &record.facts, &record.place).await?;
        record.code = self.next_code(&register.code, &record.place, self.today()).await?;
        Ok(record)
    }

    /// The pure middle of [`Engine::prepare_case`]: the new case at `place`, still without a code.
    ///
    /// # Errors
    /// Not by this person there, or fields are missing.
    pub fn new_case(
        &self,
        actor: &Actor,
        procedure: &Procedure,
        register: &Register,
        input: &Facts,
        place: Place,
    ) -> Result<Record, EngineError> {
        let now = self.now();
        not_in_the_future(input, "found_at", now)?;
        let roles = actor.roles_over(&place);
        let agencies = agencies(&self.model, actor, &place);
        let doer = Doer { account: actor.account, roles: &roles, agencies: &agencies };
        let mut turn = case::open(procedure, doer, input)?;
        set_on_opening(register, actor, now, &mut turn.facts);
        let by = procedure.opening.as_ref().map_or(&[][..], |o| &o.by);
        if register.field(FINDER_AGENCY).is_some()
            && let Some(agency) = opening_agency(&self.model, actor, &place, by)
        {
            turn.facts.insert(FINDER_AGENCY, Fact::Text(agency));
        }
        let mut head = new_head(now, actor.account);
        super::enter(self, procedure, &turn.state, now, &turn.facts, &mut head);
        let title = title_of(register, &turn.facts, &self.model);
        Ok(Record {
            case: Some(head),
            ..Record::new(self.new_id_at(now), register, title, place, turn.facts, actor, now)
        })
    }

    /// Everything that is written when a prepared case is opened.
    #[must_use]
    pub fn opening_set(
        &self,
        actor: &Actor,
        procedure: &Procedure,
        register: &Register,
        record: &Record,
    ) -> ChangeSet {
        let mut set = insert(&self.model, register, record);
        let opening = Event { step: "open", from: "", reason: "", facts: &record.facts };
        set.changes.push(event(self, actor, record, procedure.name(), &opening));
        set.changes.extend(self.waiting_inserts(record, procedure));
        set.journal.push(journal(actor, "open", record, self.now(), &record.facts));
        set
    }
}

/// Adds the fields of referenced records that the opening's condition asks for, under their dotted names.
fn lend(procedure: &Procedure, register: &Register, input: &Facts, named: &Named) -> Facts {
    let mut given = input.clone();
    for (name, _) in procedure.opening.iter().flat_map(|opening| opening.when.fields()) {
        let Some((reference, field)) = name.split_once('.') else { continue };
        let to = register.field(reference).and_then(|f| f.to.as_deref());
        if let (Some(to), Some(id)) = (to, judge::fact::fact(input, reference).as_id())
            && let Some(lent) = named.get(to, id).and_then(|record| record.facts.get(field))
        {
            given.insert(name.to_owned(), lent.clone());
        }
    }
    given
}

/// Whether an opening's conditions on the enterprise hold; conditions on anything else are left to the form.
fn fits(procedure: &Procedure, firm: &Record) -> bool {
    let Some(opening) = &procedure.opening else { return false };
    let mut of_firm =
        opening.when.fields().filter_map(|(name, values)| Some((name.strip_prefix("enterprise.")?, values)));
    of_firm.all(|(name, values)| values.contains(&judge::fact::fact(&firm.facts, name).as_choice()))
}

/// Who found it and when, where the form did not say.
fn set_on_opening(register: &Register, actor: &Actor, now: Instant, facts: &mut Facts) {
    if register.field("found_at").is_some() && facts.get("found_at").is_none_or(Fact::is_empty) {
        facts.insert("found_at", Fact::Instant(now));
    }
    // Some registers keep the finder as words: a task force, a county, an insurer's expert.
    if register.field("found_by").is_some_and(|f| f.kind == FieldKind::Account) {
        facts.insert("found_by", Fact::Reference(actor.account));
    }
}

pub(crate) fn new_head(now: Instant, by: Id) -> CaseHead {
    CaseHead {
        procedure: String::new(),
        state: String::new(),
        open: true,
        opened_at: now,
        opened_by: by,
        entered_at: now,
        due_at: Instant::NEVER,
        closed_at: Instant(0),
    }
}

/// The refusal for a future time of finding: nobody finds a hazard tomorrow.
fn not_in_the_future(facts: &Facts, field: &str, now: Instant) -> Result<(), Problem> {
    match facts.get(field) {
        Some(Fact::Instant(at)) if *at > now => {
            Err(Problem::of(field, "field.in_the_future").with("value", at.local()))
        }
        _ => Ok(()),
    }
}
