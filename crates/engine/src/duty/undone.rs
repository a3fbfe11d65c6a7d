//! One question about one day: whom does a duty bind, and who of them has not done what it asks? It is asked of the
//! registers alone, without the spans and instances that are kept from day to day; `anlan bench` holds it beside the
//! same question written by hand.

use base::Day;
use judge::duty::instance::containing;
use plan::pack::duty::Rhythm;
use store::{Aggregate, Condition, Scope, Wanted};

use crate::tables::table_name;
use crate::{Engine, EngineError};

impl Engine {
    /// How many subjects the duty binds on `day` that have not done what it asks: within the period of that day, or on
    /// the day itself where something must hold all the time.
    ///
    /// # Errors
    /// No such duty; one that follows events, which has no period by itself; or the database failed.
    pub async fn duty_undone(&self, duty: &str, day: Day) -> Result<i64, EngineError> {
        let duty = self.duty(duty)?;
        let kind = duty.who.subject.get_ref();
        let done = match duty.rhythm() {
            Rhythm::Always => self.duty_holds(duty, day),
            _ => containing(duty, self.model.duty_from(duty), day, &self.calendar).map(|instance| {
                self.duty_evidence(duty, kind, kind, &Self::duty_window(duty, &instance, true))
            }),
        };
        let done = done.ok_or(EngineError::NotFound)?;
        let query = Aggregate::count(table_name(kind), Scope::system("who has not done what a duty asks"))
            .filter(Condition::eq("removed_at", 0_i64))
            .filter(self.duty_asked(kind, self.duty_binds(duty, kind, day), Wanted::Holds))
            .filter(self.duty_not_asked(kind, done));
        let rows = self.database.aggregate(&query).await?;
        Ok(rows.first().map(|row| row.int("count")).transpose()?.unwrap_or_default())
    }
}
