//! What pages show of duties: how many are bound and late in somebody's scope, period by period, and the rows behind each
//! number.

use std::collections::BTreeMap;

use base::{Day, Id};
use city::Actor;
use judge::duty::instance::{between, current};
use judge::duty::{Instance, State};
use plan::pack::duty::Rhythm;
use plan::pack::{Duty, Seat};
use store::rollup::Part;
use store::{Aggregate, Condition, Direction, Judged, Measure, Query, Scope, Value, Wanted};

use super::counts;
use super::question::Window;
use super::rows::{Bound, Stored, span_of, stored_of};
use super::tables::{SPAN, span_table, state_table};
use crate::{Engine, EngineError};

/// Numbers of one duty in somebody's scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Subjects bound now, by kind.
    pub bound: BTreeMap<String, i64>,
    /// Instances that are late.
    pub overdue: i64,
    /// Instances owed after an event, or by a condition that must hold, in time.
    pub due: i64,
}

/// Numbers of one period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeriodCount {
    /// The period.
    pub period: String,
    /// Who owed it when it fell due, by county; empty for the city itself and zones.
    pub counties: BTreeMap<String, Tally>,
}

/// How those who owed a period stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Who owed it.
    pub owed: i64,
    /// Late.
    pub overdue: i64,
    /// Fulfilled after the due day.
    pub fulfilled_late: i64,
    /// Excused.
    pub excused: i64,
    /// Still in time.
    pub due: i64,
    /// Owed no more.
    pub not_applicable: i64,
}

impl Tally {
    /// Fulfilled in time: whoever leaves no other trace.
    #[must_use]
    pub fn fulfilled(self) -> i64 {
        self.owed - self.overdue - self.fulfilled_late - self.excused - self.due - self.not_applicable
    }

    fn add(&mut self, word: &str, amount: i64) {
        match word {
            "owed" => self.owed += amount,
            "overdue" => self.overdue += amount,
            "fulfilled_late" => self.fulfilled_late += amount,
            "excused" => self.excused += amount,
            "due" => self.due += amount,
            "not_applicable" => self.not_applicable += amount,
            // Rows of what was done in time after an event; they are the rest as well.
            _ => {}
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            owed: self.owed + other.owed,
            overdue: self.overdue + other.overdue,
            fulfilled_late: self.fulfilled_late + other.fulfilled_late,
            excused: self.excused + other.excused,
            due: self.due + other.due,
            not_applicable: self.not_applicable + other.not_applicable,
        }
    }
}

impl PeriodCount {
    /// All counties together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.counties.values().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }
}

/// Which rows of a duty are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Only this period.
    pub period: Option<String>,
    /// Only this state; without one, whoever is bound now.
    pub state: Option<State>,
    /// Only this county; `Some("")` for those of none.
    pub county: Option<String>,
}

/// A subject with an instance, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Key of the row behind it, for the next page.
    pub key: Id,
    /// Whose.
    pub subject: Bound,
    /// Code of the instance; empty where only the span is meant.
    pub period: String,
    /// Last day in time.
    pub due: Option<Day>,
    /// The state.
    pub state: Option<State>,
    /// Since when the duty binds it, where only the span is meant.
    pub since: Option<Day>,
    /// Why it was excused, by whom.
    pub reason: String,
}

/// Something that falls due on a day, for the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Falling {
    /// The duty.
    pub duty: String,
    /// The instance.
    pub instance: Instance,
}

impl Engine {
    /// The rows of duties that `actor` sees: the places of their roles, those of administrators of the program excepted.
    #[must_use]
    pub fn duty_scope(&self, actor: &Actor) -> Scope {
        actor.scope(|role| self.model.roles.get(role).is_some_and(|r| r.seat != Seat::System))
    }

    /// True where counters can answer for this person: their roles hold in counties, townships or sectors.
    fn duty_counted(actor: &Actor) -> bool {
        actor.grants.iter().all(|g| g.place.organisation.is_nil() && g.place.park.is_empty())
    }

