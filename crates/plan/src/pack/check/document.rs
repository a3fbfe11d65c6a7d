//! Faults of the plan's head, its parts, and what clauses say about days.

use super::unknown;
use crate::pack::document::is_part;
use crate::pack::{Fault, Model, Source, part_of};

/// A city follows one plan at a time: every `[plan]` after the first.
pub(super) fn several_plans(sources: &[Source]) -> Vec<Fault> {
    let mut plans = sources.iter().filter_map(|s| Some((s, s.content.plan.as_ref()?)));
    let Some((first, _)) = plans.next() else { return Vec::new() };
    let fault = |(source, plan): (&Source, &crate::pack::PlanDocument)| Fault {
        file: source.file.clone(),
        line: source.line(plan.number.span().start),
        key: "plan".into(),
        message: format!("{} names the plan already; the packs of a city follow one plan", first.file),
    };
    plans.map(fault).collect()
}

pub(super) fn check_document(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    let mut fault = |at: usize, key: String, message: String| {
        faults.push(Fault { file: source.file.clone(), line: source.line(at), key, message });
    };
    if let Some(plan) = &source.content.plan {
        let at = plan.number.span().start;
        if plan.until < plan.from {
            fault(at, "plan.until".into(), format!("{} lies before from {}", plan.until, plan.from));
        }
        if plan.number.get_ref().trim().is_empty() {
            fault(at, "plan.number".into(), "is empty; write the document's number".into());
        }
        for role in plan.keeper.iter().filter(|role| !model.roles.contains_key(*role)) {
            fault(at, "plan.keeper".into(), unknown("role", role, model.roles.keys()));
        }
    }
    for part in source.content.parts.iter().filter(|part| !is_part(part.id.get_ref())) {
        let message = format!("\"{}\" is not a part; write M or A with a number", part.id.get_ref());
        fault(part.id.span().start, "part.id".into(), message);
    }
    let parts: Vec<String> = model.parts.iter().map(|p| p.id.get_ref().clone()).collect();
    for clause in &source.content.clauses {
        let (id, at) = (clause.id.get_ref(), clause.id.span().start);
        // A pack without parts is shown by the numbers of its annexes.
        if !parts.is_empty() && !parts.iter().any(|part| part == part_of(id)) {
            let message = unknown("part of the plan", part_of(id), parts.iter());
            fault(at, format!("clause.{id}.id"), message);
        }
        if let (Some(from), Some(until)) = (clause.from, clause.until)
            && until < from
        {
            fault(at, format!("clause.{id}.until"), format!("{until} lies before from {from}"));
        }
    }
}
