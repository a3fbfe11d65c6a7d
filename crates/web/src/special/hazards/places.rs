//! Where hazards are open: by county for offices, by unit for an enterprise.

use std::collections::{BTreeMap, HashMap};

use base::Id;
use city::Actor;
use engine::dashboard::Counts;
use engine::record::list::{Filter, ListRequest};

use super::is_open;
use crate::app::App;
use crate::errors::Failure;
use crate::special::facts::{self, grouped};
use crate::special::links;
use crate::special::text::Words;

/// A county or unit with what is open there.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) count: i64,
    pub(super) number: String,
    pub(super) href: String,
}

/// Open hazards by county, the most first.
pub(super) fn by_county(app: &App, w: Words, register: &str, by_state: &Counts) -> Vec<Place> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for ((county, value), number) in &by_state.by_county {
        if is_open(app, value) {
            *sums.entry(county).or_default() += number;
        }
    }
    let on = app.regions().on(app.engine().today());
    let one = |(county, count): (&str, i64)| Place {
        name: on.name(county).map_or_else(|| w.t("risks.no_county"), |t| t.in_language(w.0).to_owned()),
        count,
        number: grouped(count),
        href: links::list(register, &[("county", county), ("view", "open")]),
    };
    let mut places: Vec<Place> = sums.into_iter().map(one).collect();
    places.sort_by_key(|p| std::cmp::Reverse(p.count));
    places
}

/// Open hazards of an enterprise by unit. An enterprise has few; what lies beyond the first thousands is in the list.
pub(super) async fn by_unit(
    app: &App,
    actor: &Actor,
    w: Words,
    register: &str,
) -> Result<Vec<Place>, Failure> {
    let request = ListRequest { filters: vec![Filter::Open], limit: facts::MOST, ..ListRequest::default() };
    let found = app.engine().list(actor, register, &request).await?.records;
    let titles =
        app.engine().titles(app.engine().register(register)?, found.iter().map(|r| &r.facts)).await?;
    let mut sums: HashMap<Option<Id>, i64> = HashMap::new();
    for hazard in &found {
        *sums.entry(facts::reference(hazard, "unit")).or_default() += 1;
    }
    let one = |(unit, count): (Option<Id>, i64)| {
        let id = unit.map_or_else(|| crate::build::address::EMPTY.to_owned(), |u| u.to_string());
        Place {
            name: unit.and_then(|u| titles.get(&u).cloned()).unwrap_or_else(|| w.t("checks.no_unit")),
            count,
            number: grouped(count),
            href: links::list(register, &[("unit", &id), ("view", "open")]),
        }
    };
    let mut places: Vec<Place> = sums.into_iter().map(one).collect();
    places.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Ok(places)
}
