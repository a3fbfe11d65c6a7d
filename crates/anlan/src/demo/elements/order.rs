//! The order in which registers are filled: what others refer to comes first.

use std::collections::{BTreeMap, BTreeSet};

use plan::expression::{Folded, Truth};
use plan::pack::{Model, Register};

/// What the rules refuse, by register.
type Refused = BTreeMap<String, Vec<Truth>>;

/// The names of all registers, those first to which others must refer, or that their rules look up.
pub(super) fn registers(model: &Model, refused: &Refused) -> Vec<String> {
    let mut popular: BTreeMap<&str, usize> = BTreeMap::new();
    for field in model.registers.values().flat_map(|r| &r.fields) {
        if let Some(to) = field.to.as_deref() {
            *popular.entry(to).or_default() += 1;
        }
    }
    let mut names: Vec<&Register> = model.registers.values().collect();
    names.sort_by_key(|r| (std::cmp::Reverse(popular.get(r.name()).copied().unwrap_or(0)), r.name()));
    let mut placed = BTreeSet::new();
    let mut order = Vec::new();
    for register in names {
        visit(model, refused, register, &mut placed, &mut order);
    }
    order
}

fn visit<'a>(
    model: &'a Model,
    refused: &Refused,
    register: &'a Register,
    placed: &mut BTreeSet<&'a str>,
    order: &mut Vec<String>,
) {
    if !placed.insert(register.name()) {
        return;
    }
    // What must be named comes before; what may be named too, as far as it does not go round in a circle.
    for required in [true, false] {
        for field in register.fields.iter().filter(|f| f.required == required) {
            let to = field.to.as_deref().and_then(|to| model.register(to));
            // What needs a record of this register is not asked for before there is one.
            let needs = |to: &Register| {
                to.fields.iter().any(|f| f.required && f.to.as_deref() == Some(register.name()))
            };
            if let Some(to) = to.filter(|to| required || !needs(to)) {
                visit(model, refused, to, placed, order);
            }
        }
    }
    for truth in refused.get(register.name()).into_iter().flatten() {
        for name in Folded::made(register.name(), truth.clone()).registers() {
            if let Some(read) = model.register(&name) {
                visit(model, refused, read, placed, order);
            }
        }
    }
    order.push(register.name().to_owned());
}
