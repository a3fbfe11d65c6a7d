//! One synthetic enterprise: its file, units, risks, measures and check items, made by the same pure services that
//! forms use.

use base::code::{Adcode, Uscc};
use base::{Chance, Day, Id, Instant};
use city::{Actor, Place};
use engine::Engine;
use engine::record::Record;
use engine::record::change_set::{insert, journal};
use judge::{Fact, Facts};
use serde_json::json;
use store::ChangeSet;

use super::codes::Codes;
use super::proportions::{Point, TRADES, Trade};

/// Makes records of one enterprise and collects what is stored.
pub(super) struct Maker<'a> {
    pub(super) engine: &'a Engine,
    pub(super) codes: &'a mut Codes,
    pub(super) actor: Actor,
    pub(super) place: Place,
    pub(super) sets: Vec<ChangeSet>,
    /// The next factor is controlled worse than usual, whatever chance says: the plant that is shown has a major risk.
    pub(super) worse: bool,
}

/// What the enterprise is.
pub(super) struct Firm<'a> {
    pub(super) number: u64,
    pub(super) trade: &'a Trade,
    pub(super) county: &'a str,
    pub(super) county_name: &'a str,
    pub(super) township: &'a str,
    pub(super) township_name: &'a str,
    pub(super) centre: [f64; 2],
    pub(super) headcount: i64,
}

/// A risk point with what hazards later refer to.
pub(super) struct MadePoint<'a> {
    pub(super) point: &'a Point,
    pub(super) id: Id,
    pub(super) grade: String,
    pub(super) unit: Option<Id>,
    pub(super) item: Id,
    pub(super) measure: Id,
}

impl<'a> Maker<'a> {
    /// A record of `register` with these fields.
    pub(super) fn make(&mut self, register: &str, facts: &Facts) -> Result<Record, String> {
        let record = self.prepared(register, facts)?;
        self.keep(&record)?;
        Ok(record)
    }

    fn prepared(&mut self, register: &str, facts: &Facts) -> Result<Record, String> {
        let engine: &'a Engine = self.engine;
        let definition =
            engine.register(register).map_err(|_| format!("the packs have no register {register}"))?;
        let unknown = facts.keys().find(|name| definition.field(name).is_none());
        if let Some(name) = unknown {
            return Err(format!("register {register} has no field {name}; the demo must follow the pack"));
        }
        let mut record = engine
            .new_record(&self.actor, definition, facts, self.place.clone())
            .map_err(|error| format!("{register}: {error}"))?;
        record.code = self.codes.next(&definition.code, &self.place.county, record.created_at.day());
        Ok(record)
    }

    fn keep(&mut self, record: &Record) -> Result<(), String> {
        let engine: &'a Engine = self.engine;
        let definition = engine.register(&record.register).map_err(|error| error.to_string())?;
        let mut set = insert(&engine.model, definition, record);
        set.journal.push(journal(&self.actor, "create", record, record.created_at, &record.facts));
        self.sets.push(set);
        Ok(())
    }

    /// The enterprise itself. It is kept by [`Maker::keep_enterprise`] when its risk points have their grades.
    pub(super) fn enterprise(&mut self, firm: &Firm<'_>, chance: &mut dyn Chance) -> Result<Record, String> {
        let facts = enterprise_facts(firm, chance)?;
        self.place.county = firm.county.to_owned();
        self.place.township = firm.township.to_owned();
        self.place.sector = firm.trade.sector.to_owned();
        let mut record = self.prepared("enterprise", &facts)?;
        self.place.organisation = record.id;
        record.place = self.place.clone();
        record.facts.insert("synthetic", Fact::YesNo(true));
        Ok(record)
    }

