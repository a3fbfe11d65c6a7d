//! Whether the condition of an element holds for a record, judged by the database like everything else.

use std::sync::Arc;

use base::Id;
use plan::expression::{Context, Expression, Moment};
use plan::pack::Register;
use store::{Condition, Judged, Query, Scope, Wanted};

use crate::tables::{layout, table_name};
use crate::{Engine, EngineError};

impl Engine {
    /// The condition of an element on records of `register`, as of today; None for one that the checker of packs would
    /// not have let through.
    pub(crate) fn condition_of(&self, when: &str, variable: &str, register: &Register) -> Option<Judged> {
        let context = Context::of(&self.model, variable, register.name());
        let expression = Expression::check(when, &context).ok()?;
        let folded = expression.fold(&Moment::today(self.today()), &self.model);
        Some(Judged::new(Arc::new(folded), Arc::new(layout())))
    }

    /// Rows that count and meet `when`, within `scope`. A condition that cannot be read is met by none.
    pub(crate) fn fitting(
        &self,
        register: &Register,
        (variable, when): (&str, Option<&str>),
        scope: Scope,
    ) -> Query {
        let query = Query::of(table_name(register.name()), scope).filter(Condition::eq("removed_at", 0_i64));
        match when.map(|when| self.condition_of(when, variable, register)) {
            None => query,
            Some(Some(judged)) => query.filter(Condition::Judged(judged, Wanted::Holds)),
            Some(None) => query.filter(Condition::Or(Vec::new())),
        }
    }

    /// Whether the record meets `when`.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn fits(
        &self,
        register: &Register,
        condition: (&str, Option<&str>),
        record: Id,
    ) -> Result<bool, EngineError> {
        let query = self
            .fitting(register, condition, Scope::system("whether an element is about a record"))
            .columns(&["id"])
            .filter(Condition::eq("id", record))
            .limit(1);
        Ok(self.database.first(&query).await?.is_some())
    }
}
