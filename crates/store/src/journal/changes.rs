//! Which records changed, as the journal tells: whoever looks again at what has changed since the last time need not ask
//! every table, nor trust the clocks of those who wrote.

use base::Id;

use crate::table::ColumnKind::{Id as Key, Int, Text};
use crate::{Database, Engine, StoreError};

/// Entries of one answer.
const PAGE: i64 = 20_000;

/// Up to where the journal is finished: every entry that is stored later has a greater number. 0 while it is empty.
///
/// # Errors
/// The database cannot be reached.
pub async fn position(db: &Database) -> Result<i64, StoreError> {
    let finished = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "WHERE horizon < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    };
    let sql = format!("SELECT seq FROM journal {finished} ORDER BY seq DESC LIMIT 1");
    let rows = db.ask(&sql, Vec::new(), &[("seq", Int)]).await?;
    rows.first().map_or(Ok(0), |row| row.int("seq"))
}

/// A page of what the entries after a number are about: table and record, with the number to go on from; None after the
/// last page.
///
/// # Errors
/// The database cannot be reached.
pub async fn changed_after(
    db: &Database,
    after: i64,
) -> Result<(Vec<(String, Id)>, Option<i64>), StoreError> {
    let sql = "SELECT seq, table_name, record_id FROM journal WHERE seq > ? ORDER BY seq LIMIT ?";
    let columns = [("seq", Int), ("table_name", Text), ("record_id", Key)];
    let rows = db.ask(sql, vec![after.into(), PAGE.into()], &columns).await?;
    let changed = rows.iter().map(|row| Ok((row.text("table_name")?.to_owned(), row.id("record_id")?)));
    let changed = changed.collect::<Result<_, StoreError>>()?;
    let full = i64::try_from(rows.len()).is_ok_and(|read| read == PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.int("seq")).transpose()?;
    Ok((changed, next))
}
