//! Several packs put together: what the engine runs on. Built once when the program starts or a pack changes.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use base::Day;

use super::load::PackHead;
use super::named::Named;
use super::register::Shape;
use super::{
    Binding, Body, Choice, Choices, ClauseRow, ClauseTitle, DatedValue, Department, Duty, Elements, Faults,
    Field, Indicator, PlanDocument, PlanPart, Procedure, RegionDefinition, Register, Role, Rule, Scorecard,
    Source, Template, body, check, load_folder, parent_of,
};

/// Registers, procedures, parties and values of all packs in force.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Heads of the packs, core first.
    pub packs: Vec<PackHead>,
    /// Templates of registers by id.
    pub templates: BTreeMap<String, Template>,
    /// Registers by id.
    pub registers: BTreeMap<String, Register>,
    /// Procedures by id.
    pub procedures: BTreeMap<String, Procedure>,
    /// All other elements by kind and id.
    pub elements: Elements,
    /// Indicators by id.
    pub indicators: BTreeMap<String, Indicator>,
    /// Scorecards by id.
    pub scorecards: BTreeMap<String, Scorecard>,
    /// Rules by id.
    pub rules: BTreeMap<String, Rule>,
    /// Bodies by id.
    pub bodies: BTreeMap<String, Body>,
    /// Duties by id.
    pub duties: BTreeMap<String, Duty>,
    /// Shared lists by id.
    pub choices: BTreeMap<String, Choices>,
    /// Dated values by id.
    pub values: BTreeMap<String, DatedValue>,
    /// Regions in the order of the packs.
    pub regions: Vec<RegionDefinition>,
    /// Departments in the order of the packs.
    pub departments: Vec<Department>,
    /// Roles by id.
    pub roles: BTreeMap<String, Role>,
    /// The official document that the packs follow.
    pub plan: Option<PlanDocument>,
    /// Its parts in its order.
    pub parts: Vec<PlanPart>,
    /// Clause titles in the order of the plan.
    pub clauses: Vec<ClauseTitle>,
    /// Rows within the clauses, in the order of the plan.
    pub rows: Vec<ClauseRow>,
    /// Every element with the rows that it names.
    pub bindings: Vec<Binding>,
    /// Rows that come with the packs: register, column names and rows.
    pub seeds: Vec<SeedRows>,
    /// Sample values for the synthetic city, by register and field.
    pub samples: BTreeMap<(String, String), Vec<String>>,
    go_live: super::go_live::GoLiveDays,
    shapes: HashMap<Shape, String>,
    named: Named,
}

/// The rows of one seed file.
#[derive(Debug, Clone)]
pub struct SeedRows {
    /// The register.
    pub register: String,
    /// Field names.
    pub columns: Vec<String>,
    /// Rows, as written.
    pub rows: Vec<Vec<String>>,
}

impl Model {
    /// Reads and checks the packs in `folders`, core first.
    ///
    /// # Errors
    /// Every fault that [`load_folder`] and [`check::check`] find.
    pub fn load(folders: &[&Path]) -> Result<Self, Faults> {
        let mut sources = Vec::new();
        for folder in folders {
            sources.extend(load_folder(folder)?);
        }
        Self::from_sources(&sources)
    }

    /// Puts parsed files together and checks the whole.
    ///
    /// # Errors
    /// Every fault found.
    pub fn from_sources(sources: &[Source]) -> Result<Self, Faults> {
        let mut faults = check::doubles(sources);
        let (written, more) = super::template::written_out(sources);
        faults.extend(more);
        let sources = written.as_slice();
        let mut model = Self::default();
        for source in sources {
            let content = &source.content;
            model.packs.extend(content.pack.clone());
            model.templates.extend(content.templates.iter().map(|t| (t.id.get_ref().clone(), t.clone())));
            model.registers.extend(content.registers.iter().map(|r| (r.name().to_owned(), r.clone())));
            model.procedures.extend(content.procedures.iter().map(|p| (p.name().to_owned(), p.clone())));
            model.elements.take(source);
            model.indicators.extend(content.indicators.iter().map(|i| (i.name().to_owned(), i.clone())));
            model.scorecards.extend(content.scorecards.iter().map(|s| (s.name().to_owned(), s.clone())));
            model.rules.extend(content.rules.iter().map(|r| (r.name().to_owned(), r.clone())));
            model.bodies.extend(content.bodies.iter().map(|b| (b.name().to_owned(), b.clone())));
            model.duties.extend(content.duties.iter().map(|d| (d.name().to_owned(), d.clone())));
            model.choices.extend(content.choices.iter().map(|c| (c.id.get_ref().clone(), c.clone())));
            model.values.extend(content.values.iter().map(|v| (v.id.get_ref().clone(), v.clone())));
            model.regions.extend(content.regions.iter().cloned());
            model.departments.extend(content.departments.iter().cloned());
            model.roles.extend(content.roles.iter().map(|r| (r.id.get_ref().clone(), r.clone())));
            let sample = |s: &super::sample::Sample| {
                ((s.register.get_ref().clone(), s.field.get_ref().clone()), s.texts.clone())
            };
            model.samples.extend(content.samples.iter().map(sample));
            content.go_live.iter().for_each(|live| model.go_live.add(live.get_ref()));
            model.plan = model.plan.or_else(|| content.plan.clone());
            model.parts.extend(content.parts.iter().cloned());
            model.clauses.extend(content.clauses.iter().cloned());
            model.rows.extend(content.rows.iter().cloned());
        }
        model.bindings = super::binding::bindings(sources);
        model.choices.insert(body::BODIES.to_owned(), body::as_choices(model.bodies.values()));
        model.shapes =
            model.registers.values().filter_map(|r| Some((r.shape?, r.name().to_owned()))).collect();
        model.named = Named::of(&model.regions, &model.departments, model.procedures.values());
        model.elements.write_own_steps(&model.procedures);
        faults.extend(check::check(sources, &model));
        if faults.is_empty() {
            match super::seed::read_all(sources, &model) {
                Ok(seeds) => {
                    model.seeds = seeds;
                    faults.extend(check::check_with_records(sources, &model));
                }
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(model) } else { Err(Faults(faults)) }
    }

    /// The register of that name.
    #[must_use]
    pub fn register(&self, name: &str) -> Option<&Register> {
        self.registers.get(name)
    }

    /// The register that has `shape`.
    #[must_use]
    pub fn shaped(&self, shape: Shape) -> Option<&Register> {
        self.shapes.get(&shape).and_then(|name| self.registers.get(name))
    }

    /// The procedure of that name.
    #[must_use]
    pub fn procedure(&self, name: &str) -> Option<&Procedure> {
        self.procedures.get(name)
    }

    /// Procedures whose cases are records of `register`.
    pub fn procedures_of<'a>(&'a self, register: &str) -> impl Iterator<Item = &'a Procedure> + use<'a> {
        self.named.procedures(register).iter().filter_map(|name| self.procedures.get(name))
    }

