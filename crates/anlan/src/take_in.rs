//! `anlan import REGISTER FILE`: the same import as on the page, for large files and for night jobs.

use std::sync::Arc;

use base::{Clock, Language, WallClock};
use engine::task::Counts;
use report::register::{Import, Refusals, bad_rows};

use crate::arguments::ImportOptions;
use crate::data::{self, Opening};
use crate::{say, say_error};

/// Refused cells that are listed; the workbook has all of them.
const LISTED: usize = 200;

pub(crate) async fn run(options: ImportOptions) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let (folder, database) = (&options.at.data, options.at.database.as_deref());
    let city = data::open(Opening { folder, database, packs: &[], clock }).await?;
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
    let stopped = |error: report::register::ImportError| format!("{name}: {error}");
    let (register, file) = (options.register.as_str(), options.file.as_path());
    let mut import =
        Import::begin(engine, &actor, register, file, 0, web::sentence, |_| None).await.map_err(stopped)?;
    for title in import.unknown_titles() {
        say_error(&format!(
            "{name}: 没有名为“{title}”的列，已略过 | the column {title} is unknown and left out"
        ));
    }
    let (mut counts, mut refusals, mut listed) = (Counts::default(), Refusals::default(), 0);
    while let Some(part) = import.next().await.map_err(stopped)? {
        counts = counts.and(part.counts);
        tracing::info!(rows = counts.all(), "imported");
        refusals.add(&part.refused);
        for one in part.refused.iter().take(LISTED.saturating_sub(listed)) {
            let text = |field: &str| one.get(field).and_then(|v| v.as_str()).unwrap_or_default();
            let row = one.get("row").and_then(serde_json::Value::as_u64).unwrap_or_default();
            say_error(&format!("{name} 第{row}行 {}：{}", text("column"), text("zh")));
            listed += 1;
        }
    }
    import.finish().await.map_err(stopped)?;
    if let Some(path) = options.bad_rows.as_ref().filter(|_| !refusals.is_empty()) {
        let bytes =
            bad_rows(engine, register, file, &refusals, Language::Chinese).map_err(|e| e.to_string())?;
        std::fs::write(path, bytes)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    let Counts { added, updated, unchanged, refused } = counts;
    say(&format!(
        "新增 {added} 更新 {updated} 未变 {unchanged} 退回 {refused} | \
         added {added}, updated {updated}, unchanged {unchanged}, refused {refused}"
    ));
    Ok(())
}
