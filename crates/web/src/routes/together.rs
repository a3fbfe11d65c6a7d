//! /r/{register}/together/{step}: one step, or a reminder, for the rows chosen in a list. Each row is a decision of its
//! own; the answer says row by row what was done and why not.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem};
use city::Actor;
use engine::EngineError;
use engine::case::step::StepRequest;
use engine::case::together::{Answer, Chosen};
use engine::field::show::Titles;
use engine::record::write::Sending;
use judge::Facts;
use plan::pack::{Field as PackField, Register};

use crate::app::App;
use crate::build::fields::Filling;
use crate::build::frame::{crumbs, frame, page};
use crate::build::given;
use crate::build::value::address;
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::form::{FieldGroup, Form, FormPage};
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

use super::list::register_for;
use super::step::{LONGEST_REASON, reason_field};

/// Rows taken at once at most: four pages of a list.
const MOST: usize = 200;
/// The operation that is no step.
pub(crate) const REMIND: &str = "remind";

/// What the list of a register offers for several rows.
pub(super) fn offered(app: &App, actor: &Actor, register: &Register, l: base::Language) -> Vec<Action> {
    if !register.cases {
        return Vec::new();
    }
    let href = |name: &str| format!("/r/{}/together/{name}", register.name());
    let action = |label: String, name: &str| Action { label, href: href(name), icon: "", main: false };
    let steps = app.engine().steps_together(actor, register);
    let mut actions: Vec<Action> =
        steps.iter().map(|(_, step)| action(step.title.in_language(l).to_owned(), step.name())).collect();
    actions.push(action(say(l, "together.remind"), REMIND));
    actions
}

/// POST /r/{register}/together/{step}: with chosen rows only, the form of the step; with the form, the step.
pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((name, step)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let register = register_for(&app, &who, &name)?;
    let chosen = chosen(&app, &who, register, &sent).await?;
    if step == REMIND {
        let answers = remind(&app, who.actor(), &name, &chosen).await;
        return answer_page(&app, &who, register, &say(who.visitor.language, "together.remind"), &answers);
    }
    let asking = Asking::find(&app, &who, register, &step)?;
    if !sent.has("_go") {
        return asking.form(&app, &who, &chosen, None, &[]);
    }
    let (facts, mut problems) = given::facts(app.model(), asking.fields.iter().map(|(f, _)| *f), &sent);
    if asking.reason && sent.one("reason").trim().is_empty() {
        problems.push(Problem::of("reason", "case.reason_missing"));
    }
    if !problems.is_empty() {
        let again = asking.form(&app, &who, &chosen, Some(&sent), &problems.0)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let reason: String = sent.one("reason").chars().take(LONGEST_REASON).collect();
    let request = StepRequest { step: &step, version: 0, facts: &facts, reason: &reason };
    let sending = Sending { key: sent.one("_key").to_owned() };
    let answers = app.engine().take_step_together(who.actor(), &name, &chosen, &request, &sending).await;
    answer_page(&app, &who, register, &asking.title, &answers)
}

/// Reminds for every chosen case.
pub(crate) async fn remind(app: &App, actor: &Actor, register: &str, chosen: &[Chosen]) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(chosen.len());
    for one in chosen {
        let record = app.engine().record(actor, register, one.id).await.ok();
        let (code, title) = record.map(|r| (r.code, r.title)).unwrap_or_default();
        let result = app.engine().remind(actor, register, one.id).await.map(drop);
        answers.push(Answer { id: one.id, code, title, result });
    }
    answers
}

/// The rows: `id` as a list sends it, or `id~version` as the form of the step does, so that a case that somebody moved
/// while the form was open is left alone.
async fn chosen(app: &App, who: &SignedIn, register: &Register, sent: &Sent) -> Result<Vec<Chosen>, Failure> {
    let given = sent.all("id");
    if given.is_empty() {
        return Err(Problem::new("together.nothing_chosen").into());
    }
    if given.len() > MOST {
        return Err(Problem::new("together.too_many").with("most", MOST).into());
    }
    let mut chosen: Vec<Chosen> = Vec::with_capacity(given.len());
    for text in given {
        let (id, version) = text.split_once('~').unwrap_or((text, ""));
        let Ok(id) = id.parse::<Id>() else { return Err(Failure::NotFound) };
        let version = match version.parse() {
            Ok(version) => version,
            Err(_) => match app.engine().record(who.actor(), register.name(), id).await {
                Ok(record) => record.version,
                Err(EngineError::NotFound) => 0,
                Err(error) => return Err(error.into()),
            },
        };
        if !chosen.iter().any(|c| c.id == id) {
            chosen.push(Chosen { id, version });
        }
    }
    Ok(chosen)
}

/// What the step asks for.
struct Asking<'a> {
    register: &'a Register,
    step: String,
    title: String,
    reason: bool,
    fields: Vec<(&'a PackField, bool)>,
}

