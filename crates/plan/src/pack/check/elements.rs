//! Faults of deliverables, campaigns, checklists, publications, connectors, monitors and assessments.

use toml::Spanned;

use super::proposals::{check_proposal, check_with};
use super::{Report, check_roles, unknown};
use crate::expression::{Context, faults_in};
use crate::pack::bound::{Bound, FIXED_SUBJECTS, Overdue};
use crate::pack::load::Content;
use crate::pack::{Element, Every, Fault, FieldKind, Model, Register, Source};

mod rest;

/// Ids with the kind of their element.
pub(super) fn ids(c: &Content) -> impl Iterator<Item = (&'static str, &Spanned<String>)> {
    fn of<E: Element>(elements: &[E]) -> impl Iterator<Item = (&'static str, &Spanned<String>)> {
        elements.iter().map(|e| (E::KIND, e.id()))
    }
    of(&c.deliverables)
        .chain(of(&c.campaigns))
        .chain(of(&c.checklists))
        .chain(of(&c.publications))
        .chain(of(&c.connectors))
        .chain(of(&c.monitors))
        .chain(of(&c.assessments))
}

/// What checks of one element need.
struct Check<'a, 'b> {
    model: &'a Model,
    report: Report<'b>,
}

pub(super) fn check_elements(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    let c = &source.content;
    each(&c.deliverables, source, model, faults, |e, check| {
        check.bound(&e.who, &e.also);
        check.when_due(e.by.is_some(), e.every.map(|r| r.every), e.due.is_some());
        check.parties("to", &e.to);
        check.departments("lead", e.lead.iter().chain(&e.support));
        check.overdue(&e.late);
        if e.to.is_empty() {
            check.report.fault("to", "names no recipient; a document that is owed goes to somebody".into());
        }
    });
    each(&c.campaigns, source, model, faults, |e, check| {
        check.bound(&e.who, &e.also);
        check.when_due(e.by.or(e.held_until).is_some(), e.every.map(|r| r.every), e.due.is_some());
        check.departments("lead", e.lead.iter().chain(&e.support));
        check.overdue(&e.late);
        if let (Some(from), Some(until)) = (e.held_from, e.held_until)
            && until < from
        {
            check.report.fault("held_until", "ends before it begins".into());
        }
        rest::check_target(e, check);
    });
    each(&c.checklists, source, model, faults, rest::check_checklist);
    each(&c.publications, source, model, faults, rest::check_publication);
    each(&c.connectors, source, model, faults, rest::check_connector);
    each(&c.monitors, source, model, faults, rest::check_monitor);
    each(&c.assessments, source, model, faults, rest::check_assessment);
}

