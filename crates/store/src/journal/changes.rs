//! Which records changed, as the journal tells: whoever looks again at what has changed since the last time need not ask
//! every table, nor trust the clocks of those who wrote.

use std::fmt;
use std::str::FromStr;

use base::Id;

use crate::table::ColumnKind::{Id as Key, Int, Text};
use crate::{Database, Engine, StoreError};

/// Entries of one answer.
const PAGE: i64 = 20_000;
/// A transaction of PostgreSQL that is still under way may hold numbers below those of finished ones; by no more than so
/// many.
const MOST_BEHIND: i64 = 100_000;

/// Up to where the journal was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The greatest number that was there.
    number: i64,
    /// Transactions of PostgreSQL from this one on may not have been seen; 0 on SQLite, whose entries come in order.
    horizon: i64,
}

impl Position {
    /// Entries that were not seen have greater numbers than this.
    #[must_use]
    pub fn first(self) -> i64 {
        if self.horizon == 0 { self.number } else { self.number - MOST_BEHIND }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.horizon)
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, horizon) = text.split_once('/').unwrap_or((text, "0"));
        Ok(Self { number: number.parse()?, horizon: horizon.parse()? })
    }
}

/// Where the journal stands now.
///
/// # Errors
/// The database cannot be reached.
pub async fn position(db: &Database) -> Result<Position, StoreError> {
    let horizon = match db.engine() {
        Engine::Sqlite => "0",
        Engine::Postgres => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    };
    let sql = format!("SELECT COALESCE((SELECT MAX(seq) FROM journal), 0) AS number, {horizon} AS horizon");
    let rows = db.ask(&sql, Vec::new(), &[("number", Int), ("horizon", Int)]).await?;
    let row = rows.first().ok_or_else(|| StoreError::Unavailable("no position of the journal".to_owned()))?;
    Ok(Position { number: row.int("number")?, horizon: row.int("horizon")? })
}

/// False where a position cannot be of this database: it was restored or moved since.
///
/// # Errors
/// The database cannot be reached.
pub async fn knows(db: &Database, then: Position) -> Result<bool, StoreError> {
    let now = position(db).await?;
    let same_engine = (then.horizon == 0) == (now.horizon == 0);
    Ok(same_engine && then.number <= now.number && then.horizon <= now.horizon)
}

/// A page of what entries after number `after` are about that were not seen at `since`: table and record, with the number
/// to go on from; None after the last page.
///
/// # Errors
/// The database cannot be reached.
pub async fn changed_since(
    db: &Database,
    since: Position,
    after: i64,
) -> Result<(Vec<(String, Id)>, Option<i64>), StoreError> {
    let sql =
        "SELECT seq, table_name, record_id FROM journal WHERE seq > ? AND horizon >= ? ORDER BY seq LIMIT ?";
    let columns = [("seq", Int), ("table_name", Text), ("record_id", Key)];
    let rows = db.ask(sql, vec![after.into(), since.horizon.into(), PAGE.into()], &columns).await?;
    let changed = rows.iter().map(|row| Ok((row.text("table_name")?.to_owned(), row.id("record_id")?)));
    let changed = changed.collect::<Result<_, StoreError>>()?;
    let full = i64::try_from(rows.len()).is_ok_and(|read| read == PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.int("seq")).transpose()?;
    Ok((changed, next))
}
