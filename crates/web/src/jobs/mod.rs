//! The worker of this process: takes one job after the other while the server runs. Jobs are leased in the database, so
//! any number of equal processes share them, and one that dies leaves its job to the next.

mod figures;
pub(crate) mod import;

use std::time::Duration;

use base::Instant;
use engine::indicator::job::FIGURES;
use engine::task::IMPORT;
use store::jobs::{self, Job};
use store::{StoreError, job_desk};
use tokio::sync::watch;

use crate::app::App;

/// How long a lease holds, seconds; it is prolonged while the work goes on.
const LEASE_SECONDS: i64 = 90;
/// How often the table is looked at when nobody has called.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often a job is begun before it waits for a person.
const MOST_TRIES: i64 = 6;

/// How a job ended.
enum End {
    /// It is done.
    Done,
    /// It cannot succeed as it is; the sentence says why.
    Never(String),
    /// It failed for a reason that may pass; the sentence says why.
    Again(String),
    /// The server stops: the next start goes on with it.
    Stopped,
    /// Another worker has it.
    Lost,
}

/// Works until the server stops.
pub(crate) async fn work(app: App, mut stop: watch::Receiver<bool>) {
    let database = &app.engine().database;
    if database.engine() == store::Engine::Sqlite
        && let Err(error) = job_desk::end_leases(database).await
    {
        tracing::error!(%error, "leases of jobs could not be ended; they run out by themselves");
    }
    while !*stop.borrow() {
        match next(&app, &stop).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "jobs could not be looked at and are tried again"),
        }
        tokio::select! {
            () = app.job_called() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

fn lease_end(now: Instant) -> Instant {
    now.plus_seconds(LEASE_SECONDS)
}

/// Carries out the next job; false when none is due.
async fn next(app: &App, stop: &watch::Receiver<bool>) -> Result<bool, StoreError> {
    let (database, now) = (&app.engine().database, app.wall());
    let Some(mut job) = jobs::lease(database, &[IMPORT, FIGURES], now, lease_end(now), 1).await?.pop() else {
        return Ok(false);
    };
    let end = match job.kind.as_str() {
        FIGURES => figures::run(app, &mut job, stop).await,
        _ => import::run(app, &mut job, stop).await,
    };
    conclude(app, &job, end).await?;
    Ok(true)
}

async fn conclude(app: &App, job: &Job, end: End) -> Result<(), StoreError> {
    let database = &app.engine().database;
    match end {
        End::Done => drop(jobs::done(database, job).await?),
        End::Lost => {}
        End::Stopped => drop(job_desk::give_back(database, job).await?),
        End::Never(why) => {
            import::failed(app, job, &why).await;
            jobs::failed(database, job, &why, None).await?;
        }
        End::Again(why) if job.attempts >= MOST_TRIES => {
            import::failed(app, job, &why).await;
            jobs::failed(database, job, &why, None).await?;
        }
        End::Again(why) => {
            tracing::warn!(job.number, why, "a job failed and is tried again");
            jobs::failed(database, job, &why, Some(jobs::backoff(job.attempts, app.wall()))).await?;
        }
    }
    Ok(())
}
