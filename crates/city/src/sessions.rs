//! Sessions: who is signed in. The browser holds a token of 256 random bits, the database its SHA-256 only. A session
//! ends after thirty idle minutes or twelve hours (wall time), when it is ended, or when its account is closed.

use base::{Id, Instant};
use serde_json::json;
use store::{ChangeSet, Condition, Priority, Row, StoreError, WriteError};

use crate::accounts::Account;
use crate::journal::entry;
use crate::reading::{all_rows, one_row, put};
use crate::secret::hash_of;
use crate::tables::{ACCOUNT, FAILURE, SESSION};
use crate::{By, CityError, Gate, Secret};

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Key; not a secret.
    pub id: Id,
    /// The account that signed in.
    pub account: Id,
    /// The account of the operator at a unit seat; None while nobody was chosen, and at personal accounts.
    pub operator: Option<Id>,
    /// When it began.
    pub created_at: Instant,
    /// Last use, to the minute.
    pub seen_at: Instant,
    /// When it ends in any case.
    pub ends_at: Instant,
    /// Network address at its beginning.
    pub address: String,
    /// The browser as it called itself.
    pub agent: String,
    /// Nothing but a change of the password is allowed.
    pub must_change_password: bool,
}

impl Session {
    fn from_row(row: &Row, must_change_password: bool) -> Result<Self, StoreError> {
        let operator = row.id("operator")?;
        Ok(Self {
            id: row.id("id")?,
            account: row.id("account")?,
            operator: (!operator.is_nil()).then_some(operator),
            created_at: row.instant("created_at")?,
            seen_at: row.instant("seen_at")?,
            ends_at: row.instant("ends_at")?,
            address: row.text("address")?.to_owned(),
            agent: row.text("agent")?.to_owned(),
            must_change_password,
        })
    }

    /// True while it may be used.
    #[must_use]
    pub fn is_live(&self, now: Instant, idle_seconds: i64) -> bool {
        now < self.ends_at && now < self.seen_at.plus_seconds(idle_seconds)
    }
}

/// The secret that forms of this session carry, so that no other site can send them (CSRF). Computed from the token, so
/// that whoever reads the database cannot make one.
#[must_use]
pub fn form_secret(token: &Secret) -> Secret {
    token.derive("form")
}

/// True when `sent` is the secret of this session's forms.
#[must_use]
pub fn is_form_secret(token: &Secret, sent: &str) -> bool {
    // Comparing hashes: what an attacker learns from the timing does not help to find the secret.
    form_secret(token).hash() == hash_of(sent)
}

