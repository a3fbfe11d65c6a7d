//! Checklists on site: who inspects answers each item of a list that fits what is inspected; what fails becomes a hazard
//! by the ordinary route of the one who looks, and what a list calls major a suspicion that people judge. The answers are
//! kept with the words of the items as they were.

use std::collections::BTreeSet;

use base::{Day, Id, Problem, Problems};
use city::{Actor, Place};
use judge::{Fact, Facts, fact::fact};
use plan::pack::checklist::{ChecklistItem, HazardLevel};
use plan::pack::{Checklist, Element as _, Register, Shape};
use serde_json::{Value as Json, json};
use store::Applied;

use crate::record::Record;
use crate::record::change_set::{insert, journal};
use crate::record::write::{Sending, title_of};
use crate::{Engine, EngineError};

/// By which a person of the enterprise reports what they found.
const OWN: &str = "hazard.general";
/// By which an agency orders what it found to be put right.
const AGENCY: &str = "hazard.agency";
/// By which a suspicion is judged.
const SUSPECTED: &str = "hazard.suspected";
/// Longest remark, in characters.
const LONGEST: usize = 600;

/// What was seen of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// As it should be.
    Meets,
    /// Not as it should be.
    Fails,
    /// There is no such thing here.
    NotApplicable,
}

impl Answer {
    /// As forms send it and records keep it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Meets => "meets",
            Self::Fails => "fails",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The answer of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Meets, Self::Fails, Self::NotApplicable].into_iter().find(|answer| answer.name() == name)
    }
}

/// One answered item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The item.
    pub item: String,
    /// What was seen.
    pub answer: Answer,
    /// Words.
    pub remark: String,
    /// Photos by content hash.
    pub photos: Vec<String>,
}

/// A filled list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filled {
    /// The answers, one for each item.
    pub answers: Vec<Answered>,
    /// By when what failed is to be put right; an agency must say so.
    pub deadline: Option<Day>,
    /// A remark about the whole.
    pub remark: String,
}

/// What a filled list wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The record.
    pub record: Id,
    /// The hazards, in the order of the items that failed.
    pub hazards: Vec<Id>,
}

/// Everything that is known when a list is filled.
struct Visit<'a> {
    list: &'a Checklist,
    subject: &'a Record,
    filled: &'a Filled,
    /// The route of a general hazard, and the source that it names.
    route: (&'static str, &'static str),
}

impl Engine {
    /// The checklist of that name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where there is none in force.
    pub fn checklist(&self, id: &str) -> Result<&Checklist, EngineError> {
        let found = self.model.elements.checklists.get(id).ok_or(EngineError::NotFound)?;
        let issued = self.model.plan.as_ref().map(|plan| plan.issued);
        if found.in_force(self.today(), issued) { Ok(found) } else { Err(EngineError::NotFound) }
    }

    /// The register of what a list is about: its own, or enterprises where it is made for a sector.
    ///
    /// # Errors
    /// No pack has it.
    pub fn subject_of(&self, list: &Checklist) -> Result<&Register, EngineError> {
        let named = self.model.register(list.of.get_ref());
        named.or_else(|| self.model.shaped(Shape::Enterprise)).ok_or(EngineError::NotFound)
    }

    /// Whether the actor inspects at `place`: whoever may report what fails there.
    #[must_use]
    pub fn inspects(&self, actor: &Actor, place: &Place) -> bool {
        self.route(actor, place).is_some()
    }

    /// People of the enterprise report by its own route, agencies by theirs.
    fn route(&self, actor: &Actor, place: &Place) -> Option<(&'static str, &'static str)> {
        let roles: BTreeSet<String> = actor.roles_over(place);
        let may = |name: &str| {
            let opening = self.model.procedure(name).and_then(|p| p.opening.as_ref());
            opening.is_some_and(|opening| opening.by.iter().any(|role| roles.contains(role)))
        };
        if may(OWN) {
            return Some((OWN, "self_check"));
        }
        may(AGENCY).then_some((AGENCY, "agency_inspection"))
    }

