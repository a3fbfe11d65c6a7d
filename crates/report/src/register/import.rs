//! The import of a file into a register, chunk by chunk in flat memory: what happened to every row, and the bad rows
//! handed back as a workbook with the reasons. Pages, jobs, the command line and the benchmark all come through here.
//!
//! Three things go on at once: a thread reads the file ahead, a chunk is planned and judged, and the chunk before it is on
//! its way to the disk.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Problem, Text};
use city::Actor;
use engine::import::{CHUNK, ImportRow, Outcome, PlannedChunk, Planner, Prepared, Writer};
use engine::task::{Counts, Part};
use engine::{Engine, EngineError};
use serde_json::{Value as Json, json};
use store::ChangeSet;
use tokio::sync::{Mutex, mpsc};

use super::columns;
use crate::xlsx::column::Column;
use crate::xlsx::read::{self, Cell, ImportedRow, Options, ReadError, Table};

/// What stops an import as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error("{}", .0.text().zh)]
    File(#[from] ReadError),
    /// Columns that the register needs and the file does not have, by their titles.
    #[error("the file lacks the columns {}", .0.iter().map(|t| t.zh.as_str()).collect::<Vec<_>>().join("、"))]
    Columns(Vec<Text>),
    /// The register, or the database.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Chunks that are read ahead.
const AHEAD: usize = 2;

type Read = Result<Vec<ImportedRow>, ReadError>;
type Beside<'a> = Box<dyn Fn(&Part) -> Option<ChangeSet> + Send + Sync + 'a>;

/// An import under way.
pub struct Import<'a> {
    desk: Desk,
    rows: mpsc::Receiver<Read>,
    ready: Option<Ready>,
    /// Turns a problem into a sentence.
    say: fn(&Problem) -> Text,
    /// What is stored together with a part of the file.
    beside: Beside<'a>,
    unknown_titles: Vec<String>,
    last_row: u32,
}

/// What makes chunks ready, here or on another thread.
#[derive(Clone)]
struct Desk {
    planner: Arc<Mutex<Planner>>,
    writer: Writer,
    columns: Arc<Vec<Column>>,
}

/// A chunk with how far it is.
struct Ready {
    rows: Vec<ImportedRow>,
    state: State,
}

enum State {
    /// It may name records that the chunk before it makes.
    Read,
    /// What judges it may look at records that the chunk before it makes.
    Planned(PlannedChunk),
    /// To be stored.
    Prepared(Box<Prepared>),
}

/// Opens a file and checks that its head suits the register.
///
/// # Errors
/// Not a table, no head that fits, or columns are missing.
pub fn check(engine: &Engine, register: &str, file: &Path) -> Result<(), ImportError> {
    let columns = columns(engine.importable(register)?, &engine.model);
    open(file, &columns).map(drop)
}

fn open(file: &Path, columns: &[Column]) -> Result<Table<BufReader<File>>, ImportError> {
    let opened = File::open(file).map_err(ReadError::from)?;
    let table = read::open(BufReader::new(opened), columns, &Options::default())?;
    let missing = table.head().missing_required(columns);
    if missing.is_empty() {
        Ok(table)
    } else {
        Err(ImportError::Columns(missing.into_iter().map(|c| c.title.clone()).collect()))
    }
}

