//! Codes of the records that the demo makes. Counted here and taken from the store once at the end, so that the first
//! real record goes on where the demo stopped.

use std::collections::HashMap;

use base::Day;
use store::Database;

/// Counters by series.
#[derive(Debug, Default)]
pub(super) struct Codes(HashMap<String, u32>);

impl Codes {
    /// The next code by `pattern`.
    pub(super) fn next(&mut self, pattern: &str, county: &str, on: Day) -> String {
        let series = pattern.replace("{county}", county).replace("{year}", &on.year().to_string());
        let number = self.0.entry(series.clone()).or_default();
        *number += 1;
        series.replace("{seq}", &format!("{number:06}"))
    }

    /// Takes the numbers that were used.
    pub(super) async fn take(self, database: &Database) -> Result<(), String> {
        for (series, count) in self.0 {
            store::numbers::next(database, &series, count).await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
