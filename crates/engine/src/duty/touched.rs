//! What has changed since the last sweep of duties, as the journal tells, so that a sweep need not ask again what it asked
//! the day before. A condition whose days and dated values read the same as then, and whose registers nobody has written
//! to, has the same answer; where only records of its own subjects changed, only they are asked.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use base::{Day, Id};
use plan::expression::{Folded, Truth};
use plan::pack::Duty;
use plan::pack::duty::is_fixed_subject;
use store::journal::Position;

use super::spans::Among;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// The setting that holds up to where the journal was looked at: day of the sweep, position, and the hash of the duties as
/// the packs had them, with spaces between.
const SEEN: &str = "duty.seen";
/// Of a register in which more records changed, all are looked at.
const MOST_CHANGED: usize = 1000;
/// Each duty is judged as a whole once in so many days, whatever has changed: what should have been noticed and was not
/// is found then.
const WHOLE_EVERY_DAYS: i64 = 7;

/// Records that changed since the sweep of a day.
#[derive(Debug)]
pub(super) struct Touched {
    /// The day of that sweep.
    day: Day,
    /// By table; None where they are too many to name.
    tables: BTreeMap<String, Option<BTreeSet<Id>>>,
}

impl Touched {
    /// Nothing of a register changed.
    pub(super) fn spares(&self, register: &str) -> bool {
        !self.tables.contains_key(&table_name(register))
    }

    /// Whose answer to `now`, a condition about subjects of `kind`, may differ from the answer to `then`, the same
    /// condition on the day of the last sweep. None: nobody's.
    pub(super) fn whose(&self, kind: &str, then: &Truth, now: &Truth) -> Option<Among> {
        // The subjects that are no records are few, and their tables keep no journal.
        if then != now || is_fixed_subject(kind) {
            return Some(Among::Everybody);
        }
        let others = Folded::made(kind, now.clone()).beyond();
        if others.iter().any(|register| !self.spares(register)) {
            return Some(Among::Everybody);
        }
        match self.tables.get(&table_name(kind)) {
            None => None,
            Some(Some(ids)) => Some(Among::These(ids.iter().copied().collect())),
            Some(None) => Some(Among::Everybody),
        }
    }
}

impl Engine {
    /// What changed since the last whole sweep; None where that cannot be told, and everything is to be judged.
    pub(super) async fn duties_changed(&self) -> Result<Option<Touched>, EngineError> {
        let Some(seen) = store::setting::get(&self.database, SEEN).await? else { return Ok(None) };
        let mut parts = seen.split(' ');
        let day = parts.next().and_then(Day::parse);
        let position = parts.next().and_then(|position| position.parse::<Position>().ok());
        let (Some(day), Some(position)) = (day, position) else { return Ok(None) };
        if parts.next() != Some(self.duties_hash().as_str()) {
            return Ok(None);
        }
        let mut tables: BTreeMap<String, Option<BTreeSet<Id>>> = BTreeMap::new();
        if !store::journal::knows(&self.database, position).await? {
            return Ok(None);
        }
        let mut from = Some(position.first());
        while let Some(after) = from {
            let (changed, next) = store::journal::changed_since(&self.database, position, after).await?;
            for (table, record) in changed {
                let ids = tables.entry(table).or_insert_with(|| Some(BTreeSet::new()));
                if let Some(known) = ids {
                    known.insert(record);
                    if known.len() > MOST_CHANGED {
                        *ids = None;
                    }
                }
            }
            from = next;
        }
        Ok(Some(Touched { day, tables }))
    }

    /// Notes that everything up to `position` of the journal was judged today.
    pub(super) async fn duties_seen(&self, position: Position) -> Result<(), EngineError> {
        let seen = format!("{} {position} {}", self.today(), self.duties_hash());
        Ok(store::setting::set(&self.database, SEEN, &seen).await?)
    }

