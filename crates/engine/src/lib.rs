//! The engine runs packs: records of registers, cases that go round procedures, who is waited for, what time brings about.
//!
//! Every service has the same shape. It reads what it needs, asks `judge` (pure), and returns one `ChangeSet` that the
//! store applies as a whole: the rows, the case's event, the journal, the counters, the search words. Nothing here
//! knows of HTTP, and nothing of a particular plan: the model says what exists.

pub mod body;
pub mod bound_assessment;
pub mod case;
pub mod check;
pub mod checklist;
pub mod connector;
pub mod dashboard;
pub mod duty;
pub mod error;
pub mod exercised;
pub mod field;
pub mod file;
mod fit;
pub mod hazard_report;
pub mod import;
pub mod indicator;
pub mod install;
pub mod journal;
mod lookups;
pub mod map;
pub mod notice;
pub mod owed;
pub mod plan_words;
pub mod proposal;
pub mod public;
pub mod publication;
pub mod record;
mod relevance;
pub mod responsibility;
pub mod risk;
pub mod rule;
pub mod scorecard;
pub mod standing;
pub mod sweep;
pub mod tables;
pub mod task;
pub mod trend;
pub mod trial;
pub mod work;

use std::sync::{Arc, Mutex};

use base::{Chance, Clock, Day, Id, Instant, OsChance, WorkCalendar};
use plan::pack::{Model, Register};
use store::Database;

pub use error::EngineError;

/// The engine of one city: its database, its model in force, its calendar and its clock.
#[derive(Clone)]
pub struct Engine {
    /// The database.
    pub database: Database,
    /// The packs in force.
    pub model: Arc<Model>,
    /// Working days.
    pub calendar: Arc<WorkCalendar>,
    /// The domain's clock.
    pub clock: Arc<dyn Clock>,
    duties: Arc<duty::Catalogue>,
    /// Duties are left to the next sweep.
    resting: bool,
    chance: Arc<Mutex<Box<dyn Chance>>>,
    series: Arc<record::code::Series>,
    pub(crate) rules: Arc<rule::RuleBook>,
}

impl Engine {
    /// An engine over a database whose tables exist (see [`Engine::install`]).
    #[must_use]
    pub fn new(
        database: Database,
        model: Arc<Model>,
        calendar: Arc<WorkCalendar>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let chance: Box<dyn Chance> = Box::new(OsChance);
        let rules = Arc::new(rule::RuleBook::of(&model));
        let duties = Arc::new(duty::Catalogue::of(&model));
        Self {
            database,
            model,
            calendar,
            clock,
            duties,
            resting: false,
            chance: Arc::new(Mutex::new(chance)),
            series: Arc::default(),
            rules,
        }
    }

    /// The same engine with another clock and source of chance: for building data of the past, repeatably.
    #[must_use]
    pub fn at(&self, clock: Arc<dyn Clock>, chance: Box<dyn Chance>) -> Self {
        Self { clock, chance: Arc::new(Mutex::new(chance)), ..self.clone() }
    }

    /// The same engine, which leaves it to the next sweep to judge duties after each change: for filling a city.
    #[must_use]
    pub fn resting(self) -> Self {
        Self { resting: true, ..self }
    }

    /// The present instant of the domain.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The present day of the domain.
    #[must_use]
    pub fn today(&self) -> Day {
        self.clock.today()
    }

    /// A new id of the present instant.
    #[must_use]
    pub fn new_id(&self) -> Id {
        self.new_id_at(self.now())
    }

    /// A new id of the instant `at`.
    #[must_use]
    pub fn new_id_at(&self, at: Instant) -> Id {
        let mut chance = match self.chance.lock() {
            Ok(chance) => chance,
            Err(poisoned) => poisoned.into_inner(),
        };
        let mut source = Borrowed(chance.as_mut());
        Id::new(at, &mut source)
    }

    /// The register of that name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where no pack has it.
    pub fn register(&self, name: &str) -> Result<&Register, EngineError> {
        self.model.register(name).ok_or(EngineError::NotFound)
    }
}

/// Lends a boxed source of chance to a function that takes any.
struct Borrowed<'a>(&'a mut dyn Chance);

impl Chance for Borrowed<'_> {
    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}
