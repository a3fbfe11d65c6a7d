//! The one way in: holds what accounts, sign-in, sessions, seats and keys share. Made once per process.
//!
//! Its services live in the modules of their subjects, as `impl Gate` blocks.

use std::sync::Arc;

use base::{Cache, Chance, Day, Id, Instant, Problem};
use store::Database;

use crate::Presence;
use crate::api_keys::ApiKey;
use crate::lockout::Lockout;
use crate::passwords::{Cost, Passwords};
use crate::seal::SealKey;
use crate::sessions::Session;

/// What an installation may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// When failed sign-ins lock.
    pub lockout: Lockout,
    /// What checking a password costs.
    pub cost: Cost,
    /// A session ends when nobody used it for so many seconds.
    pub idle_seconds: i64,
    /// A session ends after so many seconds in any case.
    pub session_seconds: i64,
    /// How long other processes may go on with what this one has changed, in seconds.
    pub memory_seconds: i64,
    /// Wrong PINs after which an operator is locked.
    pub pin_tries: i64,
    /// For how many seconds.
    pub pin_lock_seconds: i64,
    /// The name under which an authenticator app keeps the time codes.
    pub issuer: String,
}

impl Default for Settings {
    /// Thirty minutes idle, twelve hours in any case, ten seconds of memory, five wrong PINs lock for five minutes.
    fn default() -> Self {
        Self {
            lockout: Lockout::default(),
            cost: Cost::default(),
            idle_seconds: 30 * 60,
            session_seconds: 12 * 3600,
            memory_seconds: 10,
            pin_tries: 5,
            pin_lock_seconds: 5 * 60,
            issuer: "安澜".to_owned(),
        }
    }
}

/// Accounts, sign-in, sessions, seats and keys of one process.
pub struct Gate {
    pub(crate) db: Database,
    pub(crate) settings: Settings,
    pub(crate) passwords: Passwords,
    pub(crate) seal: SealKey,
    pub(crate) sessions: Cache<String, Session>,
    pub(crate) presences: Cache<(Id, Id, Day), Arc<Presence>>,
    pub(crate) keys: Cache<Id, ApiKey>,
}

impl Gate {
    /// Opens the gate over a database that has this crate's tables.
    ///
    /// # Errors
    /// The password cost lies outside what argon2 allows.
    pub fn new(
        db: Database,
        settings: Settings,
        seal: SealKey,
        chance: &mut impl Chance,
    ) -> Result<Self, Problem> {
        let passwords = Passwords::new(settings.cost, chance)?;
        let life = settings.memory_seconds;
        Ok(Self {
            db,
            passwords,
            seal,
            sessions: Cache::new(life),
            presences: Cache::new(life),
            keys: Cache::new(life),
            settings,
        })
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Forgets all that is remembered of an account, at once. The services do so by themselves; for whoever changes
    /// the tables by another way.
    pub fn forget(&self, account: Id) {
        self.sessions.forget(|_, session| session.account == account || session.operator == Some(account));
        self.presences.forget(|(one, other, _), _| *one == account || *other == account);
        self.keys.forget(|_, key| key.account == account);
    }

    /// Forgets everything, for instance after the roles of the packs have changed.
    pub fn forget_all(&self) {
        self.sessions.forget(|_, _| true);
        self.presences.forget(|_, _| true);
        self.keys.forget(|_, _| true);
    }

    /// Seconds between two writings of "last seen".
    pub(crate) const SEEN_SECONDS: i64 = 60;

    /// True when "last seen" should be written again.
    pub(crate) fn is_worth_noting(seen_at: Instant, now: Instant) -> bool {
        now >= seen_at.plus_seconds(Self::SEEN_SECONDS)
    }
}
