//! Time codes of an account: enrolling, confirming, removing. The secret is stored sealed ([`crate::seal`]) and counts
//! only after a first code of it was entered.

use base::{Chance, Id, Instant, Problem};
use serde_json::json;
use store::{ChangeSet, Condition};

use crate::error::require;
use crate::journal::entry;
use crate::reading::{one_row, put};
use crate::roles::Roles;
use crate::tables::ACCOUNT;
use crate::{Actor, By, CityError, Gate, Secret, totp};

/// What is shown once, for an authenticator app.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret in base32, for typing.
    pub secret: Secret,
    /// The `otpauth:` address, for a QR code.
    pub address: Secret,
}

impl Gate {
    /// Begins to enrol time codes for one's own account; the password is asked again. An enrolment that was not
    /// confirmed is replaced.
    ///
    /// # Errors
    /// The password is wrong, or time codes are in use already.
    pub async fn enrol_codes(
        &self,
        actor: &Actor,
        password: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<Enrolment, CityError> {
        let account = self.existing(actor.account).await?;
        require(!account.has_time_codes, "codes.in_use")?;
        self.check_own_password(&account, password, now, chance).await?;
        let secret = totp::new_secret(chance);
        let sealed = self.seal.seal(account.id, &secret, chance);
        let mut set = ChangeSet::new();
        let values = vec![put("totp", sealed), put("totp_since", 0_i64), put("totp_step", 0_i64)];
        set.update(ACCOUNT, account.id, Some(account.version), values);
        set.journal.push(entry(&By::Person(actor), now, "codes.enrol", ACCOUNT, account.id, json!({})));
        self.db.apply(set).await?;
        let address = totp::enrolment_address(&secret, &account.name, &self.settings.issuer);
        Ok(Enrolment { secret: Secret::new(totp::base32(&secret)), address: Secret::new(address) })
    }

    /// Confirms the enrolment with a first code. From now on signing in needs one.
    ///
    /// # Errors
    /// Nothing was enrolled, or the code is wrong.
    pub async fn confirm_codes(&self, actor: &Actor, code: &str, now: Instant) -> Result<(), CityError> {
        let condition = Condition::eq("id", actor.account);
        let row = one_row(&self.db, ACCOUNT, condition, "confirming time codes")
            .await?
            .ok_or(CityError::NotFound)?;
        require(row.int("totp_since")? == 0, "codes.in_use")?;
        let secret = self.seal.open(actor.account, row.bytes("totp")?);
        let secret = secret.ok_or_else(|| CityError::Refused(Problem::new("codes.not_enrolled")))?;
        let step = totp::accepted_step(&secret, code, now, row.int("totp_step")?);
        let step = step.ok_or_else(|| Problem::of("code", "codes.wrong"))?;
        let mut set = ChangeSet::new();
        let values = vec![put("totp_since", now), put("totp_step", step)];
        set.update(ACCOUNT, actor.account, Some(row.int("version")?), values);
        set.journal.push(entry(&By::Person(actor), now, "codes.confirm", ACCOUNT, actor.account, json!({})));
        self.db.apply(set).await?;
        Ok(())
    }

    /// Removes one's own time codes; the password is asked again.
    ///
    /// # Errors
    /// The password is wrong.
    pub async fn remove_codes(
        &self,
        actor: &Actor,
        password: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        let account = self.existing(actor.account).await?;
        self.check_own_password(&account, password, now, chance).await?;
        self.apply_removal(&By::Person(actor), account.id, account.version, now).await
    }

    /// Removes somebody's time codes, as system administrator, when the telephone is lost. Those of administrators are
    /// removed by the program alone, as their passwords are.
    ///
    /// # Errors
    /// Not found, not allowed.
    pub async fn remove_codes_of(
        &self,
        by: &By<'_>,
        id: Id,
        roles: &Roles,
        now: Instant,
    ) -> Result<(), CityError> {
        require(by.account() != id || matches!(by, By::Program), "account.own")?;
        let account = self.administered_secret(by, id, roles).await?;
        self.apply_removal(by, id, account.version, now).await
    }

    async fn apply_removal(&self, by: &By<'_>, id: Id, version: i64, now: Instant) -> Result<(), CityError> {
        let mut set = ChangeSet::new();
        let values = vec![put("totp", Vec::<u8>::new()), put("totp_since", 0_i64), put("totp_step", 0_i64)];
        set.update(ACCOUNT, id, Some(version), values);
        set.journal.push(entry(by, now, "codes.remove", ACCOUNT, id, json!({})));
        self.db.apply(set).await?;
        Ok(())
    }
}
