//! Finding records by name, code or text. Words are made by [`base::search`] (two Chinese characters are enough) and
//! indexed by FTS5 in SQLite and by a tsvector in PostgreSQL; both find the same.

use base::Id;

use crate::build::search_text;
use crate::scope::Sight;
use crate::table::ColumnKind;
use crate::{Database, Engine, Scope, StoreError, Value};

/// The words under which a text is found, with blanks between them.
pub(crate) fn words_of(text: &str) -> String {
    base::search::tokens(text).join(" ")
}

/// The records whose search entry holds all of the words, newest first. `tables` empty: all tables.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(
    db: &Database,
    words: &str,
    tables: &[&str],
    scope: &Scope,
    limit: u32,
) -> Result<Vec<(String, Id)>, StoreError> {
    let Some(text) = search_text(db.engine(), words) else { return Ok(Vec::new()) };
    let mut sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT table_name, record_id FROM search_entry WHERE number IN \
             (SELECT rowid FROM search_index WHERE search_index MATCH ?)"
        }
        Engine::Postgres => {
            "SELECT table_name, record_id FROM search_entry WHERE document @@ CAST(? AS text)::tsquery"
        }
    }
    .to_owned();
    let mut values = vec![Value::Text(text)];
    if !tables.is_empty() {
        sql.push_str(&format!(" AND table_name IN ({})", vec!["?"; tables.len()].join(", ")));
        values.extend(tables.iter().map(|t| Value::from(*t)));
    }
    let sight = sight_sql(scope, &mut values);
    sql.push_str(&format!(" AND {sight} ORDER BY record_id DESC, table_name LIMIT ?"));
    values.push(limit.into());
    let columns = [("table_name", ColumnKind::Text), ("record_id", ColumnKind::Id)];
    let rows = db.ask(&sql, values, &columns).await?;
    rows.iter().map(|r| Ok((r.text("table_name")?.to_owned(), r.id("record_id")?))).collect()
}

/// A scope as SQL with `?`, for this crate's own tables that carry scope columns.
pub(crate) fn sight_sql(scope: &Scope, values: &mut Vec<Value>) -> String {
    let Sight::Branches(branches) = &scope.sight else { return "1 = 1".to_owned() };
    let mut any: Vec<String> = Vec::with_capacity(branches.len());
    for branch in branches {
        let parts = branch.parts();
        let all: Vec<String> = parts.iter().map(|(column, _)| format!("{column} = ?")).collect();
        any.push(if all.is_empty() { "1 = 1".to_owned() } else { format!("({})", all.join(" AND ")) });
        values.extend(parts.into_iter().map(|(_, value)| value));
    }
    if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) }
}
