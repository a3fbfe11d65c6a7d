//! Reading results within what somebody may see: one's own always; all subjects of the card once the period is locked,
//! for the administration, where the subjects are regions or departments. An enterprise never sees another one.

use base::{Instant, Period, Text};
use city::{Actor, Place};
use judge::score::Hundredths;
use plan::pack::{FixedSubject, Scorecard, Seat};
use store::{ColumnClass, Condition, Direction, Query, Row, Scope, StoreError, Value};

use super::keep::{MOST_RESULTS, Version};
use super::tables::SCORECARD_RESULT;
use super::{Subject, Trace};
use crate::indicator::{Lock, Locked};
use crate::record::read::place_of;
use crate::{Engine, EngineError};

/// Results read for a page at most: the best and worst of a city's enterprises are found by filters.
const MOST_SHOWN: u32 = 2000;

/// The result of a subject.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Id of the record, or code of the region or department.
    pub subject: String,
    /// Its name then.
    pub title: Text,
    /// Where it stands.
    pub place: Place,
    /// All points.
    pub score: Hundredths,
    /// The grade, vetoes considered; empty where no cut-off is in force.
    pub grade: String,
    /// The grade by points alone.
    pub earned: String,
    /// Items whose points are not final.
    pub open_items: i64,
    /// Where every point came from.
    pub trace: Trace,
    /// When it was made.
    pub computed_at: Instant,
}

/// The results of a card for a period.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The last version; None where nothing was made yet.
    pub version: Option<Version>,
    /// The release, where the period is locked.
    pub lock: Option<Lock>,
    /// The results, best first.
    pub scored: Vec<Scored>,
}

impl Engine {
    /// Whether somebody sees a card at all: everybody with a seat in the domain. What they see of it is their scope's.
    #[must_use]
    pub fn sees_scorecard(&self, actor: &Actor, _card: &Scorecard) -> bool {
        actor.grants.iter().any(|g| self.in_domain_seat(&g.role))
    }

    fn in_domain_seat(&self, role: &str) -> bool {
        self.model.roles.get(role).is_some_and(|r| r.seat != Seat::System)
    }

    /// The results of a card for a period within what `actor` may see, best first.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they see none; the database failed.
    pub async fn scores(&self, actor: &Actor, name: &str, period: Period) -> Result<Standing, EngineError> {
        let card = self.scorecard(name)?;
        if !self.sees_scorecard(actor, card) {
            return Err(EngineError::NotFound);
        }
        let lock = self.figure_locks(Locked::Scorecard, name, &[period]).await?.remove(&period);
        let number = lock.as_ref().map(|l| l.number);
        let scored = self
            .card_results(card, period, number, None, self.score_scope(actor, card, lock.is_some()))
            .await?;
        let version = self.last_version(name, period).await?.map(|(_, version)| version);
        Ok(Standing { version, lock, scored })
    }

    /// The result of one subject, and, where the period is locked and it came out otherwise since, what it is now.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they do not see it or it has no result; the database failed.
    pub async fn score_of(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
        subject: &str,
    ) -> Result<(Scored, Option<Scored>), EngineError> {
        let card = self.scorecard(name)?;
        if !self.sees_scorecard(actor, card) {
            return Err(EngineError::NotFound);
        }
        let lock = self.figure_locks(Locked::Scorecard, name, &[period]).await?.remove(&period);
        let scope = self.score_scope(actor, card, lock.is_some());
        let number = lock.as_ref().map(|l| l.number);
        let mut found = self.card_results(card, period, number, Some(subject), scope.clone()).await?;
        let shown = found.pop().ok_or(EngineError::NotFound)?;
        let now = match number {
            Some(_) => self.card_results(card, period, None, Some(subject), scope).await?.pop(),
            None => None,
        };
        let differs = now.filter(|now| {
            now.score != shown.score || now.grade != shown.grade || now.trace.items != shown.trace.items
        });
        Ok((shown, differs))
    }

    /// Whether somebody gives points to a subject of a card.
    #[must_use]
    pub fn gives_points(&self, actor: &Actor, card: &Scorecard, scored: &Scored) -> bool {
        let subject =
            Subject { key: scored.subject.clone(), title: scored.title.clone(), place: scored.place.clone() };
        self.assesses(actor, card, &subject)
    }

    fn score_scope(&self, actor: &Actor, card: &Scorecard, locked: bool) -> Scope {
        let fixed = FixedSubject::read(card.subject.get_ref()).is_some();
        if locked && fixed && self.administers(actor) {
            return Scope::system("released scores");
        }
        actor.scope(|role| self.in_domain_seat(role)).reading(ColumnClass::Public)
    }

    /// The subject of a result that `actor` may see now, whatever was released.
    pub(super) async fn card_subject(
        &self,
        actor: &Actor,
        card: &Scorecard,
        period: Period,
        subject: &str,
    ) -> Result<Subject, EngineError> {
        let scope = self.score_scope(actor, card, false);
        let found = self.card_results(card, period, None, Some(subject), scope).await?.pop();
        let found = found.ok_or(EngineError::NotFound)?;
        Ok(Subject { key: found.subject, title: found.title, place: found.place })
    }

    async fn card_results(
        &self,
        card: &Scorecard,
        period: Period,
        number: Option<i64>,
        subject: Option<&str>,
        scope: Scope,
    ) -> Result<Vec<Scored>, EngineError> {
        let holds = match number {
            None => Condition::Eq("replaced".into(), Value::Int(0)),
            Some(number) => Condition::And(vec![
                Condition::LessOrEqual("number".into(), Value::Int(number)),
                Condition::Or(vec![
                    Condition::Eq("replaced".into(), Value::Int(0)),
                    Condition::Greater("replaced".into(), Value::Int(number)),
                ]),
            ]),
        };
        let mut query = Query::of(SCORECARD_RESULT, scope)
            .filter(Condition::eq("card", card.name()))
            .filter(Condition::eq("period", period.code()))
            .filter(holds)
            .sort("score", Direction::Descending)
            .limit(MOST_SHOWN.min(MOST_RESULTS));
        if let Some(subject) = subject {
            query = query.filter(Condition::eq("subject", subject));
        }
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(scored).collect::<Result<_, _>>()?)
    }
}

fn scored(row: &Row) -> Result<Scored, StoreError> {
    Ok(Scored {
        subject: row.text("subject")?.to_owned(),
        title: Text::new(row.text("title_zh")?, row.text("title_en")?),
        place: place_of(row)?,
        score: Hundredths(row.int("score")?),
        grade: row.text("grade")?.to_owned(),
        earned: row.text("earned")?.to_owned(),
        open_items: row.int("open_items")?,
        trace: serde_json::from_str(row.text("trace")?).unwrap_or_default(),
        computed_at: row.instant("computed_at")?,
    })
}
