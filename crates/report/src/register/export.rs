//! Records as rows of a sheet: typed cells, so that Excel can sort and sum them.

use base::{Instant, Language};
use engine::field::show::{Titles, show};
use engine::record::Record;
use judge::Fact;
use judge::fact::fact;
use plan::pack::{Field, FieldKind, Model};

use crate::xlsx::write::{Sheet, Value, WriteError};

/// What the rows are written with.
pub struct Exported<'a> {
    /// The packs in force.
    pub model: &'a Model,
    /// Language of titles and words.
    pub language: Language,
    /// Fields in the order of the columns (see [`super::export_columns`]).
    pub fields: &'a [&'a Field],
}

/// Writes one row per record.
///
/// # Errors
/// The sheet is full or cannot be written.
pub fn write_records(
    sheet: &mut Sheet<'_>,
    exported: &Exported<'_>,
    records: &[Record],
    titles: &Titles,
) -> Result<(), WriteError> {
    for record in records {
        let texts = texts_of(exported, record, titles);
        let mut values = vec![Value::Text(&record.code)];
        let case = record.case.as_ref();
        let procedure = case.and_then(|c| exported.model.procedure(&c.procedure));
        if let Some(case) = case {
            let state = procedure.and_then(|p| p.state(&case.state));
            values.push(Value::Text(procedure.map_or("", |p| p.title.in_language(exported.language))));
            values.push(Value::Text(state.map_or("", |s| s.title.in_language(exported.language))));
            let limited = case.open && case.due_at != Instant::NEVER;
            values.push(if limited { Value::Instant(case.due_at) } else { Value::Empty });
        }
        for (field, text) in exported.fields.iter().zip(&texts) {
            values.push(value_of(field, fact(&record.facts, field.name()), text));
        }
        sheet.row(&values)?;
    }
    Ok(())
}

fn texts_of(exported: &Exported<'_>, record: &Record, titles: &Titles) -> Vec<String> {
    let shown = |field: &&Field| {
        show(field, fact(&record.facts, field.name()), exported.model, exported.language, titles)
    };
    exported.fields.iter().map(shown).collect()
}

fn value_of<'a>(field: &Field, fact: &Fact, shown: &'a str) -> Value<'a> {
    #[expect(clippy::cast_precision_loss, reason = "Excel itself keeps numbers as 64-bit floats")]
    match fact {
        Fact::Empty => Value::Empty,
        Fact::Integer(fen) if field.kind == FieldKind::Money => Value::Number(*fen as f64 / 100.0),
        Fact::Integer(number) => Value::Number(*number as f64),
        Fact::Decimal(number) => Value::Number(*number),
        Fact::YesNo(yes) => Value::YesNo(*yes),
        Fact::Day(day) => Value::Day(*day),
        Fact::Instant(at) => Value::Instant(*at),
        _ => Value::Text(shown),
    }
}
