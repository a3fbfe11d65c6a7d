//! Checks: what a post, team, workshop or enterprise has to look at today, and what a failed item becomes.
//!
//! Check items come from risk measures. An item is due from the beginning of each of its periods (each shift, day,
//! week ...) until it has been looked at; looking at it and, where it fails, the hazard are one change.

use base::{Id, Instant, Period, PeriodKind, Problem};
use city::Actor;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Register, Shape};
use store::{Applied, Condition, Direction, Query, Value};

use crate::record::Record;
use crate::record::change_set::{insert, journal, update};
use crate::record::read::records_of;
use crate::record::write::Sending;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Items shown at most at once.
const SHOWN: u32 = 500;
/// A shift, in hours.
const SHIFT_HOURS: i64 = 8;

/// Whose tasks.
#[derive(Debug, Clone, Copy, Default)]
pub struct TaskFilter<'a> {
    /// One unit: a post, a team, a workshop.
    pub unit: Option<Id>,
    /// One of the four levels.
    pub level: Option<&'a str>,
}

/// What somebody saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The item holds.
    pub passed: bool,
    /// Words.
    pub note: String,
    /// Photos by content hash.
    pub photos: Vec<String>,
    /// The one who really looked, where a paper sheet is entered for them; empty for the person who enters it.
    pub on_behalf: String,
    /// Scan of the signed paper sheet by content hash: entered for somebody else, it must be there (`users.md` point 19).
    pub paper: Vec<String>,
    /// The procedure that a failed item opens; empty: the enterprise's general route.
    pub procedure: String,
}

/// What a check wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The check record.
    pub record: Id,
    /// The hazard, where the item failed.
    pub hazard: Option<Id>,
}

impl Checked {
    /// As it is kept for a repeated sending: the record, then the hazard where there is one.
    fn written(&self) -> String {
        self.hazard.map_or_else(|| self.record.to_string(), |hazard| format!("{} {hazard}", self.record))
    }

    fn read(text: &str) -> Option<Self> {
        let (record, hazard) =
            text.split_once(' ').map_or((text, None), |(record, hazard)| (record, Some(hazard)));
        Some(Self { record: record.parse().ok()?, hazard: hazard.map(str::parse).transpose().ok()? })
    }
}

impl Engine {
    fn shape(&self, shape: Shape) -> Result<&Register, EngineError> {
        self.model.shaped(shape).ok_or(EngineError::NotFound)
    }

    /// Check items that are due now, within what `actor` may see, longest due first.
    ///
    /// # Errors
    /// The packs have no check items, or the database failed.
    pub async fn tasks(&self, actor: &Actor, filter: TaskFilter<'_>) -> Result<Vec<Record>, EngineError> {
        let items = self.shape(Shape::CheckItem)?;
        let mut query = Query::of(table_name(items.name()), self.scope(actor, items))
            .filter(Condition::LessOrEqual("due_from".into(), Value::Int(self.now().0)))
            .filter(Condition::Eq("active".into(), Value::Bool(true)))
            .filter(Condition::Eq("removed_at".into(), Value::Int(0)))
            .sort("due_from", Direction::Ascending)
            .limit(SHOWN);
        if let Some(unit) = filter.unit {
            query = query.filter(Condition::eq("unit", unit));
        }
        if let Some(level) = filter.level {
            query = query.filter(Condition::eq("level", level));
        }
        let rows = self.database.select(&query).await?;
        Ok(records_of(items, rows)?)
    }

    /// Records that `actor` looked at an item; where it failed, opens the hazard.
    ///
    /// # Errors
    /// The item is not visible, the person may not check, or a failed item says nothing about what is wrong.
    pub async fn check(
        &self,
        actor: &Actor,
        item: Id,
        seen: &Seen,
        sending: &Sending,
    ) -> Result<Checked, EngineError> {
        let items = self.shape(Shape::CheckItem)?;
        let records = self.shape(Shape::CheckRecord)?;
        self.record(actor, items.name(), item).await?;
        if let Some(checked) = self.earlier(sending).await?.and_then(|made| Checked::read(&made)) {
            return Ok(checked);
        }
        let old = self.any_record(items.name(), item).await?.ok_or(EngineError::NotFound)?;
        self.may_keep(actor, records, &old.place)?;
        if !seen.passed && seen.note.trim().is_empty() && seen.photos.is_empty() {
            return Err(Problem::of("note", "check.say_what_is_wrong").into());
        }
        if !seen.on_behalf.trim().is_empty() && seen.paper.is_empty() {
            return Err(Problem::of("paper", "on_behalf.paper").into());
        }
        let now = self.now();
        let hazard = if seen.passed { None } else { Some(self.failed(actor, &old, seen).await?) };
        let record =
            self.check_record(actor, records, &old, seen, hazard.as_ref().map(|(id, ..)| *id)).await?;
        let mut new = old.clone();
        new.facts.insert("checked_at", Fact::Instant(now));
        new.facts.insert("due_from", Fact::Instant(due_again(fact(&old.facts, "frequency").as_text(), now)));
        new.updated_at = now;
        let mut set = insert(&self.model, records, &record);
        set.journal.push(journal(actor, "check", &record, now, &record.facts));
        set.changes.extend(self.name_attachments(actor, record.id, &Facts::new(), &record.facts).await?);
        set.append(update(&self.model, items, &old, &new));
        let mut opened = None;
        let hazard = hazard.map(|(id, opening, hazard)| {
            set.append(opening);
            opened = Some(hazard);
            id
        });
        self.judge_one(records, None, &record, opened.as_slice(), &mut set).await?;
        let checked = Checked { record: record.id, hazard };
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        set.result = checked.written();
        match self.database.apply(set).await? {
            Applied::Done => Ok(checked),
            Applied::AlreadyDone(made) => Ok(Checked::read(&made).unwrap_or(checked)),
        }
    }

