//! What an expression reads: the reverse index from fields to elements, and the way back to the records to judge again.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::Asked;
use super::{Expression, Input, Listed, Lookup, Path, Root, Term, Truth};

/// A field that an expression reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Read {
    /// The register.
    pub register: String,
    /// The field.
    pub field: String,
    /// The way from the record of the expression to the record with this field.
    pub route: Route,
}

/// The way from the record that is judged to a record that is read. Empty: the record itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Route {
    /// Which of the roots it begins at.
    pub root: usize,
    /// Its steps.
    pub steps: Vec<RouteStep>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteStep {
    /// Follows a reference field of the record.
    Follow {
        /// The reference field.
        field: String,
        /// The register it points to.
        to: String,
    },
    /// Goes to the rows of a register whose field equals a field of the record.
    Linked {
        /// The register of the rows.
        to: String,
        /// Their field.
        inner: String,
        /// The field of the record, after any reference that the step before follows.
        outer: String,
    },
}

/// A field equals a field of another record in the way that a link needs: both read the same from the database.
pub(super) fn comparable(a: &Path, b: &Path) -> bool {
    a.kind == b.kind
}

/// Walks a tree and notes what it reads.
struct Walk {
    /// The route to the record of each variable.
    routes: Vec<Route>,
    reads: BTreeSet<Read>,
    /// Every register that is looked into.
    registers: BTreeSet<String>,
    /// What each lookup asks of its rows, with the way to them.
    asked: Vec<(Route, Asked)>,
}

pub(super) fn reads(roots: &[Root], truth: &Truth) -> BTreeSet<Read> {
    walked(roots, truth).reads
}

/// Every register that a tree needs, the roots' first; also those that are looked into without a link, as where a duty of
/// the whole city asks for one record of the whole city.
pub(super) fn registers(roots: &[Root], truth: &Truth) -> Vec<String> {
    let walk = walked(roots, truth);
    let mut registers: Vec<String> = roots.iter().map(|r| r.register.clone()).collect();
    for register in walk.reads.into_iter().map(|read| read.register).chain(walk.registers) {
        if !registers.contains(&register) {
            registers.push(register);
        }
    }
    registers
}

/// Every register of which a tree reads other records than those that it is about: among them the roots' own, where it
/// looks for further records there.
pub(super) fn beyond(roots: &[Root], truth: &Truth) -> BTreeSet<String> {
    let walk = walked(roots, truth);
    let far = walk.reads.into_iter().filter(|read| !read.route.steps.is_empty()).map(|read| read.register);
    far.chain(walk.registers).collect()
}

fn walked(roots: &[Root], truth: &Truth) -> Walk {
    let routes = (0..roots.len()).map(|root| Route { root, steps: Vec::new() }).collect();
    let mut walk = Walk { routes, reads: BTreeSet::new(), registers: BTreeSet::new(), asked: Vec::new() };
    walk.truth(truth);
    walk
}

impl Walk {
    fn truth(&mut self, truth: &Truth) {
        match truth {
            Truth::Constant(_) | Truth::Input(_) => {}
            Truth::Field(path)
            | Truth::Has(path)
            | Truth::Contains(path, _)
            | Truth::Prefix(path, _)
            | Truth::Part(path, _) => {
                self.path(path);
            }
            Truth::Not(inner) => self.truth(inner),
            Truth::All(parts) | Truth::Any(parts) => parts.iter().for_each(|part| self.truth(part)),
            Truth::If(a, b, c) => [a, b, c].into_iter().for_each(|part| self.truth(part)),
            Truth::Same(a, b) => [a, b].into_iter().for_each(|part| self.truth(part)),
            Truth::Compare(_, a, b) | Truth::OnDay(_, a, b) => {
                self.term(a);
                self.term(b);
            }
            Truth::OneOf(term, _) => self.term(term),
            Truth::Exists(lookup) => self.lookup(lookup, None),
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Constant(_) | Term::Input(..) => {}
            Term::Field(path) => self.path(path),
            Term::If(condition, a, b) => {
                self.truth(condition);
                self.term(a);
                self.term(b);
            }
            Term::Widened(inner) | Term::Bounded(inner) => self.term(inner),
            Term::Arithmetic(_, a, b) => {
                self.term(a);
                self.term(b);
            }
            Term::Count(lookup) => self.lookup(lookup, None),
            Term::Sum(lookup, summed) => self.lookup(lookup, Some(summed)),
        }
    }

    fn path(&mut self, path: &Path) {
        let Some(mut route) = self.routes.get(path.variable).cloned() else { return };
        for hop in &path.hops {
            self.read(&hop.register, &hop.field, &route);
            route.steps.push(RouteStep::Follow { field: hop.field.clone(), to: hop.to.clone() });
        }
        self.read(&path.register, &path.field, &route);
    }

    fn lookup(&mut self, lookup: &Lookup, summed: Option<&Term>) {
        self.registers.insert(lookup.register.clone());
        let Some(first) = lookup.links.first() else {
            // No way leads there from the record; what lies further in is still looked into.
            self.routes.truncate(lookup.variable);
            return self.truth(&lookup.condition);
        };
        let mut route = self.routes.get(first.outer.variable).cloned().unwrap_or_default();
        for hop in &first.outer.hops {
            route.steps.push(RouteStep::Follow { field: hop.field.clone(), to: hop.to.clone() });
        }
        route.steps.push(RouteStep::Linked {
            to: lookup.register.clone(),
            inner: first.inner.field.clone(),
            outer: first.outer.field.clone(),
        });
        self.asked.push((route.clone(), Asked::of(lookup)));
        self.routes.truncate(lookup.variable);
        self.routes.push(route);
        for link in &lookup.links {
            self.path(&link.inner);
            self.path(&link.outer);
        }
        self.truth(&lookup.condition);
        if let Some(summed) = summed {
            self.term(summed);
        }
        self.routes.truncate(lookup.variable);
    }

