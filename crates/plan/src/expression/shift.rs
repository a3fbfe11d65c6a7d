//! Puts a condition on one record inside a lookup of another: its variables move up by one.

use super::{Link, Lookup, Path, Term, Truth};

impl Truth {
    /// The same condition with every variable `by` places further in, for use inside lookups.
    #[must_use]
    pub fn shifted(&self, by: usize) -> Self {
        let boxed = |inner: &Self| Box::new(inner.shifted(by));
        match self {
            Self::Constant(_) | Self::Input(_) => self.clone(),
            Self::Field(path) => Self::Field(path.shifted(by)),
            Self::Has(path) => Self::Has(path.shifted(by)),
            Self::Not(inner) => Self::Not(boxed(inner)),
            Self::All(parts) => Self::All(parts.iter().map(|p| p.shifted(by)).collect()),
            Self::Any(parts) => Self::Any(parts.iter().map(|p| p.shifted(by)).collect()),
            Self::If(a, b, c) => Self::If(boxed(a), boxed(b), boxed(c)),
            Self::Same(a, b) => Self::Same(boxed(a), boxed(b)),
            Self::Compare(compared, a, b) => Self::Compare(*compared, a.shifted(by), b.shifted(by)),
            Self::OnDay(compared, a, b) => Self::OnDay(*compared, a.shifted(by), b.shifted(by)),
            Self::OneOf(term, listed) => Self::OneOf(term.shifted(by), listed.clone()),
            Self::Contains(path, term) => Self::Contains(path.shifted(by), term.shifted(by)),
            Self::Prefix(path, term) => Self::Prefix(path.shifted(by), term.shifted(by)),
            Self::Part(path, term) => Self::Part(path.shifted(by), term.shifted(by)),
            Self::Exists(lookup) => Self::Exists(Box::new(lookup.shifted(by))),
        }
    }
}

impl Term {
    fn shifted(&self, by: usize) -> Self {
        let boxed = |inner: &Self| Box::new(inner.shifted(by));
        match self {
            Self::Constant(_) | Self::Input(..) => self.clone(),
            Self::Field(path) => Self::Field(path.shifted(by)),
            Self::If(condition, a, b) => Self::If(Box::new(condition.shifted(by)), boxed(a), boxed(b)),
            Self::Widened(inner) => Self::Widened(boxed(inner)),
            Self::Bounded(inner) => Self::Bounded(boxed(inner)),
            Self::Arithmetic(operation, a, b) => Self::Arithmetic(*operation, boxed(a), boxed(b)),
            Self::Count(lookup) => Self::Count(Box::new(lookup.shifted(by))),
            Self::Sum(lookup, summed) => Self::Sum(Box::new(lookup.shifted(by)), boxed(summed)),
        }
    }
}

impl Path {
    fn shifted(&self, by: usize) -> Self {
        Self { variable: self.variable + by, ..self.clone() }
    }
}

impl Lookup {
    fn shifted(&self, by: usize) -> Self {
        let link = |link: &Link| Link { inner: link.inner.shifted(by), outer: link.outer.shifted(by) };
        Self {
            register: self.register.clone(),
            variable: self.variable + by,
            links: self.links.iter().map(link).collect(),
            condition: self.condition.shifted(by),
        }
    }
}
