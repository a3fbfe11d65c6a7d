//! /r/{register}/{id}/step/{step}: takes a step of a case.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem};
use engine::EngineError;
use engine::case::step::StepRequest;
use engine::record::Record;
use engine::record::write::Sending;
use plan::pack::{Field as PackField, Procedure, Register, Step};

use crate::app::App;
use crate::build::fields::Filling;
use crate::build::frame::{crumbs, done, frame, page};
use crate::build::value::address;
use crate::build::{chips, given, uploads};
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{problem, say};
use crate::view::form::{Control, Field, FieldGroup, Form, FormPage};
use crate::view::frame::{Crumb, Message, Tone};
use crate::visitor::SignedIn;

use super::list::register_for;

/// Longest remark, in characters.
pub(super) const LONGEST_REASON: usize = 1000;

struct Taking<'a> {
    register: &'a Register,
    procedure: &'a Procedure,
    step: &'a Step,
    record: Record,
    fields: Vec<(&'a PackField, bool)>,
}

impl<'a> Taking<'a> {
    /// The step, where this person may take it now.
    async fn find(app: &'a App, who: &SignedIn, name: &str, id: Id, step: &str) -> Result<Self, Failure> {
        let register = register_for(app, who, name)?;
        let record = app.engine().record(who.actor(), name, id).await?;
        let head = record.case.as_ref().ok_or(Failure::NotFound)?;
        let procedure = app.model().procedure(&head.procedure).ok_or(Failure::NotFound)?;
        let step = procedure.step(step).ok_or(Failure::NotFound)?;
        let events = app.engine().timeline(who.actor(), name, id).await?;
        let offered = app.engine().offered(who.actor(), &record, &events);
        match offered.iter().find(|o| o.step.name() == step.name()) {
            Some(offered) => offered.refusal.clone().map_or(Ok(()), |p| Err(Failure::Refused(p)))?,
            None => return Err(Failure::Refused(Problem::new("case.not_from_here"))),
        }
        let reads = who.actor().reads;
        let named = judge::case::step_fields(step).into_iter();
        let fields = named
            .filter_map(|(name, needed)| Some((register.field(name).filter(|f| f.class <= reads)?, needed)))
            .collect();
        Ok(Self { register, procedure, step, record, fields })
    }
}

struct Again<'a> {
    sent: &'a Sent,
    problems: Vec<Problem>,
    conflict: bool,
}

/// GET .../step/{step}.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id, step)): Path<(String, Id, String)>,
) -> Result<Response, Failure> {
    let taking = Taking::find(&app, &who, &name, id, &step).await?;
    form_page(&app, &who, &taking, None).await
}

async fn form_page(
    app: &App,
    who: &SignedIn,
    taking: &Taking<'_>,
    again: Option<&Again<'_>>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let record = &taking.record;
    let mut facts = vec![record.facts.clone()];
    if let Some(again) = again {
        facts.push(given::facts(app.model(), taking.fields.iter().map(|(f, _)| *f), again.sent).0);
    }
    let titles = app.engine().titles(taking.register, facts.iter()).await?;
    let known = app.engine().attachments(who.actor(), record.id, facts.iter()).await?;
    let here = address(taking.register.name(), record.id);
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
        register: taking.register,
        language: l,
        facts: &record.facts,
        sent: again.map(|a| a.sent),
        problems,
        titles: &titles,
        files: &files,
        known: &known,
    };
    let (mut groups, more) = filling.essential_and_more(&taking.fields);
    if taking.step.reason {
        groups.push(FieldGroup { title: String::new(), fields: vec![reason(l, again)] });
    }
    let of_whole =
        |p: &&Problem| p.field != "reason" && !taking.fields.iter().any(|(f, _)| f.name() == p.field);
    let form = Form {
        action: format!("{here}/step/{}", taking.step.name()),
        submit: taking.step.title.in_language(l).to_owned(),
        cancel: here.clone(),
        key: again.map_or_else(|| app.new_operation(), |a| a.sent.one("_key").to_owned()),
        version: record.version.to_string(),
        draft: format!("{}.{}.{}", taking.register.name(), record.id, taking.step.name()),
        problems: problems.iter().filter(of_whole).map(|p| problem(l, p)).collect(),
        groups,
        more,
        largest_file: app.largest_file(),
        ..Form::default()
    };
    let heading = taking.step.title.in_language(l).to_owned();
    let mut f = frame(app, who, &heading);
    crumbs(app, &mut f, taking.register);
    f.crumbs.push(Crumb { title: record.code.clone(), href: here });
    f.live = form.is_live();
    if again.is_some_and(|a| a.conflict) {
        f.messages.push(Message { tone: Tone::Wrong, text: say(l, "form.conflict") });
    }
    page(&FormPage {
        f,
        heading,
        about: record.title.clone(),
        clauses: chips(app.model(), l, &taking.procedure.clauses),
        others: Vec::new(),
        form,
    })
}

fn reason(l: base::Language, again: Option<&Again<'_>>) -> Field {
    let value = again.map(|a| a.sent.one("reason").to_owned()).unwrap_or_default();
    reason_field(l, value, again.map_or(&[], |a| &a.problems))
}

/// The field for the remark.
pub(crate) fn reason_field(l: base::Language, value: String, problems: &[Problem]) -> Field {
    let errors = problems.iter().filter(|p| p.field == "reason").map(|p| problem(l, p)).collect();
    Field {
        name: "reason".into(),
        label: say(l, "form.reason"),
        help: say(l, "form.reason_help"),
        required: true,
        unit: String::new(),
        errors,
        control: Control::Area { value, longest: LONGEST_REASON },
    }
}

/// POST .../step/{step}.
pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id, step)): Path<(String, Id, String)>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let taking = Taking::find(&app, &who, &name, id, &step).await?;
    let fields = || taking.fields.iter().map(|(f, _)| *f);
    let mut problems = base::Problems::default();
    uploads::store(&app, who.actor(), fields(), &mut sent, &mut problems).await?;
    let (facts, wrong) = given::facts(app.model(), fields(), &sent);
    problems.0.extend(wrong.0);
    let version = sent.one("_version").parse().unwrap_or(taking.record.version);
    let reason: String = sent.one("reason").chars().take(LONGEST_REASON).collect();
    let request = StepRequest { step: &step, version, facts: &facts, reason: &reason };
    let sending = Sending { key: sent.one("_key").to_owned() };
    let taken = if problems.is_empty() {
        app.engine().take_step(who.actor(), &name, id, &request, &sending).await
    } else {
        Err(EngineError::Invalid(problems))
    };
    let again = match taken {
        Ok(()) => return Ok(done(&who.visitor, &address(&name, id), "case.done")),
        Err(EngineError::Conflict) => Again { sent: &sent, problems: Vec::new(), conflict: true },
        Err(error) => Again { sent: &sent, problems: correctable(error)?, conflict: false },
    };
    let status = if again.conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, form_page(&app, &who, &taking, Some(&again)).await?).into_response())
}
