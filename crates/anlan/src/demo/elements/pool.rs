//! The records that exist, for references and for judging conditions that read other records.

use std::collections::BTreeMap;

use base::{Chance, Id};
use city::Place;
use engine::record::Record;
use judge::{Fact, Facts, Rows};

/// Records kept by register.
#[derive(Default)]
pub(super) struct Pool {
    places: BTreeMap<String, Vec<(Id, Place)>>,
    /// The records with everything that conditions read of them.
    pub(super) rows: Rows,
}

impl Pool {
    /// Keeps a record, or what it has become.
    pub(super) fn keep(&mut self, record: &Record) {
        let known = self.places.entry(record.register.clone()).or_default();
        if !known.iter().any(|(id, _)| *id == record.id) {
            known.push((record.id, record.place.clone()));
        }
        self.rows.put(&record.register, record.id, whole(record));
    }

    /// Where a record stands.
    pub(super) fn place(&self, register: &str, id: Id) -> Place {
        let all = self.places.get(register).map(Vec::as_slice).unwrap_or_default();
        all.iter().find(|(known, _)| *known == id).map(|(_, place)| place.clone()).unwrap_or_default()
    }

    /// How many of a register are kept.
    pub(super) fn count(&self, register: &str) -> usize {
        self.places.get(register).map_or(0, Vec::len)
    }

    /// Records of a register that a record at `place` may refer to: of the same organisation, or of no organisation and
    /// the same county, or of no place at all; in that order.
    pub(super) fn fitting(&self, register: &str, place: &Place) -> Vec<Id> {
        let all = self.places.get(register).map(Vec::as_slice).unwrap_or_default();
        let rank = |p: &Place| {
            if !place.organisation.is_nil() && p.organisation == place.organisation {
                Some(0)
            } else if !p.organisation.is_nil() && !place.organisation.is_nil() {
                None
            } else if !p.county.is_empty() && p.county == place.county {
                Some(1)
            } else if p.county.is_empty() && p.organisation.is_nil() {
                Some(2)
            } else if place.county.is_empty() && place.organisation.is_nil() {
                Some(3)
            } else {
                None
            }
        };
        let mut ranked: Vec<(u8, Id)> = all.iter().filter_map(|(id, p)| Some((rank(p)?, *id))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, id)| id).collect()
    }

    /// One of them.
    pub(super) fn pick(&self, register: &str, place: &Place, chance: &mut dyn Chance) -> Option<Id> {
        let fitting = self.fitting(register, place);
        // The first few fit best.
        let among = fitting.len().min(6) as u64;
        fitting.get(usize::try_from(chance.below(among)).unwrap_or(0)).copied()
    }
}

/// The facts of a record with those that every record has, as expressions read them.
pub(super) fn whole(record: &Record) -> Facts {
    let mut facts = placed(&record.facts, &record.place);
    facts.insert("id", Fact::Reference(record.id));
    facts.insert("code", Fact::Text(record.code.clone()));
    facts.insert("title", Fact::Text(record.title.clone()));
    facts.insert("created_at", Fact::Instant(record.created_at));
    facts.insert("updated_at", Fact::Instant(record.updated_at));
    if let Some(case) = &record.case {
        facts.insert("procedure", Fact::Text(case.procedure.clone()));
        facts.insert("state", Fact::Text(case.state.clone()));
        facts.insert("open", Fact::YesNo(case.open));
        facts.insert("opened_at", Fact::Instant(case.opened_at));
        if case.closed_at.0 != 0 {
            facts.insert("closed_at", Fact::Instant(case.closed_at));
        }
    }
    facts
}

/// Facts with those of their place, where they have none of their own.
pub(super) fn placed(facts: &Facts, place: &Place) -> Facts {
    let mut facts = facts.clone();
    let parts = [
        ("county", &place.county),
        ("township", &place.township),
        ("sector", &place.sector),
        ("park", &place.park),
    ];
    for (name, value) in parts {
        if !value.is_empty() && facts.get(name).is_none_or(Fact::is_empty) {
            facts.insert(name.to_owned(), Fact::Text(value.clone()));
        }
    }
    if !place.organisation.is_nil() {
        facts.insert("organisation", Fact::Reference(place.organisation));
    }
    facts
}
