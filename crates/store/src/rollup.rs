//! Counters that are kept with the changes. A change inserts delta rows (shared counter rows would make all writers
//! wait for each other); a job folds them into the base; whoever reads adds both.

use crate::scope::Sight;
use crate::search::sight_sql;
use crate::statement::Step;
use crate::table::ColumnKind::{Int, Text};
use crate::{ColumnKind, Database, Row, Scope, StoreError, Value};

/// The parts of a counter by which it can be grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// County.
    County,
    /// Township.
    Township,
    /// Sector.
    Sector,
    /// The counted value.
    Value,
}

impl Part {
    /// The column that the answer has it in.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::Township => "township",
            Self::Sector => "sector",
            Self::Value => "value",
        }
    }
}

/// Sums of a counter by groups within a scope: rows with the columns of `by` and `amount`, ordered by the groups,
/// without groups that come to nothing.
///
/// # Errors
/// [`StoreError::Unsupported`] when a branch of the scope names an organisation or a park, which counters do not carry
/// (count the rows themselves then, such scopes are small); or the database cannot be reached.
pub async fn totals(
    db: &Database,
    counter: &str,
    scope: &Scope,
    by: &[Part],
) -> Result<Vec<Row>, StoreError> {
    if let Sight::Branches(branches) = &scope.sight
        && branches.iter().any(|b| b.organisation.is_some() || b.park.is_some())
    {
        return Err(StoreError::Unsupported("counters carry neither organisation nor park".to_owned()));
    }
    let mut values: Vec<Value> = Vec::new();
    let mut half = |table: &str| {
        values.push(counter.into());
        let sight = sight_sql(scope, &mut values);
        format!("SELECT county, township, sector, value, amount FROM {table} WHERE counter = ? AND {sight}")
    };
    let both = format!("{} UNION ALL {}", half("rollup_base"), half("rollup_delta"));
    let groups: Vec<&str> = by.iter().map(|p| p.column()).collect();
    let groups = groups.join(", ");
    let (chosen, grouped) = if by.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("{groups}, "), format!(" GROUP BY {groups} HAVING SUM(amount) <> 0 ORDER BY {groups}"))
    };
    let sql = format!(
        "SELECT {chosen}CAST(COALESCE(SUM(amount), 0) AS bigint) AS amount FROM ({both}) AS both_parts{grouped}"
    );
    let mut columns: Vec<(&str, ColumnKind)> = by.iter().map(|p| (p.column(), Text)).collect();
    columns.push(("amount", Int));
    db.ask(&sql, values, &columns).await
}

/// Folds up to `limit` deltas into the base; gives back how many. Of several processes one succeeds, the others fold
/// nothing.
///
/// # Errors
/// The database cannot be reached.
pub async fn fold(db: &Database, limit: u32) -> Result<u64, StoreError> {
    let rows = db
        .ask(
            "SELECT seq, counter, county, township, sector, value, amount FROM rollup_delta ORDER BY seq LIMIT ?",
            vec![limit.into()],
            &[
                ("seq", Int),
                ("counter", Text),
                ("county", Text),
                ("township", Text),
                ("sector", Text),
                ("value", Text),
                ("amount", Int),
            ],
        )
        .await?;
    let mut sums: std::collections::BTreeMap<Vec<String>, i64> = std::collections::BTreeMap::new();
    let mut numbers = Vec::with_capacity(rows.len());
    for row in &rows {
        numbers.push(row.int("seq")?);
        let mut key = Vec::with_capacity(5);
        for column in ["counter", "county", "township", "sector", "value"] {
            key.push(row.text(column)?.to_owned());
        }
        *sums.entry(key).or_default() += row.int("amount")?;
    }
    let mut steps = Vec::new();
    for some in numbers.chunks(5000) {
        let sql = format!("DELETE FROM rollup_delta WHERE seq IN ({})", vec!["?"; some.len()].join(", "));
        let values = some.iter().map(|n| Value::Int(*n)).collect();
        steps.push(Step::exactly("rollup_delta", some.len() as u64, db.statement(&sql, values)));
    }
    for (key, amount) in sums {
        let sql = "INSERT INTO rollup_base (counter, county, township, sector, value, amount) \
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (counter, county, township, sector, value) \
                   DO UPDATE SET amount = rollup_base.amount + excluded.amount";
        let mut values: Vec<Value> = key.into_iter().map(Value::Text).collect();
        values.push(amount.into());
        steps.push(Step::any("rollup_base", db.statement(sql, values)));
    }
    if steps.is_empty() {
        return Ok(0);
    }
    Ok(if db.run(steps).await?.is_some() { rows.len() as u64 } else { 0 })
}

/// One group in which a counter and a recount differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The values of the groups, in the order of `by`.
    pub group: Vec<String>,
    /// What the counter says.
    pub counted: i64,
    /// What the recount says.
    pub recounted: i64,
}

/// Compares a counter with a recount of the rows: an aggregate that answers with the columns of `by` (under the same
/// names) and `count`. Empty when both agree.
///
/// # Errors
/// As [`totals`], or a column is missing in `recount`.
pub async fn compare(
    db: &Database,
    counter: &str,
    by: &[Part],
    recount: &[Row],
) -> Result<Vec<Difference>, StoreError> {
    let counted = totals(db, counter, &Scope::system("recounts a counter"), by).await?;
    let group = |row: &Row| -> Result<Vec<String>, StoreError> {
        by.iter().map(|p| row.text(p.column()).map(str::to_owned)).collect()
    };
    let mut both: std::collections::BTreeMap<Vec<String>, (i64, i64)> = std::collections::BTreeMap::new();
    for row in &counted {
        both.entry(group(row)?).or_default().0 = row.int("amount")?;
    }
    for row in recount {
        both.entry(group(row)?).or_default().1 = row.int("count")?;
    }
    let differences = both.into_iter().filter(|(_, (counted, recounted))| counted != recounted);
    Ok(differences.map(|(group, (counted, recounted))| Difference { group, counted, recounted }).collect())
}
