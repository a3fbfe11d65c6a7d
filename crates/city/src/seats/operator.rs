//! At the seat: choosing who works now, by PIN, and leaving. Five wrong PINs lock the operator for five minutes.

use base::{Chance, Day, Id, Instant, Problem};
use serde_json::json;
use store::{ChangeSet, Condition, Row};

use super::operators_of;
use crate::error::require;
use crate::journal::entry;
use crate::passwords;
use crate::reading::{one_row, put};
use crate::tables::{OPERATOR, SESSION};
use crate::{By, CityError, Gate, Session};

/// Who wants to work at the seat.
#[derive(Clone, Copy)]
pub struct Choosing<'a> {
    /// The operator's row ([`super::Operator::id`]).
    pub operator: Id,
    /// The PIN.
    pub pin: &'a str,
    /// A PIN to replace it; must be given while the present one is a first PIN, which somebody else chose.
    pub new_pin: Option<&'a str>,
}

impl Gate {
    /// Makes an operator the one who works at a seat's session.
    ///
    /// # Errors
    /// Not an operator of this seat today; a wrong PIN; locked; the PIN must be changed; the new one is too simple.
    pub async fn choose_operator(
        &self,
        session: &Session,
        choosing: &Choosing<'_>,
        today: Day,
        now: Instant,
        chance: &mut impl Chance,
    ) -> Result<(), CityError> {
        let Choosing { operator, pin, new_pin } = *choosing;
        let account = self.existing(session.account).await?;
        let seat = account.unit.ok_or_else(|| CityError::Refused(Problem::new("operator.no_seat")))?;
        let known = operators_of(&self.db, seat, today).await?;
        let chosen = known.into_iter().find(|o| o.id == operator).ok_or(CityError::NotFound)?;
        let row = self.check_pin(operator, pin, now).await?;
        let mut values = vec![put("tries", 0_i64), put("locked_until", 0_i64)];
        match new_pin {
            Some(new_pin) => {
                let mut problems = passwords::problems_of_pin(new_pin);
                if new_pin == pin {
                    problems.push(Problem::of("pin", "pin.unchanged"));
                }
                problems.or(())?;
                values.push(put("pin", self.passwords.hash(new_pin, chance).await?));
                values.push(put("must_change_pin", false));
            }
            None => require(!chosen.must_change_pin, "pin.must_change")?,
        }
        let mut set = ChangeSet::new();
        // The version grew by one when the try was counted.
        set.update(OPERATOR, operator, Some(row.int("version")? + 1), values);
        set.update(SESSION, session.id, None, vec![put("operator", chosen.account)]);
        let payload = json!({ "seat": seat, "operator": chosen.account, "new_pin": new_pin.is_some() });
        let mut said = entry(&By::Program, now, "operator.choose", SESSION, session.id, payload);
        said.actor = chosen.account;
        set.journal.push(said);
        self.db.apply(set).await?;
        self.sessions.forget(|_, known| known.id == session.id);
        self.forget_presences();
        Ok(())
    }

    /// Nobody works at the seat's session any more; it stays signed in.
    ///
    /// # Errors
    /// The session has ended.
    pub async fn leave_seat(&self, session: &Session, now: Instant) -> Result<(), CityError> {
        let Some(operator) = session.operator else { return Ok(()) };
        let mut set = ChangeSet::new();
        set.update(SESSION, session.id, None, vec![put("operator", Id::NIL)]);
        let mut said = entry(&By::Program, now, "operator.leave", SESSION, session.id, json!({}));
        said.actor = operator;
        set.journal.push(said);
        self.db.apply(set).await?;
        self.sessions.forget(|_, known| known.id == session.id);
        Ok(())
    }

    /// Counts the try before the PIN is checked, under the version of the row: tries at the same time get one guess.
    /// Gives back the row as it was before.
    async fn check_pin(&self, operator: Id, pin: &str, now: Instant) -> Result<Row, CityError> {
        let row = one_row(&self.db, OPERATOR, Condition::eq("id", operator), "checking a PIN").await?;
        let row = row.ok_or(CityError::NotFound)?;
        let locked_until = row.instant("locked_until")?;
        if now < locked_until {
            let problem = Problem::of("pin", "pin.locked").with("until", locked_until.local());
            return Err(CityError::Refused(problem));
        }
        // A lock that is over starts the count again.
        let before = if locked_until.0 > 0 { 0 } else { row.int("tries")? };
        let tries = before + 1;
        let last = tries >= self.settings.pin_tries;
        let until = if last { now.plus_seconds(self.settings.pin_lock_seconds) } else { Instant(0) };
        let mut set = ChangeSet::new();
        let values = vec![put("tries", tries), put("locked_until", until)];
        set.update(OPERATOR, operator, Some(row.int("version")?), values);
        if last {
            let payload = json!({ "tries": tries });
            set.journal.push(entry(&By::Program, now, "operator.last_try", OPERATOR, operator, payload));
        }
        self.db.apply(set).await?;
        if self.passwords.check(pin, Some(row.text("pin")?)).await? {
            return Ok(row);
        }
        let left = (self.settings.pin_tries - tries).max(0);
        Err(Problem::of("pin", "pin.wrong").with("left", left).into())
    }
}
