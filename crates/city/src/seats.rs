//! Unit seats (单位席位): a duty desk signs in once and holds the unit's grants; named operators work at it one after the
//! other, each with a PIN, so that everything done carries the unit and a person. Creating them and choosing an
//! operator: [`change`], [`operator`].
//!
//! Every operator has an account (with or without a password of its own): one identity per person, so that "nobody
//! accepts their own work" holds across a person's own account and all seats.

pub mod change;
pub mod operator;

use std::collections::BTreeSet;

use base::{Day, Id, Problem, Problems};
use serde_json::{Value as Json, json};
use store::{Condition, Database, Row, StoreError, Value};

use crate::accounts::active_names;
use crate::reading::{all_rows, one_row, rows_by_id};
use crate::tables::{OPERATOR, SEAT};
use crate::{Account, Actor};

/// A seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Key.
    pub id: Id,
    /// Name.
    pub title: String,
    /// The account that signs it in and holds its grants.
    pub account: Id,
}

/// Somebody who may work at a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Key.
    pub id: Id,
    /// The seat.
    pub seat: Id,
    /// The person.
    pub account: Id,
    /// Name of the person.
    pub display: String,
    /// Where a seconded person comes from; empty for the unit's own.
    pub home_unit: String,
    /// First day.
    pub from: Day,
    /// Last day; of a secondment always given.
    pub until: Option<Day>,
    /// Somebody else chose the PIN: it must be changed before anything is done.
    pub must_change_pin: bool,
}

/// An entry that one person makes for another: the paper that the other signed is attached (代填).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnBehalf {
    /// Name of the person for whom it is entered.
    pub person: String,
    /// Their account, where they have one.
    pub account: Option<Id>,
    /// Content hash of the photograph or scan of the signed paper.
    pub paper: String,
}

impl OnBehalf {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        if self.person.trim().is_empty() {
            problems.push(Problem::of("on_behalf_of", "on_behalf.person"));
        }
        if self.paper.trim().is_empty() {
            problems.push(Problem::of("paper", "on_behalf.paper"));
        }
        problems
    }
}

/// Who made an entry, as records and journal payloads keep it: person, unit where one acted for it, and for whom.
#[must_use]
pub fn authorship(actor: &Actor, on_behalf: Option<&OnBehalf>) -> Json {
    let mut said = json!({ "account": actor.account, "name": actor.display });
    if let (Json::Object(fields), Some(unit)) = (&mut said, actor.unit) {
        fields.insert("unit".into(), json!(unit));
    }
    if let (Json::Object(fields), Some(other)) = (&mut said, on_behalf) {
        let whom = json!({ "name": other.person, "account": other.account, "paper": other.paper });
        fields.insert("on_behalf_of".into(), whom);
    }
    said
}

/// The seat with that key.
///
/// # Errors
/// The database failed.
pub async fn seat(db: &Database, id: Id) -> Result<Option<Seat>, StoreError> {
    let row = one_row(db, SEAT, Condition::eq("id", id), "a seat").await?;
    row.as_ref().map(seat_of).transpose()
}

/// All seats, by name.
///
/// # Errors
/// The database failed.
pub async fn all(db: &Database) -> Result<Vec<Seat>, StoreError> {
    let rows = all_rows(db, SEAT, Condition::all(), "list of seats").await?;
    let mut seats: Vec<Seat> = rows.iter().map(seat_of).collect::<Result<_, _>>()?;
    seats.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
    Ok(seats)
}

fn seat_of(row: &Row) -> Result<Seat, StoreError> {
    Ok(Seat { id: row.id("id")?, title: row.text("title")?.to_owned(), account: row.id("account")? })
}

/// Who may work at a seat on a day, by name. A secondment that has ended and a closed account do not count.
///
/// # Errors
/// The database failed.
pub async fn operators_of(db: &Database, seat: Id, day: Day) -> Result<Vec<Operator>, StoreError> {
    let mut found = all_operators_of(db, seat).await?;
    found.retain(|o| o.from <= day && o.until.is_none_or(|until| day <= until));
    Ok(found)
}

