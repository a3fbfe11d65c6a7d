//! /duties/{duty}/{id}/{period}: one instance of one subject: what was handed in, the form to hand in, the excuse. A duty
//! that records prove leads to the form of their register, filled in as far as is known.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Language, Problem, Problems};
use engine::EngineError;
use engine::duty::rows::{Bound, Span, Stored};
use engine::field::show::{Titles, show as shown_fact};
use engine::record::write::Sending;
use judge::duty::{Instance, State as DutyState};
use judge::{Fact, Facts};
use plan::pack::{Duty, Field, FieldKind, Register};

use super::list::link;
use super::{due, period_title, reason_of, state};
use crate::app::App;
use crate::build::fields::Filling;
use crate::build::frame::{done, frame, page};
use crate::build::{chips, given, uploads};
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::routes::step::reason_field;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::duties::DutiesPage;
use crate::view::form::{FieldGroup, Form};
use crate::view::frame::Crumb;
use crate::view::table::Table;
use crate::visitor::SignedIn;

/// An instance of a subject, with what the reader may do.
struct Asked<'a> {
    duty: &'a Duty,
    span: Span,
    instance: Instance,
    stored: Option<Stored>,
    fields: Vec<Field>,
}

impl<'a> Asked<'a> {
    async fn find(app: &'a App, who: &SignedIn, duty: &str, id: Id, period: &str) -> Result<Self, Failure> {
        let engine = app.engine();
        let duty = engine.duty(duty)?;
        let span = engine.duty_span(who.actor(), duty.name(), id).await?;
        let (instance, stored) = engine.duty_instance(duty, &span.subject, period).await?;
        Ok(Self { duty, span, instance, stored, fields: duty.form_fields() })
    }

    fn here(&self) -> String {
        format!("/duties/{}/{}/{}", self.duty.name(), self.span.subject.id, self.instance.code)
    }

    fn may_hand_in(&self, app: &App, who: &SignedIn) -> bool {
        self.duty.is_handed_in() && app.engine().hands_in(who.actor(), self.duty, &self.span.subject)
    }

    fn may_excuse(&self, app: &App, who: &SignedIn) -> bool {
        let open =
            self.stored.as_ref().is_none_or(|s| matches!(s.state, DutyState::Due | DutyState::Overdue));
        open && app.engine().excuses(who.actor(), self.duty, &self.span.subject)
    }
}

/// A form that was sent and is shown again: whether it was the excuse, what was sent, what is wrong.
struct Again<'a> {
    excuse: bool,
    sent: &'a Sent,
    problems: Vec<Problem>,
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((duty, id, period)): Path<(String, Id, String)>,
) -> Result<Response, Failure> {
    let asked = Asked::find(&app, &who, &duty, id, &period).await?;
    instance_page(&app, &who, &asked, None).await
}

pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((duty, id, period)): Path<(String, Id, String)>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let asked = Asked::find(&app, &who, &duty, id, &period).await?;
    if !asked.may_hand_in(&app, &who) {
        return Err(Failure::Refused(Problem::new("duty.not_keeper")));
    }
    let mut problems = Problems::default();
    uploads::store(&app, who.actor(), asked.fields.iter(), &mut sent, &mut problems).await?;
    let (facts, wrong) = given::facts(app.model(), asked.fields.iter(), &sent);
    problems.0.extend(wrong.0);
    let sending = Sending { key: sent.one("_key").to_owned() };
    let made = if problems.is_empty() {
        app.engine().hand_in(who.actor(), &duty, id, &period, &facts, &sending).await.map(drop)
    } else {
        Err(EngineError::Invalid(problems))
    };
    answered(&app, &who, &asked, made, &sent, false, "duty.handed_in").await
}

