//! /r/{register}/new: adds a record, or opens a case by one of its procedures.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Problem};
use engine::EngineError;
use engine::record::write::Sending;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Procedure, Register};

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::fields::Filling;
use crate::build::frame::{crumbs, done, frame, page};
use crate::build::value::address;
use crate::build::{chips, given, uploads};
use crate::errors::{Failure, redirect};
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{fill, problem, say};
use crate::view::Action;
use crate::view::form::{Form, FormPage};
use crate::visitor::SignedIn;

use super::list::register_for;

/// How a record comes in: by hand, or as a case by a procedure.
pub(super) struct Way<'a> {
    register: &'a Register,
    procedure: Option<&'a Procedure>,
}

impl<'a> Way<'a> {
    /// The way that `wanted` names, or the first that is open to this person.
    fn find(app: &'a App, who: &SignedIn, name: &str, wanted: &str) -> Result<Self, Failure> {
        let register = register_for(app, who, name)?;
        if !register.cases {
            let may = who.actor().has_any(&register.keeper);
            let titles = || crate::build::list::keepers(app.model(), register, who.visitor.language);
            return if may {
                Ok(Self { register, procedure: None })
            } else {
                Err(Failure::Refused(Problem::new("record.not_keeper").with("roles", titles())))
            };
        }
        let openings = app.engine().openings(who.actor(), name);
        let chosen = openings.iter().find(|p| p.name() == wanted).or(openings.first()).copied();
        chosen
            .map(|p| Self { register, procedure: Some(p) })
            .ok_or_else(|| Failure::Refused(Problem::new("case.nobody_opens")))
    }

    /// The fields of the form, and whether each is required.
    fn fields(&self, who: &SignedIn) -> Vec<(&'a Field, bool)> {
        let reads = who.actor().reads;
        match self.procedure.and_then(|p| p.opening.as_ref()) {
            Some(opening) => {
                let named = judge::case::opening_fields(opening).into_iter();
                named
                    .filter_map(|(name, needed)| {
                        Some((self.register.field(name).filter(|f| f.class <= reads)?, needed))
                    })
                    .collect()
            }
            None => self
                .register
                .fields
                .iter()
                .filter(|f| !f.computed && f.class <= reads)
                .map(|f| (f, f.required))
                .collect(),
        }
    }
}

/// GET /r/{register}/new; values in the address prefill the form.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    let way = Way::find(&app, &who, &name, wanted.one("procedure"))?;
    if way.register.shape == Some(plan::pack::Shape::RiskFactor) {
        // A factor comes in by its assessment.
        let point = wanted.one("risk_point");
        let at = if point.is_empty() { String::new() } else { format!("?risk_point={point}") };
        return Ok(redirect(&format!("/risk/factors/new{at}")));
    }
    let mut facts = start(&app, &who, &way, &wanted);
    facts.extend(crate::special::prefilled(&app, &who, way.register, &wanted).await?);
    form_page(&app, &who, &way, &facts, None, (&[], &wanted)).await
}

/// What a new record starts with: the address, the pack's defaults, the own enterprise, now.
fn start(app: &App, who: &SignedIn, way: &Way<'_>, wanted: &Wanted) -> Facts {
    let mut facts = Facts::new();
    for (field, _) in way.fields(who) {
        let given: Vec<String> = wanted.all(field.name()).map(str::to_owned).collect();
        let default = field.default.as_ref().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        let value = match (given.is_empty(), default) {
            (false, _) => engine::field::parse::parse(field, app.model(), &given).unwrap_or_default(),
            (true, Some(text)) => {
                engine::field::parse::parse(field, app.model(), &[text]).unwrap_or_default()
            }
            (true, None) => own(app, who, field),
        };
        facts.insert(field.name().to_owned(), value);
    }
    facts
}

fn own(app: &App, who: &SignedIn, field: &Field) -> Fact {
    let enterprise = app.model().shaped(plan::pack::Shape::Enterprise).map(Register::name);
    match field.kind {
        FieldKind::Reference if field.to.as_deref() == enterprise => {
            who.actor().enterprise().map_or(Fact::Empty, Fact::Reference)
        }
        FieldKind::County => who.actor().county().map_or(Fact::Empty, |c| Fact::Text(c.to_owned())),
        FieldKind::Township => who.actor().township().map_or(Fact::Empty, |t| Fact::Text(t.to_owned())),
        _ => Fact::Empty,
    }
}

