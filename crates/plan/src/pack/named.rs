//! Regions by their code, departments by whatever they are called, procedures by their register: a page asks for each of
//! its cells.

use std::collections::HashMap;

use super::{Department, Procedure, RegionDefinition};

/// Places in the lists of a model.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    regions: HashMap<String, usize>,
    departments: HashMap<String, usize>,
    procedures: HashMap<String, Vec<String>>,
}

impl Named {
    /// Of several with the same name the first counts.
    pub(super) fn of<'a>(
        regions: &[RegionDefinition],
        departments: &[Department],
        procedures: impl Iterator<Item = &'a Procedure>,
    ) -> Self {
        let mut named = Self::default();
        for (place, region) in regions.iter().enumerate() {
            named.regions.entry(region.code.get_ref().clone()).or_insert(place);
        }
        for (place, department) in departments.iter().enumerate() {
            let own = [department.id.get_ref(), &department.title.zh];
            for name in own.into_iter().chain(&department.aliases) {
                named.departments.entry(name.clone()).or_insert(place);
            }
        }
        for procedure in procedures {
            named.procedures.entry(procedure.register.clone()).or_default().push(procedure.name().to_owned());
        }
        named
    }

    /// Names of the procedures of a register.
    pub(super) fn procedures(&self, register: &str) -> &[String] {
        self.procedures.get(register).map_or(&[], Vec::as_slice)
    }

    pub(super) fn region(&self, code: &str) -> Option<usize> {
        self.regions.get(code).copied()
    }

    pub(super) fn department(&self, name: &str) -> Option<usize> {
        self.departments.get(name).copied()
    }
}
