//! Codes for the records that an import adds: taken in growing blocks, so that a hundred thousand rows ask for numbers a
//! few times and a small file leaves no gap.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use store::Database;

use crate::EngineError;

/// Numbers of one series taken at once at most.
const LARGEST_BLOCK: u32 = 4096;

#[derive(Default)]
struct Held {
    blocks: VecDeque<Range<i64>>,
    last_taken: u32,
}

impl Held {
    fn count(&self) -> u32 {
        let count: i64 = self.blocks.iter().map(|b| b.end - b.start).sum();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn next(&mut self) -> Option<i64> {
        let block = self.blocks.front_mut()?;
        let number = block.next();
        if block.is_empty() {
            self.blocks.pop_front();
        }
        number
    }
}

/// Numbers in stock, by series.
#[derive(Default)]
pub(super) struct Stock(HashMap<String, Held>);

impl Stock {
    /// Makes sure that so many numbers of each series are in stock, in one statement for all of them.
    pub(super) async fn fill(
        &mut self,
        database: &Database,
        needs: HashMap<String, u32>,
    ) -> Result<(), EngineError> {
        let mut wanted = Vec::new();
        for (series, need) in needs {
            let held = self.0.entry(series.clone()).or_default();
            let missing = need.saturating_sub(held.count());
            if missing > 0 {
                held.last_taken = missing.max((held.last_taken * 2).min(LARGEST_BLOCK));
                wanted.push((series, held.last_taken));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let first = store::numbers::next_of_many(database, &wanted).await?;
        for (series, count) in wanted {
            if let (Some(first), Some(held)) = (first.get(&series), self.0.get_mut(&series)) {
                held.blocks.push_back(*first..*first + i64::from(count));
            }
        }
        Ok(())
    }

    /// The next code of a series whose numbers are in stock.
    pub(super) fn code(&mut self, series: &str) -> Option<String> {
        let number = self.0.get_mut(series)?.next()?;
        Some(series.replace("{seq}", &format!("{number:06}")))
    }

    /// Gives back what was not used.
    pub(super) async fn give_back(self, database: &Database) -> Result<(), EngineError> {
        for (series, held) in self.0 {
            if let Some(last) = held.blocks.back().filter(|b| !b.is_empty()) {
                store::numbers::give_back(database, &series, last.start, last.end).await?;
            }
        }
        Ok(())
    }
}
