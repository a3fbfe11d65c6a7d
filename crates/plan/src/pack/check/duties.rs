//! Faults of duties: subjects, registers, fields, roles and conditions that lead nowhere, and rhythms that contradict.

use toml::Spanned;

use super::proposals::{check_proposal, check_with};
use super::{Report, check_field, check_roles, unknown};
use crate::expression::{Context, Expression, faults_in};
use crate::pack::duty::{FIXED_SUBJECTS, Fulfilled, LateStage, Rhythm};
use crate::pack::{Duty, FieldKind, Limit, Model, Register, ScopeFrom, Source, Unit};

/// Registers' names that the duties' own tables need.
pub(super) const RESERVED: [&str; 3] = ["duty_span", "duty_state", "duty_evidence"];

pub(super) fn check_duty(duty: &Duty, model: &Model, source: &Source, report: &mut Report<'_>) {
    let own = report.line;
    let id = duty.name();
    if id.is_empty()
        || id.len() > 60
        || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    {
        report.fault("id", "must be lower-case letters, digits, hyphens and underscores, at most 60".into());
    }
    check_rhythm(duty, report);
    for kind in std::iter::once(&duty.who.subject).chain(&duty.also) {
        report.at(kind.span());
        check_subject(kind.get_ref(), model, report);
    }
    report.line = own;
    for department in
        duty.who.departments.iter().chain(&duty.support).chain(duty.lead.as_ref().map(Spanned::get_ref))
    {
        if model.department(department).is_none() {
            let known: Vec<String> = model.departments.iter().map(|d| d.id.get_ref().clone()).collect();
            report.fault("departments", unknown("department", department, known.iter()));
        }
    }
    if !duty.who.departments.is_empty() && duty.who.subject.get_ref() != "department" {
        report.fault("who.departments", "is only for the subject \"department\"".into());
    }
    for (key, roles) in [("keeper", &duty.keeper), ("watched_by", &duty.watched_by), ("excuse", &duty.excuse)]
    {
        check_roles(key, roles, model, report);
    }
    for (key, text) in [("who.when", &duty.who.when), ("while", &duty.only_while), ("holds", &duty.holds)] {
        let Some(text) = text else { continue };
        let context = Context::of(model, "s", duty.who.subject.get_ref());
        expression(source, key, text, &context, report);
        if key == "holds" && !duty.also.is_empty() {
            report.fault("also", "a condition on \"s\" holds for one kind of subject only".into());
        }
    }
    check_proof(duty, model, source, report);
    report.line = own;
    for stage in &duty.late {
        check_stage(stage, duty, model, report);
    }
    for span in duty.remind.iter().filter(|span| !is_days(**span) || span.count > 0) {
        report.fault("remind", format!("\"{span}\" is not a reminder; write for instance -3d or -3wd"));
    }
    if duty.until.zip(duty.from).is_some_and(|(until, from)| until < from) {
        report.fault("until", "lies before \"from\"".into());
    }
    if duty.keeper.is_empty() && duty.is_handed_in() {
        report.fault("keeper", "somebody must be able to hand it in: name at least one role".into());
    }
}

fn is_days(span: Limit) -> bool {
    matches!(span.unit, Unit::Days | Unit::WorkingDays)
}

fn check_rhythm(duty: &Duty, report: &mut Report<'_>) {
    let given = [
        ("by", duty.by.is_some()),
        ("every", duty.every.is_some()),
        ("after", duty.after.is_some()),
        ("holds", duty.holds.is_some()),
    ];
    let names: Vec<&str> = given.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    match names.as_slice() {
        [_] => {}
        [] => report.fault("", "says no time: give one of by, every, after, holds".into()),
        several => report
            .fault("", format!("has {}; a duty has one of by, every, after, holds", several.join(" and "))),
    }
    let calendar = matches!(duty.rhythm(), Rhythm::Calendar(_) | Rhythm::SinceLast(_));
    if duty.counted_from != crate::pack::duty::CountedFrom::Start && duty.every.is_none() {
        report.fault("counted_from", "is only for a duty with every".into());
    }
    if let Some(due) = duty.due {
        if !calendar && duty.holds.is_none() {
            report.fault(
                "due",
                "is only for a duty with every, or (as days to put it right) with holds".into(),
            );
        }
        if !is_days(due.span) || due.span.count < 0 {
            report.fault("due", "counts days (d) or working days (wd), forward".into());
        }
        if due.from_start && !matches!(duty.rhythm(), Rhythm::Calendar(_)) {
            report.fault("due", "period+ needs periods of the calendar".into());
        }
    }
    if let Some(after) = &duty.after
        && (!is_days(after.within) || after.within.count < 0)
    {
        report.fault("after.within", "counts days (d) or working days (wd)".into());
    }
}

