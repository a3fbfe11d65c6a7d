//! Creating, renaming and closing accounts. The pure functions make a [`ChangeSet`]; the services of [`Gate`] read,
//! decide and apply.

use base::{Chance, Id, Instant, Problem, Problems};
use serde_json::json;
use store::{ChangeSet, WriteError};

use super::{Account, AccountState, account, fold_name};
use crate::error::require;
use crate::grants::{self, GrantRow};
use crate::journal::entry;
use crate::passwords;
use crate::reading::{clean, put};
use crate::roles::{Roles, SYSTEM_ADMIN, is_administration};
use crate::tables::{ACCOUNT, SESSION};
use crate::{By, CityError, Gate};

/// What is entered for a new account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewAccount {
    /// Name for signing in.
    pub name: String,
    /// Name that others read.
    pub display: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// The unit seat whose account it is; None for a person.
    pub unit: Option<Id>,
}

/// The change that creates an account. `password` is the hash of its first password, which must be changed at the first
/// sign-in unless `lasting`; None for a person who only works at seats.
///
/// # Errors
/// Every field that is wrong.
pub fn creation(
    new: &NewAccount,
    password: Option<&str>,
    lasting: bool,
    by: &By<'_>,
    id: Id,
    now: Instant,
) -> Result<ChangeSet, Problems> {
    let mut problems = problems_of(&new.display, &new.phone);
    let name = fold_name(&new.name).unwrap_or_else(|problem| {
        problems.push(problem);
        String::new()
    });
    let display = clean(&new.display);
    let mut set = problems.or(ChangeSet { result: id.to_string(), ..ChangeSet::new() })?;
    let payload = json!({ "name": name, "display": display, "unit": new.unit });
    set.insert(
        ACCOUNT,
        id,
        vec![
            put("name", name),
            put("display", &display),
            put("phone", new.phone.trim()),
            put("state", AccountState::Active.name()),
            put("must_change_password", password.is_some() && !lasting),
            put("unit", new.unit.unwrap_or(Id::NIL)),
            put("password", password.unwrap_or_default()),
            put("password_at", if password.is_some() { now.0 } else { 0 }),
            put("created_at", now),
            put("created_by", by.account()),
        ],
    );
    set.journal.push(entry(by, now, "account.create", ACCOUNT, id, payload));
    Ok(set)
}

/// The change of the name that others read and of the telephone. The name for signing in stays.
///
/// # Errors
/// Every field that is wrong.
pub fn renaming(
    old: &Account,
    display: &str,
    phone: &str,
    by: &By<'_>,
    now: Instant,
) -> Result<ChangeSet, Problems> {
    let mut set = problems_of(display, phone).or(ChangeSet::new())?;
    let (display, phone) = (clean(display), phone.trim());
    let payload = json!({ "old": old.display, "display": display, "phone_changed": old.phone != phone });
    set.update(ACCOUNT, old.id, Some(old.version), vec![put("display", display), put("phone", phone)]);
    set.journal.push(entry(by, now, "account.rename", ACCOUNT, old.id, payload));
    Ok(set)
}

/// The change that closes an account and ends its sessions.
#[must_use]
pub fn closing(old: &Account, sessions: &[Id], by: &By<'_>, now: Instant) -> ChangeSet {
    let mut set = ChangeSet::new();
    let values = vec![put("state", AccountState::Closed.name()), put("closed_at", now)];
    set.update(ACCOUNT, old.id, Some(old.version), values);
    for session in sessions {
        set.delete(SESSION, *session);
    }
    let payload = json!({ "name": old.name, "display": old.display, "sessions_ended": sessions.len() });
    set.journal.push(entry(by, now, "account.close", ACCOUNT, old.id, payload));
    set
}

fn problems_of(display: &str, phone: &str) -> Problems {
    let mut problems = Problems::default();
    if !(1..=64).contains(&clean(display).chars().count()) {
        problems.push(Problem::of("display", "account.display_length").with("max", 64));
    }
    let written = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
    if !phone.chars().all(written) || phone.len() > 32 {
        problems.push(Problem::of("phone", "account.phone_invalid"));
    }
    problems
}

