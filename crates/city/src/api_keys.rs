//! Keys of the JSON interface: `anlan_<id>_<secret>`. A key acts as its account, with the account's grants of the day;
//! the database holds the SHA-256 of the secret only. Every key ends within a year.

use base::{Chance, Id, Instant, Problem};
use serde_json::json;
use store::{ChangeSet, Condition, Row, StoreError};

use crate::accounts::account;
use crate::error::require;
use crate::journal::entry;
use crate::reading::{all_rows, clean, one_row, put};
use crate::secret::hash_of;
use crate::tables::API_KEY;
use crate::{By, CityError, Gate, Secret};

/// Days after which a key ends at the latest.
pub const LONGEST_DAYS: i64 = 366;

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Key of the row, part of the written key.
    pub id: Id,
    /// Whose grants it has.
    pub account: Id,
    /// What it is for.
    pub title: String,
    /// Who made it.
    pub created_by: Id,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// Last use, to the minute; None for never.
    pub used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    secret_hash: String,
}

impl ApiKey {
    /// True while it opens anything.
    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let some = |at: Instant| (at.0 > 0).then_some(at);
        Ok(Self {
            id: row.id("id")?,
            account: row.id("account")?,
            title: row.text("title")?.to_owned(),
            created_by: row.id("created_by")?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            used_at: some(row.instant("used_at")?),
            revoked_at: some(row.instant("revoked_at")?),
            secret_hash: row.text("secret_hash")?.to_owned(),
        })
    }
}

/// The parts of a written key.
fn parts(written: &str) -> Option<(Id, &str)> {
    let (id, secret) = written.trim().strip_prefix("anlan_")?.split_once('_')?;
    Some((id.parse().ok()?, secret))
}

/// True for text that looks like a key, for telling it from a session's token.
#[must_use]
pub fn looks_like_key(written: &str) -> bool {
    parts(written).is_some()
}

impl Gate {
    /// Makes a key for one's own account, or as system administrator for another one. The written key is shown once.
    ///
    /// # Errors
    /// Not allowed; a closed account, or a unit seat's (a seat acts only through a named operator); no title; an end
    /// that lies in the past or more than [`LONGEST_DAYS`] ahead.
    pub async fn create_api_key(
        &self,
        by: &By<'_>,
        account: Id,
        title: &str,
        expires_at: Instant,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(Id, Secret), CityError> {
        let owner = if by.account() == account {
            self.existing(account).await?
        } else {
            self.administered(by, account).await?
        };
        require(owner.is_active(), "account.closed")?;
        require(owner.unit.is_none(), "api_key.seat")?;
        let title = clean(title);
        if !(1..=100).contains(&title.chars().count()) {
            return Err(Problem::of("title", "api_key.title").with("max", 100).into());
        }
        if expires_at <= now || expires_at > now.plus_hours(24 * LONGEST_DAYS) {
            return Err(Problem::of("expires_at", "api_key.expiry").with("days", LONGEST_DAYS).into());
        }
        let (id, secret) = (Id::new(now, chance), Secret::random(chance));
        let mut set = ChangeSet { result: id.to_string(), ..ChangeSet::new() };
        set.insert(
            API_KEY,
            id,
            vec![
                put("account", account),
                put("title", &title),
                put("secret_hash", secret.hash()),
                put("created_by", by.account()),
                put("created_at", now),
                put("expires_at", expires_at),
                put("used_at", 0_i64),
                put("revoked_at", 0_i64),
            ],
        );
        let payload = json!({ "account": account, "title": title, "expires_at": expires_at.rfc3339() });
        set.journal.push(entry(by, now, "api_key.create", API_KEY, id, payload));
        self.db.apply(set).await?;
        Ok((id, Secret::new(format!("anlan_{id}_{}", secret.reveal()))))
    }

    /// The key that was written, when it opens anything: its account acts through [`Gate::presence_of`]. Marks it as
    /// used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn api_key(&self, written: &str, now: Instant) -> Result<Option<ApiKey>, StoreError> {
        let Some((id, secret)) = parts(written) else { return Ok(None) };
        let found = match self.keys.get(&id, now) {
            Some(key) => Some(key),
            None => self.read_key(id, now).await?,
        };
        // Comparing hashes: what an attacker learns from the timing does not help to find the secret.
        let Some(mut key) = found.filter(|k| k.is_live(now) && k.secret_hash == hash_of(secret)) else {
            return Ok(None);
        };
        if key.used_at.is_none_or(|at| Self::is_worth_noting(at, now)) {
            key.used_at = Some(now);
            let mut set = ChangeSet::new();
            set.update(API_KEY, id, None, vec![put("used_at", now)]);
            // "Last used" is a convenience; a busy database must not close the interface.
            let _ = self.db.apply(set).await;
            self.keys.change(&id, |known| known.used_at = Some(now));
        }
        Ok(Some(key))
    }

    async fn read_key(&self, id: Id, now: Instant) -> Result<Option<ApiKey>, StoreError> {
        let generation = self.keys.generation();
        let row = one_row(&self.db, API_KEY, Condition::eq("id", id), "whose key this is").await?;
        let Some(key) = row.as_ref().map(ApiKey::from_row).transpose()? else { return Ok(None) };
        if !account(&self.db, key.account).await?.is_some_and(|a| a.is_active()) {
            return Ok(None);
        }
        self.keys.put(id, key.clone(), now, generation);
        Ok(Some(key))
    }

    /// The keys of an account, the newest first, revoked ones among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn api_keys_of(&self, account: Id) -> Result<Vec<ApiKey>, StoreError> {
        let rows =
            all_rows(&self.db, API_KEY, Condition::eq("account", account), "keys of an account").await?;
        let mut keys: Vec<ApiKey> = rows.iter().map(ApiKey::from_row).collect::<Result<_, _>>()?;
        keys.reverse();
        Ok(keys)
    }

    /// Revokes a key: one's own, or as system administrator. At once in this process.
    ///
    /// # Errors
    /// Not found (also for somebody else's key), or revoked already.
    pub async fn revoke_api_key(&self, by: &By<'_>, id: Id, now: Instant) -> Result<(), CityError> {
        let row = one_row(&self.db, API_KEY, Condition::eq("id", id), "revoking a key").await?;
        let key = ApiKey::from_row(&row.ok_or(CityError::NotFound)?)?;
        let own = key.account == by.account();
        if key.revoked_at.is_some() || (!own && self.administered(by, key.account).await.is_err()) {
            return Err(CityError::NotFound);
        }
        let mut set = ChangeSet::new();
        set.update(API_KEY, id, None, vec![put("revoked_at", now)]);
        set.journal.push(entry(by, now, "api_key.revoke", API_KEY, id, json!({ "account": key.account })));
        self.db.apply(set).await?;
        self.keys.forget(|known, _| *known == id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_key_is_taken_apart_even_when_its_secret_holds_an_underscore() {
        let id = Id::from_u128(0xabc);
        let written = format!("anlan_{id}_ab_cd-ef");
        assert_eq!(parts(&written), Some((id, "ab_cd-ef")));
        for wrong in
            ["", "anlan_", "anlan_xyz_secret", "other_00000000000000000000000000000abc_x", "anlan_abc"]
        {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
