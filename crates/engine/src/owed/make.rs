//! Making what is owed: one case for each subject and period, ahead of the day due. Its id follows from element, subject
//! and period, so that it is made once however often and by however many processes this runs.

use base::{Day, Id, Text};
use judge::{Fact, Facts};
use plan::pack::bound::{Bound, Instance, Recurring, instances};
use plan::pack::{Campaign, Deliverable, Element, Procedure, Register, Shape};
use store::{ChangeSet, Condition, Priority, Query, Scope, Value, WriteError};
use toml::Spanned;

use super::chain;
use super::subjects::Subject;
use crate::case::open::new_head;
use crate::install::program;
use crate::record::Record;
use crate::record::write::title_of;
use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Days ahead of the day due at which a case is made, where the packs set no value `owed.days_ahead`.
const DAYS_AHEAD: i64 = 60;

/// What one element owes, whichever kind it is.
struct Owed<'a> {
    id: &'a str,
    title: &'a Text,
    who: &'a Bound,
    also: &'a [Spanned<String>],
    instances: Vec<Instance>,
    own: Facts,
}

/// Who owes an element, further subjects, and the days on which it is due.
pub(crate) type OwedBy<'a> = (&'a Bound, &'a [Spanned<String>], Vec<Day>);

impl Engine {
    /// Makes what falls due within the next weeks and is not there yet. Gives back how much was made.
    ///
    /// # Errors
    /// The database failed; what was made before stays.
    pub async fn sweep_owed(&self) -> Result<u64, EngineError> {
        let (mut made, last) = (0, self.made_until());
        if let Some(register) = self.model.shaped(Shape::DeliverableCopy) {
            for element in self.model.elements.deliverables.values() {
                made += self.make(register, "deliverable", &self.of_deliverable(element, last)).await?;
            }
        }
        if let Some(register) = self.model.shaped(Shape::CampaignRun) {
            for element in self.model.elements.campaigns.values() {
                made += self.make(register, "campaign", &self.of_campaign(element, last)).await?;
            }
        }
        Ok(made)
    }

    /// The last day for which something is made now.
    fn made_until(&self) -> Day {
        let today = self.today();
        let ahead = self.model.value("owed.days_ahead", today).and_then(toml::Value::as_integer);
        today.plus_days(ahead.unwrap_or(DAYS_AHEAD))
    }

    /// From the day in force, or the plan's day of issue, to `last`, or the end of the plan. What recurs begins no sooner
    /// than the city asks for it.
    fn window(
        &self,
        from: Option<Day>,
        until: Option<Day>,
        every: Option<Recurring>,
        last: Day,
    ) -> (Day, Day) {
        let plan = self.model.plan.as_ref();
        let today = self.today();
        let first = from.or(plan.map(|p| p.issued)).unwrap_or(today);
        let first = every
            .and_then(|recurring| self.model.recurs_from(recurring.every))
            .map_or(first, |live| live.max(first));
        let end = until.or(plan.map(|p| p.until)).unwrap_or(last);
        (first, last.min(end))
    }

