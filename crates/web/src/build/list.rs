//! The list of a register as a page.

use std::collections::BTreeMap;

use base::Language;
use engine::Engine;
use engine::field::show::Titles;
use engine::record::Record;
use engine::record::list::{Count, Page};
use judge::fact::fact;
use plan::pack::{FieldKind, Model, RegionKind, Register, StateKind};

use super::address::{EMPTY, HEAD, Wanted};
use super::fields::choice;
use super::time;
use super::value::{Shower, address};
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::form::Choice;
use crate::view::list::{Chip, Column, Filter, FilterControl, Row, View};

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

/// The columns, with the addresses that sort by them.
pub(crate) fn columns(register: &Register, wanted: &Wanted, language: Language, path: &str) -> Vec<Column> {
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
        Column { label: label(register, name, language), sort, sorted: how }
    };
    register.list.iter().map(column).collect()
}

/// The rows of a page.
pub(crate) fn rows(
    engine: &Engine,
    register: &Register,
    page: &Page,
    titles: &Titles,
    language: Language,
) -> Vec<Row> {
    let shower = Shower { model: &engine.model, language, titles, links: false };
    let row = |record: &Record| Row {
        id: record.id.to_string(),
        href: address(register.name(), record.id),
        cells: register.list.iter().map(|name| cell(engine, register, record, name, &shower)).collect(),
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
    if let Some(field) = register.field(name) {
        let value = fact(&record.facts, name);
        // A case's own limit is shown with what is left of it, while it is open.
        if let (FieldKind::Day, Some(case), Some(day)) = (field.kind, &record.case, value.as_day())
            && case.open
            && name == "deadline"
        {
            return time::due(case.entered_at, engine.now(), base::Instant::end_of(day), shower.language);
        }
        return shower.value(register.name(), record.id, field, value);
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
        ("opened_at", Some(case)) => Shown::text(case.opened_at.local()),
        ("closed_at", Some(case)) if !case.open => Shown::text(case.closed_at.local()),
        ("due_at", Some(case)) if case.open => {
            time::due(case.entered_at, engine.now(), case.due_at, shower.language)
        }
        ("created_at", _) => Shown::text(record.created_at.local()),
        ("updated_at", _) => Shown::text(record.updated_at.local()),
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
    let found = model.regions.iter().find(|r| r.code.get_ref() == code);
    found.map_or_else(|| code.to_owned(), |r| r.title.in_language(language).to_owned())
}

/// Title of a sector: from whichever shared list has it as a sector of enterprises.
pub(crate) fn sector_title(model: &Model, id: &str, language: Language) -> String {
    let enterprise = model.shaped(plan::pack::Shape::Enterprise);
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

/// The choices of a filter: id and title; None where the filter is not chosen from a list.
fn choices_of(
    model: &Model,
    register: &Register,
    name: &str,
    wanted: &Wanted,
    language: Language,
) -> Option<Vec<Choice>> {
    let chosen: Vec<String> = wanted.all(name).map(str::to_owned).collect();
    let plain = |id: &str, title: String| Choice {
        id: id.to_owned(),
        title,
        chosen: chosen.iter().any(|c| c == id),
        ..Choice::default()
    };
    let regions = |kind: RegionKind, within: Option<&str>| {
        let fits = |r: &&plan::pack::RegionDefinition| {
            r.kind == kind && within.is_none_or(|w| r.parent.as_deref() == Some(w))
        };
        model
            .regions
            .iter()
            .filter(fits)
            .map(|r| plain(r.code.get_ref(), r.title.in_language(language).to_owned()))
            .collect()
    };
    if let Some(field) = register.field(name) {
        return match field.kind {
            FieldKind::Choice => {
                Some(model.choices_of(field).iter().map(|c| choice(c, language, &chosen)).collect())
            }
            FieldKind::YesNo => {
                Some(vec![plain("yes", say(language, "value.yes")), plain("no", say(language, "value.no"))])
            }
            FieldKind::County => Some(regions(RegionKind::County, None)),
            FieldKind::Department => Some(
                model
                    .departments
                    .iter()
                    .map(|d| plain(d.id.get_ref(), d.title.in_language(language).to_owned()))
                    .collect(),
            ),
            FieldKind::Township => {
                wanted.all("county").next().map(|county| regions(RegionKind::Township, Some(county)))
            }
            _ => None,
        };
    }
    match name {
        "county" => Some(regions(RegionKind::County, None)),
        "township" => wanted.all("county").next().map(|county| regions(RegionKind::Township, Some(county))),
        "park" => Some(regions(RegionKind::Zone, None)),
        "sector" => {
            let enterprise = model.shaped(plan::pack::Shape::Enterprise)?.field("sector")?;
            Some(model.choices_of(enterprise).iter().map(|c| choice(c, language, &chosen)).collect())
        }
        "procedure" => Some(
            model
                .procedures_of(register.name())
                .map(|p| plain(p.name(), p.title.in_language(language).to_owned()))
                .collect(),
        ),
        "state" => {
            let mut states: BTreeMap<&str, String> = BTreeMap::new();
            for state in model.procedures_of(register.name()).flat_map(|p| &p.states) {
                states.entry(&state.id).or_insert_with(|| state.title.in_language(language).to_owned());
            }
            Some(states.into_iter().map(|(id, title)| plain(id, title)).collect())
        }
        _ => None,
    }
}

/// The filters that a register offers.
pub(crate) fn filters(
    model: &Model,
    register: &Register,
    wanted: &Wanted,
    language: Language,
) -> Vec<Filter> {
    let built = register.filters.iter().filter_map(|name| {
        let control =
            match (choices_of(model, register, name, wanted, language), register.field(name).map(|f| f.kind))
            {
                (Some(choices), _) if !choices.is_empty() => FilterControl::Choices(choices),
                (_, Some(FieldKind::Day | FieldKind::Instant)) => between(wanted, name, "date"),
                (_, Some(FieldKind::Integer | FieldKind::Decimal | FieldKind::Money)) => {
                    between(wanted, name, "text")
                }
                _ => return None,
            };
        Some(Filter { name: name.clone(), label: label(register, name, language), control })
    });
    built.collect()
}

fn between(wanted: &Wanted, name: &str, input: &'static str) -> FilterControl {
    FilterControl::Between {
        from: wanted.one(&format!("{name}.from")).to_owned(),
        to: wanted.one(&format!("{name}.to")).to_owned(),
        input,
    }
}

/// The filters that are set, each with the address without it.
pub(crate) fn chips(
    model: &Model,
    register: &Register,
    wanted: &Wanted,
    titles: &Titles,
    language: Language,
    path: &str,
) -> Vec<Chip> {
    let known = |name: &str| register.field(name).is_some() || HEAD.contains(&name);
    let chip = |(name, value): &(String, String)| {
        let (base, bound) = match (name.strip_suffix(".from"), name.strip_suffix(".to")) {
            (Some(base), _) => (base, say(language, "list.from")),
            (_, Some(base)) => (base, say(language, "list.to")),
            _ => (name.as_str(), String::new()),
        };
        if !known(base) {
            return None;
        }
        let listed = choices_of(model, register, base, wanted, language);
        let title = listed.and_then(|all| all.into_iter().find(|c| c.id == *value)).map(|c| c.title);
        let referred = || value.parse().ok().and_then(|id| titles.get(&id).cloned());
        let shown = if value == EMPTY {
            say(language, "list.empty_filter")
        } else {
            title.or_else(referred).unwrap_or_else(|| value.clone())
        };
        let text = format!(
            "{}{}{bound}{shown}",
            label(register, base, language),
            if language == Language::Chinese { "：" } else { ": " }
        );
        Some(Chip { text, without: wanted.without(name, value).at(path) })
    };
    wanted.0.iter().filter_map(chip).collect()
}

/// The roles that keep a register, in words.
pub(crate) fn keepers(model: &Model, register: &Register, language: Language) -> String {
    let titles =
        register.keeper.iter().filter_map(|r| model.roles.get(r)).map(|r| r.title.in_language(language));
    titles.collect::<Vec<_>>().join(if language == Language::Chinese { "、" } else { ", " })
}
