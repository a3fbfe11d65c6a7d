//! Handing in what proves a duty, and excusing somebody from it: both by people, with the journal saying who.

use std::collections::BTreeSet;

use base::{Id, Instant, Problem, Problems};
use city::Actor;
use judge::duty::instance::of_code;
use judge::duty::{Instance, State};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::duty::Rhythm;
use plan::pack::{Duty, FieldKind, Seat};
use serde_json::Value as Json;
use store::{Applied, Change, ChangeSet, Condition, JournalEntry, Query, Scope, Value};

use super::counts;
use super::rows::{Bound, Fresh, Span, Stored, new_state, span_of, stored_of, subject_values, to_state};
use super::spans::Among;
use super::tables::{evidence_table, span_table, state_table};
use crate::record::write::Sending;
use crate::{Engine, EngineError};

/// Longest reason, characters.
const LONGEST_REASON: usize = 500;

/// What was handed in.
#[derive(Debug, Clone)]
pub struct Handed {
    /// Identity.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// By whom, as they were called then.
    pub by: String,
    /// The fields.
    pub facts: Facts,
}

impl Engine {
    /// The duty of that name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where no pack has it.
    pub fn duty(&self, name: &str) -> Result<&Duty, EngineError> {
        self.model.duties.get(name).ok_or(EngineError::NotFound)
    }

    /// The span by which a duty binds a subject that `actor` sees; a former one where none binds it now.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for what does not exist and what lies outside the scope alike.
    pub async fn duty_span(&self, actor: &Actor, duty: &str, subject: Id) -> Result<Span, EngineError> {
        let query = Query::of(span_table(), self.duty_scope(actor))
            .filter(Condition::eq("duty", duty))
            .filter(Condition::eq("subject", subject))
            .sort("from_day", store::Direction::Descending)
            .limit(1);
        let row = self.database.first(&query).await?.ok_or(EngineError::NotFound)?;
        Ok(span_of(&row)?)
    }

    /// Whether `actor` hands in for this subject: they hold a keeper's role over it, of the level of the subject where the
    /// duty names one.
    #[must_use]
    pub fn hands_in(&self, actor: &Actor, duty: &Duty, subject: &Bound) -> bool {
        let own = self.keepers_of(duty, &subject.kind);
        actor.roles_over(&subject.place).iter().any(|role| own.contains(role.as_str()))
    }

