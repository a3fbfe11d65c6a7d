//! What follows where a rule holds again: an undecided proposal is withdrawn, a decided listing asks for delisting, what
//! was opened is closed where its procedure has a step for that.

use base::{Instant, Text};
use judge::Facts;
use judge::fact::fact;
use plan::pack::{ConsequenceKind, Rule};
use store::{Change, ChangeSet, Value};

use super::effect::{Effect, RULE_EFFECT};
use crate::case::change::{Event, event};
use crate::install::program;
use crate::proposal::{Evidence, Proposed, Proposer, WITHDRAW, lifting_kind};
use crate::record::Record;
use crate::record::change_set::{journal, update};
use crate::{Engine, EngineError};

/// The step that a procedure offers for a case whose rule holds again; `by_program = true`.
pub(crate) const HEALED: &str = "healed";

impl Engine {
    /// Notes that the rule holds again, and undoes what it brought about where the pack says so.
    pub(crate) async fn heal(
        &self,
        rule: &Rule,
        effect: &Effect,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let now: Instant = self.now();
        set.changes.push(Change::Update {
            table: RULE_EFFECT.into(),
            id: effect.id,
            expected_version: Some(effect.version),
            values: vec![("until".into(), Value::Int(now.0))],
        });
        if !rule.heals || effect.made.is_nil() {
            return Ok(());
        }
        let Some(made) = self.any_record(&effect.made_register, effect.made).await? else { return Ok(()) };
        let open = made.case.as_ref().is_some_and(|head| head.open);
        match rule.otherwise.kind() {
            ConsequenceKind::Open if open => self.step_by_program(&made, HEALED, &again(rule), set).await,
            ConsequenceKind::Propose if open => {
                self.step_by_program(&made, WITHDRAW, &again(rule), set).await
            }
            ConsequenceKind::Propose => self.ask_for_lifting(rule, effect, &made, set).await,
            _ => Ok(()),
        }
    }

    /// Proposes that a decision in force be lifted, with the record as it is now as evidence. Once: the effect has
    /// ended.
    async fn ask_for_lifting(
        &self,
        rule: &Rule,
        effect: &Effect,
        decided: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if *fact(&decided.facts, "in_force") != judge::Fact::YesNo(true) {
            return Ok(());
        }
        let Some(record) = self.any_record(&effect.register, effect.record).await? else { return Ok(()) };
        let kind = fact(&decided.facts, "kind").as_text().unwrap_or_default();
        let to = fact(&decided.facts, "to_role").as_text().unwrap_or_default();
        let proposed = Proposed {
            kind: lifting_kind(kind),
            to,
            subject: (&record).into(),
            by: Proposer::Rule(rule),
            reason: Text::new(
                format!("规则“{}”已恢复满足，建议解除 {}", rule.title.zh, decided.code),
                format!("The rule \"{}\" holds again; lifting {} is proposed", rule.title.en, decided.code),
            ),
            seen: self.seen(rule, &record).zh,
            evidence: vec![Evidence::of(&record), Evidence::of(decided)],
            about: Some(decided.id),
            with: Facts::new(),
        };
        let (_, made) = self.proposal_set(&proposed).await?;
        set.append(made);
        Ok(())
    }

    /// Takes the step of that name of the case where its procedure offers it to the program; otherwise leaves the case
    /// to its people.
    pub(crate) async fn step_by_program(
        &self,
        old: &Record,
        step: &str,
        reason: &Text,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let (register, procedure) = (self.register(&old.register)?, self.procedure_of(old)?);
        let Some(head) = old.case.as_ref() else { return Ok(()) };
        let offered = procedure.steps_from(&head.state).find(|s| s.by_program && s.name() == step);
        let Some(step) = offered else { return Ok(()) };
        let (now, actor, nothing) = (self.now(), program(), Facts::new());
        let mut new = old.clone();
        new.updated_at = now;
        if let Some(head) = new.case.as_mut() {
            crate::case::enter(self, procedure, &step.to, now, &new.facts, head);
        }
        set.append(update(&self.model, register, old, &new));
        let what = Event { step: step.name(), from: &head.state, reason: &reason.zh, facts: &nothing };
        set.changes.push(event(self, &actor, &new, procedure.name(), &what));
        set.journal.push(journal(&actor, &format!("step.{}", step.name()), &new, now, &nothing));
        set.changes.extend(self.waiting_changes(old, &new, procedure).await?);
        Ok(())
    }
}

fn again(rule: &Rule) -> Text {
    Text::new(
        format!("规则“{}”已恢复满足", rule.title.zh),
        format!("The rule \"{}\" holds again", rule.title.en),
    )
}
