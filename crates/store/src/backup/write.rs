//! Making a backup.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use base::Clock;

use super::rows::{Head, line};
use super::{FORMAT, MANIFEST, Manifest, digest, file_error, problem};
use crate::blobs::Blobs;
use crate::build::fixed;
use crate::catalogue::Table;
use crate::database::Executor;
use crate::statement::{Fetch, Shape};
use crate::{ColumnKind, Database, Row, StoreError};

/// Writes a backup into `folder`, which must be empty or not exist, while everybody goes on working. The tables are
/// those of one instant. The attachments are copied afterwards: they are stored before the records that refer to them,
/// so none is missing.
///
/// # Errors
/// The folder is not empty, the disk is full, or the database cannot be reached. Without its manifest the folder is not
/// a backup.
pub async fn write(
    db: &Database,
    blobs: Option<&Blobs>,
    folder: &Path,
    clock: &impl Clock,
) -> Result<Manifest, StoreError> {
    let at = clock.now();
    let tables = folder.join("tables");
    fs::create_dir_all(folder).map_err(|e| file_error(folder, &e))?;
    let mut there = fs::read_dir(folder).map_err(|e| file_error(folder, &e))?;
    if there.next().is_some() {
        return Err(problem(folder, "it is not empty; name a new folder for the backup"));
    }
    fs::create_dir_all(&tables).map_err(|e| file_error(&tables, &e))?;
    db.refresh().await?;
    let heads: Vec<Head> = db.catalogue().all().iter().map(|t| head(t)).collect();
    let questions: Vec<Fetch> = heads.iter().map(|h| question(db, h)).collect();
    let mut files = Vec::with_capacity(heads.len());
    for head in &heads {
        files.push(RowFile::create(&tables, head)?);
    }
    copy_rows(db, &questions, &mut files).await?;
    let mut paths = Vec::new();
    for (file, head) in files.into_iter().zip(&heads) {
        file.finish()?;
        paths.push(format!("tables/{}.rows", head.table));
    }
    if let Some(blobs) = blobs {
        copy_blobs(blobs.folder(), folder, &mut paths)?;
    }
    let mut manifest = Manifest { format: FORMAT, at, files: Vec::with_capacity(paths.len()) };
    for path in paths {
        let (size, sha256) = digest(&folder.join(&path))?;
        manifest.files.push(super::File { path, size, sha256 });
    }
    write_manifest(folder, &manifest)?;
    Ok(manifest)
}

async fn copy_rows(db: &Database, questions: &[Fetch], files: &mut [RowFile]) -> Result<(), StoreError> {
    let mut each = |number: usize, row: &Row| match files.get_mut(number) {
        Some(file) => file.add(row),
        None => Ok(()),
    };
    match db.executor() {
        Executor::Sqlite(sqlite) => sqlite.fetch_at_one_instant(questions, &mut each),
        Executor::Postgres(postgres) => postgres.fetch_at_one_instant(questions, &mut each).await,
    }
}

/// All columns as they stand in the database, hidden ones too.
fn head(table: &Table) -> Head {
    let columns = table.columns.iter().map(|c| (c.physical.clone(), c.kind)).collect();
    Head { table: table.def.name.clone(), columns }
}

fn question(db: &Database, head: &Head) -> Fetch {
    let columns: Vec<(&str, ColumnKind)> = head.columns.iter().map(|(c, k)| (c.as_str(), *k)).collect();
    let names: Vec<String> = columns.iter().map(|(c, _)| format!("\"{c}\"")).collect();
    let sql = format!("SELECT {} FROM \"{}\"", names.join(", "), head.table);
    Fetch { statement: fixed(db.engine(), &sql, vec![]), shape: Shape::new(&head.table, &columns) }
}

struct RowFile {
    path: PathBuf,
    file: BufWriter<File>,
}

impl RowFile {
    fn create(folder: &Path, head: &Head) -> Result<Self, StoreError> {
        let path = folder.join(format!("{}.rows", head.table));
        let file = File::create_new(&path).map_err(|e| file_error(&path, &e))?;
        let mut file = Self { path, file: BufWriter::with_capacity(256 * 1024, file) };
        let text = serde_json::to_string(head).map_err(|e| problem(&file.path, &e.to_string()))?;
        file.line(&text)?;
        Ok(file)
    }

    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        self.line(&line(row.values()))
    }

    fn line(&mut self, text: &str) -> Result<(), StoreError> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|e| file_error(&self.path, &e))
    }

    fn finish(mut self) -> Result<(), StoreError> {
        let synced = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        synced.map_err(|e| file_error(&self.path, &e))
    }
}

/// Copies the attachments; partial files are none.
fn copy_blobs(source: &Path, folder: &Path, paths: &mut Vec<String>) -> Result<(), StoreError> {
    let list = |path: &Path| -> Result<Vec<PathBuf>, StoreError> {
        let entries = fs::read_dir(path).map_err(|e| file_error(path, &e))?;
        let mut found = Vec::new();
        for entry in entries {
            found.push(entry.map_err(|e| file_error(path, &e))?.path());
        }
        found.sort();
        Ok(found)
    };
    for part in list(source)? {
        let Some(name) = part.file_name().and_then(|n| n.to_str()).filter(|n| n.len() == 2) else { continue };
        let target = folder.join("blobs").join(name);
        fs::create_dir_all(&target).map_err(|e| file_error(&target, &e))?;
        for file in list(&part)? {
            let Some(hash) = file.file_name().and_then(|n| n.to_str()) else { continue };
            let target = target.join(hash);
            fs::copy(&file, &target).map_err(|e| file_error(&target, &e))?;
            paths.push(format!("blobs/{name}/{hash}"));
        }
    }
    Ok(())
}

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    let path = folder.join(MANIFEST);
    let partial = folder.join("manifest.partial");
    let text = serde_json::to_string_pretty(manifest).map_err(|e| problem(&path, &e.to_string()))?;
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, &path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|e| file_error(&path, &e))
}
