//! /imports/{id}: how far an import is; once it is done, what happened row by row, and the workbook of the refused rows.
//! It is there for who asked for it and for nobody else.

use axum::extract::State;
use axum::response::Response;
use base::{Id, Language};
use engine::task::{Part, Stand, Task};
use plan::pack::Register;
use serde_json::Value as Json;

use crate::app::App;
use crate::build::frame::{crumbs, frame, page};
use crate::build::list;
use crate::build::uploads::failure;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::import::Report;
use crate::view::progress::ProgressPage;
use crate::view::table::Table;
use crate::visitor::SignedIn;

use super::export::workbook;
use super::import::{import_page, importable};

/// Wrong cells and runs of rows listed on the page; the workbook has all.
const LISTED: usize = 200;
/// Parts looked at for the page.
const PARTS: u32 = 200;

/// GET /imports/{id}.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    let task = app.engine().own_task(who.actor(), id).await?;
    let register = importable(&app, &who, &task.register)?;
    let l = who.visitor.language;
    match task.stand {
        Stand::Waiting | Stand::Running => progress(&app, &who, register, &task),
        Stand::Failed => {
            let mut wrong = vec![task.error.clone()];
            if task.done_row > 0 {
                wrong.push(fill(l, "import.reached", &[("row", &task.done_row.to_string())]));
            }
            import_page(&app, &who, register, &wrong, None)
        }
        Stand::Done => {
            let refused = app.engine().task_parts(id, 0, true, PARTS).await?;
            let all = app.engine().task_parts(id, 0, false, PARTS).await?;
            import_page(&app, &who, register, &[], Some(report(register, &task, &refused, &all, l)))
        }
    }
}

/// GET /imports/{id}/bad-rows.xlsx.
pub(super) async fn bad_rows(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    let task = app.engine().own_task(who.actor(), id).await?;
    if task.bad_rows.is_empty() {
        return Err(Failure::NotFound);
    }
    let register = importable(&app, &who, &task.register)?;
    let path = app.blobs().path(&task.bad_rows).await.map_err(failure)?.ok_or(Failure::NotFound)?;
    let bytes = tokio::fs::read(&path).await.map_err(|e| Failure::Broken(e.to_string()))?;
    let l = who.visitor.language;
    Ok(workbook(&format!("{}-{}.xlsx", register.title.in_language(l), say(l, "import.refused")), bytes))
}

fn progress(app: &App, who: &SignedIn, register: &Register, task: &Task) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let title = register.title.in_language(l).to_owned();
    let heading = fill(l, "import.title", &[("register", &title)]);
    let mut f = frame(app, who, &heading);
    crumbs(app, &mut f, register);
    let key = if task.stand == Stand::Waiting { "progress.waiting" } else { "progress.running" };
    let mut now = say(l, key);
    if task.counts.all() > 0 {
        now = format!("{now} · {}", counts_in_words(task, l));
    }
    if task.resumed > 0 {
        now = format!("{now} · {}", fill(l, "import.resumed", &[("times", &task.resumed.to_string())]));
    }
    page(&ProgressPage {
        f,
        heading,
        now,
        done: task.done_row,
        of: task.last_row.max(task.done_row),
        ended: false,
        source: format!("/imports/{}", task.id),
        actions: vec![Action {
            label: say(l, "import.to_list"),
            href: format!("/r/{}", register.name()),
            icon: "list-check",
            main: false,
        }],
    })
}

/// "added 12, updated 3, ...".
pub(super) fn counts_in_words(task: &Task, l: Language) -> String {
    let counts = [
        ("import.added", task.counts.added),
        ("import.updated", task.counts.updated),
        ("import.unchanged", task.counts.unchanged),
        ("import.refused", task.counts.refused),
    ];
    let words = counts.iter().map(|(key, count)| format!("{} {count}", say(l, key)));
    words.collect::<Vec<_>>().join(if l == Language::Chinese { "，" } else { ", " })
}

fn report(register: &Register, task: &Task, refused: &[Part], all: &[Part], l: Language) -> Report {
    let mut cells: Vec<Vec<Shown>> =
        refused.iter().flat_map(|part| &part.refused).map(|one| line(register, one, l)).collect();
    let mut runs: Vec<Vec<Shown>> = all.iter().flat_map(|part| run_lines(&part.runs, l)).collect();
    let more = cells.len() > LISTED;
    cells.truncate(LISTED);
    runs.truncate(LISTED);
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Report {
        counts: vec![
            (say(l, "import.added"), count(task.counts.added)),
            (say(l, "import.updated"), count(task.counts.updated)),
            (say(l, "import.unchanged"), count(task.counts.unchanged)),
            (say(l, "import.refused"), count(task.counts.refused)),
        ],
        refused: Table {
            title: String::new(),
            columns: ["import.row", "import.column", "import.value", "import.reason"]
                .map(|key| say(l, key))
                .to_vec(),
            rows: cells,
            empty: say(l, "import.none_refused"),
            folded: false,
        },
        rows: Table {
            title: say(l, "import.row_by_row"),
            columns: ["import.rows", "import.outcome"].map(|key| say(l, key)).to_vec(),
            rows: runs,
            empty: say(l, "import.no_rows"),
            folded: false,
        },
        bad_rows: if task.bad_rows.is_empty() {
            String::new()
        } else {
            format!("/imports/{}/bad-rows.xlsx", task.id)
        },
        more,
    }
}

fn line(register: &Register, one: &Json, l: Language) -> Vec<Shown> {
    let text = |name: &str| one.get(name).and_then(Json::as_str).unwrap_or_default();
    let column = match text("column") {
        "" => say(l, "import.row_as_whole"),
        name => list::label(register, name, l),
    };
    let reason = if l == Language::Chinese { text("zh") } else { text("en") };
    vec![
        Shown::Number(one.get("row").map(ToString::to_string).unwrap_or_default()),
        Shown::text(column),
        Shown::text(text("value")),
        Shown::text(reason),
    ]
}

fn run_lines(runs: &Json, l: Language) -> Vec<Vec<Shown>> {
    let one = |run: &Json| {
        let (from, to) = (run.get(0)?.as_u64()?, run.get(1)?.as_u64()?);
        let key = match run.get(2)?.as_str()? {
            "added" => "import.added",
            "updated" => "import.updated",
            "unchanged" => "import.unchanged",
            _ => "import.refused",
        };
        let rows = if from == to { from.to_string() } else { format!("{from}–{to}") };
        Some(vec![Shown::text(rows), Shown::text(say(l, key))])
    };
    runs.as_array().map(|runs| runs.iter().filter_map(one).collect()).unwrap_or_default()
}
