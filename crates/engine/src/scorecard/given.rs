//! Points that an assessor gives, with evidence. Earlier ones are kept; everything stands in the journal.

use base::{Id, Instant, Period, Problem};
use city::Actor;
use judge::score::Hundredths;
use plan::pack::scorecard::ScoreItem;
use plan::pack::{FixedSubject, Scorecard};
use serde_json::json;
use store::{ChangeSet, Condition, Direction, JournalEntry, Query, Scope, Value};

use super::Subject;
use super::tables::SCORECARD_GIVEN;
use crate::field::parse::is_content_hash;
use crate::indicator::Locked;
use crate::{Engine, EngineError};

/// Longest words of evidence, characters.
const LONGEST: usize = 1000;
/// Entries shown of one subject.
const SHOWN: u32 = 200;

/// Points to give.
#[derive(Debug, Clone, Default)]
pub struct GivenPoints<'a> {
    /// The item.
    pub item: &'a str,
    /// The points as typed.
    pub points: &'a str,
    /// What proves it, in words.
    pub evidence: &'a str,
    /// The file that proves it, by its content hash.
    pub file: &'a str,
}

/// Points that were given.
#[derive(Debug, Clone)]
pub struct Given {
    /// The item.
    pub item: String,
    /// The points.
    pub points: Hundredths,
    /// What proves it, in words.
    pub evidence: String,
    /// The file that proves it.
    pub file: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
    /// They still hold.
    pub holds: bool,
}

impl Engine {
    /// Whether somebody assesses a subject of a card.
    pub(super) fn assesses(&self, actor: &Actor, card: &Scorecard, subject: &Subject) -> bool {
        actor.roles_over(&subject.place).iter().any(|role| card.assessor.contains(role))
    }

    /// Gives the points of a manual item. A new entry takes the place of the earlier one.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for an unknown card, item or subject, or one out of sight; refused to whoever does not
    /// assess it, and in a locked period; points or evidence are wrong.
    pub async fn give_points(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
        subject: &str,
        given: &GivenPoints<'_>,
    ) -> Result<(), EngineError> {
        let card = self.scorecard(name)?;
        let item = card.item(given.item).filter(|i| i.source.manual).ok_or(EngineError::NotFound)?;
        let subject = self.card_subject(actor, card, period, subject).await?;
        if !self.assesses(actor, card, &subject) {
            return Err(EngineError::Refused(Problem::new("scorecard.not_assessor")));
        }
        if self.figure_locks(Locked::Scorecard, name, &[period]).await?.contains_key(&period) {
            return Err(EngineError::Refused(Problem::new("figures.locked").with("period", period.code())));
        }
        let points = checked(item, given)?;
        let now = self.now();
        let mut set = ChangeSet::new();
        for (id, _) in self.given_rows(card, period, &subject.key, Some(given.item)).await? {
            set.update(SCORECARD_GIVEN, id, None, vec![("replaced_at".into(), now.into())]);
        }
        let (id, place) = (self.new_id(), &subject.place);
        set.insert(
            SCORECARD_GIVEN,
            id,
            vec![
                ("card".into(), name.into()),
                ("period".into(), period.code().into()),
                ("subject".into(), subject.key.as_str().into()),
                ("item".into(), given.item.into()),
                ("points".into(), Value::Int(points.0)),
                ("evidence".into(), given.evidence.trim().into()),
                ("file".into(), given.file.into()),
                ("at".into(), now.into()),
                ("by_account".into(), Value::Id(actor.account)),
                ("by_name".into(), actor.display.as_str().into()),
                ("replaced_at".into(), Value::Int(0)),
                ("county".into(), place.county.as_str().into()),
                ("township".into(), place.township.as_str().into()),
                ("organisation".into(), Value::Id(place.organisation)),
                ("sector".into(), place.sector.as_str().into()),
                ("park".into(), place.park.as_str().into()),
            ],
        );
        set.journal.push(JournalEntry {
            at: now,
            actor: actor.account,
            operation: "scorecard.give".into(),
            table: SCORECARD_GIVEN.into(),
            record: id,
            county: place.county.clone(),
            payload: json!({
                "card": name, "period": period.code(), "subject": subject.key, "item": given.item,
                "points": points.to_string(), "evidence": given.evidence, "file": given.file,
            })
            .to_string(),
        });
        self.database.apply(set).await?;
        if FixedSubject::read(card.subject.get_ref()).is_some() {
            self.compute_scorecard(name, period).await?;
            return Ok(());
        }
        self.ask_for_job(&json!({ "scorecard": name, "period": period.code() })).await
    }

    /// All points given to a subject, newest first, within what `actor` may see.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where they do not see the subject.
    pub async fn given_points(
        &self,
        actor: &Actor,
        name: &str,
        period: Period,
        subject: &str,
    ) -> Result<Vec<Given>, EngineError> {
        let card = self.scorecard(name)?;
        let subject = self.card_subject(actor, card, period, subject).await?;
        let mut found: Vec<Given> =
            self.given_rows(card, period, &subject.key, None).await?.into_iter().map(|(_, g)| g).collect();
        found.sort_by_key(|g| std::cmp::Reverse(g.at));
        Ok(found)
    }

    /// The given points of a subject with their rows; of one item only those that hold.
    async fn given_rows(
        &self,
        card: &Scorecard,
        period: Period,
        subject: &str,
        item: Option<&str>,
    ) -> Result<Vec<(Id, Given)>, EngineError> {
        let mut query = Query::of(SCORECARD_GIVEN, Scope::system("points of one subject"))
            .filter(Condition::eq("card", card.name()))
            .filter(Condition::eq("period", period.code()))
            .filter(Condition::eq("subject", subject))
            .sort("at", Direction::Descending)
            .limit(SHOWN);
        if let Some(item) = item {
            query = query
                .filter(Condition::eq("item", item))
                .filter(Condition::Eq("replaced_at".into(), Value::Int(0)));
        }
        let mut found = Vec::new();
        for row in self.database.select(&query).await? {
            let given = Given {
                item: row.text("item")?.to_owned(),
                points: Hundredths(row.int("points")?),
                evidence: row.text("evidence")?.to_owned(),
                file: row.text("file")?.to_owned(),
                by: row.text("by_name")?.to_owned(),
                at: row.instant("at")?,
                holds: row.int("replaced_at")? == 0,
            };
            found.push((row.id("id")?, given));
        }
        Ok(found)
    }
}

fn checked(item: &ScoreItem, given: &GivenPoints<'_>) -> Result<Hundredths, EngineError> {
    let typed = given.points.trim();
    let points: Option<f64> = typed.parse().ok().filter(|p: &f64| p.is_finite());
    let Some(points) = points else {
        return Err(Problem::of("points", "field.not_a_number").with("value", typed).into());
    };
    if points < item.least || points > item.weight {
        let problem = Problem::of("points", "scorecard.points_outside")
            .with("value", typed)
            .with("least", item.least)
            .with("most", item.weight);
        return Err(problem.into());
    }
    if given.evidence.chars().count() > LONGEST {
        return Err(Problem::of("evidence", "field.too_long").with("most", LONGEST).into());
    }
    if !given.file.is_empty() && !is_content_hash(given.file) {
        return Err(Problem::of("file", "field.not_a_file").with("value", given.file).into());
    }
    if item.source.evidence && given.evidence.trim().is_empty() && given.file.is_empty() {
        return Err(Problem::of("evidence", "scorecard.evidence_wanted").into());
    }
    Ok(Hundredths::of(points))
}
