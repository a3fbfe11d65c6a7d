//! The filters of a list: those that may be set, and those that are, each with the address without it.

use std::collections::BTreeMap;

use base::Language;
use engine::field::show::Titles;
use plan::pack::{FieldKind, Model, RegionKind, Register};

use super::address::{EMPTY, HEAD, Wanted};
use super::fields::choice;
use super::list::label;
use crate::text::say;
use crate::view::form::Choice;
use crate::view::list::{Chip, Filter, FilterControl};

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
        let mut found: Vec<Choice> = Vec::new();
        for region in model.regions.iter().filter(fits) {
            // A region that was renamed stands once.
            if found.iter().all(|c| c.id != *region.code.get_ref()) {
                found.push(plain(region.code.get_ref(), region.title.in_language(language).to_owned()));
            }
        }
        found
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
            FieldKind::Park => Some(regions(RegionKind::Zone, None)),
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
