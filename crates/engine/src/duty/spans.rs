//! Keeps the spans: who is bound and has none gets one, who has one and is not bound any more loses it. The database is
//! asked for the differences alone.

use std::collections::BTreeSet;

use base::{Day, Id, Instant};
use plan::expression::Truth;
use plan::pack::{Duty, RegionKind};
use store::{Aggregate, ChangeSet, Condition, Priority, Query, Scope, StoreError, Value, Wanted, WriteError};

use super::counts;
use super::rows::{Bound, end_span, new_span, span_of};
use super::subjects::subject_of;
use super::tables::{SPAN, span_table};
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Differences written at once.
pub(super) const CHUNK: u32 = 1000;
/// Registers of at most so many rows are looked at as a whole.
const UNDIVIDED: u32 = 20_000;

/// What is read of a subject before it gets a span.
pub(super) const SUBJECT_COLUMNS: [&str; 9] =
    ["id", "code", "title", "county", "township", "organisation", "sector", "park", "created_at"];

/// Which subjects are looked at.
#[derive(Debug, Clone)]
pub(super) enum Among {
    /// All of them, county by county.
    Everybody,
    /// These.
    These(Vec<Id>),
}

impl Among {
    /// The condition on the column that names the subject.
    pub(super) fn limits(&self, column: &str) -> Condition {
        match self {
            Self::Everybody => Condition::all(),
            Self::These(ids) => {
                Condition::In(column.to_owned(), ids.iter().map(|id| Value::Id(*id)).collect())
            }
        }
    }
}

/// From when a new span counts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Since {
    /// The duty is judged for the first time: from its going live, or from when the subject was entered.
    First,
    /// It was judged on this day: from today, or from when the subject was entered after that day.
    Swept(Day),
}

impl Engine {
    /// Brings the spans of a duty up to date; gives back how many began and ended.
    pub(super) async fn judge_spans(
        &self,
        duty: &Duty,
        since: Since,
        among: &Among,
    ) -> Result<(u64, u64), EngineError> {
        let (mut begun, mut ended) = (0, 0);
        for kind in duty.subjects() {
            let (more, fewer) = self.judge_spans_of(duty, kind, since, among).await?;
            begun += more;
            ended += fewer;
        }
        Ok((begun, ended))
    }

    /// The same for one kind of its subjects.
    pub(super) async fn judge_spans_of(
        &self,
        duty: &Duty,
        kind: &str,
        since: Since,
        among: &Among,
    ) -> Result<(u64, u64), EngineError> {
        let (today, go_live) = (self.today(), self.model.duty_from(duty));
        let over = duty.until.is_some_and(|until| until < today);
        let (mut begun, mut ended) = (0, self.end_gone(duty, kind, over, among).await?);
        if over || today < go_live {
            return Ok((begun, ended));
        }
        let whole = Truth::All(Vec::new());
        let bound = self.duty_binds(duty, kind, today);
        for part in self.duty_parts(kind, among).await? {
            let beginning = part
                .clone()
                .and(Condition::Eq("removed_at".into(), Value::Int(0)))
                .and(self.duty_asked(kind, bound.clone(), Wanted::Holds))
                .and(self.duty_not_asked(kind, self.has_span(duty, kind)));
            begun += self.begin_spans(duty, kind, &beginning, since).await?;
            if bound != whole {
                let ending = part
                    .and(self.duty_asked(kind, bound.clone(), Wanted::Fails))
                    .and(self.duty_asked(kind, self.has_span(duty, kind), Wanted::Holds));
                ended += self.end_bound_spans(duty, kind, &ending).await?;
            }
        }
        Ok((begun, ended))
    }

    /// The parts in which subjects of a kind are looked at: large registers county by county.
    async fn duty_parts(&self, kind: &str, among: &Among) -> Result<Vec<Condition>, EngineError> {
        match among {
            Among::These(_) => Ok(vec![among.limits("id")]),
            Among::Everybody => self.counties_of(&table_name(kind), kind, Condition::all()).await,
        }
    }

    /// One condition for each county, where the table is large enough that one answer for all of them would be long in
    /// coming, and one for what stands in none.
    pub(super) async fn counties_of(
        &self,
        table: &str,
        kind: &str,
        of: Condition,
    ) -> Result<Vec<Condition>, EngineError> {
        let whole = vec![Condition::all()];
        let shared = self.model.register(kind).is_some_and(|r| r.scope == plan::pack::ScopeFrom::Shared);
        if plan::pack::duty::is_fixed_subject(kind) || shared {
            return Ok(whole);
        }
        let mut beyond =
            Query::of(table, Scope::system("size of a register")).columns(&["id"]).filter(of).limit(1);
        beyond.skip = UNDIVIDED;
        if self.database.first(&beyond).await?.is_none() {
            return Ok(whole);
        }
        let counties = self.model.regions.iter().filter(|r| r.kind == RegionKind::County);
        let counties: BTreeSet<&str> = counties.map(|r| r.code.get_ref().as_str()).collect();
        let none = Condition::Not(Box::new(Condition::In(
            "county".into(),
            counties.iter().map(|code| Value::from(*code)).collect(),
        )));
        Ok(counties.iter().map(|code| Condition::eq("county", *code)).chain([none]).collect())
    }

