//! The meaning of every part of the tree. `store::build::judged` says the same in SQL; change both or none.

use std::cmp::Ordering;

use base::{Day, Id, Instant};
use plan::expression::{
    Constant, Kind, LARGEST_ADDEND, LARGEST_OPERAND, Listed, Lookup, Operation, Path, SMALLEST_OPERAND, Term,
    Truth,
};

use super::{Missing, Records, Subject};
use crate::{Fact, Facts};

/// An answer, or all that is wanting for it.
type Answer<T> = Result<T, Vec<Missing>>;

/// A value that is there.
#[derive(Debug, Clone, PartialEq)]
enum Datum {
    YesNo(bool),
    Whole(i64),
    Decimal(f64),
    Text(String),
    Day(Day),
    Instant(Instant),
    Id(Id),
}

impl Datum {
    /// The order of two values of one kind.
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::YesNo(a), Self::YesNo(b)) => Some(a.cmp(b)),
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(b)),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Day(a), Self::Day(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Id(a), Self::Id(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

pub(super) fn judged(truth: &Truth, subjects: &[Subject<'_>], records: &dyn Records) -> Answer<bool> {
    let around = subjects.iter().map(|s| (s.id, s.facts)).collect();
    Judge { records, around }.truth(truth)
}

pub(super) fn number(term: &Term, subjects: &[Subject<'_>], records: &dyn Records) -> Answer<f64> {
    let around = subjects.iter().map(|s| (s.id, s.facts)).collect();
    Judge { records, around }.number(term)
}

struct Judge<'a> {
    records: &'a dyn Records,
    /// The record of each variable.
    around: Vec<(Id, &'a Facts)>,
}

impl Judge<'_> {
    fn truth(&self, truth: &Truth) -> Answer<bool> {
        match truth {
            Truth::Constant(constant) => yes_no(&known(constant)?),
            Truth::Input(_) | Truth::OnDay(..) => Err(unfolded()),
            Truth::Field(path) => yes_no(&self.field(path)?),
            Truth::Has(path) => Ok(self.is_filled(path)),
            Truth::Not(inner) => self.truth(inner).map(|holds| !holds),
            Truth::All(parts) => self.joined(parts, false),
            Truth::Any(parts) => self.joined(parts, true),
            Truth::If(condition, then, otherwise) => {
                if self.truth(condition)? {
                    self.truth(then)
                } else {
                    self.truth(otherwise)
                }
            }
            Truth::Same(a, b) => both(self.truth(a), self.truth(b)).map(|(a, b)| a == b),
            Truth::Compare(compared, a, b) => {
                let (a, b) = both(self.term(a), self.term(b))?;
                a.order(&b).map(|order| compared.holds(order)).ok_or_else(unfolded)
            }
            Truth::OneOf(term, Listed::These(these)) => {
                let value = self.term(term)?;
                Ok(these
                    .iter()
                    .any(|one| known(one).is_ok_and(|one| value.order(&one) == Some(Ordering::Equal))))
            }
            Truth::OneOf(_, Listed::Input(_)) => Err(unfolded()),
            Truth::Contains(path, item) => match both(self.list(path), self.term(item))? {
                (list, Datum::Text(item)) => Ok(list.contains(&item)),
                _ => Err(unfolded()),
            },
            Truth::Prefix(path, prefix) => match both(self.field(path), self.term(prefix))? {
                (Datum::Text(text), Datum::Text(prefix)) => Ok(text.starts_with(&prefix)),
                _ => Err(unfolded()),
            },
            Truth::Part(path, part) => match both(self.field(path), self.term(part))? {
                (Datum::Text(text), Datum::Text(part)) => Ok(text.contains(&part)),
                _ => Err(unfolded()),
            },
            Truth::Exists(lookup) => self.exists(lookup),
        }
    }

    /// `decided`: the answer of one part that decides the whole.
    fn joined(&self, parts: &[Truth], decided: bool) -> Answer<bool> {
        let mut missing = Vec::new();
        for part in parts {
            match self.truth(part) {
                Ok(answer) if answer == decided => return Ok(decided),
                Ok(_) => {}
                Err(more) => missing.extend(more),
            }
        }
        if missing.is_empty() { Ok(!decided) } else { Err(missing) }
    }

    fn term(&self, term: &Term) -> Answer<Datum> {
        match term {
            Term::Constant(constant) => known(constant),
            Term::Input(..) => Err(unfolded()),
            Term::Field(path) => self.field(path),
            Term::If(condition, then, otherwise) => {
                if self.truth(condition)? {
                    self.term(then)
                } else {
                    self.term(otherwise)
                }
            }
            Term::Widened(inner) => self.number(inner).map(Datum::Decimal),
            Term::Bounded(inner) => {
                let number = self.number(inner)?;
                let size = number.abs();
                if size == 0.0 || (SMALLEST_OPERAND..=LARGEST_OPERAND).contains(&size) {
                    return Ok(Datum::Decimal(number));
                }
                Err(vec![Missing::OutOfBounds])
            }
            Term::Arithmetic(operation, a, b) => {
                let (a, b) = both(self.number(a), self.number(b))?;
                calculated(*operation, a, b).map(Datum::Decimal)
            }
            Term::Count(lookup) => {
                let mut count = 0;
                let mut missing = Vec::new();
                for row in self.linked(lookup)? {
                    match self.with(row).truth(&lookup.condition) {
                        Ok(holds) => count += i64::from(holds),
                        Err(more) => missing.extend(more),
                    }
                }
                if missing.is_empty() { Ok(Datum::Whole(count)) } else { Err(missing) }
            }
            Term::Sum(lookup, summed) => self.sum(lookup, summed).map(Datum::Decimal),
        }
    }

    fn number(&self, term: &Term) -> Answer<f64> {
        match self.term(term)? {
            Datum::Decimal(number) => Ok(number),
            #[expect(clippy::cast_precision_loss, reason = "the language calculates with 64-bit floats")]
            Datum::Whole(number) => Ok(number as f64),
            _ => Err(unfolded()),
        }
    }

    fn exists(&self, lookup: &Lookup) -> Answer<bool> {
        let mut missing = Vec::new();
        for row in self.linked(lookup)? {
            match self.with(row).truth(&lookup.condition) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(more) => missing.extend(more),
            }
        }
        if missing.is_empty() { Ok(false) } else { Err(missing) }
    }

    /// Sums in whole millionths, so that the order of the rows does not matter.
    fn sum(&self, lookup: &Lookup, summed: &Term) -> Answer<f64> {
        let (mut whole, mut millionths) = (0_i64, 0_i64);
        let mut missing = Vec::new();
        for row in self.linked(lookup)? {
            let within = self.with(row);
            let number = match within.truth(&lookup.condition) {
                Ok(true) => within.number(summed),
                Ok(false) => continue,
                Err(more) => Err(more),
            };
            match number {
                Ok(number) if number.abs() <= LARGEST_ADDEND => {
                    let half = if number < 0.0 { -0.5 } else { 0.5 };
                    #[expect(clippy::cast_possible_truncation, reason = "bounded by LARGEST_ADDEND")]
                    let parts = (number * 1_000_000.0 + half).trunc() as i64;
                    whole = whole.saturating_add(parts / 1_000_000);
                    millionths = millionths.saturating_add(parts % 1_000_000);
                }
                Ok(_) => missing.push(Missing::OutOfBounds),
                Err(more) => missing.extend(more),
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "the sum is a 64-bit float")]
        let sum = whole as f64 + millionths as f64 / 1_000_000.0;
        if missing.is_empty() { Ok(sum) } else { Err(missing) }
    }

    /// This judge with one more record around.
    fn with<'b>(&'b self, row: (Id, &'b Facts)) -> Judge<'b> {
        let mut around: Vec<(Id, &Facts)> = self.around.clone();
        around.push(row);
        Judge { records: self.records, around }
    }

    /// The rows of a lookup; nothing can be said when one of the values around, by which they are linked, is missing.
    fn linked<'b>(&'b self, lookup: &Lookup) -> Answer<Vec<(Id, &'b Facts)>> {
        let mut wanted = Vec::with_capacity(lookup.links.len());
        let mut missing = Vec::new();
        for link in &lookup.links {
            match self.field(&link.outer) {
                Ok(value) => wanted.push((&link.inner, value)),
                Err(more) => missing.extend(more),
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        let Some((first, value)) = wanted.first() else { return Err(unfolded()) };
        let found = match value {
            Datum::Id(id) if first.field == "id" => {
                self.records.facts(&lookup.register, *id).map(|facts| (*id, facts)).into_iter().collect()
            }
            value => self.records.linked(&lookup.register, &first.field, &as_fact(value)),
        };
        let suits = |row: &(Id, &Facts)| {
            wanted.iter().all(|(inner, value)| of_row(row.0, row.1, inner).as_ref() == Some(value))
        };
        Ok(found.into_iter().filter(suits).collect())
    }

    /// The record with the field of a path.
    fn follow(&self, path: &Path) -> Answer<(Id, &Facts)> {
        let Some(mut at) = self.around.get(path.variable).copied() else { return Err(unfolded()) };
        for hop in &path.hops {
            let here = |record, field: &str| (hop.register.clone(), record, field.to_owned());
            let Some(Datum::Id(next)) = datum(at.0, at.1, &hop.field, Kind::Id) else {
                let (register, record, field) = here(at.0, &hop.field);
                return Err(vec![Missing::Field { register, record, field }]);
            };
            let Some(facts) = self.records.facts(&hop.to, next) else {
                let (register, record, field) = here(at.0, &hop.field);
                return Err(vec![Missing::Record { register, record, field }]);
            };
            at = (next, facts);
        }
        Ok(at)
    }

    fn field(&self, path: &Path) -> Answer<Datum> {
        let (record, facts) = self.follow(path)?;
        of_row(record, facts, path).ok_or_else(|| not_filled(path, record))
    }

    fn list(&self, path: &Path) -> Answer<&[String]> {
        let (record, facts) = self.follow(path)?;
        match facts.get(&path.field) {
            Some(Fact::List(list)) if !list.is_empty() => Ok(list),
            _ => Err(not_filled(path, record)),
        }
    }

    fn is_filled(&self, path: &Path) -> bool {
        let Ok((record, facts)) = self.follow(path) else { return false };
        match path.kind {
            Kind::List | Kind::Files | Kind::Point | Kind::Structure => {
                facts.get(&path.field).is_some_and(|fact| !fact.is_empty())
            }
            _ => of_row(record, facts, path).is_some(),
        }
    }
}

fn not_filled(path: &Path, record: Id) -> Vec<Missing> {
    vec![Missing::Field { register: path.register.clone(), record, field: path.field.clone() }]
}

/// Says that a part was judged that folding should have replaced.
fn unfolded() -> Vec<Missing> {
    vec![Missing::Value("a part of the expression that is not known".to_owned())]
}

/// Both, or everything that is wanting for either.
fn both<A, B>(a: Answer<A>, b: Answer<B>) -> Answer<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.extend(b);
            Err(a)
        }
        (Err(missing), Ok(_)) | (Ok(_), Err(missing)) => Err(missing),
    }
}

fn yes_no(datum: &Datum) -> Answer<bool> {
    match datum {
        Datum::YesNo(yes) => Ok(*yes),
        _ => Err(unfolded()),
    }
}

fn known(constant: &Constant) -> Answer<Datum> {
    Ok(match constant {
        Constant::YesNo(yes) => Datum::YesNo(*yes),
        Constant::Whole(number) => Datum::Whole(*number),
        Constant::Decimal(number) => Datum::Decimal(*number),
        Constant::Text(text) => Datum::Text(text.clone()),
        Constant::Day(day) => Datum::Day(*day),
        Constant::Instant(instant) => Datum::Instant(*instant),
        Constant::Missing(_, why) => return Err(vec![Missing::Value(why.clone())]),
    })
}

fn calculated(operation: Operation, a: f64, b: f64) -> Answer<f64> {
    match operation {
        Operation::Add => Ok(a + b),
        Operation::Subtract => Ok(a - b),
        Operation::Multiply => Ok(a * b),
        Operation::Divide if b == 0.0 => Err(vec![Missing::DivisionByZero]),
        Operation::Divide => Ok(a / b),
    }
}

fn of_row(record: Id, facts: &Facts, path: &Path) -> Option<Datum> {
    datum(record, facts, &path.field, path.kind)
}

/// The value of a field; None when it is not filled, or holds something of another kind.
fn datum(record: Id, facts: &Facts, field: &str, kind: Kind) -> Option<Datum> {
    if field == "id" && kind == Kind::Id {
        return Some(Datum::Id(record));
    }
    Some(match (facts.get(field)?, kind) {
        (Fact::YesNo(yes), Kind::YesNo) => Datum::YesNo(*yes),
        (Fact::Integer(number), Kind::Whole) => Datum::Whole(*number),
        (Fact::Decimal(number), Kind::Decimal) => Datum::Decimal(*number),
        #[expect(clippy::cast_precision_loss, reason = "money is judged in yuan as a 64-bit float")]
        (Fact::Integer(fen), Kind::Money) => Datum::Decimal(*fen as f64 / 100.0),
        (Fact::Text(text), Kind::Text) if !text.is_empty() => Datum::Text(text.clone()),
        (Fact::Day(day), Kind::Day) => Datum::Day(*day),
        (Fact::Instant(instant), Kind::Instant) => Datum::Instant(*instant),
        (Fact::Reference(id), Kind::Id) if !id.is_nil() => Datum::Id(*id),
        _ => return None,
    })
}

fn as_fact(datum: &Datum) -> Fact {
    match datum {
        Datum::YesNo(yes) => Fact::YesNo(*yes),
        Datum::Whole(number) => Fact::Integer(*number),
        Datum::Decimal(number) => Fact::Decimal(*number),
        Datum::Text(text) => Fact::Text(text.clone()),
        Datum::Day(day) => Fact::Day(*day),
        Datum::Instant(instant) => Fact::Instant(*instant),
        Datum::Id(id) => Fact::Reference(*id),
    }
}
