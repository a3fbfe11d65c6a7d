//! Reading numbers within what somebody may see.

use std::collections::{BTreeMap, HashMap};

use base::Period;
use city::{Actor, Place};
use judge::indicator::{Goal, Moments, Shape, Tally};
use plan::pack::indicator::{Counting, Of};
use plan::pack::{Indicator, Register, ScopeFrom, Seat};
use store::{ColumnClass, Condition, Direction, Query, Scope, Value};

use super::keep::{MOST_GROUPS, key_of, run_of, tally_of};
use super::tables::{INDICATOR_RUN, INDICATOR_VALUE};
use super::{Figure, Lock, Locked, Run};
use crate::{Engine, EngineError};

/// Versions read at once.
const MOST_RUNS: u32 = 5000;

/// A group with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The value of the group, as it is stored.
    pub key: String,
    /// Its rows.
    pub tally: Tally,
}

/// Whose groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupsOf {
    /// What lies in the reader's scope.
    Own,
    /// The whole city, where the period is locked and the reader belongs to the administration.
    Released,
}

/// From where somebody's numbers come.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// From the stored groups of this dimension, as far as the scope sees them.
    Stored(&'static str),
    /// Counted at once within the scope.
    Counted,
}

impl Engine {
    /// The register that an indicator counts.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where it counts none.
    pub fn register_of(&self, indicator: &Indicator) -> Result<&Register, EngineError> {
        match Of::read(indicator.of.get_ref(), &self.model) {
            Ok(Of::Rows { register, .. }) => self.register(&register),
            // Not a register of the packs, but what stands for one.
            Ok(Of::Duty(_)) => super::duty::instances(),
            Err(_) => Err(EngineError::NotFound),
        }
    }

    /// Whether somebody sees numbers of an indicator: a role of theirs reads the register that it counts.
    #[must_use]
    pub fn sees_indicator(&self, actor: &Actor, indicator: &Indicator) -> bool {
        let register = self.register_of(indicator);
        register.is_ok_and(|r| actor.grants.iter().any(|g| self.role_counts(indicator, r, &g.role)))
    }

    fn role_counts(&self, indicator: &Indicator, register: &Register, role: &str) -> bool {
        match indicator.duty() {
            Some(_) => self.role_counts_duties(role),
            None => self.role_reads(register, role),
        }
    }

    /// The rows of an indicator that `actor` sees.
    fn figure_scope(&self, actor: &Actor, indicator: &Indicator, register: &Register) -> Scope {
        match indicator.duty() {
            Some(_) => self.duty_scope(actor),
            None => self.scope(actor, register),
        }
    }

    /// Whether somebody belongs to the administration: released numbers of others are for them.
    #[must_use]
    pub fn administers(&self, actor: &Actor) -> bool {
        let seat = |role: &str| self.model.roles.get(role).map(|r| r.seat);
        actor.grants.iter().any(|g| {
            matches!(seat(&g.role), Some(Seat::Township | Seat::County | Seat::Department | Seat::City))
        })
    }

    fn figure_source(
        &self,
        actor: &Actor,
        indicator: &Indicator,
        register: &Register,
        counting: &Counting,
    ) -> Source {
        if register.scope == ScopeFrom::Shared {
            return Source::Stored("");
        }
        let grants = actor.grants.iter().filter(|g| self.role_counts(indicator, register, &g.role));
        let places: Vec<&Place> = grants.map(|g| &g.place).collect();
        if places.iter().any(|p| **p == Place::default()) {
            return Source::Stored("");
        }
        let only = |keep: fn(&Place) -> Place| places.iter().all(|p| keep(p) == **p);
        let grouped = |name: &str| counting.by.iter().any(|d| d.name == name);
        if only(|p| Place { county: p.county.clone(), ..Place::default() }) {
            return Source::Stored("county");
        }
        let townships =
            only(|p| Place { county: p.county.clone(), township: p.township.clone(), ..Place::default() })
                && places.iter().all(|p| !p.township.is_empty());
        if townships && grouped("township") {
            return Source::Stored("township");
        }
        let sectors =
            only(|p| Place { county: p.county.clone(), sector: p.sector.clone(), ..Place::default() })
                && places.iter().all(|p| !p.sector.is_empty());
        if sectors && grouped("sector") {
            return Source::Stored("sector");
        }
        Source::Counted
    }

    /// Whether the numbers of an indicator are counted at once for somebody, because no stored group fits their scope.
    ///
    /// # Errors
    /// The indicator counts no register.
    pub fn counts_at_once(&self, actor: &Actor, indicator: &Indicator) -> Result<bool, EngineError> {
        let counting = self.counting(indicator)?;
        let register = self.register_of(indicator)?;
        Ok(self.figure_source(actor, indicator, register, &counting) == Source::Counted)
    }

