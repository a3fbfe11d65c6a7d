//! Assessments that a pack binds to a register: a method of `calc` runs on fields of a record; inputs, result and
//! derivation are kept as a record of their own, and the record carries the result. It is due again when its time has run
//! out or one of the named fields has changed since; the daily sweep reminds its keepers ([`sweep`]).

pub(crate) mod inputs;
mod sweep;

use base::{Day, Id, Problem};
use city::{Actor, Place};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Assessment, Element as _, Field, FieldKind, Limit, Register, Shape, Unit};
use serde_json::{Map, Value as Json, json};
use store::{ChangeSet, Condition, Direction, Query, Scope};

use crate::record::Record;
use crate::record::change_set::{insert, journal, update};
use crate::record::list::ListRequest;
use crate::record::read::record_of;
use crate::record::write::title_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};
use inputs::{by_fields, watched};

/// Results shown of a record at most.
const SHOWN: u32 = 50;

/// Why a record is to be assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It never was.
    Never,
    /// The time of the last result has run out.
    RunOut,
    /// A field that counts has changed since.
    Changed,
}

/// An assessment that fits a record.
#[derive(Debug, Clone)]
pub struct Fitting<'a> {
    /// The element.
    pub element: &'a Assessment,
    /// The reader is one of its keepers there.
    pub may: bool,
    /// Why it is due; None while the last result holds.
    pub due: Option<Again>,
}

impl Engine {
    fn assessment(&self, id: &str) -> Result<(&Assessment, &Register, &Register), EngineError> {
        let element = self.model.elements.assessments.get(id).ok_or(EngineError::NotFound)?;
        let issued = self.model.plan.as_ref().map(|plan| plan.issued);
        if !element.in_force(self.today(), issued) {
            return Err(EngineError::NotFound);
        }
        let results = self.model.shaped(Shape::AssessmentResult).ok_or(EngineError::NotFound)?;
        Ok((element, self.register(element.subject.get_ref())?, results))
    }

    /// The elements that may be about records of a register. Factors of risk have a form of their own, which moves the
    /// grades of their point and enterprise.
    pub fn assessments_of(&self, register: &Register) -> impl Iterator<Item = &Assessment> {
        let own_form = register.shape == Some(Shape::RiskFactor);
        let name = register.name().to_owned();
        let all = self.model.elements.assessments.values();
        all.filter(move |e| !own_form && *e.subject.get_ref() == name && self.assessment(e.name()).is_ok())
    }

