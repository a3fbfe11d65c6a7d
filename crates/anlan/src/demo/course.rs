//! A case that is no hazard, played through its procedure at times of the past. Every step is asked of the case machine;
//! what it refuses, the demo cannot make.

use std::sync::Arc;

use base::{Chance, Day, FixedClock, Instant, SeededChance};
use city::{Actor, Place};
use engine::Engine;
use engine::case::step::StepRequest;
use engine::record::Record;
use engine::record::change_set::insert;
use engine::tables::CASE_EVENT;
use judge::{Done, Fact, Facts};
use store::{Change, ChangeSet, JournalEntry};

use super::codes::Codes;

/// A case on its way.
pub(super) struct Course<'a> {
    base: &'a Engine,
    engine: Engine,
    record: Record,
    done: Vec<Done>,
    events: Vec<Change>,
    journal: Vec<JournalEntry>,
    chance: SeededChance,
    now: Instant,
    today: Day,
}

impl<'a> Course<'a> {
    /// Opens a case of `procedure` at `at`.
    #[expect(clippy::too_many_arguments, reason = "one call, everything that a case begins with")]
    pub(super) fn open(
        base: &'a Engine,
        procedure: &str,
        actor: &Actor,
        facts: &Facts,
        place: &Place,
        at: Instant,
        today: Day,
        codes: &mut Codes,
        mut chance: SeededChance,
    ) -> Result<Self, String> {
        let engine = base.at(Arc::new(FixedClock(at)), Box::new(SeededChance::new(chance.next_u64())));
        let model = Arc::clone(&engine.model);
        let definition =
            model.procedure(procedure).ok_or_else(|| format!("the packs have no procedure {procedure}"))?;
        let register = model.register(&definition.register).ok_or("the procedure has no register")?;
        let mut record = engine
            .new_case(actor, definition, register, facts, place.clone())
            .map_err(|error| format!("{procedure}: {error}"))?;
        record.code = codes.next(&register.code, &place.county, at.day());
        let mut set = engine.opening_set(actor, definition, register, &record);
        let events = set.changes.drain(..).filter(is_event).collect();
        let done = vec![Done { step: "open".into(), by: actor.account }];
        Ok(Self { base, engine, record, done, events, journal: set.journal, chance, now: at, today })
    }

    /// Takes a step after `hours` to twice as many; false when that lies in the future. Days in `facts` that are named
    /// in `dated` are the day of the step.
    pub(super) fn step(
        &mut self,
        actor: &Actor,
        step: &str,
        hours: u64,
        mut facts: Facts,
        dated: &[&str],
    ) -> Result<bool, String> {
        let later = hours * 3600 + self.chance.below(hours * 3600 + 1);
        let now = self.now.plus_seconds(i64::try_from(later).unwrap_or(0));
        // Offices work by day.
        let seconds = 8 * 3600 + i64::try_from(self.chance.below(9 * 3600)).unwrap_or(0);
        let by_day = Instant::start_of(now.day()).plus_seconds(seconds);
        let now = if by_day > self.now { by_day } else { now };
        if now.day() >= self.today {
            return Ok(false);
        }
        facts.extend(dated.iter().map(|name| ((*name).to_owned(), Fact::Day(now.day()))));
        let chance = Box::new(SeededChance::new(self.chance.next_u64()));
        self.engine = self.base.at(Arc::new(FixedClock(now)), chance);
        let model = Arc::clone(&self.engine.model);
        let register = model.register(&self.record.register).ok_or("the case has no register")?;
        let request = StepRequest { step, version: self.record.version, facts: &facts, reason: "" };
        let (record, set) = self
            .engine
            .turn(actor, register, &self.record, &self.done, &request)
            .map_err(|error| format!("step {step}: {error}"))?;
        self.record = record;
        self.events.extend(set.changes.into_iter().filter(is_event));
        self.journal.extend(set.journal);
        self.done.push(Done { step: step.into(), by: actor.account });
        self.now = now;
        Ok(true)
    }

    /// Everything that is stored of the case as it stands now.
    pub(super) fn stored(self) -> Result<ChangeSet, String> {
        let model = Arc::clone(&self.engine.model);
        let register = model.register(&self.record.register).ok_or("the case has no register")?;
        let procedure = self
            .record
            .case
            .as_ref()
            .and_then(|c| model.procedure(&c.procedure))
            .ok_or("the case has no procedure")?;
        let mut set = insert(&model, register, &self.record);
        set.journal = self.journal;
        set.changes.extend(self.events);
        set.changes.extend(self.engine.waiting_inserts(&self.record, procedure));
        Ok(set)
    }
}

fn is_event(change: &Change) -> bool {
    matches!(change, Change::Insert { table, .. } if table == CASE_EVENT)
}
