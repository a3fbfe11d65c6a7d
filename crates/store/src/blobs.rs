//! Attachments, stored once by content: the name of a file is the SHA-256 of its bytes, in hexadecimal.
//!
//! A file becomes visible only when it is whole and on the disk (written beside, synced, renamed). It is stored before
//! the record that refers to it, so a record never points to nothing.

use std::path::{Path, PathBuf};

use base::Instant;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::statement::Step;
use crate::table::ColumnKind::{Int, Text};
use crate::{Database, StoreError};

/// The folder of attachments.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

/// A stored attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub hash: String,
    /// Size in bytes.
    pub size: u64,
}

/// Why bytes were not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The bytes are more than allowed; nothing is stored.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The sender stopped in the middle; nothing is stored.
    #[error("the file did not arrive whole: {0}")]
    Broken(String),
    /// Not the name of an attachment.
    #[error("{0} is not the name of an attachment")]
    BadName(String),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Blobs {
    /// Opens (makes) the folder and removes what earlier interrupted writes left behind.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub async fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        let partial = folder.join("partial");
        tokio::fs::create_dir_all(&partial).await.map_err(|e| file(&partial, &e))?;
        let mut left = tokio::fs::read_dir(&partial).await.map_err(|e| file(&partial, &e))?;
        while let Some(entry) = left.next_entry().await.map_err(|e| file(&partial, &e))? {
            if is_old(&entry).await {
                // Of two processes that start together one may find a file gone already.
                let _ = tokio::fs::remove_file(entry.path()).await;
            }
        }
        Ok(Self { folder })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores bytes as they come, at most `limit` of them. The same bytes again are stored once.
    ///
    /// # Errors
    /// Too many bytes, the source breaks off, or the disk refuses; nothing is stored then.
    pub async fn put(&self, mut source: impl AsyncRead + Unpin, limit: u64) -> Result<Blob, BlobError> {
        let unique = base::Id::new(base::Clock::now(&base::WallClock), &mut base::OsChance);
        let partial = self.folder.join("partial").join(unique.to_string());
        let written = write(&mut source, &partial, limit).await;
        match written {
            Ok(blob) => {
                self.publish(&partial, &blob.hash).await?;
                Ok(blob)
            }
            Err(error) => {
                let _ = tokio::fs::remove_file(&partial).await;
                Err(error)
            }
        }
    }

    async fn publish(&self, partial: &Path, hash: &str) -> Result<(), BlobError> {
        let target = self.place(hash)?;
        if tokio::fs::try_exists(&target).await.unwrap_or(false) {
            tokio::fs::remove_file(partial).await.map_err(|e| file(partial, &e))?;
            return Ok(());
        }
        let folder = target.parent().map(Path::to_path_buf).unwrap_or_default();
        tokio::fs::create_dir_all(&folder).await.map_err(|e| file(&folder, &e))?;
        tokio::fs::rename(partial, &target).await.map_err(|e| file(&target, &e))?;
        // The name of the file, and that of its folder, must be on the disk as well.
        for folder in [folder.as_path(), self.folder.as_path()] {
            let opened = tokio::fs::File::open(folder).await.map_err(|e| file(folder, &e))?;
            opened.sync_all().await.map_err(|e| file(folder, &e))?;
        }
        Ok(())
    }

    fn place(&self, hash: &str) -> Result<PathBuf, BlobError> {
        let valid =
            hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let start = hash.get(..2).filter(|_| valid).ok_or_else(|| BlobError::BadName(hash.to_owned()))?;
        Ok(self.folder.join(start).join(hash))
    }

    /// The path of a stored attachment, None when it is not there.
    ///
    /// # Errors
    /// `hash` is not the name of an attachment.
    pub async fn path(&self, hash: &str) -> Result<Option<PathBuf>, BlobError> {
        let path = self.place(hash)?;
        Ok(tokio::fs::try_exists(&path).await.unwrap_or(false).then_some(path))
    }

    /// The bytes of a stored attachment as a stream, None when it is not there.
    ///
    /// # Errors
    /// `hash` is not the name of an attachment, or the file cannot be read.
    pub async fn get(&self, hash: &str) -> Result<Option<tokio::fs::File>, BlobError> {
        let Some(path) = self.path(hash).await? else { return Ok(None) };
        let opened = tokio::fs::File::open(&path).await.map_err(|e| file(&path, &e))?;
        Ok(Some(opened))
    }

    /// Reads an attachment and compares it with its name. False when it is missing or its bytes are other ones.
    ///
    /// # Errors
    /// `hash` is not the name of an attachment, or the file cannot be read.
    pub async fn verify(&self, hash: &str) -> Result<bool, BlobError> {
        let Some(mut opened) = self.get(hash).await? else { return Ok(false) };
        let mut hasher = Sha256::new();
        let mut buffer = vec![0_u8; 64 * 1024];
        loop {
            let read = opened.read(&mut buffer).await.map_err(|e| file(&self.folder, &e))?;
            let Some(bytes) = buffer.get(..read).filter(|b| !b.is_empty()) else { break };
            hasher.update(bytes);
        }
        Ok(hex(&hasher.finalize()) == hash)
    }
}

