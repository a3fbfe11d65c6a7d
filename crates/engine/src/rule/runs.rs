//! When each rule, publication and reminder was swept last, and which rules are to be swept again because many records
//! came at once.

use std::collections::BTreeMap;

use base::Instant;
use plan::pack::{ConsequenceKind, Field, Register, Rule, Sweep};
use store::{Change, ChangeSet, Priority, Query, Scope, Value};

use super::effect::RULE_RUN;
use crate::field::reader::head_names;
use crate::{Engine, EngineError};

/// Seconds for which nothing more must have come in before rules are swept again after an import: one that goes on is
/// swept once, at its end, and not every minute.
const AT_REST: i64 = 600;

impl Engine {
    /// The day for which each was swept last. What waits for an import to come to rest counts as swept today.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn last_runs(&self) -> Result<BTreeMap<String, String>, EngineError> {
        let query = Query::of(RULE_RUN, Scope::system("when rules were swept")).limit(u32::MAX);
        let mut found = BTreeMap::new();
        for row in self.database.select(&query).await? {
            let (day, at) = (row.text("day")?, row.instant("at")?);
            let waits = day.is_empty() && self.now() < at.plus_seconds(AT_REST);
            let day = if waits { self.today().to_string() } else { day.to_owned() };
            found.insert(row.text("rule")?.to_owned(), day);
        }
        Ok(found)
    }

    /// Notes that `run` was swept for today.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn note_run(&self, run: &str) -> Result<(), EngineError> {
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        set.changes.push(self.run_change(run, &self.today().to_string(), self.now()));
        self.database.apply(set).await?;
        Ok(())
    }

    /// The change that notes a run for `day`; for no day, that it is to come again.
    pub(crate) fn run_change(&self, run: &str, day: &str, at: Instant) -> Change {
        Change::Upsert {
            table: RULE_RUN.into(),
            key: vec!["rule".into()],
            values: vec![
                ("id".into(), Value::Id(self.new_id_at(at))),
                ("rule".into(), Value::Text(run.to_owned())),
                ("day".into(), Value::Text(day.to_owned())),
                ("at".into(), Value::Int(at.0)),
            ],
        }
    }

    /// What is written with many records of `register` whose consequences are left to the sweep: the rules that read them
    /// are swept again soon and not on their next day.
    pub(crate) fn stale_rules(&self, register: &Register) -> ChangeSet {
        let fields = register.fields.iter().map(Field::name).chain(head_names());
        let readers = self.rules.index.of_fields(register.name(), fields);
        let (today, model) = (self.today(), &self.model);
        let rules = readers.keys().filter_map(|name| model.rule(name));
        let rules = rules.filter(|rule| self.follows_in_sweep(rule) && rule.in_force(today, model));
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        set.changes.extend(rules.map(|rule| self.run_change(rule.name(), "", self.now())));
        set
    }

    /// Whether a sweep brings about what the rule asks for.
    pub(crate) fn follows_in_sweep(&self, rule: &Rule) -> bool {
        let swept = self.rules.entry(rule.name()).is_some_and(|entry| entry.sweep != Sweep::None);
        swept && rule.otherwise.kind() != ConsequenceKind::Refuse
    }
}