    /// The roles that hand in for subjects of a kind: of the keepers those of its level, or all where none is.
    pub(super) fn keepers_of<'a>(&self, duty: &'a Duty, kind: &str) -> BTreeSet<&'a str> {
        let level = match kind {
            "county" => Seat::County,
            "township" => Seat::Township,
            "department" => Seat::Department,
            "city" => Seat::City,
            _ => Seat::Enterprise,
        };
        let seat = |role: &&String| self.model.roles.get(*role).is_some_and(|r| r.seat == level);
        let own: BTreeSet<&str> = duty.keeper.iter().filter(seat).map(String::as_str).collect();
        if own.is_empty() { duty.keeper.iter().map(String::as_str).collect() } else { own }
    }

    /// Whether `actor` may excuse this subject.
    #[must_use]
    pub fn excuses(&self, actor: &Actor, duty: &Duty, subject: &Bound) -> bool {
        actor.roles_over(&subject.place).iter().any(|role| duty.excuse.contains(role))
    }

    /// The instance of that code of a subject: of the calendar, or one that is stored.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where there is none.
    pub async fn duty_instance(
        &self,
        duty: &Duty,
        subject: &Bound,
        period: &str,
    ) -> Result<(Instance, Option<Stored>), EngineError> {
        let query = Query::of(state_table(), Scope::system("an instance of a duty"))
            .filter(Condition::eq("subject", subject.id))
            .filter(Condition::eq("duty", duty.name()))
            .filter(Condition::eq("period", period))
            .limit(1);
        let stored = self.database.first(&query).await?.map(|row| stored_of(&row)).transpose()?;
        let instance = match (of_code(duty, self.model.duty_from(duty), period, &self.calendar), &stored) {
            (Some(instance), _) => instance,
            (None, Some(stored)) => stored.instance(),
            (None, None) => match duty.rhythm() {
                // Ahead of its due day nothing is stored: it is named by that day.
                Rhythm::SinceLast(frequency) => {
                    let last = self.last_evidence(duty, &subject.kind, &[subject]).await?;
                    let from = match last.get(&subject.id) {
                        Some(day) => *day,
                        None => self.span_begin(duty, subject).await?,
                    };
                    let due = self.due_since(duty, frequency, from);
                    let code = due.to_string();
                    Instance { code, first: from, last: due, due, bound_by: due }
                }
                _ => return Err(EngineError::NotFound),
            },
        };
        if instance.code == period { Ok((instance, stored)) } else { Err(EngineError::NotFound) }
    }

    async fn span_begin(&self, duty: &Duty, subject: &Bound) -> Result<base::Day, EngineError> {
        let spans = self.spans_of(&[subject.id]).await?;
        spans.iter().find(|s| s.duty == duty.name()).map(|s| s.from).ok_or(EngineError::NotFound)
    }

    /// Hands in what proves an instance of a duty.
    ///
    /// # Errors
    /// Not visible, not a keeper, proven by records instead, the period has not begun, or fields are missing.
    pub async fn hand_in(
        &self,
        actor: &Actor,
        duty: &str,
        subject: Id,
        period: &str,
        facts: &Facts,
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        let duty = self.duty(duty)?;
        let span = self.duty_span(actor, duty.name(), subject).await?;
        if let Some(made) = self.earlier(sending).await?.and_then(|made| made.parse().ok()) {
            return Ok(made);
        }
        if !duty.is_handed_in() || !self.hands_in(actor, duty, &span.subject) {
            return Err(EngineError::Refused(Problem::new("duty.not_keeper")));
        }
        let (instance, _) = self.duty_instance(duty, &span.subject, period).await?;
        let now = self.now();
        if instance.first > self.today() && !matches!(duty.rhythm(), Rhythm::Once(_)) {
            return Err(EngineError::Refused(Problem::new("duty.not_begun").with("day", instance.first)));
        }
        let fields = duty.form_fields();
        let mut facts = facts.only(|name| fields.iter().any(|f| f.name() == name));
        facts.retain(|_, fact| !fact.is_empty());
        let missing = fields.iter().filter(|f| f.required && fact(&facts, f.name()).is_empty());
        Problems(missing.map(|f| Problem::of(f.name(), "field.required")).collect()).or(())?;
        let id = self.new_id();
        let json = Json::Object(facts.to_json());
        let mut values = subject_values(duty.name(), &span.subject);
        values.extend([
            ("period".into(), Value::Text(instance.code.clone())),
            ("at_day".into(), Value::from(self.today())),
            ("at".into(), Value::Int(now.0)),
            ("by_account".into(), Value::Id(actor.account)),
            ("by_name".into(), Value::Text(actor.display.clone())),
            ("facts".into(), Value::Text(json.to_string())),
        ]);
        let mut set = ChangeSet { result: id.to_string(), ..ChangeSet::new() };
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        set.changes.push(Change::Insert { table: evidence_table(), id, values });
        set.changes.extend(self.name_attachments(actor, id, &Facts::new(), &facts).await?);
        let payload =
            serde_json::json!({ "subject": span.subject.code, "period": instance.code, "fields": json });
        set.journal.push(self.duty_journal(actor, duty, "hand_in", id, &span.subject, &payload));
        let made = match self.database.apply(set).await? {
            Applied::Done => id,
            Applied::AlreadyDone(result) => result.parse().unwrap_or(id),
        };
        self.heal_duty(duty, &Among::These(vec![subject])).await?;
        Ok(made)
    }

    /// Excuses a subject from an instance that it has not fulfilled.
    ///
    /// # Errors
    /// Not visible, not allowed, no reason, or it is fulfilled or excused already.
    pub async fn excuse_duty(
        &self,
        actor: &Actor,
        duty: &str,
        subject: Id,
        period: &str,
        reason: &str,
    ) -> Result<(), EngineError> {
        let duty = self.duty(duty)?;
        let span = self.duty_span(actor, duty.name(), subject).await?;
        if !self.excuses(actor, duty, &span.subject) {
            return Err(EngineError::Refused(Problem::new("duty.not_excuser")));
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Problem::of("reason", "field.required").into());
        }
        let reason: String = reason.chars().take(LONGEST_REASON).collect();
        let (instance, stored) = self.duty_instance(duty, &span.subject, period).await?;
        let now = self.now();
        let more = vec![
            ("reason".into(), Value::Text(reason.clone())),
            ("by_account".into(), Value::Id(actor.account)),
            ("by_name".into(), Value::Text(actor.display.clone())),
        ];
        let place = &span.subject.place;
        let mut set = ChangeSet::new();
        let record = match &stored {
            Some(row) if matches!(row.state, State::Due | State::Overdue) => {
                set.changes.push(to_state(row, State::Excused, now, None, more));
                set.deltas = counts::moved(duty.name(), &row.bucket, row.state, State::Excused, place);
                self.withdraw_late(row, State::Excused, &mut set).await?;
                row.id
            }
            Some(_) => return Err(EngineError::Refused(Problem::new("duty.settled"))),
            None => {
                let id = self.new_id();
                let bucket = match duty.rhythm() {
                    Rhythm::Once(_) | Rhythm::Calendar(_) => instance.code.clone(),
                    _ => super::late::month_of(instance.due),
                };
                let fresh = Fresh {
                    duty: duty.name(),
                    subject: &span.subject,
                    instance: &instance,
                    bucket: &bucket,
                    state: State::Excused,
                    stages_done: 0,
                    next: None,
                };
                let mut change = new_state(id, &fresh, now);
                if let Change::Insert { values, .. } = &mut change {
                    for (column, value) in more {
                        if let Some(own) = values.iter_mut().find(|(name, _)| *name == column) {
                            own.1 = value;
                        }
                    }
                }
                set.changes.push(change);
                set.deltas = counts::in_state(duty.name(), &bucket, State::Excused, place, 1);
                id
            }
        };
        let payload = serde_json::json!({ "subject": span.subject.code, "period": period, "reason": reason });
        set.journal.push(self.duty_journal(actor, duty, "excuse", record, &span.subject, &payload));
        self.database.apply(set).await?;
        Ok(())
    }

    fn duty_journal(
        &self,
        actor: &Actor,
        duty: &Duty,
        operation: &str,
        record: Id,
        subject: &Bound,
        payload: &Json,
    ) -> JournalEntry {
        JournalEntry {
            at: self.now(),
            actor: actor.account,
            operation: format!("duty.{operation}"),
            table: if operation == "hand_in" { evidence_table() } else { state_table() },
            record,
            county: subject.place.county.clone(),
            payload: serde_json::json!({ "duty": duty.name(), "what": payload }).to_string(),
        }
    }

    /// What was handed in for an instance, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn handed_in_for(
        &self,
        actor: &Actor,
        duty: &Duty,
        subject: Id,
        period: &str,
    ) -> Result<Vec<Handed>, EngineError> {
        let query = Query::of(evidence_table(), self.duty_scope(actor).reading(store::ColumnClass::Internal))
            .filter(Condition::eq("subject", subject))
            .filter(Condition::eq("duty", duty.name()))
            .filter(Condition::eq("period", period))
            .sort("id", store::Direction::Descending)
            .limit(50);
        let fields = duty.form_fields();
        let mut found = Vec::new();
        for row in self.database.select(&query).await? {
            let json: Json = serde_json::from_str(row.text("facts")?).unwrap_or(Json::Null);
            let facts = fields.iter().filter_map(|f| {
                Some((f.name().to_owned(), of_json(f.kind, f.is_list(), json.get(f.name())?)?))
            });
            found.push(Handed {
                id: row.id("id")?,
                at: row.instant("at")?,
                by: row.text("by_name")?.to_owned(),
                facts: facts.collect(),
            });
        }
        Ok(found)
    }

    /// The name of a file that was handed in, where `actor` sees the subject.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] otherwise.
    pub async fn duty_file(&self, actor: &Actor, evidence: Id, hash: &str) -> Result<String, EngineError> {
        let query = Query::of(evidence_table(), self.duty_scope(actor))
            .filter(Condition::eq("id", evidence))
            .limit(1);
        let row = self.database.first(&query).await?.ok_or(EngineError::NotFound)?;
        let json: Json = serde_json::from_str(row.text("facts")?).unwrap_or(Json::Null);
        let lists = json.as_object().into_iter().flat_map(|o| o.values()).filter_map(Json::as_array);
        if !lists.flatten().any(|value| value.as_str() == Some(hash)) {
            return Err(EngineError::NotFound);
        }
        let held = Facts::from([("file".to_owned(), Fact::List(vec![hash.to_owned()]))]);
        let mut known = self.attachments(actor, evidence, std::iter::once(&held)).await?;
        Ok(known.remove(hash).unwrap_or_default().name)
    }
}

/// A fact as it was written as JSON.
fn of_json(kind: FieldKind, list: bool, json: &Json) -> Option<Fact> {
    if list {
        let texts = json.as_array()?.iter().map(|v| v.as_str().map(str::to_owned));
        return texts.collect::<Option<Vec<_>>>().map(Fact::List);
    }
    Some(match kind {
        FieldKind::Integer | FieldKind::Money => Fact::Integer(json.as_i64()?),
        FieldKind::Decimal => Fact::Decimal(json.as_f64()?),
        FieldKind::YesNo => Fact::YesNo(json.as_bool()?),
        FieldKind::Day => Fact::Day(base::Day::parse(json.as_str()?)?),
        _ => Fact::Text(json.as_str()?.to_owned()),
    })
}
