//! Filling a database from nothing: a demo city, a move from another system. While millions of rows come in, indexes
//! that only serve reading stand aside and are then built at once, which sorts each of them once instead of touching a
//! random page for every row. What was set aside is written down in the same transaction, so that a process that was
//! killed in between finds it at its next start.

use crate::database::Engine;
use crate::statement::{Statement, Step};
use crate::table::ColumnKind::{Int, Text};
use crate::{Database, StoreError};

/// The setting that holds the indexes set aside, one statement a line.
const SET_ASIDE: &str = "store.indexes_set_aside";

/// Sets aside the indexes of those of these tables that hold rows already and that only serve reading; unique ones stay. To be ended by [`bring_back`].
///
/// # Errors
/// The database cannot be reached, or was never migrated.
pub async fn set_aside(db: &Database, tables: &[&str]) -> Result<(), StoreError> {
    bring_back(db).await?;
    let sql = match db.engine() {
        Engine::Sqlite => "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?",
        Engine::Postgres => {
            "SELECT indexname::text AS name, indexdef AS sql FROM pg_indexes \
             WHERE schemaname = current_schema() AND tablename = ?"
        }
    };
    let (mut kept, mut steps) = (Vec::new(), Vec::new());
    for table in tables {
        // What an empty table has costs nothing.
        let any = format!("SELECT 1 AS \"any\" FROM \"{table}\" LIMIT 1");
        if db.ask(&any, Vec::new(), &[("any", Int)]).await?.is_empty() {
            continue;
        }
        for row in db.ask(sql, vec![(*table).into()], &[("name", Text), ("sql", Text)]).await? {
            // An index without text belongs to a key.
            let Some(made_by) = row.opt_text("sql")? else { continue };
            if made_by.starts_with("CREATE INDEX") {
                kept.push(one_line(made_by));
                steps.push(plain(table, format!("DROP INDEX \"{}\"", row.text("name")?)));
            }
        }
    }
    let sql = "INSERT INTO setting (name, value) VALUES (?, ?)";
    let statement = db.statement(sql, vec![SET_ASIDE.into(), kept.join("\n").into()]);
    steps.insert(0, Step::any("setting", statement));
    db.run(steps).await.map(drop)
}

/// Builds the indexes that were set aside, and looks at what they hold; nothing to do where none were.
///
/// # Errors
/// The database cannot be reached.
pub async fn bring_back(db: &Database) -> Result<(), StoreError> {
    let Some(kept) = crate::setting::get(db, SET_ASIDE).await? else { return Ok(()) };
    for line in kept.lines() {
        let again = line.replacen("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", 1);
        let again = again.replacen("IF NOT EXISTS IF NOT EXISTS", "IF NOT EXISTS", 1);
        // One transaction each: none of them needs the others, and the log stays short.
        db.run(vec![plain("setting", again)]).await?;
    }
    let forget = db.statement("DELETE FROM setting WHERE name = ?", vec![SET_ASIDE.into()]);
    db.run(vec![Step::any("setting", forget)]).await?;
    db.look_at_values().await
}

fn plain(table: &str, sql: String) -> Step {
    Step::any(table, Statement::once(sql, Vec::new()))
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
