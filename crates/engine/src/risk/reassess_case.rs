//! The case that asks for a new assessment: how it is opened, added to and closed, and how the assessment before is kept.
//! Its procedure is pack data; the steps that the program takes say `by_program`.

use base::Id;
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Procedure, Register, Shape, Step};
use store::ChangeSet;

use super::cause::Cause;
use super::reassess::ASKED;
use crate::case::change::{Event, event};
use crate::case::open::new_head;
use crate::record::Record;
use crate::record::change_set::{insert, journal, update};
use crate::record::write::title_of;
use crate::{Engine, EngineError};

/// Longest account of what changed, as in the register.
const LONGEST: usize = 2000;

impl Engine {
    /// The register of these cases with their procedure.
    fn asking(&self) -> Result<(&Register, &Procedure), EngineError> {
        let register = self.model.shaped(Shape::Reassessment).ok_or(EngineError::NotFound)?;
        let procedure = self.model.procedures_of(register.name()).next().ok_or(EngineError::NotFound)?;
        Ok((register, procedure))
    }

    /// Opens the case that `factor` names already.
    pub(super) async fn open_for(
        &self,
        actor: &Actor,
        factor: &Record,
        cause: &Cause,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let (register, procedure) = self.asking()?;
        let Some(id) = fact(&factor.facts, ASKED).as_id() else { return Ok(()) };
        let mut facts = Facts::new();
        let mut put = |name: &str, value: Fact| {
            if register.field(name).is_some() && !value.is_empty() {
                facts.insert(name.to_owned(), value);
            }
        };
        let of = |name: &str| fact(&factor.facts, name).clone();
        for same in ["enterprise", "risk_point", "name", "grade", "responsible_person"] {
            put(same, of(same));
        }
        put("factor", Fact::Reference(factor.id));
        put("valid_until", of("assess_again_on"));
        put("reason", Fact::Text(cause.reason.clone()));
        put("what", Fact::Text(cause.what.chars().take(LONGEST).collect()));
        put("asked_on", Fact::Day(self.today()));
        put("responsible", self.account_of(&factor.facts).await?.map_or(Fact::Empty, Fact::Reference));
        if let Some((of, case)) = &cause.case
            && let Some(field) = register.fields.iter().find(|f| f.to.as_ref() == Some(of))
        {
            put(field.name(), Fact::Reference(*case));
        }
        let now = self.now();
        let mut head = new_head(now, actor.account);
        let first = procedure.states.first().map_or("", |s| s.id.as_str());
        crate::case::enter(self, procedure, first, now, &facts, &mut head);
        let title = title_of(register, &facts, &self.model);
        let code = self.next_code(&register.code, &factor.place, self.today()).await?;
        let case = Record {
            case: Some(head),
            code,
            ..Record::new(id, register, title, factor.place.clone(), facts, actor, now)
        };
        set.append(self.opening_set(actor, procedure, register, &case));
        Ok(())
    }

    /// The account of the person responsible for a factor.
    async fn account_of(&self, factor: &Facts) -> Result<Option<Id>, EngineError> {
        let (Some(people), Some(id)) =
            (self.model.shaped(Shape::Person), fact(factor, "responsible_person").as_id())
        else {
            return Ok(None);
        };
        let person = self.any_record(people.name(), id).await?;
        Ok(person.and_then(|person| fact(&person.facts, "account").as_id()))
    }

    /// The open case of a factor.
    async fn case_of(&self, register: &Register, factor: &Record) -> Result<Option<Record>, EngineError> {
        let Some(id) = fact(&factor.facts, ASKED).as_id() else { return Ok(None) };
        let case = self.any_record(register.name(), id).await?;
        Ok(case.filter(|c| c.case.as_ref().is_some_and(|head| head.open)))
    }

