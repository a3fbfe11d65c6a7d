//! Everything in a pack that cannot work: names that lead nowhere, steps from unknown states, shapes without their fields.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::field::ChoicesOf;
use super::{Fault, Field, FieldKind, Model, Procedure, Register, ScopeFrom, Source};

mod bodies;
mod conditions;
mod document;
mod duties;
mod elements;
mod go_live;
mod indicators;
mod parties;
mod procedures;
mod proposals;
mod rules;
mod samples;
mod scorecards;
mod shapes;
mod values;

pub use elements::fixed_subjects;

/// Collects faults of one element of one file.
struct Report<'a> {
    source: &'a Source,
    line: usize,
    element: String,
    faults: &'a mut Vec<Fault>,
}

impl Report<'_> {
    fn fault(&mut self, key: &str, message: String) {
        let key = if key.is_empty() { self.element.clone() } else { format!("{}.{key}", self.element) };
        self.faults.push(Fault { file: self.source.file.clone(), line: self.line, key, message });
    }

    fn at(&mut self, span: Range<usize>) -> &mut Self {
        self.line = self.source.line(span.start);
        self
    }
}

/// Ids that occur twice among the same kind of element.
#[must_use]
pub fn doubles(sources: &[Source]) -> Vec<Fault> {
    let mut seen: HashMap<(&str, &str), (&str, usize)> = HashMap::new();
    let mut faults = Vec::new();
    for source in sources {
        let c = &source.content;
        let ids = c
            .registers
            .iter()
            .map(|e| ("register", &e.id))
            .chain(c.procedures.iter().map(|e| ("procedure", &e.id)))
            .chain(c.templates.iter().map(|e| ("template", &e.id)))
            .chain(c.rules.iter().map(|e| ("rule", &e.id)))
            .chain(c.bodies.iter().map(|e| ("body", &e.id)))
            .chain(c.duties.iter().map(|e| ("duty", &e.id)))
            .chain(c.choices.iter().map(|e| ("choices", &e.id)))
            .chain(c.values.iter().map(|e| ("value", &e.id)))
            .chain(c.indicators.iter().map(|e| ("indicator", &e.id)))
            .chain(c.scorecards.iter().map(|e| ("scorecard", &e.id)))
            .chain(c.departments.iter().map(|e| ("department", &e.id)))
            .chain(c.roles.iter().map(|e| ("role", &e.id)))
            .chain(c.parts.iter().map(|e| ("part", &e.id)))
            .chain(elements::ids(c))
            .chain(c.rows.iter().map(|e| ("row", &e.id)))
            .chain(c.clauses.iter().map(|e| ("clause", &e.id)));
        for (kind, id) in ids {
            let line = source.line(id.span().start);
            if let Some((file, first)) = seen.insert((kind, id.get_ref()), (&source.file, line)) {
                let message =
                    format!("\"{}\" is defined already in {file}:{first}; ids are unique", id.get_ref());
                faults.push(Fault { file: source.file.clone(), line, key: format!("{kind}.id"), message });
            }
        }
    }
    faults
}

/// Everything that leads nowhere.
#[must_use]
pub fn check(sources: &[Source], model: &Model) -> Vec<Fault> {
    let mut faults = document::several_plans(sources);
    for source in sources {
        for register in &source.content.registers {
            let element = format!("register.{}", register.name());
            let line = source.line(register.id.span().start);
            let mut report = Report { source, line, element, faults: &mut faults };
            check_register(register, model, &mut report);
        }
        for procedure in &source.content.procedures {
            let element = format!("procedure.{}", procedure.name());
            let line = source.line(procedure.id.span().start);
            let mut report = Report { source, line, element, faults: &mut faults };
            procedures::check_procedure(procedure, model, &mut report);
        }
        for duty in &source.content.duties {
            let element = format!("duty.{}", duty.name());
            let line = source.line(duty.id.span().start);
            let mut report = Report { source, line, element, faults: &mut faults };
            duties::check_duty(duty, model, source, &mut report);
            duties::check_event(duty, model, &mut report);
        }
        for value in &source.content.values {
            let element = format!("value.{}", value.id.get_ref());
            let line = source.line(value.id.span().start);
            values::check_value(value, &mut Report { source, line, element, faults: &mut faults });
        }
        elements::check_elements(source, model, &mut faults);
        indicators::check_indicators(source, model, &mut faults);
        scorecards::check_scorecards(source, model, &mut faults);
        rules::check_rules(source, model, &mut faults);
        bodies::check_bodies(source, model, &mut faults);
        samples::check_samples(source, model, &mut faults);
        go_live::check_go_live(source, model, &mut faults);
        parties::check_parties(source, model, &mut faults);
        document::check_document(source, model, &mut faults);
        for seed in &source.content.seeds {
            if model.register(seed.register.get_ref()).is_none() {
                let line = source.line(seed.register.span().start);
                let message = unknown("register", seed.register.get_ref(), model.registers.keys());
                faults.push(Fault { file: source.file.clone(), line, key: "seed.register".into(), message });
            }
        }
    }
    faults
}

/// Everything that leads nowhere in the records that come with the packs; `model` has them.
#[must_use]
pub fn check_with_records(sources: &[Source], model: &Model) -> Vec<Fault> {
    let mut faults = Vec::new();
    sources.iter().for_each(|source| elements::check_with_records(source, model, &mut faults));
    faults
}

