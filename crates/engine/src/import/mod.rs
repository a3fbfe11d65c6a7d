//! Import of many records at once (Excel, CSV, another system): each row is added or updated by the register's
//! identity, and each row says what happened to it. Bad rows change nothing and lose nothing of the others.
//!
//! Rows come in chunks. A [`Planner`] reads what the rows of a chunk need in a handful of questions (never one per row)
//! and says what each would do; a [`Writer`] judges a planned chunk and stores it in one transaction. While one chunk is
//! on its way to the disk, the next one can be planned and, where nothing leans on the other, judged.

mod codes;
mod look_up;
mod opened;
mod plan;
mod write;

use base::{Id, Problem, Problems};
use city::Actor;
use judge::Facts;
use judge::fact::fact;
use plan_pack::Register;

use crate::record::Record;
use crate::{Engine, EngineError};

use ::plan::pack as plan_pack;

pub use plan::Planner;
pub use write::{Prepared, Writer};

/// Rows that are looked up and written together.
pub const CHUNK: usize = 1000;

/// One row as it was read: the cells of the register's fields, by name.
#[derive(Debug, Clone, Default)]
pub struct ImportRow {
    /// The row in the file, counted from 1.
    pub number: u32,
    /// Field names and what the cells hold.
    pub cells: Vec<(String, String)>,
}

/// What happened to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new record.
    Added(Id),
    /// An existing record was changed.
    Updated(Id),
    /// The record says already what the row says.
    Unchanged(Id),
    /// Nothing was done; each problem names its field.
    Refused(Problems),
}

/// What the rows of a chunk would do; nothing is written yet.
pub struct PlannedChunk {
    rows: Vec<Result<PlannedRow, Problems>>,
}

struct PlannedRow {
    old: Option<Record>,
    new: Record,
}

impl Engine {
    /// Imports rows, in order. The outcomes stand in the order of the rows. A record that comes twice among them is
    /// taken the first time only.
    ///
    /// # Errors
    /// Only what stops everything: the database failed, or the register does not take imports.
    pub async fn import(
        &self,
        actor: &Actor,
        register: &str,
        rows: &[ImportRow],
    ) -> Result<Vec<Outcome>, EngineError> {
        let mut planner = Planner::new(self, actor, register)?;
        let writer = Writer::new(self, actor, register)?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for chunk in rows.chunks(CHUNK) {
            let planned = planner.plan(chunk).await?;
            let prepared = writer.prepare(planned).await?;
            outcomes.extend(writer.store(prepared, |_| None).await?);
        }
        planner.finish().await?;
        Ok(outcomes)
    }

    /// The register, where rows can be imported into it at all.
    ///
    /// # Errors
    /// There is none, it holds cases, or nothing tells its records apart.
    pub fn importable(&self, register: &str) -> Result<&Register, EngineError> {
        let register = self.register(register)?;
        if register.cases || register.identity.is_empty() {
            return Err(EngineError::Refused(Problem::new("import.not_for_this_register")));
        }
        Ok(register)
    }
}

/// What tells the record of these facts apart from the others of its register.
fn identity_key(register: &Register, facts: &Facts) -> String {
    let parts = register.identity.iter().map(|name| fact(facts, name).to_json().to_string());
    parts.collect::<Vec<_>>().join("\u{1f}")
}
