//! What the sources of an item say, for all subjects at once.

use std::collections::HashMap;

use base::Period;
use judge::indicator::{Shape, Tally};
use judge::score::Reading;
use plan::expression::{Context, Expression};
use plan::pack::indicator::{Better, Counting, DimensionFrom};
use plan::pack::scorecard::ScoreItem;
use plan::pack::{FixedSubject, Indicator, Register, Scorecard};
use serde::{Deserialize, Serialize};
use store::{Condition, Query, Scope, Value};

use super::tables::SCORECARD_GIVEN;
use crate::indicator::{Grouping, Locked, by_subject};
use crate::{Engine, EngineError};

/// What a source said of a subject, kept with the result.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The number of an indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Rows counted.
    #[serde(default)]
    pub base: i64,
    /// Rows that hit, or records that cost or bring points.
    #[serde(default)]
    pub hit: i64,
    /// Rows that could not be judged.
    #[serde(default)]
    pub unknown: i64,
    /// The short name of the release whose numbers were taken; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub release: String,
    /// Who gave the points.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When, as microseconds.
    #[serde(default)]
    pub at: i64,
    /// What proves it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub proof: String,
    /// The file that proves it, by its content hash.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
}

/// What one source says of all subjects.
pub(super) struct Source {
    of: HashMap<String, (Reading, Evidence)>,
    nothing: (Reading, Evidence),
}

impl Source {
    pub(super) fn of(&self, subject: &str) -> (Reading, Evidence) {
        self.of.get(subject).cloned().unwrap_or_else(|| self.nothing.clone())
    }
}

/// Points given in one period at most.
const MOST_GIVEN: u32 = 5_000_000;

impl Engine {
    pub(super) async fn card_readings(
        &self,
        card: &Scorecard,
        item: &ScoreItem,
        period: Period,
    ) -> Result<Source, EngineError> {
        let source = &item.source;
        if let Some(name) = &source.indicator {
            return self.of_indicator(card, self.indicator(name.get_ref())?, period).await;
        }
        if let Some(name) = &source.duty {
            let tallies =
                self.duty_by_subject(self.duty(name.get_ref())?, period, card.subject.get_ref()).await?;
            let tallies = self.card_by_key(tallies.into_iter().map(|(key, tally)| (Some(key), tally)), false);
            return Ok(self.source_of(card, tallies, Shape::Share, Better::Higher, ""));
        }
        if let Some(name) = &source.cases {
            return self.of_cases(card, item, self.register(name.get_ref())?, period).await;
        }
        self.of_assessors(card, item, period).await
    }

    async fn of_indicator(
        &self,
        card: &Scorecard,
        indicator: &Indicator,
        period: Period,
    ) -> Result<Source, EngineError> {
        let counting = self.counting(indicator)?;
        let locks = self.figure_locks(Locked::Indicator, indicator.name(), &[period]).await?;
        let subject = card.subject.get_ref();
        let fixed = FixedSubject::read(subject);
        let stored = match fixed {
            Some(FixedSubject::City) => Some(""),
            Some(FixedSubject::County) => Some("county"),
            Some(_) => counting.by.iter().find(|d| d.name == *subject).map(|d| d.name.as_str()),
            None => None,
        };
        let mut release = String::new();
        let tallies: HashMap<String, Tally> = match (locks.get(&period), stored) {
            (Some(lock), Some(dimension)) => {
                release = lock.short();
                let scope = Scope::system("released figures for a score");
                let rows = self
                    .stored_groups(indicator.name(), dimension, &[(period, Some(lock.number))], scope)
                    .await?;
                let mut found: HashMap<String, Tally> = HashMap::new();
                for (_, key, tally) in rows {
                    *found.entry(key).or_default() += tally;
                }
                found
            }
            _ => self.counted_by_subject(card, indicator, &counting, period).await?,
        };
        Ok(self.source_of(card, tallies, Shape::of(indicator), indicator.better, &release))
    }

    fn source_of(
        &self,
        card: &Scorecard,
        tallies: HashMap<String, Tally>,
        shape: Shape,
        better: Better,
        release: &str,
    ) -> Source {
        let city = FixedSubject::read(card.subject.get_ref()) == Some(FixedSubject::City);
        let found = tallies.into_iter().map(|(key, tally)| {
            (if city { self.code_of_city() } else { key }, of_tally(&tally, shape, better, release))
        });
        Source { of: found.collect(), nothing: of_tally(&Tally::default(), shape, better, release) }
    }

    /// Counts an indicator over the card's own period, by subject.
    async fn counted_by_subject(
        &self,
        card: &Scorecard,
        indicator: &Indicator,
        counting: &Counting,
        period: Period,
    ) -> Result<HashMap<String, Tally>, EngineError> {
        let subject = card.subject.get_ref();
        if let Some(duty) = self.duty_of(indicator)? {
            let tallies = self.duty_by_subject(duty, period, subject).await?;
            return Ok(self.card_by_key(tallies.into_iter().map(|(key, tally)| (Some(key), tally)), false));
        }
        let register = self.register(&counting.register)?;
        // A department is the field of the register where it has one, otherwise it leads the sector of the row.
        let field = (FixedSubject::read(subject) == Some(FixedSubject::Department))
            .then(|| plan::pack::indicator::Dimension::read("department", register).ok())
            .flatten();
        let (column, leads) = match &field {
            Some(dimension) => match &dimension.from {
                DimensionFrom::Column(column) => (Some(column.as_str()), false),
                DimensionFrom::LeadOfSector => (Some("sector"), true),
            },
            None => (by_subject(register, subject), false),
        };
        let grouping = Grouping::by(column);
        let scope = Scope::system("counting for a score");
        let cells = self.count_cells(counting, indicator.at.get_ref(), period, &grouping, scope).await?;
        Ok(self.card_by_key(cells.into_iter().map(|c| (c.keys.into_iter().next(), c.tally)), leads))
    }