impl<'a> Import<'a> {
    /// Begins the import of `file`, after the row `done_row` (0 for the beginning): rows up to there were imported
    /// before the program was stopped. `say` turns a problem into a sentence; what `beside` makes of a part is stored in
    /// the same transaction as its rows.
    ///
    /// # Errors
    /// The file cannot be read as a table of this register, or the register takes no imports.
    pub async fn begin(
        engine: &Engine,
        actor: &Actor,
        register: &str,
        file: &Path,
        done_row: u32,
        say: fn(&Problem) -> Text,
        beside: impl Fn(&Part) -> Option<ChangeSet> + Send + Sync + 'a,
    ) -> Result<Import<'a>, ImportError> {
        let columns = columns(engine.importable(register)?, &engine.model);
        let (name, wanted) = (PathBuf::from(file), columns.clone());
        let (send, rows) = mpsc::channel(AHEAD);
        let (tell, told) = tokio::sync::oneshot::channel();
        // The thread ends with the file, or when nobody wants its rows any more.
        std::thread::spawn(move || match open(&name, &wanted) {
            Ok(mut table) => {
                let titles = table.head().unknown.iter().map(|(_, title)| title.clone()).collect();
                let last_row = table.last_row();
                if tell.send(Ok((titles, last_row))).is_ok() {
                    read_on(&mut table, &send);
                }
            }
            Err(error) => drop(tell.send(Err(error))),
        });
        let gone = || ImportError::File(ReadError::Broken { detail: "the reader stopped".to_owned() });
        let (unknown_titles, last_row): (Vec<String>, u32) = told.await.map_err(|_| gone())??;
        let desk = Desk {
            planner: Arc::new(Mutex::new(Planner::new(engine, actor, register)?)),
            writer: Writer::new(engine, actor, register)?,
            columns: Arc::new(columns),
        };
        let mut import =
            Self { desk, rows, ready: None, say, beside: Box::new(beside), unknown_titles, last_row };
        import.pass_over(done_row).await?;
        Ok(import)
    }

    /// Titles in the head that no column has.
    #[must_use]
    pub fn unknown_titles(&self) -> &[String] {
        &self.unknown_titles
    }

    /// The last row as the file itself says; 0 where it does not say.
    #[must_use]
    pub fn last_row(&self) -> u32 {
        self.last_row
    }

    /// Imports the next part and says what happened; None at the end of the file.
    ///
    /// # Errors
    /// The file breaks off, or the database failed. What was imported before stays.
    pub async fn next(&mut self) -> Result<Option<Part>, ImportError> {
        let Ready { rows, state } = match self.ready.take() {
            Some(ready) => ready,
            None => {
                let Some(rows) = self.rows.recv().await.transpose()? else { return Ok(None) };
                Ready { rows, state: State::Read }
            }
        };
        let prepared = self.desk.finished(&rows, state).await?;
        let (columns, say) = (Arc::clone(&self.desk.columns), self.say);
        let beside = |outcomes: &[Outcome]| (self.beside)(&part_of(&rows, outcomes, &columns, say));
        let store = self.desk.writer.store(prepared, beside);
        let (desk, coming) = (self.desk.clone(), &mut self.rows);
        let ahead = async {
            let Some(next) = coming.recv().await.transpose()? else { return Ok(None) };
            // On a thread of its own: this one makes the statements of the chunk that is stored.
            let ready = tokio::spawn(async move { desk.ahead(next).await }).await;
            let stopped =
                |_| ImportError::File(ReadError::Broken { detail: "the planner stopped".to_owned() });
            ready.map_err(stopped)?.map(Some)
        };
        let (outcomes, ahead) = tokio::join!(store, ahead);
        let part = part_of(&rows, &outcomes?, &columns, say);
        self.ready = ahead?;
        Ok(Some(part))
    }

    /// Ends the import.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(self) -> Result<(), ImportError> {
        match Arc::try_unwrap(self.desk.planner) {
            Ok(planner) => Ok(planner.into_inner().finish().await?),
            // Somebody still plans: numbers of codes are not given back.
            Err(_) => Ok(()),
        }
    }

    async fn pass_over(&mut self, done_row: u32) -> Result<(), ImportError> {
        while done_row > 0 && self.ready.is_none() {
            let Some(rows) = self.rows.recv().await.transpose()? else { break };
            let (done, open): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.number <= done_row);
            self.desk.planner.lock().await.pass_over(&given(&done, &self.desk.columns)).await?;
            if !open.is_empty() {
                self.ready = Some(Ready { rows: open, state: State::Read });
            }
        }
        Ok(())
    }
}

