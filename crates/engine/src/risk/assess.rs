//! What an assessment gives: value, grade, the day until which it holds, and the level that must control the risk.
//!
//! An assessment has a day of its own. Whoever chooses a level of control below what the grade demands is refused; where
//! a new grade demands more than the level that stood there before, the level is raised and the record says from where.

use base::{Day, Problem, Problems};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Register, Shape};

use crate::Engine;

/// Levels of control from the highest down, as the choices of the core pack name them.
const CONTROL_LEVELS: [&str; 4] = ["enterprise", "workshop", "team", "post"];

/// Months until a factor is assessed again where the pack sets no value `risk.reassess_months`.
const REASSESS_MONTHS: i32 = 12;

/// What computed fields are made from.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    /// The record before; None for a new one.
    pub(crate) old: Option<&'a Facts>,
    /// What somebody sent.
    pub(crate) sent: &'a Facts,
}

/// Whether `new` holds an assessment that `old` did not: other inputs, another day, or the same confirmed after a new
/// one was asked for.
pub(crate) fn assessed_anew(old: &Facts, new: &Facts) -> bool {
    other_values(old, new) || fact(old, "assessed_on") != fact(new, "assessed_on") || answered(old, new)
}

/// Whether method or inputs differ; 6 and 6.0 are the same step.
fn other_values(old: &Facts, new: &Facts) -> bool {
    let values = |facts: &Facts| match fact(facts, "inputs") {
        Fact::Structure(serde_json::Value::Object(inputs)) => inputs
            .iter()
            .map(|(key, value)| {
                let number = calc::Number::from_json(value).map(|n| n.to_string());
                (key.clone(), number.unwrap_or_else(|| value.to_string()))
            })
            .collect(),
        _ => std::collections::BTreeMap::new(),
    };
    fact(old, "method") != fact(new, "method") || values(old) != values(new)
}

/// Whether the case that asked for an assessment of `old` is answered by `new`.
pub(crate) fn answered(old: &Facts, new: &Facts) -> bool {
    !fact(old, "reassessment").is_empty() && fact(new, "reassessment").is_empty()
}

