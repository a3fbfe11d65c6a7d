//! Faults of procedures: unknown states, roles, fields; states that nothing leaves.

use super::conditions::{check_sets, check_when};
use super::{Report, check_roles, field_names, unknown};
use crate::pack::{FieldKind, Model, Procedure, Register, StateKind, Step};

pub(super) fn check_procedure(procedure: &Procedure, model: &Model, report: &mut Report<'_>) {
    let own = report.line;
    let Some(register) = model.register(&procedure.register) else {
        report.fault("register", unknown("register", &procedure.register, model.registers.keys()));
        return;
    };
    if !register.cases {
        report.fault("register", format!("\"{}\" must say cases = true to hold cases", procedure.register));
    }
    let fields = field_names(procedure, model);
    if let Some(opening) = &procedure.opening {
        check_roles("opening.by", &opening.by, model, report);
        check_state(procedure, "opening.to", &opening.to, report);
        let names = opening.needs.iter().chain(&opening.asks).chain(opening.sets.keys());
        check_fields("opening", names, &fields, report);
        check_sets("opening", &opening.sets, register, model, report);
        check_when("opening", &opening.when, register, model, report);
    }
    for step in &procedure.steps {
        report.at(step.id.span());
        check_step(procedure, step, register, model, report);
    }
    report.line = own;
    for state in &procedure.states {
        let main = || procedure.steps_from(&state.id).filter(|s| !s.side);
        if state.kind == StateKind::Open && main().next().is_none() {
            report.fault(
                &format!("state.{}", state.id),
                "is open but no main step leaves it: a case would stay for ever".into(),
            );
        } else if state.kind == StateKind::Open
            && main().all(|s| !s.when.is_empty())
            && !covers_a_yes_no(&main().collect::<Vec<_>>(), register)
        {
            let message =
                "is open but every main step has a condition: a case that meets none would stay for ever";
            report.fault(&format!("state.{}", state.id), message.into());
        } else if state.kind != StateKind::Open && procedure.steps_from(&state.id).next().is_some() {
            report.fault(&format!("state.{}", state.id), "is an end, but a step leaves it".into());
        }
    }
}

/// Whether the steps' conditions on one yes-no field together leave no case out.
fn covers_a_yes_no(steps: &[&Step], register: &Register) -> bool {
    let fields = register.fields.iter().filter(|f| f.kind == FieldKind::YesNo);
    fields.map(crate::pack::Field::name).any(|field| {
        let alone = steps.iter().all(|s| s.when.fields().all(|(name, _)| name == field));
        let values: Vec<&str> = steps
            .iter()
            .flat_map(|s| s.when.fields())
            .flat_map(|(_, values)| values.iter().map(String::as_str))
            .collect();
        alone && ["true", "false", ""].iter().all(|value| values.contains(value))
    })
}

fn check_step(
    procedure: &Procedure,
    step: &Step,
    register: &Register,
    model: &Model,
    report: &mut Report<'_>,
) {
    let fields = &field_names(procedure, model);
    let key = format!("step.{}", step.name());
    let file = |name: &&String| {
        register.field(name).is_some_and(|f| matches!(f.kind, FieldKind::Image | FieldKind::File))
    };
    if let Some(name) = step.needs.iter().find(file).filter(|_| step.together) {
        let message =
            format!("needs \"{name}\", the evidence of one case: it cannot be taken for several together");
        report.fault(&format!("{key}.together"), message);
    }
    for state in &step.from {
        check_state(procedure, &format!("{key}.from"), state, report);
    }
    match &step.becomes {
        None => check_state(procedure, &format!("{key}.to"), &step.to, report),
        Some(other) => match model.procedure(other) {
            None => {
                report.fault(&format!("{key}.becomes"), unknown("procedure", other, model.procedures.keys()));
            }
            Some(next) => {
                if next.register != procedure.register {
                    let message = format!(
                        "\"{other}\" runs on register \"{}\", not on \"{}\"",
                        next.register, procedure.register
                    );
                    report.fault(&format!("{key}.becomes"), message);
                }
                check_state(next, &format!("{key}.to"), &step.to, report);
            }
        },
    }
    check_people(&key, step, register, model, report);
    check_agency(&key, step, register, report);
    check_sets(&key, &step.sets, register, model, report);
    check_when(&key, &step.when, register, model, report);
    let names = step.needs.iter().chain(&step.asks).chain(step.sets.keys()).chain(step.until.as_ref());
    check_fields(&key, names, fields, report);
    if step.within.is_some() && step.until.is_some() {
        report.fault(&format!("{key}.until"), "a step has either within or until".into());
    }
    for late in &step.late {
        check_roles(&format!("{key}.late"), &late.notify, model, report);
        if let Some(role) = &late.escalate {
            check_roles(&format!("{key}.late"), std::slice::from_ref(role), model, report);
        }
        if step.within.is_none() && step.until.is_none() {
            report.fault(&format!("{key}.late"), "needs a limit: within or until".into());
        }
    }
}

