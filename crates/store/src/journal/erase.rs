//! Erasing what the journal says of a person, when the law asks for it. The entry stays, and the chain still verifies:
//! its leaf holds only a digest that was made with a random salt, and the salt goes too.

use base::{Id, Instant};

use crate::statement::Step;
use crate::table::ColumnKind::Int;
use crate::{Database, StoreError};

/// Erases the payloads of all entries about one record and gives back how many there were. The erasure itself should be
/// journalled by whoever asks for it.
///
/// # Errors
/// The database cannot be reached.
pub async fn erase_record(db: &Database, record: Id, at: Instant) -> Result<u64, StoreError> {
    let sql = "UPDATE journal SET payload = NULL, salt = NULL, erased_at = ? \
               WHERE record_id = ? AND erased_at IS NULL RETURNING seq";
    let step = Step::answering(db.question(sql, vec![at.into(), record.into()], &[("seq", Int)]));
    let answers = db.run(vec![step]).await?.unwrap_or_default();
    Ok(answers.first().map_or(0, Vec::len) as u64)
}
