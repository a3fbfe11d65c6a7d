//! Faults of rules: unknown registers, roles, procedures and fields, conditions that do not suit, several consequences.

use toml::Spanned;

use super::proposals::check_proposal;
use super::{Report, check_roles, unknown};
use crate::expression::{Context, faults_in};
use crate::pack::field::ChoicesOf;
use crate::pack::{ConsequenceKind, Fault, FieldKind, Model, Register, Rule, Shape, Source, Sweep};

pub(super) fn check_rules(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    for rule in &source.content.rules {
        let element = format!("rule.{}", rule.name());
        let line = source.line(rule.id.span().start);
        let mut report = Report { source, line, element, faults };
        let Some(register) = model.register(rule.register()) else {
            let message = unknown("register", rule.register(), model.registers.keys());
            report.at(rule.on.span()).fault("on", message);
            continue;
        };
        check_rule(rule, register, model, &mut report);
        check_conditions(source, rule, model, faults);
    }
}

fn check_conditions(source: &Source, rule: &Rule, model: &Model, faults: &mut Vec<Fault>) {
    let of = Context::of(model, "r", rule.register());
    let both = Context::of(model, "old", rule.register()).and("new", rule.register());
    let written: [(&str, &Option<Spanned<String>>, &Context<'_>); 3] =
        [("when", &rule.when, &of), ("must", &rule.must, &of), ("change", &rule.change, &both)];
    for (key, text, context) in written {
        if let Some(text) = text {
            let key = format!("rule.{}.{key}", rule.name());
            faults.extend(faults_in(source, &key, text, context).err().into_iter().flatten());
        }
    }
}

fn check_rule(rule: &Rule, register: &Register, model: &Model, report: &mut Report<'_>) {
    match (&rule.must, &rule.change) {
        (Some(_), Some(_)) => report.fault("change", "a rule has either must or change".into()),
        (None, None) => report.fault("must", "is missing; a rule has must or change".into()),
        _ => {}
    }
    if rule.must.is_none() && rule.heals {
        report.fault("heals", "only a state heals (must), not a change".into());
    }
    if rule.must.is_none() && rule.sweep.is_some_and(|s| s != Sweep::None) {
        report.fault("sweep", "a change is judged on writing alone; only must is swept".into());
    }
    if let (Some(from), Some(until)) = (rule.from, rule.until)
        && until < from
    {
        report.fault("until", format!("{until} lies before from {from}"));
    }
    if let Some(field) = rule.field.as_ref().filter(|name| register.field(name).is_none()) {
        let names: Vec<String> = register.fields.iter().map(|f| f.name().to_owned()).collect();
        report.fault("field", unknown("field of this register", field, names.iter()));
    }
    check_consequence(rule, register, model, report);
    for case in &rule.cases {
        report.at(case.name.span());
        let right = if rule.change.is_some() {
            case.old.is_some() && case.new.is_some() && case.record.is_none()
        } else {
            case.record.is_some() && case.old.is_none() && case.new.is_none()
        };
        if !right {
            let message = "a case of a rule with must has record = { ... }, of one with change old = { ... } and new = { ... }";
            report.fault("case", message.into());
        }
        for name in case.records.keys().filter(|name| !model.registers.contains_key(*name)) {
            report.fault("case.records", unknown("register", name, model.registers.keys()));
        }
    }
}

fn check_consequence(rule: &Rule, register: &Register, model: &Model, report: &mut Report<'_>) {
    let c = &rule.otherwise;
    let kinds: Vec<ConsequenceKind> = c.kinds().collect();
    let [kind] = kinds.as_slice() else {
        let message = format!(
            "has {} consequences; exactly one of refuse, warn, open, notify, propose is allowed",
            kinds.len()
        );
        report.fault("else", message);
        return;
    };
    let follows = matches!(kind, ConsequenceKind::Open | ConsequenceKind::Propose);
    if !follows && !c.with.is_empty() {
        report.fault("else.with", "only open and propose fill fields".into());
    }
    if matches!(kind, ConsequenceKind::Refuse | ConsequenceKind::Warn) && c.text.is_some() {
        report.fault("else.text", format!("{} carries its words itself", kind.name()));
    }
    if *kind != ConsequenceKind::Propose && c.to.is_some() {
        report.fault("else.to", "only a proposal is made to somebody".into());
    }
    match kind {
        ConsequenceKind::Notify => {
            let roles = c.notify.as_deref().unwrap_or_default();
            if roles.is_empty() {
                report.fault("else.notify", "names no role".into());
            }
            check_roles("else.notify", roles, model, report);
        }
        ConsequenceKind::Open => {
            let name = c.open.as_deref().unwrap_or_default();
            match model.procedure(name) {
                None => report.fault("else.open", unknown("procedure", name, model.procedures.keys())),
                Some(procedure) => {
                    if let Some(cases) = model.register(&procedure.register) {
                        check_with(rule, register, cases, model, report);
                    }
                }
            }
        }
        ConsequenceKind::Propose => {
            check_proposal("else", c.propose.as_deref().unwrap_or_default(), c.to.as_deref(), model, report);
            if let Some(proposals) = model.shaped(Shape::Proposal) {
                check_with(rule, register, proposals, model, report);
            }
        }
        ConsequenceKind::Refuse | ConsequenceKind::Warn => {}
    }
}

/// What is filled in must be a field of the case and suit it.
fn check_with(rule: &Rule, from: &Register, to: &Register, model: &Model, report: &mut Report<'_>) {
    for (name, value) in &rule.otherwise.with {
        let key = format!("else.with.{name}");
        let Some(field) = to.field(name) else {
            let names: Vec<String> = to.fields.iter().map(|f| f.name().to_owned()).collect();
            report.fault(&key, unknown(&format!("field of \"{}\"", to.name()), name, names.iter()));
            continue;
        };
        let copied = value.as_str().and_then(|text| text.strip_prefix("r."));
        if let Some(other) = copied {
            match from.field(other) {
                None => {
                    let names: Vec<String> = from.fields.iter().map(|f| f.name().to_owned()).collect();
                    report
                        .fault(&key, unknown(&format!("field of \"{}\"", from.name()), other, names.iter()));
                }
                Some(source) if source.kind != field.kind && !both_text(source.kind, field.kind) => {
                    let message = format!("\"{other}\" is {:?}, the field is {:?}", source.kind, field.kind);
                    report.fault(&key, message);
                }
                Some(_) => {}
            }
            continue;
        }
        let suits = match (field.kind, value) {
            (FieldKind::Choice, toml::Value::String(text)) => match &field.of {
                Some(ChoicesOf::Own(_) | ChoicesOf::Shared(_)) => {
                    model.choices_of(field).iter().any(|c| c.id == *text)
                }
                None => false,
            },
            (FieldKind::Department, toml::Value::String(text)) => model.department(text).is_some(),
            (FieldKind::Text | FieldKind::LongText, toml::Value::String(_))
            | (FieldKind::YesNo, toml::Value::Boolean(_))
            | (FieldKind::Integer, toml::Value::Integer(_))
            | (FieldKind::Decimal, toml::Value::Integer(_) | toml::Value::Float(_)) => true,
            _ => false,
        };
        if !suits {
            report.fault(&key, format!("a field of kind {:?} cannot be set to {value}", field.kind));
        }
    }
}

fn both_text(a: FieldKind, b: FieldKind) -> bool {
    let text = |kind| matches!(kind, FieldKind::Text | FieldKind::LongText);
    text(a) && text(b)
}