    async fn failed(
        &self,
        actor: &Actor,
        item: &Record,
        seen: &Seen,
    ) -> Result<(Id, store::ChangeSet, Record), EngineError> {
        let hazards = self.shape(Shape::Hazard)?;
        let procedure = self.model.procedure(route(item, seen)).ok_or(EngineError::NotFound)?;
        let record = self.prepare_case(actor, procedure, hazards, &hazard_facts(hazards, item, seen)).await?;
        let mut set = self.opening_set(actor, procedure, hazards, &record);
        self.follow(actor, hazards, None, &record, &mut set).await?;
        set.changes.extend(self.name_attachments(actor, record.id, &Facts::new(), &record.facts).await?);
        Ok((record.id, set, record))
    }

    async fn check_record(
        &self,
        actor: &Actor,
        records: &Register,
        item: &Record,
        seen: &Seen,
        hazard: Option<Id>,
    ) -> Result<Record, EngineError> {
        let now = self.now();
        let mut facts = Facts::new();
        let mut put = |name: &str, value: Fact| {
            if records.field(name).is_some() && !value.is_empty() {
                facts.insert(name.to_owned(), value);
            }
        };
        put("enterprise", fact(&item.facts, "enterprise").clone());
        put("unit", fact(&item.facts, "unit").clone());
        put("item", Fact::Reference(item.id));
        put("result", Fact::Text(if seen.passed { "pass" } else { "fail" }.into()));
        put("note", Fact::Text(seen.note.clone()));
        put("photo", Fact::List(seen.photos.clone()));
        put("on_behalf", Fact::Text(seen.on_behalf.trim().to_owned()));
        put("paper", Fact::List(seen.paper.clone()));
        put("checked_at", Fact::Instant(now));
        put("checked_by", Fact::Reference(actor.account));
        put("hazard", hazard.map_or(Fact::Empty, Fact::Reference));
        // A check is called by what was looked at.
        let title = item.title.clone();
        let code = self.next_code(&records.code, &item.place, now.day()).await?;
        let id = self.new_id_at(now);
        Ok(Record { code, ..Record::new(id, records, title, item.place.clone(), facts, actor, now) })
    }
}

/// The procedure that a failed item opens: the one that was chosen, otherwise the enterprise's general route, or the
/// judging of a suspected major hazard where the item stands for a criterion.
fn route<'a>(item: &Record, seen: &'a Seen) -> &'a str {
    let suspected = fact(&item.facts, "hazard_level").as_text() == Some("suspected_major");
    match seen.procedure.as_str() {
        "" if suspected && !fact(&item.facts, "criterion").is_empty() => "hazard.suspected",
        "" => "hazard.general",
        chosen => chosen,
    }
}

/// What the hazard knows from the item that failed.
fn hazard_facts(hazards: &Register, item: &Record, seen: &Seen) -> Facts {
    let what = fact(&item.facts, "what").as_text().unwrap_or_default();
    let note = seen.note.trim();
    let description = if note.is_empty() { what.to_owned() } else { format!("{what}：{note}") };
    let mut facts = Facts::new();
    let mut put = |name: &str, value: Fact| {
        if hazards.field(name).is_some() && !value.is_empty() {
            facts.insert(name.to_owned(), value);
        }
    };
    for same in ["enterprise", "unit", "risk_point", "measure", "criterion"] {
        put(same, fact(&item.facts, same).clone());
    }
    put("check_item", Fact::Reference(item.id));
    put("description", Fact::Text(description));
    put("photo_before", Fact::List(seen.photos.clone()));
    put("source", Fact::Text("self_check".into()));
    // The hazard names who found it; whoever typed it in stands in its timeline.
    put("checkers", Fact::Text(seen.on_behalf.trim().to_owned()));
    facts
}

/// When an item that was looked at now is due again: after a shift, or with the next period of its frequency.
#[must_use]
pub fn due_again(frequency: Option<&str>, now: Instant) -> Instant {
    let kind = match frequency {
        Some("shift") => return now.plus_hours(SHIFT_HOURS),
        Some("week") => PeriodKind::Week,
        Some("month") => PeriodKind::Month,
        Some("quarter") => PeriodKind::Quarter,
        Some("half_year") => PeriodKind::HalfYear,
        Some("year") => PeriodKind::Year,
        _ => PeriodKind::Day,
    };
    Instant::start_of(Period::containing(kind, now.day()).last().plus_days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_due_again_with_its_next_period() {
        let check = |frequency: &str, expected: &str| {
            let now = Instant::parse("2021-06-15 10:30").unwrap();
            assert_eq!(due_again(Some(frequency), now).local(), expected, "{frequency}");
        };
        check("shift", "2021-06-15 18:30");
        check("day", "2021-06-16 00:00");
        check("week", "2021-06-21 00:00");
        check("month", "2021-07-01 00:00");
        check("quarter", "2021-07-01 00:00");
        check("half_year", "2021-07-01 00:00");
        check("year", "2022-01-01 00:00");
    }
}
