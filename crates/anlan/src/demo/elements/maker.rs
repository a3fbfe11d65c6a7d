//! Makes single records through the engine, by people who keep the register, so that every rule has its say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Chance, Day, FixedClock, Instant, SeededChance};
use city::{Actor, Place};
use engine::record::Record;
use engine::record::place::place_by_itself;
use engine::record::write::Sending;
use engine::{Engine, EngineError};
use judge::Facts;
use plan::expression::{Context, Expression, Moment, Truth};
use plan::pack::subject::with_fixed_subjects;
use plan::pack::{ConsequenceKind, Model, Register, ScopeFrom};

use super::super::photos::Photos;
use super::cast::Cast;
use super::fill::{Filler, Scene, inputs};
use super::pool::Pool;
use super::solve::Solver;
use crate::data::City;

/// How often other values are tried where a condition or a rule says no.
const TRIES: usize = 6;
/// People asked for one record at most.
const PEOPLE: usize = 4;

/// A condition that a record is to meet, or to miss.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) truth: Truth,
    pub(super) wanted: bool,
}

/// What is to be made.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) fixed: Facts,
    pub(super) wishes: Vec<Wish>,
    pub(super) place: Place,
    pub(super) day: Day,
}

/// Everything that records are made from and with.
pub(super) struct Maker<'a> {
    pub(super) city: &'a City,
    pub(super) model: Arc<Model>,
    /// With registers for counties and departments, of which conditions speak too.
    pub(super) wider: Model,
    pub(super) photos: &'a Photos,
    pub(super) today: Day,
    pub(super) cast: Cast,
    pub(super) pool: Pool,
    /// What rules refuse, by register.
    pub(super) refused: BTreeMap<String, Vec<Truth>>,
    /// What conditions look for in other registers.
    pub(super) needs: super::needs::Needs,
    /// Why something could not be made, by element.
    pub(super) without: BTreeMap<String, String>,
    /// What was made at least once.
    pub(super) met: BTreeSet<String>,
    /// Duties were judged: from now on they follow each change.
    pub(super) swept: bool,
    numbers: BTreeMap<String, usize>,
    chance: SeededChance,
}

impl<'a> Maker<'a> {
    pub(super) fn new(city: &'a City, photos: &'a Photos, today: Day, cast: Cast, seed: u64) -> Self {
        let model = Arc::clone(&city.engine.model);
        let mut maker = Self {
            city,
            wider: with_fixed_subjects(&model),
            model,
            photos,
            today,
            cast,
            pool: Pool::default(),
            refused: BTreeMap::new(),
            needs: BTreeMap::new(),
            without: BTreeMap::new(),
            met: BTreeSet::new(),
            numbers: BTreeMap::new(),
            chance: SeededChance::new(seed),
            swept: false,
        };
        maker.refused = maker.refusals();
        maker.needs = maker.read_needs();
        maker
    }

    /// Notes what could not be made, unless it could elsewhere.
    pub(super) fn missed(&mut self, element: String, why: String) {
        if !self.met.contains(&element) {
            self.without.insert(element, why);
        }
    }

    /// Notes why something could not be made.
    pub(super) fn tried(&mut self, element: String, tried: Result<(), String>) {
        if let Err(why) = tried {
            self.missed(element, why);
        }
    }

    /// Notes that something was made.
    pub(super) fn made(&mut self, element: &str) {
        self.without.remove(element);
        self.met.insert(element.to_owned());
    }

    /// Chance of its own for one thing, so that one more try elsewhere moves nothing here.
    pub(super) fn fork(&mut self) -> SeededChance {
        SeededChance::new(self.chance.next_u64())
    }

    /// The engine on a day at an hour of work.
    pub(super) fn engine_on(&mut self, at: Instant) -> Engine {
        let chance = self.fork();
        let engine = self.city.engine.at(Arc::new(FixedClock(at)), Box::new(chance));
        if self.swept { engine } else { engine.resting() }
    }

