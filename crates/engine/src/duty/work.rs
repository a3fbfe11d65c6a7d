//! Duties in My work: what somebody's roles must hand in or enter, with the day until which.

use std::collections::{BTreeMap, BTreeSet};

use base::{Day, Id};
use city::Actor;
use judge::duty::instance::current;
use judge::duty::stages::reminders;
use judge::duty::{Instance, State};
use plan::pack::Duty;
use plan::pack::duty::{Frequency, Rhythm};
use store::{Aggregate, Condition, Direction, Measure, Query, Scope, Value};

use super::rows::{Bound, bound_of, span_of, stored_of};
use super::tables::{SPAN, span_table, state_table};
use crate::{Engine, EngineError};

/// Instances of one duty shown to one person at most.
const PER_DUTY: u32 = 50;
/// Late and owed instances read at most.
const MOST: u32 = 300;
/// A duty with a long period stands in My work so many days before it is due, where it gives no earlier reminder.
const DAYS_AHEAD: i64 = 30;

/// Something that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyTask {
    /// The duty.
    pub duty: String,
    /// Whose.
    pub subject: Bound,
    /// Code of the instance.
    pub period: String,
    /// Last day in time.
    pub due: Day,
    /// Due or overdue.
    pub state: State,
}

/// Who is late with a duty that somebody watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The duty.
    pub duty: String,
    /// How many instances are late.
    pub late: i64,
    /// The oldest due day among them.
    pub since: Day,
}

