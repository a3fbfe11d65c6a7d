//! The workbook of only the refused rows, made from the file that was handed in and from what was written down of each
//! refused row: nothing of it is held in memory while an import runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use base::{Language, Text};
use engine::{Engine, EngineError};
use serde_json::Value as Json;

use super::columns;
use crate::xlsx::bad_rows::{BadRows, Fault};
use crate::xlsx::read::{self, Options, ReadError};
use crate::xlsx::write::WriteError;

/// Why the workbook was not made.
#[derive(Debug, thiserror::Error)]
pub enum HandBackError {
    /// The file that was handed in.
    #[error("{}", .0.text().zh)]
    File(#[from] ReadError),
    /// The workbook.
    #[error(transparent)]
    Workbook(#[from] WriteError),
    /// The register.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The faults of refused rows, by the row's number in the file.
#[derive(Debug, Default)]
pub struct Refusals(BTreeMap<u32, Vec<(String, Text)>>);

impl Refusals {
    /// Adds what was written down of refused rows (see [`engine::task::Part::refused`]).
    pub fn add(&mut self, refused: &[Json]) {
        let text =
            |one: &Json, name: &str| one.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        for one in refused {
            let row = one.get("row").and_then(Json::as_u64).and_then(|row| u32::try_from(row).ok());
            let reason = Text::new(text(one, "zh"), text(one, "en"));
            if let Some(row) = row {
                self.0.entry(row).or_default().push((text(one, "column"), reason));
            }
        }
    }

    /// True when nothing was refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The workbook with the refused rows of `file`.
///
/// # Errors
/// The file cannot be read any more, or the workbook cannot be made.
pub fn bad_rows(
    engine: &Engine,
    register: &str,
    file: &Path,
    refusals: &Refusals,
    language: Language,
) -> Result<Vec<u8>, HandBackError> {
    let columns = columns(engine.register(register)?, &engine.model);
    let opened = File::open(file).map_err(ReadError::from)?;
    let mut table = read::open(BufReader::new(opened), &columns, &Options::default())?;
    let mut bad = BadRows::new(&columns, language)?;
    for row in table.rows()? {
        let row = row?;
        let Some(faults) = refusals.0.get(&row.number) else { continue };
        let fault = |(column, reason): &(String, Text)| Fault {
            column: columns.iter().position(|c| c.id == *column),
            reason: reason.clone(),
        };
        bad.row(&row, &faults.iter().map(fault).collect::<Vec<_>>())?;
    }
    Ok(bad.bytes()?)
}