/// The size and media type that the database keeps of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Size in bytes.
    pub size: u64,
    /// Media type, for instance `image/jpeg`.
    pub media_type: String,
    /// When it was first stored.
    pub at: Instant,
}

/// Hashes asked for in one statement.
const ASKED_AT_ONCE: usize = 200;

/// Keeps size and media type of an attachment; the first description stays.
///
/// # Errors
/// The database cannot be reached.
pub async fn describe(db: &Database, blob: &Blob, media_type: &str, at: Instant) -> Result<(), StoreError> {
    let sql = "INSERT INTO blob (hash, size, media_type, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let size = i64::try_from(blob.size).unwrap_or(i64::MAX);
    let values = vec![blob.hash.as_str().into(), size.into(), media_type.into(), at.into()];
    db.run(vec![Step::any("blob", db.statement(sql, values))]).await.map(|_| ())
}

/// What is kept of an attachment.
///
/// # Errors
/// The database cannot be reached.
pub async fn description(db: &Database, hash: &str) -> Result<Option<Description>, StoreError> {
    let sql = "SELECT size, media_type, at FROM blob WHERE hash = ?";
    let rows = db.ask(sql, vec![hash.into()], &[("size", Int), ("media_type", Text), ("at", Int)]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let media_type = row.text("media_type")?.to_owned();
    Ok(Some(Description { size: row.int("size")?.unsigned_abs(), media_type, at: row.instant("at")? }))
}

/// What is kept of several attachments, by their hash; those that are not known are left out.
///
/// # Errors
/// The database cannot be reached.
pub async fn descriptions(db: &Database, hashes: &[&str]) -> Result<Vec<(String, Description)>, StoreError> {
    let mut found = Vec::with_capacity(hashes.len());
    for part in hashes.chunks(ASKED_AT_ONCE) {
        let places = vec!["?"; part.len()].join(", ");
        let sql = format!("SELECT hash, size, media_type, at FROM blob WHERE hash IN ({places})");
        let values = part.iter().map(|h| (*h).into()).collect();
        let columns = [("hash", Text), ("size", Int), ("media_type", Text), ("at", Int)];
        for row in db.ask(&sql, values, &columns).await? {
            let known = Description {
                size: row.int("size")?.unsigned_abs(),
                media_type: row.text("media_type")?.to_owned(),
                at: row.instant("at")?,
            };
            found.push((row.text("hash")?.to_owned(), known));
        }
    }
    Ok(found)
}

/// A partial file of yesterday belongs to nobody any more; a younger one may be another process's.
async fn is_old(entry: &tokio::fs::DirEntry) -> bool {
    let Ok(modified) = entry.metadata().await.and_then(|m| m.modified()) else { return false };
    let since = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = base::Clock::now(&base::WallClock).0 / 1_000_000;
    now - i64::try_from(since.as_secs()).unwrap_or(i64::MAX) > 86_400
}

async fn write(source: &mut (impl AsyncRead + Unpin), partial: &Path, limit: u64) -> Result<Blob, BlobError> {
    let mut target = tokio::fs::File::create(partial).await.map_err(|e| file(partial, &e))?;
    let mut hasher = Sha256::new();
    let mut size = 0_u64;
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        let read = source.read(&mut buffer).await.map_err(|e| BlobError::Broken(e.to_string()))?;
        let Some(bytes) = buffer.get(..read).filter(|b| !b.is_empty()) else { break };
        size += bytes.len() as u64;
        if size > limit {
            return Err(BlobError::TooLarge { limit });
        }
        hasher.update(bytes);
        target.write_all(bytes).await.map_err(|e| file(partial, &e))?;
    }
    target.flush().await.map_err(|e| file(partial, &e))?;
    target.sync_all().await.map_err(|e| file(partial, &e))?;
    Ok(Blob { hash: hex(&hasher.finalize()), size })
}

fn file(path: &Path, error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full(format!("{}: {error}", path.display()));
    }
    StoreError::File { path: path.display().to_string(), problem: error.to_string() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
