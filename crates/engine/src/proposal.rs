//! Proposals: what people must decide. A rule, a duty, a scorecard or a person proposes with all facts; a named person of
//! the role that is asked accepts it, or declines with a reason. Nothing is listed, delisted, summoned or published by
//! the program.

use base::{Id, Problem, Text};
use city::{Actor, Place};
use judge::{Fact, Facts, fact::fact};
use plan::pack::{Procedure, Register, Rule, Shape};
use serde_json::json;
use store::{Applied, ChangeSet, Condition, Direction, Query, Scope, WriteError};

use crate::case::change::{Event, event};
use crate::case::open::new_head;
use crate::install::program;
use crate::record::Record;
use crate::record::change_set::{journal, update};
use crate::record::read::records_of;
use crate::record::write::{Sending, title_of};
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// The step by which the program withdraws what is not decided yet.
pub const WITHDRAW: &str = "withdraw";
/// The state of a proposal that somebody accepted.
const ACCEPTED: &str = "accepted";
/// Kinds whose decision lasts until it is lifted.
const LASTING: [&str; 4] = ["listed_supervision", "credit_list", "publication", "suspension"];
/// Kinds that lift an earlier decision.
const LIFTING: [&str; 2] = ["delisting", "credit_removal"];
/// Decisions shown with a record at most.
const SHOWN: u32 = 50;

/// What a proposal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalSubject {
    /// Its register, or `county`, `township`, `park`, `department`, `city`.
    pub register: String,
    /// Its id, or the code of a region or department.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where it stands: who may see and decide the proposal follows from it.
    pub place: Place,
}

impl From<&Record> for ProposalSubject {
    fn from(record: &Record) -> Self {
        Self {
            register: record.register.clone(),
            id: record.id.to_string(),
            code: record.code.clone(),
            title: record.title.clone(),
            place: record.place.clone(),
        }
    }
}

/// A record that proves something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its register.
    pub register: String,
    /// The record.
    pub id: Id,
    /// Code and title.
    pub title: String,
}

impl Evidence {
    /// This record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self {
            register: record.register.clone(),
            id: record.id,
            title: format!("{} {}", record.code, record.title).trim().to_owned(),
        }
    }
}

/// Who proposes.
#[derive(Debug, Clone, Copy)]
pub enum Proposer<'a> {
    /// A rule of the pack.
    Rule(&'a Rule),
    /// Another element of the pack, such as a duty: its kind with its id (`duty:ID`), and its title.
    Element(&'a str, &'a Text),
    /// Somebody.
    Person(&'a Actor),
}

/// What is proposed.
#[derive(Debug, Clone)]
pub struct Proposed<'a> {
    /// A choice of the field `kind` of the register with the shape `proposal`.
    pub kind: &'a str,
    /// The role that decides.
    pub to: &'a str,
    /// What it is about.
    pub subject: ProposalSubject,
    /// Who proposes.
    pub by: Proposer<'a>,
    /// Why, in words.
    pub reason: Text,
    /// The values that led to it, in the language of the plan.
    pub seen: String,
    /// Records that prove it.
    pub evidence: Vec<Evidence>,
    /// The earlier decision that it is to lift.
    pub about: Option<Id>,
    /// Further fields.
    pub with: Facts,
}

/// The kind that lifts a decision of this kind.
#[must_use]
pub fn lifting_kind(kind: &str) -> &'static str {
    if kind == "credit_list" { "credit_removal" } else { "delisting" }
}

impl Engine {
    /// The register of proposals with its procedure.
    pub(crate) fn proposals(&self) -> Result<(&Register, &Procedure), EngineError> {
        let register = self.model.shaped(Shape::Proposal).ok_or(EngineError::NotFound)?;
        let procedure = self.model.procedures_of(register.name()).next().ok_or(EngineError::NotFound)?;
        Ok((register, procedure))
    }