    /// Whether failed items at `place` need a day by which they are put right.
    #[must_use]
    pub fn sets_deadline(&self, actor: &Actor, place: &Place) -> bool {
        self.route(actor, place).is_some_and(|(route, _)| route == AGENCY)
    }

    /// The checklists that fit a record, for somebody who inspects there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn checklists_for(
        &self,
        actor: &Actor,
        record: &Record,
    ) -> Result<Vec<&Checklist>, EngineError> {
        let mut found = Vec::new();
        if !self.inspects(actor, &record.place) {
            return Ok(found);
        }
        for id in self.model.elements.checklists.keys() {
            if let Ok(list) = self.checklist(id)
                && self.list_fits(list, record).await?
            {
                found.push(list);
            }
        }
        Ok(found)
    }

    async fn list_fits(&self, list: &Checklist, record: &Record) -> Result<bool, EngineError> {
        let register = self.subject_of(list)?;
        if register.name() != record.register {
            return Ok(false);
        }
        if self.model.register(list.of.get_ref()).is_none() {
            return Ok(record.place.sector == *list.of.get_ref());
        }
        let when = list.when.as_ref().map(|w| w.get_ref().as_str());
        self.fits(register, ("s", when), record.id).await
    }

    /// Keeps a filled list and opens the hazards of what failed, in one change.
    ///
    /// # Errors
    /// The subject is not visible or the list does not fit it, the actor does not inspect there, an item has no answer, a
    /// failed one neither words nor photo, or an agency names no day for putting it right.
    pub async fn fill_checklist(
        &self,
        actor: &Actor,
        list: &str,
        subject: Id,
        filled: &Filled,
        sending: &Sending,
    ) -> Result<Inspected, EngineError> {
        let list = self.checklist(list)?;
        let register = self.subject_of(list)?;
        self.record(actor, register.name(), subject).await?;
        let subject = self.any_record(register.name(), subject).await?.ok_or(EngineError::NotFound)?;
        if !self.list_fits(list, &subject).await? {
            return Err(EngineError::NotFound);
        }
        let Some(route) = self.route(actor, &subject.place) else {
            return Err(EngineError::Refused(Problem::new("checklist.not_yours")));
        };
        if let Some(before) = self.earlier(sending).await?.and_then(|made| read(&made)) {
            return Ok(before);
        }
        let visit = Visit { list, subject: &subject, filled, route };
        visit.check(self.today()).or(())?;
        self.keep_visit(actor, &visit, sending).await
    }

    async fn keep_visit(
        &self,
        actor: &Actor,
        visit: &Visit<'_>,
        sending: &Sending,
    ) -> Result<Inspected, EngineError> {
        let records = self.model.shaped(Shape::ChecklistRecord).ok_or(EngineError::NotFound)?;
        let hazards = self.model.shaped(Shape::Hazard).ok_or(EngineError::NotFound)?;
        let mut opened: Vec<(String, Record)> = Vec::new();
        let mut set = store::ChangeSet::new();
        for (item, answered) in visit.failed() {
            // What stands for no enterprise has no route of hazards: the record alone keeps it.
            if visit.subject.place.organisation.is_nil() {
                continue;
            }
            let (route, facts) = self.hazard_of(visit, item, answered).await?;
            let procedure = self.model.procedure(route).ok_or(EngineError::NotFound)?;
            let hazard = self.prepare_case(actor, procedure, hazards, &facts).await?;
            set.append(self.opening_set(actor, procedure, hazards, &hazard));
            self.follow(actor, hazards, None, &hazard, &mut set).await?;
            set.changes.extend(self.name_attachments(actor, hazard.id, &Facts::new(), &hazard.facts).await?);
            opened.push((answered.item.clone(), hazard));
        }
        let record = self.visit_record(actor, records, visit, &opened).await?;
        let written = insert(&self.model, records, &record);
        set.append(written);
        set.journal.push(journal(actor, "fill", &record, self.now(), &record.facts));
        set.changes.extend(self.name_attachments(actor, record.id, &Facts::new(), &record.facts).await?);
        let opened: Vec<Record> = opened.into_iter().map(|(_, hazard)| hazard).collect();
        self.judge_one(records, None, &record, &opened, &mut set).await?;
        let made = Inspected { record: record.id, hazards: opened.iter().map(|h| h.id).collect() };
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        set.result = written_as(&made);
        match self.database.apply(set).await? {
            Applied::Done => {
                self.duties_follow(records, None, &record).await;
                for hazard in &opened {
                    self.duties_follow(hazards, None, hazard).await;
                }
                Ok(made)
            }
            Applied::AlreadyDone(before) => Ok(read(&before).unwrap_or(made)),
        }
    }

    /// The route of a failed item and what the hazard knows from it.
    async fn hazard_of(
        &self,
        visit: &Visit<'_>,
        item: &ChecklistItem,
        answered: &Answered,
    ) -> Result<(&'static str, Facts), EngineError> {
        let text = |text: &str| Fact::Text(text.to_owned());
        let mut description = format!("{}：{}", item.look.zh, item.judge.zh);
        if !answered.remark.trim().is_empty() {
            description = format!("{}；{}", answered.remark.trim(), description);
        }
        let mut facts = Facts::from([
            ("enterprise".to_owned(), Fact::Reference(visit.subject.place.organisation)),
            ("description".to_owned(), Fact::Text(description.chars().take(1000).collect())),
            ("basis".to_owned(), Fact::Text(item.basis.zh.chars().take(200).collect())),
            ("source".to_owned(), text(visit.route.1)),
        ]);
        if !answered.photos.is_empty() {
            facts.insert("photo_before", Fact::List(answered.photos.clone()));
        }
        if let Some(day) = visit.filled.deadline {
            facts.insert("deadline", Fact::Day(day));
        }
        if let Some(criterion) = self.criterion(item).await? {
            facts.insert("criterion", Fact::Reference(criterion));
        }
        let route = if item.level == HazardLevel::Major { SUSPECTED } else { visit.route.0 };
        Ok((route, facts))
    }

    async fn criterion(&self, item: &ChecklistItem) -> Result<Option<Id>, EngineError> {
        let (Some(code), Some(register)) = (&item.criterion, self.model.shaped(Shape::Criterion)) else {
            return Ok(None);
        };
        let Some(field) = register.identity.first() else { return Ok(None) };
        let found = self.rows_with(register, field, &[&Fact::Text(code.clone())], 1).await?;
        Ok(found.first().map(|record| record.id))
    }

    async fn visit_record(
        &self,
        actor: &Actor,
        records: &Register,
        visit: &Visit<'_>,
        opened: &[(String, Record)],
    ) -> Result<Record, EngineError> {
        let (now, place) = (self.now(), visit.subject.place.clone());
        let text = |text: &str| Fact::Text(text.to_owned());
        let count = |wanted: Answer| {
            let count = visit.filled.answers.iter().filter(|a| a.answer == wanted).count();
            Fact::Integer(i64::try_from(count).unwrap_or(i64::MAX))
        };
        let photos: Vec<String> = visit.filled.answers.iter().flat_map(|a| a.photos.clone()).collect();
        let mut facts = Facts::from([
            ("list".to_owned(), text(visit.list.name())),
            ("name".to_owned(), Fact::Text(format!("{}：{}", visit.list.title.zh, visit.subject.title))),
            ("register".to_owned(), text(&visit.subject.register)),
            ("record".to_owned(), Fact::Text(visit.subject.id.to_string())),
            ("result".to_owned(), text(if visit.failed().next().is_some() { "failed" } else { "met" })),
            ("met".to_owned(), count(Answer::Meets)),
            ("failed".to_owned(), count(Answer::Fails)),
            ("left_out".to_owned(), count(Answer::NotApplicable)),
            ("answers".to_owned(), Fact::Structure(visit.kept(opened))),
            ("checked_at".to_owned(), Fact::Instant(now)),
            ("checked_by".to_owned(), Fact::Reference(actor.account)),
        ]);
        let remark: String = visit.filled.remark.trim().chars().take(LONGEST).collect();
        let further = [
            ("remark", Fact::Text(remark)),
            ("photos", Fact::List(photos)),
            ("deadline", visit.filled.deadline.map_or(Fact::Empty, Fact::Day)),
            ("county", text(&place.county)),
            ("township", text(&place.township)),
            ("park", text(&place.park)),
        ];
        facts.extend(further.into_iter().map(|(name, fact)| (name.to_owned(), fact)));
        if !place.organisation.is_nil() {
            facts.insert("enterprise", Fact::Reference(place.organisation));
        }
        facts.retain(|name, fact| records.field(name).is_some() && !fact.is_empty());
        let title = title_of(records, &facts, &self.model);
        let code = self.next_code(&records.code, &place, now.day()).await?;
        let id = self.new_id_at(now);
        Ok(Record { code, ..Record::new(id, records, title, place, facts, actor, now) })
    }

    /// The answers that a record keeps, for showing.
    #[must_use]
    pub fn answers_of(&self, record: &Record) -> Vec<Json> {
        match fact(&record.facts, "answers") {
            Fact::Structure(Json::Array(answers)) => answers.clone(),
            _ => Vec::new(),
        }
    }
}

