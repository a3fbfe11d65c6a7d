//! Cases by month: how many were opened, how many ended. Counted from the rows, so only where they are few enough.

use base::{Day, Instant, Period, PeriodKind};
use city::Actor;
use store::{Aggregate, Condition, Value};

use crate::tables::table_name;
use crate::{Engine, EngineError};

/// A month of a register of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Day,
    /// Cases opened in it.
    pub opened: i64,
    /// Cases that ended in it.
    pub ended: i64,
}

impl Engine {
    /// The last `months` months of a register of cases until today, oldest first, within what `actor` may see.
    ///
    /// # Errors
    /// No such register, or one that holds no cases; or the database failed.
    pub async fn months(
        &self,
        actor: &Actor,
        register: &str,
        months: i32,
    ) -> Result<Vec<Month>, EngineError> {
        let definition = self.register(register)?;
        if !definition.cases {
            return Err(EngineError::NotFound);
        }
        let scope = self.scope(actor, definition);
        let count = async |column: &str, from: Instant, to: Instant| -> Result<i64, EngineError> {
            let query = Aggregate::count(table_name(register), scope.clone())
                .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
                .filter(Condition::Between(column.into(), Value::Int(from.0), Value::Int(to.0)));
            let rows = self.database.aggregate(&query).await?;
            Ok(rows.first().map(|row| row.int("count")).transpose()?.unwrap_or(0))
        };
        let this = Period::containing(PeriodKind::Month, self.today()).first();
        let mut found = Vec::new();
        for back in (0..months).rev() {
            let month = Period::containing(PeriodKind::Month, this.plus_months(-back));
            let (from, to) = (Instant::start_of(month.first()), Instant::end_of(month.last()));
            let (opened, ended) = (count("opened_at", from, to).await?, count("closed_at", from, to).await?);
            found.push(Month { first: month.first(), opened, ended });
        }
        Ok(found)
    }
}
