//! Who is responsible for an enterprise: judged from the register of responsible bodies by `city::responsible`, and kept
//! with the enterprise as one word and the next day on which it may change, so that the list of unowned and disputed
//! enterprises is an indexed page with counters, never a computation over all enterprises.
//!
//! The word follows every write of a body or of an enterprise in the same change, and a sweep on the days on which
//! bodies begin or end.

mod list;
mod rule;
mod settle;

use std::collections::BTreeSet;

use base::{Day, Id, Problem, Problems};
use city::responsible::{Duty, Gap, ResponsibleBody, Standing, gaps, next_change};
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Register, Shape};

use crate::Engine;
use crate::record::Record;

pub use list::{GapList, GapPage};
pub use rule::Responsibility;

/// Field of an enterprise: how it stands today.
pub const STATE: &str = "responsibility";
/// Field of an enterprise: the next day on which that may change.
pub const NEXT: &str = "responsibility_next";
/// Operating states in which an enterprise needs nobody.
const GONE: [&str; 3] = ["moved", "cancelled", "not_found"];

/// A row of the register as the decision reads it; None where a field that it needs is missing.
#[must_use]
pub fn body_of(record: &Record) -> Option<ResponsibleBody> {
    let facts = &record.facts;
    let text = |name: &str| fact(facts, name).as_text().unwrap_or_default().to_owned();
    Some(ResponsibleBody {
        record: record.id,
        enterprise: fact(facts, "enterprise").as_id()?,
        duty: Duty::from_name(&text("duty"))?,
        matter: text("matter"),
        body: text("body"),
        level: text("level"),
        from: fact(facts, "valid_from").as_day()?,
        until: fact(facts, "valid_until").as_day(),
        contested: text("claim") == "disputed",
    })
}

/// What is wrong with a body by itself: special supervision names its matter, the other duties have none, and nothing
/// ends before it begins.
pub(crate) fn check_body(facts: &mut Facts) -> Result<(), Problems> {
    let special = fact(facts, "duty").as_text() == Some(Duty::Special.name());
    if special && fact(facts, "matter").is_empty() {
        return Err(Problem::of("matter", "responsibility.matter_needed").into());
    }
    if !special {
        facts.remove("matter");
    }
    match (fact(facts, "valid_from").as_day(), fact(facts, "valid_until").as_day()) {
        (Some(from), Some(until)) if until < from => {
            Err(Problem::of("valid_until", "responsibility.period").with("from", from).into())
        }
        _ => Ok(()),
    }
}

/// What is wrong with an enterprise of these facts on a day; nothing for one that is gone.
#[must_use]
pub fn gaps_of(enterprise: Id, facts: &Facts, rows: &[ResponsibleBody], day: Day) -> Vec<Gap> {
    let state = fact(facts, "operating_state").as_text().unwrap_or_default();
    if GONE.contains(&state) { Vec::new() } else { gaps(rows, enterprise, day) }
}

/// Writes down how an enterprise stands on `day` with these bodies.
pub fn judge(enterprise: Id, facts: &mut Facts, rows: &[ResponsibleBody], day: Day) {
    let own: Vec<ResponsibleBody> = rows.iter().filter(|r| r.enterprise == enterprise).cloned().collect();
    let state = fact(facts, "operating_state").as_text().unwrap_or_default();
    let standing =
        if GONE.contains(&state) { Standing::NotNeeded } else { Standing::of(&gaps(&own, enterprise, day)) };
    facts.insert(STATE.to_owned(), Fact::Text(standing.name().to_owned()));
    match next_change(&own, day) {
        Some(day) => drop(facts.insert(NEXT.to_owned(), Fact::Day(day))),
        None => drop(facts.remove(NEXT)),
    }
}

/// The enterprises whose standing an imported record may change: that of a body, or the enterprise itself.
pub(crate) fn touched(register: &Register, old: Option<&Record>, new: &Record) -> BTreeSet<Id> {
    let both = || old.into_iter().chain([new]);
    let operating = |record: &Record| fact(&record.facts, "operating_state").clone();
    match register.shape {
        Some(Shape::ResponsibleBody) => both().filter_map(|r| fact(&r.facts, "enterprise").as_id()).collect(),
        Some(Shape::Enterprise) if old.is_some_and(|old| operating(old) != operating(new)) => {
            BTreeSet::from([new.id])
        }
        _ => BTreeSet::new(),
    }
}

impl Engine {
    /// A new enterprise has no bodies yet.
    pub(crate) fn judge_new(&self, register: &Register, facts: &mut Facts) {
        if register.field(STATE).is_some() && fact(facts, STATE).is_empty() {
            judge(Id::NIL, facts, &[], self.today());
        }
    }
}
