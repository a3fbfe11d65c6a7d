//! Counts for dashboards, read from the counters that every change moves along, never by counting rows.

use std::collections::BTreeMap;

use city::Actor;
use store::rollup::{Part, totals};
use store::{Aggregate, Condition, Value};

use crate::tables::table_name;
use crate::{Engine, EngineError};

/// Counts by county and value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// (county, value) and how many.
    pub by_county: BTreeMap<(String, String), i64>,
}

impl Counts {
    /// Sum over all counties for one value.
    #[must_use]
    pub fn of_value(&self, value: &str) -> i64 {
        self.by_county.iter().filter(|((_, v), _)| v == value).map(|(_, n)| n).sum()
    }

    /// Sum for one county and value.
    #[must_use]
    pub fn of(&self, county: &str, value: &str) -> i64 {
        self.by_county.get(&(county.to_owned(), value.to_owned())).copied().unwrap_or(0)
    }

    /// Sum over everything.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.by_county.values().sum()
    }
}

impl Engine {
    /// Counts of a register by county and by the value of `field` (`state` for cases, empty for the records
    /// themselves), within what `actor` may see. Where the scope names an enterprise or a park, which counters do not
    /// carry, the few rows are counted.
    ///
    /// # Errors
    /// No such register, or the database failed.
    pub async fn counts(&self, actor: &Actor, register: &str, field: &str) -> Result<Counts, EngineError> {
        let definition = self.register(register)?;
        let scope = self.scope(actor, definition);
        let narrow = actor.grants.iter().any(|g| !g.place.organisation.is_nil() || !g.place.park.is_empty());
        let mut counts = Counts::default();
        if narrow {
            let counted = Condition::Eq("removed_at".into(), Value::Int(0));
            let mut query = Aggregate::count(table_name(register), scope).filter(counted).by("county");
            if field == "state" {
                query = query.by("procedure").by("state");
            } else if !field.is_empty() {
                query = query.by(field);
            }
            for row in self.database.aggregate(&query).await? {
                let value = match field {
                    "" => String::new(),
                    "state" => format!("{}/{}", row.text("procedure")?, row.text("state")?),
                    other => match row.value(other)? {
                        Value::Bool(yes) => yes.to_string(),
                        Value::Text(text) => text.clone(),
                        _ => String::new(),
                    },
                };
                // Counters do not count what was left empty.
                if !field.is_empty() && value.is_empty() {
                    continue;
                }
                *counts.by_county.entry((row.text("county")?.to_owned(), value)).or_default() +=
                    row.int("count")?;
            }
            return Ok(counts);
        }
        let counter = if field.is_empty() { register.to_owned() } else { format!("{register}.{field}") };
        for row in totals(&self.database, &counter, &scope, &[Part::County, Part::Value]).await? {
            let key = (row.text("county")?.to_owned(), row.text("value")?.to_owned());
            *counts.by_county.entry(key).or_default() += row.int("amount")?;
        }
        Ok(counts)
    }
}
