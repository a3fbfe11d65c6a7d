//! Running numbers in blocks: one statement takes a block, whoever holds it gives its numbers out without asking
//! again. Numbers may have gaps. (Only the document register is gapless, at signing.)

use std::collections::HashMap;

use crate::table::ColumnKind::{Int, Text};
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

/// Takes numbers of several series in one statement: for each series how many, answered with the first number of each.
/// A series must not be named twice.
///
/// # Errors
/// The database cannot be reached.
pub async fn next_of_many(
    db: &Database,
    wanted: &[(String, u32)],
) -> Result<HashMap<String, i64>, StoreError> {
    let mut first = HashMap::with_capacity(wanted.len());
    for some in wanted.chunks(1000) {
        let rows = vec!["(?, ?)"; some.len()].join(", ");
        let sql = format!(
            "INSERT INTO number_series (series, next_number) VALUES {rows} \
             ON CONFLICT (series) DO UPDATE SET next_number = number_series.next_number + excluded.next_number - 1 \
             RETURNING series, next_number"
        );
        let count = |count: u32| i64::from(count.max(1));
        let values = some.iter().flat_map(|(series, n)| [series.as_str().into(), (1 + count(*n)).into()]);
        let rows =
            db.run_answering(&sql, values.collect(), &[("series", Text), ("next_number", Int)]).await?;
        for row in rows {
            let series = row.text("series")?;
            let taken = some.iter().find(|(s, _)| s == series).map_or(1, |(_, n)| count(*n));
            first.insert(series.to_owned(), row.int("next_number")? - taken);
        }
    }
    Ok(first)
}

/// Gives back the numbers from `unused` to before `end` of a series, where nobody has taken any since: then they leave no
/// gap.
///
/// # Errors
/// The database cannot be reached.
pub async fn give_back(db: &Database, series: &str, unused: i64, end: i64) -> Result<(), StoreError> {
    let sql = "UPDATE number_series SET next_number = ? WHERE series = ? AND next_number = ?";
    let values = vec![unused.into(), series.into(), end.into()];
    db.run(vec![crate::statement::Step::any("number_series", db.statement(sql, values))]).await.map(|_| ())
}