    /// The proposal and everything that is written when it is made, for a change of one's own.
    ///
    /// # Errors
    /// An unknown kind or role; the database failed.
    pub async fn proposal_set(&self, proposed: &Proposed<'_>) -> Result<(Record, ChangeSet), EngineError> {
        let (register, procedure) = self.proposals()?;
        let kinds = register.field("kind").map(|f| self.model.choices_of(f)).unwrap_or_default();
        let kind = kinds.iter().find(|choice| choice.id == proposed.kind);
        let kind =
            kind.ok_or_else(|| Problem::of("kind", "field.unknown_choice").with("value", proposed.kind))?;
        let role = self.model.roles.get(proposed.to);
        let role =
            role.ok_or_else(|| Problem::of("to", "field.unknown_choice").with("value", proposed.to))?;
        let (rule, by, actor) = match proposed.by {
            Proposer::Rule(rule) => (rule.name().to_owned(), rule.title.zh.clone(), program()),
            Proposer::Element(id, title) => (id.to_owned(), title.zh.clone(), program()),
            Proposer::Person(actor) => (String::new(), actor.display.clone(), actor.clone()),
        };
        let subject = &proposed.subject;
        let text = |text: &str| Fact::Text(text.to_owned());
        let evidence: Vec<_> = proposed
            .evidence
            .iter()
            .map(|e| json!({ "register": e.register, "id": e.id, "title": e.title }))
            .collect();
        let line = format!("{}：{}", kind.title.zh, subject.title);
        let mut facts = proposed.with.clone();
        facts.extend(
            [
                ("title_line", Fact::Text(line.chars().take(160).collect())),
                ("kind", text(proposed.kind)),
                ("subject", text(&subject.title)),
                ("subject_code", text(&subject.code)),
                ("subject_register", text(&subject.register)),
                ("subject_id", text(&subject.id)),
                ("county", text(&subject.place.county)),
                ("township", text(&subject.place.township)),
                ("sector", text(&subject.place.sector)),
                ("reason", text(&proposed.reason.zh)),
                ("reason_en", text(&proposed.reason.en)),
                ("seen", text(&proposed.seen)),
                ("evidence", Fact::Structure(json!(evidence))),
                ("rule", Fact::Text(rule)),
                ("proposed_by", Fact::Text(by)),
                ("to_role", text(proposed.to)),
                ("to", text(&role.title.zh)),
                ("about", proposed.about.map_or(Fact::Empty, Fact::Reference)),
            ]
            .into_iter()
            .filter(|(name, fact)| register.field(name).is_some() && !fact.is_empty())
            .map(|(name, fact)| (name.to_owned(), fact)),
        );
        facts.retain(|name, _| register.field(name).is_some());
        let now = self.now();
        let first = procedure.states.first().map_or("", |s| s.id.as_str());
        let mut head = new_head(now, actor.account);
        crate::case::enter(self, procedure, first, now, &facts, &mut head);
        let title = title_of(register, &facts, &self.model);
        let code = self.next_code(&register.code, &subject.place, self.today()).await?;
        let id = self.new_id_at(now);
        let proposal = Record {
            case: Some(head),
            code,
            ..Record::new(id, register, title, subject.place.clone(), facts, &actor, now)
        };
        let set = self.opening_set(&actor, procedure, register, &proposal);
        Ok((proposal, set))
    }

    /// Makes a proposal. A person needs a role over the subject that keeps or reads proposals; the same sending again
    /// makes nothing twice.
    ///
    /// # Errors
    /// Not by this person there, an unknown kind or role, no reason; the database failed.
    pub async fn propose(&self, proposed: &Proposed<'_>, sending: &Sending) -> Result<Id, EngineError> {
        let (register, _) = self.proposals()?;
        if let Proposer::Person(actor) = proposed.by {
            let roles = actor.roles_over(&proposed.subject.place);
            if !roles.iter().any(|role| self.role_reads(register, role)) {
                return Err(EngineError::Refused(Problem::new("proposal.not_yours")));
            }
        }
        if proposed.reason.zh.trim().is_empty() {
            return Err(Problem::of("reason", "field.required").into());
        }
        if let Some(id) = self.earlier(sending).await?.and_then(|made| made.parse().ok()) {
            return Ok(id);
        }
        let (proposal, mut set) = self.proposal_set(proposed).await?;
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        match self.database.apply(set).await? {
            Applied::Done => Ok(proposal.id),
            Applied::AlreadyDone(made) => Ok(made.parse().unwrap_or(proposal.id)),
        }
    }

