//! Records held in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base::Id;

use super::Records;
use crate::{Fact, Facts};

/// So few records of a register are looked through; among more, references are found by an index.
const LOOKED_THROUGH: usize = 16;

/// The records of a register by what one of their reference fields names.
type ByReference = HashMap<Id, Vec<Id>>;

/// A few records of some registers: the cases of a pack, or what was read for judging the rows of an import. A copy
/// shares the records.
#[derive(Debug, Default)]
pub struct Rows {
    registers: BTreeMap<String, BTreeMap<Id, Arc<Facts>>>,
    /// By register and field, made when first asked for and dropped when the register changes.
    references: Mutex<BTreeMap<String, BTreeMap<String, Arc<ByReference>>>>,
}

impl Clone for Rows {
    fn clone(&self) -> Self {
        Self { registers: self.registers.clone(), references: Mutex::default() }
    }
}

impl Rows {
    /// Adds a record, or puts it in the place of an earlier one.
    pub fn put(&mut self, register: &str, id: Id, facts: impl Into<Arc<Facts>>) {
        self.forget_references(register);
        match self.registers.get_mut(register) {
            Some(records) => drop(records.insert(id, facts.into())),
            None => drop(self.registers.insert(register.to_owned(), [(id, facts.into())].into())),
        }
    }

    /// Takes a record out.
    pub fn take(&mut self, register: &str, id: Id) {
        self.forget_references(register);
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

    fn forget_references(&mut self, register: &str) {
        self.references.get_mut().unwrap_or_else(PoisonError::into_inner).remove(register);
    }

    /// The records of a register by what their reference field names.
    fn by_reference(
        &self,
        register: &str,
        field: &str,
        records: &BTreeMap<Id, Arc<Facts>>,
    ) -> Arc<ByReference> {
        let mut known = self.references.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = known.get(register).and_then(|fields| fields.get(field)) {
            return Arc::clone(index);
        }
        let mut index = ByReference::new();
        for (id, facts) in records {
            if let Some(Fact::Reference(to)) = facts.get(field) {
                index.entry(*to).or_default().push(*id);
            }
        }
        let index = Arc::new(index);
        known.entry(register.to_owned()).or_default().insert(field.to_owned(), Arc::clone(&index));
        index
    }
}

impl Records for Rows {
    fn facts(&self, register: &str, id: Id) -> Option<&Facts> {
        self.registers.get(register)?.get(&id).map(|facts| &**facts)
    }

    fn linked(&self, register: &str, field: &str, value: &Fact) -> Vec<(Id, &Facts)> {
        let Some(records) = self.registers.get(register) else { return Vec::new() };
        match value {
            Fact::Reference(to) if records.len() > LOOKED_THROUGH => {
                let index = self.by_reference(register, field, records);
                let found = index.get(to).into_iter().flatten();
                found.filter_map(|id| Some((*id, &**records.get(id)?))).collect()
            }
            _ => self.of(register).filter(|(_, facts)| facts.get(field) == Some(value)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(enterprise: Id) -> Facts {
        Facts::from([("enterprise".to_owned(), Fact::Reference(enterprise))])
    }

    fn linked(rows: &Rows, enterprise: Id) -> Vec<Id> {
        let found = rows.linked("hazard", "enterprise", &Fact::Reference(enterprise));
        found.into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn references_are_found_alike_among_few_and_many_records() {
        let (mine, other) = (Id::from_u128(1), Id::from_u128(2));
        for count in [3_u128, LOOKED_THROUGH as u128 + 20] {
            let mut rows = Rows::default();
            for number in 0..count {
                rows.put(
                    "hazard",
                    Id::from_u128(10 + number),
                    of(if number % 3 == 0 { mine } else { other }),
                );
            }
            let expected: Vec<Id> = (0..count).step_by(3).map(|number| Id::from_u128(10 + number)).collect();
            assert_eq!(linked(&rows, mine), expected);
            // What is put or taken after a question counts in the next one.
            rows.put("hazard", Id::from_u128(11), of(mine));
            rows.take("hazard", Id::from_u128(10));
            let mut expected = [Id::from_u128(11)].into_iter().chain(expected.into_iter().skip(1));
            assert!(linked(&rows, mine).into_iter().eq(expected.by_ref()));
            assert_eq!(linked(&rows.clone(), Id::from_u128(7)), Vec::new());
        }
    }
}
