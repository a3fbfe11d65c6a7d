//! GET and POST /proposals/new: somebody proposes a decision about a record, with the reason in words. The record comes
//! from the address; what the person does not see is not there.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem, Text};
use engine::proposal::{Evidence, Proposed, Proposer, lifting_kind};
use engine::record::Record;
use engine::record::write::Sending;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{Register, Seat};

use super::proposals::register;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{done, frame, page};
use crate::build::value::address;
use crate::errors::Failure;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::form::{Choice, Control, Field, FieldGroup, Form, FormPage};
use crate::visitor::SignedIn;

/// Longest reason, in characters.
const LONGEST: usize = 2000;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let proposals = register(&app, &who)?;
    let id: Id = wanted.one("id").parse().map_err(|_| Failure::NotFound)?;
    let subject = app.engine().record(who.actor(), wanted.one("register"), id).await?;
    let mut sent = Sent::default();
    if let Some(about) = lifted(&app, &who, proposals, wanted.one("about")).await? {
        sent.add("about", about.id.to_string());
        let text = |name: &str| fact(&about.facts, name).as_text().unwrap_or_default().to_owned();
        sent.add("kind", lifting_kind(&text("kind")));
        sent.add("to", text("to_role"));
    }
    page(&FormPage {
        f: frame(&app, &who, &say(who.visitor.language, "proposals.new")),
        ..form_page(&app, &who, proposals, &subject, &sent, &[])
    })
}

pub(super) async fn send(State(app): State<App>, who: SignedIn, sent: Sent) -> Result<Response, Failure> {
    let proposals = register(&app, &who)?;
    let id: Id = sent.one("id").parse().map_err(|_| Failure::NotFound)?;
    let subject = app.engine().record(who.actor(), sent.one("register"), id).await?;
    let about = lifted(&app, &who, proposals, sent.one("about")).await?;
    let reason = sent.one("reason").trim().to_owned();
    let evidence = std::iter::once(&subject).chain(&about).map(Evidence::of).collect();
    let proposed = Proposed {
        kind: sent.one("kind"),
        to: sent.one("to"),
        subject: (&subject).into(),
        by: Proposer::Person(who.actor()),
        reason: Text::new(reason.clone(), reason),
        seen: String::new(),
        evidence,
        about: about.map(|decision| decision.id),
        with: Facts::new(),
    };
    let sending = Sending { key: sent.one("_key").to_owned() };
    match app.engine().propose(&proposed, &sending).await {
        Ok(made) => Ok(done(&who.visitor, &address(proposals.name(), made), "proposals.made")),
        Err(error) => {
            let problems = crate::errors::correctable(error)?;
            let shown = form_page(&app, &who, proposals, &subject, &sent, &problems);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response())
        }
    }
}

/// The decision in force that is to be lifted, where one is named.
async fn lifted(
    app: &App,
    who: &SignedIn,
    proposals: &Register,
    about: &str,
) -> Result<Option<Record>, Failure> {
    if about.is_empty() {
        return Ok(None);
    }
    let id: Id = about.parse().map_err(|_| Failure::NotFound)?;
    let decision = app.engine().record(who.actor(), proposals.name(), id).await?;
    let stands = *fact(&decision.facts, "in_force") == Fact::YesNo(true);
    if stands { Ok(Some(decision)) } else { Err(Failure::NotFound) }
}

fn form_page(
    app: &App,
    who: &SignedIn,
    proposals: &Register,
    subject: &Record,
    sent: &Sent,
    problems: &[Problem],
) -> FormPage {
    let l = who.visitor.language;
    let kinds = proposals.field("kind").map(|f| app.model().choices_of(f)).unwrap_or_default();
    let choice = |id: &str, title: &Text, name: &str| Choice {
        id: id.to_owned(),
        title: title.in_language(l).to_owned(),
        chosen: sent.one(name) == id,
        ..Choice::default()
    };
    let decides = |role: &&plan::pack::Role| {
        let id = role.id.get_ref();
        !matches!(role.seat, Seat::System | Seat::Enterprise)
            && (proposals.readers.contains(id) || proposals.keeper.contains(id))
    };
    let roles = app.model().roles.values().filter(decides);
    let field = |name: &str, key: &str, control: Control| Field {
        name: name.into(),
        label: say(l, key),
        help: String::new(),
        required: true,
        unit: String::new(),
        errors: problems.iter().filter(|p| p.field == name).map(|p| problem(l, p)).collect(),
        control,
    };
    let reason = Control::Area { value: sent.one("reason").to_owned(), longest: LONGEST };
    let fields = vec![
        field(
            "kind",
            "proposals.kind",
            Control::Select(kinds.iter().map(|c| choice(&c.id, &c.title, "kind")).collect()),
        ),
        field(
            "to",
            "proposals.to",
            Control::Select(roles.map(|r| choice(r.id.get_ref(), &r.title, "to")).collect()),
        ),
        field("reason", "proposals.reason", reason),
    ];
    let key = if sent.has("_key") { sent.one("_key").to_owned() } else { app.new_operation() };
    let whole = problems.iter().filter(|p| p.field.is_empty()).map(|p| problem(l, p)).collect();
    let heading = fill(l, "proposals.new_about", &[("title", &subject.title)]);
    FormPage {
        f: frame(app, who, &heading),
        heading,
        about: say(l, "proposals.about"),
        clauses: Vec::new(),
        others: Vec::new(),
        form: Form {
            action: "/proposals/new".into(),
            submit: say(l, "proposals.new"),
            cancel: address(&subject.register, subject.id),
            key,
            hidden: vec![
                ("register".into(), subject.register.clone()),
                ("id".into(), subject.id.to_string()),
                ("about".into(), sent.one("about").to_owned()),
            ],
            problems: whole,
            groups: vec![FieldGroup { title: String::new(), fields }],
            ..Form::default()
        },
    }
}
