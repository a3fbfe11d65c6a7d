//! The hazards of a synthetic enterprise, played through their procedures step by step at times of the past. Every
//! step is asked of the case machine; what it refuses, the demo cannot make.

use std::sync::Arc;

use base::{Chance, Day, FixedClock, Id, Instant, SeededChance};
use city::{Actor, Place};
use engine::Engine;
use engine::case::step::StepRequest;
use engine::record::Record;
use engine::record::change_set::insert;
use engine::tables::CASE_EVENT;
use judge::{Done, Fact, Facts};
use store::{Change, ChangeSet};

use super::codes::Codes;
use super::enterprise::{MadePoint, text};
use super::people::Staff;
use super::photos::Photos;

/// Who else takes part.
pub(super) struct Offices<'a> {
    pub(super) regulator: &'a Actor,
    pub(super) office: &'a Actor,
}

/// Everything that the cases of one enterprise need.
pub(super) struct Scene<'a> {
    pub(super) engine: &'a Engine,
    pub(super) enterprise: Id,
    pub(super) small: bool,
    pub(super) place: &'a Place,
    pub(super) staff: &'a Staff,
    pub(super) offices: Offices<'a>,
    pub(super) points: &'a [MadePoint<'a>],
    pub(super) photos: &'a Photos,
    pub(super) criterion: Option<Id>,
    pub(super) today: Day,
}

/// A case on its way.
struct Play<'a> {
    scene: &'a Scene<'a>,
    engine: Engine,
    record: Record,
    done: Vec<Done>,
    events: Vec<Change>,
    set: ChangeSet,
    chance: SeededChance,
    now: Instant,
}

/// One hazard found `found` days before today; as far on its way as time and chance let it be.
pub(super) fn hazard(
    scene: &Scene<'_>,
    codes: &mut Codes,
    days_ago: i64,
    chance: &mut dyn Chance,
) -> Result<ChangeSet, String> {
    let found = Instant::start_of(scene.today.plus_days(-days_ago))
        .plus_seconds(8 * 3600 + i64::try_from(chance.below(32_000)).unwrap_or(0));
    let mut own = SeededChance::new(chance.next_u64());
    let route = own.below(1000);
    let point = pick_point(scene, &mut own);
    let mut facts = Facts::from([
        ("enterprise", Fact::Reference(scene.enterprise)),
        ("description", text(point.point.fault)),
        ("risk_point", Fact::Reference(point.id)),
        ("check_item", Fact::Reference(point.item)),
        ("measure", Fact::Reference(point.measure)),
        ("photo_before", Fact::List(vec![scene.photos.before.clone()])),
        ("accident_types", Fact::List(vec![point.point.accident.into()])),
        ("source", text("self_check")),
    ]);
    if let Some(unit) = point.unit {
        facts.insert("unit", Fact::Reference(unit));
    }
    let play = |procedure: &str, actor: &Actor, facts: &Facts, codes: &mut Codes| {
        Play::open(scene, procedure, actor, facts, found, own.clone(), codes)
    };
    match route {
        _ if scene.small => {
            facts.insert("deadline", Fact::Day(found.day().plus_days(7)));
            facts.insert("enterprise.small_unit", Fact::YesNo(true));
            play("hazard.micro", &scene.staff.head, &facts, codes)?.micro()
        }
        0..=449 => {
            facts.insert("photo_after", Fact::List(vec![scene.photos.after.clone()]));
            play("hazard.at_once", &scene.staff.worker, &facts, codes)?.at_once()
        }
        450..=849 => play("hazard.general", &scene.staff.worker, &facts, codes)?.general(),
        850..=959 => {
            facts.insert("source", text("agency_inspection"));
            facts.insert("deadline", Fact::Day(found.day().plus_days(15)));
            play("hazard.agency", scene.offices.regulator, &facts, codes)?.agency()
        }
        // Only where many may die is a hazard suspected to be major.
        _ if point.point.lec.2 < 40.0 => {
            play("hazard.general", &scene.staff.worker, &facts, codes)?.general()
        }
        _ => {
            if let Some(criterion) = scene.criterion {
                facts.insert("criterion", Fact::Reference(criterion));
            }
            play("hazard.suspected", &scene.staff.manager, &facts, codes)?.major()
        }
    }
}

fn pick_point<'a>(scene: &'a Scene<'a>, chance: &mut SeededChance) -> &'a MadePoint<'a> {
    let count = scene.points.len().max(1) as u64;
    let at = usize::try_from(chance.below(count)).unwrap_or(0);
    #[expect(
        clippy::indexing_slicing,
        reason = "an enterprise has at least one point, and the draw lies below their number"
    )]
    &scene.points[at]
}

