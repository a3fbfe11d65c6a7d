//! Long work that somebody asked for and comes back to: who asked, how far it is, what came of it part by part. The work
//! itself is a job of the store; what is kept here outlives the job, so that its result can be read for as long as it
//! matters.
//!
//! A task belongs to who asked for it: its parts hold values of rows. Administrators of the program see that it exists,
//! how far it is and why it failed, not what it holds.

mod ask;
mod keep;
mod read;
mod tables;

use base::{Id, Instant};
use serde_json::Value as Json;
use store::job_desk::Standing;

pub use tables::tables;

/// Long work that somebody asked for.
pub const TASK: &str = "task";
/// What came of a part of it.
pub const TASK_PART: &str = "task_part";
/// The kind of job that imports a file.
pub const IMPORT: &str = "import";

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Nobody works on it yet.
    Waiting,
    /// Somebody works on it.
    Running,
    /// It is done.
    Done,
    /// It failed for good, or waits for a person.
    Failed,
}

impl Stand {
    /// As it is stored and shown to other programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn read(text: &str) -> Self {
        match text {
            "running" => Self::Running,
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ => Self::Waiting,
        }
    }
}

/// Rows by what happened to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New records.
    pub added: u64,
    /// Changed records.
    pub updated: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// Rows that were refused.
    pub refused: u64,
}

impl Counts {
    /// All rows.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.added + self.updated + self.unchanged + self.refused
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            added: self.added + other.added,
            updated: self.updated + other.updated,
            unchanged: self.unchanged + other.unchanged,
            refused: self.refused + other.refused,
        }
    }
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// Identity.
    pub id: Id,
    /// Kind of the work, for instance [`IMPORT`].
    pub kind: String,
    /// The register that it is about.
    pub register: String,
    /// The account that asked.
    pub account: Id,
    /// The unit seat at which they worked; None at an account of their own.
    pub seat: Option<Id>,
    /// Its name then.
    pub by: String,
    /// The file that was handed in, by its content.
    pub file: String,
    /// Language tag of who asked.
    pub language: String,
    /// How it stands.
    pub stand: Stand,
    /// The last row of the file, where the file says so; 0 otherwise.
    pub last_row: u64,
    /// The row up to which everything is done.
    pub done_row: u64,
    /// How often it was taken up again after the program had stopped.
    pub resumed: i64,
    /// What happened to the rows so far.
    pub counts: Counts,
    /// The workbook of the refused rows, by its content; empty without any.
    pub bad_rows: String,
    /// Why it failed, as a sentence; empty otherwise.
    pub error: String,
    /// When it was asked for.
    pub at: Instant,
    /// When it ended; 0 before.
    pub ended_at: Instant,
}

/// What came of one part of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// First row, counted as in the file.
    pub from: u32,
    /// Last row.
    pub to: u32,
    /// What happened to the rows.
    pub counts: Counts,
    /// Runs of rows with the same outcome: `[[2, 501, "added"], ...]`.
    pub runs: Json,
    /// Refused rows: `[{ "row", "column", "value", "zh", "en" }]`.
    pub refused: Vec<Json>,
}

/// A task beside the job that carries it out.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The task; None for a job of the program's own.
    pub task: Option<Task>,
    /// The job; None once it is done.
    pub job: Option<Standing>,
}
