//! Judges a duty over records held in memory: whom it binds, on which days there was evidence, which instances fell due and
//! which of them were fulfilled in time. The cases of packs run through here; the engine asks the same in the database.

use std::collections::BTreeMap;

use base::{Day, Id, WorkCalendar};
use plan::expression::{Context, Expression, Moment};
use plan::pack::duty::{Fulfilled, Rhythm};
use plan::pack::duty_link::{SubjectLink, link};
use plan::pack::{Duty, Model};
use toml::Spanned;

use super::instance::{after, fallen_due, moved};
use crate::indicator::Tally;
use crate::verdict::{Rows, Subject, Verdict, judge};
use crate::{Fact, Facts};

/// Instances of one subject looked at, at most: a daily duty of a year.
const MOST_INSTANCES: usize = 400;

/// A subject that a duty may bind.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Its id.
    pub id: Id,
    /// Its name in the case; departments may be named by it.
    pub name: String,
    /// Its fields.
    pub facts: Facts,
    /// Since when the duty binds it; None for always.
    pub since: Option<Day>,
    /// The day of the event after which it owes something, where the records do not say it.
    pub event: Option<Day>,
}

/// A duty over records, on a day.
#[derive(Debug, Clone, Copy)]
pub struct Over<'a> {
    /// The elements of the packs.
    pub model: &'a Model,
    /// Working days.
    pub calendar: &'a WorkCalendar,
    /// The duty.
    pub duty: &'a Duty,
    /// The records.
    pub rows: &'a Rows,
    /// Days on which something was handed in, by subject.
    pub handed_in: &'a BTreeMap<Id, Vec<Day>>,
    /// The day on which is judged.
    pub on: Day,
}