    pub(super) fn filler(&self) -> Filler<'_> {
        Filler {
            model: &self.model,
            today: self.today,
            pool: &self.pool,
            cast: &self.cast,
            photos: self.photos,
        }
    }

    /// A condition about records of a register, as it is today.
    pub(super) fn condition(&self, variable: &str, register: &str, text: &str) -> Option<Truth> {
        let context = Context::of(&self.wider, variable, register).with_period();
        let expression = Expression::check(text, &context).ok()?;
        let moment = Moment::period(self.today.plus_days(-14), self.today, self.today);
        Some(expression.fold(&moment, &self.model).truth().clone())
    }

    fn refusals(&self) -> BTreeMap<String, Vec<Truth>> {
        let mut found: BTreeMap<String, Vec<Truth>> = BTreeMap::new();
        for rule in self.model.rules.values() {
            if rule.otherwise.kind() != ConsequenceKind::Refuse || !rule.in_force(self.today, &self.model) {
                continue;
            }
            let Some(must) = rule.must.as_ref() else { continue };
            let Some(must) = self.condition("r", rule.register(), must.get_ref()) else { continue };
            let guard = rule.when.as_ref().and_then(|w| self.condition("r", rule.register(), w.get_ref()));
            let whole = match guard {
                Some(guard) => Truth::Any(vec![Truth::Not(Box::new(guard)), must]),
                None => must,
            };
            found.entry(rule.register().to_owned()).or_default().push(whole);
        }
        found
    }

    /// The number of the next record of a register.
    pub(super) fn number(&mut self, register: &str) -> usize {
        let next = self.numbers.entry(register.to_owned()).or_default();
        *next += 1;
        *next - 1
    }

    /// The instant of an order: by day, spread over the hours of work.
    pub(super) fn instant(&mut self, day: Day) -> Instant {
        let seconds = 9 * 3600 + i64::try_from(self.chance.below(7 * 3600)).unwrap_or(0);
        Instant::start_of(day.min(self.today)).plus_seconds(seconds)
    }

    /// Makes a record of a register without cases.
    pub(super) async fn record(&mut self, register: &str, order: &Order) -> Result<Record, String> {
        let model = Arc::clone(&self.model);
        let register = model.register(register).ok_or("no such register")?;
        let order = &self.somewhere(register, order);
        let number = self.number(register.name());
        let at = self.instant(order.day);
        let scene = Scene { place: order.place.clone(), at, number };
        let mut why = String::from("nobody keeps it there");
        let mut unseen = Facts::new();
        for _ in 0..TRIES {
            let mut facts = self.own_place(register, order);
            facts.extend(unseen.clone());
            let mut chance = self.fork();
            let all = register.fields.iter().map(|f| (f.name(), f.required));
            self.filler().fill(register, all, &mut facts, &scene, &mut chance);
            let settled = Settled { register, open: None, head: Facts::new(), scene: &scene };
            if let Err(missed) = self.settle(&settled, order, &mut facts, &mut chance) {
                why = missed;
                continue;
            }
            facts.retain(|_, fact| !fact.is_empty());
            if let (Some(method), Some(_)) =
                (facts.get("method").and_then(|f| f.as_text()), register.field("inputs"))
            {
                let given = inputs(method, &mut chance);
                facts.insert("inputs", given);
            }
            let place = match register.scope {
                ScopeFrom::Reference(_) => order.place.clone(),
                _ => place_by_itself(register, base::Id::NIL, &facts),
            };
            match self.created(register, &facts, &place, at).await? {
                Ok(record) => return Ok(record),
                Err(error) => {
                    unseen.extend(unseen_references(register, order, &error));
                    why = error.to_string();
                }
            }
        }
        Err(why)
    }

    /// An order with a county where the register wants one.
    pub(super) fn somewhere(&self, register: &Register, order: &Order) -> Order {
        let mut order = order.clone();
        let wants = register.field("county").is_some_and(|f| f.required);
        let known = order.fixed.get("county").and_then(|f| f.as_text()).map(str::to_owned);
        if wants && order.place.county.is_empty() && order.place.organisation.is_nil() {
            order.place.county = known.or_else(|| self.cast.counties.first().cloned()).unwrap_or_default();
        }
        order
    }

    async fn created(
        &mut self,
        register: &Register,
        facts: &Facts,
        place: &Place,
        at: Instant,
    ) -> Result<Result<Record, EngineError>, String> {
        let mut last = EngineError::NotFound;
        for actor in self.by_roles(&register.keeper, place) {
            let engine = self.engine_on(at);
            match engine.create(&actor, register.name(), facts, &Sending::default()).await {
                Ok(id) => {
                    let made = engine.any_record(register.name(), id).await.map_err(|e| e.to_string())?;
                    let made = made.ok_or("a record vanished")?;
                    self.pool.keep(&made);
                    return Ok(Ok(made));
                }
                Err(EngineError::Store(error)) => return Err(error.to_string()),
                Err(error) => last = error,
            }
        }
        Ok(Err(last))
    }

    /// People with one of these roles over a place, one of each role before a second one.
    pub(super) fn by_roles(&self, roles: &[String], place: &Place) -> Vec<Actor> {
        let mut found: Vec<Actor> = Vec::new();
        for nth in 0..2 {
            for role in roles {
                let holder = self.cast.holders(role, place).nth(nth);
                found.extend(holder.filter(|a| !found.iter().any(|f| f.account == a.account)).cloned());
            }
        }
        found.truncate(PEOPLE);
        found
    }

    /// The settled fields with those that say where the record belongs.
    pub(super) fn own_place(&self, register: &Register, order: &Order) -> Facts {
        let mut facts = order.fixed.clone();
        if let ScopeFrom::Reference(name) = &register.scope {
            let own = judge::Fact::Reference(order.place.organisation);
            if !order.place.organisation.is_nil() && !facts.contains_key(name) {
                facts.insert(name.clone(), own);
            }
        }
        facts
    }

    /// Makes what is wished and what rules demand hold.
    pub(super) fn settle(
        &self,
        settled: &Settled<'_>,
        order: &Order,
        facts: &mut Facts,
        chance: &mut dyn Chance,
    ) -> Result<(), String> {
        let filler = self.filler();
        let register = settled.register;
        let mut fixed: BTreeSet<String> = order.fixed.keys().map(str::to_owned).collect();
        if let ScopeFrom::Reference(name) = &register.scope {
            fixed.insert(name.clone());
        }
        let mut solver = Solver {
            filler: &filler,
            register,
            open: settled.open.clone(),
            fixed,
            head: settled.head.clone(),
            scene: settled.scene,
            chance,
        };
        let rules = self.refused.get(register.name()).map(Vec::as_slice).unwrap_or_default();
        for _ in 0..2 {
            for wish in &order.wishes {
                solver.make(&wish.truth, wish.wanted, facts);
            }
            for rule in rules {
                if solver.verdict(rule, facts).fails() {
                    solver.make(rule, true, facts);
                }
            }
        }
        // What a case has only later cannot be asked of it now.
        if settled.open.is_some() {
            return Ok(());
        }
        if rules.iter().any(|rule| solver.verdict(rule, facts).fails()) {
            return Err("no values were found that its rules allow".into());
        }
        let missed = order.wishes.iter().find(|w| {
            let verdict = solver.verdict(&w.truth, facts);
            if w.wanted { !verdict.holds() } else { !verdict.fails() }
        });
        missed.map_or(Ok(()), |_| Err("no values were found that meet its condition".into()))
    }
}

/// Optional references to records that the person does not see are left out the next time.
pub(super) fn unseen_references(register: &Register, order: &Order, error: &EngineError) -> Facts {
    let EngineError::Invalid(problems) = error else { return Facts::new() };
    let unseen = problems.0.iter().filter(|p| p.code == "field.reference_unknown");
    let optional = unseen.filter(|p| {
        register.field(&p.field).is_some_and(|f| !f.required) && !order.fixed.contains_key(&p.field)
    });
    optional.map(|p| (p.field.clone(), judge::Fact::Empty)).collect()
}

/// A record or the form of a step, whose values are settled.
pub(super) struct Settled<'a> {
    pub(super) register: &'a Register,
    /// The fields of the form; None for a whole record.
    pub(super) open: Option<BTreeSet<String>>,
    /// State and the like.
    pub(super) head: Facts,
    pub(super) scene: &'a Scene,
}
