//! Running numbers in blocks: one statement takes a block, whoever holds it gives its numbers out without asking
//! again. Numbers may have gaps. (Only the document register is gapless, at signing.)

use crate::table::ColumnKind::Int;
use crate::{Database, StoreError};

/// Takes the next `how_many` numbers of a series (which begins at 1) and gives back the first of them. No number is
/// ever given twice, by whatever process.
///
/// # Errors
/// The database cannot be reached.
pub async fn next(db: &Database, series: &str, how_many: u32) -> Result<i64, StoreError> {
    let count = i64::from(how_many.max(1));
    let sql = "INSERT INTO number_series (series, next_number) VALUES (?, ?) \
               ON CONFLICT (series) DO UPDATE SET next_number = number_series.next_number + ? \
               RETURNING next_number";
    let values = vec![series.into(), (1 + count).into(), count.into()];
    let rows = db.run_answering(sql, values, &[("next_number", Int)]).await?;
    let next = rows.first().map(|r| r.int("next_number")).transpose()?;
    let missing = || StoreError::Inconsistent {
        table: "number_series".to_owned(),
        column: "next_number".to_owned(),
        problem: format!("the series {series} gave no number"),
    };
    Ok(next.ok_or_else(missing)? - count)
}
