//! Faults of each kind of element that is not owed by somebody.

use std::collections::HashSet;

use super::{Check, check_roles, unknown};
use crate::expression::{Context, NumberExpression};
use crate::pack::{
    Assessment, Campaign, Checklist, Connector, FieldKind, Monitor, Publication, Shape, assessment::METHODS,
    monitor,
};

pub(super) fn check_target(e: &Campaign, check: &mut Check<'_, '_>) {
    match e.count.as_ref().and_then(|c| c.target.as_ref()).map(|t| (t.span(), t.get_ref())) {
        None | Some((_, toml::Value::Integer(_) | toml::Value::Float(_))) => {}
        Some((at, toml::Value::String(text))) => {
            let fixed = super::fixed_subjects(check.model);
            let context = Context::of(&fixed, "s", "subject");
            for fault in NumberExpression::check(text, &context).err().unwrap_or_default() {
                check.report.at(at.clone()).fault("count.target", fault.to_string());
            }
        }
        Some((at, _)) => {
            check.report.at(at).fault(
                "count.target",
                "is a number, or the text of an expression such as \"v('name')\"".into(),
            );
        }
    }
    if e.proof.is_empty() {
        check.report.fault("proof", "names no field; a campaign is proven by something".into());
    }
}

pub(super) fn check_checklist(e: &Checklist, check: &mut Check<'_, '_>) {
    let name = e.of.get_ref();
    let sectors: Vec<String> = check
        .model
        .choices
        .get("sectors")
        .map_or_else(Vec::new, |c| c.of.iter().map(|o| o.id.clone()).collect());
    if check.model.register(name).is_some() {
        if let Some(when) = &e.when {
            check.condition("when", when, "s", name);
        }
    } else if sectors.contains(name) {
        if e.when.is_some() {
            check
                .report
                .fault("when", "is for checklists of a register; a sector is a condition already".into());
        }
    } else {
        let known = check.model.registers.keys().chain(&sectors);
        let message = unknown("register or sector", name, known);
        check.report.at(e.of.span()).fault("for", message);
    }
    if e.items.is_empty() {
        check.report.fault("item", "holds no item".into());
    }
    let mut seen = HashSet::new();
    for item in &e.items {
        let key = format!("item.{}", item.id.get_ref());
        check.report.at(item.id.span());
        if !seen.insert(item.id.get_ref().as_str()) {
            check.report.fault(&key, "is defined twice in this checklist".into());
        }
        for (part, text) in [("look", &item.look), ("basis", &item.basis), ("judge", &item.judge)] {
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                check.report.fault(&format!("{key}.{part}"), "needs its words in zh and en".into());
            }
        }
    }
}

/// Items name criteria of major hazards that exist.
pub(super) fn check_criteria(e: &Checklist, check: &mut Check<'_, '_>) {
    let criteria = criteria(check);
    for item in &e.items {
        if let Some(criterion) = item.criterion.as_ref().filter(|c| !criteria.contains(c)) {
            let key = format!("item.{}.criterion", item.id.get_ref());
            check.report.at(item.id.span()).fault(&key, unknown("criterion", criterion, criteria.iter()));
        }
    }
}

/// Keys of the criteria of major hazards; none while the packs' records have not been read.
fn criteria(check: &Check<'_, '_>) -> Vec<String> {
    let Some(register) = check.model.shaped(Shape::Criterion) else { return Vec::new() };
    let seeds = check.model.seeds.iter().filter(|s| s.register == register.name());
    seeds.flat_map(|s| s.rows.iter().filter_map(|row| row.first().cloned())).collect()
}

pub(super) fn check_publication(e: &Publication, check: &mut Check<'_, '_>) {
    check_roles("decided_by", &e.decided_by, check.model, &mut check.report);
    if e.decided_by.is_empty() {
        check.report.fault("decided_by", "names no role; what is published is decided by a person".into());
    }
    let Some(register) = check.register("of", &e.of) else { return };
    if let Some(when) = &e.when {
        check.condition("when", when, "r", register.name());
    }
    for published in &e.fields {
        check.report.at(published.id.span());
        let name = published.id.get_ref();
        check.field("fields", register, name, None);
        let kind = register.field(name).map(|f| f.kind);
        if let Some(FieldKind::Point | FieldKind::Structure | FieldKind::Image | FieldKind::File) = kind {
            let message = format!(
                "\"{name}\" is a position, a photo, a file or inner data; published are words, numbers, days and choices"
            );
            check.report.fault("fields", message);
        }
        let class = register.field(name).map(|f| f.class);
        if class == Some(crate::pack::FieldClass::Secret) {
            let message = format!("\"{name}\" is secret; it is never published (stock amounts, positions)");
            check.report.fault("fields", message);
        } else if class == Some(crate::pack::FieldClass::Personal)
            && published.mask == crate::pack::publication::Mask::None
        {
            let message = format!("\"{name}\" is personal; say mask = \"name\", \"phone\" or \"middle\"");
            check.report.fault("fields", message);
        }
    }
    if e.fields.is_empty() {
        check.report.fault("fields", "names no field".into());
    }
    if let Some(starts) = e.starts_at() {
        check.field("from", register, starts, Some(FieldKind::Day));
    }
    if let Some(order) = &e.order {
        check.field("order", register, order.get_ref(), None);
    }
    if e.stands == Some(crate::pack::publication::Standing::UntilClosed) && !register.cases {
        let message = format!("until_closed needs cases; \"{}\" holds plain records", register.name());
        check.report.fault("for", message);
    }
}

