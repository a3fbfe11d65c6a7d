//! Whether a rule has done anything: refused, warned, opened, told, proposed; or, where it only guards, whether there are
//! records that it is about and that hold.

use std::collections::BTreeMap;

use plan::pack::ConsequenceKind;
use store::rollup::{Part, totals};
use store::{Aggregate, Condition, Query, Scope, Wanted};

use super::{Exercised, Eye, Number, answer};
use crate::rule::act::REFUSED;
use crate::rule::effect::{RULE_COUNT, RULE_EFFECT};
use crate::{Engine, EngineError};

impl Engine {
    pub(super) async fn shown_rule(
        &self,
        eye: Eye<'_>,
        name: &str,
    ) -> Result<Option<Exercised>, EngineError> {
        let rule = self.model.rule(name).ok_or(EngineError::NotFound)?;
        let register = self.register(rule.register())?;
        if self.sight(eye, register).is_none() {
            return Ok(None);
        }
        let done = self.rule_did(eye, name).await?;
        let mut numbers = Vec::new();
        for (kind, what) in [
            ("warn", answer::WARNED),
            ("open", answer::OPENED),
            ("notify", answer::TOLD),
            ("propose", answer::PROPOSED),
        ] {
            numbers.extend(done.get(kind).map(|count| Number::of(what, *count)));
        }
        if let (Eye::City, refused) = (eye, self.rule_refused(name).await?)
            && refused > 0
        {
            numbers.push(Number::of(answer::REFUSED, refused));
        }
        let mut yes = !numbers.is_empty();
        if matches!(rule.otherwise.kind(), ConsequenceKind::Refuse | ConsequenceKind::Warn) {
            let number = self.rule_guards(eye, name).await?;
            yes |= number.count > 0;
            numbers.push(number);
        }
        if numbers.is_empty() {
            let (_, what) = [
                (ConsequenceKind::Open, answer::OPENED),
                (ConsequenceKind::Notify, answer::TOLD),
                (ConsequenceKind::Propose, answer::PROPOSED),
            ]
            .into_iter()
            .find(|(kind, _)| *kind == rule.otherwise.kind())
            .unwrap_or((ConsequenceKind::Warn, answer::WARNED));
            numbers.push(Number::of(what, 0));
        }
        Ok(Some(Exercised::of(yes, numbers)))
    }

    /// What it brought about so far, by kind.
    async fn rule_did(&self, eye: Eye<'_>, rule: &str) -> Result<BTreeMap<String, u64>, EngineError> {
        let query = Aggregate::count(RULE_EFFECT, Self::sight_of_rows(eye))
            .filter(Condition::eq("rule", rule))
            .by("kind");
        let mut found = BTreeMap::new();
        for row in self.database.aggregate(&query).await? {
            found.insert(row.text("kind")?.to_owned(), row.int("count")?.unsigned_abs());
        }
        Ok(found)
    }

    /// Changes that it refused, in the whole city.
    async fn rule_refused(&self, rule: &str) -> Result<u64, EngineError> {
        let scope = Scope::system("what rules refused");
        let mut found = 0;
        for row in totals(&self.database, REFUSED, &scope, &[Part::Value]).await? {
            if row.text("value")? == rule {
                found += row.int("amount")?.unsigned_abs();
            }
        }
        Ok(found)
    }

    /// The records for which it holds; of a rule on changes, those that it is about.
    async fn rule_guards(&self, eye: Eye<'_>, name: &str) -> Result<Number, EngineError> {
        let rule = self.model.rule(name).ok_or(EngineError::NotFound)?;
        let register = self.register(rule.register())?;
        let entry = self.rules.entry(name).ok_or(EngineError::NotFound)?;
        let what = if rule.must.is_some() { answer::HOLDING } else { answer::WATCHED };
        if let Eye::Of(actor) = eye
            && rule.must.is_some()
        {
            // Whoever may not read what the rule reads still sees how many there were at the last sweep.
            let query = Query::of(RULE_COUNT, actor.scope(|_| true))
                .filter(Condition::eq("rule", name))
                .limit(u32::MAX);
            let mut holding = 0;
            for row in self.database.select(&query).await? {
                holding += row.int("judged")? - row.int("failing")? - row.int("cannot")?;
            }
            return Ok(Number::of(what, holding.max(0).unsigned_abs()));
        }
        let (day, model) = (self.today(), &self.model);
        let mut which = Vec::new();
        if let Some((guard, must)) = entry.apart(day, model) {
            which.extend(guard.map(|guard| Condition::Judged(guard, Wanted::Holds)));
            which.push(Condition::Judged(must, Wanted::Holds));
        } else if let (Some(guard), Eye::City) = (entry.guard(day, model), eye) {
            which.push(Condition::Judged(guard, Wanted::Holds));
        }
        let scope = self.sight(eye, register).ok_or(EngineError::NotFound)?;
        Ok(Number::of(what, self.count_records(register, &scope, which).await?))
    }
}