impl Gate {
    /// The live session of a token, and marks it as used. None for a stranger's, an old or an ended one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(&self, token: &str, now: Instant) -> Result<Option<Session>, StoreError> {
        let hash = hash_of(token);
        let remembered = self.sessions.get(&hash, now);
        let found = match remembered {
            Some(session) => Some(session),
            None => self.read_session(&hash, now).await?,
        };
        let Some(mut session) = found.filter(|s| s.is_live(now, self.settings.idle_seconds)) else {
            return Ok(None);
        };
        if Self::is_worth_noting(session.seen_at, now) {
            session.seen_at = now;
            if !self.note_seen(session.id, now).await? {
                self.sessions.forget(|_, known| known.id == session.id);
                return Ok(None);
            }
            self.sessions.change(&hash, |known| known.seen_at = now);
        }
        Ok(Some(session))
    }

    async fn read_session(&self, hash: &str, now: Instant) -> Result<Option<Session>, StoreError> {
        let generation = self.sessions.generation();
        let row =
            one_row(&self.db, SESSION, Condition::eq("token_hash", hash), "whose token this is").await?;
        let Some(row) = row else { return Ok(None) };
        let account =
            one_row(&self.db, ACCOUNT, Condition::eq("id", row.id("account")?), "whose session").await?;
        let account = account.as_ref().map(Account::from_row).transpose()?;
        let Some(account) = account.filter(Account::is_active) else { return Ok(None) };
        let session = Session::from_row(&row, account.must_change_password)?;
        self.sessions.put(hash.to_owned(), session.clone(), now, generation);
        Ok(Some(session))
    }

    /// False when the session was ended in the meantime.
    async fn note_seen(&self, id: Id, now: Instant) -> Result<bool, StoreError> {
        let mut set = ChangeSet::new();
        set.update(SESSION, id, None, vec![put("seen_at", now)]);
        match self.db.apply(set).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            // A busy or full database must not sign people out; what is lost is one minute of "last seen".
            Err(_) => Ok(true),
        }
    }

    /// The live sessions of an account, the last used first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sessions_of(&self, account: Id, now: Instant) -> Result<Vec<Session>, StoreError> {
        let mut sessions = self.session_rows(account).await?;
        sessions.retain(|s| s.is_live(now, self.settings.idle_seconds));
        sessions.sort_by_key(|s| std::cmp::Reverse((s.seen_at, s.id)));
        Ok(sessions)
    }

    pub(crate) async fn session_rows(&self, account: Id) -> Result<Vec<Session>, StoreError> {
        let rows =
            all_rows(&self.db, SESSION, Condition::eq("account", account), "sessions of an account").await?;
        rows.iter().map(|row| Session::from_row(row, false)).collect()
    }

    /// Signs out: ends the session of this token. Nothing happens for a token that has none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_out(&self, token: &str, now: Instant) -> Result<(), CityError> {
        let row =
            one_row(&self.db, SESSION, Condition::eq("token_hash", hash_of(token)), "signing out").await?;
        let Some(row) = row else { return Ok(()) };
        let session = Session::from_row(&row, false)?;
        let mut set = ChangeSet::new();
        set.delete(SESSION, session.id);
        let mut said = entry(&By::Program, now, "session.sign_out", SESSION, session.id, json!({}));
        said.actor = session.operator.unwrap_or(session.account);
        set.journal.push(said);
        self.apply_ending(set).await?;
        self.sessions.forget(|_, known| known.id == session.id);
        Ok(())
    }

    /// Ends one session: one's own, or as system administrator. At once in this process, within the memory's seconds
    /// in others.
    ///
    /// # Errors
    /// Not found (also for somebody else's session), not allowed.
    pub async fn end_session(&self, by: &By<'_>, id: Id, now: Instant) -> Result<(), CityError> {
        let row = one_row(&self.db, SESSION, Condition::eq("id", id), "ending a session").await?;
        let session = Session::from_row(&row.ok_or(CityError::NotFound)?, false)?;
        if session.account != by.account() && self.administered(by, session.account).await.is_err() {
            return Err(CityError::NotFound);
        }
        let mut set = ChangeSet::new();
        set.delete(SESSION, id);
        set.journal.push(entry(by, now, "session.end", SESSION, id, json!({ "account": session.account })));
        self.apply_ending(set).await?;
        self.sessions.forget(|_, known| known.id == id);
        Ok(())
    }

    /// Ends all sessions of an account but, where given, one: one's own, or as system administrator.
    ///
    /// # Errors
    /// Not allowed, the database failed.
    pub async fn end_all_sessions(
        &self,
        by: &By<'_>,
        account: Id,
        but: Option<Id>,
        now: Instant,
    ) -> Result<(), CityError> {
        if account != by.account() {
            self.administered(by, account).await?;
        }
        self.end_sessions_of(account, but).await?;
        let mut set = ChangeSet::new();
        set.journal.push(entry(
            by,
            now,
            "session.end_all",
            ACCOUNT,
            account,
            json!({ "kept_one": but.is_some() }),
        ));
        self.db.apply(set).await?;
        Ok(())
    }

    pub(crate) async fn end_sessions_of(&self, account: Id, but: Option<Id>) -> Result<(), CityError> {
        let rows = self.session_rows(account).await?;
        let ended = rows.iter().map(|s| s.id).filter(|id| Some(*id) != but);
        self.delete_each(SESSION, ended.collect(), Priority::Normal).await?;
        self.sessions.forget(|_, known| known.account == account && Some(known.id) != but);
        Ok(())
    }

    /// Removes sessions that are over and failures that count no longer; for a daily job. Gives back how many rows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tidy(&self, now: Instant) -> Result<usize, CityError> {
        let idle = now.plus_seconds(-self.settings.idle_seconds - Self::SEEN_SECONDS);
        let over = Condition::Or(vec![
            Condition::LessOrEqual("ends_at".into(), now.into()),
            Condition::Less("seen_at".into(), idle.into()),
        ]);
        let limits = self.settings.lockout;
        let longest = [limits.per_name, limits.per_address].map(|l| l.within_seconds.max(l.lock_seconds));
        let old = now.plus_seconds(-longest.into_iter().max().unwrap_or(0) - 3600);
        let mut removed = 0;
        for (table, filter) in [(SESSION, over), (FAILURE, Condition::Less("at".into(), old.into()))] {
            let rows = all_rows(&self.db, table, filter, "tidying up").await?;
            let ids: Vec<Id> = rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
            removed += ids.len();
            self.delete_each(table, ids, Priority::Low).await?;
        }
        Ok(removed)
    }

    /// Deletes rows, each by itself: one that is gone already is as good as deleted.
    pub(crate) async fn delete_each(
        &self,
        table: &str,
        ids: Vec<Id>,
        priority: Priority,
    ) -> Result<(), CityError> {
        let deletion = |id| {
            let mut set = ChangeSet { priority, ..ChangeSet::new() };
            set.delete(table, id);
            set
        };
        for part in ids.chunks(500) {
            for answer in self.db.apply_bulk(part.iter().copied().map(deletion).collect()).await {
                gone_is_done(answer)?;
            }
        }
        Ok(())
    }

    async fn apply_ending(&self, set: ChangeSet) -> Result<(), CityError> {
        gone_is_done(self.db.apply(set).await)
    }
}

fn gone_is_done(answer: Result<store::Applied, WriteError>) -> Result<(), CityError> {
    match answer {
        Ok(_) | Err(WriteError::Conflict { .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_forms_belongs_to_one_token() {
        let (token, other) = (Secret::new("one"), Secret::new("two"));
        assert!(is_form_secret(&token, form_secret(&token).reveal()));
        assert!(!is_form_secret(&token, form_secret(&other).reveal()));
        assert!(!is_form_secret(&token, ""));
        assert_ne!(form_secret(&token).hash(), token.hash());
    }
}