impl Over<'_> {
    /// The kind of subject that the duty's conditions speak of.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.duty.who.subject.get_ref()
    }

    /// Whether the duty binds a subject on the day.
    ///
    /// # Errors
    /// A condition that cannot be read, as a sentence.
    pub fn binds(&self, owner: &Owner) -> Result<bool, String> {
        for text in [&self.duty.who.when, &self.duty.only_while] {
            if self.condition(text, owner)?.is_some_and(|verdict| !verdict.holds()) {
                return Ok(false);
            }
        }
        Ok(self.kind() != "department" || self.names_department(owner))
    }

    fn names_department(&self, owner: &Owner) -> bool {
        let own = &self.duty.who.departments;
        let code = owner.facts.get("code").and_then(Fact::as_text);
        own.is_empty() || own.contains(&owner.name) || own.iter().any(|d| Some(d.as_str()) == code)
    }

    /// What becomes of the condition that must hold all the time.
    ///
    /// # Errors
    /// A condition that cannot be read, as a sentence.
    pub fn holds(&self, owner: &Owner) -> Result<Option<Verdict>, String> {
        self.condition(&self.duty.holds, owner)
    }

    fn condition(&self, text: &Option<Spanned<String>>, owner: &Owner) -> Result<Option<Verdict>, String> {
        let Some(text) = text else { return Ok(None) };
        let context = Context::of(self.model, "s", self.kind());
        let expression = Expression::check(text.get_ref(), &context).map_err(|faults| listed(&faults))?;
        let folded = expression.fold(&Moment::today(self.on), self.model);
        Ok(Some(judge(&folded, &[Subject { id: owner.id, facts: &owner.facts }], self.rows)))
    }

    /// The days of the evidence that counts for a subject, up to the day, ascending.
    ///
    /// # Errors
    /// A condition that cannot be read, as a sentence.
    pub fn days(&self, owner: &Owner) -> Result<Vec<Day>, String> {
        let mut days = match self.duty.record() {
            Some(register) => self.days_of_records(register, owner)?,
            None if self.duty.holds.is_some() => Vec::new(),
            None => self.handed_in.get(&owner.id).cloned().unwrap_or_default(),
        };
        days.retain(|day| *day <= self.on);
        days.sort_unstable();
        Ok(days)
    }

    fn days_of_records(&self, register: &str, owner: &Owner) -> Result<Vec<Day>, String> {
        let (Some(proof), Some(of)) = (&self.duty.fulfilled, self.model.register(register)) else {
            return Ok(Vec::new());
        };
        let Some(link) = link(of, proof, self.kind()) else { return Ok(Vec::new()) };
        let context = Context::of(self.model, "r", register);
        let when = proof.when.as_ref().map(|text| Expression::check(text.get_ref(), &context));
        let when = when.transpose().map_err(|faults| listed(&faults))?;
        let when = when.map(|when| when.fold(&Moment::today(self.on), self.model));
        let at = proof.at.as_ref().map_or("created_at", |at| at.get_ref().as_str());
        let counts =
            |id, facts| when.as_ref().is_none_or(|w| judge(w, &[Subject { id, facts }], self.rows).holds());
        let rows = self
            .rows
            .of(register)
            .filter(|(id, facts)| belongs(&link, *id, facts, owner) && counts(*id, facts));
        Ok(rows.filter_map(|(_, facts)| facts.get(at).and_then(Fact::as_day)).collect())
    }

    /// The days of the events after which a subject owes something, up to the day: as the case says, or as the records do.
    #[must_use]
    pub fn events(&self, owner: &Owner) -> Vec<Day> {
        let mut days: Vec<Day> = owner.event.into_iter().collect();
        let event = self.duty.after.as_ref().and_then(|after| after.event.get_ref().split_once('.'));
        if let (Some((register, what)), true) = (event, days.is_empty())
            && let Some(of) = self.model.register(register)
            && let Some(link) = link(of, &Fulfilled::default(), self.kind())
        {
            let day = |facts: &Facts| {
                let state = facts.get("state").and_then(Fact::as_text);
                let at = match what {
                    "created" => "created_at",
                    what if state == Some(what) => "entered_at",
                    // That a field was changed is not to be seen from a record.
                    _ => return None,
                };
                let own = facts.get(at).or_else(|| facts.get("opened_at").filter(|_| of.cases));
                own.and_then(Fact::as_day)
            };
            let own = self.rows.of(register).filter(|(id, facts)| belongs(&link, *id, facts, owner));
            days.extend(own.filter_map(|(_, facts)| day(facts)));
        }
        days.retain(|day| *day <= self.on);
        days.sort_unstable();
        days.dedup();
        days
    }

    /// How many pieces of evidence one instance needs.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.duty.fulfilled.as_ref().and_then(|f| f.count).unwrap_or(1) as usize
    }

    /// What a subject owed between two days: instances that fell due and whose due day lies before `today`, and those of
    /// them that were fulfilled in time. Duties that hold all the time, or count from their last fulfilment, have no such
    /// instances: there it is whether the subject stands well on the day.
    ///
    /// # Errors
    /// A condition that cannot be read, as a sentence.
    pub fn tally(&self, owner: &Owner, first: Day, last: Day, today: Day) -> Result<Tally, String> {
        if !self.binds(owner)? {
            return Ok(Tally::default());
        }
        let go_live = self.model.duty_in_force(self.duty);
        let days = self.days(owner)?;
        let enough = |from: Option<Day>, until: Day| {
            let in_time = |day: &&Day| from.is_none_or(|from| from <= **day) && **day <= until;
            days.iter().filter(in_time).count() >= self.needed()
        };
        let mut tally = Tally::default();
        let mut add = |well: bool| {
            tally += Tally { rows: 1, base: 1, hit: i64::from(well), ..Tally::default() };
        };
        match self.duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => {
                let once = matches!(self.duty.rhythm(), Rhythm::Once(_));
                let until = last.min(today.plus_days(-1));
                let due =
                    fallen_due(self.duty, go_live, first.plus_days(-1), until, MOST_INSTANCES, self.calendar);
                let owed = due.iter().filter(|i| owner.since.is_none_or(|since| since <= i.bound_by));
                owed.for_each(|i| add(enough((!once).then_some(i.first), i.due)));
            }
            Rhythm::Event(within) => {
                for event in self.events(owner).into_iter().filter(|event| *event >= go_live) {
                    let due = moved(event, within, self.calendar);
                    if (first..=last).contains(&due) && due < today {
                        add(enough(Some(event), due));
                    }
                }
            }
            Rhythm::SinceLast(frequency) => {
                let from = days.last().copied().or(owner.since).unwrap_or(go_live).max(go_live);
                let due = after(from, frequency);
                let due = self.duty.due.map_or(due, |d| moved(due, d.span, self.calendar));
                if go_live <= last {
                    add(self.on <= due);
                }
            }
            Rhythm::Always if go_live <= last => match self.holds(owner)? {
                Some(Verdict::CannotBeJudged(_)) => tally.unknown += 1,
                verdict => add(verdict.is_some_and(|v| v.holds())),
            },
            Rhythm::Always => {}
        }
        tally.rows = tally.base + tally.unknown;
        Ok(tally)
    }
}

/// Whether a record names the subject. A zone of a county's rank stands in the column of parks.
fn belongs(link: &SubjectLink, id: Id, facts: &Facts, owner: &Owner) -> bool {
    let code = owner.facts.get("code");
    let named = |field: &str| code.is_some() && facts.get(field) == code;
    match link {
        SubjectLink::Reference(field) => facts.get(field).and_then(Fact::as_id) == Some(owner.id),
        SubjectLink::Code(field) => named(field) || (field == "county" && named("park")),
        SubjectLink::Itself => id == owner.id,
        SubjectLink::Whole => true,
    }
}

fn listed(faults: &[plan::expression::ExpressionFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