/// "x is not a known ...; known are a, b, c" with at most a dozen of them, nearest by first letter first.
fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let mut known: Vec<&str> = known.map(String::as_str).collect();
    known.sort_by_key(|k| (k.chars().next() != name.chars().next(), *k));
    let more = if known.len() > 12 { " ..." } else { "" };
    known.truncate(12);
    format!("\"{name}\" is not a known {what}; known are {}{more}", known.join(", "))
}

fn check_register(register: &Register, model: &Model, report: &mut Report<'_>) {
    let own = report.line;
    if !is_name(register.name()) {
        report.fault("id", "must be lower-case letters, digits and underscores, at most 40".into());
    }
    if duties::RESERVED.contains(&register.name()) || super::duty::is_fixed_subject(register.name()) {
        report.fault("id", format!("\"{}\" is a name of the program's own", register.name()));
    }
    let mut seen = HashSet::new();
    for field in &register.fields {
        report.at(field.id.span());
        if !seen.insert(field.name()) {
            report.fault(field.name(), "is defined twice in this register".into());
        }
        check_field(register, field, model, report);
    }
    report.line = own;
    let names: Vec<String> = register.fields.iter().map(|f| f.name().to_owned()).collect();
    let head =
        ["code", "title", "county", "township", "sector", "park", "created_at", "updated_at", "organisation"];
    let case_head = ["procedure", "state", "opened_at", "due_at", "closed_at", "level"];
    let lists = [
        ("list", &register.list),
        ("filters", &register.filters),
        ("sorts", &register.sorts),
        ("search", &register.search),
        ("identity", &register.identity),
        ("counted", &register.counted),
    ];
    for (key, list) in lists {
        for name in list {
            let of_head =
                head.contains(&name.as_str()) || (register.cases && case_head.contains(&name.as_str()));
            if !of_head && !names.contains(name) {
                report.fault(key, unknown("field of this register", name, names.iter()));
            }
        }
    }
    if register.sorts.len() > 3 {
        report.fault(
            "sorts",
            format!("has {} fields; at most three, each gets an index", register.sorts.len()),
        );
    }
    if register.field(&register.title_from).is_none() {
        report.fault("title_from", unknown("field of this register", &register.title_from, names.iter()));
    }
    if let ScopeFrom::Reference(field) = &register.scope {
        let kind = register.field(field).map(|f| f.kind);
        if kind != Some(FieldKind::Reference) {
            report.fault("scope", format!("\"{field}\" must be a reference field of this register"));
        }
    }
    check_roles("keeper", &register.keeper, model, report);
    check_roles("readers", &register.readers, model, report);
    shapes::check_shape(register, report);
    conditions::check_reassess(register, model, report);
}

fn check_field(register: &Register, field: &Field, model: &Model, report: &mut Report<'_>) {
    let name = field.name();
    let mut reserved = vec![
        "id",
        "code",
        "title",
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "removed_at",
        "state",
        "procedure",
    ];
    if register.cases {
        reserved.extend(["open", "opened_at", "opened_by", "entered_at", "due_at", "closed_at"]);
    }
    if !is_name(name) || reserved.contains(&name) {
        let message = format!(
            "a field is lower-case letters, digits, underscores, and none of {}",
            reserved.join(", ")
        );
        report.fault(name, message);
    }
    match (&field.of, field.kind) {
        (Some(ChoicesOf::Shared(list)), FieldKind::Choice) if !model.choices.contains_key(list) => {
            report.fault(&format!("{name}.of"), unknown("list of choices", list, model.choices.keys()));
        }
        (None, FieldKind::Choice) => report.fault(&format!("{name}.of"), "a choice needs its choices".into()),
        (Some(_), kind) if kind != FieldKind::Choice => {
            report.fault(&format!("{name}.of"), "only a field of kind choice has choices".into());
        }
        _ => {}
    }
    match (&field.to, field.kind) {
        (Some(to), FieldKind::Reference) if !model.registers.contains_key(to) => {
            report.fault(&format!("{name}.to"), unknown("register", to, model.registers.keys()));
        }
        (None, FieldKind::Reference) => {
            report.fault(&format!("{name}.to"), "a reference needs its register".into());
        }
        (Some(_), kind) if kind != FieldKind::Reference => {
            report.fault(&format!("{name}.to"), "only a field of kind reference points to a register".into());
        }
        _ => {}
    }
    if let (Some(min), Some(max)) = (field.min, field.max)
        && min > max
    {
        report.fault(&format!("{name}.min"), format!("{min} lies above max {max}"));
    }
    if register.cases && field.required {
        report
            .fault(&format!("{name}.required"), "in a register of cases the steps say what they need".into());
    }
}

fn check_roles(key: &str, roles: &[String], model: &Model, report: &mut Report<'_>) {
    for role in roles {
        if !model.roles.contains_key(role) {
            report.fault(key, unknown("role", role, model.roles.keys()));
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= 40
}

/// Names of elements may also carry dots and hyphens.
fn is_element_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
        && name.len() <= 60
}

/// Whether `procedure` may be used with `register`'s fields; shared by the sub-module.
fn field_names(procedure: &Procedure, model: &Model) -> Vec<String> {
    let register = model.register(&procedure.register);
    register.map_or_else(Vec::new, |r| r.fields.iter().map(|f| f.name().to_owned()).collect())
}