/// Whether `by` may change an account that holds `grants`: a system administrator whose own grants cover the places
/// of all of them. So the administrator of a county does not close the accounts of the city.
pub(crate) fn may_administer(by: &By<'_>, grants: &[GrantRow]) -> bool {
    let By::Person(actor) = by else { return true };
    let within = |row: &GrantRow| actor.roles_over(&row.grant.place).contains(SYSTEM_ADMIN);
    actor.has_role(SYSTEM_ADMIN) && grants.iter().filter(|row| row.counts()).all(within)
}

impl Gate {
    /// Creates an account.
    ///
    /// # Errors
    /// Not a system administrator; wrong fields; a weak password; the name is taken.
    pub async fn create_account(
        &self,
        by: &By<'_>,
        new: &NewAccount,
        password: Option<&str>,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<Id, CityError> {
        require(by.has_role(SYSTEM_ADMIN), "account.not_system_admin")?;
        let id = Id::new(now, chance);
        let mut problems = password.map(|p| passwords::problems_of(p, &new.name)).unwrap_or_default();
        // The fields are checked before the costly hash, so that all problems are named at once.
        if let Err(more) = creation(new, None, false, by, id, now) {
            problems.0.extend(more.0);
        }
        problems.or(())?;
        let hash = match password {
            Some(password) => Some(self.passwords.hash(password, chance).await?),
            None => None,
        };
        let set = creation(new, hash.as_deref(), matches!(by, By::Program), by, id, now)?;
        self.db.apply(set).await.map_err(name_taken)?;
        Ok(id)
    }

    /// Changes the name that others read and the telephone: one's own, or as system administrator.
    ///
    /// # Errors
    /// Not found, not allowed, wrong fields, changed by somebody else since `version`.
    pub async fn rename_account(
        &self,
        by: &By<'_>,
        id: Id,
        version: i64,
        display: &str,
        phone: &str,
        now: Instant,
    ) -> Result<(), CityError> {
        let old =
            if by.account() == id { self.existing(id).await? } else { self.administered(by, id).await? };
        if old.version != version {
            return Err(CityError::Conflict);
        }
        self.db.apply(renaming(&old, display, phone, by, now)?).await?;
        self.forget(id);
        Ok(())
    }

    /// Closes an account and ends its sessions, at once in this process.
    ///
    /// # Errors
    /// Not found, closed already, not allowed, one's own account.
    pub async fn close_account(&self, by: &By<'_>, id: Id, now: Instant) -> Result<(), CityError> {
        require(by.account() != id || matches!(by, By::Program), "account.own")?;
        // A sign-in or a sign-out in the meantime changes the list of sessions: read again.
        for attempt in 0..5 {
            let old = self.administered(by, id).await?;
            require(old.is_active(), "account.closed")?;
            let sessions: Vec<Id> = self.session_rows(id).await?.iter().map(|s| s.id).collect();
            match self.db.apply(closing(&old, &sessions, by, now)).await {
                Err(WriteError::Conflict { .. }) if attempt < 4 => {}
                other => {
                    other?;
                    break;
                }
            }
        }
        self.forget(id);
        Ok(())
    }

    /// The account, when `by` may change it; one outside their area is answered like one that does not exist.
    pub(crate) async fn administered(&self, by: &By<'_>, id: Id) -> Result<Account, CityError> {
        require(by.has_role(SYSTEM_ADMIN), "account.not_system_admin")?;
        let account = self.existing(id).await?;
        let grants = grants::of_account(&self.db, id).await?;
        if may_administer(by, &grants) { Ok(account) } else { Err(CityError::NotFound) }
    }

    /// As [`Gate::administered`], for what would let a system administrator take over another administrator: refused
    /// for everybody but the program itself.
    pub(crate) async fn administered_secret(
        &self,
        by: &By<'_>,
        id: Id,
        roles: &Roles,
    ) -> Result<Account, CityError> {
        let account = self.administered(by, id).await?;
        let grants = grants::of_account(&self.db, id).await?;
        let administrator =
            grants.iter().any(|row| row.counts() && is_administration(roles, &row.grant.role));
        require(!administrator || matches!(by, By::Program), "account.administrator_secret")?;
        Ok(account)
    }

    pub(crate) async fn existing(&self, id: Id) -> Result<Account, CityError> {
        account(&self.db, id).await?.ok_or(CityError::NotFound)
    }
}

pub(crate) fn name_taken(error: WriteError) -> CityError {
    match error {
        WriteError::Duplicate { table, .. } if table == ACCOUNT => {
            Problem::of("name", "account.name_taken").into()
        }
        other => other.into(),
    }
}
