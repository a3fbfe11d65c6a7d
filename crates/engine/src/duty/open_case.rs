//! A case that is opened because a subject is late: one for each subject, however many duties it is late with.

use base::{Day, Id};
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
        let Some(procedure) = self.model.procedure(procedure) else { return Ok((None, false)) };
        if let Some(open) = self.open_case_of(row, &procedure.register).await? {
            return Ok((Some(open), false));
        }
        let register = self.register(&procedure.register)?;
        let facts = self.facts_of_case(duty, row, register, stage);
        let by = procedure.opening.as_ref().and_then(|o| o.by.first()).cloned().unwrap_or_default();
        let place = row.subject.place.clone();
        let mut record = match self.new_case(&standing_in(by, &place), procedure, register, &facts, place) {
            Ok(record) => record,
            Err(refused) => {
                tracing::error!(duty = duty.name(), procedure = procedure.name(), %refused,
                    "a late duty could not open its case");
                return Ok((None, false));
            }
        };
        record.code = self.next_code(&register.code, &record.place, self.today()).await?;
        let mut opening = self.opening_set(&program(), procedure, register, &record);
        self.follow(&program(), register, None, &record, &mut opening).await?;
        set.append(opening);
        Ok((Some(record.id), true))
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

    fn facts_of_case(&self, duty: &Duty, row: &Stored, register: &Register, stage: &LateStage) -> Facts {
        let mut facts = Facts::new();
        for (name, value) in &stage.with {
            if let Some(fact) = register.field(name).and_then(|field| written(field.kind, value)) {
                facts.insert(name.clone(), fact);
            }
        }
        let subject = register.fields.iter().find(|f| f.to.as_deref() == Some(row.subject.kind.as_str()));
        if let Some(field) = subject {
            facts.insert(field.name().to_owned(), Fact::Reference(row.subject.id));
        }
        let firm = register.fields.iter().find(|f| f.to.as_deref() == Some("enterprise"));
        if let (Some(field), false) = (firm, row.subject.place.organisation.is_nil()) {
            facts.entry(field.name().to_owned()).or_insert(Fact::Reference(row.subject.place.organisation));
        }
        let text = format!("{}（{}）逾期未完成", duty.title.zh, row.period);
        facts.entry(register.title_from.clone()).or_insert(Fact::Text(text));
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
fn written(kind: FieldKind, value: &toml::Value) -> Option<Fact> {
    Some(match (kind, value) {
        (FieldKind::YesNo, toml::Value::Boolean(yes)) => Fact::YesNo(*yes),
        (FieldKind::Integer, toml::Value::Integer(number)) => Fact::Integer(*number),
        (_, toml::Value::String(text)) => Fact::Text(text.clone()),
        _ => return None,
    })
}
