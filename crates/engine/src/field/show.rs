//! From facts to what people read, in their language. References need the titles that the caller has looked up.

use std::collections::HashMap;

use base::money::Fen;
use base::{Id, Language};
use judge::Fact;
use plan::pack::{Field, FieldKind, Model};

/// Titles of records, accounts and regions that a page shows by name.
pub type Titles = HashMap<Id, String>;

/// What people read for `fact`; empty text for nothing.
#[must_use]
pub fn show(field: &Field, fact: &Fact, model: &Model, language: Language, titles: &Titles) -> String {
    let unit = field.unit.as_ref().map(|u| u.in_language(language));
    let with_unit = |number: String| match unit {
        Some(unit) if language == Language::English => format!("{number} {unit}"),
        Some(unit) => format!("{number}{unit}"),
        None => number,
    };
    match fact {
        Fact::Empty => String::new(),
        Fact::Text(text) => text_of(field, text, model, language),
        Fact::Integer(number) if field.kind == FieldKind::Money => with_unit(Fen(*number).grouped()),
        Fact::Integer(number) => with_unit(number.to_string()),
        Fact::Decimal(number) => with_unit(number.to_string()),
        Fact::YesNo(yes) => yes_or_no(*yes, language).to_owned(),
        Fact::Day(day) if language == Language::Chinese => day.zh(),
        Fact::Day(day) => day.to_string(),
        Fact::Instant(instant) => instant.local(),
        Fact::Reference(id) => titles.get(id).cloned().unwrap_or_default(),
        Fact::List(list) if field.kind == FieldKind::Choice => {
            let separator = if language == Language::Chinese { "、" } else { ", " };
            list.iter().map(|id| text_of(field, id, model, language)).collect::<Vec<_>>().join(separator)
        }
        Fact::List(list) if matches!(field.kind, FieldKind::Image | FieldKind::File) => {
            list.len().to_string()
        }
        Fact::List(list) => {
            let names = list.iter().map(|id| {
                id.parse().ok().and_then(|id| titles.get(&id).cloned()).unwrap_or_else(|| id.clone())
            });
            names.collect::<Vec<_>>().join("、")
        }
        Fact::Point { longitude, latitude, datum } => {
            format!("{longitude:.6}, {latitude:.6} ({})", datum.to_uppercase())
        }
        Fact::Structure(json) => json.to_string(),
    }
}

fn text_of(field: &Field, text: &str, model: &Model, language: Language) -> String {
    let title = match field.kind {
        FieldKind::Choice => model.choices_of(field).iter().find(|c| c.id == text).map(|c| &c.title),
        FieldKind::Department => model.department(text).map(|d| &d.title),
        FieldKind::County | FieldKind::Township | FieldKind::Park => model.region(text).map(|r| &r.title),
        _ => None,
    };
    title.map_or_else(|| text.to_owned(), |t| t.in_language(language).to_owned())
}

/// "是" / "否", "Yes" / "No".
#[must_use]
pub fn yes_or_no(yes: bool, language: Language) -> &'static str {
    match (yes, language) {
        (true, Language::Chinese) => "是",
        (false, Language::Chinese) => "否",
        (true, Language::English) => "Yes",
        (false, Language::English) => "No",
    }
}
