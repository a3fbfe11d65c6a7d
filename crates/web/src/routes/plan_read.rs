//! /plan/read: the city's own document is read in, so that the pages of clauses show its words. What was found is told
//! clause by clause.

use axum::extract::State;
use axum::response::Response;
use base::Language;
use engine::plan_words::{Comparison, Match};
use plan::document::Document;
use plan::read::LARGEST_FILE;

use crate::app::App;
use crate::build::frame::{frame, page};
use crate::errors::{Failure, correctable};
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::cell::Shown;
use crate::view::form::{Control, Field, FieldGroup, Form};
use crate::view::frame::{Crumb, Message, Tone};
use crate::view::plan::ReadPage;
use crate::view::table::Table;
use crate::visitor::SignedIn;

/// Name of the field with the document.
const FIELD: &str = "document.file";

/// Whether this person may read the document in: the roles that the plan names.
pub(super) fn may_read_in(app: &App, who: &SignedIn) -> bool {
    app.model().plan.as_ref().is_some_and(|plan| who.actor().has_any(&plan.keeper))
}

fn check(app: &App, who: &SignedIn) -> Result<(), Failure> {
    if may_read_in(app, who) {
        return Ok(());
    }
    Err(Failure::NotFound)
}

/// GET /plan/read.
pub(super) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    check(&app, &who)?;
    answer(&app, &who, &[], None).await
}

/// POST /plan/read.
pub(super) async fn send(State(app): State<App>, who: SignedIn, sent: Sent) -> Result<Response, Failure> {
    check(&app, &who)?;
    let l = who.visitor.language;
    let Some(file) = sent.files_of(FIELD).next() else {
        return answer(&app, &who, &[say(l, "import.no_file")], None).await;
    };
    let Ok(_turn) = app.reading().try_acquire() else {
        return answer(&app, &who, &[say(l, "reading.one_at_a_time")], None).await;
    };
    let (content, name) = (file.content.clone(), file.name.clone());
    let read = tokio::task::spawn_blocking(move || plan::read::read(&content, &name))
        .await
        .map_err(|e| Failure::Broken(e.to_string()))?;
    let document = match read {
        Ok(document) => document,
        Err(error) => {
            return answer(&app, &who, &[error.message().in_language(l).to_owned()], None).await;
        }
    };
    match app.engine().keep_plan_words(who.actor(), &document).await {
        Ok(comparison) => answer(&app, &who, &[], Some((&document, comparison))).await,
        Err(error) => {
            let wrong: Vec<String> = correctable(error)?.iter().map(|p| problem(l, p)).collect();
            answer(&app, &who, &wrong, None).await
        }
    }
}

async fn answer(
    app: &App,
    who: &SignedIn,
    wrong: &[String],
    found: Option<(&Document, Comparison)>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let heading = say(l, "reading.title");
    let mut f = frame(app, who, &heading);
    f.crumbs.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    let present = match app.engine().plan_source().await? {
        None => say(l, "reading.nothing_yet"),
        Some(source) => fill(
            l,
            "reading.present",
            &[
                ("document", &source.document),
                ("day", &source.read_at.day().to_string()),
                ("n", &source.clauses.to_string()),
            ],
        ),
    };
    let (counts, tables) = match &found {
        None => (Vec::new(), Vec::new()),
        Some((document, comparison)) => {
            if let Some(text) = other_number(app, document, l) {
                f.messages.push(Message { tone: Tone::Note, text });
            }
            f.messages.push(Message { tone: Tone::Done, text: say(l, "reading.done") });
            (counts(comparison, l), tables(comparison, l))
        }
    };
    page(&ReadPage { f, heading, present, form: form(app, wrong, l), counts, tables })
}

/// A document of another number was read in: said, because it may be meant (a later edition) or a mistake.
fn other_number(app: &App, document: &Document, l: Language) -> Option<String> {
    let expected = app.model().plan.as_ref()?.number.get_ref();
    let number = document.number.as_ref().filter(|number| *number != expected)?;
    Some(fill(l, "reading.other_number", &[("number", number), ("expected", expected)]))
}

fn form(app: &App, wrong: &[String], l: Language) -> Form {
    let field = Field {
        name: "document".into(),
        label: say(l, "reading.file"),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: wrong.to_vec(),
        control: Control::File { kept: Vec::new(), accept: ".txt,.docx", many: false },
    };
    Form {
        action: "/plan/read".into(),
        submit: say(l, "reading.submit"),
        groups: vec![FieldGroup { title: String::new(), fields: vec![field] }],
        largest_file: app.largest_file().min(LARGEST_FILE),
        ..Form::default()
    }
}

fn counts(comparison: &Comparison, l: Language) -> Vec<(usize, String)> {
    [
        (Match::Both, "reading.matched"),
        (Match::OnlyPack, "reading.only_pack"),
        (Match::OnlyDocument, "reading.only_document"),
    ]
    .map(|(found, key)| (comparison.count(found), say(l, key)))
    .to_vec()
}

/// What needs a look first, then everything that was matched.
fn tables(comparison: &Comparison, l: Language) -> Vec<Table> {
    let table = |found: Match, key: &str| {
        let line = |line: &&engine::plan_words::ReadLine| {
            let id = match line.found {
                Match::OnlyDocument => Shown::Code(line.clause.clone()),
                _ => {
                    Shown::Link { href: format!("/plan/clauses/{}", line.clause), text: line.clause.clone() }
                }
            };
            let at = if line.line == 0 { Shown::Nothing } else { Shown::Number(line.line.to_string()) };
            vec![id, Shown::text(&line.title), at]
        };
        Table {
            title: say(l, key),
            columns: ["plan.clause", "plan.clause_title", "reading.line"].map(|key| say(l, key)).to_vec(),
            rows: comparison.lines.iter().filter(|line| line.found == found).map(|l| line(&l)).collect(),
            empty: say(l, "reading.none"),
            folded: false,
        }
    };
    vec![
        table(Match::OnlyPack, "reading.only_pack"),
        table(Match::OnlyDocument, "reading.only_document"),
        table(Match::Both, "reading.matched"),
    ]
}
