//! From what a form sent to facts: every field is read, everything that is wrong is said at once.

use base::Problems;
use engine::field::parse::parse;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Model};

use crate::sent::Sent;

/// Reads the `fields` of a form. Fields that were not sent are left out, fields that were sent empty become empty.
pub(crate) fn facts<'a>(
    model: &Model,
    fields: impl Iterator<Item = &'a Field>,
    sent: &Sent,
) -> (Facts, Problems) {
    let (mut facts, mut problems) = (Facts::new(), Problems::default());
    for field in fields {
        let given = typed(field, sent);
        match parse(field, model, &given) {
            Ok(fact) => {
                // Files that were taken away leave an empty list behind, which must be written too.
                facts.insert(field.name().to_owned(), fact);
            }
            Err(problem) => problems.push(problem),
        }
    }
    (facts, problems)
}

/// What was typed into a field. A place of which only the datum was sent was left empty.
pub(crate) fn typed(field: &Field, sent: &Sent) -> Vec<String> {
    let given = sent.all(field.name());
    if field.kind == FieldKind::Point && given.iter().take(2).all(|g| g.trim().is_empty()) {
        return Vec::new();
    }
    given.to_vec()
}

/// What a form shows for a fact, as if it had been typed.
pub(crate) fn as_typed(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::Empty => Vec::new(),
        Fact::Text(text) => vec![text.clone()],
        Fact::Integer(number) => vec![number.to_string()],
        Fact::Decimal(number) => vec![number.to_string()],
        Fact::YesNo(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
        Fact::Day(day) => vec![day.to_string()],
        Fact::Instant(at) => vec![at.local().replace(' ', "T")],
        Fact::Reference(id) => vec![id.to_string()],
        Fact::List(list) => list.clone(),
        Fact::Point { longitude, latitude, datum } => {
            vec![longitude.to_string(), latitude.to_string(), datum.clone()]
        }
        Fact::Structure(json) => vec![json.to_string()],
    }
}
