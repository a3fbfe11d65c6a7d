//! What conditions look for in other registers: a rule of that kind, a passed training of this person, a programme of that
//! annex. Such records are made first, so that what refers to them can be made.

use std::collections::BTreeMap;

use plan::expression::{Lookup, Path, Term, Truth};
use plan::pack::indicator::{Counting, Of};
use plan::pack::{Model, Register};

use super::maker::{Maker, Order, Wish};
use super::targets::Target;

/// Conditions on records by register.
pub(super) type Needs = BTreeMap<String, Vec<Truth>>;

impl Maker<'_> {
    /// Reads all conditions of duties, rules and indicators for what they ask of other registers.
    pub(super) fn read_needs(&self) -> Needs {
        let model: &Model = &self.model;
        let mut needs = Needs::new();
        let mut read = |variable: &str, register: &str, text: &str| {
            if let Some(truth) = self.condition(variable, register, text) {
                of_truth(&truth, &mut needs);
            }
        };
        for duty in model.duties.values() {
            if let Some(when) = &duty.who.when {
                read("s", duty.who.subject.get_ref(), when.get_ref());
            }
            if let Some(holds) = &duty.holds {
                read("s", duty.who.subject.get_ref(), holds.get_ref());
            }
            if let (Some(record), Some(when)) =
                (duty.record(), duty.fulfilled.as_ref().and_then(|f| f.when.as_ref()))
            {
                read("r", record, when.get_ref());
            }
        }
        for rule in model.rules.values() {
            for text in [&rule.when, &rule.must].into_iter().flatten() {
                read("r", rule.register(), text.get_ref());
            }
        }
        for indicator in model.indicators.values() {
            let Ok(Of::Rows { register, .. }) = Of::read(indicator.of.get_ref(), model) else { continue };
            let Some(of) = model.register(&register) else { continue };
            let variable = Counting::variable(model, of, &Counting::texts(indicator));
            for text in [&indicator.base, &indicator.hit].into_iter().flatten() {
                read(variable, &register, text.get_ref());
            }
        }
        needs
    }

    /// Records that others look for in this register.
    pub(super) fn of_needs(&self, register: &Register) -> Vec<Target> {
        let asked = self.needs.get(register.name()).map(Vec::as_slice).unwrap_or_default();
        let target = |(at, truth): (usize, &Truth)| Target {
            element: format!("need {at} of {}", register.name()),
            order: Order {
                fixed: judge::Facts::new(),
                wishes: vec![Wish { truth: truth.clone(), wanted: true }],
                place: self.usual_place(register, 0),
                day: self.today.plus_days(-40),
            },
            count: 1,
            lenient: false,
        };
        asked.iter().enumerate().map(target).collect()
    }
}

fn of_truth(truth: &Truth, needs: &mut Needs) {
    match truth {
        Truth::Not(inner) => of_truth(inner, needs),
        Truth::All(parts) | Truth::Any(parts) => parts.iter().for_each(|part| of_truth(part, needs)),
        Truth::If(a, b, c) => [a, b, c].into_iter().for_each(|part| of_truth(part, needs)),
        Truth::Exists(lookup) => of_lookup(lookup, needs),
        Truth::Compare(_, Term::Count(lookup), _) => of_lookup(lookup, needs),
        leaf => {
            if let Some((register, alone)) = hopped(leaf) {
                put(needs, register, alone);
            }
        }
    }
}

fn of_lookup(lookup: &Lookup, needs: &mut Needs) {
    if let Some(alone) = rerooted(&lookup.condition, lookup.variable) {
        put(needs, lookup.register.clone(), alone);
    }
}

fn put(needs: &mut Needs, register: String, truth: Truth) {
    let known = needs.entry(register).or_default();
    if !known.contains(&truth) {
        known.push(truth);
    }
}

/// A leaf about the record to which one reference leads, as a condition on that record.
fn hopped(leaf: &Truth) -> Option<(String, Truth)> {
    let alone = |path: &Path| {
        let one = path.variable == 0 && path.hops.len() == 1;
        one.then(|| Path { variable: 0, hops: Vec::new(), ..path.clone() })
    };
    match leaf {
        Truth::Field(path) => alone(path).map(|p| (p.register.clone(), Truth::Field(p))),
        Truth::Has(path) => alone(path).map(|p| (p.register.clone(), Truth::Has(p))),
        Truth::Contains(path, term @ Term::Constant(_)) => {
            alone(path).map(|p| (p.register.clone(), Truth::Contains(p, term.clone())))
        }
        Truth::OneOf(Term::Field(path), list) => {
            alone(path).map(|p| (p.register.clone(), Truth::OneOf(Term::Field(p), list.clone())))
        }
        Truth::Compare(op, Term::Field(path), term @ Term::Constant(_)) => {
            alone(path).map(|p| (p.register.clone(), Truth::Compare(*op, Term::Field(p), term.clone())))
        }
        _ => None,
    }
}

/// A condition on a looked-up row as one on a record alone; parts that speak of the records around it are left out.
fn rerooted(truth: &Truth, from: usize) -> Option<Truth> {
    let path = |p: &Path| (p.variable == from).then(|| Path { variable: 0, ..p.clone() });
    let term = |t: &Term| match t {
        Term::Constant(_) => Some(t.clone()),
        Term::Field(p) => path(p).map(Term::Field),
        _ => None,
    };
    Some(match truth {
        Truth::Constant(known) => Truth::Constant(known.clone()),
        Truth::Field(p) => Truth::Field(path(p)?),
        Truth::Has(p) => Truth::Has(path(p)?),
        Truth::Not(inner) => Truth::Not(Box::new(rerooted(inner, from)?)),
        Truth::All(parts) => Truth::All(parts.iter().filter_map(|p| rerooted(p, from)).collect()),
        Truth::Any(parts) => Truth::Any(parts.iter().filter_map(|p| rerooted(p, from)).collect()),
        Truth::Compare(op, a, b) => Truth::Compare(*op, term(a)?, term(b)?),
        Truth::OneOf(a, list) => Truth::OneOf(term(a)?, list.clone()),
        Truth::Contains(p, a) => Truth::Contains(path(p)?, term(a)?),
        _ => return None,
    })
}
