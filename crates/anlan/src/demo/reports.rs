//! What a synthetic enterprise reports and records beside its hazards: archives of major risks, reports of major risks,
//! double reports with and without receipt, daily checks.

use base::{Chance, Day, Id, Instant, SeededChance};
use city::{Actor, Place};
use judge::{Fact, Facts};
use store::ChangeSet;

use super::course::Course;
use super::enterprise::{Firm, MadePoint, text};
use super::later::Later;
use super::people::Staff;
use super::persons::Persons;
use super::photos::Photos;

/// The enterprise and the people who act for and over it.
pub(super) struct Life<'a> {
    pub(super) firm: &'a Firm<'a>,
    pub(super) enterprise: Id,
    pub(super) place: &'a Place,
    pub(super) staff: &'a Staff,
    pub(super) persons: &'a Persons,
    pub(super) regulator: &'a Actor,
    pub(super) points: &'a [MadePoint<'a>],
    pub(super) photos: &'a Photos,
    pub(super) today: Day,
}

/// A quarter before today with its last day: "2021年第一季度", 2021-03-31.
fn last_quarter(today: Day) -> (String, Day) {
    let quarter = (today.month() - 1) / 3;
    let (year, quarter) = if quarter == 0 { (today.year() - 1, 4) } else { (today.year(), quarter) };
    let name = match quarter {
        1 => "一",
        2 => "二",
        3 => "三",
        _ => "四",
    };
    let next = Day::new(year + i32::from(quarter == 4), quarter % 4 * 3 + 1, 1).unwrap_or(today);
    (format!("{year}年第{name}季度"), next.plus_days(-1))
}

fn number(value: u64) -> Fact {
    Fact::Integer(i64::try_from(value).unwrap_or(0))
}

