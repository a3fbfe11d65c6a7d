//! What each unit owes: documents (deliverables) and campaigns. The program makes one case for each bound subject and
//! period ahead of the day due, never for what was due before the element came into force. Reminders and lateness are
//! those of the case's procedure, with the element's own spans.

mod chain;
mod late;
pub mod list;
mod make;
pub mod subjects;

pub(crate) use chain::after_step;

use plan::pack::{Register, Shape, Step};

use crate::Engine;
use crate::record::CaseHead;
use judge::Facts;
use judge::fact::fact;

/// The field that names the element of what is owed.
pub(crate) const ELEMENT: &str = "element";

/// Whether a register holds what units owe.
#[must_use]
pub fn is_owed(register: &Register) -> bool {
    matches!(register.shape, Some(Shape::DeliverableCopy | Shape::CampaignRun))
}

impl Engine {
    /// The step as the element of an owed thing has it: with its own reminders and what follows lateness.
    pub(crate) fn own_step<'a>(&'a self, facts: &Facts, head: &CaseHead, step: &'a Step) -> &'a Step {
        let Some(element) = fact(facts, ELEMENT).as_text() else { return step };
        self.model.elements.own_step(element, &head.procedure, step.name()).unwrap_or(step)
    }
}
