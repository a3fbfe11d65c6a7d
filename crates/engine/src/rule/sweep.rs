//! Rules in sweeps: the database finds the records for which a rule fails, chunk by chunk; what follows is written at
//! low priority. Running it again brings about nothing twice.

use std::collections::BTreeMap;

use base::{Id, Instant};
use plan::pack::{ConsequenceKind, Rule, Sweep};
use store::{
    Aggregate, ChangeSet, Condition, Direction, Measure, Priority, Query, Scope, Value, Wanted, WriteError,
};

use super::book::Entry;
use super::effect::{Effect, RULE_COUNT, RULE_EFFECT, effect_of, place_values};
use crate::record::Record;
use crate::record::read::records_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Records taken per chunk.
const CHUNK: u32 = 500;

/// What a sweep of the rules did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RulesSwept {
    /// Rules judged.
    pub rules: u64,
    /// Records for which something was opened, proposed, told or warned.
    pub acted: u64,
    /// Records for which a rule holds again.
    pub healed: u64,
}

impl Engine {
    /// Judges all records by the rules whose sweep is due: once a day or once a month each.
    ///
    /// # Errors
    /// The database failed; what was swept before stays swept.
    pub async fn sweep_rules(&self) -> Result<RulesSwept, EngineError> {
        let mut swept = RulesSwept::default();
        if self.model.rules.is_empty() {
            return Ok(swept);
        }
        let last = self.last_runs().await?;
        let today = self.today();
        for rule in self.model.rules.values().filter(|rule| rule.in_force(today, &self.model)) {
            let Some(entry) = self.rules.entry(rule.name()) else { continue };
            let now = today.to_string();
            let before = last.get(rule.name()).map(String::as_str).unwrap_or_default();
            let due = match entry.sweep {
                Sweep::None => rule.must.is_some() && before != now,
                Sweep::Day => before != now,
                Sweep::Month => before.get(..7) != now.get(..7),
            };
            if due {
                self.sweep_rule(rule, entry, &mut swept).await?;
            }
        }
        Ok(swept)
    }

    async fn sweep_rule(
        &self,
        rule: &Rule,
        entry: &Entry,
        swept: &mut RulesSwept,
    ) -> Result<(), EngineError> {
        if entry.sweep != Sweep::None && rule.otherwise.kind() != ConsequenceKind::Refuse {
            self.sweep_failing(rule, entry, swept).await?;
            self.sweep_healed(rule, entry, swept).await?;
        }
        self.count_rule(rule, entry).await?;
        swept.rules += 1;
        Ok(())
    }

    /// Acts on the records for which the rule fails.
    async fn sweep_failing(
        &self,
        rule: &Rule,
        entry: &Entry,
        swept: &mut RulesSwept,
    ) -> Result<(), EngineError> {
        let register = self.register(rule.register())?;
        let mut after = Id::NIL;
        loop {
            let Some((guard, must)) = entry.apart(self.today(), &self.model) else { return Ok(()) };
            let mut query = Query::of(table_name(register.name()), Scope::system("sweep of rules"))
                .filter(Condition::eq("removed_at", 0_i64))
                .filter(Condition::Greater("id".into(), Value::Id(after)));
            if let Some(guard) = guard {
                query = query.filter(Condition::Judged(guard, Wanted::Holds));
            }
            query = query
                .filter(Condition::Judged(must, Wanted::Fails))
                .sort("id", Direction::Ascending)
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            let records: Vec<Record> = records_of(register, rows)?;
            let Some(last) = records.last() else { return Ok(()) };
            after = last.id;
            let effects = self.effects_on(records.iter().map(|r| r.id), Some(rule.name())).await?;
            let mut sets = Vec::new();
            for record in &records {
                let effect = effects.get(&(rule.name().to_owned(), record.id));
                let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
                if self.act_on(rule, record, effect, &mut set).await? {
                    sets.push(set);
                }
            }
            swept.acted += self.store_each(sets).await?;
            if records.len() < CHUNK as usize {
                return Ok(());
            }
        }
    }

