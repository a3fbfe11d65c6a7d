//! What a person must decide because a subject is late: proposed with the stage that says so, once for each instance and
//! stage, and withdrawn where the instance is settled before anybody decided.

use base::{Id, Text};
use judge::duty::State;
use judge::{Fact, Facts};
use plan::pack::duty::{LateStage, is_fixed_subject};
use plan::pack::{Duty, Shape};
use store::ChangeSet;

use super::open_case::written;
use super::rows::Stored;
use crate::proposal::{ProposalSubject, Proposed, Proposer, WITHDRAW};
use crate::{Engine, EngineError};

impl Engine {
    /// Adds to `set` the proposal that a stage asks for; gives back its id.
    pub(super) async fn propose_late(
        &self,
        duty: &Duty,
        row: &Stored,
        stage: &LateStage,
        set: &mut ChangeSet,
    ) -> Result<Option<Id>, EngineError> {
        let (Some(kind), Some(to)) = (&stage.propose, &stage.to) else { return Ok(None) };
        let subject = &row.subject;
        let id = if is_fixed_subject(&subject.kind) { subject.code.clone() } else { subject.id.to_string() };
        let element = format!("duty:{}", duty.name());
        let proposed = Proposed {
            kind: kind.get_ref(),
            to: to.get_ref(),
            subject: ProposalSubject {
                register: subject.kind.clone(),
                id,
                code: subject.code.clone(),
                title: subject.title.clone(),
                place: subject.place.clone(),
            },
            by: Proposer::Element(&element, &duty.title),
            reason: reason(&duty.title, &row.period, row.due),
            seen: String::new(),
            evidence: Vec::new(),
            about: None,
            with: self.proposal_facts(&stage.with),
        };
        let (proposal, made) = self.proposal_set(&proposed).await?;
        set.append(made);
        Ok(Some(proposal.id))
    }

    /// Fixed values of a pack as fields of a proposal.
    pub(crate) fn proposal_facts(&self, with: &toml::Table) -> Facts {
        let register = self.model.shaped(Shape::Proposal);
        let one = |(name, value): (&String, &toml::Value)| {
            let field = register.and_then(|r| r.field(name))?;
            Some((name.clone(), written(field.kind, value)?))
        };
        with.iter().filter_map(one).filter(|(_, fact): &(String, Fact)| !fact.is_empty()).collect()
    }

    /// Adds to `set` the withdrawal of what was proposed for an instance and is not decided yet.
    pub(super) async fn withdraw_late(
        &self,
        row: &Stored,
        state: State,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if row.proposed.is_empty() || matches!(state, State::Due | State::Overdue | State::NotDue) {
            return Ok(());
        }
        let (register, _) = self.proposals()?;
        let title = self.model.duties.get(&row.duty).map(|duty| duty.title.clone()).unwrap_or_default();
        for id in &row.proposed {
            let Some(made) = self.any_record(register.name(), *id).await? else { continue };
            if made.case.as_ref().is_some_and(|head| head.open) {
                self.step_by_program(&made, WITHDRAW, &settled(&title, &row.period, state), set).await?;
            }
        }
        Ok(())
    }
}

/// Why something is proposed.
pub(crate) fn reason(title: &Text, period: &str, due: base::Day) -> Text {
    Text::new(
        format!("“{}”（{period}）应于{}前完成，逾期未完成", title.zh, due.zh()),
        format!("\"{}\" ({period}) was due by {due} and is not fulfilled", title.en),
    )
}

fn settled(title: &Text, period: &str, state: State) -> Text {
    let (zh, en) = match state {
        State::Excused => ("已免除", "is excused"),
        State::NotApplicable => ("已不再适用", "is owed no more"),
        _ => ("已完成", "is fulfilled"),
    };
    Text::new(format!("“{}”（{period}）{zh}", title.zh), format!("\"{}\" ({period}) {en}", title.en))
}
