//! `anlan backup` and `anlan restore`.

use std::path::Path;

use base::WallClock;
use store::Database;
use store::blobs::Blobs;

use crate::{data, say};

/// Files of the folder beside database and attachments that a restored city needs.
const BESIDE: [&str; 2] = ["seal.key", "demo.json"];

pub(crate) async fn backup(folder: &Path, to: &Path) -> Result<(), String> {
    if !folder.join("anlan.sqlite").exists() {
        return Err(format!("{} holds no city; name its data folder with --data", folder.display()));
    }
    let failed = |error: store::StoreError| error.to_string();
    let database = Database::open(&data::own_database(folder)).await.map_err(failed)?;
    let blobs = Blobs::open(folder.join("blobs")).await.map_err(failed)?;
    let manifest = store::backup::write(&database, Some(&blobs), to, &WallClock).await.map_err(failed)?;
    let beside = to.join("beside");
    copy_beside(folder, &beside)?;
    say(&format!("{} files written to {}", manifest.files.len(), to.display()));
    Ok(())
}

pub(crate) async fn restore(from: &Path, folder: &Path) -> Result<(), String> {
    if folder.join("anlan.sqlite").exists() {
        return Err(format!("{} holds a city already; restore into an empty folder", folder.display()));
    }
    let failed = |error: store::StoreError| error.to_string();
    store::backup::check(from).map_err(failed)?;
    std::fs::create_dir_all(folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let database = Database::open(&data::own_database(folder)).await.map_err(failed)?;
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