    /// Keeps the enterprise with the worst grade of its points.
    pub(super) fn keep_enterprise(
        &mut self,
        mut record: Record,
        points: &[MadePoint<'_>],
    ) -> Result<(), String> {
        let worst = engine::risk::GRADES.into_iter().find(|grade| points.iter().any(|p| p.grade == *grade));
        record.facts.insert("risk_grade", text(worst.unwrap_or("blue")));
        self.keep(&record)
    }

    /// Workshop, team and post, where the enterprise is large enough to have them; the post's id.
    pub(super) fn units(&mut self, enterprise: Id, names: &[(&str, &str)]) -> Result<Vec<Id>, String> {
        let mut above: Option<Id> = None;
        let mut ids = Vec::new();
        for (kind, name) in names {
            let mut facts = Facts::from([
                ("enterprise", Fact::Reference(enterprise)),
                ("name", text(name)),
                ("kind", text(kind)),
            ]);
            if let Some(parent) = above {
                facts.insert("parent", Fact::Reference(parent));
            }
            let id = self.make("unit", &facts)?.id;
            above = Some(id);
            ids.push(id);
        }
        Ok(ids)
    }

    /// A risk point with its graded factor, one measure and the check item that comes from it.
    pub(super) fn risk_point<'p>(
        &mut self,
        enterprise: Id,
        unit: Option<Id>,
        point: &'p Point,
        due_from: Instant,
        chance: &mut dyn Chance,
    ) -> Result<MadePoint<'p>, String> {
        let base = || {
            let mut facts = Facts::from([("enterprise", Fact::Reference(enterprise))]);
            if let Some(unit) = unit {
                facts.insert("unit", Fact::Reference(unit));
            }
            facts
        };
        let mut facts = base();
        facts.insert("name", text(point.name));
        facts.insert("kind", text("place"));
        facts.insert("accident_types", Fact::List(vec![point.accident.into()]));
        let mut made = self.prepared("risk_point", &facts)?;
        let factor = self.factor(enterprise, made.id, point, due_from.day(), chance)?;
        let grade = factor.facts.get("grade").cloned().unwrap_or_default();
        let shown = grade.as_text().unwrap_or_default().to_owned();
        made.facts.insert("grade", grade);
        self.keep(&made)?;
        let measure = self.make(
            "measure",
            &Facts::from([
                ("enterprise", Fact::Reference(enterprise)),
                ("factor", Fact::Reference(factor.id)),
                ("kind", text("management")),
                ("content", text(point.measure)),
                ("effect", text("effective")),
            ]),
        )?;
        let mut facts = base();
        facts.insert("measure", Fact::Reference(measure.id));
        facts.insert("risk_point", Fact::Reference(made.id));
        let what = point.look.split('，').next().unwrap_or(point.look);
        facts.insert("what", text(what));
        facts.insert("standard", text(point.look));
        facts.insert("level", text("post"));
        facts.insert("frequency", text("day"));
        facts.insert("active", Fact::YesNo(true));
        let mut item = self.prepared("check_item", &facts)?;
        item.facts.insert("due_from", Fact::Instant(due_from));
        self.keep(&item)?;
        Ok(MadePoint { point, id: made.id, grade: shown, unit, item: item.id, measure: measure.id })
    }

    fn factor(
        &mut self,
        enterprise: Id,
        point_id: Id,
        point: &Point,
        today: Day,
        chance: &mut dyn Chance,
    ) -> Result<Record, String> {
        let (l, e, c) = point.lec;
        // A fifth of the points are controlled worse than usual in the trade: the next step of the method's table.
        let worse = [0.5, 1.0, 3.0, 6.0, 10.0].into_iter().find(|step| *step > l).unwrap_or(l);
        let l = if chance.one_in(1, 5) || std::mem::take(&mut self.worse) { worse } else { l };
        let facts = Facts::from([
            ("enterprise", Fact::Reference(enterprise)),
            ("risk_point", Fact::Reference(point_id)),
            ("name", text(point.factor)),
            ("accident_types", Fact::List(vec![point.accident.into()])),
            ("method", text("lec")),
            ("inputs", Fact::Structure(json!({ "l": l, "e": e, "c": c }))),
        ]);
        let mut made = self.prepared("risk_factor", &facts)?;
        assess_on(&mut made, today);
        self.keep(&made)?;
        Ok(made)
    }
}

/// Spreads the yearly assessments over the year before `today`; of every dozen one has run out. The number in the code
/// decides, so that the city stays the same whatever else is drawn.
fn assess_on(factor: &mut Record, today: Day) {
    let number: i64 = factor.code.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(1);
    let ago = if number % 12 == 0 { 366 + number % 25 } else { number.wrapping_mul(37).rem_euclid(360) };
    let on = today.plus_days(-ago);
    factor.facts.insert("assessed_on", Fact::Day(on));
    factor.facts.insert("assess_again_on", Fact::Day(on.plus_months(12)));
    factor.created_at = Instant::start_of(on).plus_hours(9);
    factor.updated_at = factor.created_at;
}

