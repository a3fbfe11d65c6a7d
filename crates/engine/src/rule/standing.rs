//! How the rules stand: which are in force, for how many records each fails or cannot be judged, what it brought about.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Day, Id, Instant};
use city::Actor;
use judge::{Missing, Subject, Verdict};
use plan::pack::{Register, Rule};
use store::rollup::{Part, totals};
use store::{Aggregate, Condition, Direction, Query, Scope, Value, Wanted};

use super::act::REFUSED;
use super::effect::{Effect, RULE_COUNT, RULE_EFFECT, effect_of};
use super::fetch::Need;
use super::whole;
use crate::proposal::ProposalSubject;
use crate::record::Record;
use crate::record::read::records_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// How one rule stands within what somebody sees.
#[derive(Debug, Clone)]
pub struct RuleStanding<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Since when it is in force.
    pub since: Option<Day>,
    /// Records that it is judged for, as of `counted_at`.
    pub judged: i64,
    /// Of these, for how many it fails.
    pub failing: i64,
    /// For how many it cannot be judged.
    pub cannot: i64,
    /// When they were counted; None before the first sweep, and for rules on changes.
    pub counted_at: Option<Instant>,
    /// Effects that stand.
    pub standing: i64,
    /// All effects so far.
    pub ever: i64,
    /// Changes refused, in the whole city; None for a reader who does not see the whole city.
    pub refused: Option<i64>,
}

/// A record with why it cannot be judged; nothing where the rule fails.
#[derive(Debug, Clone)]
pub struct JudgedRecord {
    /// The record, as far as the reader sees it.
    pub record: Record,
    /// What is missing.
    pub missing: Vec<Missing>,
    /// What the rule brought about for it.
    pub effect: Option<Effect>,
}

/// The rules of a record's own: what stands, and decisions in force about it.
#[derive(Debug, Clone, Default)]
pub struct OfRecord {
    /// What rules brought about and what stands.
    pub effects: Vec<Effect>,
    /// Decisions in force.
    pub decisions: Vec<Record>,
}

