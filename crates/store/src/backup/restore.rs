//! Restoring a backup into an empty place.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::rows::{self, Head};
use super::{Manifest, check, file_error, problem, within};
use crate::build::ddl;
use crate::statement::Step;
use crate::{Database, Engine, StoreError, Value};

/// Rows per transaction.
const ROWS: usize = 5_000;

/// Restores a backup into an empty database and, where the backup has attachments, into the folder `blobs`. All files
/// are compared with the manifest before anything is written.
///
/// # Errors
/// A file was changed, the database is not empty, or cannot be written. A restore that broke off leaves a database that
/// is not empty: remove it and restore again.
pub async fn restore(folder: &Path, db: &Database, blobs: &Path) -> Result<Manifest, StoreError> {
    let manifest = check(folder)?;
    db.migrate().await?;
    refuse_if_used(db).await?;
    let row_files: Vec<&str> =
        manifest.files.iter().map(|f| f.path.as_str()).filter(|p| p.starts_with("tables/")).collect();
    // The descriptions first: they make the tables that the other files fill.
    let (first, others): (Vec<&str>, Vec<&str>) =
        row_files.into_iter().partition(|p| *p == "tables/store_table.rows");
    for path in first {
        restore_rows(db, &within(folder, path)?).await?;
    }
    make_tables(db).await?;
    for path in others {
        restore_rows(db, &within(folder, path)?).await?;
    }
    if db.engine() == Engine::Postgres {
        for (table, column) in [("journal", "seq"), ("job", "number")] {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), \
                 (SELECT COALESCE(MAX({column}), 0) + 1 FROM {table}), false)"
            );
            db.run(vec![Step::any(table, db.statement(&sql, vec![]))]).await?;
        }
    }
    for file in manifest.files.iter().filter(|f| f.path.starts_with("blobs/")) {
        let relative = file.path.trim_start_matches("blobs/");
        let target = within(blobs, relative)?;
        let parent = target.parent().unwrap_or(blobs);
        fs::create_dir_all(parent).map_err(|e| file_error(parent, &e))?;
        fs::copy(folder.join(&file.path), &target).map_err(|e| file_error(&target, &e))?;
    }
    db.refresh().await?;
    Ok(manifest)
}

async fn refuse_if_used(db: &Database) -> Result<(), StoreError> {
    for table in ["store_table", "journal", "setting"] {
        let one = format!("SELECT 1 AS one FROM {table} LIMIT 1");
        if !db.ask(&one, vec![], &[("one", crate::ColumnKind::Int)]).await?.is_empty() {
            let problem = "the database is not empty; restore into a new one".to_owned();
            return Err(StoreError::Unsupported(problem));
        }
    }
    Ok(())
}

async fn make_tables(db: &Database) -> Result<(), StoreError> {
    for table in crate::migrate::stored_tables(db).await? {
        let sql = ddl::create(db.engine(), &table).sql;
        let steps = sql.iter().map(|sql| {
            let statement = crate::statement::Statement::once(sql.clone(), vec![]);
            Step::any(&table.def.name, statement)
        });
        db.run(steps.collect()).await?;
    }
    Ok(())
}

async fn restore_rows(db: &Database, path: &Path) -> Result<(), StoreError> {
    let opened = File::open(path).map_err(|e| file_error(path, &e))?;
    let mut lines = BufReader::with_capacity(256 * 1024, opened).lines().enumerate();
    let bad = |number: usize| problem(path, &format!("line {} is not a row of this table", number + 1));
    let first = lines.next().and_then(|(_, line)| line.ok()).ok_or_else(|| bad(0))?;
    let head: Head = serde_json::from_str(&first).map_err(|_| bad(0))?;
    let (mut steps, mut waiting, mut count) = (Vec::new(), Vec::new(), 0_usize);
    let per_statement = (30_000 / head.columns.len().max(1)).clamp(1, 1000);
    for (number, line) in lines {
        let line = line.map_err(|e| file_error(path, &e))?;
        waiting.push(rows::values(&line, &head).ok_or_else(|| bad(number))?);
        count += 1;
        if waiting.len() == per_statement {
            steps.push(insert(db, &head, std::mem::take(&mut waiting)));
        }
        if count.is_multiple_of(ROWS) {
            store(db, std::mem::take(&mut steps), path).await?;
        }
    }
    if !waiting.is_empty() {
        steps.push(insert(db, &head, waiting));
    }
    store(db, steps, path).await
}

async fn store(db: &Database, steps: Vec<Step>, path: &Path) -> Result<(), StoreError> {
    if steps.is_empty() || db.run(steps).await?.is_some() {
        return Ok(());
    }
    Err(problem(path, "a row is there already; restore into an empty database"))
}

/// The transaction that once wrote a journal entry means nothing in another database.
fn insert(db: &Database, head: &Head, rows: Vec<Vec<Value>>) -> Step {
    let horizon = head.table == "journal";
    let mut names: Vec<String> = head.columns.iter().map(|(c, _)| format!("\"{c}\"")).collect();
    let mut marks = vec!["?"; head.columns.len()];
    if horizon {
        names.push("horizon".to_owned());
        marks.push("0");
    }
    let row = format!("({})", marks.join(", "));
    let all = vec![row.as_str(); rows.len()].join(", ");
    let sql = format!("INSERT INTO \"{}\" ({}) VALUES {all}", head.table, names.join(", "));
    Step::any(&head.table, db.statement(&sql, rows.into_iter().flatten().collect()))
}