    /// How every duty stands in somebody's scope.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duties_standing(&self, actor: &Actor) -> Result<BTreeMap<String, Standing>, EngineError> {
        let scope = self.duty_scope(actor);
        let mut found: BTreeMap<String, Standing> = BTreeMap::new();
        for (duty, kind, amount) in self.duty_pairs(actor, &scope, counts::BOUND).await? {
            *found.entry(duty).or_default().bound.entry(kind).or_default() += amount;
        }
        for (duty, state, amount) in self.duty_pairs(actor, &scope, counts::OPEN).await? {
            let standing = found.entry(duty).or_default();
            if state == "overdue" { standing.overdue += amount } else { standing.due += amount }
        }
        found.retain(|name, _| self.model.duties.contains_key(name));
        Ok(found)
    }

    /// The values of one of the two counters of all duties: duty, kind or state, how many.
    async fn duty_pairs(
        &self,
        actor: &Actor,
        scope: &Scope,
        counter: &str,
    ) -> Result<Vec<(String, String, i64)>, EngineError> {
        let mut found = Vec::new();
        if Self::duty_counted(actor) {
            for row in store::rollup::totals(&self.database, counter, scope, &[Part::Value]).await? {
                if let Some((duty, word)) = row.text("value")?.rsplit_once('/') {
                    found.push((duty.to_owned(), word.to_owned(), row.int("amount")?));
                }
            }
            return Ok(found);
        }
        let (table, word, filter) = if counter == counts::BOUND {
            (span_table(), "kind", Condition::Eq("removed_at".into(), Value::Int(0)))
        } else {
            (state_table(), "state", Condition::In("state".into(), vec!["due".into(), "overdue".into()]))
        };
        let query = Aggregate::count(table, scope.clone()).filter(filter).by("duty").by(word);
        for row in self.database.aggregate(&query).await? {
            found.push((row.text("duty")?.to_owned(), row.text(word)?.to_owned(), row.int("count")?));
        }
        Ok(found)
    }

    /// The periods of a duty that have fallen due, newest first, with those who owed them by county.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_periods(&self, actor: &Actor, duty: &Duty) -> Result<Vec<PeriodCount>, EngineError> {
        let scope = self.duty_scope(actor);
        let mut periods: BTreeMap<String, PeriodCount> = BTreeMap::new();
        let mut add = |bucket: &str, county: &str, word: &str, amount: i64| {
            let period = periods.entry(bucket.to_owned()).or_default();
            bucket.clone_into(&mut period.period);
            period.counties.entry(county.to_owned()).or_default().add(word, amount);
        };
        if Self::duty_counted(actor) {
            let counter = counts::of_duty(duty.name());
            let parts = [Part::County, Part::Value];
            for row in store::rollup::totals(&self.database, &counter, &scope, &parts).await? {
                if let Some((bucket, word)) = row.text("value")?.rsplit_once('/') {
                    add(bucket, row.text("county")?, word, row.int("amount")?);
                }
            }
        } else {
            let query = Aggregate::count(state_table(), scope.clone())
                .filter(Condition::eq("duty", duty.name()))
                .by("bucket")
                .by("county")
                .by("state");
            let calendar = matches!(duty.rhythm(), Rhythm::Once(_) | Rhythm::Calendar(_));
            for row in self.database.aggregate(&query).await? {
                let (bucket, county) = (row.text("bucket")?, row.text("county")?);
                add(bucket, county, row.text("state")?, row.int("count")?);
                if !calendar {
                    add(bucket, county, "owed", row.int("count")?);
                }
            }
            for (instance, kind) in self.settled_instances(duty) {
                let query = Aggregate::count(span_table(), scope.clone())
                    .filter(Self::duty_owing(duty, &kind, &instance))
                    .by("county");
                for row in self.database.aggregate(&query).await? {
                    add(&instance.code, row.text("county")?, "owed", row.int("count")?);
                }
            }
        }
        let mut found: Vec<PeriodCount> =
            periods.into_values().filter(|period| period.total().owed > 0).collect();
        found.reverse();
        Ok(found)
    }

    /// The last instances of the calendar that have fallen due, with each kind of subject.
    fn settled_instances(&self, duty: &Duty) -> Vec<(Instance, String)> {
        let today = self.today();
        let go_live = self.model.duty_from(duty);
        let all = between(duty, go_live, today.plus_days(-800), today.plus_days(-1), &self.calendar);
        let last = all.into_iter().rev().take(24);
        last.flat_map(|i| duty.subjects().map(move |k| (i.clone(), k.to_owned())).collect::<Vec<_>>())
            .collect()
    }

    /// The instance that is running, with how many owe it and how many have fulfilled it, by county. None for duties that
    /// have no periods of the calendar.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_now(
        &self,
        actor: &Actor,
        duty: &Duty,
    ) -> Result<Option<(Instance, BTreeMap<String, (i64, i64)>)>, EngineError> {
        let go_live = self.model.duty_from(duty);
        let Some(instance) = current(duty, go_live, self.today(), &self.calendar) else { return Ok(None) };
        let mut counties: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for kind in duty.subjects() {
            let window = Self::duty_window(duty, &instance, true);
            let done: Judged = self.duty_verdict(SPAN, self.duty_evidence(duty, kind, SPAN, &window));
            let query = Aggregate::count(span_table(), self.duty_scope(actor))
                .filter(Self::duty_owing(duty, kind, &instance))
                .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                .by("county")
                .measure("done", Measure::Judged(done, Wanted::Holds));
            for row in self.database.aggregate(&query).await? {
                let entry = counties.entry(row.text("county")?.to_owned()).or_default();
                entry.0 += row.int("count")?;
                entry.1 += row.int("done")?;
            }
        }
        Ok(Some((instance, counties)))
    }

    /// A page of the subjects behind a number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_lines(
        &self,
        actor: &Actor,
        duty: &Duty,
        wish: &Wish,
        after: Option<Id>,
        limit: u32,
    ) -> Result<Vec<Line>, EngineError> {
        let place = |condition: Condition| match &wish.county {
            Some(county) => condition.and(Condition::eq("county", county.as_str())),
            None => condition,
        };
        let page = |query: Query| {
            let query = query.sort("id", Direction::Ascending).limit(limit);
            match after {
                Some(last) => query.after(vec![Value::Id(last), Value::Id(last)]),
                None => query,
            }
        };
        let go_live = self.model.duty_from(duty);
        let instance = wish
            .period
            .as_deref()
            .and_then(|code| judge::duty::instance::of_code(duty, go_live, code, &self.calendar));
        let of_spans = matches!(wish.state, None | Some(State::Fulfilled | State::Due)) && instance.is_some();
        if let (Some(instance), true) = (&instance, of_spans) {
            return self.span_lines(actor, duty, instance, wish, (place, page)).await;
        }
        if wish.state.is_none() && wish.period.is_none() {
            let open = place(Condition::eq("duty", duty.name()))
                .and(Condition::Eq("removed_at".into(), Value::Int(0)));
            let rows = self
                .database
                .select(&page(Query::of(span_table(), self.duty_scope(actor)).filter(open)))
                .await?;
            return Ok(rows.iter().map(|row| span_of(row).map(of_span)).collect::<Result<_, _>>()?);
        }
        let mut condition = place(Condition::eq("duty", duty.name()));
        if let Some(state) = wish.state {
            condition = condition.and(Condition::eq("state", state.word()));
        }
        if let Some(period) = &wish.period {
            condition = condition.and(Condition::eq("bucket", period.as_str()));
        }
        let rows = self
            .database
            .select(&page(Query::of(state_table(), self.duty_scope(actor)).filter(condition)))
            .await?;
        Ok(rows.iter().map(|row| stored_of(row).map(of_stored)).collect::<Result<_, _>>()?)
    }

    async fn span_lines(
        &self,
        actor: &Actor,
        duty: &Duty,
        instance: &Instance,
        wish: &Wish,
        (place, page): (impl Fn(Condition) -> Condition, impl Fn(Query) -> Query),
    ) -> Result<Vec<Line>, EngineError> {
        let mut lines = Vec::new();
        for kind in duty.subjects() {
            let window: Window = Self::duty_window(duty, instance, true);
            let evidence = self.duty_evidence(duty, kind, SPAN, &window);
            let owing = place(Self::duty_owing(duty, kind, instance));
            let no_row = self.duty_not_asked(SPAN, self.has_state(duty, SPAN, &instance.code));
            let condition = match wish.state {
                Some(State::Fulfilled) => {
                    owing.and(self.duty_asked(SPAN, evidence, Wanted::Holds)).and(no_row)
                }
                Some(_) => owing.and(self.duty_not_asked(SPAN, evidence)).and(no_row),
                None => owing,
            };
            let query = page(Query::of(span_table(), self.duty_scope(actor)).filter(condition));
            for row in self.database.select(&query).await? {
                let line = of_span(span_of(&row)?);
                let (period, due) = (instance.code.clone(), Some(instance.due));
                lines.push(Line { period, due, state: wish.state, ..line });
            }
        }
        lines.sort_by_key(|line| line.key);
        Ok(lines)
    }

    /// What falls due between both days, of the duties that bind anybody in somebody's scope.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_calendar(
        &self,
        actor: &Actor,
        from: Day,
        until: Day,
    ) -> Result<Vec<Falling>, EngineError> {
        let standing = self.duties_standing(actor).await?;
        let mut found = Vec::new();
        for duty in self.model.duties.values() {
            if standing.get(duty.name()).is_none_or(|s| s.bound.values().sum::<i64>() == 0) {
                continue;
            }
            let instances = between(duty, self.model.duty_from(duty), from, until, &self.calendar);
            found.extend(
                instances.into_iter().map(|instance| Falling { duty: duty.name().to_owned(), instance }),
            );
        }
        found.sort_by(|a, b| (a.instance.due, &a.duty).cmp(&(b.instance.due, &b.duty)));
        Ok(found)
    }

    /// Every instance of one subject that is due, late, was late or excused, newest first; and what is running.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duty_history(
        &self,
        actor: &Actor,
        duty: &Duty,
        subject: Id,
    ) -> Result<Vec<Stored>, EngineError> {
        let query = Query::of(state_table(), self.duty_scope(actor))
            .filter(Condition::eq("duty", duty.name()))
            .filter(Condition::eq("subject", subject))
            .sort("due_day", Direction::Descending)
            .limit(100);
        Ok(self.database.select(&query).await?.iter().map(stored_of).collect::<Result<_, _>>()?)
    }
}

pub(crate) fn of_span(span: super::rows::Span) -> Line {
    Line {
        key: span.id,
        subject: span.subject,
        period: String::new(),
        due: None,
        state: None,
        since: Some(span.from),
        reason: String::new(),
    }
}

pub(crate) fn of_stored(row: Stored) -> Line {
    let reason =
        if row.reason.is_empty() { String::new() } else { format!("{}：{}", row.by_name, row.reason) };
    Line {
        key: row.id,
        subject: row.subject,
        period: row.period,
        due: Some(row.due),
        state: Some(row.state),
        since: None,
        reason,
    }
}
