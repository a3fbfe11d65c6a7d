//! Storing groups by version: what differs from the last version gets a row, and the row before it says until when it held.

use std::collections::BTreeMap;

use base::{Day, Id, Period};
use judge::indicator::{Shape, Tally};
use plan::pack::Indicator;
use store::{ChangeSet, Condition, Direction, Priority, Query, Row, Scope, StoreError, Value};

use super::Run;
use super::compute::Computed;
use super::groups::GroupKey;
use super::tables::{INDICATOR_RUN, INDICATOR_VALUE};
use crate::{Engine, EngineError};

/// Groups of one indicator and period; more would be groups by single records of a whole city.
pub(super) const MOST_GROUPS: u32 = 500_000;

impl Engine {
    /// The last version of an indicator's period, with its row.
    pub(super) async fn last_run(
        &self,
        indicator: &str,
        period: Period,
    ) -> Result<Option<(Id, Run)>, EngineError> {
        let query = Query::of(INDICATOR_RUN, Scope::system("versions of figures"))
            .filter(Condition::eq("indicator", indicator))
            .filter(Condition::eq("period", period.code()))
            .sort("number", Direction::Descending);
        let row = self.database.first(&query).await?;
        Ok(row.map(|row| Ok::<_, StoreError>((row.id("id")?, run_of(&row)?))).transpose()?)
    }

    pub(super) async fn keep_groups(
        &self,
        indicator: &Indicator,
        period: Period,
        as_of: Day,
        before: Option<&(Id, Run)>,
        counted: &BTreeMap<GroupKey, Tally>,
    ) -> Result<Computed, EngineError> {
        let now = self.now();
        let stored = match before {
            Some(_) => self.latest_groups(indicator.name(), period).await?,
            None => BTreeMap::new(),
        };
        let gone =
            stored.iter().filter(|(key, (_, old))| !counted.contains_key(key) && *old != Tally::default());
        let gone: Vec<(&GroupKey, Tally)> = gone.map(|(key, _)| (key, Tally::default())).collect();
        let differs = |(key, new): &(&GroupKey, Tally)| stored.get(*key).is_none_or(|(_, old)| old != new);
        let changed: Vec<(&GroupKey, Tally)> =
            counted.iter().map(|(k, t)| (k, *t)).chain(gone).filter(differs).collect();
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        if let (Some((id, _)), true) = (before, changed.is_empty()) {
            let values = vec![("checked_at".into(), now.into()), ("as_of".into(), Value::from(as_of))];
            set.update(INDICATOR_RUN, *id, None, values);
            self.database.apply(set).await?;
            return Ok(Computed::Same);
        }
        let number = before.map_or(1, |(_, run)| run.number + 1);
        let (pack, shape) = (self.packs_in_force(), Shape::of(indicator));
        set.insert(
            INDICATOR_RUN,
            self.new_id(),
            vec![
                ("indicator".into(), indicator.name().into()),
                ("period".into(), period.code().into()),
                ("number".into(), Value::Int(number)),
                ("as_of".into(), Value::from(as_of)),
                ("computed_at".into(), now.into()),
                ("checked_at".into(), now.into()),
                ("pack".into(), pack.as_str().into()),
            ],
        );
        for (key, tally) in changed {
            if let Some((id, _)) = stored.get(key) {
                set.update(INDICATOR_VALUE, *id, None, vec![("replaced".into(), Value::Int(number))]);
            }
            let mut values = vec![
                ("indicator".into(), indicator.name().into()),
                ("period".into(), period.code().into()),
                ("number".into(), Value::Int(number)),
                ("replaced".into(), Value::Int(0)),
                ("computed_at".into(), now.into()),
                ("pack".into(), pack.as_str().into()),
                ("value".into(), Value::from(tally.value(shape))),
            ];
            values.extend(key_values(key));
            values.extend(tally_values(&tally));
            set.insert(INDICATOR_VALUE, self.new_id(), values);
        }
        self.database.apply(set).await?;
        Ok(Computed::Changed)
    }

    /// The groups of the last version with their rows.
    async fn latest_groups(
        &self,
        indicator: &str,
        period: Period,
    ) -> Result<BTreeMap<GroupKey, (Id, Tally)>, EngineError> {
        let query = Query::of(INDICATOR_VALUE, Scope::system("versions of figures"))
            .filter(Condition::eq("indicator", indicator))
            .filter(Condition::eq("period", period.code()))
            .filter(Condition::Eq("replaced".into(), Value::Int(0)))
            .limit(MOST_GROUPS);
        let mut found = BTreeMap::new();
        for row in self.database.select(&query).await? {
            found.insert(key_of(&row)?, (row.id("id")?, tally_of(&row)?));
        }
        Ok(found)
    }
}

fn key_values(key: &GroupKey) -> Vec<(String, Value)> {
    let of = |dimension: &str| if key.dimension == dimension { key.key.as_str() } else { "" };
    vec![
        ("dimension".into(), key.dimension.as_str().into()),
        ("value_key".into(), key.key.as_str().into()),
        ("county".into(), key.county.as_str().into()),
        ("township".into(), of("township").into()),
        ("sector".into(), of("sector").into()),
        ("park".into(), of("park").into()),
    ]
}

fn tally_values(tally: &Tally) -> Vec<(String, Value)> {
    vec![
        ("counted".into(), Value::Int(tally.rows)),
        ("base".into(), Value::Int(tally.base)),
        ("hit".into(), Value::Int(tally.hit)),
        ("unknown".into(), Value::Int(tally.unknown)),
        ("reported".into(), Value::Int(tally.reported)),
        ("total".into(), Value::Float(tally.sum)),
    ]
}

pub(super) fn key_of(row: &Row) -> Result<GroupKey, StoreError> {
    Ok(GroupKey {
        dimension: row.text("dimension")?.to_owned(),
        key: row.text("value_key")?.to_owned(),
        county: row.text("county")?.to_owned(),
    })
}

pub(super) fn tally_of(row: &Row) -> Result<Tally, StoreError> {
    Ok(Tally {
        rows: row.int("counted")?,
        base: row.int("base")?,
        hit: row.int("hit")?,
        unknown: row.int("unknown")?,
        reported: row.int("reported")?,
        sum: row.float("total")?,
    })
}

pub(super) fn run_of(row: &Row) -> Result<Run, StoreError> {
    Ok(Run {
        number: row.int("number")?,
        as_of: row.opt_day("as_of")?,
        computed_at: row.instant("computed_at")?,
        checked_at: row.instant("checked_at")?,
        pack: row.text("pack")?.to_owned(),
    })
}
