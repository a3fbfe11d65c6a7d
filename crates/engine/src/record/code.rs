//! Codes that people use: `YH-410222-2021-000123`. Numbers are taken from the store in blocks and never given twice;
//! a number that was taken and not used leaves a gap, which is right for everything but the document register.

use std::collections::HashMap;
use std::ops::Range;

use base::Day;
use city::Place;
use plan::pack::RegionKind;
use tokio::sync::Mutex;

use crate::{Engine, EngineError};

/// Numbers taken at once per series.
const BLOCK: u32 = 64;

/// Blocks of numbers that this process holds.
#[derive(Default)]
pub struct Series(Mutex<HashMap<String, Range<i64>>>);

impl Engine {
    /// The next code by `pattern`: `{county}`, `{year}` and `{seq}` (six digits) are filled in. Each combination of
    /// county and year that the pattern names has its own series.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_code(&self, pattern: &str, place: &Place, on: Day) -> Result<String, EngineError> {
        let series = self.series_of(pattern, place, on);
        let number = self.next_number(&series).await?;
        Ok(series.replace("{seq}", &format!("{number:06}")))
    }

    /// The pattern with everything filled in but the number. What has no county counts for the city.
    pub(crate) fn series_of(&self, pattern: &str, place: &Place, on: Day) -> String {
        let city =
            self.model.regions.iter().find(|r| r.kind == RegionKind::City).map_or("", |r| r.code.get_ref());
        let county = if place.county.is_empty() { city } else { &place.county };
        pattern.replace("{county}", county).replace("{year}", &on.year().to_string())
    }

    async fn next_number(&self, series: &str) -> Result<i64, EngineError> {
        let mut held = self.series.0.lock().await;
        let range = held.entry(series.to_owned()).or_insert(0..0);
        if let Some(number) = range.next() {
            return Ok(number);
        }
        let first = store::numbers::next(&self.database, series, BLOCK).await?;
        *range = first + 1..first + i64::from(BLOCK);
        Ok(first)
    }

    /// Takes `count` consecutive numbers of the series of `pattern` at once, for imports and built data: the first one
    /// and the text around the number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_codes(
        &self,
        pattern: &str,
        place: &Place,
        on: Day,
        count: u32,
    ) -> Result<(String, i64), EngineError> {
        let series = self.series_of(pattern, place, on);
        let first = store::numbers::next(&self.database, &series, count).await?;
        Ok((series, first))
    }
}