    /// The numbers of some periods within what `actor` may see, in the order of `periods`. Periods without numbers yet are
    /// left out.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they see none; the database failed.
    pub async fn figures(
        &self,
        actor: &Actor,
        name: &str,
        periods: &[Period],
    ) -> Result<Vec<Figure>, EngineError> {
        let indicator = self.indicator(name)?;
        if !self.sees_indicator(actor, indicator) {
            return Err(EngineError::NotFound);
        }
        let counting = self.counting(indicator)?;
        let register = self.register_of(indicator)?;
        let runs = self.figure_runs(name, periods).await?;
        let locks = self.figure_locks(Locked::Indicator, name, periods).await?;
        let mut figures = Vec::with_capacity(periods.len());
        if let Source::Stored(dimension) = self.figure_source(actor, indicator, register, &counting) {
            let scope = self.figure_scope(actor, indicator, register).reading(ColumnClass::Public);
            let latest: Vec<(Period, Option<i64>)> = periods.iter().map(|p| (*p, None)).collect();
            let now = sums(self.stored_groups(name, dimension, &latest, scope.clone()).await?);
            let locked: Vec<(Period, Option<i64>)> =
                locks.iter().map(|(period, lock)| (*period, Some(lock.number))).collect();
            let then = sums(self.stored_groups(name, dimension, &locked, scope).await?);
            for period in periods {
                let Some(run) = runs.get(period) else { continue };
                let counted = now.get(period).copied().unwrap_or_default();
                let lock = locks.get(period).cloned();
                let released = lock.as_ref().map(|_| then.get(period).copied().unwrap_or_default());
                let mut figure = self.figure_made(indicator, &counting, *period, released.unwrap_or(counted));
                figure.since = released.filter(|r| *r != counted).map(|_| counted);
                figure.run = Some(run.clone());
                figure.lock = lock;
                figures.push(figure);
            }
            return Ok(figures);
        }
        for period in periods.iter().filter(|p| p.first() <= self.today()) {
            let scope = self.figure_scope(actor, indicator, register).reading(ColumnClass::Secret);
            let tally = match self.duty_of(indicator)? {
                Some(duty) => {
                    let cells = self.duty_cells(duty, *period, &[], &scope).await?;
                    cells.into_iter().map(|c| c.tally).sum()
                }
                None => {
                    let (grouping, at) = (super::Grouping::by(None), indicator.at.get_ref());
                    let cells = self.count_cells(&counting, at, *period, &grouping, scope).await?;
                    cells.into_iter().map(|c| c.tally).sum()
                }
            };
            figures.push(self.figure_made(indicator, &counting, *period, tally));
        }
        Ok(figures)
    }

    /// The city's numbers of a locked period, for the administration; None otherwise.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where the reader sees no numbers of it; the database failed.
    pub async fn released_figure(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
    ) -> Result<Option<Figure>, EngineError> {
        let indicator = self.indicator(name)?;
        if !self.sees_indicator(actor, indicator) {
            return Err(EngineError::NotFound);
        }
        let locks = self.figure_locks(Locked::Indicator, name, &[period]).await?;
        let (Some(lock), true) = (locks.get(&period), self.administers(actor)) else { return Ok(None) };
        let scope = Scope::system("released figures");
        let stored = sums(self.stored_groups(name, "", &[(period, Some(lock.number))], scope).await?);
        let tally = stored.get(&period).copied().unwrap_or_default();
        let mut figure = self.figure_made(indicator, &self.counting(indicator)?, period, tally);
        figure.lock = Some(lock.clone());
        Ok(Some(figure))
    }

