//! `anlan import REGISTER FILE`: the same import as on the page, for large files and for night jobs.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use base::{Clock, Language, WallClock};
use report::register::import;

use crate::arguments::ImportOptions;
use crate::data::{self, Opening};
use crate::{say, say_error};

pub(crate) async fn run(options: ImportOptions) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let city = data::open(Opening { folder: &options.data, database: None, packs: &[], clock }).await?;
    let engine = &city.engine;
    let failed = |error: store::StoreError| error.to_string();
    let account = city::accounts::account_named(&engine.database, &options.account)
        .await
        .map_err(failed)?
        .ok_or_else(|| format!("there is no account {}", options.account))?;
    let actor = city::grants::actor(&engine.database, &engine.model.roles, account.id, engine.today())
        .await
        .map_err(failed)?
        .ok_or_else(|| format!("account {} is closed", options.account))?;
    let name = options.file.display();
    let file = File::open(&options.file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let sentence = |problem: &base::Problem| web::sentence(problem);
    let progress = |rows: u64| tracing::info!(rows, "imported");
    let imported = import(
        engine,
        &actor,
        &options.register,
        BufReader::new(file),
        Language::Chinese,
        sentence,
        progress,
    )
    .await
    .map_err(|error| format!("{name}: {error}"))?;
    for (row, problems) in &imported.first_refused {
        for problem in problems {
            say_error(&format!("{name} 第{row}行 {}：{}", problem.field, web::sentence(problem).zh));
        }
    }
    if let (Some(path), Some(bytes)) = (&options.bad_rows, &imported.bad_rows) {
        std::fs::write(path, bytes)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    say(&format!(
        "新增 {} 更新 {} 未变 {} 退回 {} | added {}, updated {}, unchanged {}, refused {}",
        imported.added,
        imported.updated,
        imported.unchanged,
        imported.refused,
        imported.added,
        imported.updated,
        imported.unchanged,
        imported.refused
    ));
    Ok(())
}