    /// Proposals that are to be decided within what `actor` may see, newest first, and those decided that are in force.
    ///
    /// # Errors
    /// No register of proposals, or the database failed.
    pub async fn proposals_seen(
        &self,
        actor: &Actor,
        which: ProposalList,
        limit: u32,
    ) -> Result<Vec<Record>, EngineError> {
        let (register, _) = self.proposals()?;
        let condition = match which {
            ProposalList::Open => Condition::eq("open", true),
            ProposalList::InForce => Condition::eq("in_force", true),
            ProposalList::Ended => Condition::eq("open", false),
        };
        let query = Query::of(table_name(register.name()), self.scope(actor, register))
            .filter(Condition::eq("removed_at", 0_i64))
            .filter(condition)
            .sort("id", Direction::Descending)
            .limit(limit);
        let rows = self.database.select(&query).await?;
        Ok(records_of(register, rows)?)
    }

    /// Decisions in force about a record or region, whoever asks: that a supervision stands is no secret to those who
    /// see the record.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decisions_in_force(&self, subject: &str) -> Result<Vec<Record>, EngineError> {
        let Ok((register, _)) = self.proposals() else { return Ok(Vec::new()) };
        let query =
            Query::of(table_name(register.name()), Scope::system("decisions in force about a record"))
                .filter(Condition::eq("subject_id", subject))
                .filter(Condition::eq("in_force", true))
                .filter(Condition::eq("removed_at", 0_i64))
                .limit(SHOWN);
        let rows = self.database.select(&query).await?;
        Ok(records_of(register, rows)?)
    }

    /// Adds, to the acceptance of a proposal that lifts an earlier decision, the end of that decision.
    pub(crate) async fn lift(
        &self,
        actor: &Actor,
        register: &Register,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let accepted = new.case.as_ref().is_some_and(|head| head.state == ACCEPTED);
        let kind = fact(&new.facts, "kind").as_text().unwrap_or_default();
        if register.shape != Some(Shape::Proposal) || !accepted || !LIFTING.contains(&kind) {
            return Ok(());
        }
        let Some(about) = fact(&new.facts, "about").as_id() else { return Ok(()) };
        let Some(old) = self.any_record(register.name(), about).await? else { return Ok(()) };
        if *fact(&old.facts, "in_force") != Fact::YesNo(true) {
            return Ok(());
        }
        let mut lifted = old.clone();
        let facts = Facts::from([
            ("in_force".to_owned(), Fact::YesNo(false)),
            ("lifted_on".to_owned(), Fact::Day(self.today())),
            ("lifted_by".to_owned(), Fact::Reference(new.id)),
        ]);
        lifted.facts.extend(facts.clone());
        lifted.updated_at = self.now();
        set.append(update(&self.model, register, &old, &lifted));
        let procedure = old.case.as_ref().map_or("", |head| head.procedure.as_str());
        let state = old.case.as_ref().map_or("", |head| head.state.as_str());
        let what = Event { step: "lifted", from: state, reason: &new.code, facts: &facts };
        set.changes.push(event(self, actor, &lifted, procedure, &what));
        set.journal.push(journal(actor, "lifted", &lifted, self.now(), &facts));
        Ok(())
    }

    /// Withdraws a proposal that nobody has decided: what led to it holds no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn withdraw(&self, proposal: Id, reason: &Text) -> Result<bool, EngineError> {
        let (register, _) = self.proposals()?;
        let Some(record) = self.any_record(register.name(), proposal).await? else { return Ok(false) };
        if !record.case.as_ref().is_some_and(|head| head.open) {
            return Ok(false);
        }
        let mut set = ChangeSet::new();
        self.step_by_program(&record, WITHDRAW, reason, &mut set).await?;
        match self.database.apply(set).await {
            Ok(_) => Ok(true),
            // Somebody decided in the meantime: the decision stands.
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Which proposals are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalList {
    /// To be decided.
    Open,
    /// Decided and in force.
    InForce,
    /// Decided, declined or withdrawn.
    Ended,
}

/// What a step adds to a proposal by itself: who decided and when, and whether the decision lasts.
pub(crate) fn on_step(register: &Register, actor: &Actor, state: &str, now: base::Day, old: &Facts) -> Facts {
    let mut facts = Facts::new();
    if register.shape != Some(Shape::Proposal) || state == "proposed" {
        return facts;
    }
    facts.insert("decided_by", Fact::Reference(actor.account));
    facts.insert("decided_on", Fact::Day(now));
    let kind = fact(old, "kind").as_text().unwrap_or_default();
    if state == ACCEPTED && LASTING.contains(&kind) {
        facts.insert("in_force", Fact::YesNo(true));
    }
    facts
}
