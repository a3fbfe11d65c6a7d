//! Counting rows in memory: for the cases of packs. The engine counts the same in the database.

use base::{Day, Period};
use plan::expression::{Context, Folded, FoldedNumber, Moment, NumberExpression};
use plan::pack::indicator::{AT_PERIOD_END, Counting};
use plan::pack::{Duty, Indicator, Model};

use super::{Goal, Tally};
use crate::verdict::{judge, number};
use crate::{Fact, Facts, Records, Rows, Subject, Verdict};
use base::Id;

/// The days for which a period is counted on a day: as of its last day, but never later than today.
#[derive(Debug, Clone, Copy)]
pub struct Moments;

impl Moments {
    /// The moment of `period` counted on `today`.
    #[must_use]
    pub fn of(period: Period, today: Day) -> Moment {
        Moment { as_of: period.last().min(today), today, period: Some((period.first(), period.last())) }
    }
}

/// Whether the day or instant of a row lies in the period.
#[must_use]
pub fn in_period(facts: &Facts, at: &str, period: Period) -> bool {
    if at == AT_PERIOD_END {
        // What was entered later did not exist then; an example that does not say when existed.
        let entered = facts.get("created_at").and_then(Fact::as_day);
        return entered.is_none_or(|day| day <= period.last());
    }
    facts.get(at).and_then(Fact::as_day).is_some_and(|day| period.contains(day))
}

/// Counts `rows` of the register, in the period already.
#[must_use]
pub fn count(
    counting: &Counting,
    moment: &Moment,
    model: &Model,
    rows: &[(Id, &Facts)],
    records: &Rows,
) -> Tally {
    let fold = |expression: &plan::expression::Expression| expression.fold(moment, model);
    let base = counting.base.as_ref().map(fold);
    let hit = counting.hit.as_ref().map(|(hits, misses)| (fold(hits), fold(misses)));
    let complete = counting.complete.as_ref().map(fold);
    let sum = counting.sum.as_ref().map(|sum| sum.fold(moment, model));
    let mut tally = Tally::default();
    for (id, facts) in rows {
        let of = counting.procedure.as_deref();
        if of.is_some_and(|p| facts.get("procedure").and_then(Fact::as_text) != Some(p)) {
            continue;
        }
        let subject = [Subject { id: *id, facts }];
        let verdict = |condition: &Folded| judge(condition, &subject, records);
        tally.rows += 1;
        if complete.as_ref().is_some_and(|c| verdict(c).holds()) {
            tally.reported += 1;
        }
        let counts = base.as_ref().map_or(Verdict::Holds, verdict);
        if let Some((hits, misses)) = &hit {
            if verdict(hits).holds() {
                tally.base += 1;
                tally.hit += 1;
            } else if verdict(misses).holds() {
                tally.base += 1;
            } else if !counts.fails() {
                tally.unknown += 1;
            }
            continue;
        }
        match counts {
            Verdict::Fails => {}
            Verdict::CannotBeJudged(_) => tally.unknown += 1,
            Verdict::Holds => match sum.as_ref().map(|sum| number(sum, &subject, records)) {
                None => tally.base += 1,
                Some(Ok(more)) => {
                    tally.base += 1;
                    tally.sum += more;
                }
                Some(Err(_)) => tally.unknown += 1,
            },
        }
    }
    tally
}

impl Goal {
    /// The bounds of the target in force at `moment`.
    #[must_use]
    pub fn of(counting: &Counting, moment: &Moment, model: &Model) -> Self {
        Self::between(counting.min.as_ref(), counting.max.as_ref(), moment, model)
    }

    /// The bounds of the target of an indicator that counts a duty.
    ///
    /// # Errors
    /// A bound that cannot be read, as a sentence.
    pub fn of_duty(
        indicator: &Indicator,
        duty: &Duty,
        moment: &Moment,
        model: &Model,
    ) -> Result<Self, String> {
        let (min, max) = Counting::bounds(indicator, &Context::of(model, "s", duty.who.subject.get_ref()))?;
        Ok(Self::between(min.as_ref(), max.as_ref(), moment, model))
    }

    fn between(
        min: Option<&NumberExpression>,
        max: Option<&NumberExpression>,
        moment: &Moment,
        model: &Model,
    ) -> Self {
        let bound = |number: Option<&NumberExpression>| number.and_then(|n| constant(&n.fold(moment, model)));
        Self { min: bound(min), max: bound(max) }
    }
}

/// A number that needs no row.
fn constant(folded: &FoldedNumber) -> Option<f64> {
    let nothing = Facts::new();
    let nobody: Vec<Subject<'_>> =
        folded.roots().iter().map(|_| Subject { id: Id::NIL, facts: &nothing }).collect();
    let nowhere: &dyn Records = &Rows::default();
    number(folded, &nobody, nowhere).ok()
}
