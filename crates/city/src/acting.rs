//! Somebody whose work goes on after their request: as they may act now, not as they could when they asked.

use base::{Day, Id, Instant};
use store::{Condition, Query, Scope, StoreError};

use crate::presence::Presence;
use crate::roles::Roles;
use crate::tables::ACCOUNT;
use crate::{Actor, Gate};

impl Gate {
    /// The account, or the operator of that name at the unit seat `seat`, with the grants that hold on `today`. None when
    /// the account was closed, or the operator no longer works at the seat.
    ///
    /// # Errors
    /// The database failed.
    pub async fn acting(
        &self,
        account: Id,
        seat: Option<Id>,
        roles: &Roles,
        today: Day,
        now: Instant,
    ) -> Result<Option<Actor>, StoreError> {
        let (whose, operator) = match seat {
            None => (account, None),
            Some(seat) => {
                let query = Query::of(ACCOUNT, Scope::system("the account of a seat"))
                    .columns(&["id"])
                    .filter(Condition::eq("unit", seat));
                let Some(row) = self.db.first(&query).await? else { return Ok(None) };
                (row.id("id")?, Some(account))
            }
        };
        let present = self.presence_of(whose, operator, roles, today, now).await?;
        Ok(present.and_then(|present| match present.as_ref() {
            Presence::Acting(actor) => Some(actor.clone()),
            Presence::ChooseOperator { .. } => None,
        }))
    }
}
