//! Storing what was planned.

use std::collections::BTreeSet;

use base::{Id, Problem};
use city::Actor;
use judge::Facts;
use plan::expression::RouteStep;
use plan::pack::{Register, Rule, Shape};
use store::{Bundle, ChangeSet, Priority};

use super::{Outcome, PlannedChunk, PlannedRow};
use crate::duty::event::sets_off;
use crate::record::Record;
use crate::record::beside::taken;
use crate::record::change_set::{changed, insert, journal, update};
use crate::risk::point_of;
use crate::rule::touched::{Follows, Touched};
use crate::{Engine, EngineError};

/// Judges and stores the planned chunks of one import.
#[derive(Clone)]
pub struct Writer {
    engine: Engine,
    actor: Actor,
    register: String,
}

/// A chunk that is judged and ready to be stored: its sets, with the row and the facts behind each.
#[derive(Default)]
pub struct Prepared {
    outcomes: Vec<Outcome>,
    sets: Vec<ChangeSet>,
    behind: Vec<(usize, Facts)>,
    /// What happened to records for which duties wait, with the row: as they were and as they are.
    happened: Vec<(usize, Option<Record>, Record)>,
    then: Then,
    /// The sets as statements, with what is marked for the sweeps.
    bundle: Bundle,
    /// Marks the rules that leave what follows to their sweep.
    stale: Option<ChangeSet>,
}

/// Whose standing follows from the rows once they are stored: risk points from the grades of their factors, enterprises
/// from their responsible bodies.
#[derive(Default)]
struct Then {
    points: BTreeSet<Id>,
    firms: BTreeSet<Id>,
}

impl Then {
    fn is_nothing(&self) -> bool {
        self.points.is_empty() && self.firms.is_empty()
    }
}

/// Rows of a chunk about which rules act at once; of more, what they bring about waits for their sweep.
const AT_ONCE: usize = 200;

/// A row with what the rules bring about with it.
type JudgedRow = (Result<PlannedRow, base::Problems>, ChangeSet);

impl Engine {
    /// Judges the rows of a chunk by the rules, together: those that a rule refuses become refused rows. True beside them
    /// where what follows is left to a sweep.
    async fn judge_planned(
        &self,
        register: &Register,
        planned: PlannedChunk,
    ) -> Result<(Vec<JudgedRow>, bool), EngineError> {
        let mut judged: Vec<JudgedRow> =
            planned.rows.into_iter().map(|row| (row, ChangeSet::new())).collect();
        if self.model.rules.is_empty() {
            return Ok((judged, false));
        }
        let (answers, many) = {
            let rows = judged.iter().filter_map(|(row, _)| row.as_ref().ok());
            let touched: Vec<Touched<'_>> =
                rows.map(|row| Touched::new(register, row.old.as_ref(), &row.new)).collect();
            let written = |one: &&Touched<'_>| one.before.as_ref() != Some(&one.after);
            let many = touched.iter().filter(written).count() > AT_ONCE;
            let follows = if many { Follows::WithSweep } else { Follows::AtOnce };
            (self.judge_written(&touched, follows).await?, many)
        };
        let mut answers = answers.into_iter();
        for (row, set) in &mut judged {
            if row.is_ok()
                && let Some(answer) = answers.next()
            {
                *set = answer.set;
                if !answer.problems.is_empty() {
                    *row = Err(answer.problems);
                    *set = ChangeSet::new();
                }
            }
        }
        Ok((judged, many))
    }
}

impl Writer {
    /// A writer of one import.
    ///
    /// # Errors
    /// The register does not take imports.
    pub fn new(engine: &Engine, actor: &Actor, register: &str) -> Result<Self, EngineError> {
        engine.importable(register)?;
        Ok(Self { engine: engine.clone(), actor: actor.clone(), register: register.to_owned() })
    }

    /// True when a chunk can be judged while the one before it is still on its way to the disk: its rows are new, so
    /// that only the rules of their own register judge them, none of these looks at other records of that register, and
    /// no row asks for a new assessment of a risk, which another row may have asked for already.
    #[must_use]
    pub fn may_prepare_ahead(&self, planned: &PlannedChunk) -> bool {
        let (engine, name) = (&self.engine, self.register.as_str());
        let Ok(register) = engine.register(name) else { return false };
        let looks = |step: &RouteStep| match step {
            RouteStep::Follow { to, .. } | RouteStep::Linked { to, .. } => to == name,
        };
        let alone = |rule: &Rule| {
            let entry = engine.rules.entry(rule.name());
            entry.is_some_and(|entry| !entry.routes.iter().flat_map(|route| &route.steps).any(looks))
        };
        register.reassess.is_empty()
            && planned.rows.iter().flatten().all(|row| row.old.is_none())
            && engine.model.rules.values().filter(|rule| rule.register() == name).all(alone)
    }

