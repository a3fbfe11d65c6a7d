//! GET and POST /checks/enter?unit=: a ticked paper sheet is entered in one go. Each line is written by itself, so that
//! one wrong line loses no other; what was not ticked stays due.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use base::Problem;
use engine::check::{Seen, TaskFilter};
use engine::record::Record;
use engine::record::write::Sending;
use report::image_check::Wanted;

use super::{checks, unit_of};
use crate::app::App;
use crate::build::address::Wanted as Query;
use crate::build::frame::{frame, page as answer};
use crate::build::uploads;
use crate::errors::Failure;
use crate::sent::Sent;
use crate::special::text::Words;
use crate::special::{facts, links};
use crate::text::problem;
use crate::view::frame::{Frame, Message, Tone};
use crate::visitor::SignedIn;

/// Photos of one sheet at most, and the longest name of who looked, in characters.
const MOST_PAPERS: usize = 6;
const LONGEST_NAME: usize = 40;

struct Line {
    id: String,
    code: String,
    what: String,
    standard: String,
    result: String,
    note: String,
    error: String,
}

#[derive(Template)]
#[template(path = "special/enter.html")]
struct EnterPage {
    f: Frame,
    w: Words,
    unit: String,
    address: String,
    key: String,
    by: String,
    /// Hashes of the sheet that is stored already, when the form is shown again.
    papers: Vec<String>,
    largest: usize,
    lines: Vec<Line>,
}

/// The empty form.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Query::read(query.as_deref());
    may_check(&app, &who)?;
    show(&app, &who, wanted.one("unit"), &Sent::default(), &[], None).await
}

/// Enters the ticked lines; those that could not be written are shown again with the reason.
pub(in crate::special) async fn save(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let wanted = Query::read(query.as_deref());
    may_check(&app, &who)?;
    let unit = unit_of(&app, who.actor(), wanted.one("unit")).await?;
    let w = Words(who.visitor.language);
    if let Err(wrong) = keep_paper(&app, &who, &mut sent).await? {
        let said = Message { tone: Tone::Wrong, text: problem(w.0, &wrong) };
        let mut response = show(&app, &who, wanted.one("unit"), &sent, &[], Some(said)).await?;
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let items = app.engine().tasks(who.actor(), TaskFilter { unit: unit.map(|u| u.id), level: None }).await?;
    let (mut written, mut hazards, mut wrong) = (0, 0, Vec::new());
    for item in &items {
        let passed = match sent.one(&format!("result.{}", item.id)) {
            "pass" => true,
            "fail" => false,
            _ => continue,
        };
        match enter(&app, &who, item, passed, &sent).await {
            Ok(hazard) => {
                written += 1;
                hazards += usize::from(hazard);
            }
            Err(Failure::Invalid(problems)) => {
                let text = problems.0.iter().map(|p| problem(w.0, p)).collect::<Vec<_>>().join(" ");
                wrong.push((item.id.to_string(), text));
            }
            Err(other) => return Err(other),
        }
    }
    let said = w.with("checks.entered", "n", written).replace("{hazards}", &hazards.to_string());
    let tone = if wrong.is_empty() { Tone::Done } else { Tone::Note };
    let mut response =
        show(&app, &who, wanted.one("unit"), &sent, &wrong, Some(Message { tone, text: said })).await?;
    if !wrong.is_empty() {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response.into_response())
}

/// Stores the photos or scans of the sheet; their hashes go into each record. A sheet that is entered for somebody else
/// must be there, before anything is written.
async fn keep_paper(app: &App, who: &SignedIn, sent: &mut Sent) -> Result<Result<(), Problem>, Failure> {
    let papers: Vec<_> = sent.files_of("paper.file").take(MOST_PAPERS).cloned().collect();
    for paper in papers {
        match uploads::one(app, who.actor(), Wanted::Evidence, &paper.name, &paper.content).await? {
            Ok(hash) => sent.add("paper", hash),
            Err(problem) => return Ok(Err(problem)),
        }
    }
    let missing = !sent.one("by").trim().is_empty() && sent.all("paper").is_empty();
    Ok(if missing { Err(Problem::of("paper", "on_behalf.paper")) } else { Ok(()) })
}

/// Sheets are entered by those who check; for everybody else this page does not exist.
fn may_check(app: &App, who: &SignedIn) -> Result<(), Failure> {
    if checks(app, who.actor()) { Ok(()) } else { Err(Failure::NotFound) }
}

async fn enter(app: &App, who: &SignedIn, item: &Record, passed: bool, sent: &Sent) -> Result<bool, Failure> {
    let seen = Seen {
        passed,
        note: sent.one(&format!("note.{}", item.id)).trim().to_owned(),
        on_behalf: sent.one("by").trim().chars().take(LONGEST_NAME).collect(),
        paper: sent.all("paper").to_vec(),
        ..Seen::default()
    };
    let sending = Sending { key: format!("{}-{}", sent.one("_key"), item.id) };
    let checked = app.engine().check(who.actor(), item.id, &seen, &sending).await?;
    Ok(checked.hazard.is_some())
}

async fn show(
    app: &App,
    who: &SignedIn,
    unit: &str,
    sent: &Sent,
    wrong: &[(String, String)],
    message: Option<Message>,
) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let found = unit_of(app, who.actor(), unit).await?;
    let items = app
        .engine()
        .tasks(who.actor(), TaskFilter { unit: found.as_ref().map(|u| u.id), level: None })
        .await?;
    let title = w.t("checks.enter");
    let mut f = frame(app, who, &title);
    f.messages.extend(message);
    let line = |item: &Record| {
        let id = item.id.to_string();
        Line {
            code: item.code.clone(),
            what: item.title.clone(),
            standard: facts::text(item, "standard").to_owned(),
            result: sent.one(&format!("result.{id}")).to_owned(),
            note: sent.one(&format!("note.{id}")).to_owned(),
            error: wrong.iter().find(|(w, _)| *w == id).map(|(_, text)| text.clone()).unwrap_or_default(),
            id,
        }
    };
    let page = EnterPage {
        f,
        w,
        address: format!("/checks/enter?{}", links::query(&[("unit", unit)])),
        unit: found.map(|u| u.title).unwrap_or_default(),
        key: app.new_operation(),
        by: sent.one("by").to_owned(),
        papers: sent.all("paper").to_vec(),
        largest: app.largest_file(),
        lines: items.iter().map(line).collect(),
    };
    answer(&page)
}