fn enterprise_facts(firm: &Firm<'_>, chance: &mut dyn Chance) -> Result<Facts, String> {
    let trade = firm.trade;
    let adcode = Adcode::parse(firm.county).map_err(|problem| problem.to_string())?;
    let mut attributes = Vec::new();
    for (i, attribute) in trade.attributes.iter().filter(|a| !a.is_empty()).enumerate() {
        if i == 0 || chance.one_in(1, 3) {
            attributes.push((*attribute).to_owned());
        }
    }
    let state = match chance.below(100) {
        0..=87 => "normal",
        88..=91 => "seasonal",
        92..=95 => "stopped",
        96..=97 => "moved",
        98 => "cancelled",
        _ => "not_found",
    };
    // The first of each trade work, so that there is something to see of each.
    let state = if firm.number <= TRADES.len() as u64 { "normal" } else { state };
    let scale = match firm.headcount {
        ..=9 => "micro",
        10..=99 => "small",
        100..=299 => "medium",
        _ => "large",
    };
    let mut more = Facts::new();
    if firm.number <= TRADES.len() as u64 {
        more = shown_facts(firm.number, &mut attributes);
    }
    #[expect(clippy::cast_precision_loss, reason = "an offset within a county")]
    let mut offset = || (chance.below(2001) as f64 - 1000.0) / 12_000.0;
    let (longitude, latitude) = (firm.centre[0] + offset(), firm.centre[1] + offset());
    let number = firm.number;
    // One firm has a name that is looked into.
    let telling = if number == 3 { "新材料" } else { "" };
    more.extend([
        ("name", Fact::Text(format!("模拟{}{telling}{}{number:06}", firm.county_name, trade.noun))),
        ("uscc", Fact::Text(Uscc::synthesise(adcode, number).to_string())),
        (
            "address",
            Fact::Text(format!("{}{}模拟路{}号", firm.county_name, firm.township_name, number % 900 + 1)),
        ),
        ("county", text(firm.county)),
        ("township", text(firm.township)),
        ("grid", Fact::Text(format!("第{}网格", number % 12 + 1))),
        ("sector", text(trade.sector)),
        ("scale", text(scale)),
        ("headcount", Fact::Integer(firm.headcount)),
        ("small_unit", Fact::YesNo(firm.headcount < 10)),
        ("high_risk", Fact::YesNo(trade.high_risk)),
        ("attributes", if attributes.is_empty() { Fact::Empty } else { Fact::List(attributes) }),
        ("operating_state", text(state)),
        ("head", Fact::Text(format!("负责人{number:06}"))),
        ("head_phone", Fact::Text(format!("0371-{:08}", 10_000_000 + number))),
        ("position", Fact::Point { longitude, latitude, datum: "wgs84".into() }),
    ]);
    Ok(more)
}

/// What the first enterprises have beside, so that rules and duties for boards, large firms, telling names and the like
/// find somebody.
fn shown_facts(number: u64, attributes: &mut Vec<String>) -> Facts {
    let mut facts = Facts::from([("above_scale", Fact::YesNo(number <= 3))]);
    let more: &[&str] = match number {
        1 => &["key_process", "key_chemical", "major_hazard_installation", "hazchem_storage", "hazchem_use"],
        3 => &["hazardous_waste_producer"],
        _ => &[],
    };
    for attribute in more.iter().filter(|a| !attributes.iter().any(|known| known == *a)).collect::<Vec<_>>() {
        attributes.push((*attribute).to_owned());
    }
    if number <= 2 {
        facts.insert("has_board", Fact::YesNo(true));
        facts.insert("affiliation", text("city"));
        facts.insert("safety_head", Fact::Text(format!("分管负责人{number:06}")));
        facts.insert("safety_department", text("安全环保部（模拟）"));
        facts.insert("safety_department_duties", text("监督检查、教育培训、隐患治理、应急管理（模拟）"));
    }
    facts
}

pub(super) fn text(value: &str) -> Fact {
    Fact::Text(value.to_owned())
}
