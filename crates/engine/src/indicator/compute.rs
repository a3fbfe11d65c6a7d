//! Counting a period and storing what came out: a new version only where it differs.

use base::Period;
use judge::indicator::Moments;
use plan::pack::Indicator;
use store::Scope;

use super::count::Grouping;
use super::groups::groups;
use crate::{Engine, EngineError};

/// What became of counting a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computed {
    /// The numbers are a new version.
    Changed,
    /// The numbers are those of the last version.
    Same,
    /// The state of a past day is not counted again: the records have moved on.
    Kept,
}

impl Engine {
    /// Counts `period` of an indicator with one grouped statement and stores the numbers.
    ///
    /// # Errors
    /// No such indicator, or the database failed.
    pub async fn compute_indicator(&self, name: &str, period: Period) -> Result<Computed, EngineError> {
        let indicator = self.indicator(name)?;
        let before = self.last_run(name, period).await?;
        let over = period.last().plus_days(1) < self.today();
        if self.tells_a_state(indicator) && over && before.is_some() {
            return Ok(Computed::Kept);
        }
        let counted = self.counted_groups(indicator, period, Scope::system("counting an indicator")).await?;
        let as_of = Moments::of(period, self.today()).as_of;
        self.keep_groups(indicator, period, as_of, before.as_ref(), &counted).await
    }

    /// The groups of a period, counted now within `scope`.
    pub(super) async fn counted_groups(
        &self,
        indicator: &Indicator,
        period: Period,
        scope: Scope,
    ) -> Result<std::collections::BTreeMap<super::groups::GroupKey, judge::indicator::Tally>, EngineError>
    {
        let counting = self.counting(indicator)?;
        if let Some(duty) = self.duty_of(indicator)? {
            return self.duty_groups(duty, &counting.by, period, &scope).await;
        }
        let register = self.register(&counting.register)?;
        let grouping = Grouping::of(register, &counting.by);
        let cells = self.count_cells(&counting, indicator.at.get_ref(), period, &grouping, scope).await?;
        Ok(groups(&self.model, register, &counting.by, &grouping, &cells))
    }
}
