//! The rows behind a number: exactly those that were counted, found by the same conditions.

use base::{Id, Period};
use city::Actor;
use judge::indicator::Moments;
use plan::pack::indicator::{Counting, Dimension, DimensionFrom};
use plan::pack::{FieldKind, Register, ScopeFrom};
use store::{Condition, Direction, Judged, Query, Value, Wanted};

use super::count::{Judging, rows_of};
use super::groups::leads;
use crate::record::Record;
use crate::record::read::records_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Rows of one page.
const PAGE: u32 = 50;
/// How far rows are counted.
const COUNTED_UP_TO: u64 = 5_000_000;

/// Which of the counted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// All that count.
    #[default]
    Base,
    /// Those that hit.
    Hit,
    /// Those that count and do not hit.
    Miss,
    /// Those that cannot be judged.
    Unknown,
}

impl Which {
    /// All of them, as addresses name them.
    pub const ALL: [(&'static str, Self); 4] =
        [("base", Self::Base), ("hit", Self::Hit), ("miss", Self::Miss), ("unknown", Self::Unknown)];

    /// Reads a name of an address.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, which)| *which)
    }

    /// As addresses name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, which)| *which == self).map_or("", |(name, _)| name)
    }
}

/// Which rows of which group.
#[derive(Debug, Clone)]
pub struct RowsRequest {
    /// The period.
    pub period: Period,
    /// Which of its rows.
    pub which: Which,
    /// Groups, as (dimension, value); all must hold.
    pub groups: Vec<(String, String)>,
    /// The record after which the page begins.
    pub after: Option<Id>,
}

/// A page of rows.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The rows, oldest first.
    pub records: Vec<Record>,
    /// How many there are.
    pub count: u64,
    /// The record after which the next page begins.
    pub next: Option<Id>,
}

impl Engine {
    /// The counted rows of a number that `actor` may see.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for an unknown group or where they see none; the database failed.
    pub async fn indicator_rows(
        &self,
        actor: &Actor,
        name: &str,
        request: &RowsRequest,
    ) -> Result<Rows, EngineError> {
        let indicator = self.indicator(name)?;
        if !self.sees_indicator(actor, indicator) {
            return Err(EngineError::NotFound);
        }
        let counting = self.counting(indicator)?;
        let register = self.register(&counting.register)?;
        let judging = self.indicator_judging(&counting, &Moments::of(request.period, self.today()));
        let mut filter = rows_of(register, &counting, indicator.at.get_ref(), request.period).and(chosen(
            request.which,
            &judging,
            self.number_known(&counting, request.period, &judging),
        ));
        for (dimension, key) in &request.groups {
            filter = filter.and(self.in_group(register, &counting, dimension, key)?);
        }
        let all = Query::of(table_name(register.name()), self.scope(actor, register)).filter(filter);
        let mut query = all.clone().sort("id", Direction::Ascending).limit(PAGE + 1);
        if let Some(after) = request.after {
            query = query.after(vec![Value::Id(after)]);
        }
        let found = self.database.select(&query).await?;
        let more = found.len() > PAGE as usize;
        let mut records = records_of(register, found.into_iter().take(PAGE as usize))?;
        for record in &mut records {
            self.cut_protected(actor, register, record);
        }
        let next = if more { records.last().map(|r| r.id) } else { None };
        Ok(Rows { records, next, count: self.database.count_up_to(&all, COUNTED_UP_TO).await? })
    }

    /// Holds where the number that is added is there.
    fn number_known(&self, counting: &Counting, period: Period, judging: &Judging) -> Option<Judged> {
        let known = counting.known.as_ref()?;
        Some(self.pack_condition(known, &Moments::of(period, self.today()), judging.layout()))
    }

    fn in_group(
        &self,
        register: &Register,
        counting: &Counting,
        name: &str,
        key: &str,
    ) -> Result<Condition, EngineError> {
        if name == "county" && register.scope != ScopeFrom::Shared {
            return Ok(Condition::eq("county", key));
        }
        let dimension: &Dimension =
            counting.by.iter().find(|d| d.name == name).ok_or(EngineError::NotFound)?;
        let column = match &dimension.from {
            DimensionFrom::Column(column) => column.as_str(),
            DimensionFrom::LeadOfSector => {
                let leads = leads(&self.model);
                let of = |wanted: bool| {
                    let sectors = leads.iter().filter(|(_, lead)| !wanted || **lead == key);
                    sectors.map(|(sector, _)| Value::from(*sector)).collect::<Vec<_>>()
                };
                let condition = Condition::In("sector".into(), of(!key.is_empty()));
                return Ok(if key.is_empty() { Condition::Not(Box::new(condition)) } else { condition });
            }
        };
        let value = match register.field(column).map(|f| f.kind) {
            _ if key.is_empty()
                && matches!(register.field(column).map(|f| f.kind), Some(FieldKind::YesNo)) =>
            {
                return Ok(Condition::IsNull(column.to_owned()));
            }
            Some(FieldKind::YesNo) => Value::Bool(key == "true"),
            Some(FieldKind::Reference) if key.is_empty() => {
                return Ok(Condition::Or(vec![
                    Condition::IsNull(column.to_owned()),
                    Condition::eq(column, Id::NIL),
                ]));
            }
            Some(FieldKind::Reference) => Value::Id(key.parse().map_err(|_| EngineError::NotFound)?),
            _ => Value::from(key),
        };
        Ok(Condition::Eq(column.to_owned(), value))
    }
}

fn chosen(which: Which, judging: &Judging, known: Option<Judged>) -> Condition {
    let is = |judged: &Judged, wanted| Condition::Judged(judged.clone(), wanted);
    let not = |condition| Condition::Not(Box::new(condition));
    let counts = || judging.base.as_ref().map_or_else(Condition::all, |base| is(base, Wanted::Holds));
    let may_count = || judging.base.as_ref().map_or_else(Condition::all, |base| not(is(base, Wanted::Fails)));
    match (&judging.hit, which) {
        (Some((hits, _)), Which::Hit) => is(hits, Wanted::Holds),
        (Some((_, misses)), Which::Miss) => is(misses, Wanted::Holds),
        (Some((hits, misses)), Which::Base) => {
            Condition::Or(vec![is(hits, Wanted::Holds), is(misses, Wanted::Holds)])
        }
        (Some((hits, misses)), Which::Unknown) => {
            may_count().and(not(is(hits, Wanted::Holds))).and(not(is(misses, Wanted::Holds)))
        }
        (None, Which::Base | Which::Hit) => match known {
            Some(known) => counts().and(is(&known, Wanted::Holds)),
            None => counts(),
        },
        (None, Which::Miss) => Condition::Or(Vec::new()),
        (None, Which::Unknown) => {
            let unsure = judging.base.as_ref().map(|base| is(base, Wanted::CannotBeJudged));
            let without = known.map(|known| counts().and(not(is(&known, Wanted::Holds))));
            Condition::Or(unsure.into_iter().chain(without).collect())
        }
    }
}
