//! A case that is opened because a subject is late: one for each subject, however many duties it is late with.

use base::{Day, Id, Text};
use city::{Actor, Grant, Place};
use judge::{Fact, Facts};
use plan::pack::duty::LateStage;
use plan::pack::{Duty, FieldKind, Register};
use store::{ChangeSet, Condition, Query, Scope};

use super::rows::Stored;
use super::tables::state_table;
use crate::install::program;
use crate::{Engine, EngineError};

/// Days to put it right where the pack names no other deadline.
const TIME_TO_MEND: i64 = 15;

/// What a case or a proposal needs to know of somebody's lateness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lateness<'a> {
    /// The element that says so, such as `duty:ID`.
    pub(crate) element: &'a str,
    /// What is owed.
    pub(crate) title: &'a Text,
    /// For which period.
    pub(crate) period: &'a str,
    /// Kind of the subject.
    pub(crate) kind: &'a str,
    /// The subject; nil where it is no record.
    pub(crate) subject: Id,
    /// Where it stands.
    pub(crate) place: &'a Place,
    /// Fields with fixed values.
    pub(crate) with: &'a toml::Table,
}

impl Engine {
    /// The case of the subject: the open one that an earlier lateness brought about, or a new one that is added to `set`.
    /// None where the procedure refuses it; the reason is logged.
    pub(super) async fn case_for(
        &self,
        duty: &Duty,
        row: &Stored,
        procedure: &str,
        stage: &LateStage,
        set: &mut ChangeSet,
    ) -> Result<(Option<Id>, bool), EngineError> {
        let Some(register) = self.model.procedure(procedure).map(|p| p.register.as_str()) else {
            return Ok((None, false));
        };
        if let Some(open) = self.open_case_of(row, register).await? {
            return Ok((Some(open), false));
        }
        let element = format!("duty:{}", duty.name());
        let late = Lateness {
            element: &element,
            title: &duty.title,
            period: &row.period,
            kind: &row.subject.kind,
            subject: row.subject.id,
            place: &row.subject.place,
            with: &stage.with,
        };
        let made = self.late_case(&late, procedure, set).await?;
        Ok((made, made.is_some()))
    }

    /// Adds a case to `set` that lateness opens. None where the procedure refuses it; the reason is logged.
    pub(crate) async fn late_case(
        &self,
        late: &Lateness<'_>,
        procedure: &str,
        set: &mut ChangeSet,
    ) -> Result<Option<Id>, EngineError> {
        let Some(procedure) = self.model.procedure(procedure) else { return Ok(None) };
        let register = self.register(&procedure.register)?;
        let facts = self.facts_of_case(late, register);
        let by = procedure.opening.as_ref().and_then(|o| o.by.first()).cloned().unwrap_or_default();
        let place = late.place.clone();
        let mut record = match self.new_case(&standing_in(by, &place), procedure, register, &facts, place) {
            Ok(record) => record,
            Err(refused) => {
                tracing::error!(element = late.element, procedure = procedure.name(), %refused,
                    "lateness could not open its case");
                return Ok(None);
            }
        };
        record.code = self.next_code(&register.code, &record.place, self.today()).await?;
        let mut opening = self.opening_set(&program(), procedure, register, &record);
        self.follow(&program(), register, None, &record, &mut opening).await?;
        set.append(opening);
        Ok(Some(record.id))
    }

    async fn open_case_of(&self, row: &Stored, register: &str) -> Result<Option<Id>, EngineError> {
        let query = Query::of(state_table(), Scope::system("cases of late duties"))
            .columns(&["opened"])
            .filter(Condition::eq("subject", row.subject.id))
            .filter(Condition::eq("opened_register", register))
            .limit(1000);
        for found in self.database.select(&query).await? {
            let id = found.id("opened")?;
            let case = self.any_record(register, id).await?;
            if case.and_then(|record| record.case).is_some_and(|head| head.open) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn facts_of_case(&self, late: &Lateness<'_>, register: &Register) -> Facts {
        let mut facts = Facts::new();
        for (name, value) in late.with {
            if let Some(fact) = register.field(name).and_then(|field| written(field.kind, value)) {
                facts.insert(name.clone(), fact);
            }
        }
        let subject = register.fields.iter().find(|f| f.to.as_deref() == Some(late.kind));
        if let Some(field) = subject {
            facts.insert(field.name().to_owned(), Fact::Reference(late.subject));
        }
        let firm = register.fields.iter().find(|f| f.to.as_deref() == Some("enterprise"));
        if let (Some(field), false) = (firm, late.place.organisation.is_nil()) {
            facts.insert_missing(field.name(), || Fact::Reference(late.place.organisation));
        }
        let text = format!("{}（{}）逾期未完成", late.title.zh, late.period);
        facts.insert_missing(&register.title_from, || Fact::Text(text));
        let needs = self.model.procedures_of(register.name()).filter_map(|p| p.opening.as_ref());
        for name in needs.flat_map(|opening| &opening.needs) {
            let Some(field) = register.field(name).filter(|_| !facts.contains_key(name)) else { continue };
            match field.kind {
                FieldKind::Day => {
                    let end = self.calendar.roll(self.today().plus_days(TIME_TO_MEND), base::Roll::After);
                    facts.insert(name.clone(), Fact::Day(end));
                }
                FieldKind::Choice
                    if self.model.choices_of(field).iter().any(|choice| choice.id == "late_duty") =>
                {
                    facts.insert(name.clone(), Fact::Text("late_duty".to_owned()));
                }
                _ => {}
            }
        }
        facts
    }

    /// The instances that a case was opened for, or that came to it later.
    ///
    /// # Errors
    /// The database failed.
    pub async fn duties_of_case(&self, actor: &Actor, case: Id) -> Result<Vec<Stored>, EngineError> {
        let query =
            Query::of(state_table(), actor.scope(|_| true)).filter(Condition::eq("opened", case)).limit(200);
        Ok(self
            .database
            .select(&query)
            .await?
            .iter()
            .map(super::rows::stored_of)
            .collect::<Result<_, _>>()?)
    }
}

/// The program with a role that may open the case: the pack says that lateness opens it.
fn standing_in(role: String, place: &Place) -> Actor {
    let from = Day::from_days_since_1970(0);
    let grant = Grant { role, place: place.clone(), from, until: None };
    Actor { grants: vec![grant], ..program() }
}

/// A fixed value of a pack as a fact.
pub(super) fn written(kind: FieldKind, value: &toml::Value) -> Option<Fact> {
    Some(match (kind, value) {
        (FieldKind::YesNo, toml::Value::Boolean(yes)) => Fact::YesNo(*yes),
        (FieldKind::Integer, toml::Value::Integer(number)) => Fact::Integer(*number),
        (FieldKind::Decimal, toml::Value::Float(number)) => Fact::Decimal(*number),
        (FieldKind::Day, toml::Value::Datetime(day)) => Fact::Day(Day::parse(&day.to_string())?),
        (_, toml::Value::String(text)) => Fact::Text(text.clone()),
        _ => return None,
    })
}