    /// Ends what stands although the rule holds again, or the record is gone.
    async fn sweep_healed(
        &self,
        rule: &Rule,
        entry: &Entry,
        swept: &mut RulesSwept,
    ) -> Result<(), EngineError> {
        let register = self.register(rule.register())?;
        let mut after = Id::NIL;
        loop {
            let query = Query::of(RULE_EFFECT, Scope::system("sweep of rules"))
                .filter(Condition::eq("rule", rule.name()))
                .filter(Condition::eq("until", 0_i64))
                .filter(Condition::Greater("id".into(), Value::Id(after)))
                .sort("id", Direction::Ascending)
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            let effects: Vec<Effect> = rows.iter().map(effect_of).collect::<Result<_, _>>()?;
            let Some(last) = effects.last() else { return Ok(()) };
            after = last.id;
            let Some(judged) = entry.judged(self.today(), &self.model) else { return Ok(()) };
            let ids = effects.iter().map(|e| Value::Id(e.record)).collect();
            let query = Query::of(table_name(register.name()), Scope::system("sweep of rules"))
                .columns(&["id"])
                .filter(Condition::In("id".into(), ids))
                .filter(Condition::eq("removed_at", 0_i64))
                .verdict("verdict", judged)
                .limit(CHUNK);
            let mut verdicts: BTreeMap<Id, i64> = BTreeMap::new();
            for row in self.database.select(&query).await? {
                verdicts.insert(row.id("id")?, row.int("verdict")?);
            }
            let mut sets = Vec::new();
            for effect in &effects {
                // 1 holds, 0 fails, 2 cannot be judged; a record that is gone has no verdict.
                if verdicts.get(&effect.record).is_none_or(|verdict| *verdict == 1) {
                    let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
                    self.heal(rule, effect, &mut set).await?;
                    sets.push(set);
                }
            }
            swept.healed += self.store_each(sets).await?;
            if effects.len() < CHUNK as usize {
                return Ok(());
            }
        }
    }

    /// Stores each set by itself; what another one was faster with is left to the next sweep.
    async fn store_each(&self, sets: Vec<ChangeSet>) -> Result<u64, EngineError> {
        let mut stored = 0;
        if sets.is_empty() {
            return Ok(stored);
        }
        for result in self.database.apply_bulk(sets).await {
            match result {
                Ok(_) => stored += 1,
                Err(WriteError::Conflict { .. } | WriteError::Duplicate { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(stored)
    }

    /// Counts, by county, for how many records the rule fails or cannot be judged.
    async fn count_rule(&self, rule: &Rule, entry: &Entry) -> Result<(), EngineError> {
        let (today, now): (_, Instant) = (self.today(), self.now());
        let Some(judged) = entry.judged(today, &self.model) else { return Ok(()) };
        let register = self.register(rule.register())?;
        let scoped = register.scope != plan::pack::ScopeFrom::Shared;
        let mut query = Aggregate::count(table_name(register.name()), Scope::system("sweep of rules"))
            .filter(Condition::eq("removed_at", 0_i64))
            .measure("failing", Measure::Judged(judged.clone(), Wanted::Fails))
            .measure("cannot", Measure::Judged(judged, Wanted::CannotBeJudged));
        if scoped {
            query = query.by("county");
        }
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        let (mut counties, rows) = (Vec::new(), self.database.aggregate(&query).await?);
        let put = |county: &str, judged: i64, failing: i64, cannot: i64, set: &mut ChangeSet| {
            let place = city::Place { county: county.to_owned(), ..city::Place::default() };
            let mut values = place_values(&place);
            values.extend([
                ("id".to_owned(), Value::Id(self.new_id_at(now))),
                ("rule".to_owned(), Value::Text(rule.name().to_owned())),
                ("judged".to_owned(), Value::Int(judged)),
                ("failing".to_owned(), Value::Int(failing)),
                ("cannot".to_owned(), Value::Int(cannot)),
                ("at".to_owned(), Value::Int(now.0)),
            ]);
            set.changes.push(store::Change::Upsert {
                table: RULE_COUNT.into(),
                key: vec!["rule".into(), "county".into()],
                values,
            });
        };
        for row in &rows {
            let county = if scoped { row.text("county")? } else { "" };
            put(county, row.int("count")?, row.int("failing")?, row.int("cannot")?, &mut set);
            counties.push(county.to_owned());
        }
        // A county that has no such record any more counts none.
        let known = Query::of(RULE_COUNT, Scope::system("sweep of rules"))
            .columns(&["id", "county"])
            .filter(Condition::eq("rule", rule.name()))
            .limit(u32::MAX);
        for row in self.database.select(&known).await? {
            let county = row.text("county")?;
            if !counties.iter().any(|c| c == county) {
                put(county, 0, 0, 0, &mut set);
            }
        }
        set.changes.push(self.run_change(rule.name(), &today.to_string(), now));
        self.database.apply(set).await?;
        Ok(())
    }
}
