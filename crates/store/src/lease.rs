//! Leases: of several equal processes one does a thing (sealing the journal, folding counters, a sweep).

use base::Instant;

use crate::statement::Step;
use crate::table::ColumnKind::Text;
use crate::{Database, StoreError};

/// Takes or prolongs the lease `name` for `holder` until `until`. False while somebody else holds it.
///
/// # Errors
/// The database cannot be reached.
pub async fn take(
    db: &Database,
    name: &str,
    holder: &str,
    now: Instant,
    until: Instant,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO lease (name, holder, held_until) VALUES (?, ?, ?) \
               ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
               WHERE lease.holder = excluded.holder OR lease.held_until <= ? RETURNING name";
    let values = vec![name.into(), holder.into(), until.into(), now.into()];
    Ok(!db.run_answering(sql, values, &[("name", Text)]).await?.is_empty())
}

/// Gives it back, if `holder` still holds it.
///
/// # Errors
/// The database cannot be reached.
pub async fn give_back(db: &Database, name: &str, holder: &str) -> Result<(), StoreError> {
    let statement =
        db.statement("DELETE FROM lease WHERE name = ? AND holder = ?", vec![name.into(), holder.into()]);
    db.run(vec![Step::any("lease", statement)]).await.map(|_| ())
}
