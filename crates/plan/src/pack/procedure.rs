//! A procedure: the closed loop a case goes round (闭环流程).

use base::{Roll, Text};
use serde::Deserialize;
use toml::Spanned;

use super::{Limit, When};

/// Whether a case in this state still needs somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// Something is still to be done.
    #[default]
    Open,
    /// Done and proven.
    Closed,
    /// Found not to be a case.
    Void,
}

/// A state.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Stored name.
    pub id: String,
    /// What people read.
    pub title: Text,
    /// Whether somebody must still act.
    #[serde(default)]
    pub kind: StateKind,
}

/// How a case begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Roles that may open one.
    pub by: Vec<String>,
    /// Fields that must be filled.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Further fields on the form.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Fields that get a fixed value.
    #[serde(default)]
    pub sets: toml::Table,
    /// Where it is offered at all: fields of the case, or of the record that one of its references points to.
    #[serde(default)]
    pub when: When,
    /// First state.
    pub to: String,
}

/// What happens when a limit has passed: after a further span, tell or hand upward.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Late {
    /// Span after the limit, `0d` at once.
    pub after: Limit,
    /// Roles told.
    #[serde(default)]
    pub notify: Vec<String>,
    /// A role of the same unit that the case is handed to as well.
    #[serde(default)]
    pub escalate: Option<String>,
    /// The procedure of which a case is opened. This and what follows belongs to what units owe (deliverables, campaigns)
    /// and is written there.
    #[serde(skip)]
    pub open: Option<String>,
    /// The kind of a proposal.
    #[serde(skip)]
    pub propose: Option<String>,
    /// The role that decides on it.
    #[serde(skip)]
    pub to: Option<String>,
    /// Fields of the case or proposal with fixed values.
    #[serde(skip)]
    pub with: toml::Table,
}

/// One step from state to state.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stored name, unique within the procedure.
    pub id: Spanned<String>,
    /// The verb on the button.
    pub title: Text,
    /// States from which it starts.
    pub from: Vec<String>,
    /// State to which it leads.
    pub to: String,
    /// Roles that may take it, or `field:NAME` for the person named in a field.
    pub by: Vec<String>,
    /// Only offered while these fields have these values.
    #[serde(default)]
    pub when: When,
    /// Steps whose doers may not take this one (`open` is the opening), or `field:NAME` for the person named in a
    /// field: nobody accepts their own work.
    #[serde(default)]
    pub not_by: Vec<String>,
    /// Only for people of the agency whose key stands in this field; where the field is empty, for people of any
    /// agency. Whoever belongs to none (an enterprise's own people) never takes such a step.
    #[serde(default)]
    pub same_agency: Option<String>,
    /// Fields that must be filled by then.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Further fields on the form.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Fields that get a fixed value.
    #[serde(default)]
    pub sets: toml::Table,
    /// The case goes on under another procedure of the same register, in state `to` of it.
    #[serde(default)]
    pub becomes: Option<String>,
    /// A remark is demanded (returns, refusals, extensions).
    #[serde(default)]
    pub reason: bool,
    /// Limit counted from entering the state it starts from.
    #[serde(default)]
    pub within: Option<Limit>,
    /// Limit read from a day field of the case instead.
    #[serde(default)]
    pub until: Option<String>,
    /// What happens to a limit on a rest day.
    #[serde(default)]
    pub roll: Roll,
    /// Reminders before the limit, for instance `-3d`.
    #[serde(default)]
    pub remind: Vec<Limit>,
    /// What happens after the limit.
    #[serde(default)]
    pub late: Vec<Late>,
    /// The step everybody waits for in this state (others are side ways: return, extend).
    #[serde(default)]
    pub side: bool,
    /// Nobody takes it by hand: it comes with something that is done elsewhere, as a new assessment of a risk. Those in
    /// `by` are waited for all the same.
    #[serde(default)]
    pub by_program: bool,
    /// It may be taken for several cases of a list at once, each decided by itself. Not for steps that need evidence of
    /// one case, such as photos.
    #[serde(default)]
    pub together: bool,
}

impl Step {
    /// Stored name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }
}

/// A closed loop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Stored name, for instance `hazard.major`.
    pub id: Spanned<String>,
    /// What people read.
    pub title: Text,
    /// One sentence: when this route is taken.
    pub about: Text,
    /// The clauses that ask for it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// The register whose records are its cases.
    pub register: String,
    /// The states in the order of the loop.
    #[serde(rename = "state")]
    pub states: Vec<State>,
    /// How it begins; absent when cases only come from other procedures.
    #[serde(default)]
    pub opening: Option<Opening>,
    /// The steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

impl Procedure {
    /// Stored name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get_ref()
    }

    /// The state of that name.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|s| s.id == id)
    }

    /// The step of that name.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.name() == id)
    }

    /// Steps that start from `state`.
    pub fn steps_from<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(move |s| s.from.iter().any(|f| f == state))
    }
}