impl<'a> Asking<'a> {
    fn find(app: &'a App, who: &SignedIn, register: &'a Register, name: &str) -> Result<Self, Failure> {
        let offered = app.engine().steps_together(who.actor(), register);
        let (_, step) = offered.iter().find(|(_, s)| s.name() == name).ok_or(Failure::NotFound)?;
        Ok(Self {
            register,
            step: name.to_owned(),
            title: step.title.in_language(who.visitor.language).to_owned(),
            reason: step.reason,
            fields: fields(app.engine().fields_together(register, name), register, who.actor()),
        })
    }

    fn form(
        &self,
        app: &App,
        who: &SignedIn,
        chosen: &[Chosen],
        again: Option<&Sent>,
        problems: &[Problem],
    ) -> Result<Response, Failure> {
        let l = who.visitor.language;
        let (facts, titles) = (Facts::new(), Titles::new());
        let filling = Filling {
            model: app.model(),
            register: self.register,
            language: l,
            today: app.engine().today(),
            facts: &facts,
            sent: again,
            problems,
            titles: &titles,
            files: &|_| String::new(),
            known: &engine::file::Attachments::new(),
        };
        let (mut groups, more) = filling.essential_and_more(&self.fields);
        if self.reason {
            let value = again.map(|sent| sent.one("reason").to_owned()).unwrap_or_default();
            let field = reason_field(l, value, problems);
            groups.push(FieldGroup { title: String::new(), fields: vec![field] });
        }
        let list = format!("/r/{}", self.register.name());
        let ids = chosen.iter().map(|c| ("id".to_owned(), format!("{}~{}", c.id, c.version)));
        let form = Form {
            action: format!("{list}/together/{}", self.step),
            submit: self.title.clone(),
            cancel: list,
            key: again.map_or_else(|| app.new_operation(), |sent| sent.one("_key").to_owned()),
            hidden: ids.chain([("_go".to_owned(), "1".to_owned())]).collect(),
            groups,
            more,
            ..Form::default()
        };
        let mut f = frame(app, who, &self.title);
        crumbs(app, &mut f, self.register);
        f.live = form.is_live();
        page(&FormPage {
            f,
            heading: self.title.clone(),
            about: fill(l, "together.chosen", &[("count", &chosen.len().to_string())]),
            clauses: Vec::new(),
            others: Vec::new(),
            form,
        })
    }
}

/// The fields that a form can ask of several cases: those of the procedures that this person reads, without files.
fn fields<'a>(
    named: Vec<(String, bool)>,
    register: &'a Register,
    actor: &Actor,
) -> Vec<(&'a PackField, bool)> {
    use plan::pack::FieldKind::{File, Image};
    let fits = |f: &&PackField| f.class <= actor.reads && !matches!(f.kind, File | Image);
    named
        .into_iter()
        .filter_map(|(name, needed)| Some((register.field(&name).filter(fits)?, needed)))
        .collect()
}

/// What became of a row, as a sentence.
pub(crate) fn outcome(answer: &Answer, l: base::Language) -> String {
    match &answer.result {
        Ok(()) => say(l, "together.done"),
        Err(EngineError::NotFound) => say(l, "together.not_there"),
        Err(EngineError::Conflict) => say(l, "form.conflict"),
        Err(EngineError::Refused(p)) => problem(l, p),
        Err(EngineError::Invalid(problems)) => {
            problems.0.iter().map(|p| problem(l, p)).collect::<Vec<_>>().join(" ")
        }
        Err(_) => say(l, "together.failed"),
    }
}

fn answer_page(
    app: &App,
    who: &SignedIn,
    register: &Register,
    title: &str,
    answers: &[Answer],
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    for answer in answers {
        if let Err(EngineError::Store(error)) = &answer.result {
            tracing::error!(%error, case = %answer.id, "a case could not be moved together with others");
        }
    }
    let done = answers.iter().filter(|a| a.result.is_ok()).count();
    let row = |answer: &Answer| {
        let name = if answer.code.is_empty() { answer.id.to_string() } else { answer.code.clone() };
        let link = Shown::Link { href: address(register.name(), answer.id), text: name };
        vec![link, Shown::text(answer.title.clone()), Shown::text(outcome(answer, l))]
    };
    let mut f = frame(app, who, title);
    crumbs(app, &mut f, register);
    let (done, all) = (done.to_string(), answers.len().to_string());
    page(&TablePage {
        f,
        heading: title.to_owned(),
        about: fill(l, "together.about", &[("done", &done), ("all", &all)]),
        actions: vec![Action {
            label: say(l, "import.to_list"),
            href: format!("/r/{}", register.name()),
            icon: "list-check",
            main: true,
        }],
        bars: Vec::new(),
        tables: vec![Table {
            title: String::new(),
            columns: ["list.code", "list.name", "import.outcome"].map(|key| say(l, key)).to_vec(),
            rows: answers.iter().map(row).collect(),
            empty: String::new(),
            folded: false,
        }],
        forms: Vec::new(),
    })
}

/// An error of one row that the caller can mend, for the JSON interface.
pub(crate) fn problems_of(answer: Answer) -> Vec<Problem> {
    match answer.result {
        Ok(()) => Vec::new(),
        Err(error) => correctable(error).unwrap_or_else(|_| vec![Problem::new("together.not_done")]),
    }
}
