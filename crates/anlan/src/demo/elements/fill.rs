//! Values of fields by what they hold: choices, days around the day of the record, references that fit its place.

use base::code::{Adcode, Uscc};
use base::{Chance, Day, Id, Instant};
use city::Place;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Model, RegionKind, Register};
use serde_json::json;

use super::super::photos::Photos;
use super::cast::Cast;
use super::pool::Pool;
use super::words;

/// Serial numbers of credit codes begin here, beyond those of the enterprises.
const SERIALS: u64 = 700_000_000;
/// Words in the names of days until which something holds, usually still.
const HOLDS: [&str; 4] = ["until", "valid", "next", "again"];
/// Words in the names of days by which something is due.
const DUE: [&str; 6] = ["deadline", "due", "limit", "execute_by", "term", "reply_by"];
/// Names of days on which something ended: a record is usually still in force.
const ENDED: [&str; 12] = [
    "left_on",
    "removed_on",
    "dissolved_on",
    "ended_on",
    "withdrawn_on",
    "revoked_on",
    "broken_on",
    "cancelled_on",
    "struck_on",
    "lifted_on",
    "stopped_on",
    "expired_on",
];
/// Names of yes-no fields that are bad news.
const BAD: [&str; 14] = [
    "broken",
    "breach",
    "veto",
    "repeated",
    "recurring",
    "replaced",
    "lifelong",
    "overdue",
    "refused",
    "outdated",
    "stopped",
    "failed",
    "escape",
    "late",
];

/// What a record is filled for.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    /// Where it stands.
    pub(super) place: Place,
    /// When it is written.
    pub(super) at: Instant,
    /// The how manieth of its register it is.
    pub(super) number: usize,
}

/// What fields are filled from.
pub(super) struct Filler<'a> {
    pub(super) model: &'a Model,
    pub(super) today: Day,
    pub(super) pool: &'a Pool,
    pub(super) cast: &'a Cast,
    pub(super) photos: &'a Photos,
}

