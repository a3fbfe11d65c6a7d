//! What is counted by itself every night, and on demand: a job of the store, so that any of several processes does it once.

use base::{Day, Instant, Period};
use city::Actor;
use serde_json::json;
use store::{ChangeSet, NewJob};

use crate::{Engine, EngineError};

/// The kind of job that counts figures.
pub const FIGURES: &str = "figures";

/// One thing to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figures {
    /// A period of an indicator.
    Indicator(String, Period),
    /// A period of a scorecard.
    Scorecard(String, Period),
}

impl Engine {
    /// Asks for the figures of the day; a second asking for the same day does nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask_for_daily_figures(&self) -> Result<(), EngineError> {
        let day = self.today();
        let mut set = ChangeSet { idempotency_key: Some(format!("figures of {day}")), ..ChangeSet::new() };
        set.jobs.push(job(json!({ "day": day.to_string() }).to_string(), None));
        self.database.apply(set).await?;
        Ok(())
    }

    /// Asks for a period of an indicator to be counted now.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they see no numbers of it; refused unless they release figures.
    pub async fn ask_for_figures(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
    ) -> Result<(), EngineError> {
        let indicator = self.indicator(name)?;
        if !self.sees_indicator(actor, indicator) {
            return Err(EngineError::NotFound);
        }
        self.may_ask(actor)?;
        self.ask_for_job(&json!({ "indicator": name, "period": period.code() })).await
    }

    pub(crate) fn may_ask(&self, actor: &Actor) -> Result<(), EngineError> {
        if self.locks_figures(actor) {
            return Ok(());
        }
        Err(EngineError::Refused(base::Problem::new("figures.not_office")))
    }

    pub(crate) async fn ask_for_job(&self, payload: &serde_json::Value) -> Result<(), EngineError> {
        let mut set = ChangeSet::new();
        let payload = payload.to_string();
        set.jobs.push(job(payload.clone(), Some(payload)));
        self.database.apply(set).await?;
        Ok(())
    }

    /// What a job asks for, one after the other.
    #[must_use]
    pub fn figures_of_job(&self, payload: &str) -> Vec<Figures> {
        let asked: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
        let text = |name: &str| asked.get(name).and_then(serde_json::Value::as_str);
        let period = text("period").and_then(Period::parse);
        match (text("indicator"), text("scorecard"), period) {
            (Some(name), _, Some(period)) => vec![Figures::Indicator(name.to_owned(), period)],
            (_, Some(name), Some(period)) => vec![Figures::Scorecard(name.to_owned(), period)],
            _ => self.figures_of_day(text("day").and_then(Day::parse).unwrap_or_else(|| self.today())),
        }
    }

    /// What is counted on a day: the current period of everything, a period that ended the day before once more, and
    /// the year before where it is compared with.
    #[must_use]
    pub fn figures_of_day(&self, day: Day) -> Vec<Figures> {
        let mut all = Vec::new();
        let periods = |kind| {
            let (today, yesterday) =
                (Period::containing(kind, day), Period::containing(kind, day.plus_days(-1)));
            let ended = (yesterday != today).then_some(yesterday);
            ended.into_iter().chain([today])
        };
        for indicator in self.model.indicators.values() {
            for period in periods(*indicator.every.get_ref()) {
                let baseline = indicator.compare.map(|_| period.year_before());
                let wanted = baseline.into_iter().chain([period]);
                let wanted = wanted.filter(|p| indicator.in_force(p.first(), p.last()));
                all.extend(wanted.map(|p| Figures::Indicator(indicator.name().to_owned(), p)));
            }
        }
        for card in self.model.scorecards.values() {
            let wanted = periods(*card.every.get_ref()).filter(|p| card.in_force(p.first(), p.last()));
            all.extend(wanted.map(|p| Figures::Scorecard(card.name().to_owned(), p)));
        }
        all
    }

    /// Everything of the last `months` months until today: for a city that is shown with a past.
    #[must_use]
    pub fn figures_of_months(&self, months: i32) -> Vec<Figures> {
        let mut all = Vec::new();
        let mut add = |figures: Figures| {
            if !all.contains(&figures) {
                all.push(figures);
            }
        };
        let today = self.today();
        let days: Vec<Day> = (0..=months).rev().map(|back| today.plus_months(-back)).collect();
        for indicator in self.model.indicators.values() {
            // The state of a past day is not known any more.
            let days = if self.tells_a_state(indicator) { days.get(days.len() - 1..) } else { days.get(..) };
            for day in days.unwrap_or_default() {
                let period = Period::containing(*indicator.every.get_ref(), *day);
                if indicator.in_force(period.first(), period.last()) {
                    add(Figures::Indicator(indicator.name().to_owned(), period));
                }
            }
        }
        for card in self.model.scorecards.values() {
            for day in &days {
                let period = Period::containing(*card.every.get_ref(), *day);
                if card.in_force(period.first(), period.last()) {
                    add(Figures::Scorecard(card.name().to_owned(), period));
                }
            }
        }
        all
    }

    /// Counts one of them.
    ///
    /// # Errors
    /// The database failed; an element that no pack has any more is left out.
    pub async fn compute_figures(&self, figures: &Figures) -> Result<(), EngineError> {
        let done = match figures {
            Figures::Indicator(name, period) => self.compute_indicator(name, *period).await.map(drop),
            Figures::Scorecard(name, period) => self.compute_scorecard(name, *period).await.map(drop),
        };
        match done {
            Err(EngineError::NotFound) => Ok(()),
            other => other,
        }
    }
}

fn job(payload: String, once: Option<String>) -> NewJob {
    NewJob { kind: FIGURES.into(), payload, run_at: Instant(0), once }
}
