//! Records that an enterprise enters after its file was made, each at its own time.

use std::sync::Arc;

use base::{Chance, FixedClock, Instant, SeededChance};
use city::{Actor, Place};
use engine::Engine;
use engine::record::Record;
use engine::record::change_set::{insert, journal};
use judge::Facts;
use store::ChangeSet;

use super::codes::Codes;

/// Makes records of one enterprise and collects what is stored.
pub(super) struct Later<'a> {
    pub(super) engine: &'a Engine,
    pub(super) codes: &'a mut Codes,
    pub(super) place: &'a Place,
    pub(super) chance: &'a mut SeededChance,
    pub(super) sets: Vec<ChangeSet>,
}

impl Later<'_> {
    /// A record of `register` entered by `actor` at `at`; called by `title` where its own field gives it no name.
    pub(super) fn record(
        &mut self,
        at: Instant,
        actor: &Actor,
        register: &str,
        facts: &Facts,
        title: &str,
    ) -> Result<Record, String> {
        let engine =
            self.engine.at(Arc::new(FixedClock(at)), Box::new(SeededChance::new(self.chance.next_u64())));
        let definition =
            engine.register(register).map_err(|_| format!("the packs have no register {register}"))?;
        if let Some(name) = facts.keys().find(|name| definition.field(name).is_none()) {
            return Err(format!("register {register} has no field {name}; the demo must follow the pack"));
        }
        let mut record = engine
            .new_record(actor, definition, facts, self.place.clone())
            .map_err(|error| format!("{register}: {error}"))?;
        if record.title.is_empty() {
            title.clone_into(&mut record.title);
        }
        record.code = self.codes.next(&definition.code, &self.place.county, at.day());
        let mut set = insert(&engine.model, definition, &record);
        set.journal.push(journal(actor, "create", &record, at, &record.facts));
        self.sets.push(set);
        Ok(record)
    }
}
