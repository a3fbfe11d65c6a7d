//! The list of a register as a page.

use base::Language;
use city::Actor;
use engine::Engine;
use engine::field::show::Titles;
use engine::record::Record;
use engine::record::list::{Count, Page};
use judge::fact::fact;
use plan::pack::{Field, Model, Register, Shape, StateKind};

use super::address::Wanted;
use super::time;
use super::value::{Shower, address};
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::list::{Column, Row, View};

/// Title of a column or filter: of the register's field, or of the head of a record.
pub(crate) fn label(register: &Register, name: &str, language: Language) -> String {
    if let Some(field) = register.field(name) {
        return field.title.in_language(language).to_owned();
    }
    let key = match name {
        "code" => "list.code",
        "title" => "list.name",
        "county" => "list.county",
        "township" => "list.township",
        "sector" => "list.sector",
        "park" => "list.park",
        "organisation" => "list.organisation",
        "procedure" => "list.procedure",
        "state" => "list.state",
        "opened_at" => "list.opened",
        "closed_at" => "list.closed",
        "due_at" => "list.due",
        "updated_at" => "list.updated",
        "level" => "list.level",
        _ => "list.created",
    };
    say(language, key)
}

/// Names of the columns of a page: as [`names`], without the days from which the limit of a step is read, since the
/// limit says the same and how much time is left, and without the field `known`, whose value is the same in all rows.
pub(crate) fn shown_names(model: &Model, register: &Register, known: Option<&str>) -> Vec<String> {
    let limits = |name: &String| {
        let mut steps = model.procedures_of(register.name()).flat_map(|p| &p.steps);
        register.cases && steps.any(|s| s.until.as_ref() == Some(name))
    };
    names(register).into_iter().filter(|name| !limits(name) && known != Some(name)).collect()
}

/// The field by which records belong to an enterprise, for readers who belong to one: theirs all have the same.
pub(crate) fn own_enterprise<'a>(model: &Model, actor: &Actor, register: &'a Register) -> Option<&'a str> {
    actor.enterprise()?;
    let enterprises = model.shaped(Shape::Enterprise)?.name();
    let field = register.fields.iter().find(|f| f.to.as_deref() == Some(enterprises))?;
    // Where it is the first column, the rows would lose their way to the record.
    (register.list.first().map(String::as_str) != Some(field.name())).then_some(field.name())
}

/// Names of the columns: those of the register, and for cases the limit of the step that is awaited.
pub(crate) fn names(register: &Register) -> Vec<String> {
    let mut names = register.list.clone();
    if register.cases && !names.iter().any(|n| n == "due_at") {
        names.push("due_at".to_owned());
    }
    names
}

/// The columns, with the addresses that sort by them.
pub(crate) fn columns(
    names: &[String],
    register: &Register,
    wanted: &Wanted,
    language: Language,
    path: &str,
) -> Vec<Column> {
    let sorted = wanted.one("sort");
    let column = |name: &String| {
        let sortable = register.sorts.contains(name) || (register.cases && name == "due_at");
        let (sort, how) = match (sortable, sorted) {
            (false, _) => (String::new(), ""),
            (true, s) if s == name => (wanted.with("sort", &format!("-{name}")).at(path), "ascending"),
            (true, s) if s.strip_prefix('-') == Some(name) => {
                (wanted.with("sort", "").at(path), "descending")
            }
            (true, _) => (wanted.with("sort", name).at(path), ""),
        };
        let lead = *name == register.title_from;
        Column { label: label(register, name, language), sort, sorted: how, lead }
    };
    names.iter().map(column).collect()
}

/// The rows of a page.
pub(crate) fn rows(
    engine: &Engine,
    register: &Register,
    names: &[String],
    page: &Page,
    titles: &Titles,
    language: Language,
) -> Vec<Row> {
    let shower = Shower { model: &engine.model, language, titles, links: false, files: None };
    let columns: Vec<(&str, Option<&Field>)> =
        names.iter().map(|name| (name.as_str(), register.field(name))).collect();
    let row = |record: &Record| Row {
        id: record.id.to_string(),
        href: address(register.name(), record.id),
        cells: columns.iter().map(|(name, field)| cell_of(engine, record, name, *field, &shower)).collect(),
    };
    page.records.iter().map(row).collect()
}

