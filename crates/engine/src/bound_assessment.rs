//! Assessments that a pack binds to a register: a method of `calc` runs on fields of a record; inputs, result and
//! derivation are kept as a record of their own, and the record carries the grade. It is due again when its time has run
//! out or one of the named fields has changed since.

use base::{Day, Id, Problem, Problems};
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Assessment, Element as _, Limit, Register, Shape, Unit};
use serde_json::{Map, Value as Json, json};
use store::{Condition, Direction, Query, Scope};

use crate::record::Record;
use crate::record::change_set::{insert, journal, update};
use crate::record::read::record_of;
use crate::record::write::title_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

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

impl Engine {
    fn assessment(&self, id: &str) -> Result<(&Assessment, &Register, &Register), EngineError> {
        let element = self.model.elements.assessments.get(id).ok_or(EngineError::NotFound)?;
        let results = self.model.shaped(Shape::AssessmentResult).ok_or(EngineError::NotFound)?;
        Ok((element, self.register(element.subject.get_ref())?, results))
    }

    /// Assesses a record by the method of the element, and gives back the id of the kept result.
    ///
    /// # Errors
    /// Not visible, not one of the element's keepers there, or the method refuses its inputs: each problem names the
    /// record's field where there is one.
    pub async fn assess_bound(&self, actor: &Actor, id: &str, record: Id) -> Result<Id, EngineError> {
        let (element, register, results) = self.assessment(id)?;
        self.record(actor, register.name(), record).await?;
        let old = self.any_record(register.name(), record).await?.ok_or(EngineError::NotFound)?;
        let roles = actor.roles_over(&old.place);
        if !element.keeper.iter().any(|role| roles.contains(role)) {
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
        let inputs = inputs_of(element, &old.facts);
        let outcome = calc::run(element.method.get_ref(), &inputs, today)
            .map_err(|problems| EngineError::Invalid(by_fields(element, problems)))?;
        let text = |value: &str| Fact::Text(value.to_owned());
        let mut facts = Facts::from([
            ("element".to_owned(), text(element.name())),
            ("name".to_owned(), Fact::Text(format!("{}：{}", element.title.zh, old.title))),
            ("register".to_owned(), text(register.name())),
            ("record".to_owned(), Fact::Text(record.to_string())),
            ("method".to_owned(), text(element.method.get_ref())),
            (
                "inputs".to_owned(),
                Fact::Structure(json!({ "method": inputs, "fields": watched(element, &old.facts) })),
            ),
            ("value".to_owned(), Fact::Text(outcome.value.to_string())),
            ("result".to_owned(), text(&outcome.grade_name.zh)),
            ("derivation".to_owned(), Fact::Structure(serde_json::to_value(&outcome).unwrap_or_default())),
            ("assessed_on".to_owned(), Fact::Day(today)),
        ]);
        if let Some(limit) = element.valid_for {
            facts.insert("again_on".into(), Fact::Day(later(today, limit)));
        }
        let place = old.place.clone();
        if !place.organisation.is_nil() {
            facts.insert("enterprise".into(), Fact::Reference(place.organisation));
        }
        for (name, code) in [("county", &place.county), ("township", &place.township), ("park", &place.park)]
        {
            if !code.is_empty() {
                facts.insert(name.into(), text(code));
            }
        }
        let title = title_of(results, &facts, &self.model);
        let code = self.next_code(&results.code, &place, today).await?;
        let kept =
            Record { code, ..Record::new(self.new_id(), results, title, place, facts, actor, self.now()) };
        let mut set = insert(&self.model, results, &kept);
        set.journal.push(journal(actor, "create", &kept, self.now(), &kept.facts));
        if let Some(field) = &element.result_field {
            let mut new = old.clone();
            new.facts.insert(field.get_ref().clone(), Fact::Text(outcome.grade));
            new.updated_at = self.now();
            let changed = Facts::from([(field.get_ref().clone(), fact(&new.facts, field.get_ref()).clone())]);
            set.append(update(&self.model, register, &old, &new));
            set.journal.push(journal(actor, "update", &new, self.now(), &changed));
        }
        self.database.apply(set).await?;
        Ok(kept.id)
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
        let last = record_of(results, &row)?;
        if fact(&last.facts, "again_on").as_day().is_some_and(|day| day <= self.today()) {
            return Ok(Some(Again::RunOut));
        }
        let Fact::Structure(kept) = fact(&last.facts, "inputs") else { return Ok(Some(Again::Changed)) };
        let now = watched(element, &record.facts);
        Ok((kept.get("fields") != Some(&now)).then_some(Again::Changed))
    }
}

/// What the method gets: fields of the record, or what is the same for all.
fn inputs_of(element: &Assessment, facts: &Facts) -> Json {
    let mut inputs = Map::new();
    for (name, value) in &element.inputs {
        let given = match element.field_of(value) {
            Some(field) => fact(facts, field).to_json(),
            None => serde_json::to_value(value).unwrap_or_default(),
        };
        if !given.is_null() {
            inputs.insert(name.clone(), given);
        }
    }
    Json::Object(inputs)
}

/// The fields after whose change it is due again.
fn watched(element: &Assessment, facts: &Facts) -> Json {
    let fields = element.again_when.iter().map(|f| f.get_ref());
    Json::Object(fields.map(|name| (name.clone(), fact(facts, name).to_json())).collect())
}

/// Problems of the method's inputs, told of the record's fields.
fn by_fields(element: &Assessment, problems: Problems) -> Problems {
    let named = |problem: Problem| {
        let field = element.inputs.get(&problem.field).and_then(|value| element.field_of(value));
        Problem { field: field.map_or_else(|| problem.field.clone(), str::to_owned), ..problem }
    };
    Problems(problems.0.into_iter().map(named).collect())
}

fn later(day: Day, limit: Limit) -> Day {
    match limit.unit {
        Unit::Months => day.plus_months(limit.count),
        Unit::Years => day.plus_months(limit.count.saturating_mul(12)),
        _ => day.plus_days(i64::from(limit.count)),
    }
}