impl Engine {
    /// Fills the computed fields that follow from the record's own fields.
    ///
    /// # Errors
    /// The method refuses its inputs, the day or the level of control cannot be; the problems name the fields.
    pub(crate) fn set_computed(
        &self,
        register: &Register,
        given: Given<'_>,
        facts: &mut Facts,
    ) -> Result<(), Problems> {
        crate::record::region::check_regions(&self.model, register, facts).or(())?;
        match register.shape {
            Some(Shape::Enterprise) => {
                self.judge_new(register, facts);
                Ok(())
            }
            Some(Shape::ResponsibleBody) => crate::responsibility::check_body(facts),
            Some(Shape::RiskFactor) => self.assess(register, given, facts),
            Some(Shape::CheckItem) if fact(facts, "due_from").is_empty() => {
                facts.insert("due_from", Fact::Instant(self.now()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn assess(&self, register: &Register, given: Given<'_>, facts: &mut Facts) -> Result<(), Problems> {
        let Some(method) = fact(facts, "method").as_text().map(str::to_owned) else { return Ok(()) };
        let Fact::Structure(inputs) = fact(facts, "inputs").clone() else {
            return Err(Problem::of("inputs", "field.required").into());
        };
        let on = self.day_of_assessment(given, facts)?;
        let outcome = calc::run(&method, &inputs, on).map_err(|problems| {
            let of_inputs = |p: Problem| Problem { field: format!("inputs.{}", p.field), ..p };
            Problems(problems.0.into_iter().map(of_inputs).collect())
        })?;
        facts.insert("assessed_on", Fact::Day(on));
        if given.old.is_some() && confirms(given, on, self.today()) {
            facts.remove("reassessment");
        }
        let anew = given.old.is_none_or(|old| assessed_anew(old, facts) || fact(old, "grade").is_empty());
        set_level(register, given, facts, &outcome, anew)?;
        if !anew {
            return Ok(());
        }
        facts.remove("reassessment");
        facts.insert("assess_again_on", Fact::Day(on.plus_months(self.reassess_months(on))));
        facts.insert("value", Fact::Text(outcome.value.to_string()));
        let grade = Fact::Text(outcome.grade);
        if fact(facts, "inherent_grade").is_empty() {
            facts.insert("inherent_grade", grade.clone());
        }
        facts.insert("grade", grade);
        if register.field("table_used").is_some() {
            facts.insert("table_used", Fact::Text(outcome.table.id));
        }
        Ok(())
    }

    /// The day of the assessment. Other inputs are another assessment: today, where nobody says when, and never the day
    /// of the one before.
    fn day_of_assessment(&self, given: Given<'_>, facts: &Facts) -> Result<Day, Problem> {
        let today = self.today();
        let said = fact(facts, "assessed_on").as_day();
        let wrong = |code, day: Day| Problem::of("assessed_on", code).with("value", day);
        if let Some(day) = said.filter(|day| *day > today) {
            return Err(wrong("field.in_the_future", day));
        }
        let Some(old) = given.old else { return Ok(said.unwrap_or(today)) };
        let before = fact(old, "assessed_on").as_day();
        let others = other_values(old, facts);
        if others && !given.sent.contains_key("assessed_on") {
            return Ok(today);
        }
        let day = match (said, others) {
            (Some(day), _) => day,
            (None, false) => return Ok(before.unwrap_or(today)),
            (None, true) => return Err(Problem::of("assessed_on", "field.required")),
        };
        match before {
            Some(before) if day < before => Err(wrong("risk.before_the_last", before)),
            Some(before) if others && day == before && day != today => {
                Err(wrong("risk.day_of_the_last", before))
            }
            _ => Ok(day),
        }
    }

    fn reassess_months(&self, on: Day) -> i32 {
        let months = self.model.value("risk.reassess_months", on).and_then(toml::Value::as_integer);
        months.and_then(|m| i32::try_from(m).ok()).unwrap_or(REASSESS_MONTHS)
    }
}

/// Whether the sender records an assessment of today, be it with the values of the one before.
fn confirms(given: Given<'_>, on: Day, today: Day) -> bool {
    on == today && ["inputs", "assessed_on"].into_iter().all(|name| given.sent.contains_key(name))
}

/// A risk may be controlled higher than its grade demands, never lower.
fn set_level(
    register: &Register,
    given: Given<'_>,
    facts: &mut Facts,
    outcome: &calc::Outcome,
    anew: bool,
) -> Result<(), Problem> {
    const LEVEL: &str = "control_level";
    const RAISED: &str = "level_raised_from";
    let rank = |level: &str| CONTROL_LEVELS.iter().position(|l| *l == level).unwrap_or(CONTROL_LEVELS.len());
    let level = fact(facts, LEVEL).clone();
    let chosen = level.as_text().unwrap_or_default();
    let demanded = outcome.control_level.as_str();
    if rank(chosen) <= rank(demanded) {
        if anew || given.old.is_some_and(|old| fact(old, LEVEL) != &level) {
            facts.remove(RAISED);
        }
        return Ok(());
    }
    let before = given.old.map_or(&Fact::Empty, |old| fact(old, LEVEL));
    if !chosen.is_empty() && before != &level {
        return Err(Problem::of(LEVEL, "risk.level_too_low")
            .with("grade", &outcome.grade)
            .with("lowest", demanded)
            .with("chosen", chosen));
    }
    facts.insert(LEVEL, Fact::Text(demanded.to_owned()));
    // Nothing was chosen: the level that the grade demands is no surprise.
    if chosen.is_empty() {
        facts.remove(RAISED);
    } else if register.field(RAISED).is_some() {
        facts.insert(RAISED, level);
    }
    Ok(())
}