    /// The first day on which a duty is asked for in this city: the day that a pack gives in `[[go_live]]`, where that is
    /// later than the one on which it came in force.
    #[must_use]
    pub fn duty_from(&self, duty: &Duty) -> Day {
        let in_force = self.duty_in_force(duty);
        self.go_live.of_duty(duty).map_or(in_force, |day| in_force.max(day))
    }

    /// The first day on which a document or campaign that recurs so often is asked for, where a pack gives one.
    #[must_use]
    pub fn recurs_from(&self, every: super::every::Every) -> Option<Day> {
        self.go_live.of_frequency(every.into())
    }

    /// The first day on which a duty is in force: its own, or the plan's day of issue.
    #[must_use]
    pub fn duty_in_force(&self, duty: &Duty) -> Day {
        duty.from
            .or_else(|| self.plan.as_ref().map(|plan| plan.issued))
            .unwrap_or(Day::from_days_since_1970(0))
    }

    /// The choices of a field, from its own or a shared list.
    #[must_use]
    pub fn choices_of<'a>(&'a self, field: &'a Field) -> &'a [Choice] {
        match &field.of {
            Some(super::field::ChoicesOf::Own(own)) => own,
            Some(super::field::ChoicesOf::Shared(name)) => {
                self.choices.get(name).map_or(&[], |c| c.of.as_slice())
            }
            None => &[],
        }
    }

    /// The value `name` in force on `day`.
    #[must_use]
    pub fn value(&self, name: &str, day: Day) -> Option<&toml::Value> {
        self.values.get(name).and_then(|v| v.on(day)).map(|entry| &entry.value)
    }

    /// The department of that id, or that has the name as title or alias.
    #[must_use]
    pub fn department(&self, name: &str) -> Option<&Department> {
        self.named.department(name).and_then(|place| self.departments.get(place))
    }

    /// The region of that code; of one that was renamed, as it is written first.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<&RegionDefinition> {
        self.named.region(code).and_then(|place| self.regions.get(place))
    }

    /// The clause of that id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&ClauseTitle> {
        self.clauses.iter().find(|c| c.id.get_ref() == id)
    }

    /// The part of that id.
    #[must_use]
    pub fn part(&self, id: &str) -> Option<&PlanPart> {
        self.parts.iter().find(|p| p.id.get_ref() == id)
    }

    /// The rule of that name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.get(name)
    }

    /// The body of that name.
    #[must_use]
    pub fn body(&self, name: &str) -> Option<&Body> {
        self.bodies.get(name)
    }

    /// Clauses directly below `id`, in the order of the plan.
    pub fn clauses_below<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a ClauseTitle> {
        self.clauses.iter().filter(move |c| parent_of(c.id.get_ref()) == Some(id))
    }

    /// Names of everything that serves a clause: (kind, id) of every element that names it.
    #[must_use]
    pub fn serving(&self, clause: &str) -> Vec<(&'static str, &str)> {
        let names = |clauses: &[String]| clauses.iter().any(|c| same_clause(c, clause));
        let named = self.bindings.iter().filter(|b| names(&b.clauses));
        named.map(|b| (b.kind, b.id.as_str())).collect()
    }
}

/// A binding to a row such as `A2.2.3.3i` also belongs to its clause `A2.2.3.3`.
fn same_clause(bound: &str, clause: &str) -> bool {
    bound == clause
        || bound
            .strip_prefix(clause)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_lowercase()))
}
