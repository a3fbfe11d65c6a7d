//! Granting roles and taking them back. The security administrator does it, within the place of their own grant, never
//! for themselves, and never so that one person holds roles that exclude each other (三员分立).

use std::collections::BTreeSet;

use base::{Chance, Id, Instant, Problem, Problems};
use serde_json::{Value as Json, json};
use store::{ChangeSet, Condition, JournalEntry};

use super::{GrantRow, of_account, of_accounts};
use crate::error::require;
use crate::journal::entry;
use crate::reading::{one_row, put};
use crate::roles::{Roles, SECURITY_ADMIN, excluded_by};
use crate::seats;
use crate::tables::{ACCOUNT, GRANT};
use crate::{Account, By, CityError, Gate, Grant};

/// What is wrong with a grant by itself and beside the grants that the same person holds.
#[must_use]
pub fn problems_of(roles: &Roles, new: &Grant, held: &[Grant]) -> Problems {
    let mut problems = Problems::default();
    if !roles.contains_key(&new.role) {
        problems.push(Problem::of("role", "role.unknown").with("role", &new.role));
    }
    if new.until.is_some_and(|until| until < new.from) {
        problems.push(Problem::of("until", "grant.period"));
    }
    let together: BTreeSet<String> =
        held.iter().filter(|g| overlap(g, new)).map(|g| g.role.clone()).collect();
    let excluded = excluded_by(roles, &new.role, &together);
    if !excluded.is_empty() {
        let titles: Vec<&str> =
            excluded.iter().map(|id| roles.get(*id).map_or(*id, |r| r.title.zh.as_str())).collect();
        problems.push(Problem::of("role", "grant.excluded").with("roles", titles.join("、")));
    }
    problems
}

/// True when there is a day on which both hold.
fn overlap(one: &Grant, other: &Grant) -> bool {
    one.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| one.from <= until)
}

/// The change that grants. The account's row is changed with it, so that two grants that exclude each other cannot be
/// given at the same moment.
#[must_use]
pub fn granting(account: &Account, grant: &Grant, by: &By<'_>, id: Id, now: Instant) -> ChangeSet {
    let mut set = ChangeSet { result: id.to_string(), ..ChangeSet::new() };
    set.update(ACCOUNT, account.id, Some(account.version), vec![put("state", account.state.name())]);
    set.append(first_grant(account.id, grant, by, id, now));
    set
}

/// The change that grants to an account which is created by the same change set (imports, the demo city). The caller
/// has asked [`problems_of`].
#[must_use]
pub fn first_grant(account: Id, grant: &Grant, by: &By<'_>, id: Id, now: Instant) -> ChangeSet {
    let mut set = ChangeSet::new();
    let place = &grant.place;
    set.insert(
        GRANT,
        id,
        vec![
            put("account", account),
            put("role", &grant.role),
            put("county", &place.county),
            put("township", &place.township),
            put("organisation", place.organisation),
            put("sector", &place.sector),
            put("park", &place.park),
            put("from_day", grant.from),
            put("until_day", grant.until.map(|d| d.to_string()).unwrap_or_default()),
            put("granted_by", by.account()),
            put("granted_at", now),
            put("removed_by", Id::NIL),
            put("removed_at", 0_i64),
        ],
    );
    set.journal.push(said(by, now, "grant.add", id, account, grant));
    set
}

/// The journal shows it to the readers of its county.
fn said(by: &By<'_>, now: Instant, operation: &str, id: Id, account: Id, grant: &Grant) -> JournalEntry {
    let mut said = entry(by, now, operation, GRANT, id, payload(account, grant));
    said.county.clone_from(&grant.place.county);
    said
}

fn payload(account: Id, grant: &Grant) -> Json {
    let place = &grant.place;
    json!({
        "account": account, "role": grant.role, "from": grant.from, "until": grant.until,
        "county": place.county, "township": place.township, "sector": place.sector, "park": place.park,
        "organisation": (!place.organisation.is_nil()).then_some(place.organisation),
    })
}

fn may_grant(by: &By<'_>, grant: &Grant) -> bool {
    match by {
        By::Program => true,
        By::Person(actor) => actor.roles_over(&grant.place).contains(SECURITY_ADMIN),
    }
}