fn check_subject(kind: &str, model: &Model, report: &mut Report<'_>) {
    if FIXED_SUBJECTS.contains(&kind) {
        return;
    }
    if let Some(register) = model.register(kind) {
        if register.scope == ScopeFrom::Shared {
            report.fault(
                "subject",
                format!("records of \"{kind}\" belong to nobody: they cannot owe anything"),
            );
        }
        return;
    }
    let mut known: Vec<String> = FIXED_SUBJECTS.map(str::to_owned).to_vec();
    known.extend(model.registers.keys().cloned());
    report.fault("subject", unknown("subject", kind, known.iter()));
}

fn expression(
    source: &Source,
    key: &str,
    text: &Spanned<String>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) -> Option<Expression> {
    // A subject that is not known has been told already.
    let known = |register: &str| FIXED_SUBJECTS.contains(&register) || context.knows(register);
    if !context.roots().iter().all(|root| known(&root.register)) {
        return None;
    }
    match faults_in(source, &format!("{}.{key}", report.element), text, context) {
        Ok(expression) => Some(expression),
        Err(faults) => {
            report.faults.extend(faults);
            None
        }
    }
}

fn check_proof(duty: &Duty, model: &Model, source: &Source, report: &mut Report<'_>) {
    let Some(proof) = &duty.fulfilled else {
        if duty.holds.is_none() {
            report.fault("fulfilled", "is missing: say which records prove it, or what is handed in".into());
        }
        return;
    };
    if duty.holds.is_some() {
        report.fault("fulfilled", "is not for a duty with holds: the condition is the proof".into());
    }
    match &proof.record {
        Some(name) => {
            report.at(name.span());
            if !proof.evidence.is_empty() || !proof.fields.is_empty() {
                report.fault("fulfilled", "has either record, or evidence with fields".into());
            }
            match model.register(name.get_ref()) {
                None => report
                    .fault("fulfilled.record", unknown("register", name.get_ref(), model.registers.keys())),
                Some(register) => check_record(duty, proof, register, model, source, report),
            }
        }
        None => {
            if proof.subject.is_some() || proof.at.is_some() || proof.when.is_some() || proof.count.is_some()
            {
                report.fault("fulfilled", "subject, at, when and count are for a record".into());
            }
            if proof.evidence.is_empty() && proof.fields.is_empty() {
                report.fault("fulfilled", "says neither record nor evidence".into());
            }
            for word in &proof.evidence {
                report.at(word.span());
                if !["file", "text", "number", "photo"].contains(&word.get_ref().as_str()) {
                    let message = format!(
                        "\"{}\" is not a kind of evidence; allowed are file, photo, text, number",
                        word.get_ref()
                    );
                    report.fault("fulfilled.evidence", message);
                }
            }
            if let Some(any) = model.registers.values().next() {
                for field in &proof.fields {
                    report.at(field.id.span());
                    check_field(any, field, model, report);
                    if matches!(
                        field.kind,
                        FieldKind::Reference | FieldKind::Account | FieldKind::Point | FieldKind::Structure
                    ) {
                        let message =
                            "evidence holds no references, places or structures; use a register for them";
                        report.fault(&format!("fulfilled.{}", field.name()), message.into());
                    }
                }
            }
        }
    }
}

fn check_record(
    duty: &Duty,
    proof: &Fulfilled,
    register: &Register,
    model: &Model,
    source: &Source,
    report: &mut Report<'_>,
) {
    if let Some(at) = &proof.at {
        report.at(at.span());
        let days = register.fields.iter().filter(|f| matches!(f.kind, FieldKind::Day | FieldKind::Instant));
        let mut known: Vec<String> = days.map(|f| f.name().to_owned()).collect();
        known.push("created_at".into());
        if register.cases {
            known.extend(["opened_at", "entered_at", "closed_at"].map(str::to_owned));
        }
        if !known.contains(at.get_ref()) {
            report.fault("fulfilled.at", unknown("day of the register", at.get_ref(), known.iter()));
        }
    }
    if let Some(when) = &proof.when {
        expression(source, "fulfilled.when", when, &Context::of(model, "r", register.name()), report);
    }
    if let Some(named) = &proof.subject {
        report.at(named.span());
        let own = duty.subjects().any(|kind| super::super::duty_link::suits(register, named.get_ref(), kind));
        if !own {
            let known: Vec<String> = register.fields.iter().map(|f| f.name().to_owned()).collect();
            let what =
                format!("field that names a subject ({})", duty.subjects().collect::<Vec<_>>().join(", "));
            report.fault("fulfilled.subject", unknown(&what, named.get_ref(), known.iter()));
        }
    }
    for kind in duty.subjects() {
        if super::super::duty_link::link(register, proof, kind).is_none() {
            let message = format!(
                "register \"{}\" has no field that names a {kind}: say which with \"subject\"",
                register.name()
            );
            report.fault("fulfilled.subject", message);
        }
    }
    if proof.count == Some(0) {
        report.fault("fulfilled.count", "must be at least 1".into());
    }
}

