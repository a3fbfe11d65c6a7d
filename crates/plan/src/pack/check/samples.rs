//! Faults of samples: registers and fields that do not exist, values that the field does not take.

use super::{Report, unknown};
use crate::pack::sample::Sample;
use crate::pack::{Fault, FieldKind, Model, Source};

/// Kinds whose values nobody can write down beforehand.
const UNWRITTEN: [FieldKind; 7] = [
    FieldKind::Reference,
    FieldKind::Account,
    FieldKind::Image,
    FieldKind::File,
    FieldKind::Point,
    FieldKind::Structure,
    FieldKind::Uscc,
];

pub(super) fn check_samples(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    for sample in &source.content.samples {
        let line = source.line(sample.register.span().start);
        let element = format!("sample.{}.{}", sample.register.get_ref(), sample.field.get_ref());
        check_sample(sample, model, &mut Report { source, line, element, faults });
    }
}

fn check_sample(sample: &Sample, model: &Model, report: &mut Report<'_>) {
    let Some(register) = model.register(sample.register.get_ref()) else {
        let message = unknown("register", sample.register.get_ref(), model.registers.keys());
        report.fault("register", message);
        return;
    };
    let Some(field) = register.field(sample.field.get_ref()) else {
        let known: Vec<String> = register.fields.iter().map(|f| f.name().to_owned()).collect();
        report.at(sample.field.span()).fault("field", unknown("field", sample.field.get_ref(), known.iter()));
        return;
    };
    if UNWRITTEN.contains(&field.kind) || field.computed {
        report.at(sample.field.span()).fault("field", format!("{} takes no sample values", field.name()));
        return;
    }
    if sample.texts.is_empty() {
        report.fault("texts", "is empty; write at least one value".to_owned());
    }
    for text in sample.texts.iter().filter(|text| !text.is_empty()) {
        let choices = model.choices_of(field);
        if field.kind == FieldKind::Choice && !choices.iter().any(|c| c.id == *text) {
            let known: Vec<String> = choices.iter().map(|c| c.id.clone()).collect();
            report.fault("texts", unknown("choice", text, known.iter()));
        }
        #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
        let length = text.chars().count() as f64;
        let words = matches!(field.kind, FieldKind::Text | FieldKind::LongText);
        if words && field.max.is_some_and(|max| length > max) {
            report.fault("texts", format!("\"{text}\" is longer than the field takes"));
        }
        if field.required && sample.texts.iter().all(String::is_empty) {
            report.fault("texts", "are all empty, and the field is required".to_owned());
        }
    }
}
