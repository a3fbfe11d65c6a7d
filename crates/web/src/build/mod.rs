//! From records and packs to what pages show, and from what forms sent to facts.

pub(crate) mod address;
pub(crate) mod case;
pub(crate) mod clause;
pub(crate) mod elements;
pub(crate) mod fields;
pub(crate) mod files;
pub(crate) mod filters;
pub(crate) mod frame;
pub(crate) mod gantt;
pub(crate) mod given;
pub(crate) mod list;
pub(crate) mod people;
pub(crate) mod public_address;
pub(crate) mod record;
pub(crate) mod rows;
pub(crate) mod schedule;
pub(crate) mod share;
pub(crate) mod shelf;
pub(crate) mod standing;
pub(crate) mod time;
pub(crate) mod timetable;
pub(crate) mod titles;
pub(crate) mod uploads;
pub(crate) mod value;
pub(crate) mod workbook;

use plan::pack::{Model, Register};

use crate::view::ClauseChip;
use base::Language;

/// Chips of clauses, with their titles where the packs know them.
pub(crate) fn chips(model: &Model, language: Language, clauses: &[String]) -> Vec<ClauseChip> {
    let title = |id: &String| {
        let found = model.clauses.iter().find(|c| c.id.get_ref() == id);
        found.map(|c| c.title.in_language(language).to_owned()).unwrap_or_default()
    };
    clauses.iter().map(|id| ClauseChip { id: id.clone(), title: title(id) }).collect()
}

/// The heading under which a field stands: its own, or that of the nearest field before it that has one.
pub(crate) fn heading_of(register: &Register, name: &str, language: Language) -> String {
    let at = register.fields.iter().position(|f| f.name() == name).unwrap_or_default();
    let before = register.fields.iter().take(at + 1).rev().find_map(|f| f.group.as_ref());
    before.map(|g| g.in_language(language).to_owned()).unwrap_or_default()
}