impl Visit<'_> {
    fn answer(&self, item: &ChecklistItem) -> Option<&Answered> {
        self.filled.answers.iter().find(|a| a.item == *item.id.get_ref())
    }

    fn failed(&self) -> impl Iterator<Item = (&ChecklistItem, &Answered)> {
        let pairs = self.list.items.iter().filter_map(|item| Some((item, self.answer(item)?)));
        pairs.filter(|(_, answered)| answered.answer == Answer::Fails)
    }

    /// Everything that is missing, each problem at its item.
    fn check(&self, today: Day) -> Problems {
        let mut problems = Problems::default();
        for item in &self.list.items {
            match self.answer(item) {
                None => problems.push(Problem::of(item.id.get_ref().as_str(), "checklist.not_answered")),
                Some(a) if a.answer == Answer::Fails => {
                    if a.remark.trim().is_empty() && a.photos.is_empty() {
                        problems.push(Problem::of(a.item.as_str(), "check.say_what_is_wrong"));
                    }
                }
                Some(_) => {}
            }
        }
        if self.route.0 == AGENCY && self.failed().next().is_some() {
            match self.filled.deadline {
                None => problems.push(Problem::of("deadline", "field.required")),
                Some(day) if day < today => problems.push(Problem::of("deadline", "checklist.past_deadline")),
                Some(_) => {}
            }
        }
        problems
    }

    /// The items as they were worded, with their answers.
    fn kept(&self, opened: &[(String, Record)]) -> Json {
        let one = |item: &ChecklistItem| {
            let answered = self.answer(item)?;
            let hazard = opened.iter().find(|(name, _)| *name == answered.item);
            Some(json!({
                "item": answered.item,
                "look": item.look,
                "basis": item.basis,
                "judge": item.judge,
                "level": if item.level == HazardLevel::Major { "major" } else { "general" },
                "criterion": item.criterion,
                "answer": answered.answer.name(),
                "remark": answered.remark.trim(),
                "photos": answered.photos,
                "hazard": hazard.map(|(_, hazard)| json!({ "id": hazard.id, "code": hazard.code })),
            }))
        };
        Json::Array(self.list.items.iter().filter_map(one).collect())
    }
}

/// As it is kept for a repeated sending: the record, then the hazards.
fn written_as(made: &Inspected) -> String {
    let ids = std::iter::once(made.record).chain(made.hazards.iter().copied());
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}

fn read(text: &str) -> Option<Inspected> {
    let mut ids = text.split(' ').map(str::parse);
    let record = ids.next()?.ok()?;
    Some(Inspected { record, hazards: ids.collect::<Result<_, _>>().ok()? })
}
