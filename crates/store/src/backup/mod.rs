//! Backups while the program runs, in one format for both engines: a folder with a file of rows for each table, the
//! attachments, and a manifest with the SHA-256 of every file, written last. A backup of one engine can be restored on
//! the other, which is how an installation moves from SQLite to PostgreSQL.
//!
//! `tables/NAME.rows` begins with a line of JSON that names the columns and their kinds; every further line is one row
//! as a JSON array. Bytes and ids are hexadecimal, floats are text that reads back to the same bits.

mod restore;
mod rows;
mod write;

use std::path::Path;

use base::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::StoreError;

pub use restore::restore;
pub use write::write;

const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;

/// The list of a backup's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// When it was begun: the state of the database that it holds is that of this instant or a little later.
    pub at: Instant,
    /// The files.
    pub files: Vec<File>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Path within the backup, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// Reads the manifest and compares every file with it.
///
/// # Errors
/// A file is missing or was changed; the error names the first one.
pub fn check(folder: &Path) -> Result<Manifest, StoreError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|e| file_error(&path, &e))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|e| problem(&path, &e.to_string()))?;
    if manifest.format != FORMAT {
        return Err(problem(&path, &format!("format {} is not known, {FORMAT} is", manifest.format)));
    }
    for file in &manifest.files {
        let path = within(folder, &file.path)?;
        let (size, sha256) = digest(&path)?;
        if size != file.size || sha256 != file.sha256 {
            return Err(problem(&path, "it was changed since the backup was made; take another backup"));
        }
    }
    Ok(manifest)
}

/// A path of the manifest; it may not lead out of the folder.
fn within(folder: &Path, path: &str) -> Result<std::path::PathBuf, StoreError> {
    let plain = Path::new(path).components().all(|c| matches!(c, std::path::Component::Normal(_)));
    if plain {
        Ok(folder.join(path))
    } else {
        Err(problem(&folder.join(MANIFEST), &format!("bad path {path}")))
    }
}

fn digest(path: &Path) -> Result<(u64, String), StoreError> {
    let mut hasher = Sha256::new();
    let mut opened = std::fs::File::open(path).map_err(|e| file_error(path, &e))?;
    let size = std::io::copy(&mut opened, &mut Hashing(&mut hasher)).map_err(|e| file_error(path, &e))?;
    Ok((size, hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()))
}

struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn file_error(path: &Path, error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full(format!("{}: {error}", path.display()));
    }
    problem(path, &error.to_string())
}

fn problem(path: &Path, problem: &str) -> StoreError {
    StoreError::File { path: path.display().to_string(), problem: problem.to_owned() }
}
