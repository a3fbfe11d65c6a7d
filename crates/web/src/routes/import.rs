//! /r/{register}/import: Excel in. The template and the upload; what becomes of it is the page of [`super::task`].

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use base::{Id, Problem};
use engine::record::write::Sending;
use engine::task::Stand;
use plan::pack::Register;
use report::register::{check, columns};
use store::blobs::describe;

use crate::app::App;
use crate::build::frame::{crumbs, frame, page};
use crate::build::list;
use crate::build::uploads::failure;
use crate::errors::{Failure, redirect};
use crate::jobs::import::in_words;
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{fill, say};
use crate::view::form::{Control, Field, FieldGroup, Form};
use crate::view::import::{ImportPage, Report};
use crate::visitor::SignedIn;

use super::export::workbook;
use super::list::register_for;

/// A small file is done before the answer: no page of progress flickers by.
const ANSWER_WITHIN: Duration = Duration::from_millis(1500);
/// How often it is looked at until then.
const LOOK_EVERY: Duration = Duration::from_millis(30);

/// The register, where this person may import into it.
pub(crate) fn importable<'a>(app: &'a App, who: &SignedIn, name: &str) -> Result<&'a Register, Failure> {
    let register = register_for(app, who, name)?;
    if register.cases || register.identity.is_empty() {
        return Err(Failure::Refused(Problem::new("import.not_for_this_register")));
    }
    if !who.actor().has_any(&register.keeper) {
        let roles = list::keepers(app.model(), register, who.visitor.language);
        return Err(Failure::Refused(Problem::new("record.not_keeper").with("roles", roles)));
    }
    Ok(register)
}

pub(super) fn import_page(
    app: &App,
    who: &SignedIn,
    register: &Register,
    wrong: &[String],
    report: Option<Report>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let identity: Vec<String> = register.identity.iter().map(|n| list::label(register, n, l)).collect();
    let field = Field {
        name: "workbook".into(),
        label: say(l, "import.file"),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: wrong.to_vec(),
        control: Control::File { kept: Vec::new(), accept: ".xlsx,.csv", many: false },
    };
    let form = Form {
        action: format!("/r/{}/import", register.name()),
        submit: say(l, "import.submit"),
        key: app.new_operation(),
        groups: vec![FieldGroup { title: String::new(), fields: vec![field] }],
        largest_file: app.largest_workbook(),
        ..Form::default()
    };
    let heading = register.title.in_language(l).to_owned();
    let mut f = frame(app, who, &fill(l, "import.title", &[("register", &heading)]));
    crumbs(app, &mut f, register);
    page(&ImportPage {
        f,
        heading,
        identity: identity.join(" + "),
        template: format!("/r/{}/import/template.xlsx", register.name()),
        form,
        report,
        list: format!("/r/{}", register.name()),
    })
}

/// GET /r/{register}/import.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    import_page(&app, &who, register, &[], None)
}

/// GET /r/{register}/import/template.xlsx.
pub(super) async fn template(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    let columns = columns(register, app.model());
    let l = who.visitor.language;
    let bytes = report::xlsx::template::template(&register.title, &register.about, &columns, l)
        .map_err(|e| Failure::Broken(format!("a template: {e}")))?;
    Ok(workbook(&format!("{}.xlsx", register.title.in_language(l)), bytes))
}

/// POST /r/{register}/import: the file is checked by its content, stored, and a job is made of it.
pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let register = importable(&app, &who, &name)?;
    let l = who.visitor.language;
    let Some(file) = sent.files.first() else {
        return import_page(&app, &who, register, &[say(l, "import.no_file")], None);
    };
    let sending = Sending { key: sent.one("_key").to_owned() };
    match ask(&app, &who, &name, &file.content, &sending).await? {
        Ok(id) => Ok(redirect(&format!("/imports/{id}"))),
        Err(wrong) => import_page(&app, &who, register, &[wrong], None),
    }
}

/// Stores a file and asks for its import; what is wrong with the file is said at once. A small file is imported when this
/// returns.
pub(crate) async fn ask(
    app: &App,
    who: &SignedIn,
    register: &str,
    content: &[u8],
    sending: &Sending,
) -> Result<Result<Id, String>, Failure> {
    let l = who.visitor.language;
    let blob = app.blobs().put(content, content.len() as u64).await.map_err(failure)?;
    let path = app.blobs().path(&blob.hash).await.map_err(failure)?.ok_or(Failure::NotFound)?;
    let (engine, name) = (app.engine().clone(), register.to_owned());
    let checked = tokio::task::spawn_blocking(move || check(&engine, &name, &path)).await;
    if let Err(error) = checked.map_err(|e| Failure::Broken(e.to_string()))? {
        return Ok(Err(in_words(&error, l)));
    }
    let kind = report::sniff::sniff(content).media_type();
    describe(&app.engine().database, &blob, kind, app.engine().now()).await?;
    let id = app.engine().ask_for_import(who.actor(), register, &blob.hash, l, sending).await?;
    app.call_job();
    let soon = async {
        loop {
            match app.engine().own_task(who.actor(), id).await {
                Ok(task) if matches!(task.stand, Stand::Waiting | Stand::Running) => {}
                _ => break,
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let _ = tokio::time::timeout(ANSWER_WITHIN, soon).await;
    Ok(Ok(id))
}
