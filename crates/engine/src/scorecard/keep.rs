//! Storing results by version: a subject whose result differs gets a row, and the row before it says until when it held.

use std::collections::HashMap;

use base::{Id, Instant, Period};
use plan::pack::Scorecard;
use store::{ChangeSet, Condition, Direction, Priority, Query, Scope, StoreError, Value};

use super::tables::{SCORECARD_RESULT, SCORECARD_RUN};
use super::{Made, Trace};
use crate::{Engine, EngineError};

/// Results of one card and period at most.
pub(super) const MOST_RESULTS: u32 = 5_000_000;

/// A stored version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub number: i64,
    /// When it was made first.
    pub computed_at: Instant,
    /// When it was made last with the same result.
    pub checked_at: Instant,
}

impl Engine {
    /// The last version of a card's period, with its row.
    pub(super) async fn last_version(
        &self,
        card: &str,
        period: Period,
    ) -> Result<Option<(Id, Version)>, EngineError> {
        let query = Query::of(SCORECARD_RUN, Scope::system("versions of scores"))
            .filter(Condition::eq("card", card))
            .filter(Condition::eq("period", period.code()))
            .sort("number", Direction::Descending);
        let Some(row) = self.database.first(&query).await? else { return Ok(None) };
        let version = Version {
            number: row.int("number")?,
            computed_at: row.instant("computed_at")?,
            checked_at: row.instant("checked_at")?,
        };
        Ok(Some((row.id("id")?, version)))
    }

    pub(super) async fn keep_results(
        &self,
        card: &Scorecard,
        period: Period,
        made: Vec<Made>,
    ) -> Result<bool, EngineError> {
        let before = self.last_version(card.name(), period).await?;
        let mut stored = match before {
            Some(_) => self.latest_results(card.name(), period).await?,
            None => HashMap::new(),
        };
        let (now, pack) = (self.now(), self.packs_in_force());
        let number = before.as_ref().map_or(1, |(_, version)| version.number + 1);
        let replaced = || vec![("replaced".into(), Value::Int(number))];
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        for one in made {
            let trace = serde_json::to_string(&one.trace).unwrap_or_default();
            let old = stored.remove(&one.subject.key);
            let text = |text: &Option<String>| Value::Text(text.clone().unwrap_or_default());
            let (score, grade) = (one.outcome.score.0, text(&one.outcome.grade));
            if let Some((id, old)) = old {
                if old.same(score, &one.trace, one.outcome.grade.as_deref()) {
                    continue;
                }
                set.update(SCORECARD_RESULT, id, None, replaced());
            }
            let place = &one.subject.place;
            set.insert(
                SCORECARD_RESULT,
                self.new_id(),
                vec![
                    ("card".into(), card.name().into()),
                    ("period".into(), period.code().into()),
                    ("subject".into(), one.subject.key.as_str().into()),
                    ("title_zh".into(), one.subject.title.zh.as_str().into()),
                    ("title_en".into(), one.subject.title.en.as_str().into()),
                    ("number".into(), Value::Int(number)),
                    ("replaced".into(), Value::Int(0)),
                    ("score".into(), Value::Int(score)),
                    ("grade".into(), grade),
                    ("earned".into(), text(&one.outcome.earned)),
                    ("open_items".into(), Value::Int(i64::try_from(one.outcome.open).unwrap_or(0))),
                    ("trace".into(), Value::Text(trace)),
                    ("computed_at".into(), now.into()),
                    ("pack".into(), pack.as_str().into()),
                    ("county".into(), place.county.as_str().into()),
                    ("township".into(), place.township.as_str().into()),
                    ("organisation".into(), Value::Id(place.organisation)),
                    ("sector".into(), place.sector.as_str().into()),
                    ("park".into(), place.park.as_str().into()),
                ],
            );
        }
        // Who is not scored any more has no result in this version.
        for (id, _) in stored.into_values() {
            set.update(SCORECARD_RESULT, id, None, replaced());
        }
        let changed = !set.changes.is_empty();
        match &before {
            Some((id, _)) if !changed => {
                set.update(SCORECARD_RUN, *id, None, vec![("checked_at".into(), now.into())]);
            }
            _ => {
                set.insert(
                    SCORECARD_RUN,
                    self.new_id(),
                    vec![
                        ("card".into(), card.name().into()),
                        ("period".into(), period.code().into()),
                        ("number".into(), Value::Int(number)),
                        ("computed_at".into(), now.into()),
                        ("checked_at".into(), now.into()),
                        ("pack".into(), pack.into()),
                    ],
                );
            }
        }
        self.database.apply(set).await?;
        Ok(changed)
    }

    async fn latest_results(
        &self,
        card: &str,
        period: Period,
    ) -> Result<HashMap<String, (Id, Old)>, EngineError> {
        let query = Query::of(SCORECARD_RESULT, Scope::system("versions of scores"))
            .columns(&["id", "subject", "score", "grade", "trace"])
            .filter(Condition::eq("card", card))
            .filter(Condition::eq("period", period.code()))
            .filter(Condition::Eq("replaced".into(), Value::Int(0)))
            .limit(MOST_RESULTS);
        let mut found = HashMap::new();
        for row in self.database.select(&query).await? {
            let old = || {
                Ok::<_, StoreError>(Old {
                    score: row.int("score")?,
                    grade: row.text("grade")?.to_owned(),
                    trace: serde_json::from_str(row.text("trace")?).unwrap_or_default(),
                })
            };
            found.insert(row.text("subject")?.to_owned(), (row.id("id")?, old()?));
        }
        Ok(found)
    }
}

/// A result as it is stored.
struct Old {
    score: i64,
    grade: String,
    trace: Trace,
}

impl Old {
    fn same(&self, score: i64, trace: &Trace, grade: Option<&str>) -> bool {
        self.score == score && self.grade == grade.unwrap_or_default() && self.trace == *trace
    }
}
