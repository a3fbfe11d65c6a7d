//! Who sits at the other end: somebody at work, or a unit seat whose operator was not chosen yet. Pages ask this once
//! per request; the answer is remembered for a moment.

use std::sync::Arc;

use base::{Day, Id, Instant};
use store::StoreError;

use crate::accounts::account;
use crate::grants::{self, holding};
use crate::roles::{Roles, reads};
use crate::seats::{self, Operator};
use crate::{Account, Actor, Gate, Session};

/// Who is at work in a session.
#[derive(Debug, Clone)]
pub enum Presence {
    /// Somebody with a name: their own account, or the operator of a seat with the seat's grants.
    Acting(Actor),
    /// A unit seat: one of these people must be chosen first. Until then nothing may be read or done.
    ChooseOperator {
        /// The seat.
        seat: Id,
        /// Its name.
        title: String,
        /// Who may work at it today.
        operators: Vec<Operator>,
    },
}

impl Gate {
    /// Who is at work in a session on `today`. None when the account was closed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn presence(
        &self,
        session: &Session,
        roles: &Roles,
        today: Day,
        now: Instant,
    ) -> Result<Option<Arc<Presence>>, StoreError> {
        self.presence_of(session.account, session.operator, roles, today, now).await
    }

    /// The same for an account without a session (an API key), or with an operator.
    ///
    /// # Errors
    /// The database failed.
    pub async fn presence_of(
        &self,
        id: Id,
        operator: Option<Id>,
        roles: &Roles,
        today: Day,
        now: Instant,
    ) -> Result<Option<Arc<Presence>>, StoreError> {
        let key = (id, operator.unwrap_or(Id::NIL), today);
        if let Some(known) = self.presences.get(&key, now) {
            return Ok(Some(known));
        }
        let generation = self.presences.generation();
        let Some(account) = account(&self.db, id).await?.filter(Account::is_active) else { return Ok(None) };
        let found = match account.unit {
            None => grants::actor(&self.db, roles, id, today).await?.map(Presence::Acting),
            Some(seat) => Some(self.at_seat(&account, seat, operator, roles, today).await?),
        };
        let Some(found) = found.map(Arc::new) else { return Ok(None) };
        self.presences.put(key, Arc::clone(&found), now, generation);
        Ok(Some(found))
    }

    async fn at_seat(
        &self,
        account: &Account,
        seat: Id,
        operator: Option<Id>,
        roles: &Roles,
        today: Day,
    ) -> Result<Presence, StoreError> {
        let operators = seats::operators_of(&self.db, seat, today).await?;
        let Some(chosen) = operators.iter().find(|o| Some(o.account) == operator && !o.must_change_pin)
        else {
            return Ok(Presence::ChooseOperator { seat, title: account.display.clone(), operators });
        };
        let grants = holding(&self.db, account.id, today).await?;
        let reads = reads(roles, grants.iter().map(|g| g.role.as_str()));
        let display = format!("{}（{}）", chosen.display, account.display);
        Ok(Presence::Acting(Actor { account: chosen.account, display, grants, reads, unit: Some(seat) }))
    }
}
