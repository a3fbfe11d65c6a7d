//! What a lookup asks of a row by itself, such as `h.level == 'major' && h.open`: a row for which this fails cannot matter to
//! the expression, whatever else it asks.

use super::{Listed, Lookup, Path, Term, Truth};

/// The part of a lookup's condition that reads nothing but the row.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The place of the row's variable.
    pub variable: usize,
    /// What must hold, all of it; nothing where any row matters.
    pub truth: Truth,
}

impl Asked {
    pub(super) fn of(lookup: &Lookup) -> Self {
        let mut parts = Vec::new();
        take(&lookup.condition, lookup.variable, &mut parts);
        Self { variable: lookup.variable, truth: Truth::All(parts) }
    }
}

fn take(condition: &Truth, variable: usize, parts: &mut Vec<Truth>) {
    match condition {
        Truth::All(all) => all.iter().for_each(|part| take(part, variable, parts)),
        part if truth_of_row(part, variable) => parts.push(part.clone()),
        _ => {}
    }
}

/// Dated values and days are put in later, so what needs them says nothing yet.
fn truth_of_row(truth: &Truth, variable: usize) -> bool {
    let own = |part: &Truth| truth_of_row(part, variable);
    match truth {
        Truth::Constant(_) => true,
        Truth::Field(path) | Truth::Has(path) => path_of_row(path, variable),
        Truth::Not(inner) => own(inner),
        Truth::All(parts) | Truth::Any(parts) => parts.iter().all(own),
        Truth::If(a, b, c) => own(a) && own(b) && own(c),
        Truth::Same(a, b) => own(a) && own(b),
        Truth::Compare(_, a, b) => term_of_row(a, variable) && term_of_row(b, variable),
        Truth::OneOf(term, listed) => !matches!(listed, Listed::Input(_)) && term_of_row(term, variable),
        Truth::Contains(path, term) | Truth::Prefix(path, term) | Truth::Part(path, term) => {
            path_of_row(path, variable) && term_of_row(term, variable)
        }
        Truth::Input(_) | Truth::OnDay(..) | Truth::Exists(_) => false,
    }
}

fn term_of_row(term: &Term, variable: usize) -> bool {
    match term {
        Term::Constant(_) => true,
        Term::Field(path) => path_of_row(path, variable),
        _ => false,
    }
}

fn path_of_row(path: &Path, variable: usize) -> bool {
    path.variable == variable && path.hops.is_empty()
}
