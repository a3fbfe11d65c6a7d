//! Creating seats and setting people down for them. A seat gives its operators the seat's grants, so it is the security
//! administrator who sets people down, with the same rules as for grants.

use base::{Chance, Day, Id, Instant, Problem, Problems};
use serde_json::json;
use store::{ChangeSet, Condition};

use super::{Seat, same_people, seat, set_down};
use crate::accounts::NewAccount;
use crate::accounts::change::{creation, name_taken};
use crate::error::require;
use crate::grants::{GrantRow, of_accounts};
use crate::journal::entry;
use crate::passwords;
use crate::reading::{clean, one_row, put};
use crate::roles::{Roles, SECURITY_ADMIN, SYSTEM_ADMIN, exclude_each_other};
use crate::tables::{ACCOUNT, OPERATOR, SEAT};
use crate::{Account, Actor, By, CityError, Gate};

/// Who is set down for a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperator {
    /// The seat.
    pub seat: Id,
    /// The person.
    pub account: Id,
    /// A first PIN, to be changed by the person.
    pub pin: String,
    /// Where a seconded person comes from; empty for the unit's own.
    pub home_unit: String,
    /// First day.
    pub from: Day,
    /// Last day; a secondment must have one.
    pub until: Option<Day>,
}

/// What is wrong with setting somebody down, by itself.
#[must_use]
pub fn problems_of(new: &NewOperator) -> Problems {
    let mut problems = passwords::problems_of_pin(&new.pin);
    if new.until.is_some_and(|until| until < new.from) {
        problems.push(Problem::of("until", "grant.period"));
    }
    if !clean(&new.home_unit).is_empty() && new.until.is_none() {
        problems.push(Problem::of("until", "operator.secondment_ends"));
    }
    problems
}

/// The change that sets somebody down. The rows of both accounts are changed with it: see
/// [`crate::grants::change::granting`].
#[must_use]
pub fn setting_down(
    new: &NewOperator,
    pin: &str,
    person: &Account,
    seat_account: &Account,
    by: &By<'_>,
    id: Id,
    now: Instant,
) -> ChangeSet {
    let mut set = ChangeSet { result: id.to_string(), ..ChangeSet::new() };
    for account in [person, seat_account] {
        set.update(ACCOUNT, account.id, Some(account.version), vec![put("state", account.state.name())]);
    }
    set.insert(
        OPERATOR,
        id,
        vec![
            put("seat", new.seat),
            put("account", new.account),
            put("pin", pin),
            put("must_change_pin", true),
            put("tries", 0_i64),
            put("locked_until", 0_i64),
            put("home_unit", clean(&new.home_unit)),
            put("from_day", new.from),
            put("until_day", new.until.map(|d| d.to_string()).unwrap_or_default()),
            put("removed_at", 0_i64),
        ],
    );
    let payload = json!({
        "seat": new.seat, "account": new.account, "home_unit": clean(&new.home_unit),
        "from": new.from, "until": new.until,
    });
    set.journal.push(entry(by, now, "operator.add", OPERATOR, id, payload));
    set
}

fn may_set_down(by: &By<'_>, grants: &[GrantRow], seat_account: Id) -> bool {
    let By::Person(actor) = by else { return true };
    let within = |row: &GrantRow| actor.roles_over(&row.grant.place).contains(SECURITY_ADMIN);
    grants.iter().filter(|row| row.account == seat_account && row.counts()).all(within)
}

/// A seat outside somebody's area is answered like one that does not exist.
fn visible(within: bool) -> Result<(), CityError> {
    if within { Ok(()) } else { Err(CityError::NotFound) }
}

/// Roles of the person and of the seat that exclude each other.
fn excluded(roles: &Roles, own: &[GrantRow], of_seat: &[GrantRow]) -> Option<Problem> {
    let counting = |rows: &[GrantRow]| -> Vec<String> {
        rows.iter().filter(|row| row.counts()).map(|row| row.grant.role.clone()).collect()
    };
    let (own, of_seat) = (counting(own), counting(of_seat));
    let clash = own.iter().find(|a| of_seat.iter().any(|b| exclude_each_other(roles, a, b)))?;
    let title = roles.get(clash).map_or(clash.as_str(), |r| r.title.zh.as_str());
    Some(Problem::of("account", "grant.excluded").with("roles", title))
}