/// Who may take a step and who may not.
fn check_people(key: &str, step: &Step, register: &Register, model: &Model, report: &mut Report<'_>) {
    let accounts: Vec<String> = register
        .fields
        .iter()
        .filter(|f| f.kind == FieldKind::Account && !f.many)
        .map(|f| f.name().to_owned())
        .collect();
    for by in &step.by {
        if let Some(field) = by.strip_prefix("role_in:") {
            let texts = register.fields.iter().filter(|f| f.kind == FieldKind::Text && !f.many);
            let texts: Vec<String> = texts.map(|f| f.name().to_owned()).collect();
            if !texts.iter().any(|f| f == field) {
                report.fault(&format!("{key}.by"), unknown("field of kind text", field, texts.iter()));
            }
            continue;
        }
        match by.strip_prefix("field:") {
            Some(field) if accounts.iter().any(|f| f == field) => {}
            Some(field) => {
                report.fault(&format!("{key}.by"), unknown("field of kind account", field, accounts.iter()));
            }
            None => check_roles(&format!("{key}.by"), std::slice::from_ref(by), model, report),
        }
    }
    for other in &step.not_by {
        match other.strip_prefix("field:") {
            Some(field) if accounts.iter().any(|f| f == field) => {}
            Some(field) => report
                .fault(&format!("{key}.not_by"), unknown("field of kind account", field, accounts.iter())),
            None if other == "open"
                || model.procedures_of(register.name()).any(|p| p.step(other).is_some()) => {}
            None => {
                let message = format!("\"{other}\" is neither open nor a step of this register's procedures");
                report.fault(&format!("{key}.not_by"), message);
            }
        }
    }
}

/// The field that holds the key of an agency is a line of text.
fn check_agency(key: &str, step: &Step, register: &Register, report: &mut Report<'_>) {
    let Some(field) = &step.same_agency else { return };
    let texts = register.fields.iter().filter(|f| f.kind == FieldKind::Text && !f.many);
    let names: Vec<String> = texts.map(|f| f.name().to_owned()).collect();
    if !names.contains(field) {
        report.fault(&format!("{key}.same_agency"), unknown("field of kind text", field, names.iter()));
    }
}

fn check_state(procedure: &Procedure, key: &str, state: &str, report: &mut Report<'_>) {
    if procedure.state(state).is_none() {
        let known: Vec<String> = procedure.states.iter().map(|s| s.id.clone()).collect();
        report.fault(key, unknown("state of this procedure", state, known.iter()));
    }
}

fn check_fields<'a>(
    key: &str,
    names: impl Iterator<Item = &'a String>,
    fields: &[String],
    report: &mut Report<'_>,
) {
    for name in names {
        if !fields.contains(name) {
            report.fault(key, unknown("field of the register", name, fields.iter()));
        }
    }
}
