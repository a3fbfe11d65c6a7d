//! Small readings of records that several of these pages need.

use base::{Id, Language};
use engine::field::show::{Titles, show};
use engine::record::Record;
use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Choice, Model, Register, Shape};

use crate::app::App;
use crate::errors::Failure;
use city::Actor;

/// Records read at once for a page or paper: more than any enterprise's list, and a bound for the page.
pub(super) const MOST: u32 = 2000;

/// The register that has `shape`.
pub(super) fn shaped(app: &App, shape: Shape) -> Result<&Register, Failure> {
    app.model().shaped(shape).ok_or(Failure::NotFound)
}

/// An id of an address; anything else does not exist.
pub(super) fn id(text: &str) -> Result<Id, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The text of a field; empty for nothing.
pub(super) fn text<'a>(record: &'a Record, name: &str) -> &'a str {
    fact(&record.facts, name).as_text().unwrap_or_default()
}

/// The reference of a field.
pub(super) fn reference(record: &Record, name: &str) -> Option<Id> {
    fact(&record.facts, name).as_id()
}

/// Whether a yes-or-no field says yes.
pub(super) fn yes(record: &Record, name: &str) -> bool {
    matches!(fact(&record.facts, name), Fact::YesNo(true))
}

/// A value as people read it.
pub(super) fn shown(
    model: &Model,
    register: &Register,
    record: &Record,
    name: &str,
    l: Language,
    titles: &Titles,
) -> String {
    register.field(name).map(|f| show(f, fact(&record.facts, name), model, l, titles)).unwrap_or_default()
}

/// The choices of a field.
pub(super) fn choices<'a>(model: &'a Model, register: &'a Register, field: &str) -> &'a [Choice] {
    register.field(field).map(|f| model.choices_of(f)).unwrap_or_default()
}

/// The word of a choice; the id itself where the pack does not know it.
pub(super) fn word(choices: &[Choice], id: &str, l: Language) -> String {
    choices.iter().find(|c| c.id == id).map_or_else(|| id.to_owned(), |c| c.title.in_language(l).to_owned())
}

/// A filter for one reference.
pub(super) fn of(name: &str, id: Id) -> Filter {
    Filter::In(name.to_owned(), vec![Fact::Reference(id)])
}

/// A filter for one choice or code.
pub(super) fn is(name: &str, value: &str) -> Filter {
    Filter::In(name.to_owned(), vec![Fact::Text(value.to_owned())])
}

/// Up to [`MOST`] records that `actor` may see, oldest first.
pub(super) async fn all(
    app: &App,
    actor: &Actor,
    register: &str,
    filters: Vec<Filter>,
) -> Result<Vec<Record>, Failure> {
    let request = ListRequest { filters, ascending: true, limit: MOST, ..ListRequest::default() };
    Ok(app.engine().list(actor, register, &request).await?.records)
}

/// "12", or "1,000+" where the counting stopped.
pub(super) async fn count(
    app: &App,
    actor: &Actor,
    register: &str,
    filters: Vec<Filter>,
) -> Result<String, Failure> {
    let request = ListRequest { filters, ..ListRequest::default() };
    Ok(match app.engine().count(actor, register, &request).await? {
        engine::record::list::Count::Exactly(n) => grouped(i64::try_from(n).unwrap_or(i64::MAX)),
        engine::record::list::Count::MoreThan(n) => {
            format!("{}+", grouped(i64::try_from(n).unwrap_or(i64::MAX)))
        }
    })
}

/// A number with its thousands apart: `12,345`.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234")]
        {
            assert_eq!(grouped(number), expected);
        }
    }
}
