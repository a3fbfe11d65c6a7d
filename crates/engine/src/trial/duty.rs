//! A duty tried: whom it binds, who would be late with the periods that lie behind, who owes the running one, and how many
//! cases and proposals lateness would make. It is asked of the subjects themselves, as no span exists yet.

use base::Instant as Moment;
use judge::duty::instance::{before, between, current};
use judge::duty::{Instance, stages};
use plan::pack::Duty;
use plan::pack::duty::{Frequency, Rhythm, is_fixed_subject};
use store::{Condition, Value, Wanted};

use super::{EXAMPLES, Tried};
use crate::duty::question::{Bound, Window};
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Periods behind that are looked at, the latest ones.
const PERIODS: usize = 24;

/// Conditions on the subjects of one kind.
struct Asked {
    bound: Condition,
    due: Vec<Condition>,
    overdue: Vec<Condition>,
    opened: Vec<Condition>,
    proposed: Vec<Condition>,
}

impl Engine {
    pub(super) async fn try_duty(&self, name: &str) -> Result<Tried, EngineError> {
        let duty = self.model.duties.get(name).ok_or(EngineError::NotFound)?;
        let (mut bound, mut due, mut overdue, mut opened, mut proposed) = (0, 0, 0, 0, 0);
        let mut found = Tried::default();
        for kind in duty.subjects() {
            let table = table_name(kind);
            let asked = self.try_kind(duty, kind);
            bound += self.count_all(&table, asked.bound.clone()).await?;
            due += self.count_each(&table, &asked.due).await?;
            overdue += self.count_each(&table, &asked.overdue).await?;
            opened += self.count_any(&table, asked.opened).await?;
            proposed += self.count_any(&table, asked.proposed).await?;
            if found.examples.len() < EXAMPLES as usize {
                let late = if asked.overdue.is_empty() { asked.due } else { asked.overdue };
                let hit = if late.is_empty() { asked.bound } else { Condition::Or(late) };
                found.examples.extend(self.some(&table, hit).await?);
                found.examples.truncate(EXAMPLES as usize);
            }
            if is_fixed_subject(kind) && self.count_all(&table, Condition::all()).await? == 0 {
                found.notes.push(format!("each {kind} is known after the first sweep of duties"));
            }
        }
        found = found
            .number("subjects bound", bound)
            .number("instances due", due)
            .number("instances overdue", overdue);
        if opened > 0 {
            found = found.number("cases opened", opened);
        }
        if proposed > 0 {
            found = found.number("decisions proposed", proposed);
        }
        match duty.rhythm() {
            Rhythm::Event(_) => found.notes.push("is owed after an event: only events to come count".into()),
            Rhythm::Calendar(_) => found.notes.push(format!("of the latest {PERIODS} periods")),
            _ => {}
        }
        Ok(found)
    }

    /// The rows of each condition, added up.
    async fn count_each(&self, table: &str, conditions: &[Condition]) -> Result<u64, EngineError> {
        let mut sum = 0;
        for which in conditions {
            sum += self.count_all(table, which.clone()).await?;
        }
        Ok(sum)
    }

    /// The rows that meet any of the conditions: one case for each subject, however many periods it is late with.
    async fn count_any(&self, table: &str, any: Vec<Condition>) -> Result<u64, EngineError> {
        if any.is_empty() { Ok(0) } else { self.count_all(table, Condition::Or(any)).await }
    }

    fn try_kind(&self, duty: &Duty, kind: &str) -> Asked {
        let today = self.today();
        let bound = Condition::Eq("removed_at".into(), Value::Int(0)).and(self.duty_asked(
            kind,
            self.duty_binds(duty, kind, today),
            Wanted::Holds,
        ));
        let mut asked = Asked {
            due: Vec::new(),
            overdue: Vec::new(),
            opened: Vec::new(),
            proposed: Vec::new(),
            bound: bound.clone(),
        };
        match duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => self.try_periods(duty, kind, &mut asked),
            Rhythm::SinceLast(frequency) => asked.overdue.push(self.try_since(duty, kind, frequency, bound)),
            Rhythm::Always if kind == duty.who.subject.get_ref() => {
                let holds = self.duty_holds(duty, today);
                let fails = holds.map(|holds| bound.and(self.duty_asked(kind, holds, Wanted::Fails)));
                // A condition with days of grace is due first.
                if duty.due.is_some() { asked.due.extend(fails) } else { asked.overdue.extend(fails) }
            }
            Rhythm::Always | Rhythm::Event(_) => {}
        }
        asked
    }

    fn try_periods(&self, duty: &Duty, kind: &str, asked: &mut Asked) {
        let (today, go_live) = (self.today(), self.model.duty_from(duty));
        let past = between(duty, go_live, today.plus_days(-800), today.plus_days(-1), &self.calendar);
        for instance in past.iter().rev().take(PERIODS) {
            let late = self.try_instance(duty, kind, instance, false, asked.bound.clone());
            let reached = stages::stages(duty, instance.due, &self.calendar);
            for stage in reached.iter().filter(|stage| stage.at <= today) {
                if stage.late.open.is_some() {
                    asked.opened.push(late.clone());
                }
                if stage.late.propose.is_some() {
                    asked.proposed.push(late.clone());
                }
            }
            asked.overdue.push(late);
        }
        if let Some(instance) = current(duty, go_live, today, &self.calendar) {
            asked.due.push(self.try_instance(duty, kind, &instance, true, asked.bound.clone()));
        }
    }

    /// Who owes an instance, was there early enough, has no evidence and is not excused.
    fn try_instance(
        &self,
        duty: &Duty,
        kind: &str,
        instance: &Instance,
        in_time: bool,
        bound: Condition,
    ) -> Condition {
        let window = Self::duty_window(duty, instance, in_time);
        let there = Condition::LessOrEqual("created_at".into(), Moment::end_of(instance.bound_by).into());
        bound
            .and(there)
            .and(self.duty_not_asked(kind, self.duty_evidence(duty, kind, kind, &window)))
            .and(self.duty_not_asked(kind, self.has_ended_state(duty, kind, &instance.code)))
    }

    fn try_since(&self, duty: &Duty, kind: &str, frequency: Frequency, bound: Condition) -> Condition {
        let grace = duty.due.map_or(0, |due| i64::from(due.span.count));
        let young = before(self.today().plus_days(-grace), frequency);
        let window = Window { period: Some(String::new()), from: Bound::Day(young), until: Bound::Open };
        let there = Condition::Less("created_at".into(), Moment::start_of(young).into());
        bound.and(there).and(self.duty_not_asked(kind, self.duty_evidence(duty, kind, kind, &window)))
    }
}