    /// Adds a further change to the open case of a factor.
    pub(super) async fn note_cause(
        &self,
        actor: &Actor,
        factor: &Record,
        cause: &Cause,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let (register, procedure) = self.asking()?;
        let Some(old) = self.case_of(register, factor).await? else { return Ok(()) };
        let known = fact(&old.facts, "what").as_text().unwrap_or_default();
        if known.lines().any(|line| line == cause.what) {
            return Ok(());
        }
        let what: String = format!("{known}\n{}", cause.what).trim().chars().take(LONGEST).collect();
        let mut new = old.clone();
        let added = Facts::from([("what".to_owned(), Fact::Text(what))]);
        new.facts.extend(added.clone());
        new.updated_at = self.now();
        set.append(update(&self.model, register, &old, &new));
        self.written(actor, procedure, &old, &new, by_program(procedure, &old, true), &added, set);
        Ok(())
    }

    /// Closes the case of a factor by its new assessment.
    pub(super) async fn close_case(
        &self,
        actor: &Actor,
        before: &Record,
        factor: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let (register, procedure) = self.asking()?;
        let Some(old) = self.case_of(register, before).await? else { return Ok(()) };
        let Some(step) = by_program(procedure, &old, false) else { return Ok(()) };
        let mut result = Facts::new();
        for (name, of) in
            [("new_grade", "grade"), ("assessed_on", "assessed_on"), ("assessed_by", "assessed_by")]
        {
            if register.field(name).is_some() {
                result.insert(name.to_owned(), fact(&factor.facts, of).clone());
            }
        }
        let mut new = old.clone();
        new.facts.extend(result.clone());
        new.updated_at = self.now();
        if let Some(head) = new.case.as_mut() {
            crate::case::enter(self, procedure, &step.to, self.now(), &new.facts, head);
        }
        set.append(update(&self.model, register, &old, &new));
        self.written(actor, procedure, &old, &new, Some(step), &result, set);
        set.changes.extend(self.waiting_changes(&old, &new, procedure).await?);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one line of the timeline")]
    fn written(
        &self,
        actor: &Actor,
        procedure: &Procedure,
        old: &Record,
        new: &Record,
        step: Option<&Step>,
        facts: &Facts,
        set: &mut ChangeSet,
    ) {
        let Some(step) = step else { return };
        let from = old.case.as_ref().map_or("", |c| c.state.as_str());
        let what = Event { step: step.name(), from, reason: "", facts };
        set.changes.push(event(self, actor, new, procedure.name(), &what));
        set.journal.push(journal(actor, &format!("step.{}", step.name()), new, self.now(), facts));
    }

    /// Keeps the assessment that a new one takes the place of.
    pub(super) async fn keep_assessment(
        &self,
        actor: &Actor,
        old: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let Some(register) = self.model.shaped(Shape::Assessment) else { return Ok(()) };
        let mut facts: Facts = register
            .fields
            .iter()
            .filter_map(|f| Some((f.name().to_owned(), old.facts.get(f.name())?.clone())))
            .collect();
        facts.insert("factor", Fact::Reference(old.id));
        if register.field("superseded_on").is_some() {
            facts.insert("superseded_on", Fact::Day(self.today()));
        }
        let title = title_of(register, &facts, &self.model);
        let code = self.next_code(&register.code, &old.place, self.today()).await?;
        let kept = Record {
            code,
            ..Record::new(self.new_id(), register, title, old.place.clone(), facts, actor, self.now())
        };
        set.append(insert(&self.model, register, &kept));
        set.journal.push(journal(actor, "create", &kept, self.now(), &kept.facts));
        Ok(())
    }
}

/// The step that the program takes from the present state of a case: the main one, or the note beside it.
fn by_program<'a>(procedure: &'a Procedure, case: &'a Record, side: bool) -> Option<&'a Step> {
    let state = case.case.as_ref().map_or("", |c| c.state.as_str());
    procedure.steps_from(state).find(|step| step.by_program && step.side == side)
}