async fn form_page(
    app: &App,
    who: &SignedIn,
    way: &Way<'_>,
    facts: &Facts,
    sent: Option<&Sent>,
    (problems, wanted): (&[Problem], &Wanted),
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let register = way.register;
    let fields = way.fields(who);
    let shown = sent.map_or_else(
        || facts.clone(),
        |sent| given::facts(app.model(), fields.iter().map(|(f, _)| *f), sent).0,
    );
    let titles = app.engine().titles(register, std::iter::once(&shown)).await?;
    let known = app.engine().attachments(who.actor(), Id::NIL, std::iter::once(&shown)).await?;
    let mut others = if register.cases { others(app, who, way).await? } else { Vec::new() };
    others.extend(crate::special::periods(app, who, register, wanted));
    let csrf = who.visitor.csrf.clone();
    let files = move |hash: &str| uploads::preview(&csrf, hash);
    let filling = Filling {
        model: app.model(),
        today: app.engine().today(),
        register,
        language: l,
        facts,
        sent,
        problems,
        titles: &titles,
        files: &files,
        known: &known,
    };
    let named = |p: &&Problem| !fields.iter().any(|(f, _)| f.name() == p.field);
    let about = way.procedure.map_or(&register.about, |p| &p.about).in_language(l).to_owned();
    let submit = if way.procedure.is_some() { say(l, "case.submit") } else { say(l, "form.save") };
    let (groups, more) = if way.procedure.is_some() {
        filling.essential_and_more(&fields)
    } else {
        (filling.groups(fields.iter().copied()), Vec::new())
    };
    let form = Form {
        action: format!("/r/{}/new", register.name()),
        submit,
        cancel: format!("/r/{}", register.name()),
        key: sent.map_or_else(|| app.new_operation(), |s| s.one("_key").to_owned()),
        draft: format!("{}.new.{}", register.name(), way.procedure.map_or("", Procedure::name)),
        hidden: way.procedure.map(|p| ("procedure".to_owned(), p.name().to_owned())).into_iter().collect(),
        problems: problems.iter().filter(named).map(|p| problem(l, p)).collect(),
        groups,
        more,
        largest_file: app.largest_file(),
        ..Form::default()
    };
    let heading = fill(l, "record.new_of", &[("register", register.title.in_language(l))]);
    let mut f = frame(app, who, &heading);
    crumbs(app, &mut f, register);
    f.live = form.is_live();
    let clauses = chips(app.model(), l, way.procedure.map_or(&register.clauses, |p| &p.clauses));
    page(&FormPage { f, heading, about, clauses, others, form })
}

/// The other procedures by which a case of this register may be opened.
async fn others(app: &App, who: &SignedIn, way: &Way<'_>) -> Result<Vec<Action>, Failure> {
    let openings = app.engine().openings_here(who.actor(), way.register.name()).await?;
    if openings.len() < 2 {
        return Ok(Vec::new());
    }
    let action = |p: &&Procedure| Action {
        label: p.title.in_language(who.visitor.language).to_owned(),
        href: format!("/r/{}/new?procedure={}", way.register.name(), p.name()),
        icon: "",
        main: way.procedure.is_some_and(|own| own.name() == p.name()),
    };
    Ok(openings.iter().map(action).collect())
}

/// POST /r/{register}/new.
pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let way = Way::find(&app, &who, &name, sent.one("procedure"))?;
    let fields: Vec<&Field> = way.fields(&who).into_iter().map(|(f, _)| f).collect();
    let mut problems = base::Problems::default();
    uploads::store(&app, who.actor(), fields.iter().copied(), &mut sent, &mut problems).await?;
    let (facts, wrong) = given::facts(app.model(), fields.iter().copied(), &sent);
    problems.0.extend(wrong.0);
    let sending = Sending { key: sent.one("_key").to_owned() };
    let made = if problems.is_empty() {
        match way.procedure {
            Some(procedure) => app.engine().open_case(who.actor(), procedure.name(), &facts, &sending).await,
            None => app.engine().create(who.actor(), &name, &facts, &sending).await,
        }
    } else {
        Err(EngineError::Invalid(problems))
    };
    match made {
        Ok(id) => Ok(done(&who.visitor, &address(&name, id), "record.added")),
        Err(error) => {
            let problems = crate::errors::correctable(error)?;
            let again =
                form_page(&app, &who, &way, &facts, Some(&sent), (&problems, &Wanted::default())).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}
