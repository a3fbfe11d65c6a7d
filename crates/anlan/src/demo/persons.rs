//! The people of a synthetic enterprise with their posts, deputies and certificates. Their names are their posts with
//! the enterprise's number, so that nobody takes them for real ones.

use base::{Chance, Day, Id, Instant};
use city::Actor;
use judge::{Fact, Facts};

use super::enterprise::{Firm, text};
use super::later::Later;
use super::people::Staff;

/// Operations for which the state wants a certificate, by trade (特种作业目录).
const OPERATIONS: [(&str, &[&str]); 5] = [
    ("hazchem", &["低压电工作业", "危险化学品安全作业"]),
    ("construction", &["高处安装、维护、拆除作业", "低压电工作业", "焊接与热切割作业"]),
    ("machinery", &["低压电工作业", "焊接与热切割作业"]),
    ("food_pharma", &["制冷与空调设备运行操作作业", "低压电工作业"]),
    ("urban_gas", &["低压电工作业"]),
];

/// The people whom other records name.
pub(super) struct Persons {
    pub(super) head: Id,
    pub(super) manager: Id,
    pub(super) leader: Option<Id>,
    pub(super) worker: Option<Id>,
}

/// Enters the people and their certificates at `at`.
pub(super) fn persons(
    later: &mut Later<'_>,
    firm: &Firm<'_>,
    enterprise: Id,
    staff: &Staff,
    units: &[Id],
    at: Instant,
    today: Day,
) -> Result<Persons, String> {
    let mut make = Entering { later, enterprise, by: &staff.manager, at, number: firm.number, today };
    let full = firm.headcount >= 100 || firm.trade.high_risk;
    let post = if full { "safety_manager" } else { "safety_manager_part" };
    let manager = make.person("安全员", post, "安全管理", Some(&staff.manager), None, None)?;
    let deputy = if firm.headcount >= 100 {
        make.person("安全副总", "deputy_safety", "分管安全副总经理", None, None, None)?
    } else {
        manager
    };
    let head = make.person("负责人", "principal", "总经理", Some(&staff.head), None, Some(deputy))?;
    if full {
        make.certificate(head, "principal_exam", "", 3)?;
        make.certificate(manager, "manager_exam", "", 3)?;
    }
    let (mut leader, mut worker) = (None, None);
    if let [.., post] = units {
        worker = Some(make.person("员工", "worker", "岗位操作工", Some(&staff.worker), Some(*post), None)?);
    }
    if let [_, team, _] = units {
        leader =
            Some(make.person("班组长", "team_leader", "班组长", Some(&staff.leader), Some(*team), None)?);
    }
    let operations = OPERATIONS.iter().find(|(sector, _)| *sector == firm.trade.sector);
    if let Some((_, operations)) = operations.filter(|_| firm.headcount >= 10) {
        for operation in *operations {
            let name = operation.split('作').next().unwrap_or(operation);
            let holder = make.person(name, "special_operator", name, None, units.last().copied(), None)?;
            make.certificate(holder, "special_operation", operation, 6)?;
        }
    }
    Ok(Persons { head, manager, leader, worker })
}

struct Entering<'a, 'b> {
    later: &'a mut Later<'b>,
    enterprise: Id,
    by: &'a Actor,
    at: Instant,
    number: u64,
    today: Day,
}

impl Entering<'_, '_> {
    fn person(
        &mut self,
        name: &str,
        post: &str,
        post_name: &str,
        account: Option<&Actor>,
        unit: Option<Id>,
        deputy: Option<Id>,
    ) -> Result<Id, String> {
        let mut facts = Facts::from([
            ("enterprise", Fact::Reference(self.enterprise)),
            ("name", Fact::Text(format!("{name}{:06}", self.number))),
            ("posts", Fact::List(vec![post.to_owned()])),
            ("post_name", text(post_name)),
            ("joined_on", Fact::Day(self.at.day().plus_days(-900))),
        ]);
        if let Some(account) = account {
            facts.insert("account", Fact::Reference(account.account));
        }
        if let Some(unit) = unit {
            facts.insert("unit", Fact::Reference(unit));
        }
        if let Some(deputy) = deputy {
            facts.insert("deputy", Fact::Reference(deputy));
            facts.insert("deputy_from", Fact::Day(self.at.day()));
        }
        Ok(self.later.record(self.at, self.by, "person", &facts, "")?.id)
    }

    /// A certificate for `years`; one in twenty has run out, some more will soon.
    fn certificate(&mut self, person: Id, kind: &str, operation: &str, years: i64) -> Result<(), String> {
        let whole = u64::try_from(years * 365).unwrap_or(1095);
        let left = match self.later.chance.below(20) {
            0 => -1 - i64::try_from(self.later.chance.below(60)).unwrap_or(0),
            1 | 2 => i64::try_from(self.later.chance.below(45)).unwrap_or(0),
            _ => 60 + i64::try_from(self.later.chance.below(whole - 120)).unwrap_or(0),
        };
        let until = self.today.plus_days(left);
        let issued = until.plus_days(-years * 365);
        let number = format!("MN{:06}{:06}", self.number, self.later.chance.below(1_000_000));
        let mut facts = Facts::from([
            ("enterprise", Fact::Reference(self.enterprise)),
            ("person", Fact::Reference(person)),
            ("kind", text(kind)),
            ("number", Fact::Text(number)),
            ("issuer", text("发证机关（模拟）")),
            ("issued_on", Fact::Day(issued)),
            ("valid_until", Fact::Day(until)),
        ]);
        if !operation.is_empty() {
            facts.insert("operation", text(operation));
            // A special operation is reviewed once, half-way.
            let review = issued.plus_days(years * 365 / 2);
            if review > self.today {
                facts.insert("review_on", Fact::Day(review));
            }
        }
        // Nothing is entered before it was issued.
        let at = if issued > self.at.day() { Instant::start_of(issued) } else { self.at };
        let at = at.plus_seconds(9 * 3600);
        self.later.record(at, self.by, "certificate", &facts, "").map(drop)
    }
}
