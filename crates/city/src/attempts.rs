//! Attempts to sign in, written down and counted.
//!
//! An attempt is written as a failure before the password is checked and removed when it succeeds. So many attempts at
//! the same time, even on several nodes, get no more guesses than one after the other.

use base::{Chance, Id, Instant};
use store::{ChangeSet, Condition, Direction, Priority, Query, Scope, StoreError};

use crate::accounts::fold_name;
use crate::reading::{all_rows, put};
use crate::secret::hash_of;
use crate::sign_in::cut;
use crate::tables::FAILURE;
use crate::{CityError, Gate};

/// An attempt that was written down.
pub(crate) struct Begun {
    row: Id,
    pub(crate) locked_until: Option<Instant>,
    /// Failures of the name that count, this attempt among them.
    pub(crate) failures: usize,
}

impl Gate {
    /// Writes the attempt down and says whether the name or the address is locked.
    pub(crate) async fn begin_attempt(
        &self,
        name: &str,
        address: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<Begun, CityError> {
        let (row, name_hash, address) = (Id::new(now, chance), name_hash(name), cut(address));
        let mut set = ChangeSet::new();
        let values = vec![put("name_hash", &name_hash), put("address", &address), put("at", now)];
        set.insert(FAILURE, row, values);
        self.db.apply(set).await?;
        let limits = self.settings.lockout;
        let of_name = self.failures("name_hash", &name_hash, limits.per_name.failures, row).await?;
        let mut locked = limits.per_name.locked_until(&of_name, now);
        if !address.is_empty() {
            let of_address = self.failures("address", &address, limits.per_address.failures, row).await?;
            locked = locked.max(limits.per_address.locked_until(&of_address, now));
        }
        let since = now.plus_seconds(-limits.per_name.within_seconds);
        let failures = 1 + of_name.iter().filter(|at| **at >= since).count();
        Ok(Begun { row, locked_until: locked, failures })
    }

    /// The instants of the latest failures but `own`, newest first.
    async fn failures(
        &self,
        column: &str,
        value: &str,
        limit: usize,
        own: Id,
    ) -> Result<Vec<Instant>, StoreError> {
        let query = Query::of(FAILURE, Scope::system("failed sign-ins"))
            .columns(&["id", "at"])
            .filter(Condition::eq(column, value))
            .sort("at", Direction::Descending)
            .limit(u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1));
        let mut found = Vec::new();
        for row in self.db.select(&query).await? {
            if row.id("id")? != own {
                found.push(row.instant("at")?);
            }
        }
        Ok(found)
    }

    /// Takes back an attempt that decided nothing. When that fails it counts as one failure, which does no harm.
    pub(crate) async fn withdraw(&self, begun: &Begun) {
        let mut set = ChangeSet::new();
        set.delete(FAILURE, begun.row);
        let _ = self.db.apply(set).await;
    }

    /// A success ends the count of the name. That of the address stays: a guesser may have an account of their own.
    pub(crate) async fn clear_failures(&self, name: &str) -> Result<(), CityError> {
        let condition = Condition::eq("name_hash", name_hash(name));
        let rows = all_rows(&self.db, FAILURE, condition, "failed sign-ins").await?;
        let ids: Vec<Id> = rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
        self.delete_each(FAILURE, ids, Priority::Normal).await
    }
}

fn name_hash(name: &str) -> String {
    let folded = fold_name(name).unwrap_or_else(|_| name.trim().to_lowercase());
    hash_of(&folded)
}
