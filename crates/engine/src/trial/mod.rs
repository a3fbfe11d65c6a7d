//! What an element would bring about on the present data: how many it binds, what would be due and overdue, for how many
//! records a rule would refuse, warn, open or propose. Only questions are asked; nothing is written, also no table is made,
//! so what reads a field that the database does not have yet says so instead of counting.

mod duty;
mod other;
mod owed;
mod rule;

use plan::pack::Binding;
use store::{Aggregate, Condition, Direction, Query, Row, Scope, StoreError};

use crate::{Engine, EngineError};

/// Examples given at most.
pub(super) const EXAMPLES: u32 = 5;

/// What an element would bring about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tried {
    /// What is counted, and how many.
    pub numbers: Vec<(&'static str, u64)>,
    /// Code and title of some of those that the element hits hardest: overdue ones, failing records, subjects.
    pub examples: Vec<(String, String)>,
    /// What cannot be said, and why.
    pub notes: Vec<String>,
}

impl Tried {
    fn noted(note: impl Into<String>) -> Self {
        Self { notes: vec![note.into()], ..Self::default() }
    }

    fn number(mut self, what: &'static str, count: u64) -> Self {
        self.numbers.push((what, count));
        self
    }

    /// The number of that name.
    #[must_use]
    pub fn of(&self, what: &str) -> Option<u64> {
        self.numbers.iter().find(|(name, _)| *name == what).map(|(_, count)| *count)
    }
}

impl Engine {
    /// What `element` of this engine's model would bring about on this engine's day.
    ///
    /// # Errors
    /// The database failed. What the database does not have yet is no error but a note.
    pub async fn tried(&self, element: &Binding) -> Result<Tried, EngineError> {
        let today = self.today();
        let issued = self.model.plan.as_ref().map(|p| p.issued);
        if !element.in_force(today, issued) {
            return Ok(Tried::noted(format!("is not in force on {today}")));
        }
        let id = element.id.as_str();
        let found = match element.kind {
            "duty" => self.try_duty(id).await,
            "rule" => self.try_rule(id).await,
            "deliverable" | "campaign" => self.try_owed(element.kind, id).await,
            "indicator" => self.try_indicator(id).await,
            "scorecard" => Ok(Tried::noted("scores are made anew with the next round of figures")),
            _ => self.try_other(element).await,
        };
        match found {
            Err(EngineError::Store(error)) => not_there(error),
            other => other,
        }
    }

    /// All rows of a table that meet the condition, exactly.
    async fn count_all(&self, table: &str, which: Condition) -> Result<u64, EngineError> {
        let query = Aggregate::count(table, Scope::system("a pack is tried")).filter(which);
        let rows = self.database.aggregate(&query).await?;
        Ok(rows.first().map(|row| row.int("count")).transpose()?.unwrap_or(0).unsigned_abs())
    }

    /// Code and title of some rows.
    async fn some(&self, table: &str, which: Condition) -> Result<Vec<(String, String)>, EngineError> {
        let query = Query::of(table, Scope::system("a pack is tried"))
            .columns(&["code", "title"])
            .filter(which)
            .sort("code", Direction::Ascending)
            .limit(EXAMPLES);
        let one = |row: &Row| Ok((row.text("code")?.to_owned(), row.text("title")?.to_owned()));
        Ok(self.database.select(&query).await?.iter().map(one).collect::<Result<_, StoreError>>()?)
    }
}

/// Tables and columns come with bringing a pack into force: before it there are no such records.
fn not_there(error: StoreError) -> Result<Tried, EngineError> {
    let register = |table: &str| table.strip_prefix("r_").unwrap_or(table).to_owned();
    match error {
        StoreError::UnknownTable(table) => {
            Ok(Tried::noted(format!("register {} is new: it has no records yet", register(&table))))
        }
        StoreError::UnknownColumn { table, column } => Ok(Tried::noted(format!(
            "field {column} of register {} is new: no record has it yet, so what reads it cannot be counted",
            register(&table)
        ))),
        error => Err(error.into()),
    }
}
