//! Faults of proposals: kinds that nobody decides, and recipients that do not exist.

use super::{Report, check_roles, unknown};
use crate::pack::{Model, Shape};

/// What is proposed, and to which role; `key` is the part of the element that proposes.
pub(super) fn check_proposal(
    key: &str,
    kind: &str,
    to: Option<&str>,
    model: &Model,
    report: &mut Report<'_>,
) {
    let Some(proposals) = model.shaped(Shape::Proposal) else {
        report.fault(&format!("{key}.propose"), "needs a register with the shape proposal".into());
        return;
    };
    let kinds: Vec<String> = proposals
        .field("kind")
        .map(|f| model.choices_of(f).iter().map(|choice| choice.id.clone()).collect())
        .unwrap_or_default();
    if !kinds.iter().any(|known| known == kind) {
        report.fault(&format!("{key}.propose"), unknown("kind of proposal", kind, kinds.iter()));
    }
    let key = format!("{key}.to");
    match to {
        Some(role) => check_roles(&key, &[role.to_owned()], model, report),
        None => report.fault(&key, "is missing: the role that decides".into()),
    }
}

/// The fields that a pack fills in are fields of the proposal.
pub(super) fn check_with(key: &str, with: &toml::Table, model: &Model, report: &mut Report<'_>) {
    let Some(proposals) = model.shaped(Shape::Proposal) else { return };
    for name in with.keys().filter(|name| proposals.field(name).is_none()) {
        let known: Vec<String> = proposals.fields.iter().map(|f| f.name().to_owned()).collect();
        report.fault(&format!("{key}.with"), unknown("field of a proposal", name, known.iter()));
    }
}
