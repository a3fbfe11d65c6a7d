//! What a person may do with a case now, and why not where they may not.

use base::Problem;
use city::Actor;
use judge::{CaseNow, Doer, case};
use plan::pack::Step;

use super::agency::agencies;
use super::timeline::{CaseEvent, done_of};
use crate::Engine;
use crate::record::Record;

/// A step offered on the case page.
#[derive(Debug, Clone)]
pub struct Offered<'a> {
    /// The step.
    pub step: &'a Step,
    /// Why this person may not take it; None when they may.
    pub refusal: Option<Problem>,
}

impl Engine {
    /// The steps from the present state of `record`: those that the actor may take, and those barred to them for a
    /// reason worth telling (their own work, another agency's finding). Steps of other roles are left out.
    #[must_use]
    pub fn offered<'a>(
        &'a self,
        actor: &Actor,
        record: &'a Record,
        events: &[CaseEvent],
    ) -> Vec<Offered<'a>> {
        let (Some(head), Ok(procedure)) = (record.case.as_ref(), self.procedure_of(record)) else {
            return Vec::new();
        };
        let roles = actor.roles_over(&record.place);
        let done = done_of(events);
        let now = CaseNow {
            procedure,
            state: &head.state,
            entered_at: head.entered_at,
            done: &done,
            facts: &record.facts,
        };
        let agencies = agencies(&self.model, actor, &record.place);
        let doer = Doer { account: actor.account, roles: &roles, agencies: &agencies };
        let offered =
            procedure.steps.iter().map(|step| Offered { step, refusal: case::may(&now, step, doer).err() });
        let told = |p: &Problem| ["case.own_work", "case.other_agency"].contains(&p.code);
        offered.filter(|o| o.refusal.as_ref().is_none_or(told)).collect()
    }
}
