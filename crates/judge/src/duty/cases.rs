//! Runs the cases of duties that a pack carries as data: whom the duty binds on a day, who has fulfilled it, who is late.

use std::collections::BTreeMap;

use base::{Day, Id, WorkCalendar};
use plan::pack::duty::{DutyCase, Rhythm};
use plan::pack::{Duty, Fault, Model, Source};

use super::instance::{after, containing, moved};
use super::memory::{Over, Owner};
use crate::verdict::Verdict;
use crate::written::{day, facts, id_named, name_of, records};
use crate::{Fact, Facts};

/// Keys of a case's subjects that are no fields: since when the duty binds them, when the event was.
const SPECIAL: [&str; 2] = ["bound_since", "event_on"];
/// What was handed in on a duty's own form, among the records of a case.
const HANDED_IN: &str = "duty_evidence";

/// Runs every case of every duty in `sources`; the answer holds what did not come out as expected.
#[must_use]
pub fn run(sources: &[Source], model: &Model, calendar: &WorkCalendar) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        for duty in &source.content.duties {
            for case in &duty.cases {
                let wrong = outcome(model, calendar, duty, case).unwrap_or_else(|wrong| wrong);
                faults.extend(wrong.into_iter().map(|message| Fault {
                    file: source.file.clone(),
                    line: source.line(case.name.span().start),
                    key: format!("duty.{}.case", duty.name()),
                    message: format!("\"{}\": {message}", case.name.get_ref()),
                }));
            }
        }
    }
    faults
}

/// How many cases there are.
#[must_use]
pub fn count(model: &Model) -> usize {
    model.duties.values().map(|duty| duty.cases.len()).sum()
}

fn outcome(
    model: &Model,
    calendar: &WorkCalendar,
    duty: &Duty,
    case: &DutyCase,
) -> Result<Vec<String>, Vec<String>> {
    let kind = duty.who.subject.get_ref().as_str();
    let mut written = case.records.clone();
    let handed_in = taken_out(&mut written).map_err(|m| vec![m])?;
    let mut rows = records(model, &written)?.rows;
    let owners = owners(model, kind, case)?;
    for owner in &owners {
        rows.put(kind, owner.id, owner.facts.clone());
    }
    let over = Over { model, calendar, duty, rows: &rows, handed_in: &handed_in, on: case.on };
    let mut found = Outcome::default();
    let instance = containing(duty, model.duty_in_force(duty), case.on, calendar);
    found.due_on = instance.as_ref().map(|i| i.due);
    found.period = instance.map(|i| i.code);
    for owner in &owners {
        if !over.binds(owner).map_err(|m| vec![m])? {
            continue;
        }
        let Some(state) = state_of(&over, owner).map_err(|m| vec![m])? else { continue };
        found.add(owner, &state);
    }
    Ok(found.differences(case))
}

/// The subjects of a case.
fn owners(model: &Model, kind: &str, case: &DutyCase) -> Result<Vec<Owner>, Vec<String>> {
    let mut found = Vec::new();
    for table in &case.subjects {
        let name = name_of(table).ok_or_else(|| vec!["a subject needs an id".to_owned()])?;
        let mut fields = table.clone();
        let mut special = |key: &str| fields.remove(key).and_then(|value| day(&value));
        let (since, event) = (special(SPECIAL[0]), special(SPECIAL[1]));
        let facts = named(facts(model, kind, &fields)?, name);
        found.push(Owner { id: id_named(name), name: name.to_owned(), facts, since, event });
    }
    Ok(found)
}

/// A subject without a code of its own is called by its name.
pub(crate) fn named(mut facts: Facts, name: &str) -> Facts {
    facts.insert_missing("code", || Fact::Text(name.to_owned()));
    facts
}

/// Takes what was handed in on the duty's form out of the records of a case: days by subject.
pub(crate) fn taken_out(
    written: &mut BTreeMap<String, Vec<toml::Table>>,
) -> Result<BTreeMap<Id, Vec<Day>>, String> {
    let mut found: BTreeMap<Id, Vec<Day>> = BTreeMap::new();
    for table in written.remove(HANDED_IN).unwrap_or_default() {
        let subject = table.get("subject").and_then(toml::Value::as_str);
        let at = table.get("at").and_then(day);
        let (subject, at) = subject.zip(at).ok_or("duty_evidence needs subject and at")?;
        found.entry(id_named(subject)).or_default().push(at);
    }
    Ok(found)
}