impl Life<'_> {
    fn red(&self) -> impl Iterator<Item = &MadePoint<'_>> {
        self.points.iter().filter(|point| point.grade == "red")
    }

    /// Everything, as it is stored.
    pub(super) fn lived(&self, later: &mut Later<'_>) -> Result<(), String> {
        let archives = self.archives(later)?;
        self.checks(later)?;
        let shown = self.firm.number == 1;
        let red = self.red().count() > 0;
        if red && (shown || later.chance.one_in(2, 3)) {
            let set = self.risk_report(later, &archives)?;
            later.sets.push(set);
        }
        if shown || (self.firm.headcount >= 10 && later.chance.one_in(1, 3)) {
            let set = self.double_report(later)?;
            later.sets.push(set);
        }
        Ok(())
    }

    /// A file for most red points; the page that lists red points without one has something to list too.
    fn archives(&self, later: &mut Later<'_>) -> Result<Vec<Id>, String> {
        let mut made = Vec::new();
        for point in self.red() {
            if self.firm.number > 1 && later.chance.one_in(1, 5) {
                continue;
            }
            let day = self.today.plus_days(-200 - i64::try_from(later.chance.below(150)).unwrap_or(0));
            let mut facts = Facts::from([
                ("enterprise", Fact::Reference(self.enterprise)),
                ("risk_point", Fact::Reference(point.id)),
                ("part", text(point.point.name)),
                ("department", text("生产部（模拟）")),
                ("responsible_person", Fact::Reference(self.persons.manager)),
                ("accident_types", Fact::List(vec![point.point.accident.into()])),
                ("consequence", text("可能造成多人伤亡（模拟）")),
                ("assessment", Fact::Text(format!("{}，评估为重大风险（模拟）", point.point.factor))),
                ("assessed_on", Fact::Day(day)),
                ("plan_name", Fact::Text(format!("{}专项应急预案", point.point.name))),
                ("plan_number", Fact::Text(format!("MN-{:06}", self.firm.number))),
                ("drilled_on", Fact::Day(self.today.plus_days(-60))),
                ("joint_control", Fact::List(vec!["enterprise".into(), "workshop".into(), "team".into()])),
                ("control_enterprise", Fact::Reference(self.persons.head)),
                ("measures", text(point.point.measure)),
                ("sign_posted", Fact::YesNo(true)),
                ("sign_photo", Fact::List(vec![self.photos.board.clone()])),
                ("signed_by", Fact::Reference(self.staff.head.account)),
                ("signed_on", Fact::Day(day.plus_days(5))),
            ]);
            if let Some(leader) = self.persons.leader {
                facts.insert("control_team", Fact::Reference(leader));
            }
            if let Some(worker) = self.persons.worker {
                facts.insert("control_post", Fact::Reference(worker));
            }
            let at = Instant::start_of(day.plus_days(5)).plus_seconds(10 * 3600);
            made.push(later.record(at, &self.staff.manager, "major_risk_archive", &facts, "")?.id);
        }
        Ok(made)
    }

    /// The plant that is shown checks every day, a fifth of the others leave a few records.
    fn checks(&self, later: &mut Later<'_>) -> Result<(), String> {
        let shown = self.firm.number == 1;
        if !shown && !later.chance.one_in(1, 5) {
            return Ok(());
        }
        for ago in 1..=if shown { 14 } else { 2 } {
            for point in self.points {
                if later.chance.one_in(1, 10) {
                    continue;
                }
                let seconds = 7 * 3600 + i64::try_from(later.chance.below(9 * 3600)).unwrap_or(0);
                let at = Instant::start_of(self.today.plus_days(-ago)).plus_seconds(seconds);
                let mut facts = Facts::from([
                    ("enterprise", Fact::Reference(self.enterprise)),
                    ("item", Fact::Reference(point.item)),
                    ("result", text("pass")),
                    ("checked_at", Fact::Instant(at)),
                    ("checked_by", Fact::Reference(self.staff.worker.account)),
                ]);
                if let Some(unit) = point.unit {
                    facts.insert("unit", Fact::Reference(unit));
                }
                let what = point.point.look.split('，').next().unwrap_or(point.point.look);
                later.record(at, &self.staff.worker, "check_record", &facts, what)?;
            }
        }
        Ok(())
    }

    /// When a report about the last quarter is drawn up: within the ten days after it.
    fn drawn_up(&self, later: &mut Later<'_>, as_of: Day) -> Instant {
        let day = as_of.plus_days(2 + i64::try_from(later.chance.below(8)).unwrap_or(0));
        Instant::start_of(day.min(self.today.plus_days(-3))).plus_seconds(9 * 3600)
    }

    fn receipt(&self, later: &mut Later<'_>) -> Facts {
        Facts::from([
            ("receipt_number", Fact::Text(format!("回执（模拟）{:05}", later.chance.below(100_000)))),
            ("regulator", Fact::Text(format!("{}应急管理局", self.firm.county_name))),
        ])
    }

    fn risk_report(&self, later: &mut Later<'_>, archives: &[Id]) -> Result<ChangeSet, String> {
        let (period, as_of) = last_quarter(self.today);
        let orange = self.points.iter().filter(|p| p.grade == "orange").count() as u64;
        let mut facts = Facts::from([
            ("enterprise", Fact::Reference(self.enterprise)),
            ("period_kind", text("quarter")),
            ("period", Fact::Text(period)),
            ("as_of", Fact::Day(as_of)),
            ("red_count", number(self.red().count() as u64)),
            ("orange_count", number(orange)),
            ("summary", text("重大风险均已落实多级联控（模拟）")),
        ]);
        if !archives.is_empty() {
            facts.insert("archives", Fact::List(archives.iter().map(Id::to_string).collect()));
        }
        let at = self.drawn_up(later, as_of);
        let chance = SeededChance::new(later.chance.next_u64());
        let mut course = Course::open(
            later.engine,
            "risk.report",
            &self.staff.manager,
            &facts,
            self.place,
            at,
            self.today,
            later.codes,
            chance,
        )?;
        let signed = Facts::from([("signed_scan", Fact::List(vec![self.photos.statistics.clone()]))]);
        // One in four waits for the head, one in four for the regulator.
        let far = later.chance.below(4);
        if far > 0 && course.step(&self.staff.head, "submit", 20, signed, &[])? && far > 1 {
            let receipt = self.receipt(later);
            course.step(self.regulator, "receive", 24, receipt, &["received_on"])?;
        }
        course.stored()
    }

    fn double_report(&self, later: &mut Later<'_>) -> Result<ChangeSet, String> {
        let (period, as_of) = last_quarter(self.today);
        let found = 3 + later.chance.below(12);
        let unfixed = later.chance.below(3);
        let facts = Facts::from([
            ("enterprise", Fact::Reference(self.enterprise)),
            ("period_kind", text("quarter")),
            ("period", Fact::Text(period)),
            ("as_of", Fact::Day(as_of)),
            ("found_count", number(found)),
            ("fixed_count", number(found - unfixed)),
            ("major_count", number(0)),
            ("unfixed_count", number(unfixed)),
            ("unfixed_reason", text(if unfixed > 0 { "配件采购中（模拟）" } else { "" })),
            ("system_state", text("排查治理制度正常运行（模拟）")),
        ]);
        let at = self.drawn_up(later, as_of);
        let chance = SeededChance::new(later.chance.next_u64());
        let mut course = Course::open(
            later.engine,
            "double_report",
            &self.staff.manager,
            &facts,
            self.place,
            at,
            self.today,
            later.codes,
            chance,
        )?;
        let file = |hash: &str| Fact::List(vec![hash.to_owned()]);
        let signed = Facts::from([
            ("signed_by", Fact::Text(format!("负责人{:06}", self.firm.number))),
            ("signed_scan", file(&self.photos.statistics)),
        ]);
        // A tenth wait for the head, a quarter for a receipt, a quarter for the workers to be told.
        let far = later.chance.below(20);
        if far < 2 || !course.step(&self.staff.head, "sign", 20, signed, &["signed_on"])? || far < 7 {
            return course.stored();
        }
        let mut receipt = self.receipt(later);
        let received = if far < 9 {
            receipt.remove("regulator");
            receipt.insert("already_reported", text("省级平台（模拟）"));
            receipt.insert("receipt_scan", file(&self.photos.paper));
            course.step(&self.staff.manager, "receive_elsewhere", 24, receipt, &["received_on"])?
        } else {
            course.step(self.regulator, "receive", 24, receipt, &["received_on"])?
        };
        if received && far >= 13 {
            let told = Facts::from([
                ("workers_body", text("notice_board")),
                ("board_photo", file(&self.photos.board)),
                ("sign_in", file(&self.photos.sign_in)),
                ("agenda", file(&self.photos.paper)),
            ]);
            course.step(&self.staff.manager, "tell_workers", 72, told, &["told_on"])?;
        }
        course.stored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_quarter_is_the_one_that_has_ended() {
        let day = |text: &str| Day::parse(text).unwrap();
        for (today, name, last) in [
            ("2021-06-15", "2021年第一季度", "2021-03-31"),
            ("2021-07-01", "2021年第二季度", "2021-06-30"),
            ("2021-01-01", "2020年第四季度", "2020-12-31"),
            ("2021-12-31", "2021年第三季度", "2021-09-30"),
        ] {
            assert_eq!(last_quarter(day(today)), (name.to_owned(), day(last)), "{today}");
        }
    }
}