impl Engine {
    /// The duties that roles of `actor` watch and with which somebody in their scope is late, the most first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_watch(&self, actor: &Actor) -> Result<Vec<Watched>, EngineError> {
        // Duties that the same roles of this person watch are asked about together.
        let mut watching: BTreeMap<BTreeSet<&str>, Vec<Value>> = BTreeMap::new();
        for duty in self.model.duties.values() {
            let roles = duty.watched_by.iter().map(String::as_str).filter(|role| actor.has_role(role));
            let roles: BTreeSet<&str> = roles.collect();
            if !roles.is_empty() {
                watching.entry(roles).or_default().push(Value::from(duty.name()));
            }
        }
        let mut found = Vec::new();
        for (roles, names) in watching {
            let late = Condition::eq("state", "overdue").and(Condition::In("duty".into(), names));
            let query = Aggregate::count(state_table(), actor.scope(|role| roles.contains(role)))
                .filter(late)
                .by("duty")
                .measure("since", Measure::Min("due_day".to_owned()));
            for row in self.database.aggregate(&query).await? {
                found.push(Watched {
                    duty: row.text("duty")?.to_owned(),
                    late: row.int("count")?,
                    since: row.opt_text("since")?.and_then(Day::parse).unwrap_or_else(|| self.today()),
                });
            }
        }
        found.sort_by(|a, b| b.late.cmp(&a.late).then_with(|| a.duty.cmp(&b.duty)));
        Ok(found)
    }

    /// What `actor` owes with their roles, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_work(&self, actor: &Actor) -> Result<Vec<DutyTask>, EngineError> {
        let today = self.today();
        let mut tasks: Vec<DutyTask> = Vec::new();
        let mine: Vec<&Duty> = self.model.duties.values().filter(|d| actor.has_any(&d.keeper)).collect();
        if mine.is_empty() {
            return Ok(tasks);
        }
        let bound = self.bound_kinds(actor).await?;
        for (duty, kind) in &bound {
            let Some(duty) = mine.iter().find(|d| d.name() == duty) else { continue };
            let own = self.keepers_of(duty, kind);
            if !actor.grants.iter().any(|g| own.contains(g.role.as_str())) {
                continue;
            }
            let scope = || actor.scope(|role| own.contains(role));
            match duty.rhythm() {
                Rhythm::Once(_) | Rhythm::Calendar(_) => {
                    let go_live = self.model.duty_from(duty);
                    let Some(instance) = current(duty, go_live, today, &self.calendar) else { continue };
                    if self.shows_from(duty, &instance) <= today {
                        let rows = self.duty_unfulfilled(duty, kind, &instance, scope(), PER_DUTY).await?;
                        tasks.extend(rows.into_iter().map(|subject| DutyTask {
                            duty: duty.name().to_owned(),
                            subject,
                            period: instance.code.clone(),
                            due: instance.due,
                            state: State::Due,
                        }));
                    }
                }
                Rhythm::SinceLast(frequency) => {
                    tasks.extend(self.due_soon(duty, kind, frequency, scope()).await?);
                }
                Rhythm::Event(_) | Rhythm::Always => {}
            }
        }
        tasks.extend(self.open_tasks(actor, &mine).await?);
        tasks.sort_by(|a, b| (a.due, &a.duty, &a.subject.code).cmp(&(b.due, &b.duty, &b.subject.code)));
        tasks.dedup();
        Ok(tasks)
    }

    /// Duties and kinds of subjects within the scope of somebody's roles.
    async fn bound_kinds(&self, actor: &Actor) -> Result<BTreeSet<(String, String)>, EngineError> {
        let mut found = BTreeSet::new();
        if actor.grants.iter().any(|g| g.place.organisation.is_nil()) {
            // An office has few duties of its own among many that it sees: every kind that its level hands in for.
            for duty in self.model.duties.values() {
                found.extend(duty.subjects().map(|kind| (duty.name().to_owned(), kind.to_owned())));
            }
            return Ok(found);
        }
        let query = Aggregate::count(span_table(), self.duty_scope(actor))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .by("duty")
            .by("kind");
        for row in self.database.aggregate(&query).await? {
            found.insert((row.text("duty")?.to_owned(), row.text("kind")?.to_owned()));
        }
        Ok(found)
    }

    /// The day from which an instance stands in My work.
    fn shows_from(&self, duty: &Duty, instance: &Instance) -> Day {
        let short = matches!(
            duty.rhythm(),
            Rhythm::Calendar(Frequency::Shift | Frequency::Day | Frequency::Week | Frequency::Month)
        );
        if short {
            return instance.first;
        }
        let ahead = instance.due.plus_days(-DAYS_AHEAD);
        let first = reminders(duty, instance.due, &self.calendar).into_iter().next();
        first.map_or(ahead, |day| day.min(ahead)).max(instance.first)
    }

    /// Those who owe an instance and have not fulfilled it.
    pub(super) async fn duty_unfulfilled(
        &self,
        duty: &Duty,
        kind: &str,
        instance: &Instance,
        scope: Scope,
        limit: u32,
    ) -> Result<Vec<Bound>, EngineError> {
        let window = Self::duty_window(duty, instance, true);
        let query = Query::of(span_table(), scope)
            .filter(Self::duty_owing(duty, kind, instance))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .filter(self.duty_not_asked(SPAN, self.duty_evidence(duty, kind, SPAN, &window)))
            .filter(self.duty_not_asked(SPAN, self.has_state(duty, SPAN, &instance.code)))
            .limit(limit);
        Ok(self.database.select(&query).await?.iter().map(bound_of).collect::<Result<_, _>>()?)
    }

    async fn due_soon(
        &self,
        duty: &Duty,
        kind: &str,
        frequency: Frequency,
        scope: Scope,
    ) -> Result<Vec<DutyTask>, EngineError> {
        let query = Query::of(span_table(), scope)
            .filter(Condition::eq("duty", duty.name()))
            .filter(Condition::eq("kind", kind))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .filter(self.duty_not_asked(SPAN, self.has_open_state(duty, SPAN)))
            .limit(PER_DUTY);
        let rows = self.database.select(&query).await?;
        let spans = rows.iter().map(span_of).collect::<Result<Vec<_>, _>>()?;
        let subjects: Vec<&Bound> = spans.iter().map(|s| &s.subject).collect();
        let done = self.last_evidence(duty, kind, &subjects).await?;
        let until = self.today().plus_days(DAYS_AHEAD);
        let tasks = spans.iter().filter_map(|span| {
            let last = done.get(&span.subject.id).copied().unwrap_or(span.from);
            let due = self.due_since(duty, frequency, last);
            (due <= until).then(|| DutyTask {
                duty: duty.name().to_owned(),
                subject: span.subject.clone(),
                period: due.to_string(),
                due,
                state: State::Due,
            })
        });
        Ok(tasks.collect())
    }

    /// What is late, or owed after an event.
    async fn open_tasks(&self, actor: &Actor, mine: &[&Duty]) -> Result<Vec<DutyTask>, EngineError> {
        let keepers: BTreeSet<&str> = mine.iter().flat_map(|d| &d.keeper).map(String::as_str).collect();
        let names: Vec<Value> = mine.iter().map(|d| Value::from(d.name())).collect();
        let mut tasks = Vec::new();
        let mut seen: BTreeSet<Id> = BTreeSet::new();
        for state in ["overdue", "due"] {
            let query = Query::of(state_table(), actor.scope(|role| keepers.contains(role)))
                .filter(Condition::eq("state", state))
                .filter(Condition::In("duty".into(), names.clone()))
                .sort("due_day", Direction::Ascending)
                .limit(MOST);
            for row in self.database.select(&query).await? {
                let row = stored_of(&row)?;
                let Some(duty) = mine.iter().find(|d| d.name() == row.duty) else { continue };
                if !self.hands_in(actor, duty, &row.subject) || !seen.insert(row.id) {
                    continue;
                }
                tasks.push(DutyTask {
                    duty: row.duty,
                    subject: row.subject,
                    period: row.period,
                    due: row.due,
                    state: row.state,
                });
            }
        }
        Ok(tasks)
    }
}
