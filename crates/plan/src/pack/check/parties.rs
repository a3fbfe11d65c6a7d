//! Faults of regions, roles, departments and clauses.

use std::collections::HashMap;

use super::unknown;
use crate::pack::{Fault, Model, Source};

/// Regions nested deeper than this lie within themselves.
const DEEPEST: usize = 8;
/// The list of choices that the sectors of departments come from.
const SECTORS: &str = "sectors";

pub(super) fn check_parties(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    check_regions(source, model, faults);
    let mut fault = |at: usize, key: String, message: String| {
        faults.push(Fault { file: source.file.clone(), line: source.line(at), key, message });
    };
    for role in &source.content.roles {
        for other in role.excludes.iter().filter(|other| !model.roles.contains_key(*other)) {
            let key = format!("role.{}.excludes", role.id.get_ref());
            fault(role.id.span().start, key, unknown("role", other, model.roles.keys()));
        }
    }
    let sectors: Vec<String> =
        model.choices.get(SECTORS).map_or_else(Vec::new, |c| c.of.iter().map(|o| o.id.clone()).collect());
    for department in &source.content.departments {
        for sector in department.sectors.iter().filter(|s| !sectors.contains(s)) {
            let key = format!("department.{}.sectors", department.id.get_ref());
            fault(department.id.span().start, key, unknown("sector", sector, sectors.iter()));
        }
    }
    let departments: Vec<String> = model.departments.iter().map(|d| d.id.get_ref().clone()).collect();
    for clause in &source.content.clauses {
        for (key, names) in [("lead", &clause.lead), ("support", &clause.support)] {
            for name in names.iter().filter(|name| !departments.contains(name)) {
                let key = format!("clause.{}.{key}", clause.id.get_ref());
                fault(clause.id.span().start, key, unknown("department", name, departments.iter()));
            }
        }
    }
}

fn check_regions(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    let codes: HashMap<&str, Option<&str>> =
        model.regions.iter().map(|r| (r.code.get_ref().as_str(), r.parent.as_deref())).collect();
    for region in &source.content.regions {
        let line = source.line(region.code.span().start);
        let code = region.code.get_ref();
        let mut fault = |message: String| {
            faults.push(Fault { file: source.file.clone(), line, key: format!("region.{code}"), message });
        };
        if region.until.is_some_and(|until| until < region.from) {
            fault("ends before it begins".into());
        }
        let mut above = region.parent.as_deref();
        let mut steps = 0;
        while let Some(parent) = above {
            let Some(next) = codes.get(parent) else {
                fault(format!("its parent \"{parent}\" is not a region of the packs"));
                break;
            };
            steps += 1;
            if steps > DEEPEST {
                fault("lies within itself: its parents form a circle".into());
                break;
            }
            above = *next;
        }
    }
}