    fn read(&mut self, register: &str, field: &str, route: &Route) {
        self.reads.insert(Read {
            register: register.to_owned(),
            field: field.to_owned(),
            route: route.clone(),
        });
    }
}

/// The dated values of a tree.
pub(super) fn values(truth: &Truth) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    of_truth(truth, &mut found);
    found
}

fn of_input<'a>(input: &'a Input, found: &mut BTreeSet<&'a str>) {
    if let Input::Value { id, .. } = input {
        found.insert(id);
    }
}

fn of_truth<'a>(truth: &'a Truth, found: &mut BTreeSet<&'a str>) {
    match truth {
        Truth::Input(input) => of_input(input, found),
        Truth::Constant(_) | Truth::Field(_) | Truth::Has(_) => {}
        Truth::Not(inner) => of_truth(inner, found),
        Truth::All(parts) | Truth::Any(parts) => parts.iter().for_each(|part| of_truth(part, found)),
        Truth::If(a, b, c) => [a, b, c].into_iter().for_each(|part| of_truth(part, found)),
        Truth::Same(a, b) => [a, b].into_iter().for_each(|part| of_truth(part, found)),
        Truth::Compare(_, a, b) | Truth::OnDay(_, a, b) => {
            of_term(a, found);
            of_term(b, found);
        }
        Truth::OneOf(term, listed) => {
            of_term(term, found);
            if let Listed::Input(input) = listed {
                of_input(input, found);
            }
        }
        Truth::Contains(_, term) | Truth::Prefix(_, term) | Truth::Part(_, term) => of_term(term, found),
        Truth::Exists(lookup) => of_truth(&lookup.condition, found),
    }
}

fn of_term<'a>(term: &'a Term, found: &mut BTreeSet<&'a str>) {
    match term {
        Term::Input(input, _) => of_input(input, found),
        Term::Constant(_) | Term::Field(_) => {}
        Term::If(condition, a, b) => {
            of_truth(condition, found);
            of_term(a, found);
            of_term(b, found);
        }
        Term::Widened(inner) | Term::Bounded(inner) => of_term(inner, found),
        Term::Arithmetic(_, a, b) => {
            of_term(a, found);
            of_term(b, found);
        }
        Term::Count(lookup) => of_truth(&lookup.condition, found),
        Term::Sum(lookup, summed) => {
            of_truth(&lookup.condition, found);
            of_term(summed, found);
        }
    }
}

/// From fields to the elements whose expressions read them.
#[derive(Debug, Clone, Default)]
pub struct ReadIndex {
    readers: BTreeMap<String, BTreeMap<String, BTreeMap<String, BTreeSet<Route>>>>,
    asked: BTreeMap<(String, Route), Vec<Asked>>,
}

impl ReadIndex {
    /// Notes what the expression of an element reads. An element may have several.
    pub fn add(&mut self, element: &str, expression: &Expression) {
        for read in expression.reads() {
            let fields = self.readers.entry(read.register).or_default();
            let elements = fields.entry(read.field).or_default();
            elements.entry(element.to_owned()).or_default().insert(read.route);
        }
        for (route, asked) in walked(&expression.roots, &expression.truth).asked {
            self.asked.entry((element.to_owned(), route)).or_default().push(asked);
        }
    }

    /// What the lookups of an element ask of the rows at the end of a way: a row that fails all of them, before and after
    /// a change, changes nothing for the element. None where the way ends otherwise.
    #[must_use]
    pub fn asked(&self, element: &str, route: &Route) -> Option<&[Asked]> {
        self.asked.get(&(element.to_owned(), route.clone())).map(Vec::as_slice)
    }

    /// The elements that read this field, each with the ways from its record to the field's record.
    pub fn of_field<'a>(
        &'a self,
        register: &str,
        field: &str,
    ) -> impl Iterator<Item = (&'a str, &'a BTreeSet<Route>)> + use<'a> {
        let elements = self.readers.get(register).and_then(|fields| fields.get(field));
        elements.into_iter().flatten().map(|(element, routes)| (element.as_str(), routes))
    }

    /// The elements that read any of these fields, for instance those that a change wrote; of a record that is new or
    /// removed, ask with every field of the register.
    pub fn of_fields<'a>(
        &self,
        register: &str,
        fields: impl IntoIterator<Item = &'a str>,
    ) -> BTreeMap<&str, BTreeSet<&Route>> {
        let mut found: BTreeMap<&str, BTreeSet<&Route>> = BTreeMap::new();
        for field in fields {
            for (element, routes) in self.of_field(register, field) {
                found.entry(element).or_default().extend(routes);
            }
        }
        found
    }

    /// The fields of a register that elements read of other records than the one that is judged.
    pub fn read_beyond<'a>(&'a self, register: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let beyond = |routes: &BTreeSet<Route>| routes.iter().any(|route| !route.steps.is_empty());
        self.readers
            .get(register)
            .into_iter()
            .flatten()
            .filter(move |(_, elements)| elements.values().any(beyond))
            .map(|(field, _)| field.as_str())
    }

    /// The elements that read anything of this register: what a new or a removed record may touch.
    #[must_use]
    pub fn of_register(&self, register: &str) -> BTreeMap<&str, BTreeSet<&Route>> {
        let fields = self.readers.get(register).map(|fields| fields.keys().map(String::as_str));
        self.of_fields(register, fields.into_iter().flatten())
    }
}
