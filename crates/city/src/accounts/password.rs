//! Changing one's own password, and giving somebody a new first one.

use base::{Chance, Id, Instant};
use serde_json::json;
use store::{ChangeSet, Condition};

use super::{Account, account_named};
use crate::error::require;
use crate::journal::entry;
use crate::passwords;
use crate::reading::{one_row, put};
use crate::roles::Roles;
use crate::tables::ACCOUNT;
use crate::{Actor, By, CityError, Gate};

/// The change that sets a password. `first` when somebody else chose it: then it must be changed.
#[must_use]
pub fn setting(old: &Account, hash: &str, first: bool, by: &By<'_>, now: Instant) -> ChangeSet {
    let mut set = ChangeSet::new();
    let values = vec![put("password", hash), put("password_at", now), put("must_change_password", first)];
    set.update(ACCOUNT, old.id, Some(old.version), values);
    set.journal.push(entry(by, now, "account.password", ACCOUNT, old.id, json!({ "must_change": first })));
    set
}

impl Gate {
    /// Changes one's own password. The other sessions of the account end.
    ///
    /// # Errors
    /// The old password is wrong (counted like a failed sign-in), the new one is weak or the same.
    pub async fn change_password(
        &self,
        actor: &Actor,
        session: Id,
        old: &str,
        new: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        let account = self.existing(actor.account).await?;
        let mut problems = passwords::problems_of(new, &account.name);
        if new == old {
            problems.push(base::Problem::of("password", "password.unchanged"));
        }
        problems.or(())?;
        self.check_own_password(&account, old, now, chance).await?;
        let hash = self.passwords.hash(new, chance).await?;
        let by = By::Person(actor);
        self.db.apply(setting(&account, &hash, false, &by, now)).await?;
        self.end_sessions_of(account.id, Some(session)).await?;
        self.forget(account.id);
        Ok(())
    }

    /// Gives an account a new first password, as system administrator. Its sessions end.
    ///
    /// Passwords of administrators are reset by the program alone (the command line on the server): otherwise a system
    /// administrator could become the security administrator.
    ///
    /// # Errors
    /// Not found, not allowed, a weak password.
    pub async fn reset_password(
        &self,
        by: &By<'_>,
        id: Id,
        new: &str,
        roles: &Roles,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        require(by.account() != id || matches!(by, By::Program), "account.own")?;
        let account = self.administered_secret(by, id, roles).await?;
        require(account.is_active(), "account.closed")?;
        passwords::problems_of(new, &account.name).or(())?;
        let hash = self.passwords.hash(new, chance).await?;
        self.db.apply(setting(&account, &hash, true, by, now)).await?;
        self.end_sessions_of(id, None).await?;
        self.forget(id);
        Ok(())
    }

    /// Sets a lasting password by name, for the command line on the server (`anlan account password NAME`).
    ///
    /// # Errors
    /// No such account, a weak password.
    pub async fn set_password_by_program(
        &self,
        name: &str,
        new: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        let account = account_named(&self.db, name).await?.ok_or(CityError::NotFound)?;
        passwords::problems_of(new, &account.name).or(())?;
        let hash = self.passwords.hash(new, chance).await?;
        self.db.apply(setting(&account, &hash, false, &By::Program, now)).await?;
        self.end_sessions_of(account.id, None).await?;
        self.forget(account.id);
        Ok(())
    }

    /// Confirms that whoever sits at a session knows the account's password; failures count towards the lock.
    pub(crate) async fn check_own_password(
        &self,
        account: &Account,
        password: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        let attempt = self.begin_attempt(&account.name, "", now, chance).await?;
        if let Some(until) = attempt.locked_until {
            self.withdraw(&attempt).await;
            let problem = base::Problem::of("old_password", "account.locked").with("until", until.local());
            return Err(CityError::Refused(problem));
        }
        let row = one_row(&self.db, ACCOUNT, Condition::eq("id", account.id), "own password").await?;
        let hash = row.as_ref().map(|row| row.text("password")).transpose()?;
        let right = self.passwords.check(password, hash).await;
        match right {
            Ok(true) => {
                self.clear_failures(&account.name).await?;
                Ok(())
            }
            Ok(false) => Err(base::Problem::of("old_password", "password.wrong").into()),
            Err(busy) => {
                self.withdraw(&attempt).await;
                Err(busy)
            }
        }
    }
}
