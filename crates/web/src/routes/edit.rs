//! /r/{register}/{id}/edit: changes a record that does not go round a procedure.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem};
use engine::EngineError;
use engine::record::Record;
use plan::pack::{Field, Register};

use crate::app::App;
use crate::build::fields::Filling;
use crate::build::frame::{crumbs, done, frame, page};
use crate::build::value::address;
use crate::build::{chips, given, uploads};
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::form::{Form, FormPage};
use crate::view::frame::{Crumb, Message, Tone};
use crate::visitor::SignedIn;

use super::list::register_for;

/// The record, where this person may change it.
async fn changeable<'a>(
    app: &'a App,
    who: &SignedIn,
    name: &str,
    id: Id,
) -> Result<(&'a Register, Record), Failure> {
    let register = register_for(app, who, name)?;
    let record = app.engine().record(who.actor(), name, id).await?;
    if register.cases {
        return Err(Failure::Refused(Problem::new("record.changed_by_steps")));
    }
    app.engine().may_keep(who.actor(), register, &record.place)?;
    Ok((register, record))
}

fn fields<'a>(register: &'a Register, who: &SignedIn) -> Vec<&'a Field> {
    let typed = |f: &&Field| {
        !f.computed && f.class <= who.actor().reads && !crate::special::edited_by_assessment(register, f)
    };
    register.fields.iter().filter(typed).collect()
}

struct Again<'a> {
    sent: &'a Sent,
    problems: Vec<Problem>,
    conflict: bool,
}

/// GET .../edit.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let (register, record) = changeable(&app, &who, &name, id).await?;
    form_page(&app, &who, register, &record, None).await
}

async fn form_page(
    app: &App,
    who: &SignedIn,
    register: &Register,
    record: &Record,
    again: Option<&Again<'_>>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let fields = fields(register, who);
    let mut facts = vec![record.facts.clone()];
    if let Some(again) = again {
        facts.push(given::facts(app.model(), fields.iter().copied(), again.sent).0);
    }
    let titles = app.engine().titles(register, facts.iter()).await?;
    let known = app.engine().attachments(who.actor(), record.id, facts.iter()).await?;
    let here = address(register.name(), record.id);
    let held: Vec<&String> = record
        .facts
        .values()
        .filter_map(|f| if let judge::Fact::List(list) = f { Some(list) } else { None })
        .flatten()
        .collect();
    let files = |hash: &str| {
        if held.iter().any(|h| *h == hash) {
            format!("{here}/files/{hash}")
        } else {
            uploads::preview(&who.visitor.csrf, hash)
        }
    };
    let problems: &[Problem] = again.map_or(&[], |a| &a.problems);
    let filling = Filling {
        model: app.model(),
        today: app.engine().today(),
        register,
        language: l,
        facts: &record.facts,
        sent: again.map(|a| a.sent),
        problems,
        titles: &titles,
        files: &files,
        known: &known,
    };
    let of_whole = |p: &&Problem| !fields.iter().any(|f| f.name() == p.field);
    let form = Form {
        action: format!("{here}/edit"),
        submit: say(l, "form.save"),
        cancel: here.clone(),
        version: record.version.to_string(),
        draft: format!("{}.{}", register.name(), record.id),
        problems: problems.iter().filter(of_whole).map(|p| problem(l, p)).collect(),
        groups: filling.groups(fields.iter().map(|f| (*f, f.required))),
        largest_file: app.largest_file(),
        ..Form::default()
    };
    let heading = fill(l, "record.edit_of", &[("title", &record.title)]);
    let mut f = frame(app, who, &heading);
    crumbs(app, &mut f, register);
    f.crumbs.push(Crumb { title: record.title.clone(), href: here });
    f.live = form.is_live();
    if again.is_some_and(|a| a.conflict) {
        f.messages.push(Message { tone: Tone::Wrong, text: say(l, "form.conflict") });
    }
    page(&FormPage {
        f,
        heading,
        about: String::new(),
        clauses: chips(app.model(), l, &register.clauses),
        others: Vec::new(),
        form,
    })
}

/// POST .../edit.
pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let (register, record) = changeable(&app, &who, &name, id).await?;
    let fields = fields(register, &who);
    let mut problems = base::Problems::default();
    uploads::store(&app, who.actor(), fields.iter().copied(), &mut sent, &mut problems).await?;
    let (facts, wrong) = given::facts(app.model(), fields.iter().copied(), &sent);
    problems.0.extend(wrong.0);
    let version = sent.one("_version").parse().unwrap_or(record.version);
    let changed = if problems.is_empty() {
        app.engine().update(who.actor(), &name, id, version, &facts).await
    } else {
        Err(EngineError::Invalid(problems))
    };
    let again = match changed {
        Ok(()) => return Ok(done(&who.visitor, &address(&name, id), "record.saved")),
        // Nothing typed is lost: the form comes back with the present version.
        Err(EngineError::Conflict) => Again { sent: &sent, problems: Vec::new(), conflict: true },
        Err(error) => Again { sent: &sent, problems: correctable(error)?, conflict: false },
    };
    let status = if again.conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, form_page(&app, &who, register, &record, Some(&again)).await?).into_response())
}