    /// The groups of a period by `dimension` (as in `by`, or `county`), the largest first.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for an unknown dimension, or where the reader sees none; the database failed.
    pub async fn figure_groups(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
        dimension: &str,
        whose: GroupsOf,
    ) -> Result<Vec<Group>, EngineError> {
        let indicator = self.indicator(name)?;
        if !self.sees_indicator(actor, indicator) {
            return Err(EngineError::NotFound);
        }
        let counting = self.counting(indicator)?;
        let register = self.register_of(indicator)?;
        let counties = register.scope != ScopeFrom::Shared && dimension == "county";
        if !counties && !counting.by.iter().any(|d| d.name == dimension) {
            return Err(EngineError::NotFound);
        }
        let locks = self.figure_locks(Locked::Indicator, name, &[period]).await?;
        let lock = locks.get(&period).map(|l| l.number);
        let found: BTreeMap<String, Tally> =
            match (whose, self.figure_source(actor, indicator, register, &counting)) {
                (GroupsOf::Released, _) if lock.is_none() || !self.administers(actor) => {
                    return Ok(Vec::new());
                }
                (GroupsOf::Released, _) => {
                    let scope = Scope::system("released figures");
                    keyed(self.stored_groups(name, dimension, &[(period, lock)], scope).await?)
                }
                // Within a county everything that stands in it; within a sector or township only that dimension itself.
                (GroupsOf::Own, Source::Stored(own))
                    if own.is_empty() || own == "county" || own == dimension =>
                {
                    let scope = self.figure_scope(actor, indicator, register).reading(ColumnClass::Public);
                    keyed(self.stored_groups(name, dimension, &[(period, lock)], scope).await?)
                }
                (GroupsOf::Own, _) => {
                    let scope = self.figure_scope(actor, indicator, register).reading(ColumnClass::Secret);
                    let counted = self.counted_groups(indicator, period, scope).await?;
                    let mut found: BTreeMap<String, Tally> = BTreeMap::new();
                    for (key, tally) in counted.into_iter().filter(|(key, _)| key.dimension == dimension) {
                        *found.entry(key.key).or_default() += tally;
                    }
                    found
                }
            };
        let mut groups: Vec<Group> = found
            .into_iter()
            .filter(|(_, tally)| !tally.is_empty())
            .map(|(key, tally)| Group { key, tally })
            .collect();
        groups.sort_by(|a, b| b.tally.base.cmp(&a.tally.base).then_with(|| a.key.cmp(&b.key)));
        Ok(groups)
    }

    fn figure_made(
        &self,
        indicator: &Indicator,
        counting: &Counting,
        period: Period,
        tally: Tally,
    ) -> Figure {
        let shape = Shape::of(indicator);
        let goal = Goal::of(counting, &Moments::of(period, self.today()), &self.model);
        let reached = goal.reached(&tally, shape);
        Figure { period, tally, shape, goal, reached, run: None, lock: None, since: None }
    }

    /// The last version of each period.
    async fn figure_runs(
        &self,
        indicator: &str,
        periods: &[Period],
    ) -> Result<HashMap<Period, Run>, EngineError> {
        let codes = periods.iter().map(|p| Value::Text(p.code())).collect();
        let query = Query::of(INDICATOR_RUN, Scope::system("versions of figures"))
            .filter(Condition::eq("indicator", indicator))
            .filter(Condition::In("period".into(), codes))
            .sort("number", Direction::Ascending)
            .limit(MOST_RUNS);
        let mut found = HashMap::new();
        for row in self.database.select(&query).await? {
            if let Some(period) = Period::parse(row.text("period")?) {
                found.insert(period, run_of(&row)?);
            }
        }
        Ok(found)
    }

    /// Stored rows of a dimension: of the last version, or as they were in the given one.
    pub(crate) async fn stored_groups(
        &self,
        indicator: &str,
        dimension: &str,
        periods: &[(Period, Option<i64>)],
        scope: Scope,
    ) -> Result<Vec<(Period, String, Tally)>, EngineError> {
        if periods.is_empty() {
            return Ok(Vec::new());
        }
        let holds = |number: Option<i64>| match number {
            None => Condition::Eq("replaced".into(), Value::Int(0)),
            Some(number) => Condition::And(vec![
                Condition::LessOrEqual("number".into(), Value::Int(number)),
                Condition::Or(vec![
                    Condition::Eq("replaced".into(), Value::Int(0)),
                    Condition::Greater("replaced".into(), Value::Int(number)),
                ]),
            ]),
        };
        let each = periods.iter().map(|(period, number)| {
            Condition::And(vec![Condition::eq("period", period.code()), holds(*number)])
        });
        let query = Query::of(INDICATOR_VALUE, scope)
            .filter(Condition::eq("indicator", indicator))
            .filter(Condition::eq("dimension", dimension))
            .filter(Condition::Or(each.collect()))
            .limit(MOST_GROUPS);
        let mut found = Vec::new();
        for row in self.database.select(&query).await? {
            if let Some(period) = Period::parse(row.text("period")?) {
                found.push((period, key_of(&row)?.key, tally_of(&row)?));
            }
        }
        Ok(found)
    }
}

fn sums(rows: Vec<(Period, String, Tally)>) -> HashMap<Period, Tally> {
    let mut found: HashMap<Period, Tally> = HashMap::new();
    for (period, _, tally) in rows {
        *found.entry(period).or_default() += tally;
    }
    found
}

fn keyed(rows: Vec<(Period, String, Tally)>) -> BTreeMap<String, Tally> {
    let mut found: BTreeMap<String, Tally> = BTreeMap::new();
    for (_, key, tally) in rows {
        *found.entry(key).or_default() += tally;
    }
    found
}

impl Lock {
    /// The short name under which notices and scores cite it: the last eight characters of its id.
    #[must_use]
    pub fn short(&self) -> String {
        let id = self.id.to_string();
        id.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect()
    }
}
