//! Indexes for what conditions of packs look up: `exists(hazard, h, h.found_by == r.account)` asks the hazards by who found
//! them, once for every record that is judged. Whoever writes a pack need not say so.

use std::collections::BTreeSet;

use plan::expression::{Read, RouteStep};
use plan::pack::duty_link::SubjectLink;
use plan::pack::indicator::Counting;
use plan::pack::{FieldKind, Model};
use store::{IndexOnly, TableDef};

use crate::duty::Catalogue;
use crate::duty::catalogue::proof_link;
use crate::rule::RuleBook;
use crate::tables::table_name;

/// Registers with a field by which their records are looked up, and the day within which, where there is one: a firm has
/// hundreds of checks, and one month of them is asked for.
pub(crate) type Lookups = BTreeSet<(String, String, Option<String>)>;

/// What the rules, duties and indicators of a model look up.
pub(crate) fn lookups(model: &Model, rules: &RuleBook, duties: &Catalogue) -> Lookups {
    let mut found = Lookups::new();
    let mut add = |reads: BTreeSet<Read>| {
        for step in reads.into_iter().flat_map(|read| read.route.steps) {
            if let RouteStep::Linked { to, inner, .. } = step {
                found.insert((to, inner, None));
            }
        }
    };
    rules.expressions().for_each(|expression| add(expression.reads()));
    duties.expressions().for_each(|expression| add(expression.reads()));
    for counting in model.indicators.values().filter_map(|i| Counting::of(i, model).ok()) {
        let hit = counting.hit.iter().map(|(hits, _)| hits);
        let all = [&counting.base, &counting.known, &counting.complete];
        hit.chain(all.into_iter().flatten()).for_each(|expression| add(expression.reads()));
    }
    for duty in model.duties.values() {
        for kind in duty.subjects() {
            let (Some(register), Some(link)) = (duty.record(), proof_link(model, duty, kind)) else {
                continue;
            };
            let (SubjectLink::Code(field) | SubjectLink::Reference(field)) = link else { continue };
            let at = duty.fulfilled.as_ref().and_then(|proof| proof.at.as_ref());
            found.insert((register.to_owned(), field, at.map(|at| at.get_ref().clone())));
        }
    }
    found
}

/// The tables with an index for each lookup that none of theirs serves.
pub(crate) fn indexed(mut tables: Vec<TableDef>, model: &Model, lookups: &Lookups) -> Vec<TableDef> {
    for (register, field, day) in lookups {
        let Some(at) = tables.iter().position(|t| t.name == table_name(register)) else { continue };
        // References have one, and so have the columns by which lists are anchored.
        let reference = model.register(register).and_then(|r| r.field(field));
        let reference = reference.is_some_and(|f| f.kind == FieldKind::Reference && !f.is_list());
        if let Some(day) = day {
            let table = tables.swap_remove(at);
            tables.push(table.index_only(&[field, day, "id"], IndexOnly::Zero("removed_at".to_owned())));
            continue;
        }
        if reference || ["id", "county", "organisation", "sector"].contains(&field.as_str()) {
            continue;
        }
        let table = tables.swap_remove(at);
        tables.push(table.index_only(&[field, "id"], IndexOnly::Zero("removed_at".to_owned())));
    }
    tables
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::tables::tables;

    #[test]
    fn what_the_plan_looks_up_leads_an_index() {
        let packs =
            |name: &str| -> PathBuf { Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name) };
        let model = Model::load(&[&packs("core"), &packs("kaifeng-2020")]).unwrap();
        let found = lookups(&model, &RuleBook::of(&model), &Catalogue::of(&model));
        // Of an indicator, of a duty's proof, and of a rule.
        for (register, field) in [("hazard", "found_by"), ("hazard", "enterprise"), ("certificate", "person")]
        {
            assert!(found.iter().any(|(r, f, _)| r == register && f == field), "{register}.{field}");
        }
        let day = |day: &str| Some(day.to_owned());
        assert!(found.contains(&("check_record".into(), "enterprise".into(), day("checked_at"))));
        let tables = indexed(tables(&model), &model, &found);
        for (register, field, day) in found.iter().filter(|(_, field, _)| field != "id") {
            let Some(table) = tables.iter().find(|t| t.name == table_name(register)) else { continue };
            let led = |i: &store::IndexDef| {
                i.columns.first() == Some(field) && (day.is_none() || i.columns.get(1) == day.as_ref())
            };
            let leads = table.indexes.iter().any(led);
            assert!(leads || !table.scoped && field == "county", "{register}.{field} has no index");
        }
    }
}
