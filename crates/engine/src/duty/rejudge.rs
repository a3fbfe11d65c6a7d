//! One changed record: which duties it touches, for which subjects, and what follows at once. What is missed here, such as
//! after an import, the next sweep finds.

use std::collections::{BTreeMap, BTreeSet};

use base::Id;
use judge::Fact;
use judge::duty::instance::containing;
use judge::fact::fact;
use plan::expression::{Route, RouteStep};
use plan::pack::duty::Rhythm;
use plan::pack::duty_link::SubjectLink;
use plan::pack::{Duty, RegionKind, Register};
use store::{ChangeSet, Condition, Query, Scope, StoreError, Value, WriteError};

use super::catalogue::proof_link;
use super::counts;
use super::late::Told;
use super::rows::end_span;
use super::spans::{Among, SUBJECT_COLUMNS};
use super::subjects::{fixed_id, subject_of};
use super::tables::span_table;
use crate::record::Record;
use crate::relevance::{Change, matters};
use crate::rule::whole;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Subjects judged at once; a record that touches more lets the next sweep judge everybody.
const MOST_SUBJECTS: usize = 200;
/// Verdicts asked in one question.
const VERDICTS: usize = 24;

impl Engine {
    /// Judges the duties that a stored change touches. A failure is logged: the next sweep finds what is missing.
    pub(crate) async fn duties_follow(&self, register: &Register, old: Option<&Record>, new: &Record) {
        if self.model.duties.is_empty() {
            return;
        }
        if let Err(error) = self.judge_changed(register, old, new).await {
            tracing::error!(%error, register = register.name(), "duties were not judged at once");
        }
    }

    async fn judge_changed(
        &self,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
    ) -> Result<(), EngineError> {
        if self.resting {
            // An event is never seen again, all else is.
            return self.events_follow(register, old, new).await;
        }
        let touched = self.duties_touched(register, old, new).await?;
        let total: usize = touched.values().map(BTreeSet::len).sum();
        if total > MOST_SUBJECTS * 8 {
            return self.duties_are_stale().await;
        }
        self.judge_subjects(&touched).await?;
        for (name, ids) in &touched {
            let Some(duty) = self.model.duties.get(*name) else { continue };
            if duty.rhythm() == Rhythm::Always {
                let among = Among::These(ids.iter().copied().collect());
                self.heal_duty(duty, &among).await?;
                self.settle_always(duty, &among).await?;
            }
        }
        for duty in self.model.duties.values() {
            if duty.record() == Some(register.name()) {
                self.evidence_changed(duty, old, new).await?;
            }
        }
        self.events_follow(register, old, new).await
    }

    /// Duties that begin with what just happened.
    async fn events_follow(
        &self,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
    ) -> Result<(), EngineError> {
        for duty in self.model.duties.values() {
            if duty.after.as_ref().is_some_and(|a| happened(a.event.get_ref(), register, old, new)) {
                self.duty_events(duty, register, &[new]).await?;
            }
        }
        Ok(())
    }

