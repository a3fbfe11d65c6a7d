//! `anlan backup` and `anlan restore`.

use std::path::Path;

use base::WallClock;
use store::Database;
use store::blobs::Blobs;

use crate::arguments::Stored;
use crate::{data, say};

/// Files of the folder beside database and attachments that a restored city needs.
const BESIDE: [&str; 2] = ["seal.key", "demo.json"];

pub(crate) async fn backup(at: &Stored, to: &Path) -> Result<(), String> {
    let folder = &at.data;
    let failed = |error: store::StoreError| error.to_string();
    let database = data::existing(at).await?;
    let blobs = Blobs::open(folder.join("blobs")).await.map_err(failed)?;
    let manifest = store::backup::write(&database, Some(&blobs), to, &WallClock).await.map_err(failed)?;
    let beside = to.join("beside");
    copy_beside(folder, &beside)?;
    say(&format!("{} files written to {}", manifest.files.len(), to.display()));
    Ok(())
}

/// Restores a backup into an empty place; the backup may come from the other engine.
pub(crate) async fn restore(from: &Path, at: &Stored) -> Result<(), String> {
    let folder = &at.data;
    // With a database of its own address the folder still holds attachments and the key that seals secrets.
    if folder.join("anlan.sqlite").exists() || folder.join("seal.key").exists() {
        return Err(format!("{} holds a city already; restore into an empty folder", folder.display()));
    }
    let failed = |error: store::StoreError| error.to_string();
    store::backup::check(from).map_err(failed)?;
    std::fs::create_dir_all(folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let database = Database::open(&data::address(at)).await.map_err(failed)?;
    let manifest = store::backup::restore(from, &database, &folder.join("blobs")).await.map_err(failed)?;
    copy_beside(&from.join("beside"), folder)?;
    say(&format!("{} files restored to {}", manifest.files.len(), folder.display()));
    Ok(())
}

fn copy_beside(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::create_dir_all(to).map_err(|error| format!("{} cannot be made: {error}", to.display()))?;
    for name in BESIDE {
        let (source, target) = (from.join(name), to.join(name));
        if source.exists() {
            std::fs::copy(&source, &target).map_err(|error| format!("{}: {error}", target.display()))?;
        }
    }
    Ok(())
}
