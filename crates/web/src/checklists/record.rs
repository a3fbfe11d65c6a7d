//! GET /checklists/records/{id}: the answers of a filled list with the words of its items as they were, for reading and
//! printing.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::{Id, Language};
use judge::Fact;
use judge::fact::fact;
use plan::pack::Shape;
use serde_json::Value as Json;

use crate::app::App;
use crate::build::frame::{crumbs, frame, page, reads};
use crate::build::value::address;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::frame::Frame;
use crate::visitor::SignedIn;

/// One answered item.
struct Row {
    number: usize,
    look: String,
    basis: String,
    judge: String,
    answer: String,
    failed: bool,
    level: String,
    remark: String,
    photos: Vec<String>,
    hazard: String,
    hazard_code: String,
}

#[derive(Template)]
#[template(path = "checklists/record.html")]
struct RecordPage {
    f: Frame,
    heading: String,
    code: String,
    facts: Vec<(String, String)>,
    rows: Vec<Row>,
    whole: String,
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let register = app.model().shaped(Shape::ChecklistRecord).ok_or(Failure::NotFound)?;
    if !reads(&app, who.actor(), register) {
        return Err(Failure::NotFound);
    }
    let found = app.engine().record(who.actor(), register.name(), id).await?;
    let titles = app.engine().titles(register, std::iter::once(&found.facts)).await?;
    let mut facts = Vec::new();
    for name in [
        "enterprise",
        "checked_at",
        "checked_by",
        "result",
        "met",
        "failed",
        "left_out",
        "deadline",
        "remark",
    ] {
        let Some(field) = register.field(name) else { continue };
        let value = fact(&found.facts, name);
        if *value != Fact::Empty {
            let shown = engine::field::show::show(field, value, app.model(), l, &titles);
            facts.push((field.title.in_language(l).to_owned(), shown));
        }
    }
    let mut f = frame(&app, &who, &found.title);
    crumbs(&app, &mut f, register);
    let answers = app.engine().answers_of(&found);
    let whole = address(register.name(), id);
    let rows = answers.iter().enumerate().map(|(at, answer)| row(at, answer, &whole, l)).collect();
    page(&RecordPage { f, heading: found.title.clone(), code: found.code.clone(), facts, rows, whole })
}

fn row(at: usize, answer: &Json, record: &str, l: Language) -> Row {
    let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let words = |name: &str| {
        let language = if l == Language::Chinese { "zh" } else { "en" };
        answer.get(name).map(|both| text(both, language)).unwrap_or_default()
    };
    let said = text(answer, "answer");
    let key = match said.as_str() {
        "meets" => "checklist.meets",
        "fails" => "checklist.fails",
        _ => "checklist.not_applicable",
    };
    let level = if text(answer, "level") == "major" { "checklist.major" } else { "checklist.general" };
    let photos = answer.get("photos").and_then(Json::as_array).into_iter().flatten();
    let hazard = answer.get("hazard").filter(|hazard| hazard.is_object());
    Row {
        number: at + 1,
        look: words("look"),
        basis: words("basis"),
        judge: words("judge"),
        answer: say(l, key),
        failed: said == "fails",
        level: if said == "fails" { say(l, level) } else { String::new() },
        remark: text(answer, "remark"),
        photos: photos.filter_map(Json::as_str).map(|hash| format!("{record}/files/{hash}")).collect(),
        hazard: hazard.map(|h| format!("/r/hazard/{}", text(h, "id"))).unwrap_or_default(),
        hazard_code: hazard.map(|h| text(h, "code")).unwrap_or_default(),
    }
}
