//! Runs the examples that stand beside indicators and scorecards in packs.

use base::{Period, WorkCalendar};
use plan::expression::{Context, Expression};
use plan::pack::indicator::{Counting, Expected, IndicatorCase, Of, Written};
use plan::pack::scorecard::{ItemSource, ScorecardCase};
use plan::pack::subject::with_fixed_subjects;
use plan::pack::{Duty, Fault, Indicator, Model, Scorecard};

use super::memory::{Moments, count, in_period};
use super::{Goal, Shape, Tally};
use crate::duty::cases::{named, taken_out};
use crate::duty::memory::{Over, Owner};
use crate::score::{self, Reading};
use crate::verdict::judge;
use crate::written::{facts, id_named, name_of, records};
use crate::{Fact, Facts, Subject};

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
    let period = period(&case.period, *indicator.every.get_ref())?;
    let (tally, goal) = match Of::read(indicator.of.get_ref(), model)? {
        Of::Duty(duty) => {
            let duty = model.duties.get(&duty).ok_or_else(|| format!("there is no duty \"{duty}\""))?;
            let moment = Moments::of(period, case.on.unwrap_or_else(|| period.last()));
            (of_duty(model, duty, case, period)?, Goal::of_duty(indicator, duty, &moment, model)?)
        }
        Of::Rows { .. } => of_rows(model, indicator, case, period)?,
    };
    Ok(differences(case, &tally, Shape::of(indicator), goal))
}

fn of_rows(
    model: &Model,
    indicator: &Indicator,
    case: &IndicatorCase,
    period: Period,
) -> Result<(Tally, Goal), String> {
    let counting = Counting::of(indicator, model)?;
    let moment = Moments::of(period, case.on.unwrap_or_else(|| period.last()));
    let written = records(model, &case.records).map_err(|wrong| wrong.join("; "))?;
    let own = written.order.iter().filter(|(register, ..)| *register == counting.register);
    let rows: Vec<(base::Id, &Facts)> = own
        .filter(|(.., facts)| in_period(facts, indicator.at.get_ref(), period))
        .map(|(_, id, facts)| (*id, facts))
        .collect();
    let tally = count(&counting, &moment, model, &rows, &written.rows);
    Ok((tally, Goal::of(&counting, &moment, model)))
}

/// The instances of a duty, as its own judging finds them in the records. An example that names no day is counted when the
/// period is over: what was due on its last day is late then.
fn of_duty(model: &Model, duty: &Duty, case: &IndicatorCase, period: Period) -> Result<Tally, String> {
    let today = case.on.unwrap_or_else(|| period.last().plus_days(1));
    let kind = duty.who.subject.get_ref().as_str();
    let mut tables = case.records.clone();
    let handed_in = taken_out(&mut tables)?;
    let mut written = records(model, &tables).map_err(|wrong| wrong.join("; "))?;
    let names: Vec<&str> =
        case.records.get(kind).into_iter().flatten().map(|t| name_of(t).unwrap_or("")).collect();
    let own = written.order.iter().filter(|(register, ..)| register == kind).zip(names);
    let owners: Vec<Owner> = own
        .map(|((_, id, facts), name)| Owner {
            id: *id,
            name: name.to_owned(),
            facts: named(facts.clone(), name),
            since: facts.get("created_at").and_then(Fact::as_day),
            event: None,
        })
        .collect();
    for owner in &owners {
        written.rows.put(kind, owner.id, owner.facts.clone());
    }
    let calendar = WorkCalendar::state_council();
    let (on, rows) = (period.last().min(today), &written.rows);
    let over = Over { model, calendar: &calendar, duty, rows, handed_in: &handed_in, on };
    owners.iter().map(|owner| over.tally(owner, period.first(), period.last(), today)).sum()
}

fn differences(case: &IndicatorCase, tally: &Tally, shape: Shape, goal: Goal) -> Vec<String> {
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
        let found = goal.reached(tally, shape).name();
        if found != wanted {
            wrong.push(format!("target is {found}, expected is {wanted} (met, missed, cannot, nothing)"));
        }
    }
    wrong
}

fn scorecard_case(model: &Model, card: &Scorecard, case: &ScorecardCase) -> Result<Vec<String>, String> {
    let period = period(&case.period, *card.every.get_ref())?;
    let moment = Moments::of(period, period.last());
    let name = card.subject.get_ref();
    let facts =
        facts(model, name, &case.subject).map_err(|wrong| format!("subject: {}", wrong.join("; ")))?;
    let own = name_of(&case.subject).unwrap_or("subject");
    let written = records(model, &case.records).map_err(|wrong| wrong.join("; "))?;
    let subject = [Subject { id: id_named(own), facts: &facts }];
    let context = Context::of(model, "s", name).with_period();
    let mut vetoed = Vec::new();
    for (i, veto) in card.veto.iter().enumerate() {
        let checked = Expression::check(veto.when.get_ref(), &context);
        let condition =
            checked.map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())?;
        if judge(&condition.fold(&moment, model), &subject, &written.rows).holds() {
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
