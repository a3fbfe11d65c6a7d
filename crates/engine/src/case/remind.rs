//! Reminding those who are waited for, because somebody who looks after the case asks for it (`users.md` point 8). The
//! notices are those that a limit brings about by itself; what a person asked for stands in the journal.

use std::collections::BTreeSet;

use base::{Id, Problem};
use city::Actor;
use judge::case::{Who, who};
use plan::pack::Procedure;
use store::{Applied, ChangeSet};

use crate::record::Record;
use crate::record::change_set::journal;
use crate::{Engine, EngineError};

impl Engine {
    /// Tells everybody whom the case waits for, and gives back how many were told. Once a day for each person who asks.
    ///
    /// # Errors
    /// Not visible, not one of those who have a part in the procedure at this place, nothing is waited for, or they were
    /// told today already.
    pub async fn remind(&self, actor: &Actor, register: &str, id: Id) -> Result<usize, EngineError> {
        let record = self.record(actor, register, id).await?;
        let procedure = self.procedure_of(&record)?;
        if !has_a_part(actor, &record, procedure) {
            return Err(EngineError::Refused(Problem::new("case.reminder_not_yours")));
        }
        let head = record.case.as_ref().ok_or(EngineError::NotFound)?;
        let awaited = super::awaited(self, procedure, &record.facts, head)
            .ok_or_else(|| EngineError::Refused(Problem::new("case.nobody_waited_for")))?;
        let mut told: BTreeSet<Id> = BTreeSet::new();
        for by in &awaited.step.by {
            let role = match who(by, &record.facts) {
                Who::Account(account) => {
                    told.extend(account);
                    continue;
                }
                Who::Role(role) => role,
            };
            let today = self.today();
            let found =
                city::grants::accounts_with_role_over(&self.database, role, &record.place, today).await?;
            told.extend(found.into_iter().map(|(account, _)| account));
        }
        told.remove(&actor.account);
        if told.is_empty() {
            return Err(EngineError::Refused(Problem::new("case.nobody_waited_for")));
        }
        let step = awaited.step.name();
        let mut set = ChangeSet::new();
        set.idempotency_key = Some(format!("remind.{id}.{}.{}", actor.account, self.today()));
        set.changes.extend(told.iter().map(|account| self.notice_row(*account, "remind", &record, step)));
        set.journal.push(journal(actor, "remind", &record, self.now(), &judge::Facts::new()));
        match self.database.apply(set).await? {
            Applied::Done => Ok(told.len()),
            Applied::AlreadyDone(_) => Err(EngineError::Refused(Problem::new("case.reminded_today"))),
        }
    }
}

/// Whether the actor holds, over the place of the case, a role that its procedure names at all.
fn has_a_part(actor: &Actor, record: &Record, procedure: &Procedure) -> bool {
    let roles = actor.roles_over(&record.place);
    let opening = procedure.opening.iter().flat_map(|o| &o.by);
    let steps = procedure.steps.iter().flat_map(|s| s.by.iter().chain(s.late.iter().flat_map(|l| &l.notify)));
    opening.chain(steps).any(|by| matches!(who(by, &record.facts), Who::Role(role) if roles.contains(role)))
}
