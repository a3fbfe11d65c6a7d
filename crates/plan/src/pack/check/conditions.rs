//! Faults of the values that steps set and of the conditions under which they are offered.

use super::{Report, unknown};
use crate::pack::{Field, FieldKind, Model, Register, Shape, When};

/// Fixed values must suit their fields.
pub(super) fn check_sets(
    key: &str,
    sets: &toml::Table,
    register: &Register,
    model: &Model,
    report: &mut Report<'_>,
) {
    for (name, value) in sets {
        let Some(field) = register.field(name) else { continue };
        let fault = match (field.kind, value) {
            (FieldKind::Choice, toml::Value::String(text)) => unknown_choice(field, text, model),
            (FieldKind::YesNo, toml::Value::Boolean(_)) | (FieldKind::Integer, toml::Value::Integer(_)) => {
                None
            }
            (FieldKind::Text | FieldKind::LongText, toml::Value::String(_)) => None,
            (FieldKind::Decimal, toml::Value::Float(_) | toml::Value::Integer(_)) => None,
            (kind, other) => Some(format!("a field of kind {kind:?} cannot be set to {other}")),
        };
        if let Some(message) = fault {
            report.fault(&format!("{key}.sets.{name}"), message);
        }
    }
}

/// Changes that ask for a new assessment name fields of the register and a reason that the cases know.
pub(super) fn check_reassess(register: &Register, model: &Model, report: &mut Report<'_>) {
    let reason = model.shaped(Shape::Reassessment).and_then(|cases| cases.field("reason"));
    for change in &register.reassess {
        for name in change.fields.iter().filter(|name| register.field(name).is_none()) {
            let names: Vec<String> = register.fields.iter().map(|f| f.name().to_owned()).collect();
            report.fault("reassess.fields", unknown("field of this register", name, names.iter()));
        }
        check_when("reassess", &change.when, register, model, report);
        let fault = match reason {
            None => Some("needs a register with the shape reassessment for the cases".to_owned()),
            Some(field) => unknown_choice(field, &change.reason, model),
        };
        if let Some(message) = fault {
            report.fault("reassess.reason", message);
        }
    }
}

/// Conditions name choice and yes-no fields, and only values that these can have.
pub(super) fn check_when(
    key: &str,
    when: &When,
    register: &Register,
    model: &Model,
    report: &mut Report<'_>,
) {
    for (path, values) in when.fields() {
        let key = format!("{key}.when.{path}");
        let field = match find(path, register, model) {
            Ok(field) => field,
            Err(message) => {
                report.fault(&key, message);
                continue;
            }
        };
        if values.is_empty() {
            report.fault(&key, "lists no value, so it never holds".into());
        }
        for value in values.iter().filter(|v| !v.is_empty()) {
            let fault = match field.kind {
                FieldKind::Choice if !field.many => unknown_choice(field, value, model),
                FieldKind::YesNo if value == "true" || value == "false" => None,
                FieldKind::YesNo => {
                    Some(format!("\"{value}\" is not allowed for yes or no; write \"true\" or \"false\""))
                }
                kind => Some(format!(
                    "only a single choice or yes-no field can be a condition, this one is {kind:?}"
                )),
            };
            if let Some(message) = fault {
                report.fault(&key, message);
            }
        }
    }
}

fn find<'a>(path: &str, register: &'a Register, model: &'a Model) -> Result<&'a Field, String> {
    let names = |r: &Register| r.fields.iter().map(|f| f.name().to_owned()).collect::<Vec<_>>();
    let own = |r: &'a Register, name: &str| {
        r.field(name).ok_or_else(|| unknown(&format!("field of \"{}\"", r.name()), name, names(r).iter()))
    };
    let Some((reference, rest)) = path.split_once('.') else { return own(register, path) };
    let target = own(register, reference)?.to.as_ref().and_then(|to| model.register(to));
    own(target.ok_or_else(|| format!("\"{reference}\" is no reference to another register"))?, rest)
}

fn unknown_choice(field: &Field, value: &str, model: &Model) -> Option<String> {
    let choices: Vec<String> = model.choices_of(field).iter().map(|c| c.id.clone()).collect();
    (!choices.iter().any(|c| c == value))
        .then(|| unknown(&format!("choice of \"{}\"", field.name()), value, choices.iter()))
}