impl Desk {
    /// A chunk as far as it can be made ready before the one before it is stored.
    async fn ahead(&self, rows: Vec<ImportedRow>) -> Result<Ready, ImportError> {
        let given = given(&rows, &self.columns);
        let mut planner = self.planner.lock().await;
        if planner.leans_on_earlier_rows(&given) {
            return Ok(Ready { rows, state: State::Read });
        }
        let plan = planner.plan(&given).await?;
        let state = match self.writer.may_prepare_ahead(&plan) {
            true => State::Prepared(Box::new(self.writer.prepare(plan).await?)),
            false => State::Planned(plan),
        };
        Ok(Ready { rows, state })
    }

    /// What is left to do for a chunk, now that the one before it is stored.
    async fn finished(&self, rows: &[ImportedRow], state: State) -> Result<Prepared, ImportError> {
        let plan = match state {
            State::Prepared(prepared) => return Ok(*prepared),
            State::Planned(plan) => plan,
            State::Read => self.planner.lock().await.plan(&given(rows, &self.columns)).await?,
        };
        Ok(self.writer.prepare(plan).await?)
    }
}

fn read_on(table: &mut Table<BufReader<File>>, send: &mpsc::Sender<Read>) {
    let mut rows = match table.rows() {
        Ok(rows) => rows,
        Err(error) => return drop(send.blocking_send(Err(error))),
    };
    loop {
        let chunk: Read = rows.by_ref().take(CHUNK).collect();
        let over = !matches!(&chunk, Ok(rows) if !rows.is_empty());
        if matches!(&chunk, Ok(rows) if rows.is_empty()) || send.blocking_send(chunk).is_err() || over {
            return;
        }
    }
}

fn given(rows: &[ImportedRow], columns: &[Column]) -> Vec<ImportRow> {
    let row = |row: &ImportedRow| {
        let filled = columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
        let cells = filled.map(|(column, cell)| (column.id.clone(), Cell::text(cell))).collect();
        ImportRow { number: row.number, cells }
    };
    rows.iter().map(row).collect()
}

/// What happened to a chunk, row by row: neighbours with the same outcome as one run, refused rows with their reasons.
fn part_of(
    rows: &[ImportedRow],
    outcomes: &[Outcome],
    columns: &[Column],
    say: fn(&Problem) -> Text,
) -> Part {
    let (mut counts, mut refused) = (Counts::default(), Vec::new());
    let mut runs: Vec<(u32, u32, &str)> = Vec::new();
    for (row, outcome) in rows.iter().zip(outcomes) {
        let name = match outcome {
            Outcome::Added(_) => {
                counts.added += 1;
                "added"
            }
            Outcome::Updated(_) => {
                counts.updated += 1;
                "updated"
            }
            Outcome::Unchanged(_) => {
                counts.unchanged += 1;
                "unchanged"
            }
            Outcome::Refused(problems) => {
                counts.refused += 1;
                refused.extend(problems.0.iter().map(|p| refusal(row, p, columns, say)));
                "refused"
            }
        };
        match runs.last_mut().filter(|run| run.2 == name) {
            Some(run) => run.1 = row.number,
            None => runs.push((row.number, row.number, name)),
        }
    }
    Part {
        from: rows.first().map_or(0, |row| row.number),
        to: rows.last().map_or(0, |row| row.number),
        counts,
        runs: json!(runs),
        refused,
    }
}

fn refusal(row: &ImportedRow, problem: &Problem, columns: &[Column], say: fn(&Problem) -> Text) -> Json {
    // What is wrong with an input of an assessment names its part: inputs.l stands in the column of the inputs.
    let column = problem.field.split('.').next().unwrap_or_default();
    let value = columns.iter().position(|c| c.id == column).and_then(|at| row.cells.get(at)).map(Cell::text);
    let reason = say(problem);
    json!({
        "row": row.number, "column": column, "code": problem.code,
        "value": value.unwrap_or_default(), "zh": reason.zh, "en": reason.en,
    })
}
