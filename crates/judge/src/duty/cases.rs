//! Runs the cases of duties that a pack carries as data: whom the duty binds on a day, who has fulfilled it, who is late.

use std::collections::BTreeMap;

use base::{Day, Id, WorkCalendar};
use plan::expression::{Context, Expression, Moment};
use plan::pack::duty::{DutyCase, Rhythm};
use plan::pack::duty_link::{SubjectLink, link};
use plan::pack::{Duty, Fault, Model, Source};
use toml::Spanned;

use super::case_facts::{Names, day, facts};
use super::instance::{after, containing, moved};
use crate::verdict::{Rows, Subject, Verdict, judge};
use crate::{Fact, Facts};

/// Keys of a case's subjects that are no fields: since when the duty binds them, when the event was.
const SPECIAL: [&str; 2] = ["bound_since", "event_on"];

/// Runs every case of every duty in `sources`; the answer holds what did not come out as expected.
#[must_use]
pub fn run(sources: &[Source], model: &Model, calendar: &WorkCalendar) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        for duty in &source.content.duties {
            for case in &duty.cases {
                let wrong = Run { model, calendar, duty, case }.wrong();
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

struct Run<'a> {
    model: &'a Model,
    calendar: &'a WorkCalendar,
    duty: &'a Duty,
    case: &'a DutyCase,
}

/// A subject of the case.
struct Given {
    id: Id,
    name: String,
    facts: Facts,
    since: Option<Day>,
    event: Option<Day>,
}

impl Run<'_> {
    fn wrong(&self) -> Vec<String> {
        match self.outcome() {
            Ok(wrong) => wrong,
            Err(message) => vec![message],
        }
    }

    fn outcome(&self) -> Result<Vec<String>, String> {
        let kind = self.duty.who.subject.get_ref().as_str();
        let mut names = Names::default();
        let mut rows = Rows::default();
        let subjects = self.subjects(kind, &mut names)?;
        for subject in &subjects {
            rows.put(kind, subject.id, subject.facts.clone());
        }
        let handed_in = self.records(&mut names, &mut rows)?;
        let go_live = self.model.duty_from(self.duty);
        let instance = containing(self.duty, go_live, self.case.on, self.calendar);
        let (mut due, mut fulfilled, mut late) = (Vec::new(), Vec::new(), Vec::new());
        let mut due_on = instance.as_ref().map(|i| i.due);
        for subject in &subjects {
            let bound = self.condition(&self.duty.who.when, subject, &rows)?.is_none_or(|v| v.holds())
                && self.condition(&self.duty.only_while, subject, &rows)?.is_none_or(|v| v.holds())
                && (kind != "department" || self.names_department(subject));
            if !bound {
                continue;
            }
            let days = match kind_of_proof(self.duty) {
                Proof::HandedIn => handed_in.get(&subject.id).cloned().unwrap_or_default(),
                Proof::Records(register) => self.evidence(register, kind, subject, &rows)?,
                Proof::Condition => Vec::new(),
            };
            let state = self.state_of(subject, &days, &rows, &mut due_on)?;
            let Some((done, is_late)) = state else { continue };
            due.push(subject.name.clone());
            if done {
                fulfilled.push(subject.name.clone());
            }
            if is_late {
                late.push(subject.name.clone());
            }
        }
        let expect = &self.case.expect;
        let mut wrong = Vec::new();
        for (what, wanted, found) in [
            ("due", &expect.due, &due),
            ("fulfilled", &expect.fulfilled, &fulfilled),
            ("late", &expect.late, &late),
        ] {
            let sorted = |list: &[String]| {
                let mut list = list.to_vec();
                list.sort();
                list.join(", ")
            };
            if let Some(wanted) = wanted
                && sorted(wanted) != sorted(found)
            {
                wrong.push(format!("{what} is [{}], expected was [{}]", sorted(found), sorted(wanted)));
            }
        }
        let code = instance.map(|i| i.code);
        if expect.period.is_some() && expect.period != code {
            let (found, wanted) = (code.unwrap_or_default(), expect.period.clone().unwrap_or_default());
            wrong.push(format!("the period is \"{found}\", expected was \"{wanted}\""));
        }
        if expect.due_on.is_some() && expect.due_on != due_on {
            let show = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
            wrong.push(format!("it is due on {}, expected was {}", show(due_on), show(expect.due_on)));
        }
        Ok(wrong)
    }

    fn subjects(&self, kind: &str, names: &mut Names) -> Result<Vec<Given>, String> {
        let mut found = Vec::new();
        for table in &self.case.subjects {
            let name = table.get("id").and_then(toml::Value::as_str).ok_or("a subject needs an id")?;
            let mut fields = table.clone();
            let mut special = |key: &str| fields.remove(key).and_then(|value| day(&value));
            let (since, event) = (special(SPECIAL[0]), special(SPECIAL[1]));
            let mut facts = facts(self.model, kind, &fields, names)?;
            // A subject without a code of its own is called by its name.
            facts.entry("code".to_owned()).or_insert_with(|| Fact::Text(name.to_owned()));
            found.push(Given { id: names.id(name), name: name.to_owned(), facts, since, event });
        }
        Ok(found)
    }

    /// Puts the records into `rows`; what was handed in on the duty's form comes back as days by subject.
    fn records(&self, names: &mut Names, rows: &mut Rows) -> Result<BTreeMap<Id, Vec<Day>>, String> {
        let mut handed_in: BTreeMap<Id, Vec<Day>> = BTreeMap::new();
        let mut number = 0;
        for (register, tables) in &self.case.records {
            for table in tables {
                if register == "duty_evidence" {
                    let subject = table.get("subject").and_then(toml::Value::as_str);
                    let at = table.get("at").and_then(day);
                    let (subject, at) = subject.zip(at).ok_or("duty_evidence needs subject and at")?;
                    handed_in.entry(names.id(subject)).or_default().push(at);
                    continue;
                }
                if self.model.register(register).is_none() {
                    return Err(format!("\"{register}\" is not a known register"));
                }
                number += 1;
                let own = table.get("id").and_then(toml::Value::as_str).map(str::to_owned);
                let id = names.id(&own.unwrap_or_else(|| format!("{register} {number}")));
                let facts = facts(self.model, register, table, names)?;
                rows.put(register, id, facts);
            }
        }
        Ok(handed_in)
    }

    fn names_department(&self, subject: &Given) -> bool {
        let own = &self.duty.who.departments;
        let is = |fact: Option<&Fact>| {
            fact.and_then(Fact::as_text).is_some_and(|code| own.iter().any(|d| d == code))
        };
        own.is_empty() || is(subject.facts.get("code")) || own.contains(&subject.name)
    }

    fn condition(
        &self,
        text: &Option<Spanned<String>>,
        subject: &Given,
        rows: &Rows,
    ) -> Result<Option<Verdict>, String> {
        let Some(text) = text else { return Ok(None) };
        let context = Context::of(self.model, "s", self.duty.who.subject.get_ref());
        let expression = Expression::check(text.get_ref(), &context).map_err(|faults| listed(&faults))?;
        let folded = expression.fold(&Moment::today(self.case.on), self.model);
        Ok(Some(judge(&folded, &[Subject { id: subject.id, facts: &subject.facts }], rows)))
    }

    /// The days of the records that count for a subject, up to the day of the case.
    fn evidence(&self, register: &str, kind: &str, subject: &Given, rows: &Rows) -> Result<Vec<Day>, String> {
        let (Some(proof), Some(of)) = (&self.duty.fulfilled, self.model.register(register)) else {
            return Ok(Vec::new());
        };
        let link = link(of, proof, kind);
        let expression = match &proof.when {
            Some(text) => {
                let context = Context::of(self.model, "r", register);
                Some(Expression::check(text.get_ref(), &context).map_err(|faults| listed(&faults))?)
            }
            None => None,
        };
        let folded = expression.map(|e| e.fold(&Moment::today(self.case.on), self.model));
        let at = proof.at.as_ref().map_or("created_at", |at| at.get_ref().as_str());
        let mut days = Vec::new();
        for (id, facts) in rows.of(register) {
            let belongs = match &link {
                Some(SubjectLink::Reference(field)) => {
                    facts.get(field).and_then(Fact::as_id) == Some(subject.id)
                }
                Some(SubjectLink::Code(field)) => {
                    facts.get(field).is_some() && facts.get(field) == subject.facts.get("code")
                }
                Some(SubjectLink::Itself) => id == subject.id,
                Some(SubjectLink::Whole) => true,
                None => false,
            };
            let counts = || folded.as_ref().is_none_or(|f| judge(f, &[Subject { id, facts }], rows).holds());
            if let Some(day) = facts.get(at).and_then(Fact::as_day)
                && belongs
                && day <= self.case.on
                && counts()
            {
                days.push(day);
            }
        }
        days.sort_unstable();
        Ok(days)
    }

    /// Whether it is fulfilled and whether it is late on the day; None where nothing is owed.
    fn state_of(
        &self,
        subject: &Given,
        days: &[Day],
        rows: &Rows,
        due_on: &mut Option<Day>,
    ) -> Result<Option<(bool, bool)>, String> {
        let on = self.case.on;
        let count = self.duty.fulfilled.as_ref().and_then(|f| f.count).unwrap_or(1) as usize;
        let go_live = self.model.duty_from(self.duty);
        let enough = |from: Day| days.iter().filter(|day| **day >= from).count() >= count;
        Ok(match self.duty.rhythm() {
            Rhythm::Once(_) | Rhythm::Calendar(_) => {
                let Some(instance) = containing(self.duty, go_live, on, self.calendar) else {
                    return Ok(None);
                };
                if subject.since.is_some_and(|since| since > instance.bound_by) {
                    return Ok(None);
                }
                let once = matches!(self.duty.rhythm(), Rhythm::Once(_));
                let done = if once { days.len() >= count } else { enough(instance.first) };
                Some((done, !done && on > instance.due))
            }
            Rhythm::SinceLast(frequency) => {
                let last = days.last().copied().or(subject.since).unwrap_or(go_live);
                let due = after(last, frequency);
                let due = self.duty.due.map_or(due, |d| moved(due, d.span, self.calendar));
                *due_on = Some(due);
                Some((!days.is_empty() && on <= due, on > due))
            }
            Rhythm::Event(within) => {
                let Some(event) = subject.event.filter(|event| *event <= on) else { return Ok(None) };
                let due = moved(event, within, self.calendar);
                *due_on = Some(due);
                let done = enough(event);
                Some((done, !done && on > due))
            }
            Rhythm::Always => {
                let verdict = self.condition(&self.duty.holds, subject, rows)?;
                Some((verdict.as_ref().is_some_and(Verdict::holds), verdict.is_some_and(|v| v.fails())))
            }
        })
    }
}

enum Proof<'a> {
    Records(&'a str),
    HandedIn,
    Condition,
}

fn kind_of_proof(duty: &Duty) -> Proof<'_> {
    match duty.record() {
        Some(register) => Proof::Records(register),
        None if duty.holds.is_some() => Proof::Condition,
        None => Proof::HandedIn,
    }
}

fn listed(faults: &[plan::expression::ExpressionFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
