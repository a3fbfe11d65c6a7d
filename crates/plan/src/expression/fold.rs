//! Puts in what needs no row, so that both back ends see constants only.

use base::{Day, Instant};

use super::{
    Compared, Constant, Input, Kind, LARGEST_OPERAND, Listed, Lookup, Root, SMALLEST_OPERAND, Term, Truth,
};
use crate::pack::Model;

/// The days that an expression is judged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The day as of which is judged: dated values are those in force on it.
    pub as_of: Day,
    /// Today.
    pub today: Day,
    /// First and last day of the period, where there is one.
    pub period: Option<(Day, Day)>,
}

impl Moment {
    /// Judged as of today.
    #[must_use]
    pub fn today(today: Day) -> Self {
        Self { as_of: today, today, period: None }
    }

    /// Judged for the period between both days, as of its last day.
    #[must_use]
    pub fn period(from: Day, until: Day, today: Day) -> Self {
        Self { as_of: until, today, period: Some((from, until)) }
    }
}

/// A condition in which everything but rows is known. What both back ends judge.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    roots: Vec<Root>,
    truth: Truth,
}

impl Folded {
    /// The records it is about.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The tree, without inputs.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// A tree that the program makes itself, about records of one register.
    #[must_use]
    pub fn made(register: &str, truth: Truth) -> Self {
        Self { roots: vec![Root { name: "s".to_owned(), register: register.to_owned() }], truth }
    }

    /// Every register of which it reads other records than those that it is about.
    #[must_use]
    pub fn beyond(&self) -> std::collections::BTreeSet<String> {
        super::reads::beyond(&self.roots, &self.truth)
    }

    /// Every register that it reads, the root's first.
    #[must_use]
    pub fn registers(&self) -> Vec<String> {
        super::reads::registers(&self.roots, &self.truth)
    }

    pub(super) fn of(roots: Vec<Root>, truth: &Truth, moment: &Moment, model: &Model) -> Self {
        let truth = Folding { moment, model }.truth(truth);
        Self { roots, truth }
    }
}

/// A number in which everything but rows is known.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedNumber {
    roots: Vec<Root>,
    term: Term,
}

impl FoldedNumber {
    /// The records it is about.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The tree, without inputs.
    #[must_use]
    pub fn term(&self) -> &Term {
        &self.term
    }

    /// Every register that it reads, the root's first.
    #[must_use]
    pub fn registers(&self) -> Vec<String> {
        let zero = Term::Constant(Constant::Decimal(0.0));
        let compared = Truth::Compare(Compared::Equal, self.term.clone(), zero);
        super::reads::registers(&self.roots, &compared)
    }

    pub(super) fn of(roots: Vec<Root>, term: &Term, moment: &Moment, model: &Model) -> Self {
        Self { roots, term: Folding { moment, model }.term(term) }
    }
}

struct Folding<'a> {
    moment: &'a Moment,
    model: &'a Model,
}

impl Folding<'_> {
    fn truth(&self, truth: &Truth) -> Truth {
        let boxed = |inner: &Truth| Box::new(self.truth(inner));
        match truth {
            Truth::Input(input) => Truth::Constant(self.input(input, Kind::YesNo)),
            Truth::Not(inner) => Truth::Not(boxed(inner)),
            Truth::All(parts) => Truth::All(parts.iter().map(|part| self.truth(part)).collect()),
            Truth::Any(parts) => Truth::Any(parts.iter().map(|part| self.truth(part)).collect()),
            Truth::If(a, b, c) => Truth::If(boxed(a), boxed(b), boxed(c)),
            Truth::Same(a, b) => Truth::Same(boxed(a), boxed(b)),
            Truth::Compare(compared, a, b) => Truth::Compare(*compared, self.term(a), self.term(b)),
            Truth::OnDay(compared, instant, day) => on_day(*compared, &self.term(instant), &self.term(day)),
            Truth::OneOf(term, Listed::These(these)) => {
                Truth::OneOf(self.term(term), Listed::These(these.clone()))
            }
            Truth::OneOf(term, Listed::Input(input)) => self.listed(self.term(term), input),
            Truth::Contains(path, term) => Truth::Contains(path.clone(), self.term(term)),
            Truth::Prefix(path, term) => Truth::Prefix(path.clone(), self.term(term)),
            Truth::Part(path, term) => Truth::Part(path.clone(), self.term(term)),
            Truth::Exists(lookup) => Truth::Exists(Box::new(self.lookup(lookup))),
            Truth::Constant(_) | Truth::Field(_) | Truth::Has(_) => truth.clone(),
        }
    }

    fn term(&self, term: &Term) -> Term {
        let boxed = |inner: &Term| Box::new(self.term(inner));
        match term {
            Term::Input(input, kind) => Term::Constant(self.input(input, *kind)),
            Term::If(condition, a, b) => Term::If(Box::new(self.truth(condition)), boxed(a), boxed(b)),
            Term::Widened(inner) => widened(self.term(inner)),
            Term::Bounded(inner) => bounded(self.term(inner)),
            Term::Arithmetic(operation, a, b) => Term::Arithmetic(*operation, boxed(a), boxed(b)),
            Term::Count(lookup) => Term::Count(Box::new(self.lookup(lookup))),
            Term::Sum(lookup, summed) => Term::Sum(Box::new(self.lookup(lookup)), boxed(summed)),
            Term::Constant(_) | Term::Field(_) => term.clone(),
        }
    }

    fn lookup(&self, lookup: &Lookup) -> Lookup {
        Lookup { condition: self.truth(&lookup.condition), ..lookup.clone() }
    }

    fn input(&self, input: &Input, kind: Kind) -> Constant {
        let period = |day: Option<Day>| {
            day.map_or_else(|| Constant::Missing(Kind::Day, "period".to_owned()), Constant::Day)
        };
        match input {
            Input::AsOf => Constant::Day(self.moment.as_of),
            Input::Today => Constant::Day(self.moment.today),
            Input::PeriodFrom => period(self.moment.period.map(|(from, _)| from)),
            Input::PeriodUntil => period(self.moment.period.map(|(_, until)| until)),
            Input::Value { id, key } => {
                let found = self.value(id, key.as_deref()).and_then(|value| constant(value, kind));
                found.unwrap_or_else(|| Constant::Missing(kind, not_in_force(id, self.moment.as_of)))
            }
        }
    }

    fn value(&self, id: &str, key: Option<&str>) -> Option<&toml::Value> {
        let value = self.model.value(id, self.moment.as_of)?;
        key.map_or(Some(value), |key| value.get(key))
    }

    fn listed(&self, term: Term, input: &Input) -> Truth {
        let Input::Value { id, key } = input else { return Truth::OneOf(term, Listed::Input(input.clone())) };
        let kind = term.kind();
        let list = self.value(id, key.as_deref()).and_then(toml::Value::as_array);
        match list {
            Some(list) => {
                Truth::OneOf(term, Listed::These(list.iter().filter_map(|v| constant(v, kind)).collect()))
            }
            None => Truth::Constant(Constant::Missing(Kind::YesNo, not_in_force(id, self.moment.as_of))),
        }
    }
}

