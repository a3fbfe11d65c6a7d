//! The page of one case: what happened, what comes next, how much time is left.

use askama::Template;

use super::ClauseChip;
use super::cell::{Fact, FactGroup, Shown};
use super::frame::Frame;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// When.
    pub(crate) at: String,
    /// Who.
    pub(crate) by: String,
    /// What, as a verb.
    pub(crate) what: String,
    /// State that was reached.
    pub(crate) state: String,
    /// Remark.
    pub(crate) reason: String,
    /// Fields written, photos among them.
    pub(crate) facts: Vec<Fact>,
}

/// A step that can be taken.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The verb.
    pub(crate) label: String,
    /// Its form.
    pub(crate) href: String,
    /// The step that everybody waits for.
    pub(crate) main: bool,
    /// Why this person may not; empty when they may.
    pub(crate) refusal: String,
}

/// The time limit of the awaited step.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    /// The step that is awaited.
    pub(crate) step: String,
    /// When the limit ends.
    pub(crate) due: String,
    /// What is left, in words.
    pub(crate) left: String,
    /// `calm`, `soon` or `late`.
    pub(crate) tone: &'static str,
    /// Part of the time that has passed, 0 to 100.
    pub(crate) passed: u8,
}

/// One of the five in place.
#[derive(Debug, Clone)]
pub(crate) struct InPlace {
    /// What must be in place.
    pub(crate) label: String,
    /// What is in place.
    pub(crate) value: Shown,
}

impl InPlace {
    /// Something was entered.
    pub(crate) fn is_filled(&self) -> bool {
        self.value != Shown::Nothing
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub(crate) struct CasePage {
    /// The frame.
    pub(crate) f: Frame,
    /// Title of the case.
    pub(crate) heading: String,
    /// Its code.
    pub(crate) code: String,
    /// The loop it goes round.
    pub(crate) procedure: String,
    /// Where it stands, and what stands out.
    pub(crate) marks: Vec<Shown>,
    /// Clauses.
    pub(crate) clauses: Vec<ClauseChip>,
    /// States of the loop in order, and whether each has been reached.
    pub(crate) states: Vec<(String, &'static str)>,
    /// The time limit; None without one.
    pub(crate) limit: Option<Limit>,
    /// Next steps.
    pub(crate) steps: Vec<Step>,
    /// Who is waited for, in words; said when this person can do nothing.
    pub(crate) waiting_for: String,
    /// What is to be told first.
    pub(crate) notes: Vec<super::record::Note>,
    /// Where a proposal leads: its subject, evidence and rule.
    pub(crate) leads: Vec<super::Action>,
    /// Papers of the case, and passing it on.
    pub(crate) papers: Vec<super::Action>,
    /// The case as a text for a group chat.
    pub(crate) text: String,
    /// The five in place, where the register has them.
    pub(crate) five: Vec<InPlace>,
    /// The fields.
    pub(crate) groups: Vec<FactGroup>,
    /// What happened, oldest first.
    pub(crate) events: Vec<Event>,
}
