//! Accounts of people and of unit seats: what one is, and reading them. Changing them: [`change`].

pub mod change;
pub mod password;
pub mod visible;

use std::collections::HashMap;

use base::{Id, Instant, Problem};
use store::{Condition, Database, Direction, Query, Row, Scope, StoreError, Value};

#[cfg(doc)]
use crate::Gate;
use crate::reading::{clean, one_row, rows_by_id};
use crate::tables::ACCOUNT;

pub use change::NewAccount;

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// It can.
    Active,
    /// It was closed. Its name stays taken, so that old entries keep their meaning.
    Closed,
}

impl AccountState {
    /// The stored value.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }
}

/// An account, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Key.
    pub id: Id,
    /// Version of the row.
    pub version: i64,
    /// Name for signing in, folded.
    pub name: String,
    /// Name that others read.
    pub display: String,
    /// Telephone; personal.
    pub phone: String,
    /// Whether it can be used.
    pub state: AccountState,
    /// The next sign-in asks for a new password.
    pub must_change_password: bool,
    /// Somebody can sign in with it. Operators of a seat need not.
    pub has_password: bool,
    /// Signing in needs a time code.
    pub has_time_codes: bool,
    /// The unit seat whose account this is; None for a person.
    pub unit: Option<Id>,
    /// When it was created.
    pub created_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
}

impl Account {
    /// True while it can be used.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == AccountState::Active
    }

    pub(crate) fn from_row(row: &Row) -> Result<Self, StoreError> {
        let unit = row.id("unit")?;
        let closed_at = row.instant("closed_at")?;
        Ok(Self {
            id: row.id("id")?,
            version: row.int("version")?,
            name: row.text("name")?.to_owned(),
            display: row.text("display")?.to_owned(),
            phone: row.text("phone")?.to_owned(),
            state: state_of(row)?,
            must_change_password: row.bool("must_change_password")?,
            has_password: !row.text("password")?.is_empty(),
            has_time_codes: row.int("totp_since")? > 0,
            unit: (!unit.is_nil()).then_some(unit),
            created_at: row.instant("created_at")?,
            closed_at: (closed_at.0 > 0).then_some(closed_at),
        })
    }
}

fn state_of(row: &Row) -> Result<AccountState, StoreError> {
    let active = row.text("state")? == AccountState::Active.name();
    Ok(if active { AccountState::Active } else { AccountState::Closed })
}

/// The name as it is stored and compared: half-width, lower case, without blanks around it.
///
/// # Errors
/// `account.name_invalid`: 2 to 64 letters, digits, and `.`, `_`, `-`, `@`.
pub fn fold_name(name: &str) -> Result<String, Problem> {
    let folded: String = name.trim().chars().map(half_width).flat_map(char::to_lowercase).collect();
    let allowed = |c: char| c.is_alphanumeric() || ['.', '_', '-', '@'].contains(&c);
    if (2..=64).contains(&folded.chars().count()) && folded.chars().all(allowed) {
        Ok(folded)
    } else {
        Err(Problem::of("name", "account.name_invalid"))
    }
}

/// Input methods produce full-width Latin letters and digits; they mean the same.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

/// The account with that key.
///
/// # Errors
/// The database failed.
pub async fn account(db: &Database, id: Id) -> Result<Option<Account>, StoreError> {
    let row = one_row(db, ACCOUNT, Condition::eq("id", id), "an account").await?;
    row.as_ref().map(Account::from_row).transpose()
}

/// The account with that name for signing in.
///
/// # Errors
/// The database failed.
pub async fn account_named(db: &Database, name: &str) -> Result<Option<Account>, StoreError> {
    let row = row_named(db, name).await?;
    row.as_ref().map(Account::from_row).transpose()
}

/// The whole row, secrets included.
pub(crate) async fn row_named(db: &Database, name: &str) -> Result<Option<Row>, StoreError> {
    match fold_name(name) {
        Ok(folded) => one_row(db, ACCOUNT, Condition::eq("name", folded), "an account by name").await,
        Err(_) => Ok(None),
    }
}

/// The names that others read, of closed accounts too.
///
/// # Errors
/// The database failed.
pub async fn display_names(db: &Database, accounts: &[Id]) -> Result<HashMap<Id, String>, StoreError> {
    db.texts(ACCOUNT, "display", accounts.iter().copied()).await
}

/// The names of those accounts that are active.
pub(crate) async fn active_names(db: &Database, accounts: &[Id]) -> Result<HashMap<Id, String>, StoreError> {
    let rows = rows_by_id(db, ACCOUNT, &["id", "display", "state"], accounts, "names of accounts").await?;
    let mut names = HashMap::with_capacity(rows.len());
    for (id, row) in rows {
        if state_of(&row)? == AccountState::Active {
            names.insert(id, row.text("display")?.to_owned());
        }
    }
    Ok(names)
}

/// A page of accounts by the name that others read, whoever asks; pages use [`Gate::accounts_for`].
///
/// `beginning` narrows to names (either of the two) that begin so; `after` is the last account of the page before.
///
/// # Errors
/// The database failed.
pub async fn list(
    db: &Database,
    beginning: &str,
    state: Option<AccountState>,
    after: Option<&Account>,
    limit: u32,
) -> Result<Vec<Account>, StoreError> {
    let mut query = Query::of(ACCOUNT, Scope::system("list of accounts"))
        .sort("display", Direction::Ascending)
        .limit(limit);
    let beginning = clean(beginning);
    if !beginning.is_empty() {
        let by_name = Condition::Prefix("name".into(), beginning.to_lowercase());
        query = query
            .filter(Condition::Or(vec![Condition::Prefix("display".into(), beginning.clone()), by_name]));
    }
    if let Some(state) = state {
        query = query.filter(Condition::eq("state", state.name()));
    }
    if let Some(last) = after {
        query = query.after(vec![Value::from(&last.display), Value::Id(last.id)]);
    }
    db.select(&query).await?.iter().map(Account::from_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_before_they_are_compared() {
        let cases = [
            (" Zhang.San ", Some("zhang.san")),
            ("ＡＤＭＩＮ０１", Some("admin01")),
            ("杞县安委办", Some("杞县安委办")),
            ("a", None),
            ("two words", None),
            ("<script>", None),
            ("", None),
        ];
        for (name, folded) in cases {
            assert_eq!(fold_name(name).ok().as_deref(), folded, "{name}");
        }
        assert!(fold_name(&"x".repeat(65)).is_err());
    }
}
