//! What follows when a unit is late with what it owes: a decision is proposed or a case opened, once for each stage. What
//! is not decided when the unit has handed in is withdrawn.

use base::Text;
use judge::fact::fact;
use plan::pack::elements::DUE_ON;
use plan::pack::{Late, Register};
use serde_json::Value as Json;
use store::{ChangeSet, Condition, Query, Scope};

use crate::duty::{Lateness, reason};
use crate::proposal::{Evidence, ProposalSubject, Proposed, Proposer, WITHDRAW};
use crate::record::Record;
use crate::record::read::record_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Undecided proposals of one element about one unit looked at.
const MOST: u32 = 200;

impl Engine {
    /// Adds to `set` what the stage brings about for a case that is owed.
    pub(crate) async fn owed_late(
        &self,
        late: &Late,
        record: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let Some((origin, title)) = self.owed_element(record) else { return Ok(()) };
        let text = |name: &str| fact(&record.facts, name).as_text().unwrap_or_default();
        let due = fact(&record.facts, DUE_ON).as_day().unwrap_or_else(|| self.today());
        if let (Some(kind), Some(to)) = (&late.propose, &late.to) {
            let proposed = Proposed {
                kind,
                to,
                subject: ProposalSubject {
                    register: text("subject_kind").to_owned(),
                    id: text("subject_id").to_owned(),
                    code: record.code.clone(),
                    title: text("subject_title").to_owned(),
                    place: record.place.clone(),
                },
                by: Proposer::Element(&origin, &title),
                reason: reason(&title, text("period"), due),
                seen: String::new(),
                evidence: vec![Evidence::of(record)],
                about: None,
                with: self.proposal_facts(&late.with),
            };
            let (_, made) = self.proposal_set(&proposed).await?;
            set.append(made);
        }
        if let Some(procedure) = &late.open {
            let subject = text("subject_id").parse().unwrap_or(base::Id::NIL);
            let lateness = Lateness {
                element: &origin,
                title: &title,
                period: text("period"),
                kind: text("subject_kind"),
                subject,
                place: &record.place,
                with: &late.with,
            };
            self.late_case(&lateness, procedure, set).await?;
        }
        Ok(())
    }

    /// The element of a case that is owed, as proposals name it, with its title.
    fn owed_element(&self, record: &Record) -> Option<(String, Text)> {
        let element = fact(&record.facts, super::ELEMENT).as_text()?;
        let head = record.case.as_ref()?;
        let kind = head.procedure.split('.').next()?;
        let found = self.model.elements.find(kind, element)?;
        Some((format!("{kind}:{element}"), found.title.clone()))
    }

    /// Adds to `set` the withdrawal of what was proposed because a case waited, where it does not wait any more.
    pub(crate) async fn withdraw_owed(
        &self,
        register: &Register,
        old: &Record,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let proposes = |record: &Record| {
            let step = self.awaited_step(record).map(|(step, _)| step);
            step.is_some_and(|s| {
                s.until.as_deref() == Some(DUE_ON) && s.late.iter().any(|l| l.propose.is_some())
            })
        };
        if !super::is_owed(register) || !proposes(old) || proposes(new) {
            return Ok(());
        }
        let Some((origin, title)) = self.owed_element(old) else { return Ok(()) };
        let (proposals, _) = self.proposals()?;
        let subject = fact(&old.facts, "subject_id").as_text().unwrap_or_default();
        let query = Query::of(table_name(proposals.name()), Scope::system("what was proposed for lateness"))
            .filter(Condition::eq("open", true))
            .filter(Condition::eq("rule", origin.as_str()))
            .filter(Condition::eq("subject_id", subject))
            .limit(MOST);
        let words = Text::new(format!("“{}”已报送", title.zh), format!("\"{}\" was handed in", title.en));
        for row in self.database.select(&query).await? {
            let proposal = record_of(proposals, row)?;
            if proves(&proposal, old) {
                self.step_by_program(&proposal, WITHDRAW, &words, set).await?;
            }
        }
        Ok(())
    }
}

/// The case is the evidence of the proposal.
fn proves(proposal: &Record, case: &Record) -> bool {
    let judge::Fact::Structure(Json::Array(all)) = fact(&proposal.facts, "evidence") else { return false };
    let id = case.id.to_string();
    all.iter().any(|one| one.get("id").and_then(Json::as_str) == Some(id.as_str()))
}