fn not_in_force(id: &str, day: Day) -> String {
    format!("v('{id}') on {day}")
}

fn constant(value: &toml::Value, kind: Kind) -> Option<Constant> {
    Some(match (value, kind) {
        (toml::Value::Boolean(yes), Kind::YesNo) => Constant::YesNo(*yes),
        (toml::Value::Integer(number), Kind::Whole) => Constant::Whole(*number),
        #[expect(clippy::cast_precision_loss, reason = "a series that has floats is read as floats")]
        (toml::Value::Integer(number), Kind::Decimal) => Constant::Decimal(*number as f64),
        (toml::Value::Float(number), Kind::Decimal) if number.is_finite() => Constant::Decimal(*number),
        (toml::Value::String(text), Kind::Text) => Constant::Text(text.clone()),
        (toml::Value::Datetime(day), Kind::Day) => Constant::Day(Day::parse(&day.to_string())?),
        _ => return None,
    })
}

fn widened(term: Term) -> Term {
    match term {
        #[expect(clippy::cast_precision_loss, reason = "the language calculates with 64-bit floats")]
        Term::Constant(Constant::Whole(number)) => Term::Constant(Constant::Decimal(number as f64)),
        Term::Constant(Constant::Missing(_, why)) => Term::Constant(Constant::Missing(Kind::Decimal, why)),
        other => Term::Widened(Box::new(other)),
    }
}

fn bounded(term: Term) -> Term {
    match term {
        Term::Constant(Constant::Decimal(number)) => {
            let size = number.abs();
            if size <= LARGEST_OPERAND && (size >= SMALLEST_OPERAND || size == 0.0) {
                return Term::Constant(Constant::Decimal(number));
            }
            Term::Constant(Constant::Missing(Kind::Decimal, format!("{number:e} is out of bounds")))
        }
        Term::Constant(missing) => Term::Constant(missing),
        other => Term::Bounded(Box::new(other)),
    }
}

/// An instant lies on, before or after a day of Beijing time.
fn on_day(compared: Compared, instant: &Term, day: &Term) -> Truth {
    let Term::Constant(Constant::Day(day)) = day else {
        let why = match day {
            Term::Constant(Constant::Missing(_, why)) => why.clone(),
            _ => "day".to_owned(),
        };
        return Truth::Constant(Constant::Missing(Kind::YesNo, why));
    };
    let begin = Term::Constant(Constant::Instant(Instant::start_of(*day)));
    let next = Term::Constant(Constant::Instant(Instant::start_of(day.plus_days(1))));
    let compare = |compared, bound: &Term| Truth::Compare(compared, instant.clone(), bound.clone());
    match compared {
        Compared::Less => compare(Compared::Less, &begin),
        Compared::GreaterOrEqual => compare(Compared::GreaterOrEqual, &begin),
        Compared::LessOrEqual => compare(Compared::Less, &next),
        Compared::Greater => compare(Compared::GreaterOrEqual, &next),
        Compared::Equal => {
            Truth::All(vec![compare(Compared::GreaterOrEqual, &begin), compare(Compared::Less, &next)])
        }
        Compared::NotEqual => {
            Truth::Any(vec![compare(Compared::Less, &begin), compare(Compared::GreaterOrEqual, &next)])
        }
    }
}