    /// Changes with whatever the packs say about duties: after a new version everything is judged. That another build of the
    /// program may hash otherwise costs one whole round.
    fn duties_hash(&self) -> String {
        let mut hasher = DefaultHasher::new();
        format!("{:?}", self.model.duties).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// The changes that spare a duty from being judged as a whole: none on the day on which its turn has come, or where it
    /// was not judged with the others the last time.
    pub(super) fn duty_spared<'a>(
        &self,
        changed: Option<&'a Touched>,
        number: usize,
        judged: Option<Day>,
    ) -> Option<&'a Touched> {
        let turn = i64::try_from(number).unwrap_or(0) + self.today().days_since_1970();
        changed.filter(|touched| judged == Some(touched.day) && turn % WHOLE_EVERY_DAYS != 0)
    }

    /// Whose spans of a duty are to be looked at.
    pub(super) fn duty_bound_among(
        &self,
        duty: &Duty,
        kind: &str,
        changed: Option<&Touched>,
    ) -> Option<Among> {
        let over = duty.until.is_some_and(|until| until < self.today());
        let Some(changed) = changed.filter(|_| !over) else { return Some(Among::Everybody) };
        let then = self.duty_binds(duty, kind, changed.day);
        changed.whose(kind, &then, &self.duty_binds(duty, kind, self.today()))
    }

    /// Who is to be asked for whether what must always hold does.
    pub(super) fn duty_holds_among(&self, duty: &Duty, changed: Option<&Touched>) -> Option<Among> {
        let Some(changed) = changed else { return Some(Among::Everybody) };
        let kind = duty.who.subject.get_ref();
        let (then, now) = (self.duty_holds(duty, changed.day)?, self.duty_holds(duty, self.today())?);
        changed.whose(kind, &then, &now)
    }

    /// Records that could prove a duty may have come in, or may count today and did not before.
    pub(super) fn duty_proof_changed(&self, duty: &Duty, changed: Option<&Touched>) -> bool {
        let Some(changed) = changed else { return true };
        // What is handed in is judged as it is handed in.
        let Some(register) = duty.record() else { return false };
        let then = self.duty_proof_condition(duty, changed.day);
        changed.whose(register, &then, &self.duty_proof_condition(duty, self.today())).is_some()
    }
}

#[cfg(test)]
mod tests {
    use plan::expression::{Constant, Truth};

    use super::*;

    fn touched(tables: &[(&str, Option<&[u128]>)]) -> Touched {
        let ids = |ids: &[u128]| ids.iter().map(|id| Id::from_u128(*id)).collect();
        let tables = tables.iter().map(|(name, some)| (table_name(name), some.map(ids))).collect();
        Touched { day: Day::parse("2021-06-15").unwrap(), tables }
    }

    fn always(yes: bool) -> Truth {
        Truth::All(vec![Truth::Constant(Constant::YesNo(yes))])
    }

    #[test]
    fn only_those_are_asked_whose_answer_may_differ() {
        let looks = |register: &str| {
            super::super::question::exists(super::super::question::lookup(register, Vec::new(), Vec::new()))
        };
        let whose =
            |touched: &Touched, kind: &str, then: &Truth, now: &Truth| match touched.whose(kind, then, now) {
                None => "nobody".to_owned(),
                Some(Among::Everybody) => "everybody".to_owned(),
                Some(Among::These(ids)) => ids.len().to_string(),
            };
        let two = touched(&[("enterprise", Some(&[1, 2])), ("person", None)]);
        for (kind, then, now, expected) in [
            ("vehicle", always(true), always(true), "nobody"),
            ("enterprise", always(true), always(true), "2"),
            ("person", always(true), always(true), "everybody"),
            // The day or a dated value makes a difference.
            ("vehicle", always(true), always(false), "everybody"),
            // It looks into another register: one that changed, one that did not.
            ("vehicle", looks("enterprise"), looks("enterprise"), "everybody"),
            ("vehicle", looks("permit"), looks("permit"), "nobody"),
            // Among the records of its own register: what changed there may concern another.
            ("enterprise", looks("enterprise"), looks("enterprise"), "everybody"),
            ("county", always(true), always(true), "everybody"),
        ] {
            assert_eq!(whose(&two, kind, &then, &now), expected, "{kind} {now:?}");
        }
    }
}
