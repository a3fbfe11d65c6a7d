//! Settling who is responsible: a body is named from a day on, and whoever held the same duty until then ends the day
//! before. Nothing is overwritten; all of it is one change.

use base::{Day, Id};
use city::Actor;
use city::responsible::Gap;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::Shape;
use store::{Applied, ChangeSet, WriteError};

use super::{body_of, gaps_of};
use crate::record::Record;
use crate::record::change_set::{changed, insert, journal, update};
use crate::record::write::{RIPPLE_TRIES, Sending};
use crate::{Engine, EngineError};

/// Who is responsible for one enterprise.
#[derive(Debug, Clone)]
pub struct Responsibility {
    /// The enterprise.
    pub enterprise: Record,
    /// Its bodies of all times, those that hold today first, then the newest.
    pub bodies: Vec<Record>,
    /// What is wrong today.
    pub gaps: Vec<Gap>,
}

impl Engine {
    /// Who is responsible for an enterprise that `actor` may see.
    ///
    /// # Errors
    /// Not visible, or the database failed.
    pub async fn responsibility(&self, actor: &Actor, enterprise: Id) -> Result<Responsibility, EngineError> {
        let firms = self.model.shaped(Shape::Enterprise).ok_or(EngineError::NotFound)?;
        let register = self.model.shaped(Shape::ResponsibleBody).ok_or(EngineError::NotFound)?;
        let record = self.record(actor, firms.name(), enterprise).await?;
        let mut bodies = self.body_records(&[enterprise]).await?;
        let today = self.today();
        let rows: Vec<_> = bodies.iter().filter_map(body_of).collect();
        let gaps = gaps_of(enterprise, &record.facts, &rows, today);
        let held = |r: &Record| body_of(r).is_some_and(|b| b.holds_on(today));
        bodies.sort_by_key(|r| {
            let from = fact(&r.facts, "valid_from").as_day();
            (!held(r), std::cmp::Reverse(from), r.id)
        });
        let reads = self.reads_at(actor, register, &record.place);
        for body in &mut bodies {
            body.facts.retain(|name, _| register.field(name).is_some_and(|f| f.class <= reads));
        }
        Ok(Responsibility { enterprise: record, bodies, gaps })
    }

    /// Names the body that holds a duty (and matter) for an enterprise from the day `valid_from` of `input` on. Whoever
    /// holds it on that day or later ends the day before. Gives back the new row.
    ///
    /// # Errors
    /// Not visible, not a keeper of the register there, wrong or missing fields, changed by others meanwhile.
    pub async fn assign_body(
        &self,
        actor: &Actor,
        enterprise: Id,
        input: &Facts,
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        let firms = self.model.shaped(Shape::Enterprise).ok_or(EngineError::NotFound)?;
        let register = self.model.shaped(Shape::ResponsibleBody).ok_or(EngineError::NotFound)?;
        let firm = self.record(actor, firms.name(), enterprise).await?;
        self.may_keep(actor, register, &firm.place)?;
        if let Some(id) = self.earlier(sending).await?.and_then(|made| made.parse().ok()) {
            return Ok(id);
        }
        let mut facts = input.clone();
        facts.insert("enterprise", Fact::Reference(enterprise));
        facts.insert("claim", Fact::Text("agreed".into()));
        let mut new = self.prepare(actor, register, &facts).await?;
        let mut tries = 0;
        loop {
            let ended = self.ended_by(&new).await?;
            if !ended.is_empty() {
                new.facts.insert("claim", Fact::Text("ruled".into()));
            }
            let mut set = insert(&self.model, register, &new);
            set.journal.push(journal(actor, "assign", &new, self.now(), &new.facts));
            for (old, ended) in &ended {
                set.append(self.ending(actor, register, old, ended));
            }
            let mut bodies: Vec<Record> = ended.into_iter().map(|(_, ended)| ended).collect();
            bodies.push(new.clone());
            self.judge_with(actor, enterprise, &bodies, &mut set).await?;
            set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
            match self.database.apply(set).await {
                Ok(Applied::Done) => return Ok(new.id),
                Ok(Applied::AlreadyDone(made)) => return Ok(made.parse().unwrap_or(new.id)),
                // Somebody entered another body meanwhile: judged again with it.
                Err(WriteError::Conflict { .. }) if tries < RIPPLE_TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn ending(
        &self,
        actor: &Actor,
        register: &plan::pack::Register,
        old: &Record,
        ended: &Record,
    ) -> ChangeSet {
        let mut set = update(&self.model, register, old, ended);
        set.journal.push(journal(actor, "end", ended, self.now(), &changed(&old.facts, &ended.facts)));
        set
    }

    /// The rows that give way to `new`, as they are and as they end.
    async fn ended_by(&self, new: &Record) -> Result<Vec<(Record, Record)>, EngineError> {
        let Some(own) = body_of(new) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for old in self.body_records(&[own.enterprise]).await? {
            let same = body_of(&old).filter(|b| b.duty == own.duty && b.matter == own.matter);
            if same.is_some_and(|b| b.until.is_none_or(|until| until >= own.from)) {
                let mut ended = old.clone();
                ended.facts.insert("valid_until", Fact::Day(own.from.plus_days(-1)));
                ended.updated_at = self.now();
                found.push((old, ended));
            }
        }
        Ok(found)
    }

    /// Ends a body of an enterprise with the day `until`.
    ///
    /// # Errors
    /// Not visible, not a keeper, no body of this enterprise, ends before it begins, changed since `version`.
    pub async fn end_body(
        &self,
        actor: &Actor,
        enterprise: Id,
        body: Id,
        version: i64,
        until: Option<Day>,
    ) -> Result<(), EngineError> {
        let firms = self.model.shaped(Shape::Enterprise).ok_or(EngineError::NotFound)?;
        let register = self.model.shaped(Shape::ResponsibleBody).ok_or(EngineError::NotFound)?;
        self.record(actor, firms.name(), enterprise).await?;
        let found = self.record(actor, register.name(), body).await?;
        if fact(&found.facts, "enterprise").as_id() != Some(enterprise) {
            return Err(EngineError::NotFound);
        }
        let until = until.ok_or_else(|| base::Problem::of("valid_until", "field.required"))?;
        let facts = Facts::from([("valid_until".to_owned(), Fact::Day(until))]);
        self.update(actor, register.name(), body, version, &facts).await
    }
}