pub(super) async fn excuse(
    State(app): State<App>,
    who: SignedIn,
    Path((duty, id, period)): Path<(String, Id, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Asked::find(&app, &who, &duty, id, &period).await?;
    let made = app.engine().excuse_duty(who.actor(), &duty, id, &period, sent.one("reason")).await;
    answered(&app, &who, &asked, made, &sent, true, "duty.was_excused").await
}

async fn answered(
    app: &App,
    who: &SignedIn,
    asked: &Asked<'_>,
    made: Result<(), EngineError>,
    sent: &Sent,
    excuse: bool,
    said: &'static str,
) -> Result<Response, Failure> {
    match made {
        Ok(()) => Ok(done(&who.visitor, &asked.here(), said)),
        Err(error) => {
            let again = Again { excuse, sent, problems: correctable(error)? };
            let page = instance_page(app, who, asked, Some(&again)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn instance_page(
    app: &App,
    who: &SignedIn,
    asked: &Asked<'_>,
    again: Option<&Again<'_>>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let (duty, subject) = (asked.duty, &asked.span.subject);
    let mut forms = Vec::new();
    if asked.may_hand_in(app, who) {
        let own = again.filter(|a| !a.excuse);
        forms.push((say(l, "duty.hand_in"), hand_in_form(app, who, asked, own).await?));
    }
    if asked.may_excuse(app, who) {
        let own = again.filter(|a| a.excuse);
        forms.push((say(l, "duty.excuse"), excuse_form(asked, own, l)));
    }
    let heading = format!("{} · {}", duty.title.in_language(l), period_title(&asked.instance.code, l));
    let mut f = frame(app, who, &heading);
    f.crumbs.push(Crumb { title: say(l, "duty.title"), href: "/duties".into() });
    f.crumbs.push(Crumb {
        title: duty.title.in_language(l).to_owned(),
        href: format!("/duties/{}", duty.name()),
    });
    f.crumbs.push(Crumb {
        title: subject.title.clone(),
        href: format!("/duties/{}/{}", duty.name(), subject.id),
    });
    let mut tables = vec![standing(app, asked, l)];
    if duty.is_handed_in() {
        tables.push(handed(app, who, asked).await?);
    }
    page(&DutiesPage {
        f,
        heading,
        clauses: chips(app.model(), l, &duty.clauses),
        about: duty.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        notes: Vec::new(),
        actions: fulfil(app, who, duty, subject, l).into_iter().collect(),
        address: String::new(),
        kept: Vec::new(),
        filters: Vec::new(),
        bars: Vec::new(),
        tables,
        next: String::new(),
        forms,
    })
}

/// How the instance stands.
fn standing(app: &App, asked: &Asked<'_>, l: Language) -> Table {
    let subject = &asked.span.subject;
    let kept = asked.stored.as_ref();
    let reason = kept.filter(|s| !s.reason.is_empty()).map(|s| reason_of(&s.by_name, &s.reason, l));
    let row = vec![
        link(format!("/duties/{}/{}", asked.duty.name(), subject.id), &subject.title),
        Shown::Code(subject.code.clone()),
        due(app, asked.instance.due, l),
        kept.map_or(Shown::Nothing, |s| state(s.state, l)),
        reason.map_or(Shown::Nothing, Shown::Text),
    ];
    let columns = ["duty.who", "duty.code", "duty.due_day", "duty.state", "duty.reason"];
    Table {
        title: String::new(),
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows: vec![row],
        empty: String::new(),
        folded: false,
    }
}

/// What was handed in, newest first.
async fn handed(app: &App, who: &SignedIn, asked: &Asked<'_>) -> Result<Table, Failure> {
    let l = who.visitor.language;
    let all = app
        .engine()
        .handed_in_for(who.actor(), asked.duty, asked.span.subject.id, &asked.instance.code)
        .await?;
    let mut rows = Vec::new();
    for one in &all {
        let mut words = Vec::new();
        let mut files = Vec::new();
        for field in &asked.fields {
            match one.facts.get(field.name()) {
                Some(Fact::List(list)) if matches!(field.kind, FieldKind::File | FieldKind::Image) => {
                    files.extend(list.iter().map(|hash| {
                        (field.title.in_language(l).to_owned(), format!("/duty-files/{}/{hash}", one.id))
                    }));
                }
                Some(fact) => {
                    let text = shown_fact(field, fact, app.model(), l, &Titles::new());
                    words.push(format!("{} {text}", field.title.in_language(l)));
                }
                None => {}
            }
        }
        let first = files.first().cloned();
        rows.push(vec![
            Shown::Whole(one.at.local()),
            Shown::Text(one.by.clone()),
            if words.is_empty() { Shown::Nothing } else { Shown::Long(words.join("\n")) },
            first.map_or(Shown::Nothing, |(title, href)| link(href, &title)),
        ]);
        for (title, href) in files.into_iter().skip(1) {
            rows.push(vec![Shown::Nothing, Shown::Nothing, Shown::Nothing, link(href, &title)]);
        }
    }
    let columns = ["duty.handed_at", "duty.handed_by", "duty.what", "duty.file"];
    Ok(Table {
        title: say(l, "duty.was_handed_in"),
        columns: columns.map(|k| say(l, k)).to_vec(),
        rows,
        empty: say(l, "duty.nothing_handed_in"),
        folded: false,
    })
}

async fn hand_in_form(
    app: &App,
    who: &SignedIn,
    asked: &Asked<'_>,
    again: Option<&Again<'_>>,
) -> Result<Form, Failure> {
    let l = who.visitor.language;
    let facts = again.map(|a| given::facts(app.model(), asked.fields.iter(), a.sent).0).unwrap_or_default();
    let known = app.engine().attachments(who.actor(), Id::NIL, std::iter::once(&facts)).await?;
    let files = |hash: &str| uploads::preview(&who.visitor.csrf, hash);
    let problems: &[Problem] = again.map_or(&[], |a| &a.problems);
    let Some(register) = form_register(&asked.fields) else { return Err(Failure::NotFound) };
    let empty = Facts::new();
    let titles = Titles::new();
    let filling = Filling {
        model: app.model(),
        today: app.engine().today(),
        register: &register,
        language: l,
        facts: &empty,
        sent: again.map(|a| a.sent),
        problems,
        titles: &titles,
        files: &files,
        known: &known,
    };
    let of_whole = |p: &&Problem| !asked.fields.iter().any(|f| f.name() == p.field);
    Ok(Form {
        action: asked.here(),
        submit: say(l, "duty.hand_in"),
        key: again.map_or_else(|| app.new_operation(), |a| a.sent.one("_key").to_owned()),
        draft: format!("duty.{}.{}.{}", asked.duty.name(), asked.span.subject.id, asked.instance.code),
        problems: problems.iter().filter(of_whole).map(|p| problem(l, p)).collect(),
        groups: filling.groups(asked.fields.iter().map(|f| (f, f.required))),
        largest_file: app.largest_file(),
        ..Form::default()
    })
}

/// The fields of the form as a register, for the parts that build forms.
fn form_register(fields: &[Field]) -> Option<Register> {
    let text = "id = \"duty_form\"\ntitle = { zh = \"\", en = \"\" }\nabout = { zh = \"\", en = \"\" }\narea = \"plan\"\n\
                scope = \"shared\"\nkeeper = []\ncode = \"\"\ntitle_from = \"\"\nlist = []\nfield = []";
    let mut register: Register = toml::from_str(text).ok()?;
    register.fields = fields.to_vec();
    Some(register)
}

fn excuse_form(asked: &Asked<'_>, again: Option<&Again<'_>>, l: Language) -> Form {
    let value = again.map(|a| a.sent.one("reason").to_owned()).unwrap_or_default();
    let problems: &[Problem] = again.map_or(&[], |a| &a.problems);
    Form {
        action: format!("{}/excuse", asked.here()),
        submit: say(l, "duty.excuse"),
        problems: problems.iter().filter(|p| p.field != "reason").map(|p| problem(l, p)).collect(),
        groups: vec![FieldGroup { title: String::new(), fields: vec![reason_field(l, value, problems)] }],
        ..Form::default()
    }
}

/// Where somebody enters the record that proves the duty, filled in with the subject.
pub(super) fn fulfil(app: &App, who: &SignedIn, duty: &Duty, subject: &Bound, l: Language) -> Option<Action> {
    let register = app.model().register(duty.record()?)?;
    let may = if register.cases {
        !app.engine().openings(who.actor(), register.name()).is_empty()
    } else {
        who.actor().has_any(&register.keeper)
    };
    let link = duty.fulfilled.as_ref().and_then(|f| plan::pack::duty_link::link(register, f, &subject.kind));
    let filled = match link {
        Some(plan::pack::duty_link::SubjectLink::Reference(field)) => format!("?{field}={}", subject.id),
        Some(plan::pack::duty_link::SubjectLink::Code(field)) => format!("?{field}={}", subject.code),
        _ => String::new(),
    };
    may.then(|| Action {
        label: fill(l, "duty.enter", &[("register", register.title.in_language(l))]),
        href: format!("/r/{}/new{filled}", register.name()),
        icon: "plus",
        main: true,
    })
}