pub(super) fn check_connector(e: &Connector, check: &mut Check<'_, '_>) {
    let of = match check.model.procedure(e.of.get_ref()) {
        Some(procedure) => check.model.register(&procedure.register),
        None => check.register("of", &e.of),
    };
    if !e.mapping.contains_key(e.key.get_ref()) {
        let message = unknown("field of the mapping", e.key.get_ref(), e.mapping.keys());
        check.report.at(e.key.span()).fault("key", message);
    }
    let Some(register) = of else { return };
    let mut seen = HashSet::new();
    for ours in e.mapping.values() {
        check.report.at(ours.span());
        check.field("mapping", register, ours.get_ref(), None);
        if !seen.insert(ours.get_ref().as_str()) {
            check
                .report
                .fault("mapping", format!("\"{}\" is filled from two of their fields", ours.get_ref()));
        }
    }
}

pub(super) fn check_monitor(e: &Monitor, check: &mut Check<'_, '_>) {
    let register = check.register("on", &e.on);
    let mut names = Vec::new();
    for level in &e.levels {
        names.push(level.id.clone());
        let key = format!("levels.{}", level.id);
        if level.above.is_some() == level.below.is_some() {
            check.report.fault(&key, "says either above or below".into());
        }
        if (level.above.is_some() && level.clear_above.is_some())
            || (level.below.is_some() && level.clear_below.is_some())
        {
            let message =
                "is over on the other side: above goes with clear_below, below with clear_above".to_owned();
            check.report.fault(&key, message);
        }
        if let Some(Err(message)) = level.lasting.as_deref().map(monitor::seconds) {
            check.report.fault(&format!("{key}.for"), message);
        }
        if let Some(register) = register {
            let numbers = [&level.above, &level.below, &level.clear_below, &level.clear_above];
            for text in numbers.into_iter().flatten() {
                let context = Context::of(check.model, "r", register.name());
                for fault in NumberExpression::check(text.get_ref(), &context).err().unwrap_or_default() {
                    check.report.at(text.span()).fault(&key, fault.to_string());
                }
            }
        }
    }
    if e.levels.is_empty() {
        check.report.fault("levels", "names no level".into());
    }
    if let (Some(when), Some(register)) = (&e.when, register) {
        check.condition("when", when, "r", register.name());
    }
    for response in &e.respond {
        if !names.contains(&response.level) {
            check.report.fault("respond.level", unknown("level", &response.level, names.iter()));
        }
    }
    if let Some(opens) = &e.opens {
        if !names.contains(&opens.level) {
            check.report.fault("opens.level", unknown("level", &opens.level, names.iter()));
        }
        if check.model.procedure(opens.procedure.get_ref()).is_none() {
            let message = unknown("procedure", opens.procedure.get_ref(), check.model.procedures.keys());
            check.report.at(opens.procedure.span()).fault("opens.procedure", message);
        }
    }
}

pub(super) fn check_assessment(e: &Assessment, check: &mut Check<'_, '_>) {
    check_roles("keeper", &e.keeper, check.model, &mut check.report);
    let method = e.method.get_ref().as_str();
    if !METHODS.contains(&method) {
        let known = METHODS.join(", ");
        let message = format!(
            "\"{method}\" is no method that this program computes; it would accept no input. Known are {known}"
        );
        check.report.at(e.method.span()).fault("method", message);
    }
    let Some(register) = check.register("subject", &e.subject) else { return };
    if let Some(when) = &e.when {
        check.condition("when", when, "r", register.name());
    }
    for (input, value) in &e.inputs {
        if let Some(field) = e.field_of(value) {
            let first = field.split('.').next().unwrap_or_default();
            check.field(&format!("inputs.{input}"), register, first, None);
        }
    }
    if e.inputs.is_empty() {
        check.report.fault("inputs", "names no input".into());
    }
    for field in e.again_when.iter().chain(&e.result_field) {
        check.report.at(field.span());
        check.field("again_when", register, field.get_ref(), None);
    }
}
