//! Subjects that are no records: regions by their days, departments, the city. They stand in tables like those of
//! registers, so that one question serves all kinds of subjects.

use std::collections::BTreeMap;

use base::{Day, Id, Instant};
use city::Place;
use plan::pack::duty::FIXED_SUBJECTS;
use plan::pack::{RegionDefinition, RegionKind};
use store::{ChangeSet, Priority, Query, Scope, StoreError, Value};

use super::rows::{Bound, scope_values};
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// A fixed subject as the packs say it on a day.
struct Fixed {
    bound: Bound,
    word: &'static str,
    from: Day,
}

impl Engine {
    /// Brings the tables of fixed subjects to what the packs say for today.
    pub(super) async fn settle_subjects(&self) -> Result<(), EngineError> {
        let today = self.today();
        for kind in FIXED_SUBJECTS {
            let mut wanted: BTreeMap<Id, Fixed> =
                self.fixed_subjects(kind, today).into_iter().map(|f| (f.bound.id, f)).collect();
            let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
            let query = Query::of(table_name(kind), Scope::system("subjects of duties")).limit(100_000);
            for row in self.database.select(&query).await? {
                let (id, gone) = (row.id("id")?, row.int("removed_at")? != 0);
                match wanted.remove(&id) {
                    Some(now) if gone || row.text("title")? != now.bound.title => {
                        set.update(table_name(kind), id, None, values(&now, self.now()));
                    }
                    None if !gone => {
                        let values = vec![("removed_at".into(), Value::Int(self.now().0))];
                        set.update(table_name(kind), id, None, values);
                    }
                    _ => {}
                }
            }
            for (id, fixed) in &wanted {
                set.insert(table_name(kind), *id, values(fixed, self.now()));
            }
            if !set.changes.is_empty() {
                match self.database.apply(set).await {
                    // Another process was faster.
                    Ok(_) | Err(store::WriteError::Duplicate { .. } | store::WriteError::Conflict { .. }) => {
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    fn fixed_subjects(&self, kind: &str, day: Day) -> Vec<Fixed> {
        let regions = self.model.regions.iter().filter(|r| r.from <= day && r.until.is_none_or(|u| day <= u));
        match kind {
            "county" => regions.filter_map(county).collect(),
            "township" => regions.filter(|r| r.kind == RegionKind::Township).map(township).collect(),
            "park" => regions.filter(|r| r.kind == RegionKind::Zone && !r.county_rank).map(park).collect(),
            "city" => regions.filter(|r| r.kind == RegionKind::City).take(1).map(city_itself).collect(),
            _ => {
                let exists = |d: &&plan::pack::Department| city::departments::exists_on(d, day);
                self.model.departments.iter().filter(exists).map(department).collect()
            }
        }
    }
}

fn fixed(kind: &str, code: &str, title: &str, word: &'static str, from: Day, place: Place) -> Fixed {
    let bound = Bound {
        kind: kind.to_owned(),
        id: fixed_id(kind, code),
        code: code.to_owned(),
        title: title.to_owned(),
        place,
    };
    Fixed { bound, word, from }
}

fn county(region: &RegionDefinition) -> Option<Fixed> {
    let code = region.code.get_ref().as_str();
    match region.kind {
        RegionKind::County => {
            // GB/T 2260: 01 to 20 are districts, 21 and above counties and cities of their rank.
            let number: u32 = code.get(4..6).and_then(|n| n.parse().ok()).unwrap_or(0);
            let word = if number <= 20 { "district" } else { "county" };
            let place = Place { county: code.to_owned(), ..Place::default() };
            Some(fixed("county", code, &region.title.zh, word, region.from, place))
        }
        RegionKind::Zone if region.county_rank => {
            let place = Place { park: code.to_owned(), ..Place::default() };
            Some(fixed("county", code, &region.title.zh, "zone", region.from, place))
        }
        _ => None,
    }
}

fn township(region: &RegionDefinition) -> Fixed {
    let code = region.code.get_ref();
    let county = region.parent.clone().unwrap_or_default();
    let place = Place { county, township: code.clone(), ..Place::default() };
    fixed("township", code, &region.title.zh, "township", region.from, place)
}

fn park(region: &RegionDefinition) -> Fixed {
    let code = region.code.get_ref();
    let place = Place { park: code.clone(), ..Place::default() };
    fixed("park", code, &region.title.zh, "zone", region.from, place)
}

fn city_itself(region: &RegionDefinition) -> Fixed {
    fixed("city", region.code.get_ref(), &region.title.zh, "city", region.from, Place::default())
}

/// A department stands in the first sector that it leads: there its own people see what it owes.
fn department(department: &plan::pack::Department) -> Fixed {
    let sector = department.sectors.first().cloned().unwrap_or_default();
    let place = Place { sector, ..Place::default() };
    let from = department.from.unwrap_or(Day::from_days_since_1970(0));
    fixed("department", department.id.get_ref(), &department.title.zh, "department", from, place)
}

/// The id of a fixed subject follows from kind and code: FNV-1a, 128 bits, as for records that come with packs.
pub(super) fn fixed_id(kind: &str, code: &str) -> Id {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in kind.bytes().chain([0]).chain(code.bytes()) {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
    }
    Id::from_u128(hash)
}

/// A subject counts from the day on which the program learns of it, as a record does from when it was entered: nobody is
/// late for what lay before.
fn values(fixed: &Fixed, now: Instant) -> Vec<(String, Value)> {
    let mut values = scope_values(&fixed.bound.place);
    values.extend([
        ("code".into(), Value::Text(fixed.bound.code.clone())),
        ("title".into(), Value::Text(fixed.bound.title.clone())),
        ("kind".into(), Value::Text(fixed.word.to_owned())),
        ("created_at".into(), Value::Int(Instant::start_of(fixed.from).max(now).0)),
        ("removed_at".into(), Value::Int(0)),
    ]);
    values
}

/// The subject in a row of the table of its kind.
pub(super) fn subject_of(kind: &str, row: &store::Row) -> Result<Bound, StoreError> {
    Ok(Bound {
        kind: kind.to_owned(),
        id: row.id("id")?,
        code: row.text("code")?.to_owned(),
        title: row.text("title")?.to_owned(),
        place: crate::record::read::place_of(row)?,
    })
}
