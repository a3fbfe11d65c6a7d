//! Who owes what by when: for each element the number owed, late, received, by county; within the reader's scope.

use std::collections::BTreeMap;

use base::Text;
use city::Actor;
use judge::Fact;
use plan::pack::{Element, Shape};
use store::{Aggregate, Condition, Value};

use crate::tables::table_name;
use crate::{Engine, EngineError};

/// States in which the unit that owes it must still act.
const LATE_STATES: [&str; 4] = ["owed", "returned", "expected", "planned"];

/// One element with how it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The element.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Made so far.
    pub all: i64,
    /// Not closed yet.
    pub open: i64,
    /// Open and past the day due.
    pub late: i64,
    /// Closed with proof.
    pub done: i64,
}

impl Engine {
    /// How each element of `shape` stands within the actor's scope, those that are late first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn owed(&self, actor: &Actor, shape: Shape) -> Result<Vec<Standing>, EngineError> {
        let Some(register) = self.model.shaped(shape) else { return Ok(Vec::new()) };
        let elements: Vec<(&str, &Text)> = match shape {
            Shape::DeliverableCopy => {
                self.model.elements.deliverables.values().map(|e| (e.name(), &e.title)).collect()
            }
            _ => self.model.elements.campaigns.values().map(|e| (e.name(), &e.title)).collect(),
        };
        let today = Value::Text(self.today().to_string());
        let of = || {
            Aggregate::count(table_name(register.name()), self.scope(actor, register))
                .filter(Condition::eq("removed_at", 0_i64))
                .by(super::ELEMENT)
        };
        let mut standing: BTreeMap<String, Standing> = BTreeMap::new();
        for row in self.database.aggregate(&of().by("state")).await? {
            let (id, state, count) = (row.text(super::ELEMENT)?, row.text("state")?, row.int("count")?);
            let Some((_, title)) = elements.iter().find(|(known, _)| *known == id) else { continue };
            let one = standing.entry(id.to_owned()).or_insert_with(|| Standing {
                id: id.to_owned(),
                title: (*title).clone(),
                all: 0,
                open: 0,
                late: 0,
                done: 0,
            });
            one.all += count;
            match state {
                "received" | "proven" => one.done += count,
                "excused" => {}
                _ => one.open += count,
            }
        }
        let late = of()
            .filter(Condition::Eq("open".into(), Value::Bool(true)))
            .filter(Condition::Less("due_on".into(), today))
            .filter(Condition::In("state".into(), LATE_STATES.map(Value::from).to_vec()));
        for row in self.database.aggregate(&late).await? {
            if let Some(one) = standing.get_mut(row.text(super::ELEMENT)?) {
                one.late += row.int("count")?;
            }
        }
        let mut found: Vec<Standing> = standing.into_values().collect();
        found.sort_by(|a, b| (b.late, b.open, &a.id).cmp(&(a.late, a.open, &b.id)));
        Ok(found)
    }
}

/// Progress of a campaign run: what was counted of what is wanted, 0 to 100; None where nothing is wanted.
#[must_use]
pub fn progress(counted: &Fact, target: &Fact) -> Option<i64> {
    match (counted, target) {
        (_, Fact::Integer(target)) if *target <= 0 => None,
        (Fact::Integer(counted), Fact::Integer(target)) => Some((counted * 100 / target).min(100)),
        (_, Fact::Integer(_)) => Some(0),
        _ => None,
    }
}
