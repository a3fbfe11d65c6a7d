//! What has fallen due: those who owed a period and have not fulfilled it get a row that says so, once. Who fulfilled it
//! in time leaves no row; their number is what is left of those who owed it.

use std::collections::HashMap;

use base::{Day, Id};
use city::Place;
use judge::duty::Instance;
use judge::duty::instance::{after, before, fallen_due, moved};
use plan::expression::Moment;
use plan::pack::Duty;
use plan::pack::duty::{Frequency, Rhythm};
use plan::pack::duty_link::SubjectLink;
use store::{
    Aggregate, ChangeSet, Condition, Judged, Measure, Priority, Query, Scope, StoreError, Value, Wanted,
};

use super::catalogue::proof_link;
use super::counts;
use super::late::{Settled, Told};
use super::question::{Bound as Limit, Window};
use super::rows::{Bound, bound_of, span_of};
use super::spans::{Among, CHUNK};
use super::subjects::subject_of;
use super::sweep::Run;
use super::tables::{SPAN, evidence_table, span_table};
use super::touched::Touched;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Periods settled in one sweep of a duty; a daily duty of years is caught up in several.
const MOST_PERIODS: usize = 400;

impl Engine {
    /// Writes down who is late with a duty by yesterday; and tells at once who is to be told.
    pub(super) async fn settle_duty(
        &self,
        duty: &Duty,
        changed: Option<&Touched>,
        run: &mut Run,
    ) -> Result<Settled, EngineError> {
        match duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => self.settle_periods(duty, run).await,
            Rhythm::SinceLast(frequency) => self.settle_since_last(duty, frequency, &Among::Everybody).await,
            Rhythm::Always => match self.duty_holds_among(duty, changed) {
                Some(among) => self.settle_always(duty, &among).await,
                None => Ok(Settled::default()),
            },
            Rhythm::Event(_) => Ok(Settled::default()),
        }
    }

    async fn settle_periods(&self, duty: &Duty, run: &mut Run) -> Result<Settled, EngineError> {
        let go_live = self.model.duty_from(duty);
        let yesterday = self.today().plus_days(-1);
        let after = match run.settled {
            Some(settled) => settled,
            None => match self.earliest_span(duty).await? {
                Some(earliest) => earliest.plus_days(-1),
                None => return Ok(Settled::default()),
            },
        };
        let due = fallen_due(duty, go_live, after, yesterday, MOST_PERIODS, &self.calendar);
        let mut total = Settled::default();
        for instance in &due {
            // Another process may have settled it meanwhile.
            if run.settled.is_some_and(|settled| settled >= instance.due) {
                continue;
            }
            // Who slept through several periods is told of them together, when all are found.
            let told = if due.len() == 1 { Told::AtOnce } else { Told::Later };
            for kind in duty.subjects() {
                total += self.settle_instance(duty, kind, instance, &Among::Everybody, told).await?;
            }
            let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
            set.deltas = self.duty_owed(duty, instance).await?;
            run.settled = Some(instance.due);
            self.keep_run(duty, run, set).await?;
        }
        Ok(total)
    }

    async fn earliest_span(&self, duty: &Duty) -> Result<Option<Day>, EngineError> {
        let query = Aggregate {
            measures: vec![("first".to_owned(), Measure::Min("from_day".to_owned()))],
            ..Aggregate::count(span_table(), Scope::system("first span of a duty"))
        };
        let rows = self.database.aggregate(&query.filter(Condition::eq("duty", duty.name()))).await?;
        Ok(rows.first().map(|row| row.opt_text("first")).transpose()?.flatten().and_then(Day::parse))
    }

    /// The rows of spans that owe an instance.
    pub(super) fn duty_owing(duty: &Duty, kind: &str, instance: &Instance) -> Condition {
        Condition::And(vec![
            Condition::eq("duty", duty.name()),
            Condition::eq("kind", kind),
            Condition::LessOrEqual("from_day".into(), instance.bound_by.into()),
            Condition::Or(vec![
                Condition::eq("until_day", ""),
                Condition::GreaterOrEqual("until_day".into(), instance.last.into()),
            ]),
        ])
    }

    /// The window of an instance of the calendar.
    pub(crate) fn duty_window(duty: &Duty, instance: &Instance, in_time: bool) -> Window {
        let once = matches!(duty.rhythm(), Rhythm::Once(_));
        Window {
            period: Some(instance.code.clone()),
            // What is owed once may have been done long before.
            from: if once { Limit::Open } else { Limit::Day(instance.first) },
            until: if in_time { Limit::Day(instance.due) } else { Limit::Open },
        }
    }

    /// Those who owe an instance that has fallen due and have neither evidence nor a row.
    pub(super) async fn settle_instance(
        &self,
        duty: &Duty,
        kind: &str,
        instance: &Instance,
        among: &Among,
        told: Told,
    ) -> Result<Settled, EngineError> {
        let window = Self::duty_window(duty, instance, true);
        let missing = Self::duty_owing(duty, kind, instance)
            .and(self.duty_not_asked(SPAN, self.duty_evidence(duty, kind, SPAN, &window)))
            .and(self.duty_not_asked(SPAN, self.has_state(duty, SPAN, &instance.code)));
        let bucket = instance.code.clone();
        let mut total = Settled::default();
        for part in self.span_parts(duty, kind, among).await? {
            let (spans, missing) = (span_table(), missing.clone().and(part));
            let page = |last| self.duty_page(&spans, missing.clone(), last);
            let mut rows = page(None).await?;
            while let Some(last) = rows.last() {
                let (last, full) = (last.id("id")?, rows.len() == CHUNK as usize);
                let mut fresh = Vec::with_capacity(rows.len());
                for row in &rows {
                    fresh.push((bound_of(row)?, instance.clone()));
                }
                let ahead = async { if full { page(Some(last)).await } else { Ok(Vec::new()) } };
                // The next page is read while this one is written.
                let (settled, next) = tokio::join!(self.write_late(duty, &fresh, Some(&bucket), told), ahead);
                total += settled?;
                rows = next?;
            }
        }
        Ok(total)
    }

    pub(super) async fn span_parts(
        &self,
        duty: &Duty,
        kind: &str,
        among: &Among,
    ) -> Result<Vec<Condition>, EngineError> {
        match among {
            Among::Everybody => {
                self.counties_of(&span_table(), kind, Condition::eq("duty", duty.name())).await
            }
            Among::These(_) => Ok(vec![among.limits("subject")]),
        }
    }

    /// One page of rows after the row `last`.
    pub(super) async fn duty_page(
        &self,
        table: &str,
        condition: Condition,
        last: Option<Id>,
    ) -> Result<Vec<store::Row>, EngineError> {
        let mut query = Query::of(table, Scope::system("what has fallen due")).filter(condition).limit(CHUNK);
        if let Some(last) = last {
            query = query.after(vec![Value::Id(last)]);
        }
        Ok(self.database.select(&query).await?)
    }

    /// How many owe an instance, as counters.
    async fn duty_owed(&self, duty: &Duty, instance: &Instance) -> Result<Vec<store::Delta>, EngineError> {
        let mut deltas = Vec::new();
        for kind in duty.subjects() {
            let query = Aggregate::count(span_table(), Scope::system("how many owe a period"))
                .filter(Self::duty_owing(duty, kind, instance))
                .by("county")
                .by("township")
                .by("sector");
            for row in self.database.aggregate(&query).await? {
                let place = Place {
                    county: row.text("county")?.to_owned(),
                    township: row.text("township")?.to_owned(),
                    sector: row.text("sector")?.to_owned(),
                    ..Place::default()
                };
                deltas.push(counts::owed(duty.name(), &instance.code, &place, row.int("count")?));
            }
        }
        Ok(deltas)
    }

    /// Those whose last evidence is older than a period.
    pub(super) async fn settle_since_last(
        &self,
        duty: &Duty,
        frequency: Frequency,
        among: &Among,
    ) -> Result<Settled, EngineError> {
        let today = self.today();
        let grace = duty.due.map_or(0, |due| i64::from(due.span.count));
        let young = before(today.plus_days(-grace), frequency);
        let window = Window { period: Some(String::new()), from: Limit::Day(young), until: Limit::Open };
        let mut total = Settled::default();
        for kind in duty.subjects() {
            let evidence = if duty.record().is_some() {
                self.duty_not_asked(SPAN, self.duty_evidence(duty, kind, SPAN, &window))
            } else {
                Condition::all()
            };
            let missing = Condition::And(vec![
                Condition::eq("duty", duty.name()),
                Condition::eq("kind", kind),
                Condition::Eq("removed_at".into(), Value::Int(0)),
                Condition::Less("from_day".into(), young.into()),
                evidence,
                self.duty_not_asked(SPAN, self.has_open_state(duty, SPAN)),
            ]);
            for part in self.span_parts(duty, kind, among).await? {
                let mut last: Option<Id> = None;
                loop {
                    let rows = self.duty_page(&span_table(), missing.clone().and(part.clone()), last).await?;
                    let spans = rows.iter().map(span_of).collect::<Result<Vec<_>, StoreError>>()?;
                    let subjects: Vec<&Bound> = spans.iter().map(|s| &s.subject).collect();
                    let done = self.last_evidence(duty, kind, &subjects).await?;
                    let fresh = spans.iter().filter_map(|span| {
                        let done = done.get(&span.subject.id).copied();
                        let due = self.due_since(duty, frequency, done.unwrap_or(span.from));
                        let first = done.map_or(span.from, |day| day.plus_days(1));
                        let code = due.to_string();
                        let instance = Instance { code, first, last: due, due, bound_by: due };
                        (due < today).then(|| (span.subject.clone(), instance))
                    });
                    total += self.write_late(duty, &fresh.collect::<Vec<_>>(), None, Told::AtOnce).await?;
                    last = rows.last().map(|row| row.id("id")).transpose()?;
                    if rows.len() < CHUNK as usize {
                        break;
                    }
                }
            }
        }
        Ok(total)
    }

    /// When a duty that counts from its last fulfilment is due again.
    pub(super) fn due_since(&self, duty: &Duty, frequency: Frequency, last: Day) -> Day {
        let due = after(last, frequency);
        duty.due.map_or(due, |d| moved(due, d.span, &self.calendar))
    }

    /// The day of the last evidence of each subject.
    pub(super) async fn last_evidence(
        &self,
        duty: &Duty,
        kind: &str,
        subjects: &[&Bound],
    ) -> Result<HashMap<Id, Day>, EngineError> {
        let mut found = HashMap::new();
        let ids = || subjects.iter().map(|s| Value::Id(s.id)).collect();
        let (table, column, values, at): (String, String, Vec<Value>, String) = match duty.record() {
            None => (evidence_table(), "subject".into(), ids(), "at_day".into()),
            Some(register) => {
                let at = duty.fulfilled.as_ref().and_then(|f| f.at.as_ref());
                let at = at.map_or("created_at", |at| at.get_ref()).to_owned();
                let codes = || subjects.iter().map(|s| Value::from(s.code.as_str())).collect();
                let (column, values) = match proof_link(&self.model, duty, kind) {
                    Some(SubjectLink::Reference(field)) => (field, ids()),
                    Some(SubjectLink::Itself) => ("id".to_owned(), ids()),
                    Some(SubjectLink::Code(field)) => (field, codes()),
                    Some(SubjectLink::Whole) | None => return Ok(found),
                };
                (table_name(register), column, values, at)
            }
        };
        let mut condition =
            Condition::In(column.clone(), values).and(Condition::Eq("removed_at".into(), Value::Int(0)));
        match duty.record() {
            None => condition = condition.and(Condition::eq("duty", duty.name())),
            Some(_) => {
                if let Some(when) = self.duties.parsed(duty).and_then(|p| p.when.as_ref()) {
                    let folded = when.fold(&Moment::today(self.today()), &self.model);
                    let judged = Judged::new(folded.into(), std::sync::Arc::clone(&self.duties.layout));
                    condition = condition.and(Condition::Judged(judged, Wanted::Holds));
                }
            }
        }
        let query = Aggregate {
            measures: vec![("last".to_owned(), Measure::Max(at))],
            ..Aggregate::count(table, Scope::system("last evidence"))
        };
        for row in self.database.aggregate(&query.filter(condition).by(column.as_str())).await? {
            let day = match row.value("last")? {
                Value::Text(text) => Day::parse(text),
                Value::Int(at) => Some(base::Instant(*at).day()),
                _ => None,
            };
            let owner = match row.value(&column)? {
                Value::Id(id) => Some(*id),
                Value::Text(code) => subjects.iter().find(|s| s.code == *code).map(|s| s.id),
                _ => None,
            };
            if let (Some(owner), Some(day)) = (owner, day) {
                found.insert(owner, day);
            }
        }
        Ok(found)
    }

    /// Those for whom a condition that must always hold fails.
    pub(super) async fn settle_always(&self, duty: &Duty, among: &Among) -> Result<Settled, EngineError> {
        let today = self.today();
        let kind = duty.who.subject.get_ref();
        let Some(holds) = self.duty_holds(duty, today) else { return Ok(Settled::default()) };
        let due = duty.due.map_or(today, |due| moved(today, due.span, &self.calendar));
        let instance = Instance { code: today.to_string(), first: today, last: due, due, bound_by: today };
        let failing = Condition::Eq("removed_at".into(), Value::Int(0))
            .and(self.duty_asked(kind, holds, Wanted::Fails))
            .and(self.duty_asked(kind, self.has_span(duty, kind), Wanted::Holds))
            .and(self.duty_not_asked(kind, self.has_open_state(duty, kind)));
        let parts = match among {
            Among::These(_) => vec![among.limits("id")],
            Among::Everybody => self.counties_of(&table_name(kind), kind, Condition::all()).await?,
        };
        let mut total = Settled::default();
        for part in parts {
            let mut last: Option<Id> = None;
            loop {
                let rows = self.duty_page(&table_name(kind), failing.clone().and(part.clone()), last).await?;
                let mut fresh = Vec::new();
                for row in &rows {
                    fresh.push((subject_of(kind, row)?, instance.clone()));
                }
                total += self.write_late(duty, &fresh, None, Told::AtOnce).await?;
                last = rows.last().map(|row| row.id("id")).transpose()?;
                if rows.len() < CHUNK as usize {
                    break;
                }
            }
        }
        Ok(total)
    }
}
