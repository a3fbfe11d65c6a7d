//! Grants: which account holds which role, where, and between which days. Changing them: [`change`].

pub mod change;

use std::collections::{BTreeMap, BTreeSet};

use base::{Day, Id, Instant};
use store::{Condition, Database, Row, StoreError, Value};

use crate::accounts::{account, active_names};
use crate::reading::all_rows;
use crate::roles::{Roles, reads};
use crate::tables::GRANT;
use crate::{Actor, Grant, Place};

/// A grant as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Key.
    pub id: Id,
    /// Who holds it.
    pub account: Id,
    /// What and where.
    pub grant: Grant,
    /// Who granted it; nil for the program.
    pub granted_by: Id,
    /// When.
    pub granted_at: Instant,
    /// When it was taken back.
    pub removed_at: Option<Instant>,
}

impl GrantRow {
    /// True while it was not taken back. Its days are another matter.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.removed_at.is_none()
    }

    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let removed_at = row.instant("removed_at")?;
        let place = Place {
            county: row.text("county")?.to_owned(),
            township: row.text("township")?.to_owned(),
            organisation: row.id("organisation")?,
            sector: row.text("sector")?.to_owned(),
            park: row.text("park")?.to_owned(),
        };
        Ok(Self {
            id: row.id("id")?,
            account: row.id("account")?,
            grant: Grant {
                role: row.text("role")?.to_owned(),
                place,
                from: row.day("from_day")?,
                until: row.opt_day("until_day")?,
            },
            granted_by: row.id("granted_by")?,
            granted_at: row.instant("granted_at")?,
            removed_at: (removed_at.0 > 0).then_some(removed_at),
        })
    }
}

/// All grants that an account has or had, those taken back among them: its page shows them.
///
/// # Errors
/// The database failed.
pub async fn of_account(db: &Database, account: Id) -> Result<Vec<GrantRow>, StoreError> {
    of_accounts(db, &[account]).await
}

pub(crate) async fn of_accounts(db: &Database, accounts: &[Id]) -> Result<Vec<GrantRow>, StoreError> {
    let mut found = Vec::new();
    for part in accounts.chunks(500) {
        let ids = part.iter().map(|id| Value::Id(*id)).collect();
        let rows = all_rows(db, GRANT, Condition::In("account".into(), ids), "grants of accounts").await?;
        for row in &rows {
            found.push(GrantRow::from_row(row)?);
        }
    }
    Ok(found)
}

/// The grants of an account that hold on `day`.
pub(crate) async fn holding(db: &Database, account: Id, day: Day) -> Result<Vec<Grant>, StoreError> {
    let rows = of_account(db, account).await?;
    Ok(rows.into_iter().filter(|row| row.counts() && row.grant.holds_on(day)).map(|row| row.grant).collect())
}

/// The account at work with the grants that hold on `today`; None when it is closed or does not exist.
///
/// For somebody at a unit seat see [`crate::Gate::presence`], which also remembers the answer for a moment.
///
/// # Errors
/// The database failed.
pub async fn actor(db: &Database, roles: &Roles, id: Id, today: Day) -> Result<Option<Actor>, StoreError> {
    let Some(account) = account(db, id).await?.filter(crate::Account::is_active) else { return Ok(None) };
    let grants = holding(db, id, today).await?;
    let reads = reads(roles, grants.iter().map(|g| g.role.as_str()));
    Ok(Some(Actor { account: id, display: account.display, grants, reads, unit: account.unit }))
}

/// Active accounts that hold `role` over a place on a day, with the names that others read, by name: for notices and
/// for choosing a person.
///
/// # Errors
/// The database failed.
pub async fn accounts_with_role_over(
    db: &Database,
    role: &str,
    place: &Place,
    day: Day,
) -> Result<Vec<(Id, String)>, StoreError> {
    let text = |column: &str, own: &str| {
        let allowed = BTreeSet::from(["", own]).into_iter().map(Value::from).collect();
        Condition::In(column.into(), allowed)
    };
    let organisations = BTreeSet::from([Id::NIL, place.organisation]).into_iter().map(Value::Id).collect();
    let condition = Condition::And(vec![
        Condition::eq("role", role),
        Condition::In("organisation".into(), organisations),
        text("county", &place.county),
        text("township", &place.township),
        text("sector", &place.sector),
        text("park", &place.park),
        holds(day),
    ]);
    let rows = all_rows(db, GRANT, condition, "who holds a role over a place").await?;
    let accounts: Vec<Id> = rows.iter().map(|row| row.id("account")).collect::<Result<_, _>>()?;
    Ok(by_name(active_names(db, &accounts).await?))
}

