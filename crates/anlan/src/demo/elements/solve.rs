//! Makes conditions of the packs hold (or fail) for a synthetic record by choosing its values: the tree of the condition
//! says which field must be what. What cannot be chosen, such as rows of other registers, is judged as it is.

use std::collections::BTreeSet;

use base::{Chance, Id};
use judge::fact::fact;
use judge::verdict::{Subject, judge};
use judge::{Fact, Facts, Verdict};
use plan::expression::{Compared, Constant, Folded, Kind, Listed, Operation, Path, Term, Truth};
use plan::pack::{Field, Register};

use super::fill::{Filler, Scene};
use super::pool::placed;

/// Numbers that are tried where nothing better is known.
const NUMBERS: [f64; 9] = [0.0, 1.0, 2.0, 5.0, 12.0, 24.0, 60.0, 90.0, 100.0];

/// A record whose values are being chosen.
pub(super) struct Solver<'a> {
    pub(super) filler: &'a Filler<'a>,
    pub(super) register: &'a Register,
    /// Fields that may be chosen; None for all that are typed.
    pub(super) open: Option<BTreeSet<String>>,
    /// Fields that are settled.
    pub(super) fixed: BTreeSet<String>,
    /// What the record has beside its fields, such as the state that it is to have.
    pub(super) head: Facts,
    pub(super) scene: &'a Scene,
    pub(super) chance: &'a mut dyn Chance,
}

