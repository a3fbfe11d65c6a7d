//! What goes on by itself while a city is served: sweeps, folding of counters, sealing of the journal, tidying.

use std::sync::Arc;
use std::time::Duration;

use base::{Clock, WallClock};
use city::Gate;
use engine::Engine;

/// How often deadlines are swept and counters folded.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// Deltas folded at once.
const FOLDED_AT_ONCE: u32 = 20_000;
/// Rounds between two tidyings: an hour.
const TIDY_ROUNDS: u64 = 60;
/// Rounds between two looks at what units owe: an hour. What falls due is made weeks ahead.
const OWED_ROUNDS: u64 = 60;
/// How long the key of a sent form is remembered.
const SENDINGS_KEPT_HOURS: i64 = 48;

/// Runs until it is aborted. A failure is logged and tried again next time.
pub(crate) async fn run(engine: Engine, gate: Arc<Gate>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // The day whose figures were asked for.
    let mut asked = None;
    for round in 0_u64.. {
        ticks.tick().await;
        if round % TIDY_ROUNDS == 1 {
            tidy(&engine, &gate).await;
        }
        if round % OWED_ROUNDS == 1 {
            match engine.sweep_owed().await {
                Ok(made) if made > 0 => {
                    tracing::info!(made, "documents and campaigns that fall due were made");
                }
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "making what is owed failed and is tried again"),
            }
        }
        match engine.sweep().await {
            Ok(swept) if swept.cases > 0 => {
                tracing::info!(swept.cases, swept.notices, swept.escalated, "deadlines swept");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the sweep of deadlines failed and is tried again"),
        }
        if asked != Some(engine.today()) {
            match engine.ask_for_daily_figures().await {
                Ok(()) => asked = Some(engine.today()),
                Err(error) => {
                    tracing::error!(%error, "figures could not be asked for and are asked for again");
                }
            }
        }
        match engine.sweep_responsibility().await {
            Ok(judged) if judged > 0 => tracing::info!(judged, "responsibility judged anew"),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "judging responsibility failed and is tried again"),
        }
        match engine.sweep_duties_of_today().await {
            Ok(Some(swept)) => tracing::info!(?swept, "duties swept"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the sweep of duties failed and is tried again"),
        }
        if let Err(error) = store::rollup::fold(&engine.database, FOLDED_AT_ONCE).await {
            tracing::error!(%error, "folding counters failed and is tried again");
        }
        if let Err(error) = seal(&engine).await {
            tracing::error!(%error, "sealing the journal failed and is tried again");
        }
    }
}

/// Forgets sessions that are over and sendings of forms that nobody repeats any more.
async fn tidy(engine: &Engine, gate: &Gate) {
    let now = WallClock.now();
    if let Err(error) = gate.tidy(now).await {
        tracing::error!(%error, "tidying sessions failed and is tried again");
    }
    if let Err(error) = engine.database.tidy(now.plus_hours(-SENDINGS_KEPT_HOURS)).await {
        tracing::error!(%error, "tidying the database failed and is tried again");
    }
}

/// Seals all finished entries.
async fn seal(engine: &Engine) -> Result<(), store::StoreError> {
    while store::journal::seal(&engine.database, &WallClock, "background").await?.is_some() {}
    Ok(())
}