impl Filler<'_> {
    /// Fills the named fields of a register that are empty; optional ones are left out now and then.
    pub(super) fn fill<'f>(
        &self,
        register: &Register,
        fields: impl Iterator<Item = (&'f str, bool)>,
        facts: &mut Facts,
        scene: &Scene,
        chance: &mut dyn Chance,
    ) {
        for (name, required) in fields {
            let Some(field) = register.field(name) else { continue };
            let filled = facts.get(name).is_some_and(|f| !f.is_empty());
            if filled || field.computed || facts.contains_key(name) {
                continue;
            }
            let key = (register.name().to_owned(), name.to_owned());
            let sampled = self.model.samples.contains_key(&key);
            if !required && !sampled && (skipped(field) || chance.one_in(1, 9)) {
                continue;
            }
            if let Some(fact) = self.value(register, field, scene, chance) {
                facts.insert(name.to_owned(), fact);
            }
        }
    }

    /// A value of a field; None where there is none to be had.
    pub(super) fn value(
        &self,
        register: &Register,
        field: &Field,
        scene: &Scene,
        chance: &mut dyn Chance,
    ) -> Option<Fact> {
        let key = (register.name().to_owned(), field.name().to_owned());
        if let Some(samples) = self.model.samples.get(&key) {
            let at = usize::try_from(chance.below(samples.len() as u64)).unwrap_or(0);
            let given: Vec<String> = samples.get(at).cloned().into_iter().collect();
            return engine::field::parse::parse(field, self.model, &given).ok();
        }
        let day = scene.at.day();
        let text = |text: String| Some(Fact::Text(text));
        match field.kind {
            FieldKind::Text | FieldKind::LongText => {
                text(words::text(register, field, scene.number + 1, day, chance))
            }
            FieldKind::Integer => Some(Fact::Integer(whole(field, day, chance))),
            FieldKind::Decimal => Some(Fact::Decimal(decimal(field, chance))),
            FieldKind::Money => {
                let most = field.max.unwrap_or(5e5).min(5e5);
                let least = field.min.unwrap_or(0.0).max(0.0);
                #[expect(clippy::cast_possible_truncation, reason = "far below 2^53")]
                let span = ((most - least).max(1.0) / 10.0) as i64 + 1;
                #[expect(clippy::cast_possible_truncation, reason = "far below 2^53")]
                let yuan = least as i64 + 1 + i64::try_from(chance.below(span.unsigned_abs())).unwrap_or(0);
                Some(Fact::Integer(yuan * 100))
            }
            FieldKind::YesNo => {
                let bad = BAD.iter().any(|word| field.name().contains(word));
                Some(Fact::YesNo(!bad && !chance.one_in(1, 6)))
            }
            FieldKind::Day => Some(Fact::Day(self.day_of(field, day, chance))),
            FieldKind::Instant => {
                let back = i64::try_from(chance.below(5 * 86_400)).unwrap_or(0);
                Some(Fact::Instant(scene.at.plus_seconds(-back)))
            }
            FieldKind::Choice => self.choice(field, chance),
            FieldKind::Reference => {
                let to = field.to.as_deref()?;
                let id = self.pool.pick(to, &scene.place, chance)?;
                Some(if field.many { Fact::List(vec![id.to_string()]) } else { Fact::Reference(id) })
            }
            FieldKind::Account => {
                let id = self.somebody(&scene.place, chance)?;
                Some(if field.many { Fact::List(vec![id.to_string()]) } else { Fact::Reference(id) })
            }
            FieldKind::Department => {
                let usual =
                    ["emergency_management", "transport", "housing_construction", "market_regulation"];
                let at = usize::try_from(chance.below(6)).unwrap_or(0);
                let known = usual.get(at).or(usual.first())?;
                self.model.department(known).map(|d| Fact::Text(d.id.get_ref().clone()))
            }
            FieldKind::County => {
                (!scene.place.county.is_empty()).then(|| Fact::Text(scene.place.county.clone()))
            }
            FieldKind::Township if scene.place.township.is_empty() => {
                let day = scene.at.day();
                let here = self.model.regions.iter().find(|r| {
                    r.kind == RegionKind::Township
                        && r.parent.as_deref() == Some(scene.place.county.as_str())
                        && r.from <= day
                        && r.until.is_none_or(|until| day <= until)
                });
                here.map(|r| Fact::Text(r.code.get_ref().clone()))
            }
            FieldKind::Township => text(scene.place.township.clone()),
            FieldKind::Park if scene.place.park.is_empty() => {
                let zones =
                    self.model.regions.iter().filter(|r| r.kind == RegionKind::Zone && !r.county_rank);
                let zones: Vec<&str> = zones.map(|r| r.code.get_ref().as_str()).collect();
                let at = usize::try_from(chance.below(zones.len() as u64)).unwrap_or(0);
                zones.get(at).map(|code| Fact::Text((*code).to_owned()))
            }
            FieldKind::Park => text(scene.place.park.clone()),
            FieldKind::Image => Some(Fact::List(vec![self.photos.after.clone()])),
            FieldKind::File => {
                let papers = [&self.photos.paper, &self.photos.statistics, &self.photos.sign_in];
                let at = usize::try_from(chance.below(3)).unwrap_or(0);
                papers.get(at).map(|hash| Fact::List(vec![(*hash).clone()]))
            }
            FieldKind::Point => Some(self.point(scene, chance)),
            FieldKind::Phone => text(format!("0371-{:08}", 20_000_000 + chance.below(9_000_000))),
            FieldKind::Uscc => {
                let county = if scene.place.county.is_empty() { "410202" } else { &scene.place.county };
                let county = Adcode::parse(county).or_else(|_| Adcode::parse("410202")).ok()?;
                text(Uscc::synthesise(county, SERIALS + chance.below(90_000_000)).to_string())
            }
            FieldKind::Structure => Some(Fact::Structure(json!({}))),
        }
    }

    fn day_of(&self, field: &Field, day: Day, chance: &mut dyn Chance) -> Day {
        let named = |words: &[&str]| words.iter().any(|word| field.name().contains(word));
        let mut days = |bound: u64| i64::try_from(chance.below(bound)).unwrap_or(0);
        if field.lapses || named(&HOLDS) {
            // One in eight has run out.
            let from = if days(8) == 0 { day } else { self.today.max(day) };
            from.plus_days(20 + days(200))
        } else if named(&DUE) {
            day.plus_days(20 + days(60))
        } else {
            day.plus_days(-days(12))
        }
    }

    fn choice(&self, field: &Field, chance: &mut dyn Chance) -> Option<Fact> {
        let choices = self.model.choices_of(field);
        let mut some = || {
            let at = usize::try_from(chance.below(choices.len() as u64)).unwrap_or(0);
            choices.get(at).map(|c| c.id.clone())
        };
        if !field.many {
            return some().map(Fact::Text);
        }
        let mut list = vec![some()?];
        if let Some(other) = some().filter(|other| !list.contains(other)) {
            list.push(other);
        }
        Some(Fact::List(list))
    }

    fn somebody(&self, place: &Place, chance: &mut dyn Chance) -> Option<Id> {
        let roles: &[&str] = if place.organisation.is_nil() {
            &["county.regulator", "city.regulator", "city.office"]
        } else {
            &["enterprise.safety_manager", "enterprise.workshop_head", "enterprise.head"]
        };
        let at = usize::try_from(chance.below(2)).unwrap_or(0);
        let all: Vec<Id> =
            roles.iter().flat_map(|role| self.cast.holders(role, place).take(2)).map(|a| a.account).collect();
        all.get(at).or(all.first()).copied()
    }

    fn point(&self, scene: &Scene, chance: &mut dyn Chance) -> Fact {
        let centre = self.model.regions.iter().find(|r| *r.code.get_ref() == scene.place.county);
        let [longitude, latitude] = centre.and_then(|r| r.centre).unwrap_or([114.35, 34.79]);
        #[expect(clippy::cast_precision_loss, reason = "an offset within a county")]
        let mut offset = || (chance.below(2001) as f64 - 1000.0) / 14_000.0;
        let (longitude, latitude) = (longitude + offset(), latitude + offset());
        Fact::Point { longitude, latitude, datum: "wgs84".into() }
    }
}