/// Whether the program knows what to write into a field of a case that lateness opens.
fn fillable(register: &Register, name: &str, stage: &LateStage, duty: &Duty, model: &Model) -> bool {
    let Some(field) = register.field(name) else { return false };
    stage.with.contains_key(name)
        || name == register.title_from
        || field.default.is_some()
        || matches!(field.kind, FieldKind::Day | FieldKind::Instant)
        || field.to.as_deref().is_some_and(|to| duty.binds(to) || to == "enterprise")
        || model.choices_of(field).iter().any(|choice| choice.id == "late_duty")
}

fn check_stage(stage: &LateStage, duty: &Duty, model: &Model, report: &mut Report<'_>) {
    check_roles("late.notify", &stage.notify, model, report);
    if !is_days(stage.after) || stage.after.count < 0 {
        report.fault("late.after", format!("\"{}\" must count days (d) or working days (wd)", stage.after));
    }
    if stage.notify.is_empty() && stage.open.is_none() && stage.propose.is_none() {
        report.fault("late", "does nothing: give notify, open or propose".into());
    }
    if let Some(open) = &stage.open {
        report.at(open.span());
        match model.procedure(open.get_ref()) {
            None => report.fault("late.open", unknown("procedure", open.get_ref(), model.procedures.keys())),
            Some(procedure) => {
                let register = model.register(&procedure.register);
                if procedure.opening.is_none() {
                    report.fault(
                        "late.open",
                        format!("cases of \"{}\" only come from other procedures", open.get_ref()),
                    );
                }
                for name in procedure.opening.iter().flat_map(|o| &o.needs) {
                    if !register.is_some_and(|r| fillable(r, name, stage, duty, model)) {
                        let message =
                            format!("cases of \"{}\" need \"{name}\": give it in \"with\"", open.get_ref());
                        report.fault("late.open", message);
                    }
                }
                for name in stage.with.keys() {
                    if register.is_some_and(|r| r.field(name).is_none()) {
                        let known: Vec<String> = register
                            .into_iter()
                            .flat_map(|r| &r.fields)
                            .map(|f| f.name().to_owned())
                            .collect();
                        report.fault("late.with", unknown("field of the register", name, known.iter()));
                    }
                }
            }
        }
    }
    if let Some(propose) = &stage.propose {
        report.at(propose.span());
        let to = stage.to.as_ref().map(Spanned::get_ref);
        check_proposal("late", propose.get_ref(), to.map(String::as_str), model, report);
        if stage.open.is_none() {
            check_with("late", &stage.with, model, report);
        }
    } else if stage.to.is_some() {
        report.fault("late.to", "only a proposal is made to somebody".into());
    }
}

/// Events of registers that duties wait for.
pub(super) fn check_event(duty: &Duty, model: &Model, report: &mut Report<'_>) {
    let Some(after) = &duty.after else { return };
    report.at(after.event.span());
    let text = after.event.get_ref();
    let Some((register, what)) = text.split_once('.') else {
        let message = format!(
            "\"{text}\" is not an event; write REGISTER.created, REGISTER.FIELD_changed or REGISTER.STATE"
        );
        report.fault("after.event", message);
        return;
    };
    let Some(of) = model.register(register) else {
        report.fault("after.event", unknown("register", register, model.registers.keys()));
        return;
    };
    let changed = what.strip_suffix("_changed").is_some_and(|field| of.field(field).is_some());
    let state = model.procedures_of(register).any(|p| p.state(what).is_some());
    if what != "created" && !changed && !state {
        let mut known = vec!["created".to_owned()];
        known.extend(model.procedures_of(register).flat_map(|p| &p.states).map(|s| s.id.clone()));
        known.extend(of.fields.iter().map(|f| format!("{}_changed", f.name())));
        report.fault("after.event", unknown("event of this register", what, known.iter()));
    }
    for kind in duty.subjects() {
        if super::super::duty_link::link(of, &Fulfilled::default(), kind).is_none() && kind != register {
            report.fault("after.event", format!("a record of \"{register}\" names no {kind}"));
        }
    }
}
