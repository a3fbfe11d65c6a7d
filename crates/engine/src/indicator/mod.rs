//! Indicators: counted by one grouped statement for each period, stored by version, locked when they are released, and
//! opened down to the rows.
//!
//! Who sees what: everybody sees the numbers of their own scope, from the stored groups where these suffice (city, county,
//! township, sector), otherwise counted at once within their scope. The city's total and the numbers of other counties are
//! shown to the administration once a period is locked, that is: released.

mod compute;
pub(crate) mod count;
mod duty;
mod groups;
pub mod job;
mod keep;
mod lock;
mod read;
mod rows;
pub mod tables;

use base::{Day, Instant, Period};
use judge::indicator::{Goal, Reached, Shape, Tally};
use plan::pack::Indicator;
use plan::pack::indicator::Counting;

use crate::{Engine, EngineError};

pub(crate) use count::{Grouping, by_subject};
pub use duty::Instances;
pub use lock::Lock;
pub(crate) use lock::Locked;
pub use read::{Group, GroupsOf};
pub use rows::{Rows, RowsRequest, Which};

/// The numbers of an indicator for a period, as somebody sees them.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The period.
    pub period: Period,
    /// The counted rows.
    pub tally: Tally,
    /// Share, sum or count.
    pub shape: Shape,
    /// The target in force.
    pub goal: Goal,
    /// Whether it is reached.
    pub reached: Reached,
    /// The stored version; None where it was counted at once for a narrow scope.
    pub run: Option<Run>,
    /// The release, where the period is locked.
    pub lock: Option<Lock>,
    /// What is counted now, where that differs from what was released.
    pub since: Option<Tally>,
}

impl Figure {
    /// The number.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.tally.value(self.shape)
    }
}

/// A stored version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number, from 1.
    pub number: i64,
    /// The day as of which it was judged.
    pub as_of: Option<Day>,
    /// When it was counted first.
    pub computed_at: Instant,
    /// When it was counted last with the same result.
    pub checked_at: Instant,
    /// Versions of the packs then.
    pub pack: String,
}

impl Engine {
    /// The indicator of that name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where no pack has it.
    pub fn indicator(&self, name: &str) -> Result<&Indicator, EngineError> {
        self.model.indicators.get(name).ok_or(EngineError::NotFound)
    }

    /// What an indicator counts.
    pub(crate) fn counting(&self, indicator: &Indicator) -> Result<Counting, EngineError> {
        if let Some(duty) = self.duty_of(indicator)? {
            return self.counting_of_duty(indicator, duty);
        }
        // The packs were checked when they were loaded.
        Counting::of(indicator, &self.model).map_err(|_| EngineError::NotFound)
    }

    /// The period of an indicator that holds today.
    #[must_use]
    pub fn period_of(&self, indicator: &Indicator) -> Period {
        Period::containing(*indicator.every.get_ref(), self.today())
    }

    /// Versions of the packs in force: `core 1.0.0, kaifeng-2020 1.0.0`.
    pub(crate) fn packs_in_force(&self) -> String {
        let each = self.model.packs.iter().map(|p| format!("{} {}", p.id, p.version));
        each.collect::<Vec<_>>().join(", ")
    }
}
