//! Keeps the word that says how an enterprise stands: with every change of a body, after an import, and by a sweep on
//! the days on which bodies begin or end.

use std::collections::BTreeSet;

use base::Id;
use city::Actor;
use city::responsible::ResponsibleBody;
use judge::Facts;
use judge::fact::fact;
use plan::pack::{Register, Shape};
use store::{ChangeSet, Condition, Direction, Priority, Query, Scope, Value, WriteError};

use super::{NEXT, STATE, body_of, judge};
use crate::install::program;
use crate::record::Record;
use crate::record::change_set::{changed, journal, update};
use crate::record::read::records_of;
use crate::record::write::RIPPLE_TRIES;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Enterprises judged together by a sweep.
const CHUNK: u32 = 500;

impl Engine {
    /// The register of enterprises, where it keeps how they stand.
    fn standing_register(&self) -> Option<&Register> {
        self.model.shaped(Shape::Enterprise).filter(|r| r.field(STATE).is_some() && r.field(NEXT).is_some())
    }

    /// The bodies of some enterprises, of all times.
    pub(super) async fn body_records(&self, enterprises: &[Id]) -> Result<Vec<Record>, EngineError> {
        let Some(register) = self.model.shaped(Shape::ResponsibleBody) else { return Ok(Vec::new()) };
        let ids = enterprises.iter().map(|id| Value::Id(*id)).collect();
        let query = Query::of(table_name(register.name()), Scope::system("responsible bodies"))
            .filter(Condition::In("enterprise".into(), ids))
            .filter(Condition::eq("removed_at", 0_i64))
            .limit(u32::MAX);
        let rows = self.database.select(&query).await?;
        Ok(records_of(register, rows)?)
    }

    /// Their rows as the decision reads them.
    pub(super) async fn bodies(&self, enterprises: &[Id]) -> Result<Vec<ResponsibleBody>, EngineError> {
        Ok(self.body_records(enterprises).await?.iter().filter_map(body_of).collect())
    }

    /// Judges an enterprise that is being changed itself.
    pub(crate) async fn judge_anew(
        &self,
        register: &Register,
        id: Id,
        facts: &mut Facts,
    ) -> Result<(), EngineError> {
        if register.shape == Some(Shape::Enterprise) && register.field(STATE).is_some() {
            judge(id, facts, &self.bodies(&[id]).await?, self.today());
        }
        Ok(())
    }

    /// What a new or changed body brings about in its enterprise, and in the one that it leaves.
    pub(crate) async fn ripple_responsibility(
        &self,
        actor: &Actor,
        old: Option<&Record>,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let both = [Some(new), old];
        let ids: BTreeSet<Id> =
            both.into_iter().flatten().filter_map(|r| fact(&r.facts, "enterprise").as_id()).collect();
        for id in ids {
            self.judge_with(actor, id, std::slice::from_ref(new), set).await?;
        }
        Ok(())
    }

    /// Judges an enterprise with the bodies in `changed` in their new form.
    ///
    /// The enterprise is read before its bodies and its version is raised in any case: of two people who enter bodies
    /// at the same time, the second one then judges again, with the body of the first.
    pub(super) async fn judge_with(
        &self,
        actor: &Actor,
        id: Id,
        changed_bodies: &[Record],
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        let Some(register) = self.standing_register() else { return Ok(()) };
        let Some(old) = self.any_record(register.name(), id).await? else { return Ok(()) };
        let mut rows = self.bodies(&[id]).await?;
        rows.retain(|row| changed_bodies.iter().all(|c| c.id != row.record));
        rows.extend(changed_bodies.iter().filter_map(body_of));
        set.append(self.judged(actor, register, &old, &rows));
        Ok(())
    }

