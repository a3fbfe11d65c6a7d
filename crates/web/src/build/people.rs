//! What the list of people shows beside their own fields: how many certificates each holds, and which runs out first.

use std::collections::HashMap;

use base::{Day, Id, Language};
use engine::record::Record;
use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Field, FieldKind, Model, Register, Shape};

use super::time;
use crate::app::App;
use crate::errors::Failure;
use crate::view::cell::Shown;
use crate::view::list::{Column, Row};
use crate::visitor::SignedIn;

/// Certificates read for one page of people.
const MOST: u32 = 500;

/// The register of what people hold: it belongs to one person, and something of it runs out.
fn held<'a>(model: &'a Model, people: &Register) -> Option<(&'a Register, &'a Field, &'a Field)> {
    model.registers.values().find_map(|register| {
        let to_person = |f: &&Field| {
            f.required && f.kind == FieldKind::Reference && f.to.as_deref() == Some(people.name())
        };
        let holder = register.fields.iter().find(to_person)?;
        Some((register, holder, register.fields.iter().find(|f| f.lapses)?))
    })
}

/// Adds the column to a page of people; other registers stay as they are.
///
/// # Errors
/// The database failed.
pub(crate) async fn add_certificates(
    app: &App,
    who: &SignedIn,
    register: &Register,
    records: &[Record],
    columns: &mut Vec<Column>,
    rows: &mut [Row],
) -> Result<(), Failure> {
    if register.shape != Some(Shape::Person) || records.is_empty() {
        return Ok(());
    }
    let Some((certificates, holder, lapses)) =
        held(app.model(), register).filter(|(r, ..)| super::frame::reads(app, who.actor(), r))
    else {
        return Ok(());
    };
    let ids = records.iter().map(|r| Fact::Reference(r.id)).collect();
    let filters = vec![Filter::In(holder.name().to_owned(), ids)];
    let request = ListRequest { filters, limit: MOST, ..ListRequest::default() };
    let found = app.engine().list(who.actor(), certificates.name(), &request).await?;
    let mut days: HashMap<Id, Vec<Option<Day>>> = HashMap::new();
    for record in &found.records {
        if let Some(person) = fact(&record.facts, holder.name()).as_id() {
            days.entry(person).or_default().push(fact(&record.facts, lapses.name()).as_day());
        }
    }
    let l = who.visitor.language;
    columns.push(Column { label: certificates.title.in_language(l).to_owned(), ..Column::default() });
    for (record, row) in records.iter().zip(rows) {
        let own = days.get(&record.id).map_or(&[] as &[Option<Day>], Vec::as_slice);
        row.cells.push(shown(own, app.engine().today(), l));
    }
    Ok(())
}

/// The certificate that runs out first, with how many there are where there are several.
fn shown(days: &[Option<Day>], today: Day, l: Language) -> Shown {
    match (days.iter().flatten().min(), days.len()) {
        (_, 0) => Shown::Nothing,
        (None, count) => Shown::Number(count.to_string()),
        (Some(first), count) => match time::lapse(today, *first, l) {
            Shown::Due { when, left, tone } if count > 1 => {
                Shown::Due { when: format!("{count} · {when}"), left, tone }
            }
            one => one,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_that_runs_out_first_is_shown() {
        let day = |text: &str| Day::parse(text);
        let today = Day::parse("2021-06-15").unwrap();
        assert_eq!(shown(&[], today, Language::Chinese), Shown::Nothing);
        for (days, when, tone) in [
            (vec![day("2021-06-14")], "2021-06-14", "late"),
            (vec![day("2024-01-01"), day("2021-06-20"), None], "3 · 2021-06-20", "soon"),
            (vec![day("2024-01-01")], "2024-01-01", "calm"),
        ] {
            match shown(&days, today, Language::Chinese) {
                Shown::Due { when: found, tone: as_tone, .. } => {
                    assert_eq!((found.as_str(), as_tone), (when, tone));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
