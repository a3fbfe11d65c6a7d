//! Who may see accounts: oneself, and the three administrators within the places of their own grants. Telephone numbers
//! are shown to oneself and to system administrators.

use base::Id;

use super::{Account, AccountState, account, list};
use crate::error::require;
use crate::grants::{GrantRow, of_accounts};
use crate::roles::{AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN};
use crate::{By, CityError, Gate};

const ADMINISTRATORS: [&str; 3] = [SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN];
/// Pages read for one answer at most: an administrator of a small place would otherwise read the whole city.
const PAGES: usize = 20;

/// A page of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The accounts, by the name that others read.
    pub accounts: Vec<Account>,
    /// Where the next page begins ([`Gate::accounts_for`], `after`); None at the end. A page may be short, even empty,
    /// and still have a next one.
    pub next: Option<Account>,
}

/// Whether `by` sees an account that holds `grants`: as one of the administrators over the places of all that count.
fn sees(by: &By<'_>, grants: &[&GrantRow]) -> bool {
    let By::Person(actor) = by else { return true };
    let within = |row: &&&GrantRow| {
        let held = actor.roles_over(&row.grant.place);
        ADMINISTRATORS.iter().any(|role| held.contains(*role))
    };
    grants.iter().filter(|row| row.counts()).all(|row| within(&row))
}

impl Gate {
    /// A page of the accounts that `by` administers: whose names begin so, in a state, after the last one of the page
    /// before.
    ///
    /// # Errors
    /// None of the three administrators; the database failed.
    pub async fn accounts_for(
        &self,
        by: &By<'_>,
        beginning: &str,
        state: Option<AccountState>,
        after: Option<&Account>,
        limit: u32,
    ) -> Result<Page, CityError> {
        require(ADMINISTRATORS.iter().any(|role| by.has_role(role)), "account.not_administrator")?;
        let (wanted, mut after) = (limit.clamp(1, 500), after.cloned());
        let mut page = Page::default();
        for _ in 0..PAGES {
            let read = list(&self.db, beginning, state, after.as_ref(), wanted).await?;
            let complete = read.len() < wanted as usize;
            let ids: Vec<Id> = read.iter().map(|a| a.id).collect();
            let grants = of_accounts(&self.db, &ids).await?;
            for found in read {
                let own: Vec<&GrantRow> = grants.iter().filter(|row| row.account == found.id).collect();
                after = Some(found.clone());
                if sees(by, &own) {
                    page.accounts.push(shown(by, found));
                }
                if page.accounts.len() >= wanted as usize {
                    page.next = after;
                    return Ok(page);
                }
            }
            if complete {
                return Ok(page);
            }
        }
        page.next = after;
        Ok(page)
    }

    /// One account: one's own, or one that `by` administers.
    ///
    /// # Errors
    /// Not found, which is also the answer for an account that may not be seen.
    pub async fn account_for(&self, by: &By<'_>, id: Id) -> Result<Account, CityError> {
        let found = account(&self.db, id).await?.ok_or(CityError::NotFound)?;
        let administers = ADMINISTRATORS.iter().any(|role| by.has_role(role));
        let grants = of_accounts(&self.db, &[id]).await?;
        let seen = by.account() == id || (administers && sees(by, &grants.iter().collect::<Vec<_>>()));
        if seen { Ok(shown(by, found)) } else { Err(CityError::NotFound) }
    }
}

fn shown(by: &By<'_>, mut account: Account) -> Account {
    if !by.has_role(SYSTEM_ADMIN) && by.account() != account.id {
        account.phone.clear();
    }
    account
}