/// The grants of some roles outside enterprises that hold on a day, of active accounts.
///
/// # Errors
/// The database failed.
pub async fn officers(
    db: &Database,
    roles: &BTreeSet<String>,
    day: Day,
) -> Result<Vec<GrantRow>, StoreError> {
    let condition = Condition::And(vec![
        Condition::In("role".into(), roles.iter().map(|role| Value::from(role.as_str())).collect()),
        Condition::eq("organisation", Id::NIL),
        holds(day),
    ]);
    let rows = all_rows(db, GRANT, condition, "who holds roles in offices").await?;
    let mut held = rows.iter().map(GrantRow::from_row).collect::<Result<Vec<_>, _>>()?;
    let accounts: Vec<Id> = held.iter().map(|row| row.account).collect();
    let active = active_names(db, &accounts).await?;
    held.retain(|row| active.contains_key(&row.account));
    Ok(held)
}

/// The people of an enterprise: active accounts with a grant within it on a day, by name, each with its roles there.
///
/// # Errors
/// The database failed.
pub async fn people_of(
    db: &Database,
    organisation: Id,
    day: Day,
) -> Result<Vec<(Id, String, Vec<String>)>, StoreError> {
    if organisation.is_nil() {
        return Ok(Vec::new());
    }
    let condition = Condition::eq("organisation", organisation).and(holds(day));
    let rows = all_rows(db, GRANT, condition, "people of an enterprise").await?;
    let mut roles: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        roles.entry(row.id("account")?).or_default().insert(row.text("role")?.to_owned());
    }
    let accounts: Vec<Id> = roles.keys().copied().collect();
    let named = by_name(active_names(db, &accounts).await?);
    let of = |id: Id| roles.get(&id).cloned().unwrap_or_default().into_iter().collect();
    Ok(named.into_iter().map(|(id, display)| (id, display, of(id))).collect())
}

/// Not taken back, and between its days.
fn holds(day: Day) -> Condition {
    let open = Condition::Or(vec![
        Condition::eq("until_day", ""),
        Condition::GreaterOrEqual("until_day".into(), day.into()),
    ]);
    let begun = Condition::LessOrEqual("from_day".into(), day.into());
    Condition::And(vec![Condition::eq("removed_at", 0_i64), begun, open])
}

fn by_name(names: std::collections::HashMap<Id, String>) -> Vec<(Id, String)> {
    let mut sorted: Vec<(Id, String)> = names.into_iter().collect();
    sorted.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    sorted
}

/// Active accounts that hold one of `roles` within one of `organisations` on a day: role, organisation, account. For telling
/// many enterprises at once.
///
/// # Errors
/// The database failed.
pub async fn holders_within(
    db: &Database,
    roles: &BTreeSet<String>,
    organisations: &BTreeSet<Id>,
    day: Day,
) -> Result<Vec<(String, Id, Id)>, StoreError> {
    let organisations: Vec<Id> = organisations.iter().copied().filter(|id| !id.is_nil()).collect();
    let mut held = Vec::new();
    for part in organisations.chunks(500) {
        let condition = Condition::And(vec![
            Condition::In("role".into(), roles.iter().map(|r| Value::from(r.as_str())).collect()),
            Condition::In("organisation".into(), part.iter().map(|id| Value::Id(*id)).collect()),
            holds(day),
        ]);
        for row in all_rows(db, GRANT, condition, "who holds roles in enterprises").await? {
            held.push((row.text("role")?.to_owned(), row.id("organisation")?, row.id("account")?));
        }
    }
    let accounts: Vec<Id> = held.iter().map(|(.., account)| *account).collect();
    let active = active_names(db, &accounts).await?;
    held.retain(|(.., account)| active.contains_key(account));
    Ok(held)
}
