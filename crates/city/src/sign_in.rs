//! Signing in. No answer tells whether an account exists: an unknown name costs the same time and is locked like a
//! known one ([`crate::lockout`]).

use base::{Chance, Id, Instant, Problem};
use serde_json::json;
use store::{ChangeSet, Row, StoreError};

use crate::accounts::{Account, row_named};
use crate::attempts::Begun;
use crate::journal::entry;
use crate::reading::put;
use crate::tables::{ACCOUNT, SESSION};
use crate::{By, CityError, Gate, Secret, Session, totp};

/// What somebody sends to sign in.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// Name.
    pub name: &'a str,
    /// Password.
    pub password: &'a str,
    /// Time code; None when the form had no field for it yet.
    pub code: Option<&'a str>,
    /// Network address.
    pub address: &'a str,
    /// The browser as it calls itself.
    pub agent: &'a str,
}

/// Somebody who is signed in now.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie.
    pub token: Secret,
    /// The session.
    pub session: Session,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name or password is wrong, or the account is closed: the same answer for all.
    #[error("name or password is wrong")]
    Wrong,
    /// The password is right and a time code is needed.
    #[error("the time code is needed")]
    CodeWanted,
    /// The time code is wrong, or was used before.
    #[error("the time code is wrong")]
    CodeWrong,
    /// Too many failures for this name or from this address.
    #[error("too many failures; try again at {}", until.local())]
    Locked {
        /// When it may be tried again.
        until: Instant,
    },
    /// Something else failed.
    #[error(transparent)]
    Failed(#[from] CityError),
}

impl SignInError {
    /// The same as a problem for the page, where there is a sentence for it ([`crate::messages`]).
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        Some(match self {
            Self::Wrong => Problem::new("sign_in.wrong"),
            Self::CodeWanted => Problem::of("code", "sign_in.code_wanted"),
            Self::CodeWrong => Problem::of("code", "sign_in.code_wrong"),
            Self::Locked { until } => Problem::new("account.locked").with("until", until.local()),
            Self::Failed(CityError::Busy) => Problem::new("sign_in.busy"),
            Self::Failed(_) => return None,
        })
    }
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Gate {
    /// Signs in.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn sign_in(
        &self,
        attempt: &Attempt<'_>,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<SignedIn, SignInError> {
        let begun = self.begin_attempt(attempt.name, attempt.address, now, chance).await?;
        if let Some(until) = begun.locked_until {
            self.withdraw(&begun).await;
            return Err(SignInError::Locked { until });
        }
        let row = row_named(&self.db, attempt.name).await?;
        let account = row.as_ref().map(Account::from_row).transpose()?.filter(Account::is_active);
        let hash =
            if account.is_some() { row.as_ref().map(|r| r.text("password")).transpose()? } else { None };
        let right = match self.passwords.check(attempt.password, hash).await {
            Ok(right) => right,
            Err(busy) => {
                self.withdraw(&begun).await;
                return Err(busy.into());
            }
        };
        match (account, row) {
            (Some(account), Some(row)) if right => {
                let step = self.check_code(&account, &row, attempt, &begun, now).await;
                let step = match step {
                    Err(SignInError::CodeWrong) => {
                        self.note_lock(Some(account.id), attempt, &begun, now).await?;
                        return Err(SignInError::CodeWrong);
                    }
                    other => other?,
                };
                self.open(&account, step, attempt, now, chance).await
            }
            (account, _) => {
                self.note_lock(account.map(|a| a.id), attempt, &begun, now).await?;
                Err(SignInError::Wrong)
            }
        }
    }

    /// The step of the time code that was given; None for accounts without time codes.
    async fn check_code(
        &self,
        account: &Account,
        row: &Row,
        attempt: &Attempt<'_>,
        begun: &Begun,
        now: Instant,
    ) -> Result<Option<i64>, SignInError> {
        if !account.has_time_codes {
            return Ok(None);
        }
        let Some(code) = attempt.code.filter(|code| !code.trim().is_empty()) else {
            self.withdraw(begun).await;
            return Err(SignInError::CodeWanted);
        };
        let secret = self.seal.open(account.id, row.bytes("totp")?).unwrap_or_default();
        let step = totp::accepted_step(&secret, code, now, row.int("totp_step")?);
        step.filter(|_| !secret.is_empty()).map(Some).ok_or(SignInError::CodeWrong)
    }

    /// Opens a session for an account whose password (and code) was right.
    async fn open(
        &self,
        account: &Account,
        step: Option<i64>,
        attempt: &Attempt<'_>,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<SignedIn, SignInError> {
        let token = Secret::random(chance);
        let session = Session {
            id: Id::new(now, chance),
            account: account.id,
            operator: None,
            created_at: now,
            seen_at: now,
            ends_at: now.plus_seconds(self.settings.session_seconds),
            address: cut(attempt.address),
            agent: cut(attempt.agent),
            must_change_password: account.must_change_password,
        };
        let set = opening(&session, &token, account, step);
        match self.db.apply(set).await.map_err(CityError::from) {
            // Somebody used the same code at the same moment, or the account was just changed or closed.
            Err(CityError::Conflict) => return Err(SignInError::CodeWrong),
            other => other?,
        };
        self.clear_failures(&account.name).await?;
        Ok(SignedIn { token, session })
    }

    /// Says in the journal that this failure locked an account. Names without one are not the journal's business.
    async fn note_lock(
        &self,
        account: Option<Id>,
        attempt: &Attempt<'_>,
        begun: &Begun,
        now: Instant,
    ) -> Result<(), CityError> {
        let Some(account) = account.filter(|_| begun.failures == self.settings.lockout.per_name.failures)
        else {
            return Ok(());
        };
        let mut set = ChangeSet::new();
        let payload = json!({ "failures": begun.failures, "address": cut(attempt.address) });
        set.journal.push(entry(&By::Program, now, "account.locked", ACCOUNT, account, payload));
        self.db.apply(set).await?;
        Ok(())
    }
}

/// The change that opens a session. With a time code its step is stored, so that no code works twice.
fn opening(session: &Session, token: &Secret, account: &Account, step: Option<i64>) -> ChangeSet {
    let mut set = ChangeSet::new();
    if let Some(step) = step {
        set.update(ACCOUNT, account.id, Some(account.version), vec![put("totp_step", step)]);
    }
    set.insert(
        SESSION,
        session.id,
        vec![
            put("token_hash", token.hash()),
            put("account", account.id),
            put("operator", Id::NIL),
            put("created_at", session.created_at),
            put("seen_at", session.seen_at),
            put("ends_at", session.ends_at),
            put("address", &session.address),
            put("agent", &session.agent),
        ],
    );
    let payload = json!({ "address": session.address, "agent": session.agent, "time_code": step.is_some() });
    let mut said = entry(&By::Program, session.created_at, "session.sign_in", SESSION, session.id, payload);
    said.actor = account.id;
    set.journal.push(said);
    set
}

/// Headers are anybody's to write: no more than 200 characters, no control characters.
pub(crate) fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
