//! Reading small tables whole: accounts of an enterprise, grants of a role.

use std::collections::{BTreeSet, HashMap};

use base::Id;
use store::{Condition, Database, Query, Row, Scope, StoreError, Value};

const PAGE: u32 = 1000;

/// All rows that meet the condition, page by page.
pub(crate) async fn all_rows(
    db: &Database,
    table: &str,
    filter: Condition,
    reason: &'static str,
) -> Result<Vec<Row>, StoreError> {
    let mut found: Vec<Row> = Vec::new();
    loop {
        let mut query = Query::of(table, Scope::system(reason)).filter(filter.clone()).limit(PAGE);
        if let Some(last) = found.last() {
            query = query.after(vec![Value::Id(last.id("id")?)]);
        }
        let page = db.select(&query).await?;
        let complete = page.len() < PAGE as usize;
        found.extend(page);
        if complete {
            return Ok(found);
        }
    }
}

/// The one row with that value, if there is one.
pub(crate) async fn one_row(
    db: &Database,
    table: &str,
    filter: Condition,
    reason: &'static str,
) -> Result<Option<Row>, StoreError> {
    db.first(&Query::of(table, Scope::system(reason)).filter(filter).limit(1)).await
}

/// Some columns of the rows with these ids.
pub(crate) async fn rows_by_id(
    db: &Database,
    table: &str,
    columns: &[&str],
    ids: &[Id],
    reason: &'static str,
) -> Result<HashMap<Id, Row>, StoreError> {
    let wanted: Vec<Id> =
        ids.iter().copied().filter(|id| !id.is_nil()).collect::<BTreeSet<Id>>().into_iter().collect();
    let mut found = HashMap::with_capacity(wanted.len());
    for part in wanted.chunks(500) {
        let values: Vec<Value> = part.iter().map(|id| Value::Id(*id)).collect();
        let query = Query::of(table, Scope::system(reason))
            .columns(columns)
            .filter(Condition::In("id".into(), values))
            .limit(PAGE);
        for row in db.select(&query).await? {
            found.insert(row.id("id")?, row);
        }
    }
    Ok(found)
}

/// A line of text as it is stored: without control characters (the databases refuse NUL) and blanks around it.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// Column and value, for a change.
pub(crate) fn put(column: &str, value: impl Into<Value>) -> (String, Value) {
    (column.to_owned(), value.into())
}
