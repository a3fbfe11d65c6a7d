//! Rows of the tables of duties.

use base::{Day, Id, Instant};
use city::Place;
use judge::duty::{Instance, State};
use store::{Change, Row, StoreError, Value, Values};

use super::tables::{span_table, state_table};
use crate::record::read::place_of;

/// Whom a duty binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// A register, or county, township, park, department, city.
    pub kind: String,
    /// Identity.
    pub id: Id,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Scope.
    pub place: Place,
}

/// From when to when a duty binds a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Key.
    pub id: Id,
    /// The duty.
    pub duty: String,
    /// Whom.
    pub subject: Bound,
    /// First day.
    pub from: Day,
    /// Last day; None while it binds.
    pub until: Option<Day>,
}

/// An instance about which there is something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Key.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// The duty.
    pub duty: String,
    /// Whose.
    pub subject: Bound,
    /// Code of the instance.
    pub period: String,
    /// Period by which it is counted.
    pub bucket: String,
    /// First day whose evidence counts.
    pub first: Day,
    /// Last day in time.
    pub due: Day,
    /// Its state.
    pub state: State,
    /// Consequences carried out.
    pub stages_done: usize,
    /// When it was found fulfilled.
    pub done: Option<Day>,
    /// Why it was excused.
    pub reason: String,
    /// Who excused it.
    pub by_name: String,
    /// The case that was opened for it; nil without one.
    pub opened: Id,
    /// Its register.
    pub opened_register: String,
    /// What was proposed for it.
    pub proposed: Vec<Id>,
}

/// An instance that is written for the first time.
#[derive(Debug, Clone)]
pub(super) struct Fresh<'a> {
    pub(super) duty: &'a str,
    pub(super) subject: &'a Bound,
    pub(super) instance: &'a Instance,
    pub(super) bucket: &'a str,
    pub(super) state: State,
    pub(super) stages_done: usize,
    pub(super) next: Option<Day>,
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

fn day_text(day: Option<Day>) -> Value {
    text(day.map_or_else(String::new, |day| day.to_string()))
}

/// The scope columns of a row.
pub(super) fn scope_values(place: &Place) -> Values {
    vec![
        ("county".into(), text(&place.county)),
        ("township".into(), text(&place.township)),
        ("organisation".into(), Value::Id(place.organisation)),
        ("sector".into(), text(&place.sector)),
        ("park".into(), text(&place.park)),
    ]
}

pub(super) fn subject_values(duty: &str, subject: &Bound) -> Values {
    let mut values = scope_values(&subject.place);
    values.extend([
        ("duty".into(), text(duty)),
        ("kind".into(), text(&subject.kind)),
        ("subject".into(), Value::Id(subject.id)),
        ("code".into(), text(&subject.code)),
        ("title".into(), text(&subject.title)),
        ("removed_at".into(), Value::Int(0)),
    ]);
    values
}

/// A new span.
pub(super) fn new_span(id: Id, duty: &str, subject: &Bound, from: Day) -> Change {
    let mut values = subject_values(duty, subject);
    values.extend([("from_day".into(), text(from.to_string())), ("until_day".into(), text(""))]);
    Change::Insert { table: span_table(), id, values }
}

/// The end of a span.
pub(super) fn end_span(id: Id, until: Day, now: Instant) -> Change {
    let values =
        vec![("until_day".into(), text(until.to_string())), ("removed_at".into(), Value::Int(now.0))];
    Change::Update { table: span_table(), id, expected_version: None, values }
}

/// A new row of an instance.
pub(super) fn new_state(id: Id, fresh: &Fresh<'_>, now: Instant) -> Change {
    let instance = fresh.instance;
    let mut values = subject_values(fresh.duty, fresh.subject);
    values.extend([
        ("period".into(), text(&instance.code)),
        ("bucket".into(), text(fresh.bucket)),
        ("first_day".into(), text(instance.first.to_string())),
        ("first_at".into(), Value::Int(Instant::start_of(instance.first).0)),
        ("due_day".into(), text(instance.due.to_string())),
        ("due_at".into(), Value::Int(Instant::end_of(instance.due).0)),
        ("state".into(), text(fresh.state.word())),
        ("since".into(), Value::Int(now.0)),
        ("stages_done".into(), Value::Int(i64::try_from(fresh.stages_done).unwrap_or(i64::MAX))),
        ("next_day".into(), day_text(fresh.next)),
        ("done_day".into(), text("")),
        ("reason".into(), text("")),
        ("by_account".into(), Value::Id(Id::NIL)),
        ("by_name".into(), text("")),
        ("opened".into(), Value::Id(Id::NIL)),
        ("opened_register".into(), text("")),
        ("proposed".into(), text("")),
    ]);
    Change::Insert { table: state_table(), id, values }
}

/// The change of the state of a row.
pub(super) fn to_state(
    row: &Stored,
    state: State,
    now: Instant,
    next: Option<Day>,
    mut more: Values,
) -> Change {
    more.extend([
        ("state".into(), text(state.word())),
        ("since".into(), Value::Int(now.0)),
        ("next_day".into(), day_text(next)),
    ]);
    Change::Update { table: state_table(), id: row.id, expected_version: Some(row.version), values: more }
}

/// How far consequences were carried out.
pub(super) fn carried(row: &Stored, done: usize, next: Option<Day>, mut more: Values) -> Change {
    more.extend([
        ("stages_done".into(), Value::Int(i64::try_from(done).unwrap_or(i64::MAX))),
        ("next_day".into(), day_text(next)),
    ]);
    Change::Update { table: state_table(), id: row.id, expected_version: Some(row.version), values: more }
}

/// The subject of a row of the tables of duties.
pub(super) fn bound_of(row: &Row) -> Result<Bound, StoreError> {
    Ok(Bound {
        kind: row.text("kind")?.to_owned(),
        id: row.id("subject")?,
        code: row.text("code")?.to_owned(),
        title: row.text("title")?.to_owned(),
        place: place_of(row)?,
    })
}

pub(crate) fn span_of(row: &Row) -> Result<Span, StoreError> {
    Ok(Span {
        id: row.id("id")?,
        duty: row.text("duty")?.to_owned(),
        subject: bound_of(row)?,
        from: row.day("from_day")?,
        until: Day::parse(row.text("until_day")?),
    })
}

pub(crate) fn stored_of(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: row.id("id")?,
        version: row.int("version")?,
        duty: row.text("duty")?.to_owned(),
        subject: bound_of(row)?,
        period: row.text("period")?.to_owned(),
        bucket: row.text("bucket")?.to_owned(),
        first: row.day("first_day")?,
        due: row.day("due_day")?,
        state: State::of_word(row.text("state")?).unwrap_or(State::NotApplicable),
        stages_done: usize::try_from(row.int("stages_done")?).unwrap_or(0),
        done: Day::parse(row.text("done_day")?),
        reason: row.text("reason")?.to_owned(),
        by_name: row.text("by_name")?.to_owned(),
        opened: row.id("opened")?,
        opened_register: row.text("opened_register")?.to_owned(),
        proposed: row.text("proposed")?.split_whitespace().filter_map(|id| id.parse().ok()).collect(),
    })
}

impl Stored {
    /// The instance.
    #[must_use]
    pub fn instance(&self) -> Instance {
        Instance {
            code: self.period.clone(),
            first: self.first,
            last: self.due,
            due: self.due,
            bound_by: self.due,
        }
    }
}