    /// The assessments that fit a record, with whether and why they are due.
    ///
    /// # Errors
    /// The database failed.
    pub async fn assessments_for(
        &self,
        actor: &Actor,
        record: &Record,
    ) -> Result<Vec<Fitting<'_>>, EngineError> {
        let register = self.register(&record.register)?;
        let mut found = Vec::new();
        for element in self.assessments_of(register) {
            let when = element.when.as_ref().map(|w| w.get_ref().as_str());
            if self.fits(register, ("r", when), record.id).await? {
                let whole = self.any_record(register.name(), record.id).await?;
                let due = match whole {
                    Some(whole) => self.assessment_due(element.name(), &whole).await?,
                    None => None,
                };
                found.push(Fitting {
                    element,
                    may: self.keeps_assessment(actor, element, &record.place),
                    due,
                });
            }
        }
        Ok(found)
    }

    /// Whether the actor is one of the element's keepers at `place`.
    #[must_use]
    pub fn keeps_assessment(&self, actor: &Actor, element: &Assessment, place: &Place) -> bool {
        let roles = actor.roles_over(place);
        element.keeper.iter().any(|role| roles.contains(role))
    }

    /// The results of an element for a record that the actor sees, newest first.
    ///
    /// # Errors
    /// No such element; the database failed.
    pub async fn assessment_results(
        &self,
        actor: &Actor,
        id: &str,
        record: Id,
    ) -> Result<Vec<Record>, EngineError> {
        let (_, _, results) = self.assessment(id)?;
        let text = |value: &str| vec![Fact::Text(value.to_owned())];
        let request = ListRequest {
            filters: vec![
                crate::record::list::Filter::In("element".into(), text(id)),
                crate::record::list::Filter::In("record".into(), text(&record.to_string())),
            ],
            limit: SHOWN,
            ..ListRequest::default()
        };
        Ok(self.list(actor, results.name(), &request).await?.records)
    }

    /// Assesses a record by the method of the element on the record's own fields, and gives back the id of the kept
    /// result.
    ///
    /// # Errors
    /// As for [`Engine::assess_with`].
    pub async fn assess_bound(&self, actor: &Actor, id: &str, record: Id) -> Result<Id, EngineError> {
        self.assess_with(actor, id, record, &Map::new()).await
    }

    /// Assesses a record by the method of the element; what is given stands in the place of the record's fields.
    ///
    /// # Errors
    /// Not visible, not one of the element's keepers there, or the method refuses its inputs: each problem names the
    /// record's field where there is one.
    pub async fn assess_with(
        &self,
        actor: &Actor,
        id: &str,
        record: Id,
        given: &Map<String, Json>,
    ) -> Result<Id, EngineError> {
        let (element, register, results) = self.assessment(id)?;
        self.record(actor, register.name(), record).await?;
        let old = self.any_record(register.name(), record).await?.ok_or(EngineError::NotFound)?;
        let when = element.when.as_ref().map(|w| w.get_ref().as_str());
        if !self.fits(register, ("r", when), record).await? {
            return Err(EngineError::NotFound);
        }
        if !self.keeps_assessment(actor, element, &old.place) {
            let titles: Vec<&str> = element
                .keeper
                .iter()
                .filter_map(|r| self.model.roles.get(r))
                .map(|r| r.title.zh.as_str())
                .collect();
            return Err(EngineError::Refused(
                Problem::new("record.not_keeper").with("roles", titles.join("、")),
            ));
        }
        let today = self.today();
        let mut inputs = self.method_inputs(element, register, &old.facts);
        inputs.extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
        let inputs = Json::Object(inputs);
        let outcome = calc::run(element.method.get_ref(), &inputs, today)
            .map_err(|problems| EngineError::Invalid(by_fields(element, problems)))?;
        let kept = self.result_record(actor, (element, results), &old, inputs, &outcome).await?;
        let mut set = insert(&self.model, results, &kept);
        set.journal.push(journal(actor, "create", &kept, self.now(), &kept.facts));
        self.carry(actor, (element, register), &old, &outcome, set).await?;
        self.duties_follow(results, None, &kept).await;
        Ok(kept.id)
    }

    async fn result_record(
        &self,
        actor: &Actor,
        (element, results): (&Assessment, &Register),
        old: &Record,
        inputs: Json,
        outcome: &calc::Outcome,
    ) -> Result<Record, EngineError> {
        let today = self.today();
        let text = |value: &str| Fact::Text(value.to_owned());
        let short = |value: &str| Fact::Text(value.chars().take(120).collect());
        let kept = json!({ "method": inputs, "fields": watched(element, &old.facts) });
        let mut facts = Facts::from([
            ("element".to_owned(), text(element.name())),
            ("name".to_owned(), Fact::Text(format!("{}：{}", element.title.zh, old.title))),
            ("register".to_owned(), text(&old.register)),
            ("record".to_owned(), Fact::Text(old.id.to_string())),
            ("method".to_owned(), text(element.method.get_ref())),
            ("inputs".to_owned(), Fact::Structure(kept)),
            ("value".to_owned(), Fact::Text(outcome.value.to_string())),
            ("result".to_owned(), short(&outcome.grade_name.zh)),
            ("derivation".to_owned(), Fact::Structure(serde_json::to_value(outcome).unwrap_or_default())),
            ("assessed_on".to_owned(), Fact::Day(today)),
        ]);
        if let Some(limit) = element.valid_for {
            facts.insert("again_on", Fact::Day(later(today, limit)));
        }
        let place = old.place.clone();
        if !place.organisation.is_nil() {
            facts.insert("enterprise", Fact::Reference(place.organisation));
        }
        for (name, code) in [("county", &place.county), ("township", &place.township), ("park", &place.park)]
        {
            if !code.is_empty() {
                facts.insert(name, text(code));
            }
        }
        let title = title_of(results, &facts, &self.model);
        let code = self.next_code(&results.code, &place, today).await?;
        Ok(Record { code, ..Record::new(self.new_id(), results, title, place, facts, actor, self.now()) })
    }

    /// Writes the result into the record's field together with what is kept; rules judge the record as always.
    async fn carry(
        &self,
        actor: &Actor,
        (element, register): (&Assessment, &Register),
        old: &Record,
        outcome: &calc::Outcome,
        mut set: ChangeSet,
    ) -> Result<(), EngineError> {
        let named = element.result_field.as_ref().and_then(|field| register.field(field.get_ref()));
        let result = named.and_then(|field| Some((field, self.as_fact(field, outcome)?)));
        let Some((field, result)) = result else {
            self.database.apply(set).await?;
            return Ok(());
        };
        let mut new = old.clone();
        new.facts.insert(field.name().to_owned(), result.clone());
        new.updated_at = self.now();
        let changed = Facts::from([(field.name().to_owned(), result)]);
        set.append(update(&self.model, register, old, &new));
        set.journal.push(journal(actor, "update", &new, self.now(), &changed));
        self.apply_with_ripples(actor, register, Some(old), &new, &[], &set).await?;
        self.duties_follow(register, Some(old), &new).await;
        Ok(())
    }

    /// The outcome as a field holds it: its grade as a choice or text, its number otherwise.
    fn as_fact(&self, field: &Field, outcome: &calc::Outcome) -> Option<Fact> {
        let number = || outcome.value.to_string();
        match field.kind {
            FieldKind::Choice => {
                let known = self.model.choices_of(field).iter().any(|c| c.id == outcome.grade);
                known.then(|| Fact::Text(outcome.grade.clone()))
            }
            FieldKind::Integer => outcome.value.whole().map(Fact::Integer),
            FieldKind::Decimal => number().parse().ok().map(Fact::Decimal),
            FieldKind::Money => {
                outcome.value.times(calc::Number::from(100)).and_then(calc::Number::whole).map(Fact::Integer)
            }
            FieldKind::Text | FieldKind::LongText if outcome.grade.is_empty() => Some(Fact::Text(number())),
            FieldKind::Text | FieldKind::LongText => Some(Fact::Text(outcome.grade.clone())),
            _ => None,
        }
    }

    /// Whether a record is to be assessed (again), and why; None while its last result holds.
    ///
    /// # Errors
    /// The database failed, or no such element.
    pub async fn assessment_due(&self, id: &str, record: &Record) -> Result<Option<Again>, EngineError> {
        let (element, _, results) = self.assessment(id)?;
        let query = Query::of(table_name(results.name()), Scope::system("the last result of an assessment"))
            .filter(Condition::eq("element", element.name()))
            .filter(Condition::eq("record", record.id.to_string()))
            .filter(Condition::eq("removed_at", 0_i64))
            .sort("id", Direction::Descending)
            .limit(1);
        let Some(row) = self.database.first(&query).await? else { return Ok(Some(Again::Never)) };
        let last = record_of(results, row)?;
        Ok(self.again(element, &last, record))
    }

    fn again(&self, element: &Assessment, last: &Record, record: &Record) -> Option<Again> {
        if fact(&last.facts, "again_on").as_day().is_some_and(|day| day <= self.today()) {
            return Some(Again::RunOut);
        }
        let Fact::Structure(kept) = fact(&last.facts, "inputs") else { return Some(Again::Changed) };
        let now = watched(element, &record.facts);
        (kept.get("fields") != Some(&now)).then_some(Again::Changed)
    }
}

fn later(day: Day, limit: Limit) -> Day {
    match limit.unit {
        Unit::Months => day.plus_months(limit.count),
        Unit::Years => day.plus_months(limit.count.saturating_mul(12)),
        _ => day.plus_days(i64::from(limit.count)),
    }
}
