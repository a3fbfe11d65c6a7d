//! Runs the examples that stand beside indicators and scorecards in packs.

use base::Period;
use plan::expression::{Context, Expression};
use plan::pack::indicator::{Counting, Expected, IndicatorCase, Of, Written};
use plan::pack::scorecard::{ItemSource, ScorecardCase};
use plan::pack::subject::with_fixed_subjects;
use plan::pack::{Fault, Indicator, Model, Scorecard};

use super::memory::{Moments, count, in_period};
use super::records::{facts_of, id_of, sample};
use super::{Goal, Shape};
use crate::score::{self, Reading};
use crate::verdict::judge;
use crate::{Facts, Subject};

/// What came of running the examples.
#[derive(Debug, Clone, Default)]
pub struct CasesRun {
    /// Examples that were run.
    pub run: usize,
    /// What did not come out as it must.
    pub faults: Vec<Fault>,
}

/// How far a number may differ from what is written.
const SAME: f64 = 1e-6;

/// Runs the examples of all indicators and scorecards.
#[must_use]
pub fn run_cases(model: &Model) -> CasesRun {
    let mut done = CasesRun::default();
    for indicator in model.indicators.values() {
        for case in &indicator.cases {
            let key = format!("indicator.{}.case \"{}\"", indicator.name(), case.name.get_ref());
            let problems = indicator_case(model, indicator, case);
            done.add(&case.written, &key, problems);
        }
    }
    if model.scorecards.is_empty() {
        return done;
    }
    let wider = with_fixed_subjects(model);
    for card in model.scorecards.values() {
        for case in &card.cases {
            let key = format!("scorecard.{}.case \"{}\"", card.name(), case.name.get_ref());
            let problems = scorecard_case(&wider, card, case);
            done.add(&case.written, &key, problems);
        }
    }
    done
}

impl CasesRun {
    fn add(&mut self, written: &Written, key: &str, problems: Result<Vec<String>, String>) {
        self.run += 1;
        for message in problems.unwrap_or_else(|message| vec![message]) {
            self.faults.push(Fault {
                file: written.file.clone(),
                line: written.line,
                key: key.to_owned(),
                message,
            });
        }
    }
}

fn period(code: &str, kind: base::PeriodKind) -> Result<Period, String> {
    let found = Period::parse(code).filter(|p| p.kind() == kind);
    found.ok_or_else(|| {
        let day = base::Day::new(2021, 6, 15).unwrap_or_else(|| base::Instant(0).day());
        let example = Period::containing(kind, day);
        format!("period \"{code}\" is none of this element; write for instance {}", example.code())
    })
}

fn indicator_case(model: &Model, indicator: &Indicator, case: &IndicatorCase) -> Result<Vec<String>, String> {
    if let Of::Duty(_) = Of::read(indicator.of.get_ref(), model)? {
        return Err("examples of an indicator of a duty stand at the duty".to_owned());
    }
    let counting = Counting::of(indicator, model)?;
    let period = period(&case.period, *indicator.every.get_ref())?;
    let moment = Moments::of(period, case.on.unwrap_or_else(|| period.last()));
    let sample = sample(model, &case.records)?;
    let own = sample.order.iter().filter(|(register, ..)| *register == counting.register);
    let rows: Vec<(base::Id, &Facts)> = own
        .filter(|(.., facts)| in_period(facts, indicator.at.get_ref(), period))
        .map(|(_, id, facts)| (*id, facts))
        .collect();
    let tally = count(&counting, &moment, model, &rows, &sample.rows);
    let shape = Shape::of(indicator);
    let mut wrong = Vec::new();
    let Expected { value, base, hit, unknown, target } = &case.expect;
    for (name, wanted, found) in
        [("base", base, tally.base), ("hit", hit, tally.hit), ("unknown", unknown, tally.unknown)]
    {
        if wanted.is_some_and(|wanted| wanted != found) {
            wrong.push(format!("{name} is {found}, expected is {}", wanted.unwrap_or_default()));
        }
    }
    if let Some(wanted) = value {
        match tally.value(shape) {
            Some(found) if (found - wanted).abs() <= SAME => {}
            found => wrong.push(format!(
                "value is {}, expected is {wanted}",
                found.map_or("nothing".to_owned(), |f| f.to_string())
            )),
        }
    }
    if let Some(wanted) = target {
        let found = Goal::of(&counting, &moment, model).reached(&tally, shape).name();
        if found != wanted {
            wrong.push(format!("target is {found}, expected is {wanted} (met, missed, cannot, nothing)"));
        }
    }
    Ok(wrong)
}