/// How a subject stands.
struct Standing {
    done: bool,
    late: bool,
    /// The due day, where it is the subject's own.
    due_on: Option<Day>,
}

/// How a subject stands on the day; None where nothing is owed.
fn state_of(over: &Over<'_>, owner: &Owner) -> Result<Option<Standing>, String> {
    let (on, duty) = (over.on, over.duty);
    let days = over.days(owner)?;
    let go_live = over.model.duty_in_force(duty);
    let enough = |from: Day| days.iter().filter(|day| **day >= from).count() >= over.needed();
    Ok(match duty.rhythm() {
        Rhythm::Once(_) | Rhythm::Calendar(_) => {
            let Some(instance) = containing(duty, go_live, on, over.calendar) else { return Ok(None) };
            if owner.since.is_some_and(|since| since > instance.bound_by) {
                return Ok(None);
            }
            let once = matches!(duty.rhythm(), Rhythm::Once(_));
            let done = if once { days.len() >= over.needed() } else { enough(instance.first) };
            Some(Standing { done, late: !done && on > instance.due, due_on: None })
        }
        Rhythm::SinceLast(frequency) => {
            let last = days.last().copied().or(owner.since).unwrap_or(go_live);
            let due = after(last, frequency);
            let due = duty.due.map_or(due, |d| moved(due, d.span, over.calendar));
            Some(Standing { done: !days.is_empty() && on <= due, late: on > due, due_on: Some(due) })
        }
        Rhythm::Event(within) => {
            let events = over.events(owner);
            let due = |event: Day| moved(event, within, over.calendar);
            let open: Vec<Day> = events.iter().copied().filter(|event| !enough(*event)).collect();
            let Some(shown) = open.first().or(events.last()) else { return Ok(None) };
            let late = open.iter().any(|event| on > due(*event));
            Some(Standing { done: open.is_empty(), late, due_on: Some(due(*shown)) })
        }
        Rhythm::Always => {
            let verdict = over.holds(owner)?;
            let done = verdict.as_ref().is_some_and(Verdict::holds);
            Some(Standing { done, late: verdict.is_some_and(|v| v.fails()), due_on: None })
        }
    })
}

/// What came of a case.
#[derive(Default)]
struct Outcome {
    due: Vec<String>,
    fulfilled: Vec<String>,
    late: Vec<String>,
    period: Option<String>,
    due_on: Option<Day>,
}

impl Outcome {
    fn add(&mut self, owner: &Owner, state: &Standing) {
        self.due.push(owner.name.clone());
        if state.done {
            self.fulfilled.push(owner.name.clone());
        }
        if state.late {
            self.late.push(owner.name.clone());
        }
        self.due_on = state.due_on.or(self.due_on);
    }

    fn differences(self, case: &DutyCase) -> Vec<String> {
        let expect = &case.expect;
        let mut wrong = Vec::new();
        let sorted = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort();
            list.join(", ")
        };
        for (what, wanted, found) in [
            ("due", &expect.due, &self.due),
            ("fulfilled", &expect.fulfilled, &self.fulfilled),
            ("late", &expect.late, &self.late),
        ] {
            if let Some(wanted) = wanted
                && sorted(wanted) != sorted(found)
            {
                wrong.push(format!("{what} is [{}], expected was [{}]", sorted(found), sorted(wanted)));
            }
        }
        if expect.period.is_some() && expect.period != self.period {
            let (found, wanted) =
                (self.period.unwrap_or_default(), expect.period.clone().unwrap_or_default());
            wrong.push(format!("the period is \"{found}\", expected was \"{wanted}\""));
        }
        if expect.due_on.is_some() && expect.due_on != self.due_on {
            let show = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
            wrong.push(format!("it is due on {}, expected was {}", show(self.due_on), show(expect.due_on)));
        }
        wrong
    }
}