    fn card_by_key(
        &self,
        cells: impl Iterator<Item = (Option<String>, Tally)>,
        leads: bool,
    ) -> HashMap<String, Tally> {
        let mut found: HashMap<String, Tally> = HashMap::new();
        for (key, tally) in cells {
            let key = key.unwrap_or_default();
            let key = if leads {
                let lead = self.model.departments.iter().find(|d| d.sectors.contains(&key));
                lead.map(|d| d.id.get_ref().clone()).unwrap_or_default()
            } else {
                key
            };
            *found.entry(key).or_default() += tally;
        }
        found
    }

    fn code_of_city(&self) -> String {
        let city = self.model.regions.iter().find(|r| r.kind == plan::pack::RegionKind::City);
        city.map(|r| r.code.get_ref().clone()).unwrap_or_default()
    }

    async fn of_cases(
        &self,
        card: &Scorecard,
        item: &ScoreItem,
        register: &Register,
        period: Period,
    ) -> Result<Source, EngineError> {
        let counting = self.counting_cases(item, register)?;
        let subject = card.subject.get_ref();
        let leads = FixedSubject::read(subject) == Some(FixedSubject::Department);
        let grouping = Grouping::by(by_subject(register, subject));
        let usual = if register.cases { "opened_at" } else { "created_at" };
        let at = item.source.at.as_ref().map_or(usual, |at| at.get_ref().as_str());
        let scope = Scope::system("counting for a score");
        let cells = self.count_cells(&counting, at, period, &grouping, scope).await?;
        let city = FixedSubject::read(subject) == Some(FixedSubject::City);
        let tallies =
            self.card_by_key(cells.into_iter().map(|c| (c.keys.into_iter().next(), c.tally)), leads);
        let found = tallies.into_iter().map(|(key, tally)| {
            let evidence =
                Evidence { base: tally.rows, hit: tally.base, unknown: tally.unknown, ..Evidence::default() };
            (if city { self.code_of_city() } else { key }, (Reading::Count(tally.base), evidence))
        });
        Ok(Source { of: found.collect(), nothing: (Reading::Count(0), Evidence::default()) })
    }

    pub(super) fn counting_cases(
        &self,
        item: &ScoreItem,
        register: &Register,
    ) -> Result<Counting, EngineError> {
        let text = item.source.when.as_ref().map(|when| when.get_ref().as_str());
        let texts: Vec<&str> = text.into_iter().collect();
        let variable = Counting::variable(&self.model, register, &texts);
        let context = Context::of(&self.model, variable, register.name()).with_period();
        // The packs were checked when they were loaded.
        let base =
            text.map(|t| Expression::check(t, &context)).transpose().map_err(|_| EngineError::NotFound)?;
        Ok(Counting {
            register: register.name().to_owned(),
            procedure: None,
            variable,
            base,
            hit: None,
            sum: None,
            known: None,
            complete: None,
            min: None,
            max: None,
            by: Vec::new(),
        })
    }

    async fn of_assessors(
        &self,
        card: &Scorecard,
        item: &ScoreItem,
        period: Period,
    ) -> Result<Source, EngineError> {
        let query = Query::of(SCORECARD_GIVEN, Scope::system("points for a score"))
            .filter(Condition::eq("card", card.name()))
            .filter(Condition::eq("period", period.code()))
            .filter(Condition::eq("item", item.id.get_ref()))
            .filter(Condition::Eq("replaced_at".into(), Value::Int(0)))
            .limit(MOST_GIVEN);
        let mut of = HashMap::new();
        for row in self.database.select(&query).await? {
            #[expect(clippy::cast_precision_loss, reason = "points lie within the full score")]
            let points = row.int("points")? as f64 / 100.0;
            let evidence = Evidence {
                by: row.text("by_name")?.to_owned(),
                at: row.int("at")?,
                proof: row.text("evidence")?.to_owned(),
                file: row.text("file")?.to_owned(),
                ..Evidence::default()
            };
            of.insert(row.text("subject")?.to_owned(), (Reading::Given(points), evidence));
        }
        Ok(Source { of, nothing: (Reading::NotGiven, Evidence::default()) })
    }
}

fn of_tally(tally: &Tally, shape: Shape, better: Better, release: &str) -> (Reading, Evidence) {
    // A sum or count of nothing is nothing to judge either.
    let value = if tally.base == 0 && shape == Shape::Share { None } else { tally.value(shape) };
    let evidence = Evidence {
        value,
        base: tally.base,
        hit: tally.hit,
        unknown: tally.unknown,
        release: release.to_owned(),
        ..Evidence::default()
    };
    (Reading::Value { value, unknown: tally.unknown, better }, evidence)
}
