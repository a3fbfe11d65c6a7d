//! One step for several cases at once. Each case is a decision of its own: those for which it is not allowed or not
//! complete are left as they are, and the answer says so case by case.

use std::collections::BTreeSet;

use base::Id;
use city::Actor;
use plan::pack::{Procedure, Register, Step};

use super::step::StepRequest;
use crate::record::write::Sending;
use crate::{Engine, EngineError};

/// A case as it was seen when it was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The case.
    pub id: Id,
    /// Its version.
    pub version: i64,
}

/// What became of one case.
#[derive(Debug)]
pub struct Answer {
    /// The case.
    pub id: Id,
    /// Its code; empty where it is not there for this person.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Done, or why not.
    pub result: Result<(), EngineError>,
}

impl Engine {
    /// The steps that `actor` may take for several cases of the register at once, one for each name, with the
    /// procedure in which it was found first.
    #[must_use]
    pub fn steps_together<'a>(
        &'a self,
        actor: &Actor,
        register: &Register,
    ) -> Vec<(&'a Procedure, &'a Step)> {
        let mut found: Vec<(&Procedure, &Step)> = Vec::new();
        for (procedure, step) in self.steps_of(register) {
            let may =
                |by: &String| by.starts_with("field:") || by.starts_with("role_in:") || actor.has_role(by);
            if step.by.iter().any(may) && !found.iter().any(|(_, known)| known.name() == step.name()) {
                found.push((procedure, step));
            }
        }
        found
    }

    /// The fields that the step `name` asks for in any procedure of the register; `true` where one of them needs it.
    #[must_use]
    pub fn fields_together(&self, register: &Register, name: &str) -> Vec<(String, bool)> {
        let mut fields: Vec<(String, bool)> = Vec::new();
        for (_, step) in self.steps_of(register).filter(|(_, s)| s.name() == name) {
            for (field, needed) in judge::case::step_fields(step) {
                match fields.iter_mut().find(|(known, _)| *known == field) {
                    Some(known) => known.1 |= needed,
                    None => fields.push((field.to_owned(), needed)),
                }
            }
        }
        fields
    }

    fn steps_of<'a>(&'a self, register: &Register) -> impl Iterator<Item = (&'a Procedure, &'a Step)> {
        let name = register.name().to_owned();
        let own = self.model.procedures.values().filter(move |p| p.register == name);
        own.flat_map(|p| p.steps.iter().filter(|s| s.together).map(move |s| (p, s)))
    }

    /// Takes the step `request.step` for every chosen case; `request.version` is not looked at. The same sending again
    /// does nothing twice.
    pub async fn take_step_together(
        &self,
        actor: &Actor,
        register: &str,
        chosen: &[Chosen],
        request: &StepRequest<'_>,
        sending: &Sending,
    ) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(chosen.len());
        for one in chosen {
            let (code, title, result) = match self.record(actor, register, one.id).await {
                Err(error) => (String::new(), String::new(), Err(error)),
                Ok(record) => {
                    let result = self.take_one(actor, register, one, &record, request, sending).await;
                    (record.code, record.title, result)
                }
            };
            answers.push(Answer { id: one.id, code, title, result });
        }
        answers
    }

    async fn take_one(
        &self,
        actor: &Actor,
        register: &str,
        one: &Chosen,
        record: &crate::record::Record,
        request: &StepRequest<'_>,
        sending: &Sending,
    ) -> Result<(), EngineError> {
        let step = self.procedure_of(record)?.step(request.step).filter(|s| s.together);
        let step = step.ok_or_else(|| EngineError::Refused(base::Problem::new("case.not_from_here")))?;
        // Each procedure takes of the form what its own step asks for.
        let asked: BTreeSet<&str> =
            judge::case::step_fields(step).into_iter().map(|(name, _)| name).collect();
        let facts = request.facts.only(|name| asked.contains(name));
        let key = if sending.key.is_empty() { String::new() } else { format!("{}.{}", sending.key, one.id) };
        let own = StepRequest { version: one.version, facts: &facts, ..request.clone() };
        self.take_step(actor, register, one.id, &own, &Sending { key }).await
    }
}