    fn of_deliverable<'a>(&self, e: &'a Deliverable, last: Day) -> Owed<'a> {
        let (from, until) = self.window(e.from, e.until, e.every, last);
        let later = |day: Day, count: i32| self.working_days_after(day, count);
        let titles: Vec<String> = e.to.iter().map(|to| chain::title_of_party(&self.model, to)).collect();
        let mut own = Facts::from([("recipients".to_owned(), Fact::Text(titles.join("、")))]);
        let parts: Vec<String> =
            e.parts.iter().enumerate().map(|(at, part)| format!("{}. {}", at + 1, part.zh)).collect();
        if !parts.is_empty() {
            own.insert("parts", Fact::Text(parts.join("\n")));
        }
        chain::set_next(&self.model, &e.to, 0, &mut own);
        Owed {
            id: e.name(),
            title: &e.title,
            who: &e.who,
            also: &e.also,
            instances: instances(e.by, e.every, e.due, from, until, &later),
            own,
        }
    }

    /// Who owes an element, further subjects, and the days on which it is due between its going live and the days ahead.
    pub(crate) fn owed_by(&self, kind: &str, id: &str) -> Option<OwedBy<'_>> {
        self.owed_until(kind, id, self.made_until())
    }

    /// The day on which a document or campaign is due for the first time, while that lies too far ahead for it to be made.
    pub(crate) fn first_owed(&self, kind: &str, id: &str) -> Option<Day> {
        let end = self.model.plan.as_ref()?.until;
        let (_, _, days) = self.owed_until(kind, id, end)?;
        days.first().copied().filter(|due| *due > self.made_until())
    }

    fn owed_until(&self, kind: &str, id: &str, last: Day) -> Option<OwedBy<'_>> {
        let owed = match kind {
            "deliverable" => self.of_deliverable(self.model.elements.deliverables.get(id)?, last),
            _ => self.of_campaign(self.model.elements.campaigns.get(id)?, last),
        };
        Some((owed.who, owed.also, owed.instances.iter().map(|i| i.due).collect()))
    }

    fn of_campaign<'a>(&self, e: &'a Campaign, last: Day) -> Owed<'a> {
        let (from, until) = self.window(e.from, e.until, e.every, last);
        let later = |day: Day, count: i32| self.working_days_after(day, count);
        let mut own = Facts::new();
        if let Some(target) = self.target_of(e) {
            own.insert("target", Fact::Integer(target));
        }
        if let Some(count) = &e.count {
            own.insert("unit", Fact::Text(count.unit.zh.clone()));
        }
        let proof: Vec<&str> = e.proof.iter().map(|f| f.title.zh.as_str()).collect();
        own.insert("proof_wanted", Fact::Text(proof.join("、")));
        let by = if e.every.is_some() { None } else { e.by.or(e.held_until) };
        Owed {
            id: e.name(),
            title: &e.title,
            who: &e.who,
            also: &e.also,
            instances: instances(by, e.every, e.due, from, until, &later),
            own,
        }
    }

    /// How many are wanted, by the value in force today.
    fn target_of(&self, e: &Campaign) -> Option<i64> {
        use plan::expression::{Context, NumberExpression};
        let number = match e.count.as_ref()?.target.as_ref()?.get_ref() {
            toml::Value::Integer(number) => return Some(*number),
            toml::Value::Float(number) => *number,
            toml::Value::String(text) => {
                let fixed = plan::pack::elements::fixed_subjects(&self.model);
                let number = NumberExpression::check(text, &Context::of(&fixed, "s", "subject")).ok()?;
                let folded = number.fold(&self.moment(self.today()), &self.model);
                judge::verdict::number(&folded, &[], &super::subjects::Nothing).ok()?
            }
            _ => return None,
        };
        // A count is whole; a target of 9.5 is reached with ten.
        #[expect(clippy::cast_possible_truncation, reason = "a target is a small whole number")]
        let whole = number.ceil() as i64;
        Some(whole)
    }

    pub(crate) fn working_days_after(&self, day: Day, count: i32) -> Day {
        self.calendar.plus_working_days(day, u32::try_from(count).unwrap_or(0))
    }

    async fn make(&self, register: &Register, kind: &str, owed: &Owed<'_>) -> Result<u64, EngineError> {
        let mut made = 0;
        for instance in &owed.instances {
            let mut bounds = vec![owed.who.clone()];
            bounds.extend(owed.also.iter().map(|subject| Bound {
                subject: subject.clone(),
                when: None,
                departments: Vec::new(),
            }));
            for who in &bounds {
                let mut after = None;
                loop {
                    // Who is bound is asked for the day due, or for today while that lies ahead.
                    let day = instance.due.min(self.today());
                    let (subjects, next) = self.bound(who, day, after).await?;
                    made += self.make_some(register, kind, owed, instance, &subjects).await?;
                    after = next;
                    if after.is_none() {
                        break;
                    }
                }
            }
        }
        Ok(made)
    }

    async fn make_some(
        &self,
        register: &Register,
        kind: &str,
        owed: &Owed<'_>,
        instance: &Instance,
        subjects: &[Subject],
    ) -> Result<u64, EngineError> {
        let ids: Vec<Id> = subjects.iter().map(|s| id_of(kind, owed.id, s, &instance.period)).collect();
        if ids.is_empty() {
            return Ok(0);
        }
        let query = Query::of(table_name(register.name()), Scope::system("what is owed already"))
            .columns(&["id"])
            .filter(Condition::In("id".into(), ids.iter().map(|id| Value::Id(*id)).collect()))
            .limit(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        let rows = self.database.select(&query).await?;
        let there = rows.iter().map(|row| row.id("id")).collect::<Result<Vec<Id>, _>>()?;
        let mut sets = Vec::new();
        for (subject, id) in subjects.iter().zip(&ids).filter(|(_, id)| !there.contains(id)) {
            sets.extend(self.new_owed(register, kind, owed, instance, subject, *id).await?);
        }
        let mut made = 0;
        for result in self.database.apply_bulk(sets).await {
            match result {
                Ok(_) => made += 1,
                // Another process was faster.
                Err(WriteError::Duplicate { .. } | WriteError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(made)
    }

    async fn new_owed(
        &self,
        register: &Register,
        kind: &str,
        owed: &Owed<'_>,
        instance: &Instance,
        subject: &Subject,
        id: Id,
    ) -> Result<Option<ChangeSet>, EngineError> {
        let Some(procedure) = self.procedure_for(register, kind, subject.kind) else { return Ok(None) };
        let text = |value: &str| Fact::Text(value.to_owned());
        let mut facts = owed.own.clone();
        facts.extend([
            (super::ELEMENT.to_owned(), text(owed.id)),
            ("name".to_owned(), Fact::Text(named(owed.title, instance))),
            ("subject_kind".to_owned(), text(subject.kind)),
            ("subject_id".to_owned(), text(&subject.id)),
            ("subject_title".to_owned(), text(&subject.title)),
            ("period".to_owned(), text(&instance.period)),
            ("due_on".to_owned(), Fact::Day(instance.due)),
        ]);
        let place = &subject.place;
        if !place.organisation.is_nil() {
            facts.insert("enterprise", Fact::Reference(place.organisation));
        }
        for (name, code) in [("county", &place.county), ("township", &place.township), ("park", &place.park)]
        {
            if !code.is_empty() {
                facts.insert(name, text(code));
            }
        }
        let actor = program();
        let now = self.now();
        let mut head = new_head(now, actor.account);
        let first = procedure.states.first().map_or("", |s| s.id.as_str());
        crate::case::enter(self, procedure, first, now, &facts, &mut head);
        let title = title_of(register, &facts, &self.model);
        let code = self.next_code(&register.code, place, instance.due).await?;
        let record = Record {
            case: Some(head),
            code,
            ..Record::new(id, register, title, place.clone(), facts, &actor, now)
        };
        let mut set = self.opening_set(&actor, procedure, register, &record);
        set.priority = Priority::Low;
        Ok(Some(set))
    }

    /// `deliverable.county` for a county; whatever is owed by a department, a park or the city itself is of the city.
    fn procedure_for(&self, register: &Register, kind: &str, subject: &str) -> Option<&Procedure> {
        let level = if matches!(subject, "department" | "city" | "park") { "city" } else { subject };
        let name = format!("{kind}.{level}");
        self.model.procedure(&name).filter(|p| p.register == register.name())
    }
}

/// The title with the period behind it; what is due once needs none.
fn named(title: &Text, instance: &Instance) -> String {
    if instance.period == instance.due.to_string() {
        return title.zh.clone();
    }
    format!("{}（{}）", title.zh, instance.period)
}

/// FNV-1a, 128 bits, as for records that come with packs.
fn id_of(kind: &str, element: &str, subject: &Subject, period: &str) -> Id {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for part in ["owed", kind, element, subject.kind, &subject.id, period] {
        for byte in part.bytes().chain([0]) {
            hash ^= u128::from(byte);
            hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
        }
    }
    Id::from_u128(hash)
}
