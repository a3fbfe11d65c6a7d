//! Records held in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Id;

use super::Records;
use crate::{Fact, Facts};

/// A few records of some registers: the cases of a pack, or what was read for judging one record. A copy shares the
/// records.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    registers: BTreeMap<String, BTreeMap<Id, Arc<Facts>>>,
}

impl Rows {
    /// Adds a record, or puts it in the place of an earlier one.
    pub fn put(&mut self, register: &str, id: Id, facts: impl Into<Arc<Facts>>) {
        match self.registers.get_mut(register) {
            Some(records) => drop(records.insert(id, facts.into())),
            None => drop(self.registers.insert(register.to_owned(), [(id, facts.into())].into())),
        }
    }

    /// Takes a record out.
    pub fn take(&mut self, register: &str, id: Id) {
        if let Some(records) = self.registers.get_mut(register) {
            records.remove(&id);
        }
    }

    /// The records of a register, by id.
    pub fn of<'a>(&'a self, register: &str) -> impl Iterator<Item = (Id, &'a Facts)> + use<'a> {
        self.registers.get(register).into_iter().flatten().map(|(id, facts)| (*id, &**facts))
    }

    /// A record, to be held on to.
    #[must_use]
    pub fn shared(&self, register: &str, id: Id) -> Option<Arc<Facts>> {
        self.registers.get(register)?.get(&id).map(Arc::clone)
    }
}

impl Records for Rows {
    fn facts(&self, register: &str, id: Id) -> Option<&Facts> {
        self.registers.get(register)?.get(&id).map(|facts| &**facts)
    }

    fn linked(&self, register: &str, field: &str, value: &Fact) -> Vec<(Id, &Facts)> {
        self.of(register).filter(|(_, facts)| facts.get(field) == Some(value)).collect()
    }
}
