//! Scorecards: every subject scored for a period by items, with the trace of every point: item, source, rows.
//!
//! Everything is read set by set, never subject by subject. A locked indicator gives its released numbers; a locked
//! scorecard stays what it was, and later differences are shown beside it.

mod given;
mod keep;
mod read;
mod readings;
mod subjects;
pub mod tables;

use std::collections::HashMap;

use base::{Period, Text};
use city::Place;
use judge::indicator::Moments;
use judge::score::{Outcome, score};
use plan::pack::Scorecard;
use serde::{Deserialize, Serialize};

use crate::indicator::Locked;
use crate::{Engine, EngineError};

pub use given::{Given, GivenPoints};
pub use read::{Scored, Standing};
use readings::Evidence;

/// Somebody who is scored.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// Id of the record, or code of the region or department.
    pub(crate) key: String,
    /// Its name.
    pub(crate) title: Text,
    /// Where it stands.
    pub(crate) place: Place,
}

/// Where the points of an item came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemTrace {
    /// The item.
    pub item: String,
    /// Points in hundredths.
    pub points: i64,
    /// Most points in hundredths.
    pub weight: i64,
    /// Why: `share`, `step`, `full`, `each`, `given`, `not_given`, `nothing_to_count`, `cannot_be_judged`.
    pub why: String,
    /// What the source said.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// A result with everything that explains it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Trace {
    /// The items in the order of the card.
    pub items: Vec<ItemTrace>,
    /// Places of the vetoes that apply.
    pub vetoes: Vec<usize>,
}

/// A subject with its outcome.
pub(crate) struct Made {
    pub(crate) subject: Subject,
    pub(crate) outcome: Outcome,
    pub(crate) trace: Trace,
}

impl Engine {
    /// The scorecard of that name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where no pack has it.
    pub fn scorecard(&self, name: &str) -> Result<&Scorecard, EngineError> {
        self.model.scorecards.get(name).ok_or(EngineError::NotFound)
    }

    /// The period of a scorecard that holds today.
    #[must_use]
    pub fn period_of_card(&self, card: &Scorecard) -> Period {
        Period::containing(*card.every.get_ref(), self.today())
    }

    /// Scores all subjects for `period` and stores what differs from the last version. True when something did.
    ///
    /// # Errors
    /// No such card, or the database failed.
    pub async fn compute_scorecard(&self, name: &str, period: Period) -> Result<bool, EngineError> {
        let card = self.scorecard(name)?;
        let made = self.score_all(card, period).await?;
        self.keep_results(card, period, made).await
    }

    async fn score_all(&self, card: &Scorecard, period: Period) -> Result<Vec<Made>, EngineError> {
        let moment = Moments::of(period, self.today());
        let subjects = self.card_subjects(card, &moment).await?;
        let mut vetoes: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, veto) in card.veto.iter().enumerate() {
            for key in self.those_for_whom(card, veto.when.get_ref(), &moment, &subjects).await? {
                vetoes.entry(key).or_default().push(at);
            }
        }
        let mut sources = Vec::with_capacity(card.items.len());
        for item in &card.items {
            sources.push(self.card_readings(card, item, period).await?);
        }
        let one = |subject: Subject| {
            let read: Vec<_> = sources.iter().map(|source| source.of(&subject.key)).collect();
            let readings: Vec<_> = read.iter().map(|(reading, _)| *reading).collect();
            let vetoed = vetoes.get(&subject.key).cloned().unwrap_or_default();
            let outcome = score(card, &readings, &vetoed, period.last());
            let traced = outcome.items.iter().zip(read).map(|(points, (_, evidence))| ItemTrace {
                item: points.item.clone(),
                points: points.points.0,
                weight: points.weight.0,
                why: points.why.name().to_owned(),
                evidence,
            });
            let trace = Trace { items: traced.collect(), vetoes: vetoed };
            Made { subject, outcome, trace }
        };
        Ok(subjects.into_iter().map(one).collect())
    }

    /// Locks a period of a scorecard as it was made last.
    ///
    /// # Errors
    /// Not the office; the period is not over, has no results or is locked already.
    pub async fn lock_scorecard(
        &self,
        actor: &city::Actor,
        name: &str,
        period: Period,
        note: &str,
    ) -> Result<(), EngineError> {
        self.scorecard(name)?;
        let number = self.last_version(name, period).await?.map(|(_, run)| run.number);
        self.lock_figures(actor, Locked::Scorecard, name, period, number, note).await
    }

    /// Unlocks a period of a scorecard.
    ///
    /// # Errors
    /// Not the office; no reason; it is not locked.
    pub async fn unlock_scorecard(
        &self,
        actor: &city::Actor,
        name: &str,
        period: Period,
        reason: &str,
    ) -> Result<(), EngineError> {
        self.scorecard(name)?;
        self.unlock_figures(actor, Locked::Scorecard, name, period, reason).await
    }

    /// Asks for a period of a scorecard to be made now.
    ///
    /// # Errors
    /// Refused unless they release figures.
    pub async fn ask_for_scores(
        &self,
        actor: &city::Actor,
        name: &str,
        period: Period,
    ) -> Result<(), EngineError> {
        self.scorecard(name)?;
        self.may_ask(actor)?;
        self.ask_for_job(&serde_json::json!({ "scorecard": name, "period": period.code() })).await
    }
}