    /// The duties whose conditions read what changed, each with the subjects that it may concern.
    async fn duties_touched<'a>(
        &'a self,
        register: &Register,
        old: Option<&Record>,
        new: &Record,
    ) -> Result<BTreeMap<&'a str, BTreeSet<Id>>, EngineError> {
        let index = self.duties.index();
        let found: BTreeMap<&str, BTreeSet<&Route>> = match old {
            None => index.of_register(register.name()),
            Some(old) => {
                let names = old.facts.keys().chain(new.facts.keys());
                let mut changed: BTreeSet<&str> =
                    names.filter(|name| fact(&old.facts, name) != fact(&new.facts, name)).collect();
                changed.insert("updated_at");
                if old.title != new.title {
                    changed.insert("title");
                }
                if old.place != new.place {
                    changed.extend(["county", "township", "organisation", "sector", "park"]);
                }
                if old.case != new.case {
                    changed.extend(crate::record::read::CASE_HEAD);
                }
                index.of_fields(register.name(), changed)
            }
        };
        let (after, before) = (whole(new), old.map(whole));
        let change = Change { register: register.name(), id: new.id, old: before.as_ref(), new: &after };
        let mut touched: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
        for (name, routes) in found {
            let Some(duty) = self.model.duties.get(name) else { continue };
            let kind = duty.who.subject.get_ref();
            for route in routes.into_iter().filter(|route| matters(index, name, route, &change)) {
                let ids = self.duty_route_back(kind, route, old, new).await?;
                touched.entry(duty.name()).or_default().extend(ids);
            }
        }
        if old.is_none() {
            for duty in self.model.duties.values().filter(|d| d.binds(register.name())) {
                touched.entry(duty.name()).or_default().insert(new.id);
            }
        }
        Ok(touched)
    }

    /// The subjects from which a route leads to the changed record.
    async fn duty_route_back(
        &self,
        kind: &str,
        route: &Route,
        old: Option<&Record>,
        new: &Record,
    ) -> Result<Vec<Id>, EngineError> {
        let Some((last, before)) = route.steps.split_last() else { return Ok(vec![new.id]) };
        let owner = |at: usize| match at.checked_sub(1).and_then(|i| route.steps.get(i)) {
            Some(RouteStep::Follow { to, .. } | RouteStep::Linked { to, .. }) => to.as_str(),
            None => kind,
        };
        let mut ids = match last {
            RouteStep::Follow { field, .. } => {
                self.ids_where(owner(before.len()), field, vec![Value::Id(new.id)]).await?
            }
            RouteStep::Linked { inner, outer, .. } => {
                let values =
                    [Some(new), old].into_iter().flatten().filter_map(|r| value_of(r, inner)).collect();
                self.ids_where(owner(before.len()), outer, values).await?
            }
        };
        for (at, step) in before.iter().enumerate().rev() {
            let held: Vec<Value> = ids.iter().map(|id| Value::Id(*id)).collect();
            ids = match step {
                RouteStep::Follow { field, .. } => self.ids_where(owner(at), field, held).await?,
                RouteStep::Linked { to, inner, outer } => {
                    let query = Query::of(table_name(to), Scope::system("whom a change touches"))
                        .columns(&[inner.as_str()])
                        .filter(Condition::In("id".into(), held))
                        .limit(2000);
                    let mut values = Vec::new();
                    for row in self.database.select(&query).await? {
                        values.push(row.value(inner)?.clone());
                    }
                    self.ids_where(owner(at), outer, values).await?
                }
            };
        }
        Ok(ids)
    }

    async fn ids_where(
        &self,
        register: &str,
        field: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Id>, EngineError> {
        if field == "id" {
            let ids = values.into_iter().filter_map(|v| if let Value::Id(id) = v { Some(id) } else { None });
            return Ok(ids.collect());
        }
        let query = Query::of(table_name(register), Scope::system("whom a change touches"))
            .columns(&["id"])
            .filter(Condition::In(field.to_owned(), values))
            .limit(2000);
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(|row| row.id("id")).collect::<Result<_, StoreError>>()?)
    }

    /// Judges who is bound, for some subjects of some duties: one question for many duties.
    async fn judge_subjects(&self, touched: &BTreeMap<&str, BTreeSet<Id>>) -> Result<(), EngineError> {
        let today = self.today();
        let mut kinds: BTreeMap<&str, Vec<&Duty>> = BTreeMap::new();
        for duty in touched.keys().filter_map(|name| self.model.duties.get(*name)) {
            let live = self.model.duty_from(duty) <= today && duty.until.is_none_or(|until| today <= until);
            if live {
                kinds.entry(duty.who.subject.get_ref()).or_default().push(duty);
            }
        }
        for (kind, duties) in kinds {
            let all: BTreeSet<Id> =
                duties.iter().filter_map(|d| touched.get(d.name())).flatten().copied().collect();
            let all: Vec<Id> = all.into_iter().collect();
            let spans = self.spans_of(&all).await?;
            let (mut wanted, mut set) = (Vec::new(), ChangeSet::new());
            for some in duties.chunks(VERDICTS) {
                let mut query = Query::of(table_name(kind), Scope::system("whom duties bind"))
                    .columns(&SUBJECT_COLUMNS)
                    .filter(Condition::In("id".into(), all.iter().map(|id| Value::Id(*id)).collect()))
                    .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                    .limit(u32::MAX);
                for (number, duty) in some.iter().enumerate() {
                    query = query.verdict(
                        format!("d{number}"),
                        self.duty_verdict(kind, self.duty_binds(duty, kind, today)),
                    );
                }
                for row in self.database.select(&query).await? {
                    let subject = subject_of(kind, &row)?;
                    for (number, duty) in some.iter().enumerate() {
                        if !touched.get(duty.name()).is_some_and(|ids| ids.contains(&subject.id)) {
                            continue;
                        }
                        let own = spans.iter().find(|s| s.duty == duty.name() && s.subject.id == subject.id);
                        match (row.int(&format!("d{number}"))?, own) {
                            (1, None) => wanted.push((*duty, subject.clone(), row.instant("created_at")?)),
                            (0, Some(span)) => {
                                let until = today.plus_days(-1);
                                set.changes.push(if span.from > until {
                                    store::Change::Delete { table: span_table(), id: span.id }
                                } else {
                                    end_span(span.id, until, self.now())
                                });
                                set.deltas.push(counts::bound(&span.duty, kind, &span.subject.place, -1));
                            }
                            _ => {}
                        }
                    }
                }
            }
            set.append(self.add_spans(&wanted));
            if set.changes.is_empty() {
                continue;
            }
            match self.database.apply(set).await {
                // A sweep was faster.
                Ok(_) | Err(WriteError::Conflict { .. } | WriteError::Duplicate { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// A record that proves a duty was entered or changed.
    async fn evidence_changed(
        &self,
        duty: &Duty,
        old: Option<&Record>,
        new: &Record,
    ) -> Result<(), EngineError> {
        let at = duty.fulfilled.as_ref().and_then(|f| f.at.as_ref()).map(|at| at.get_ref().as_str());
        for kind in duty.subjects() {
            let Some(link) = proof_link(&self.model, duty, kind) else { continue };
            let both = [Some(new), old];
            let ids: BTreeSet<Id> =
                both.into_iter().flatten().flat_map(|record| self.named_by(&link, kind, record)).collect();
            if ids.is_empty() {
                continue;
            }
            let among = Among::These(ids.into_iter().collect());
            self.heal_duty(duty, &among).await?;
            // What counted before may not count any more: look at its period again.
            if let Some(before) = old {
                let day = at.map_or(before.created_at.day(), |at| {
                    fact(&before.facts, at).as_day().unwrap_or_else(|| before.created_at.day())
                });
                let go_live = self.model.duty_from(duty);
                if let Some(instance) = containing(duty, go_live, day, &self.calendar)
                    && instance.due < self.today()
                    && judge::duty::instance::in_force(duty, go_live, &instance)
                {
                    self.settle_instance(duty, kind, &instance, &among, Told::Later).await?;
                }
            }
        }
        Ok(())
    }

    /// The subjects of a kind that a record names.
    pub(super) fn named_by(&self, link: &SubjectLink, kind: &str, record: &Record) -> Vec<Id> {
        let code = |field: &str| match value_of(record, field) {
            Some(Value::Text(code)) if !code.is_empty() => Some(fixed_id(kind, &code)),
            _ => None,
        };
        match link {
            SubjectLink::Itself => vec![record.id],
            SubjectLink::Reference(field) => fact(&record.facts, field).as_id().into_iter().collect(),
            SubjectLink::Code(field) if field == "county" => {
                code(field).into_iter().chain(code("park")).collect()
            }
            SubjectLink::Code(field) => code(field).into_iter().collect(),
            SubjectLink::Whole => {
                let city = self.model.regions.iter().find(|r| r.kind == RegionKind::City);
                city.map(|c| fixed_id("city", c.code.get_ref())).into_iter().collect()
            }
        }
    }
}

/// Whether a change of a record is the event.
pub(super) fn happened(event: &str, register: &Register, old: Option<&Record>, new: &Record) -> bool {
    let Some((of, what)) = event.split_once('.') else { return false };
    if of != register.name() {
        return false;
    }
    if what == "created" {
        return old.is_none();
    }
    if let (Some(field), Some(old)) = (what.strip_suffix("_changed"), old)
        && register.field(field).is_some()
    {
        let before = fact(&old.facts, field);
        // Filling a field for the first time changes nothing that anybody relied on.
        return !before.is_empty() && before != fact(&new.facts, field);
    }
    let state = |record: &Record| record.case.as_ref().map(|case| case.state.clone());
    state(new).as_deref() == Some(what) && old.and_then(state).as_deref() != Some(what)
}

/// The value of a field or scope column of a record, as it is stored.
fn value_of(record: &Record, field: &str) -> Option<Value> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    match field {
        "id" => return Some(Value::Id(record.id)),
        "organisation" => return Some(Value::Id(record.place.organisation)),
        "code" => return text(&record.code),
        "title" => return text(&record.title),
        _ => {}
    }
    match fact(&record.facts, field) {
        Fact::Text(value) => text(value),
        Fact::Reference(id) => Some(Value::Id(*id)),
        Fact::Day(day) => text(&day.to_string()),
        Fact::Integer(number) => Some(Value::Int(*number)),
        Fact::YesNo(yes) => Some(Value::Bool(*yes)),
        _ => match field {
            "county" => text(&record.place.county),
            "township" => text(&record.place.township),
            "sector" => text(&record.place.sector),
            "park" => text(&record.place.park),
            _ => None,
        },
    }
}