/// Optional fields that a usual record leaves empty.
fn skipped(field: &Field) -> bool {
    field.hidden
        || [FieldKind::Structure, FieldKind::Park].contains(&field.kind)
        || ENDED.iter().any(|ended| field.name().ends_with(ended))
        || ["predecessor", "same_address", "about", "merged_into"].contains(&field.name())
}

fn whole(field: &Field, day: Day, chance: &mut dyn Chance) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "bounds of packs are far below 2^53")]
    let (least, most) = (field.min.unwrap_or(0.0) as i64, field.max.map_or(i64::MAX, |max| max as i64));
    if field.name().contains("year") && most > 1990 {
        return i64::from(day.year()).clamp(least, most);
    }
    let (low, span) = match field.name() {
        name if name.contains("percent") || name.contains("score") => (60, 40),
        name if name.contains("people") || name.contains("staff") || name.contains("headcount") => (8, 60),
        _ => (2, 12),
    };
    let room = most.saturating_sub(least).clamp(0, span).unsigned_abs() + 1;
    let value = least.max(low.min(most)) + i64::try_from(chance.below(room)).unwrap_or(0);
    value.clamp(least, most)
}

fn decimal(field: &Field, chance: &mut dyn Chance) -> f64 {
    let least = field.min.unwrap_or(0.0);
    let most = field.max.unwrap_or(least + 40.0).min(least + 40.0);
    #[expect(clippy::cast_precision_loss, reason = "a share of ten thousand")]
    let share = (1 + chance.below(9_999)) as f64 / 10_000.0;
    let value = least + (most - least) * share;
    ((value * 10.0).round() / 10.0).clamp(field.min.unwrap_or(f64::MIN), field.max.unwrap_or(f64::MAX))
}

/// Inputs of a method, as its tables allow them.
pub(super) fn inputs(method: &str, chance: &mut dyn Chance) -> Fact {
    let worse = chance.one_in(1, 2);
    Fact::Structure(match method {
        "ls" => json!({ "l": if worse { 4 } else { 2 }, "s": 4 }),
        "mes" => json!({ "m": if worse { 5 } else { 3 }, "e": 6, "s": 4 }),
        _ => json!({ "l": if worse { 6 } else { 1 }, "e": 6, "c": 15 }),
    })
}
