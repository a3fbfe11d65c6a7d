//! A rule tried: the records for which it fails, and what that would bring about.

use plan::pack::ConsequenceKind;
use store::{Condition, Wanted};

use super::Tried;
use crate::rule::effect::RULE_EFFECT;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Records present that it would hit.
fn hit(kind: ConsequenceKind) -> &'static str {
    match kind {
        ConsequenceKind::Refuse => "records refused at their next change",
        ConsequenceKind::Warn => "records warned",
        ConsequenceKind::Open => "cases opened",
        ConsequenceKind::Notify => "records told of",
        ConsequenceKind::Propose => "decisions proposed",
    }
}

impl Engine {
    pub(super) async fn try_rule(&self, name: &str) -> Result<Tried, EngineError> {
        let rule = self.model.rule(name).ok_or(EngineError::NotFound)?;
        let entry = self.rules.entry(name).ok_or(EngineError::NotFound)?;
        let table = table_name(rule.register());
        let mut about = Condition::eq("removed_at", 0_i64);
        let Some((guard, must)) = entry.apart(self.today(), &self.model) else {
            if let Some(guard) = entry.guard(self.today(), &self.model) {
                about = about.and(Condition::Judged(guard, Wanted::Holds));
            }
            let found = Tried::noted("judges changes alone: what is there is not touched");
            return Ok(found.number("records judged", self.count_all(&table, about).await?));
        };
        if let Some(guard) = guard {
            about = about.and(Condition::Judged(guard, Wanted::Holds));
        }
        let fails = about.clone().and(Condition::Judged(must.clone(), Wanted::Fails));
        let cannot = about.clone().and(Condition::Judged(must, Wanted::CannotBeJudged));
        let kind = rule.otherwise.kind();
        let mut found = Tried::default()
            .number("records judged", self.count_all(&table, about).await?)
            .number(hit(kind), self.count_all(&table, fails.clone()).await?)
            .number("records that cannot be judged", self.count_all(&table, cannot).await?);
        found.examples = self.some(&table, fails).await?;
        let standing = Condition::eq("rule", name).and(Condition::eq("until", 0_i64));
        let standing = self.count_all(RULE_EFFECT, standing).await?;
        if standing > 0 {
            found = found.number("of these brought about already", standing);
        }
        Ok(found)
    }
}