impl<'a> Play<'a> {
    fn open(
        scene: &'a Scene<'a>,
        procedure: &str,
        actor: &Actor,
        facts: &Facts,
        found: Instant,
        mut chance: SeededChance,
        codes: &mut Codes,
    ) -> Result<Self, String> {
        let engine =
            scene.engine.at(Arc::new(FixedClock(found)), Box::new(SeededChance::new(chance.next_u64())));
        let model = Arc::clone(&engine.model);
        let definition =
            model.procedure(procedure).ok_or_else(|| format!("the packs have no procedure {procedure}"))?;
        let register = model.register(&definition.register).ok_or("the packs have no hazards")?;
        let mut record = engine
            .new_case(actor, definition, register, facts, scene.place.clone())
            .map_err(|error| format!("{procedure}: {error}"))?;
        record.facts.insert("synthetic", Fact::YesNo(true));
        record.code = codes.next(&register.code, &scene.place.county, found.day());
        let mut set = engine.opening_set(actor, definition, register, &record);
        let events = set.changes.drain(..).filter(is_event).collect();
        let done = vec![Done { step: "open".into(), by: actor.account }];
        Ok(Self { scene, engine, record, done, events, set, chance, now: found })
    }

    /// Takes a step after at least `hours`; false when that lies in the future.
    fn step(
        &mut self,
        actor: &Actor,
        step: &str,
        hours: u64,
        facts: &Facts,
        reason: &str,
    ) -> Result<bool, String> {
        let later = hours * 3600 + self.chance.below(hours * 3600 + 1);
        let now = self.now.plus_seconds(i64::try_from(later).unwrap_or(0));
        // Some cases are left lying: they are what the demo shows as late.
        if now.day() >= self.scene.today || self.chance.one_in(1, 120) {
            return Ok(false);
        }
        let chance = Box::new(SeededChance::new(self.chance.next_u64()));
        self.engine = self.scene.engine.at(Arc::new(FixedClock(now)), chance);
        let model = Arc::clone(&self.engine.model);
        let register = model.register(&self.record.register).ok_or("the packs have no hazards")?;
        let facts = &on_the_day(facts, now.day());
        let request = StepRequest { step, version: self.record.version, facts, reason };
        let (record, set) = self
            .engine
            .turn(actor, register, &self.record, &self.done, &request)
            .map_err(|error| format!("step {step}: {error}"))?;
        self.record = record;
        self.events.extend(set.changes.into_iter().filter(is_event));
        self.set.journal.extend(set.journal);
        self.done.push(Done { step: step.into(), by: actor.account });
        self.now = now;
        Ok(true)
    }

    /// Everything that is stored of the case as it stands now.
    fn stored(mut self) -> Result<ChangeSet, String> {
        let model = Arc::clone(&self.engine.model);
        let register = model.register(&self.record.register).ok_or("the packs have no hazards")?;
        let procedure = self
            .record
            .case
            .as_ref()
            .and_then(|c| model.procedure(&c.procedure))
            .ok_or("the case has no procedure")?;
        let mut set = insert(&model, register, &self.record);
        set.journal = std::mem::take(&mut self.set.journal);
        set.changes.append(&mut self.events);
        set.changes.extend(self.engine.waiting_inserts(&self.record, procedure));
        Ok(set)
    }

    fn after(&self) -> Facts {
        Facts::from([
            ("photo_after", Fact::List(vec![self.scene.photos.after.clone()])),
            ("measures_taken", text("按标准整改到位，现场复核合格（模拟）")),
        ])
    }

    fn paper(&self) -> Fact {
        Fact::List(vec![self.scene.photos.paper.clone()])
    }

    fn today(&self) -> Fact {
        Fact::Day(self.now.day())
    }

    fn assignment(&self, to: &Actor, days: i64) -> Facts {
        Facts::from([
            ("responsible", Fact::Reference(to.account)),
            ("deadline", Fact::Day(self.now.day().plus_days(days))),
        ])
    }

    /// What is handed in when it was put right; a few forget the day.
    fn put_right(&mut self) -> Facts {
        let mut facts = self.after();
        if self.chance.one_in(29, 30) {
            facts.insert("done_on", self.today());
        }
        facts
    }