/// The value of a column: of a field, or of the head.
pub(crate) fn cell(
    engine: &Engine,
    register: &Register,
    record: &Record,
    name: &str,
    shower: &Shower<'_>,
) -> Shown {
    cell_of(engine, record, name, register.field(name), shower)
}

/// The same where the field of the column is known.
fn cell_of(
    engine: &Engine,
    record: &Record,
    name: &str,
    field: Option<&Field>,
    shower: &Shower<'_>,
) -> Shown {
    if let Some(field) = field {
        let value = fact(&record.facts, name);
        if let (true, Some(day)) = (field.lapses, value.as_day()) {
            return time::lapse(engine.today(), day, shower.language);
        }
        return shower.value(&record.register, record.id, field, value);
    }
    let model = shower.model;
    let region = |code: &str| region_title(model, code, shower.language);
    match (name, &record.case) {
        ("code", _) => Shown::Code(record.code.clone()),
        ("title", _) => Shown::text(record.title.clone()),
        ("county", _) => Shown::text(region(&record.place.county)),
        ("township", _) => Shown::text(region(&record.place.township)),
        ("park", _) => Shown::text(region(&record.place.park)),
        ("sector", _) => Shown::text(sector_title(model, &record.place.sector, shower.language)),
        ("state", Some(case)) => state(model, &case.procedure, &case.state, shower.language),
        ("procedure", Some(case)) => Shown::text(procedure_title(model, &case.procedure, shower.language)),
        ("opened_at", Some(case)) => Shown::Whole(case.opened_at.local()),
        ("closed_at", Some(case)) if !case.open => Shown::Whole(case.closed_at.local()),
        ("due_at", Some(case)) if case.open => {
            time::due(case.entered_at, engine.now(), case.due_at, shower.language)
        }
        ("created_at", _) => Shown::Whole(record.created_at.local()),
        ("updated_at", _) => Shown::Whole(record.updated_at.local()),
        _ => Shown::Nothing,
    }
}

/// The state of a case in words.
pub(crate) fn state(model: &Model, procedure: &str, state: &str, language: Language) -> Shown {
    let found = model.procedure(procedure).and_then(|p| p.state(state));
    match found {
        Some(found) => {
            let kind = match found.kind {
                StateKind::Open => "open",
                StateKind::Closed => "closed",
                StateKind::Void => "void",
            };
            Shown::State { word: found.title.in_language(language).to_owned(), kind }
        }
        None => Shown::text(state),
    }
}

/// Title of a procedure.
pub(crate) fn procedure_title(model: &Model, id: &str, language: Language) -> String {
    model.procedure(id).map_or_else(|| id.to_owned(), |p| p.title.in_language(language).to_owned())
}

/// Title of a region, or its code.
pub(crate) fn region_title(model: &Model, code: &str, language: Language) -> String {
    model.region(code).map_or_else(|| code.to_owned(), |r| r.title.in_language(language).to_owned())
}

/// Title of a sector: from whichever shared list has it as a sector of enterprises.
pub(crate) fn sector_title(model: &Model, id: &str, language: Language) -> String {
    let enterprise = model.shaped(Shape::Enterprise);
    let choices = enterprise.and_then(|r| r.field("sector")).map(|f| model.choices_of(f)).unwrap_or_default();
    choices
        .iter()
        .find(|c| c.id == id)
        .map_or_else(|| id.to_owned(), |c| c.title.in_language(language).to_owned())
}

/// "123 records", "1000+ records".
pub(crate) fn count(count: Count, language: Language) -> String {
    match count {
        Count::Exactly(n) => fill(language, "list.count", &[("count", &n.to_string())]),
        Count::MoreThan(n) => fill(language, "list.count_more", &[("count", &n.to_string())]),
    }
}

/// The quick views of a register of cases.
pub(crate) fn views(register: &Register, wanted: &Wanted, language: Language, path: &str) -> Vec<View> {
    if !register.cases {
        return Vec::new();
    }
    let view = |name: &str, key: &str| View {
        label: say(language, key),
        href: wanted.with("view", name).at(path),
        active: wanted.one("view") == name,
    };
    vec![view("", "list.all"), view("open", "list.open"), view("late", "list.late")]
}

/// The roles that keep a register, in words.
pub(crate) fn keepers(model: &Model, register: &Register, language: Language) -> String {
    let titles =
        register.keeper.iter().filter_map(|r| model.roles.get(r)).map(|r| r.title.in_language(language));
    titles.collect::<Vec<_>>().join(if language == Language::Chinese { "、" } else { ", " })
}
