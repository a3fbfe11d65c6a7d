//! Sealing: finished entries become a block.

use base::Clock;

use super::digest::{self, BlockParts};
use super::{Anchor, ENTRY_COLUMNS, ENTRY_SQL, head};
use crate::statement::Step;
use crate::{Database, Engine, StoreError, Value, lease};

/// At most so many entries per block.
const MOST_ENTRIES: i64 = 5_000;
/// The lease is held for so long; a block takes far less.
const LEASE_SECONDS: i64 = 60;

/// Seals the finished entries into one block and gives back the new head; None when there is nothing to seal or
/// another process holds the lease. Call it again while it answers with a head.
///
/// Finished means: no transaction can still add an entry before them. SQLite has one writer, so all that is stored is
/// finished; PostgreSQL tells the oldest transaction that still runs.
///
/// # Errors
/// The database cannot be reached.
pub async fn seal(db: &Database, clock: &impl Clock, holder: &str) -> Result<Option<Anchor>, StoreError> {
    let now = clock.now();
    if !lease::take(db, "journal.seal", holder, now, now.plus_seconds(LEASE_SECONDS)).await? {
        return Ok(None);
    }
    let sealed = seal_one(db, now.0).await;
    lease::give_back(db, "journal.seal", holder).await?;
    sealed
}

async fn seal_one(db: &Database, at: i64) -> Result<Option<Anchor>, StoreError> {
    let finished = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "AND horizon < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    };
    let sql = format!("SELECT {ENTRY_SQL} FROM journal WHERE block IS NULL {finished} ORDER BY seq LIMIT ?");
    let rows = db.ask(&sql, vec![MOST_ENTRIES.into()], &ENTRY_COLUMNS).await?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(None) };
    let leaves = rows.iter().map(digest::leaf).collect::<Result<Vec<_>, StoreError>>()?;
    let before = head(db).await?;
    let parts = BlockParts {
        number: before.as_ref().map_or(1, |b| b.number + 1),
        first_seq: first.int("seq")?,
        last_seq: last.int("seq")?,
        entries: rows.len() as i64,
        at,
    };
    let previous = before.map_or([0; 32], |b| b.hash);
    let root = digest::root(&leaves);
    let hash = digest::block(&previous, &root, &parts);
    let mut steps = vec![Step::exactly("journal_block", 1, insert(db, &parts, root, previous, hash))];
    let numbers = rows.iter().map(|r| r.int("seq")).collect::<Result<Vec<i64>, StoreError>>()?;
    let sql = format!("UPDATE journal SET block = ? WHERE seq BETWEEN ? AND ? AND block IS NULL {finished}");
    let contiguous = parts.last_seq - parts.first_seq + 1 == parts.entries;
    if contiguous {
        let values = vec![parts.number.into(), parts.first_seq.into(), parts.last_seq.into()];
        steps.push(Step::exactly("journal", numbers.len() as u64, db.statement(&sql, values)));
    } else {
        for some in numbers.chunks(1000) {
            let marks = vec!["?"; some.len()].join(", ");
            let sql = format!("UPDATE journal SET block = ? WHERE block IS NULL AND seq IN ({marks})");
            let mut values: Vec<Value> = vec![parts.number.into()];
            values.extend(some.iter().map(|n| Value::Int(*n)));
            steps.push(Step::exactly("journal", some.len() as u64, db.statement(&sql, values)));
        }
    }
    let sealed = db.run(steps).await?.is_some();
    Ok(sealed.then_some(Anchor { number: parts.number, hash, at: base::Instant(at) }))
}

fn insert(
    db: &Database,
    parts: &BlockParts,
    root: [u8; 32],
    previous: [u8; 32],
    hash: [u8; 32],
) -> crate::statement::Statement {
    let sql = "INSERT INTO journal_block (number, first_seq, last_seq, entries, root, previous, hash, at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let numbers = [parts.number, parts.first_seq, parts.last_seq, parts.entries].map(Value::Int);
    let hashes = [root, previous, hash].map(|h| Value::Bytes(h.to_vec()));
    let values = numbers.into_iter().chain(hashes).chain([Value::Int(parts.at)]).collect();
    db.statement(sql, values)
}
