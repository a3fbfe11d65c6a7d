//! `anlan journal verify` and `anlan journal anchor`.

use std::path::Path;
use std::str::FromStr;

use base::WallClock;
use store::Database;
use store::journal::{Anchor, head, seal, verify};

use crate::arguments::JournalCommand;
use crate::{data, say};

pub(crate) async fn run(command: JournalCommand) -> Result<(), String> {
    match command {
        JournalCommand::Verify { at, anchors } => {
            let database = data::existing(&at).await?;
            let anchors = anchors.map_or_else(|| Ok(Vec::new()), |file| read_anchors(&file))?;
            check(&database, &anchors).await
        }
        JournalCommand::Anchor { at } => {
            let database = data::existing(&at).await?;
            let failed = |error: store::StoreError| error.to_string();
            while seal(&database, &WallClock, "anchor").await.map_err(failed)?.is_some() {}
            match head(&database).await.map_err(failed)? {
                Some(anchor) => say(&anchor.to_string()),
                None => return Err("the journal has no entries yet".to_owned()),
            }
            Ok(())
        }
    }
}

fn read_anchors(file: &Path) -> Result<Vec<Anchor>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(Anchor::from_str).collect()
}

async fn check(database: &Database, anchors: &[Anchor]) -> Result<(), String> {
    let report = verify(database, anchors).await.map_err(|error| error.to_string())?;
    if let Some(broken) = &report.broken {
        let entry = broken.entry.map_or_else(String::new, |entry| format!(", entry {entry}"));
        return Err(format!("the journal is broken at block {}{entry}: {}", broken.block, broken.problem));
    }
    say(&format!(
        "the journal is whole: {} blocks, {} entries, {} erased, {} not sealed yet, {} anchors agree",
        report.blocks, report.entries, report.erased, report.unsealed, report.anchors
    ));
    Ok(())
}
