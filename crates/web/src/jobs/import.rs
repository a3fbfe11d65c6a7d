//! The job that imports a file: part by part, each with its rows in one transaction, so that a worker that comes after a
//! stop goes on behind the last part and no row is counted twice.

use base::{Id, Language};
use engine::task::{Stand, Task};
use report::register::{Import, ImportError, Refusals, bad_rows};
use store::StoreError;
use store::blobs::describe;
use store::jobs::Job;
use tokio::sync::watch;

use super::{End, lease_end};
use crate::app::App;
use crate::text::{fill, say, sentence};

/// Parts read at once for the workbook of refused rows.
const PARTS: u32 = 200;
/// Media type of a workbook.
const WORKBOOK: &str = report::sniff::Kind::Xlsx.media_type();

/// What went wrong on the way.
enum Trouble {
    Never(String),
    Again(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Again(error.to_string())
    }
}

impl From<engine::EngineError> for Trouble {
    fn from(error: engine::EngineError) -> Self {
        match error {
            engine::EngineError::Refused(problem) => Self::Never(problem.to_string()),
            error => Self::Again(error.to_string()),
        }
    }
}

pub(super) async fn run(app: &App, job: &mut Job, stop: &watch::Receiver<bool>) -> End {
    let task = match the_task(app, job).await {
        Ok(Some(task)) => task,
        Ok(None) => return End::Never("there is no such task".to_owned()),
        Err(error) => return End::Again(error),
    };
    match carry_out(app, job, task, stop).await {
        Ok(end) => end,
        Err(Trouble::Never(why)) => End::Never(why),
        Err(Trouble::Again(why)) => End::Again(why),
    }
}

/// Writes down that the task of the job failed for good.
pub(super) async fn failed(app: &App, job: &Job, why: &str) {
    let Ok(Some(mut task)) = the_task(app, job).await else { return };
    task.stand = Stand::Failed;
    why.clone_into(&mut task.error);
    task.ended_at = app.engine().now();
    if let Err(error) = app.engine().keep_task(&task).await {
        tracing::error!(%error, "the failure of a task could not be written down");
    }
}

async fn the_task(app: &App, job: &Job) -> Result<Option<Task>, String> {
    let Ok(id) = job.payload.parse::<Id>() else { return Ok(None) };
    app.engine().any_task(id).await.map_err(|error| error.to_string())
}

async fn carry_out(
    app: &App,
    job: &mut Job,
    mut task: Task,
    stop: &watch::Receiver<bool>,
) -> Result<End, Trouble> {
    let engine = app.engine();
    let l = Language::from_tag(&task.language).unwrap_or_default();
    let actor = app.gate().acting(task.account, task.seat, app.roles(), engine.today(), app.wall()).await?;
    let actor = actor.ok_or_else(|| Trouble::Never(say(l, "import.account_gone")))?;
    let path = app.blobs().path(&task.file).await.map_err(|error| Trouble::Again(error.to_string()))?;
    let path = path.ok_or_else(|| Trouble::Never(say(l, "import.file_gone")))?;
    task.stand = Stand::Running;
    task.resumed += i64::from(task.done_row > 0);
    let after = u32::try_from(task.done_row).unwrap_or(u32::MAX);
    engine.keep_task(&task).await?;
    let id = task.id;
    let keep = |part: &engine::task::Part| Some(engine.part_kept(id, part));
    let begun = Import::begin(engine, &actor, &task.register, &path, after, sentence, keep).await;
    let mut import = begun.map_err(|error| trouble(&error, l))?;
    task.last_row = u64::from(import.last_row());
    engine.keep_task(&task).await?;
    while let Some(part) = import.next().await.map_err(|error| trouble(&error, l))? {
        tracing::debug!(part.to, "a part was imported");
        if !store::job_desk::prolong(&engine.database, job, lease_end(app.wall())).await? {
            return Ok(End::Lost);
        }
        if *stop.borrow() {
            return Ok(End::Stopped);
        }
    }
    import.finish().await.map_err(|error| trouble(&error, l))?;
    let done = engine.any_task(id).await?.ok_or_else(|| Trouble::Never(String::new()))?;
    task.bad_rows =
        if done.counts.refused > 0 { hand_back(app, &task, &path, l).await? } else { String::new() };
    task.stand = Stand::Done;
    task.ended_at = engine.now();
    engine.keep_task(&task).await?;
    Ok(End::Done)
}

/// Makes the workbook of the refused rows and keeps it.
async fn hand_back(app: &App, task: &Task, path: &std::path::Path, l: Language) -> Result<String, Trouble> {
    let engine = app.engine();
    let (mut refusals, mut from) = (Refusals::default(), 0);
    loop {
        let parts = engine.task_parts(task.id, from, true, PARTS).await?;
        parts.iter().for_each(|part| refusals.add(&part.refused));
        match parts.last() {
            Some(last) => from = last.to.saturating_add(1),
            None => break,
        }
    }
    let (own, register, path) = (engine.clone(), task.register.clone(), path.to_owned());
    let made = tokio::task::spawn_blocking(move || bad_rows(&own, &register, &path, &refusals, l)).await;
    let again = |error: &dyn std::fmt::Display| Trouble::Again(error.to_string());
    let bytes = made.map_err(|error| again(&error))?.map_err(|error| again(&error))?;
    let blob = app.blobs().put(bytes.as_slice(), bytes.len() as u64).await.map_err(|error| again(&error))?;
    describe(&engine.database, &blob, WORKBOOK, engine.now()).await?;
    Ok(blob.hash)
}

/// Why an import stopped, in the language of who asked.
fn trouble(error: &ImportError, l: Language) -> Trouble {
    match error {
        ImportError::Engine(engine::EngineError::Refused(_))
        | ImportError::File(_)
        | ImportError::Columns(_) => Trouble::Never(in_words(error, l)),
        other => Trouble::Again(other.to_string()),
    }
}

/// What is wrong with a file, in words.
pub(crate) fn in_words(error: &ImportError, l: Language) -> String {
    match error {
        ImportError::File(error) => error.text().in_language(l).to_owned(),
        ImportError::Columns(columns) => {
            let names: Vec<&str> = columns.iter().map(|title| title.in_language(l)).collect();
            fill(l, "import.columns_missing", &[("columns", &names.join("、"))])
        }
        ImportError::Engine(engine::EngineError::Refused(problem)) => crate::text::problem(l, problem),
        ImportError::Engine(error) => error.to_string(),
    }
}
