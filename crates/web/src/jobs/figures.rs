//! The job that counts figures: one indicator or scorecard after the other, each stored by itself, so that a worker that
//! comes after a stop counts again what was counted and finds nothing different.

use store::jobs::Job;
use tokio::sync::watch;

use super::{End, lease_end};
use crate::app::App;

pub(super) async fn run(app: &App, job: &mut Job, stop: &watch::Receiver<bool>) -> End {
    let engine = app.engine();
    for figures in engine.figures_of_job(&job.payload) {
        if *stop.borrow() {
            return End::Stopped;
        }
        match store::job_desk::prolong(&engine.database, job, lease_end(app.wall())).await {
            Ok(true) => {}
            Ok(false) => return End::Lost,
            Err(error) => return End::Again(error.to_string()),
        }
        match engine.compute_figures(&figures).await {
            Ok(()) => {}
            Err(engine::EngineError::Refused(problem)) => {
                tracing::warn!(?figures, %problem, "figures were not counted");
            }
            Err(error) => return End::Again(error.to_string()),
        }
    }
    End::Done
}
