//! `anlan connector run ID --file FILE`: one exchange with a partner, by hand or as a night job.

use std::sync::Arc;

use base::{Clock, WallClock};
use engine::EngineError;

use crate::arguments::ConnectorCommand;
use crate::data::{self, Opening};
use crate::say;

/// Largest file that is taken in, bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

pub(crate) async fn run(command: ConnectorCommand) -> Result<(), String> {
    let ConnectorCommand::Run { id, file, out, account, at } = command;
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let opening = Opening { folder: &at.data, database: at.database.as_deref(), packs: &at.packs, clock };
    let city = data::open(opening).await?;
    let engine = &city.engine;
    let failed = |error: store::StoreError| error.to_string();
    let found = city::accounts::account_named(&engine.database, &account)
        .await
        .map_err(failed)?
        .ok_or_else(|| format!("there is no account {account}"))?;
    let actor = city::grants::actor(&engine.database, &engine.model.roles, found.id, engine.today())
        .await
        .map_err(failed)?
        .ok_or_else(|| format!("account {account} is closed"))?;
    let name =
        file.file_name().map_or_else(|| file.display().to_string(), |n| n.to_string_lossy().into_owned());
    let told = |error: EngineError| match error {
        EngineError::NotFound => format!("the packs have no connector {id}"),
        EngineError::Refused(problem) => web::sentence(&problem).en,
        other => other.to_string(),
    };
    let shown = file.display();
    if out {
        let rows = engine.connector_out(&actor, &id, &name).await.map_err(told)?;
        let text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
        std::fs::write(&file, text).map_err(|error| format!("{shown} cannot be written: {error}"))?;
        say(&format!("{} rows written to {shown}", rows.as_array().map_or(0, Vec::len)));
        return Ok(());
    }
    let size = std::fs::metadata(&file).map_err(|error| format!("{shown} cannot be read: {error}"))?.len();
    if size > LARGEST {
        return Err(format!("{shown} has {size} bytes; at most {LARGEST} are taken in at once"));
    }
    let bytes = std::fs::read(&file).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let receipt = engine.connector_in(&actor, &id, &name, &bytes).await.map_err(told)?;
    say(&receipt.json().to_string());
    Ok(())
}
