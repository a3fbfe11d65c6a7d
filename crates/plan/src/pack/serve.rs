//! When an element serves a row of the plan: the kinds of elements that may, and what such an element must carry. An
//! element that only carries a title serves nothing.

use toml::Value;

use super::row::RowKind;
use super::{Binding, FieldKind, Model, Register, ScopeFrom, Shape, StateKind};

/// Kinds of elements that may serve a kind of row.
#[must_use]
pub fn may_serve(row: RowKind) -> &'static [&'static str] {
    match row {
        RowKind::Register => &["register"],
        RowKind::Duty => &["duty", "deliverable", "campaign"],
        RowKind::Workflow => &["procedure"],
        RowKind::Rule => &["rule", "duty"],
        RowKind::Indicator => &["indicator", "scorecard"],
        RowKind::Calculation => &["assessment", "scorecard", "register"],
        RowKind::Monitor => &["monitor"],
        RowKind::Interop => &["connector"],
        RowKind::Publish => &["publication"],
        RowKind::Evidence => {
            &["register", "procedure", "duty", "deliverable", "campaign", "rule", "checklist"]
        }
        RowKind::Campaign => &["campaign"],
        RowKind::Org => &["body"],
    }
}

/// Why `element` does not serve a row of this kind; empty when it does.
#[must_use]
pub fn wanting(element: &Binding, row: RowKind, model: &Model) -> Vec<String> {
    if !may_serve(row).contains(&element.kind) {
        return vec![format!("a {} row is served by {}", row.word(), may_serve(row).join(" or "))];
    }
    let mut wants = Wants { element, found: Vec::new() };
    match element.kind {
        "register" => register(&mut wants, row, model),
        "procedure" => procedure(&mut wants, row, model),
        "rule" => rule(&mut wants),
        "duty" => duty(&mut wants, row),
        "indicator" => {
            wants.key("of", "counts nothing: of");
            wants.key("at", "no day or instant from which the period is taken: at");
            wants.key("by", "no grouping: by");
            wants.key("every", "no period: every");
        }
        "scorecard" => {
            wants.key("item", "no items");
            wants.key("grades", "no grades");
            wants.key("assessor", "nobody assesses: assessor");
        }
        "assessment" => {
            wants.key("method", "no method");
            wants.key("inputs", "no inputs");
            wants.either(&["valid_for", "again_when"], "never due again: valid_for or again_when");
        }
        "monitor" => {
            wants.key("levels", "no levels");
            wants.key("missing", "silence is not noticed: missing");
            wants.key("respond", "nobody answers an alarm: respond");
        }
        "connector" => {
            wants.key("mapping", "no mapping");
            wants.truth("receipt", "no receipt");
        }
        "publication" => {
            wants.key("fields", "no fields");
            wants.key("decided_by", "nobody decides: decided_by");
        }
        "campaign" => {
            wants.either(&["by", "every", "held_until"], "no day or period");
            wants.key("proof", "no proof");
            wants.either(&["remind", "late"], "nothing reminds and nothing follows: remind or late");
        }
        "deliverable" => {
            wants.either(&["by", "every"], "no day or period: by or every");
            wants.key("to", "no recipient: to");
            wants.either(&["remind", "late"], "nothing reminds and nothing follows: remind or late");
        }
        "checklist" => wants.key("item", "no items"),
        "body" => wants.key("members", "no members"),
        _ => {}
    }
    wants.found
}

struct Wants<'a> {
    element: &'a Binding,
    found: Vec<String>,
}

impl Wants<'_> {
    fn has(&self, key: &str) -> bool {
        self.element.keys.get(key).is_some_and(|value| match value {
            Value::Array(all) => !all.is_empty(),
            Value::Table(all) => !all.is_empty(),
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    fn unless(&mut self, holds: bool, why: &str) {
        if !holds {
            self.found.push(why.to_owned());
        }
    }

    fn key(&mut self, key: &str, why: &str) {
        let has = self.has(key);
        self.unless(has, why);
    }

    fn either(&mut self, keys: &[&str], why: &str) {
        let has = keys.iter().any(|key| self.has(key));
        self.unless(has, why);
    }

    fn truth(&mut self, key: &str, why: &str) {
        let yes = self.element.keys.get(key).and_then(Value::as_bool) == Some(true);
        self.unless(yes, why);
    }
}

fn register(wants: &mut Wants<'_>, row: RowKind, model: &Model) {
    let Some(register) = model.register(&wants.element.id) else {
        wants.found.push("is not a register of the packs".into());
        return;
    };
    match row {
        RowKind::Calculation => {
            let assessed = matches!(register.shape, Some(Shape::RiskFactor | Shape::Assessment));
            wants.unless(assessed, "no method runs on it: bind an assessment");
        }
        RowKind::Evidence => {
            let demanded = register.fields.iter().any(|f| f.required) || register.cases;
            wants.unless(demanded || proof(register), "demands nothing: no required field, no file or photo");
        }
        _ => {
            wants.unless(register.fields.len() >= 3, "has fewer than three typed fields");
            let kept = !register.keeper.is_empty() || register.cases;
            wants.unless(kept, "nobody keeps it: keeper");
            let listed = register.scope != ScopeFrom::Shared || !register.filters.is_empty();
            wants.unless(listed, "cannot be listed by department or county: scope or filters");
        }
    }
}

fn proof(register: &Register) -> bool {
    register.fields.iter().any(|f| matches!(f.kind, FieldKind::File | FieldKind::Image))
}

fn procedure(wants: &mut Wants<'_>, row: RowKind, model: &Model) {
    let Some(procedure) = model.procedure(&wants.element.id) else {
        wants.found.push("is not a procedure of the packs".into());
        return;
    };
    let demanded = procedure.steps.iter().any(|s| !s.needs.is_empty())
        || procedure.opening.as_ref().is_some_and(|o| !o.needs.is_empty());
    wants.unless(demanded, "no step demands anything: needs");
    if row == RowKind::Evidence {
        return;
    }
    let ends = procedure.states.iter().any(|s| s.kind == StateKind::Closed);
    wants.unless(ends, "never ends: no closed state");
    let limited = procedure.steps.iter().any(|s| s.within.is_some() || s.until.is_some());
    wants.unless(limited, "no time limit: within or until");
    let follows = procedure.steps.iter().any(|s| !s.late.is_empty());
    wants.unless(follows, "nothing happens when it is late: late");
}

fn rule(wants: &mut Wants<'_>) {
    wants.key("on", "no register: on");
    wants.either(&["must", "change"], "no condition: must or change");
    wants.key("else", "no consequence: else");
}

fn duty(wants: &mut Wants<'_>, row: RowKind) {
    wants.key("who", "binds nobody: who");
    if row == RowKind::Rule {
        wants.key("holds", "is no continuous condition: holds");
        return;
    }
    wants.either(&["by", "every", "after", "holds"], "no day or period: by, every, after or holds");
    wants.either(&["fulfilled", "holds"], "nothing proves it: fulfilled or holds");
    if row == RowKind::Duty {
        wants.either(&["remind", "late"], "nothing reminds and nothing follows: remind or late");
    }
}