impl Gate {
    /// Creates a seat with its account.
    ///
    /// # Errors
    /// Not a system administrator; wrong fields; a weak password; the name is taken.
    pub async fn create_seat(
        &self,
        by: &By<'_>,
        title: &str,
        name: &str,
        password: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<Seat, CityError> {
        require(by.has_role(SYSTEM_ADMIN), "account.not_system_admin")?;
        passwords::problems_of(password, name).or(())?;
        let (id, account) = (Id::new(now, chance), Id::new(now, chance));
        let new =
            NewAccount { name: name.into(), display: title.into(), phone: String::new(), unit: Some(id) };
        creation(&new, None, false, by, account, now)?;
        let hash = self.passwords.hash(password, chance).await?;
        let mut set = creation(&new, Some(&hash), matches!(by, By::Program), by, account, now)?;
        let title = clean(title);
        let values = vec![
            put("title", &title),
            put("account", account),
            put("created_at", now),
            put("created_by", by.account()),
        ];
        set.insert(SEAT, id, values);
        set.journal.push(entry(
            by,
            now,
            "seat.create",
            SEAT,
            id,
            json!({ "title": title, "account": account }),
        ));
        self.db.apply(set).await.map_err(name_taken)?;
        Ok(Seat { id, title, account })
    }

    /// Sets somebody down as an operator of a seat.
    ///
    /// # Errors
    /// Not a security administrator over all that the seat is granted; oneself; a closed account, a seat in place of a
    /// person; a weak PIN, impossible days, a secondment without an end; roles that exclude each other; set down already.
    pub async fn add_operator(
        &self,
        by: &By<'_>,
        new: &NewOperator,
        roles: &Roles,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<Id, CityError> {
        require(by.has_role(SECURITY_ADMIN), "grant.not_security_admin")?;
        self.not_oneself(by, &[new.account])?;
        let seat = seat(&self.db, new.seat).await?.ok_or(CityError::NotFound)?;
        let seat_account = self.existing(seat.account).await?;
        let person = self.existing(new.account).await?;
        require(person.is_active() && seat_account.is_active(), "account.closed")?;
        require(person.unit.is_none(), "operator.person")?;
        problems_of(new).or(())?;
        let set_down = set_down("seat", seat.id).and(Condition::eq("account", person.id));
        let already = one_row(&self.db, OPERATOR, set_down, "set down already").await?;
        require(already.is_none(), "operator.exists")?;
        let own = of_accounts(&self.db, &same_people(&self.db, &person).await?).await?;
        let of_seat = of_accounts(&self.db, &[seat_account.id]).await?;
        visible(may_set_down(by, &of_seat, seat_account.id))?;
        if let Some(problem) = excluded(roles, &own, &of_seat) {
            return Err(problem.into());
        }
        let pin = self.passwords.hash(&new.pin, chance).await?;
        let id = Id::new(now, chance);
        self.db.apply(setting_down(new, &pin, &person, &seat_account, by, id, now)).await?;
        self.forget_presences();
        Ok(id)
    }

    /// Takes somebody off a seat, at once.
    ///
    /// # Errors
    /// Not found, not a security administrator over all that the seat is granted.
    pub async fn remove_operator(&self, by: &By<'_>, id: Id, now: Instant) -> Result<(), CityError> {
        require(by.has_role(SECURITY_ADMIN), "grant.not_security_admin")?;
        let row = one_row(&self.db, OPERATOR, Condition::eq("id", id), "taking somebody off a seat").await?;
        let row = row.ok_or(CityError::NotFound)?;
        let seat = seat(&self.db, row.id("seat")?).await?.ok_or(CityError::NotFound)?;
        let grants = of_accounts(&self.db, &[seat.account]).await?;
        visible(may_set_down(by, &grants, seat.account))?;
        if row.int("removed_at")? != 0 {
            return Err(CityError::NotFound);
        }
        let mut set = ChangeSet::new();
        set.update(OPERATOR, id, Some(row.int("version")?), vec![put("removed_at", now)]);
        let payload = json!({ "seat": seat.id, "account": row.id("account")? });
        set.journal.push(entry(by, now, "operator.remove", OPERATOR, id, payload));
        self.db.apply(set).await?;
        self.forget_presences();
        Ok(())
    }

    /// A new first PIN for an operator who forgot it; also ends a lock.
    ///
    /// # Errors
    /// As [`Gate::remove_operator`], and a weak PIN.
    pub async fn reset_pin(
        &self,
        by: &Actor,
        id: Id,
        pin: &str,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        let by = By::Person(by);
        require(by.has_role(SECURITY_ADMIN), "grant.not_security_admin")?;
        let row = one_row(&self.db, OPERATOR, Condition::eq("id", id), "a new PIN").await?;
        let row = row.ok_or(CityError::NotFound)?;
        let seat = seat(&self.db, row.id("seat")?).await?.ok_or(CityError::NotFound)?;
        let grants = of_accounts(&self.db, &[seat.account]).await?;
        visible(may_set_down(&by, &grants, seat.account))?;
        passwords::problems_of_pin(pin).or(())?;
        let hash = self.passwords.hash(pin, chance).await?;
        let mut set = ChangeSet::new();
        let fresh =
            [put("pin", hash), put("must_change_pin", true), put("tries", 0_i64), put("locked_until", 0_i64)];
        set.update(OPERATOR, id, Some(row.int("version")?), fresh.to_vec());
        set.journal.push(entry(&by, now, "operator.reset_pin", OPERATOR, id, json!({ "seat": seat.id })));
        self.db.apply(set).await?;
        self.forget_presences();
        Ok(())
    }
}