impl Gate {
    /// Grants a role.
    ///
    /// # Errors
    /// Not a security administrator over the place; to oneself (also by way of a unit seat); the account is closed or
    /// unknown; an unknown role, impossible days, roles that exclude each other, the same grant again.
    pub async fn add_grant(
        &self,
        by: &By<'_>,
        account: Id,
        grant: &Grant,
        roles: &Roles,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<Id, CityError> {
        require(by.has_role(SECURITY_ADMIN), "grant.not_security_admin")?;
        require(may_grant(by, grant), "grant.outside")?;
        let account = self.existing(account).await?;
        let together = seats::same_people(&self.db, &account).await?;
        self.not_oneself(by, &together)?;
        require(account.is_active(), "account.closed")?;
        let held: Vec<GrantRow> = of_accounts(&self.db, &together).await?;
        let held: Vec<GrantRow> = held.into_iter().filter(GrantRow::counts).collect();
        let again = held.iter().any(|row| {
            row.account == account.id
                && row.grant.role == grant.role
                && row.grant.place == grant.place
                && overlap(&row.grant, grant)
        });
        require(!again, "grant.exists")?;
        let grants: Vec<Grant> = held.into_iter().map(|row| row.grant).collect();
        problems_of(roles, grant, &grants).or(())?;
        let id = Id::new(now, chance);
        self.db.apply(granting(&account, grant, by, id, now)).await?;
        self.forget_presences();
        Ok(id)
    }

    /// Takes a grant back; it counts no more from now on.
    ///
    /// # Errors
    /// Not a security administrator; not found, taken back already or outside their area (one answer); one's own.
    pub async fn remove_grant(&self, by: &By<'_>, id: Id, now: Instant) -> Result<(), CityError> {
        require(by.has_role(SECURITY_ADMIN), "grant.not_security_admin")?;
        let row = one_row(&self.db, GRANT, Condition::eq("id", id), "taking a grant back").await?;
        let row = GrantRow::from_row(&row.ok_or(CityError::NotFound)?)?;
        if !may_grant(by, &row.grant) {
            return Err(CityError::NotFound);
        }
        let account = self.existing(row.account).await?;
        self.not_oneself(by, &seats::same_people(&self.db, &account).await?)?;
        if !row.counts() {
            return Err(CityError::NotFound);
        }
        let mut set = ChangeSet::new();
        set.update(ACCOUNT, account.id, Some(account.version), vec![put("state", account.state.name())]);
        set.update(GRANT, id, None, vec![put("removed_at", now), put("removed_by", by.account())]);
        set.journal.push(said(by, now, "grant.remove", id, row.account, &row.grant));
        self.db.apply(set).await?;
        self.forget_presences();
        Ok(())
    }

    /// A security administrator takes all grants of somebody who leaves back, those within their own place.
    /// Gives back how many.
    ///
    /// # Errors
    /// As [`Gate::remove_grant`].
    pub async fn remove_all_grants(
        &self,
        by: &By<'_>,
        account: Id,
        now: Instant,
    ) -> Result<usize, CityError> {
        let mut removed = 0;
        for row in of_account(&self.db, account).await? {
            if row.counts() && may_grant(by, &row.grant) {
                self.remove_grant(by, row.id, now).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    pub(crate) fn not_oneself(&self, by: &By<'_>, together: &[Id]) -> Result<(), CityError> {
        require(matches!(by, By::Program) || !together.contains(&by.account()), "grant.own")
    }

    /// A grant of a seat counts for all its operators, so all presences are forgotten, not one account's.
    pub(crate) fn forget_presences(&self) {
        self.presences.forget(|_, _| true);
    }
}

#[cfg(test)]
mod tests {
    use base::Day;

    use super::*;
    use crate::Place;

    fn grant(role: &str, from: &str, until: Option<&str>) -> Grant {
        let day = |text: &str| Day::parse(text).unwrap();
        Grant { role: role.into(), place: Place::default(), from: day(from), until: until.map(day) }
    }

    #[test]
    fn roles_exclude_each_other_only_on_days_that_they_share() {
        let roles = Roles::new();
        let held = [grant("system.admin", "2020-01-01", Some("2020-12-31"))];
        let code = |new: &Grant| problems_of(&roles, new, &held).0.iter().map(|p| p.code).collect::<Vec<_>>();
        assert_eq!(code(&grant("security.admin", "2020-12-31", None)), ["role.unknown", "grant.excluded"]);
        assert_eq!(code(&grant("security.admin", "2021-01-01", None)), ["role.unknown"]);
        assert_eq!(code(&grant("security.admin", "2019-01-01", Some("2019-12-31"))), ["role.unknown"]);
        assert_eq!(code(&grant("x", "2021-02-01", Some("2021-01-01"))), ["role.unknown", "grant.period"]);
    }
}