    fn micro(mut self) -> Result<ChangeSet, String> {
        let head = self.scene.staff.head.clone();
        // Most take two photos; the others are seen at the regulator's next visit.
        if self.chance.one_in(3, 4) {
            self.step(&head, "fixed_at_once", 48, &self.after(), "")?;
        } else if self.step(&head, "report_done", 48, &Facts::new(), "")? {
            let by = Facts::from([("acceptors", text("到访人员（模拟）"))]);
            let regulator = self.scene.offices.regulator.clone();
            self.step(&regulator, "seen_at_visit", 120, &by, "")?;
        }
        self.stored()
    }

    fn at_once(mut self) -> Result<ChangeSet, String> {
        let leader = self.scene.staff.leader.clone();
        self.step(&leader, "confirm", 2, &Facts::new(), "")?;
        self.stored()
    }

    fn general(mut self) -> Result<ChangeSet, String> {
        let staff = self.scene.staff.clone();
        let assignment = self.assignment(&staff.worker, 10);
        if !self.step(&staff.manager, "assign", 12, &assignment, "")? {
            return self.stored();
        }
        let done = self.put_right();
        if !self.step(&staff.worker, "report_done", 48, &done, "")? {
            return self.stored();
        }
        if self.chance.one_in(1, 8) {
            if !self.step(&staff.leader, "reject", 12, &Facts::new(), "防护仍有松动，重新加固（模拟）")?
            {
                return self.stored();
            }
            let again = self.put_right();
            if !self.step(&staff.worker, "report_done", 24, &again, "")? {
                return self.stored();
            }
        }
        self.step(&staff.leader, "accept", 12, &Facts::new(), "")?;
        self.stored()
    }

    fn agency(mut self) -> Result<ChangeSet, String> {
        let staff = self.scene.staff.clone();
        let regulator = self.scene.offices.regulator.clone();
        let assignment = Facts::from([("responsible", Fact::Reference(staff.worker.account))]);
        let done = self.put_right();
        if self.step(&staff.manager, "assign", 12, &assignment, "")?
            && self.step(&staff.worker, "report_done", 72, &done, "")?
        {
            let mut facts = self.after();
            facts.insert("verified_on", self.today());
            facts.insert("verification_record", self.paper());
            self.step(&regulator, "pass_reinspection", 48, &facts, "")?;
        }
        self.stored()
    }

    fn major(mut self) -> Result<ChangeSet, String> {
        let staff = self.scene.staff.clone();
        let (regulator, office) = (self.scene.offices.regulator.clone(), self.scene.offices.office.clone());
        let judged = Facts::from([
            ("judge_panel", text("三人评判组（模拟）")),
            ("judged_on", self.today()),
            ("judgement_reason", text("符合判定标准所列情形（模拟）")),
        ]);
        let mut plan = self.assignment(&staff.worker, 60);
        plan.insert("measures", text("更换设备并恢复联锁（模拟）"));
        plan.insert("funds", Fact::Integer(8_000_000));
        plan.insert("contingency_plan", text("整改期间停用该单元，专人看护（模拟）"));
        let guard = Facts::from([
            ("interim_guard", text("停用、设警戒、专人看护（模拟）")),
            ("guard_person", text("当班班长（模拟）")),
            ("stop_state", text("partial")),
        ]);
        let done = self.put_right();
        let go = self.step(&regulator, "judge_major", 24, &judged, "")?
            && self.step(&staff.head, "plan", 48, &plan, "")?
            && self.step(&staff.manager, "guard", 4, &guard, "")?
            && self.step(&staff.worker, "report_done", 480, &done, "")?;
        if go {
            let accepted = Facts::from([
                ("acceptance_record", self.paper()),
                ("recheck_on", self.today()),
                ("acceptors", text("企业验收组（模拟）")),
            ]);
            let verified =
                Facts::from([("verified_on", self.today()), ("verification_record", self.paper())]);
            let struck = Facts::from([
                ("listing_authority", text("县安委会（模拟）")),
                ("struck_off_on", self.today()),
            ]);
            let _ = self.step(&staff.manager, "accept", 24, &accepted, "")?
                && self.step(&regulator, "verify", 72, &verified, "")?
                && self.step(&office, "strike_off", 48, &struck, "")?;
        }
        self.stored()
    }
}

fn is_event(change: &Change) -> bool {
    matches!(change, Change::Insert { table, .. } if table == CASE_EVENT)
}

/// Days of judging, putting right, rechecking, verifying and striking off are those of the step itself.
fn on_the_day(facts: &Facts, day: Day) -> Facts {
    let dated = ["judged_on", "done_on", "recheck_on", "verified_on", "struck_off_on"];
    let mut facts = facts.clone();
    for name in dated {
        if let Some(fact) = facts.get_mut(name) {
            *fact = Fact::Day(day);
        }
    }
    facts
}