    /// Stores a prepared chunk in one transaction, and with it what `beside` says of its outcomes (the progress of a
    /// job): so a row is never imported without being counted. Where one row stands in the way (somebody took its code
    /// meanwhile), the rows are stored one by one and that row is refused.
    ///
    /// # Errors
    /// The database failed.
    pub async fn store(
        &self,
        prepared: Prepared,
        beside: impl Fn(&[Outcome]) -> Option<ChangeSet>,
    ) -> Result<Vec<Outcome>, EngineError> {
        let register = self.engine.register(&self.register)?;
        let Prepared { mut outcomes, sets, behind, happened, then, mut bundle, stale } = prepared;
        let after = !then.is_nothing();
        if let Some(beside) = beside(&outcomes).filter(|_| !after) {
            bundle.append(self.engine.database.bundle(&[beside]).await?);
        }
        if self.engine.database.store_bundle(bundle).await? {
            if after {
                self.settle_and_count(register, then, beside(&outcomes)).await?;
            }
            self.set_off(register, happened, &outcomes).await;
            return Ok(outcomes);
        }
        self.engine.duties_are_stale().await?;
        if let Some(stale) = stale {
            self.engine.database.apply(stale).await?;
        }
        let results = self.engine.database.apply_bulk(sets).await;
        for ((at, facts), result) in behind.into_iter().zip(results) {
            let refused = match result {
                Ok(_) => continue,
                Err(store::WriteError::Duplicate { columns, .. }) => taken(register, &columns, &facts),
                Err(store::WriteError::Conflict { .. }) => Problem::new("import.changed_meanwhile"),
                Err(store::WriteError::Store(error)) => return Err(error.into()),
            };
            if let Some(outcome) = outcomes.get_mut(at) {
                *outcome = Outcome::Refused(refused.into());
            }
        }
        self.settle_and_count(register, then, beside(&outcomes)).await?;
        self.set_off(register, happened, &outcomes).await;
        Ok(outcomes)
    }

    /// What the stored rows set off: duties that are owed after an event. No sweep would find that.
    async fn set_off(
        &self,
        register: &Register,
        happened: Vec<(usize, Option<Record>, Record)>,
        outcomes: &[Outcome],
    ) {
        let stored = |at: usize| matches!(outcomes.get(at), Some(Outcome::Added(_) | Outcome::Updated(_)));
        let rows: Vec<(Option<Record>, Record)> =
            happened.into_iter().filter(|(at, ..)| stored(*at)).map(|(_, old, new)| (old, new)).collect();
        if !rows.is_empty() {
            self.engine.duties_after_import(register, &rows).await;
        }
    }

    async fn settle_and_count(
        &self,
        register: &Register,
        then: Then,
        beside: Option<ChangeSet>,
    ) -> Result<(), EngineError> {
        for point in then.points {
            self.engine.settle(&self.actor, register, &BTreeSet::from([point])).await?;
        }
        self.engine.settle_responsibility(&then.firms).await?;
        if let Some(set) = beside {
            self.engine.database.apply(set).await?;
        }
        Ok(())
    }

    /// Judges a planned chunk and makes ready what is stored of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn prepare(&self, planned: PlannedChunk) -> Result<Prepared, EngineError> {
        let (engine, actor) = (&self.engine, &self.actor);
        let register = engine.register(&self.register)?;
        let waiting = engine.duties_after(register);
        let (rows, many) = engine.judge_planned(register, planned).await?;
        let stale = many.then(|| engine.stale_rules(register));
        let mut made = Prepared { stale, ..Prepared::default() };
        for (plan, judged) in rows {
            let PlannedRow { old, new } = match plan {
                Ok(plan) => plan,
                Err(problems) => {
                    made.outcomes.push(Outcome::Refused(problems));
                    continue;
                }
            };
            let id = new.id;
            if register.shape == Some(Shape::RiskFactor) {
                made.then
                    .points
                    .extend([Some(&new), old.as_ref()].into_iter().flatten().filter_map(point_of));
            }
            made.then.firms.extend(crate::responsibility::touched(register, old.as_ref(), &new));
            let (mut set, outcome) = match &old {
                None => {
                    let mut set = insert(&engine.model, register, &new);
                    set.journal.push(journal(actor, "import", &new, engine.now(), &new.facts));
                    engine.follow(actor, register, None, &new, &mut set).await?;
                    (set, Outcome::Added(id))
                }
                Some(old) => {
                    let changes = changed(&old.facts, &new.facts);
                    if changes.is_empty() {
                        made.outcomes.push(Outcome::Unchanged(id));
                        continue;
                    }
                    let mut set = update(&engine.model, register, old, &new);
                    engine.move_along(register, old, &new, &mut set).await?;
                    engine.follow(actor, register, Some(old), &new, &mut set).await?;
                    set.journal.push(journal(actor, "import", &new, engine.now(), &changes));
                    (set, Outcome::Updated(id))
                }
            };
            set.append(judged);
            if sets_off(&waiting, register, old.as_ref(), &new) {
                made.happened.push((made.outcomes.len(), old, new.clone()));
            }
            made.behind.push((made.outcomes.len(), new.facts));
            made.outcomes.push(outcome);
            made.sets.push(ChangeSet { priority: Priority::Low, ..set });
        }
        if !made.sets.is_empty() {
            made.bundle = engine.database.bundle(&made.sets).await?;
            // Many records at once: the next sweep judges the duties.
            engine.leaving_duties_stale(&mut made.bundle);
        }
        if let Some(stale) = &made.stale {
            made.bundle.append(engine.database.bundle(std::slice::from_ref(stale)).await?);
        }
        Ok(made)
    }
}