impl Engine {
    /// The rules in force on the present day, on registers that `actor` reads.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rules_standing(&self, actor: &Actor) -> Result<Vec<RuleStanding<'_>>, EngineError> {
        let (today, model) = (self.today(), &self.model);
        let counts = self.rule_counts(actor).await?;
        let effects = self.effect_counts(actor).await?;
        let everywhere = actor.grants.iter().any(|g| g.place == city::Place::default());
        let mut refused: BTreeMap<String, i64> = BTreeMap::new();
        if everywhere {
            let scope = Scope::system("what rules refused");
            for row in totals(&self.database, REFUSED, &scope, &[Part::Value]).await? {
                *refused.entry(row.text("value")?.to_owned()).or_default() += row.int("amount")?;
            }
        }
        let mut found = Vec::new();
        for rule in model.rules.values().filter(|rule| rule.in_force(today, model)) {
            let Some(register) = model.register(rule.register()) else { continue };
            if !self.reads_register(actor, register) {
                continue;
            }
            let (judged, failing, cannot, at) = counts.get(rule.name()).copied().unwrap_or((0, 0, 0, 0));
            let (standing, ever) = effects.get(rule.name()).copied().unwrap_or((0, 0));
            found.push(RuleStanding {
                rule,
                since: rule.begins(model),
                judged,
                failing,
                cannot,
                counted_at: (at > 0).then_some(Instant(at)),
                standing,
                ever,
                refused: everywhere.then(|| refused.get(rule.name()).copied().unwrap_or(0)),
            });
        }
        Ok(found)
    }

    /// Whether any role of `actor` reads records of the register.
    #[must_use]
    pub fn reads_register(&self, actor: &Actor, register: &Register) -> bool {
        actor.grants.iter().any(|grant| self.role_reads(register, &grant.role))
    }

    async fn rule_counts(
        &self,
        actor: &Actor,
    ) -> Result<BTreeMap<String, (i64, i64, i64, i64)>, EngineError> {
        let mut found: BTreeMap<String, (i64, i64, i64, i64)> = BTreeMap::new();
        let query = Query::of(RULE_COUNT, actor.scope(|_| true)).limit(u32::MAX);
        for row in self.database.select(&query).await? {
            let sum = found.entry(row.text("rule")?.to_owned()).or_default();
            sum.0 += row.int("judged")?;
            sum.1 += row.int("failing")?;
            sum.2 += row.int("cannot")?;
            sum.3 = sum.3.max(row.int("at")?);
        }
        Ok(found)
    }

    /// Effects that stand, and all of them, by rule.
    async fn effect_counts(&self, actor: &Actor) -> Result<BTreeMap<String, (i64, i64)>, EngineError> {
        let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for standing in [true, false] {
            let mut query = Aggregate::count(RULE_EFFECT, actor.scope(|_| true)).by("rule");
            if standing {
                query = query.filter(Condition::eq("until", 0_i64));
            }
            for row in self.database.aggregate(&query).await? {
                let sum = found.entry(row.text("rule")?.to_owned()).or_default();
                let count = row.int("count")?;
                if standing { sum.0 = count } else { sum.1 = count }
            }
        }
        Ok(found)
    }

    /// Records of a rule within what `actor` sees, as they are now: those for which it fails, or cannot be judged.
    ///
    /// # Errors
    /// No such rule, none of the actor's registers, a rule on changes, or one that reads what the actor may not read.
    pub async fn judged_records(
        &self,
        actor: &Actor,
        rule: &str,
        wanted: Wanted,
        limit: u32,
    ) -> Result<Vec<JudgedRecord>, EngineError> {
        let rule = self.model.rule(rule).ok_or(EngineError::NotFound)?;
        let register = self.register(rule.register())?;
        if !self.reads_register(actor, register) {
            return Err(EngineError::NotFound);
        }
        let entry = self.rules.entry(rule.name()).ok_or(EngineError::NotFound)?;
        let Some(judged) = entry.judged(self.today(), &self.model) else { return Ok(Vec::new()) };
        let query = Query::of(table_name(register.name()), self.scope(actor, register))
            .filter(Condition::eq("removed_at", 0_i64))
            .filter(Condition::Judged(judged, wanted))
            .sort("id", Direction::Descending)
            .limit(limit);
        let rows = self.database.select(&query).await?;
        let records = records_of(register, rows)?;
        let mut effects = self.effects_on(records.iter().map(|r| r.id), Some(rule.name())).await?;
        let mut missing = match wanted {
            Wanted::CannotBeJudged => self.missing(rule, &records).await?,
            _ => BTreeMap::new(),
        };
        Ok(records
            .into_iter()
            .map(|mut record| {
                self.cut_protected(actor, register, &mut record);
                JudgedRecord {
                    missing: missing.remove(&record.id).unwrap_or_default(),
                    effect: effects.remove(&(rule.name().to_owned(), record.id)),
                    record,
                }
            })
            .collect())
    }

    /// What is missing for judging each of these records.
    async fn missing(
        &self,
        rule: &Rule,
        records: &[Record],
    ) -> Result<BTreeMap<Id, Vec<Missing>>, EngineError> {
        let Some(entry) = self.rules.entry(rule.name()) else { return Ok(BTreeMap::new()) };
        let states: Vec<_> = records.iter().map(|r| (r.id, Arc::new(whole(r)))).collect();
        let needs: Vec<Need<'_>> = states
            .iter()
            .map(|(id, facts)| Need { roots: vec![(*id, Arc::clone(facts))], routes: &entry.routes })
            .collect();
        let fetched = self.fetch(&needs).await?;
        let mut found = BTreeMap::new();
        for (id, facts) in &states {
            let subject = Subject { id: *id, facts };
            if let Some(Verdict::CannotBeJudged(missing)) =
                entry.state(subject, &fetched.rows, self.today(), &self.model)
            {
                found.insert(*id, missing);
            }
        }
        Ok(found)
    }

    /// What rules have brought about lately within what `actor` sees, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rule_effects(
        &self,
        actor: &Actor,
        rule: &str,
        limit: u32,
    ) -> Result<Vec<Effect>, EngineError> {
        let query = Query::of(RULE_EFFECT, actor.scope(|_| true))
            .filter(Condition::eq("rule", rule))
            .sort("id", Direction::Descending)
            .limit(limit);
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(effect_of).collect::<Result<_, _>>()?)
    }

    /// What stands about a record that the caller has shown to be visible: warnings, what was opened, decisions in
    /// force. What is only proposed, and of whom, is for those who read proposals at its place.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rules_of_record(&self, actor: &Actor, record: &Record) -> Result<OfRecord, EngineError> {
        if self.model.rules.is_empty() && self.proposals().is_err() {
            return Ok(OfRecord::default());
        }
        let query = Query::of(RULE_EFFECT, Scope::system("what stands about a visible record"))
            .filter(Condition::eq("record", record.id))
            .filter(Condition::Eq("until".into(), Value::Int(0)))
            .limit(100);
        let rows = self.database.select(&query).await?;
        let mut effects: Vec<Effect> = rows.iter().map(effect_of).collect::<Result<_, _>>()?;
        let roles = actor.roles_over(&record.place);
        let proposes = self
            .proposals()
            .is_ok_and(|(register, _)| roles.iter().any(|role| self.role_reads(register, role)));
        effects.retain(|effect| match effect.kind.as_str() {
            "propose" | "notify" => proposes,
            _ => true,
        });
        let subject = ProposalSubject::from(record);
        Ok(OfRecord { effects, decisions: self.decisions_in_force(&subject.id).await? })
    }
}