fn scorecard_case(model: &Model, card: &Scorecard, case: &ScorecardCase) -> Result<Vec<String>, String> {
    let period = period(&case.period, *card.every.get_ref())?;
    let moment = Moments::of(period, period.last());
    let name = card.subject.get_ref();
    let register = model.register(name).ok_or_else(|| format!("no subject \"{name}\""))?;
    let facts = facts_of(model, register, &case.subject).map_err(|m| format!("subject.{m}"))?;
    let own = case.subject.get("id").and_then(toml::Value::as_str).unwrap_or("subject");
    let sample = sample(model, &case.records)?;
    let subject = [Subject { id: id_of(name, own), facts: &facts }];
    let context = Context::of(model, "s", name).with_period();
    let mut vetoed = Vec::new();
    for (i, veto) in card.veto.iter().enumerate() {
        let checked = Expression::check(veto.when.get_ref(), &context);
        let condition =
            checked.map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())?;
        if judge(&condition.fold(&moment, model), &subject, &sample.rows).holds() {
            vetoed.push(i);
        }
    }
    if let Some(unknown) = case.values.keys().find(|id| card.item(id).is_none()) {
        return Err(format!("values.{unknown}: no such item"));
    }
    let readings: Vec<Reading> =
        card.items.iter().map(|i| reading(model, &i.source, case.values.get(i.id.get_ref()))).collect();
    let outcome = score::score(card, &readings, &vetoed, period.last());
    let mut wrong = Vec::new();
    let mut compare = |what: String, wanted: f64, found: f64| {
        if (wanted - found).abs() > SAME {
            wrong.push(format!("{what} is {found}, expected is {wanted}"));
        }
    };
    if let Some(wanted) = case.expect.score {
        compare("score".into(), wanted, outcome.score.points());
    }
    for (item, wanted) in &case.expect.points {
        match outcome.items.iter().find(|i| i.item == *item) {
            Some(found) => compare(format!("points of {item}"), *wanted, found.points.points()),
            None => return Err(format!("expect.points.{item}: no such item")),
        }
    }
    if let Some(wanted) = &case.expect.grade
        && outcome.grade.as_ref() != Some(wanted)
    {
        let found = outcome.grade.clone().unwrap_or_else(|| "none".to_owned());
        wrong.push(format!("grade is {found}, expected is {wanted}"));
    }
    Ok(wrong)
}

/// What an example says about an item's source.
fn reading(model: &Model, source: &ItemSource, value: Option<&f64>) -> Reading {
    let better = source.indicator.as_ref().and_then(|i| model.indicators.get(i.get_ref())).map(|i| i.better);
    match value {
        None if source.manual => Reading::NotGiven,
        None if source.cases.is_some() => Reading::Count(0),
        None => Reading::Value { value: None, unknown: 0, better: better.unwrap_or_default() },
        Some(value) if source.manual => Reading::Given(*value),
        #[expect(clippy::cast_possible_truncation, reason = "numbers of cases in examples are small")]
        Some(value) if source.cases.is_some() => Reading::Count(value.round() as i64),
        Some(value) => Reading::Value { value: Some(*value), unknown: 0, better: better.unwrap_or_default() },
    }
}