    /// Begins spans page by page; the next page is read while the last one is written.
    async fn begin_spans(
        &self,
        duty: &Duty,
        kind: &str,
        condition: &Condition,
        since: Since,
    ) -> Result<u64, EngineError> {
        let page = |after: Option<Id>| {
            let mut query = Query::of(table_name(kind), Scope::system("whom duties bind"))
                .columns(&SUBJECT_COLUMNS)
                .filter(condition.clone())
                .limit(CHUNK);
            if let Some(after) = after {
                query = query.after(vec![Value::Id(after)]);
            }
            async move { self.database.select(&query).await }
        };
        let mut total = 0;
        let mut rows = page(None).await?;
        while let Some(last) = rows.last() {
            let (last, full) = (last.id("id")?, rows.len() == CHUNK as usize);
            let mut sets = Vec::with_capacity(rows.len());
            for row in &rows {
                let subject = subject_of(kind, row)?;
                let from = self.first_day(duty, row.instant("created_at")?, since);
                let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
                set.changes.push(new_span(self.new_id(), duty.name(), &subject, from));
                set.deltas.push(counts::bound(duty.name(), kind, &subject.place, 1));
                sets.push(set);
            }
            let ahead = async { if full { page(Some(last)).await } else { Ok(Vec::new()) } };
            let (stored, next) = tokio::join!(self.database.apply_bulk(sets), ahead);
            for result in stored {
                match result {
                    Ok(_) => total += 1,
                    // Another process judges at the same time and was faster.
                    Err(WriteError::Duplicate { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            rows = next?;
        }
        Ok(total)
    }

    /// The day from which a new span counts.
    fn first_day(&self, duty: &Duty, created: Instant, since: Since) -> Day {
        let (go_live, created) = (self.model.duty_from(duty), created.day());
        match since {
            Since::First => go_live.max(created),
            Since::Swept(day) if created > day => go_live.max(created),
            Since::Swept(_) => self.today(),
        }
    }

    /// Ends the spans of subjects that meet the condition.
    async fn end_bound_spans(
        &self,
        duty: &Duty,
        kind: &str,
        condition: &Condition,
    ) -> Result<u64, EngineError> {
        let mut total = 0;
        loop {
            let query = Query::of(table_name(kind), Scope::system("whom duties bind no more"))
                .columns(&["id"])
                .filter(condition.clone())
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            let ids: Vec<Value> =
                rows.iter().map(|r| r.id("id").map(Value::Id)).collect::<Result<_, StoreError>>()?;
            if ids.is_empty() {
                return Ok(total);
            }
            let spans = Condition::And(vec![
                Condition::eq("duty", duty.name()),
                Condition::In("subject".into(), ids),
                Condition::Eq("removed_at".into(), Value::Int(0)),
            ]);
            let ended = self.end_spans(spans, self.today().plus_days(-1)).await?;
            total += ended;
            if ended == 0 || rows.len() < CHUNK as usize {
                return Ok(total);
            }
        }
    }

    /// Ends the spans of subjects that are gone, and all spans of a duty that is over.
    async fn end_gone(&self, duty: &Duty, kind: &str, over: bool, among: &Among) -> Result<u64, EngineError> {
        let open = Condition::And(vec![
            Condition::eq("duty", duty.name()),
            Condition::eq("kind", kind),
            Condition::Eq("removed_at".into(), Value::Int(0)),
        ]);
        let yesterday = self.today().plus_days(-1);
        if over {
            return self.end_spans(open, duty.until.unwrap_or(yesterday)).await;
        }
        self.end_spans(
            open.and(among.limits("subject")).and(self.duty_not_asked(SPAN, self.subject_exists(kind, SPAN))),
            yesterday,
        )
        .await
    }

    /// Ends spans of duties that no pack has any more.
    pub(super) async fn end_unknown(&self) -> Result<u64, EngineError> {
        let query = Aggregate::count(span_table(), Scope::system("spans of duties"))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .by("duty");
        let mut total = 0;
        for row in self.database.aggregate(&query).await? {
            let duty = row.text("duty")?;
            if !self.model.duties.contains_key(duty) {
                let of = Condition::eq("duty", duty).and(Condition::Eq("removed_at".into(), Value::Int(0)));
                total += self.end_spans(of, self.today().plus_days(-1)).await?;
            }
        }
        Ok(total)
    }

    async fn end_spans(&self, condition: Condition, until: Day) -> Result<u64, EngineError> {
        let mut total = 0;
        loop {
            let query = Query::of(span_table(), Scope::system("spans that end"))
                .filter(condition.clone())
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
            for row in &rows {
                let span = span_of(row)?;
                // A span that began today has bound nobody for a day: it may begin again today.
                set.changes.push(if span.from > until {
                    store::Change::Delete { table: span_table(), id: span.id }
                } else {
                    end_span(span.id, until, self.now())
                });
                let place = &span.subject.place;
                set.deltas.push(counts::bound(&span.duty, &span.subject.kind, place, -1));
            }
            if set.changes.is_empty() {
                return Ok(total);
            }
            self.database.apply(set).await?;
            total += rows.len() as u64;
            if rows.len() < CHUNK as usize {
                return Ok(total);
            }
        }
    }

    /// The spans of a subject that still bind it.
    pub(super) async fn spans_of(&self, subjects: &[Id]) -> Result<Vec<super::rows::Span>, EngineError> {
        let ids = subjects.iter().map(|id| Value::Id(*id)).collect();
        let query = Query::of(span_table(), Scope::system("spans of a subject"))
            .filter(Condition::In("subject".into(), ids))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .limit(100_000);
        Ok(self.database.select(&query).await?.iter().map(span_of).collect::<Result<_, _>>()?)
    }

    /// Adds a span for each subject, in one change; for one changed record.
    pub(super) fn add_spans(&self, wanted: &[(&Duty, Bound, Instant)]) -> ChangeSet {
        let mut set = ChangeSet::new();
        for (duty, subject, created) in wanted {
            let from = self.first_day(duty, *created, Since::Swept(self.today().plus_days(-1)));
            set.changes.push(new_span(self.new_id(), duty.name(), subject, from));
            set.deltas.push(counts::bound(duty.name(), &subject.kind, &subject.place, 1));
        }
        set
    }
}
