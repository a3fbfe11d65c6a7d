//! GET /system/jobs: long work of everybody, how far it is, why it failed; another try. For the system administrator;
//! what the work holds belongs to who asked for it and is not shown here.

use axum::extract::State;
use axum::response::Response;
use base::{Id, Language};
use city::roles::SYSTEM_ADMIN;
use engine::task::{Listed, Stand, Task};

use super::{Small, system_frame};
use crate::app::App;
use crate::build::frame::{done, page};
use crate::errors::Failure;
use crate::path::Path;
use crate::routes::task::counts_in_words;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

const COLUMNS: [&str; 7] =
    ["jobs.at", "jobs.what", "jobs.who", "jobs.state", "jobs.progress", "jobs.tries", "jobs.error"];

pub(in crate::routes) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    if !who.actor().has_role(SYSTEM_ADMIN) {
        return Err(Failure::NotFound);
    }
    let l = who.visitor.language;
    let listed = app.engine().long_work(who.actor()).await?;
    let heading = say(l, "jobs.title");
    let again = |one: &&Listed| waits_for_a_person(one);
    let form = |one: &Listed| {
        let task = one.task.as_ref()?;
        let action = format!("/system/jobs/{}/retry", task.id);
        Some((what(&app, task, l), Small::new(&who, &[]).into_form(action, "jobs.retry")))
    };
    page(&TablePage {
        f: system_frame(&app, &who, &heading),
        heading,
        about: say(l, "jobs.about"),
        actions: vec![Action {
            label: say(l, "jobs.refresh"),
            href: "/system/jobs".into(),
            icon: "refresh",
            main: false,
        }],
        bars: Vec::new(),
        tables: vec![Table {
            title: String::new(),
            columns: COLUMNS.map(|key| say(l, key)).to_vec(),
            rows: listed.iter().map(|one| row(&app, one, l)).collect(),
            empty: say(l, "jobs.none"),
            folded: false,
        }],
        forms: listed.iter().filter(again).filter_map(form).collect(),
    })
}

/// POST /system/jobs/{id}/retry.
pub(in crate::routes) async fn retry(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    app.engine().retry_task(who.actor(), id, app.wall()).await?;
    app.call_job();
    Ok(done(&who.visitor, "/system/jobs", "jobs.retried"))
}

/// It failed, and nobody works on it now.
fn waits_for_a_person(one: &Listed) -> bool {
    one.job.as_ref().is_some_and(|job| job.leased_until.0 == 0 && !job.last_error.is_empty())
}

fn what(app: &App, task: &Task, l: Language) -> String {
    let register = app.model().register(&task.register);
    let title = register.map_or(task.register.as_str(), |r| r.title.in_language(l));
    fill(l, "import.title", &[("register", title)])
}

fn row(app: &App, one: &Listed, l: Language) -> Vec<Shown> {
    let tries = one.job.as_ref().map(|job| job.attempts.to_string()).unwrap_or_default();
    let job_error = one.job.as_ref().map(|job| job.last_error.clone()).unwrap_or_default();
    let Some(task) = &one.task else {
        let kind = one.job.as_ref().map(|job| job.kind.clone()).unwrap_or_default();
        let given_up = one.job.as_ref().is_some_and(|job| job.given_up);
        let state = if given_up { Stand::Failed } else { Stand::Waiting };
        return vec![
            Shown::Nothing,
            Shown::Code(kind),
            Shown::text(say(l, "journal.program")),
            Shown::text(stand(state, l)),
            Shown::Nothing,
            Shown::Number(tries),
            Shown::text(job_error),
        ];
    };
    let error = if task.error.is_empty() { job_error } else { task.error.clone() };
    let of = if task.last_row > 0 { format!(" / {}", task.last_row) } else { String::new() };
    vec![
        Shown::text(task.at.local()),
        Shown::text(what(app, task, l)),
        Shown::text(task.by.clone()),
        Shown::text(stand(task.stand, l)),
        Shown::text(format!("{}{of} · {}", task.done_row, counts_in_words(task, l))),
        Shown::Number(tries),
        Shown::text(error),
    ]
}

fn stand(stand: Stand, l: Language) -> String {
    let key = match stand {
        Stand::Waiting => "jobs.waiting",
        Stand::Running => "jobs.running",
        Stand::Done => "jobs.done",
        Stand::Failed => "jobs.failed",
    };
    say(l, key)
}