    /// The change that writes down how `old` stands with these bodies today.
    fn judged(
        &self,
        actor: &Actor,
        register: &Register,
        old: &Record,
        rows: &[ResponsibleBody],
    ) -> ChangeSet {
        let mut new = old.clone();
        judge(old.id, &mut new.facts, rows, self.today());
        let changed = changed(&old.facts, &new.facts);
        let mut set = ChangeSet::new();
        if !changed.is_empty() {
            new.updated_at = self.now();
            set.journal.push(journal(actor, "responsibility", &new, new.updated_at, &changed));
        }
        set.append(update(&self.model, register, old, &new));
        set
    }

    /// Judges enterprises anew whose bodies are stored already, as after an import.
    pub(crate) async fn settle_responsibility(&self, ids: &BTreeSet<Id>) -> Result<(), EngineError> {
        let Some(register) = self.standing_register() else { return Ok(()) };
        let ids: Vec<Id> = ids.iter().copied().collect();
        for some in ids.chunks(CHUNK as usize) {
            let mut left = some.to_vec();
            let mut tries = 0;
            while !left.is_empty() && tries < RIPPLE_TRIES {
                let any = left.iter().map(|id| Value::Id(*id)).collect();
                let query = Query::of(table_name(register.name()), Scope::system("settling responsibility"))
                    .filter(Condition::In("id".into(), any))
                    .limit(CHUNK);
                left = self.judge_rows(register, &query).await?.1;
                tries += 1;
            }
        }
        Ok(())
    }

    /// Judges every enterprise that a body begins or ends for by today, and every one that was never judged; gives back
    /// how many. Running it twice changes nothing more.
    ///
    /// # Errors
    /// The database failed; what was judged before stays.
    pub async fn sweep_responsibility(&self) -> Result<u64, EngineError> {
        let Some(register) = self.standing_register() else { return Ok(0) };
        let today = self.today().to_string();
        let fallen = Condition::And(vec![
            Condition::Greater(NEXT.into(), Value::Text(String::new())),
            Condition::LessOrEqual(NEXT.into(), Value::Text(today)),
        ]);
        let never = Condition::Eq(STATE.into(), Value::Text(String::new()));
        let mut total = 0;
        for (condition, sort) in [(fallen, NEXT), (never, "id")] {
            loop {
                let query = Query::of(table_name(register.name()), Scope::system("sweep of responsibility"))
                    .filter(condition.clone())
                    .sort(sort, Direction::Ascending)
                    .limit(CHUNK);
                let (judged, _) = self.judge_rows(register, &query).await?;
                total += judged;
                // Nothing was due, or others change all of them: they are looked at next time.
                if judged == 0 {
                    break;
                }
            }
        }
        Ok(total)
    }

    /// Judges the enterprises of one page; gives back how many were written and which were changed by others meanwhile.
    async fn judge_rows(&self, register: &Register, query: &Query) -> Result<(u64, Vec<Id>), EngineError> {
        let rows = self.database.select(query).await?;
        let records = records_of(register, rows)?;
        let ids: Vec<Id> = records.iter().map(|r| r.id).collect();
        if ids.is_empty() {
            return Ok((0, Vec::new()));
        }
        let bodies = self.bodies(&ids).await?;
        let actor = program();
        let mut sets = Vec::new();
        let mut written_to = Vec::new();
        for old in &records {
            let own: Vec<ResponsibleBody> =
                bodies.iter().filter(|b| b.enterprise == old.id).cloned().collect();
            let set = self.judged(&actor, register, old, &own);
            // Without an entry for the journal nothing is different.
            if !set.journal.is_empty() {
                sets.push(ChangeSet { priority: Priority::Low, ..set });
                written_to.push(old.id);
            }
        }
        let (mut written, mut left) = (0, Vec::new());
        for (id, result) in written_to.iter().zip(self.database.apply_bulk(sets).await) {
            match result {
                Ok(_) => written += 1,
                Err(WriteError::Conflict { .. }) => left.push(*id),
                Err(error) => return Err(error.into()),
            }
        }
        Ok((written, left))
    }
}