/// Everybody who is set down for a seat, also for days to come or gone, by name.
///
/// # Errors
/// The database failed.
pub async fn all_operators_of(db: &Database, seat: Id) -> Result<Vec<Operator>, StoreError> {
    let rows = all_rows(db, OPERATOR, set_down("seat", seat), "operators of a seat").await?;
    let accounts: Vec<Id> = rows.iter().map(|row| row.id("account")).collect::<Result<_, _>>()?;
    let names = active_names(db, &accounts).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(display) = names.get(&row.id("account")?) {
            found.push(operator_of(row, display)?);
        }
    }
    found.sort_by(|a, b| (&a.display, a.id).cmp(&(&b.display, b.id)));
    Ok(found)
}

fn operator_of(row: &Row, display: &str) -> Result<Operator, StoreError> {
    Ok(Operator {
        id: row.id("id")?,
        seat: row.id("seat")?,
        account: row.id("account")?,
        display: display.to_owned(),
        home_unit: row.text("home_unit")?.to_owned(),
        from: row.day("from_day")?,
        until: row.opt_day("until_day")?,
        must_change_pin: row.bool("must_change_pin")?,
    })
}

/// Not taken off the seat.
fn set_down(column: &str, value: Id) -> Condition {
    Condition::eq(column, value).and(Condition::eq("removed_at", 0_i64))
}

/// The accounts whose grants come together in one person's hands with those of `account`: a person with all seats they
/// work at; for a seat, each of its operators with all their seats. Includes `account`, each once.
pub(crate) async fn same_people(db: &Database, account: &Account) -> Result<Vec<Id>, StoreError> {
    let mut together = BTreeSet::from([account.id]);
    let people: Vec<Id> = match account.unit {
        Some(seat) => {
            let rows = all_rows(db, OPERATOR, set_down("seat", seat), "who works at a seat").await?;
            rows.iter().map(|row| row.id("account")).collect::<Result<_, _>>()?
        }
        None => vec![account.id],
    };
    together.extend(people.iter().copied());
    together.extend(seat_accounts_of(db, &people).await?);
    Ok(together.into_iter().collect())
}

/// The accounts of the seats at which these people work.
async fn seat_accounts_of(db: &Database, people: &[Id]) -> Result<Vec<Id>, StoreError> {
    let mut seats: BTreeSet<Id> = BTreeSet::new();
    for part in people.chunks(500) {
        let ids = part.iter().map(|id| Value::Id(*id)).collect();
        let condition = Condition::In("account".into(), ids).and(Condition::eq("removed_at", 0_i64));
        for row in all_rows(db, OPERATOR, condition, "seats of people").await? {
            seats.insert(row.id("seat")?);
        }
    }
    let seats: Vec<Id> = seats.into_iter().collect();
    let rows = rows_by_id(db, SEAT, &["id", "account"], &seats, "accounts of seats").await?;
    rows.values().map(|row| row.id("account")).collect()
}

#[cfg(test)]
mod tests {
    use plan::pack::FieldClass;

    use super::*;

    #[test]
    fn an_entry_for_somebody_else_names_both_and_the_paper() {
        let actor = Actor {
            account: Id::from_u128(1),
            display: "甲（值班席）".into(),
            grants: Vec::new(),
            reads: FieldClass::Internal,
            unit: Some(Id::from_u128(9)),
        };
        let mut other = OnBehalf { person: "乙".into(), account: None, paper: "ab12".into() };
        assert!(other.problems().is_empty());
        let said = authorship(&actor, Some(&other));
        assert_eq!(said["name"], "甲（值班席）");
        assert_eq!(said["unit"], Id::from_u128(9).to_string());
        assert_eq!(said["on_behalf_of"]["name"], "乙");
        assert!(authorship(&actor, None).get("on_behalf_of").is_none());
        other.paper = " ".into();
        other.person = String::new();
        assert_eq!(other.problems().0.len(), 2);
    }
}