fn each<E: Element>(
    elements: &[E],
    source: &Source,
    model: &Model,
    faults: &mut Vec<Fault>,
    with: impl Fn(&E, &mut Check<'_, '_>),
) {
    for e in elements {
        let line = source.line(e.id().span().start);
        let element = format!("{}.{}", E::KIND, e.name());
        let mut check = Check { model, report: Report { source, line, element, faults } };
        if !is_id(e.name()) {
            let message = "is lower-case letters, digits, \"-\", \"_\" and \".\", at most 60".to_owned();
            check.report.fault("id", message);
        }
        if e.title().zh.trim().is_empty() || e.title().en.trim().is_empty() {
            check.report.fault("title", "needs its words in zh and en".into());
        }
        if let (Some(from), Some(until)) = (e.from(), e.until())
            && until < from
        {
            check.report.fault("until", "ends before it begins".into());
        }
        with(e, &mut check);
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 60
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'))
}

impl<'a> Check<'a, '_> {
    fn register(&mut self, key: &str, name: &Spanned<String>) -> Option<&'a Register> {
        let found = self.model.register(name.get_ref());
        if found.is_none() {
            let message = unknown("register", name.get_ref(), self.model.registers.keys());
            self.report.at(name.span()).fault(key, message);
        }
        found
    }

    /// A condition on one record of `register`, by the variable that the element gives it.
    fn condition(&mut self, key: &str, text: &Spanned<String>, variable: &str, register: &str) {
        let context = Context::of(self.model, variable, register);
        let key = format!("{}.{key}", self.report.element);
        if let Err(faults) = faults_in(self.report.source, &key, text, &context) {
            self.report.faults.extend(faults);
        }
    }

    fn field(&mut self, key: &str, register: &Register, name: &str, kind: Option<FieldKind>) {
        let head = ["code", "title", "county", "township", "sector", "park", "created_at", "updated_at"];
        let case = ["state", "opened_at", "due_at", "closed_at"];
        match register.field(name) {
            None if kind.is_none() && (head.contains(&name) || (register.cases && case.contains(&name))) => {}
            None => {
                let names: Vec<String> = register.fields.iter().map(|f| f.name().to_owned()).collect();
                let what = format!("field of \"{}\"", register.name());
                self.report.fault(key, unknown(&what, name, names.iter()));
            }
            Some(field) if kind.is_some_and(|kind| kind != field.kind) => {
                let message = format!("\"{name}\" is {:?}; a field of kind {:?} is needed", field.kind, kind);
                self.report.fault(key, message);
            }
            Some(_) => {}
        }
    }

    fn bound(&mut self, who: &Bound, also: &[Spanned<String>]) {
        let subject = who.subject.get_ref();
        if who.is_fixed() {
            if let Some(when) = &who.when {
                let fixed = fixed_subjects(self.model);
                let context = Context::of(&fixed, "s", "subject");
                let key = format!("{}.who.when", self.report.element);
                if let Err(faults) = faults_in(self.report.source, &key, when, &context) {
                    self.report.faults.extend(faults);
                }
            }
        } else if self.model.register(subject).is_none() {
            let fixed: Vec<String> = FIXED_SUBJECTS.iter().map(|s| (*s).to_owned()).collect();
            let known = self.model.registers.keys().chain(&fixed);
            let message =
                unknown("subject (a register, county, township, park, department, city)", subject, known);
            self.report.at(who.subject.span()).fault("who.subject", message);
        } else if let Some(when) = &who.when {
            self.condition("who.when", when, "s", subject);
        }
        if subject == "department" {
            let departments = who.departments.clone();
            self.departments("who.departments", departments.iter());
        } else if !who.departments.is_empty() {
            let message = "is for the subject \"department\" only".to_owned();
            self.report.fault("who.departments", message);
        }
        for further in also {
            if !FIXED_SUBJECTS.contains(&further.get_ref().as_str()) {
                let message = format!(
                    "\"{}\" is not a subject that can be added; allowed are {}",
                    further.get_ref(),
                    FIXED_SUBJECTS.join(", ")
                );
                self.report.at(further.span()).fault("also", message);
            }
        }
    }

    fn when_due(&mut self, once: bool, every: Option<Every>, due: bool) {
        match (once, every) {
            (true, Some(_)) => {
                self.report
                    .fault("every", "is either due once (by) or for every period (every), not both".into());
            }
            (false, None) => {
                let message =
                    "says neither by (a day) nor every (a period), so nobody would owe it".to_owned();
                self.report.fault("by", message);
            }
            (false, Some(Every::Shift | Every::Day | Every::Week)) => {
                let message = "comes round too often for a document or campaign; write a duty".to_owned();
                self.report.fault("every", message);
            }
            (true, None) if due => {
                self.report.fault("due", "belongs to every; what is due once says by".into());
            }
            _ => {}
        }
    }

    fn departments<'d>(&mut self, key: &str, names: impl Iterator<Item = &'d String>) {
        let known: Vec<String> = self.model.departments.iter().map(|d| d.id.get_ref().clone()).collect();
        for name in names.filter(|name| !known.contains(name)) {
            self.report.fault(key, unknown("department", name, known.iter()));
        }
    }

    /// Each is a department or a role.
    fn parties(&mut self, key: &str, names: &[String]) {
        let departments: Vec<String> =
            self.model.departments.iter().map(|d| d.id.get_ref().clone()).collect();
        for name in names {
            if !departments.contains(name) && !self.model.roles.contains_key(name) {
                let known = self.model.roles.keys().chain(&departments);
                self.report.fault(key, unknown("department or role", name, known));
            }
        }
    }

    fn overdue(&mut self, late: &[Overdue]) {
        for one in late {
            check_roles("late.notify", &one.notify, self.model, &mut self.report);
            if let Some(procedure) = one.open.as_ref().filter(|p| self.model.procedure(p).is_none()) {
                self.report.fault("late.open", unknown("procedure", procedure, self.model.procedures.keys()));
            }
            if one.notify.is_empty() && one.open.is_none() && one.propose.is_none() {
                self.report.fault("late", "does nothing; say notify, open or propose".into());
            }
            if let Some(kind) = &one.propose {
                check_proposal("late", kind, one.to.as_deref(), self.model, &mut self.report);
                check_with("late", &one.with, self.model, &mut self.report);
            }
        }
    }
}

/// Checks that need the records that come with the packs.
pub(super) fn check_with_records(source: &Source, model: &Model, faults: &mut Vec<Fault>) {
    each(&source.content.checklists, source, model, faults, rest::check_criteria);
}

/// A model in which the fixed subjects are a register, so that conditions on them are checked like all others.
#[must_use]
pub fn fixed_subjects(model: &Model) -> Model {
    const TEXT: &str = r#"
[[register]]
id = "subject"
title = { zh = "对象", en = "Subject" }
about = { zh = "区域或部门", en = "A region or department" }
area = "registers"
scope = "place"
keeper = []
code = "-"
title_from = "name"
list = ["name"]
field = [
  { id = "name", title = { zh = "名称", en = "Name" }, kind = "text" },
  { id = "county", title = { zh = "县区", en = "County" }, kind = "county" },
  { id = "kind", title = { zh = "类别", en = "Kind" }, kind = "choice", of = [
    { id = "city", title = { zh = "市", en = "City" } },
    { id = "district", title = { zh = "区", en = "District" } },
    { id = "county", title = { zh = "县", en = "County" } },
    { id = "zone", title = { zh = "功能区", en = "Zone" } },
    { id = "township", title = { zh = "乡镇", en = "Township" } },
    { id = "department", title = { zh = "部门", en = "Department" } },
  ] },
]
"#;
    let mut fixed = Model::default();
    fixed.values.clone_from(&model.values);
    if let Ok(content) = toml::from_str::<Content>(TEXT) {
        fixed.registers.extend(content.registers.into_iter().map(|r| (r.name().to_owned(), r)));
    }
    fixed
}