impl Solver<'_> {
    /// How a condition stands.
    pub(super) fn verdict(&self, truth: &Truth, facts: &Facts) -> Verdict {
        let belongs = matches!(self.register.scope, plan::pack::ScopeFrom::Reference(_));
        let mut whole = if belongs { placed(facts, &self.scene.place) } else { facts.clone() };
        whole.extend(self.head.clone());
        let folded = Folded::made(self.register.name(), truth.clone());
        judge(&folded, &[Subject { id: Id::NIL, facts: &whole }], &self.filler.pool.rows)
    }

    fn stands(&self, truth: &Truth, wanted: bool, facts: &Facts) -> bool {
        match self.verdict(truth, facts) {
            Verdict::Holds => wanted,
            Verdict::Fails => !wanted,
            Verdict::CannotBeJudged(_) => false,
        }
    }

    /// Tries to make `truth` hold (or fail); true where it then does.
    pub(super) fn make(&mut self, truth: &Truth, wanted: bool, facts: &mut Facts) -> bool {
        if self.stands(truth, wanted, facts) {
            return true;
        }
        let before = facts.clone();
        let done = match truth {
            Truth::Not(inner) => self.make(inner, !wanted, facts),
            Truth::All(parts) if wanted => self.every(parts, true, facts),
            Truth::Any(parts) if !wanted => self.every(parts, false, facts),
            Truth::All(parts) | Truth::Any(parts) => self.some(parts, wanted, facts),
            Truth::If(condition, then, otherwise) => {
                if self.stands(condition, false, facts) {
                    self.make(otherwise, wanted, facts)
                } else {
                    self.make(condition, true, facts) && self.make(then, wanted, facts)
                }
            }
            leaf => {
                self.leaf(leaf, wanted, facts);
                self.stands(leaf, wanted, facts) || self.try_values(leaf, wanted, facts)
            }
        };
        if !done && !self.stands(truth, wanted, facts) {
            // A form of a case settles its part; the rest comes with later steps.
            let parts = matches!((truth, wanted), (Truth::All(_), true) | (Truth::Any(_), false));
            if self.open.is_none() || !parts {
                *facts = before;
            }
            return false;
        }
        true
    }

    fn every(&mut self, parts: &[Truth], wanted: bool, facts: &mut Facts) -> bool {
        // What a later part changes may spoil an earlier one: twice is enough for what packs say.
        for _ in 0..2 {
            for part in parts {
                self.make(part, wanted, facts);
            }
            if parts.iter().all(|part| self.stands(part, wanted, facts)) {
                return true;
            }
        }
        false
    }

    fn some(&mut self, parts: &[Truth], wanted: bool, facts: &mut Facts) -> bool {
        // The last one first: of "not this case, or that must hold" the second.
        let turn = if self.chance.one_in(3, 4) { 0 } else { self.chance.below(parts.len().max(1) as u64) };
        let turn = usize::try_from(turn).unwrap_or(0);
        let order: Vec<usize> = (0..parts.len()).rev().cycle().skip(turn).take(parts.len()).collect();
        order.into_iter().filter_map(|at| parts.get(at)).any(|part| self.make(part, wanted, facts))
    }

    fn free(&self, name: &str) -> Option<&Field> {
        let field = self.register.field(name).filter(|f| !f.computed)?;
        let open = self.open.as_ref().is_none_or(|open| open.contains(name));
        (open && !self.fixed.contains(name)).then_some(field)
    }

    fn set(&self, name: &str, value: Fact, facts: &mut Facts) {
        if self.free(name).is_some() {
            facts.insert(name.to_owned(), value);
        }
    }

    fn leaf(&mut self, leaf: &Truth, wanted: bool, facts: &mut Facts) {
        match leaf {
            Truth::Field(path) | Truth::Has(path) | Truth::Contains(path, _) | Truth::Prefix(path, _)
                if !path.hops.is_empty() =>
            {
                self.refer(path, leaf, wanted, facts);
            }
            Truth::Field(path) => self.set(&path.field, Fact::YesNo(wanted), facts),
            Truth::Has(path) => self.has(path, wanted, facts),
            Truth::Contains(path, Term::Constant(Constant::Text(text))) => {
                let mut list = match fact(facts, &path.field) {
                    Fact::List(list) => list.clone(),
                    _ => Vec::new(),
                };
                list.retain(|item| item != text);
                if wanted {
                    list.push(text.clone());
                }
                self.set(&path.field, Fact::List(list), facts);
            }
            Truth::Prefix(path, Term::Constant(Constant::Text(text))) if wanted => {
                self.set(&path.field, Fact::Text(format!("{text}.1")), facts);
            }
            Truth::Compare(op, left, right) => {
                let op = if wanted { *op } else { negated(*op) };
                self.compare(op, left, right, leaf, wanted, facts);
            }
            Truth::OneOf(term, Listed::These(list)) => match field_of(term) {
                Some(path) if !path.hops.is_empty() => self.refer(path, leaf, wanted, facts),
                Some(path) if wanted => {
                    let at = usize::try_from(self.chance.below(list.len() as u64)).unwrap_or(0);
                    if let Some(value) = list.get(at).and_then(constant) {
                        self.set(&path.field, value, facts);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn has(&mut self, path: &Path, wanted: bool, facts: &mut Facts) {
        let Some(field) = self.free(&path.field).cloned() else { return };
        if !wanted {
            if !field.required {
                facts.insert(path.field.clone(), Fact::Empty);
            }
            return;
        }
        let filler = self.filler;
        if let Some(value) = filler.value(self.register, &field, self.scene, self.chance) {
            facts.insert(path.field.clone(), value);
        }
    }

    fn compare(
        &mut self,
        op: Compared,
        left: &Term,
        right: &Term,
        leaf: &Truth,
        wanted: bool,
        facts: &mut Facts,
    ) {
        let hopped = |term: &Term| field_of(term).filter(|p| !p.hops.is_empty()).cloned();
        if let Some(path) = hopped(left).or_else(|| hopped(right)) {
            self.refer(&path, leaf, wanted, facts);
            return;
        }
        let (target, op, other) = match (field_of(left), field_of(right)) {
            (Some(path), _) if self.free(&path.field).is_some() => (path, op, right),
            (_, Some(path)) if self.free(&path.field).is_some() => (path, op.turned(), left),
            _ => return,
        };
        if matches!(target.kind, Kind::Whole | Kind::Decimal | Kind::Money) {
            if let Some(value) = self.number(other, facts) {
                self.set_number(&target.field, target.kind, beside(op, value), facts);
            }
            return;
        }
        if let Some(path) = field_of(other)
            && fact(facts, &path.field).is_empty()
        {
            self.has(path, true, facts);
        }
        let value = match other {
            Term::Constant(known) => constant(known),
            term => field_of(term).map(|p| fact(facts, &p.field).clone()),
        };
        let Some(value) = value.filter(|v| !v.is_empty()) else { return };
        let moved = match (value, op) {
            (Fact::Day(day), Compared::Less | Compared::NotEqual) => Some(Fact::Day(day.plus_days(-2))),
            (Fact::Day(day), Compared::Greater) => Some(Fact::Day(day.plus_days(2))),
            (Fact::Instant(at), Compared::Less) => Some(Fact::Instant(at.plus_seconds(-3600))),
            (Fact::Instant(at), Compared::Greater) => Some(Fact::Instant(at.plus_seconds(3600))),
            (_, Compared::NotEqual) => None,
            (value, _) => Some(value),
        };
        if let Some(value) = moved {
            self.set(&target.field.clone(), value, facts);
        }
    }

    fn set_number(&self, name: &str, kind: Kind, value: f64, facts: &mut Facts) {
        let Some(field) = self.free(name) else { return };
        let value = value.clamp(field.min.unwrap_or(f64::MIN), field.max.unwrap_or(f64::MAX));
        #[expect(clippy::cast_possible_truncation, reason = "numbers of packs are far below 2^53")]
        let value = match kind {
            Kind::Whole => Fact::Integer(value.round() as i64),
            Kind::Money => Fact::Integer((value * 100.0).round() as i64),
            _ => Fact::Decimal(value),
        };
        facts.insert(name.to_owned(), value);
    }

    /// The value of a number, as far as this record tells it.
    fn number(&mut self, term: &Term, facts: &mut Facts) -> Option<f64> {
        match term {
            Term::Constant(Constant::Whole(number)) => Some(to_float(*number)),
            Term::Constant(Constant::Decimal(number)) => Some(*number),
            Term::Field(path) if path.hops.is_empty() => {
                if fact(facts, &path.field).is_empty() {
                    self.has(path, true, facts);
                }
                match fact(facts, &path.field) {
                    Fact::Integer(number) if path.kind == Kind::Money => Some(to_float(*number) / 100.0),
                    Fact::Integer(number) => Some(to_float(*number)),
                    Fact::Decimal(number) => Some(*number),
                    _ => None,
                }
            }
            Term::Widened(inner) | Term::Bounded(inner) => self.number(inner, facts),
            Term::Arithmetic(operation, a, b) => {
                let (a, b) = (self.number(a, facts)?, self.number(b, facts)?);
                Some(match operation {
                    Operation::Add => a + b,
                    Operation::Subtract => a - b,
                    Operation::Multiply => a * b,
                    Operation::Divide => a / b,
                })
            }
            Term::If(condition, then, otherwise) => match self.verdict(condition, facts) {
                Verdict::Holds => self.number(then, facts),
                _ => self.number(otherwise, facts),
            },
            _ => None,
        }
    }

    /// Chooses the record that a path leads to, so that the condition on it stands.
    fn refer(&mut self, path: &Path, leaf: &Truth, wanted: bool, facts: &mut Facts) {
        let Some(hop) = path.hops.first() else { return };
        if self.free(&hop.field).is_none() {
            return;
        }
        let before = facts.get(&hop.field).cloned();
        for id in self.filler.pool.fitting(&hop.to, &self.scene.place).into_iter().take(60) {
            facts.insert(hop.field.clone(), Fact::Reference(id));
            if self.stands(leaf, wanted, facts) {
                return;
            }
        }
        match before {
            Some(before) => drop(facts.insert(hop.field.clone(), before)),
            None => drop(facts.remove(&hop.field)),
        }
    }

    /// Tries values of the fields that a condition reads, one field at a time.
    fn try_values(&mut self, leaf: &Truth, wanted: bool, facts: &mut Facts) -> bool {
        for name in read_by(leaf) {
            let Some(field) = self.free(&name).cloned() else { continue };
            let before = facts.get(&name).cloned();
            for value in self.candidates(&field, facts) {
                facts.insert(name.clone(), value);
                if self.stands(leaf, wanted, facts) {
                    return true;
                }
            }
            match before {
                Some(before) => drop(facts.insert(name, before)),
                None => drop(facts.remove(&name)),
            }
        }
        false
    }

    fn candidates(&mut self, field: &Field, facts: &Facts) -> Vec<Fact> {
        use plan::pack::FieldKind as K;
        let day = self.scene.at.day();
        match field.kind {
            K::Choice => {
                let all = self.filler.model.choices_of(field).iter().map(|c| c.id.clone());
                all.map(|id| if field.many { Fact::List(vec![id]) } else { Fact::Text(id) }).collect()
            }
            K::YesNo => vec![Fact::YesNo(true), Fact::YesNo(false)],
            K::Day => [0, -1, -30, -200, 30, 300].map(|d| Fact::Day(day.plus_days(d))).to_vec(),
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            K::Integer => NUMBERS.map(|n| Fact::Integer(n as i64)).to_vec(),
            #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
            K::Money => NUMBERS.map(|n| Fact::Integer(n as i64 * 10_000)).to_vec(),
            K::Decimal => NUMBERS.map(Fact::Decimal).to_vec(),
            K::Reference => {
                let to = field.to.as_deref().unwrap_or_default();
                let all = self.filler.pool.fitting(to, &self.scene.place).into_iter().take(60);
                all.filter(|id| fact(facts, field.name()).as_id() != Some(*id)).map(Fact::Reference).collect()
            }
            K::Department => {
                let all = self.filler.model.departments.iter();
                all.map(|d| Fact::Text(d.id.get_ref().clone())).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn to_float(number: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "numbers of packs are far below 2^53")]
    let float = number as f64;
    float
}

fn beside(op: Compared, value: f64) -> f64 {
    match op {
        Compared::Less => value - 1.0,
        Compared::Greater | Compared::NotEqual => value + 1.0,
        _ => value,
    }
}

fn negated(op: Compared) -> Compared {
    match op {
        Compared::Equal => Compared::NotEqual,
        Compared::NotEqual => Compared::Equal,
        Compared::Less => Compared::GreaterOrEqual,
        Compared::LessOrEqual => Compared::Greater,
        Compared::Greater => Compared::LessOrEqual,
        Compared::GreaterOrEqual => Compared::Less,
    }
}

fn field_of(term: &Term) -> Option<&Path> {
    match term {
        Term::Field(path) if path.variable == 0 => Some(path),
        Term::Widened(inner) | Term::Bounded(inner) => field_of(inner),
        _ => None,
    }
}

fn constant(known: &Constant) -> Option<Fact> {
    Some(match known {
        Constant::YesNo(yes) => Fact::YesNo(*yes),
        Constant::Whole(number) => Fact::Integer(*number),
        Constant::Decimal(number) => Fact::Decimal(*number),
        Constant::Text(text) => Fact::Text(text.clone()),
        Constant::Day(day) => Fact::Day(*day),
        Constant::Instant(at) => Fact::Instant(*at),
        Constant::Missing(..) => return None,
    })
}

/// The record's own fields that a leaf reads.
fn read_by(leaf: &Truth) -> Vec<String> {
    let mut names = Vec::new();
    let mut path = |path: &Path| {
        let name = path.hops.first().map_or(&path.field, |hop| &hop.field);
        if path.variable == 0 && !names.contains(name) {
            names.push(name.clone());
        }
    };
    match leaf {
        Truth::Field(p) | Truth::Has(p) | Truth::Contains(p, _) | Truth::Prefix(p, _) => path(p),
        Truth::Compare(_, a, b) => {
            for term in [a, b] {
                terms(term, &mut path);
            }
        }
        Truth::OneOf(term, _) => terms(term, &mut path),
        Truth::Exists(lookup) => lookup.links.iter().for_each(|link| path(&link.outer)),
        _ => {}
    }
    names
}

fn terms(term: &Term, path: &mut impl FnMut(&Path)) {
    match term {
        Term::Field(p) => path(p),
        Term::Widened(inner) | Term::Bounded(inner) => terms(inner, path),
        Term::Arithmetic(_, a, b) | Term::If(_, a, b) => {
            terms(a, path);
            terms(b, path);
        }
        Term::Count(lookup) | Term::Sum(lookup, _) => lookup.links.iter().for_each(|link| path(&link.outer)),
        Term::Constant(_) | Term::Input(..) => {}
    }
}
