//! The import of a file into a register, chunk by chunk in flat memory: what happened to every row, and the bad rows
//! handed back as a workbook with the reasons.

use std::io::{Read, Seek};

use base::{Language, Problem, Text};
use city::Actor;
use engine::import::{CHUNK, ImportRow, Outcome};
use engine::{Engine, EngineError};

use super::columns;
use crate::xlsx::bad_rows::{BadRows, Fault};
use crate::xlsx::column::Column;
use crate::xlsx::read::{self, Cell, ImportedRow, Options, ReadError};
use crate::xlsx::write::WriteError;

/// What stops an import as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error("{}", .0.text().zh)]
    File(#[from] ReadError),
    /// The register, or the database.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The workbook of bad rows.
    #[error(transparent)]
    BadRows(#[from] WriteError),
}

/// What an import did.
#[derive(Debug, Default)]
pub struct Imported {
    /// Rows that became records.
    pub added: u64,
    /// Rows that changed records.
    pub updated: u64,
    /// Rows that said what the records say already.
    pub unchanged: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// The first refused rows: number in the file and what is wrong.
    pub first_refused: Vec<(u32, Vec<Problem>)>,
    /// The workbook of bad rows; None when there are none.
    pub bad_rows: Option<Vec<u8>>,
    /// Titles in the head that no column has.
    pub unknown_titles: Vec<String>,
}

/// Refused rows that are listed.
const LISTED: usize = 200;

/// Imports `file`. `say` turns a problem into a sentence; `progress` is told how many rows are done.
///
/// # Errors
/// The file cannot be read as a table, the register takes no imports, or the database failed. What was imported before
/// stays; the same file can be imported again.
pub async fn import<R: Read + Seek + Send>(
    engine: &Engine,
    actor: &Actor,
    register: &str,
    file: R,
    language: Language,
    say: impl Fn(&Problem) -> Text,
    mut progress: impl FnMut(u64),
) -> Result<Imported, ImportError> {
    let definition = engine.register(register)?;
    let columns = columns(definition, &engine.model);
    let mut table = read::open(file, &columns, &Options::default())?;
    let mut imported = Imported {
        unknown_titles: table.head().unknown.iter().map(|(_, title)| title.clone()).collect(),
        ..Imported::default()
    };
    let mut bad = BadRows::new(&columns, language)?;
    let mut rows = table.rows()?;
    let mut done = 0;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        for row in rows.by_ref().take(CHUNK) {
            chunk.push(row?);
        }
        if chunk.is_empty() {
            break;
        }
        let given: Vec<ImportRow> = chunk.iter().map(|row| import_row(row, &columns)).collect();
        let outcomes = engine.import(actor, register, &given).await?;
        for (row, outcome) in chunk.iter().zip(outcomes) {
            count(&mut imported, row, outcome, &columns, &mut bad, &say)?;
        }
        done += chunk.len() as u64;
        progress(done);
    }
    if imported.refused > 0 {
        imported.bad_rows = Some(bad.bytes()?);
    }
    Ok(imported)
}

fn import_row(row: &ImportedRow, columns: &[Column]) -> ImportRow {
    let filled = columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    ImportRow {
        number: row.number,
        cells: filled.map(|(column, cell)| (column.id.clone(), Cell::text(cell))).collect(),
    }
}

fn count(
    imported: &mut Imported,
    row: &ImportedRow,
    outcome: Outcome,
    columns: &[Column],
    bad: &mut BadRows<'_>,
    say: &impl Fn(&Problem) -> Text,
) -> Result<(), WriteError> {
    match outcome {
        Outcome::Added(_) => imported.added += 1,
        Outcome::Updated(_) => imported.updated += 1,
        Outcome::Unchanged(_) => imported.unchanged += 1,
        Outcome::Refused(problems) => {
            imported.refused += 1;
            let place = |problem: &Problem| columns.iter().position(|c| c.id == problem.field);
            let faults: Vec<Fault> =
                problems.0.iter().map(|p| Fault { column: place(p), reason: say(p) }).collect();
            bad.row(row, &faults)?;
            if imported.first_refused.len() < LISTED {
                imported.first_refused.push((row.number, problems.0));
            }
        }
    }
    Ok(())
}
