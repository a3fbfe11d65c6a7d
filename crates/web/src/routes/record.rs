//! GET /r/{register}/{id}: the page of a record, or of a case.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::Id;
use engine::record::Record;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Register, Shape};

use crate::app::App;
use crate::build::frame::{crumbs, frame, page, reads};
use crate::build::list::procedure_title;
use crate::build::public_address::base_of;
use crate::build::share::Share;
use crate::build::value::Shower;
use crate::build::{case, chips, list, record};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::Action;
use crate::view::case::CasePage;
use crate::view::cell::Shown;
use crate::view::record::RecordPage;
use crate::visitor::SignedIn;

use super::list::register_for;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let register = register_for(&app, &who, &name)?;
    let found = app.engine().record(who.actor(), &name, id).await?;
    if found.case.is_some() {
        case_page(&app, &who, register, &found, &base_of(&app, &headers, &who.visitor).await?).await
    } else {
        record_page(&app, &who, register, &found).await
    }
}

/// What stands out at the top: the fields of the list that are grades, and where a case stands.
pub(super) fn marks(app: &App, register: &Register, found: &Record, shower: &Shower<'_>) -> Vec<Shown> {
    let cells = register.list.iter().map(|name| list::cell(app.engine(), register, found, name, shower));
    cells.filter(|shown| matches!(shown, Shown::Risk { .. } | Shown::State { .. })).collect()
}

/// Facts of all changes, so that what they refer to can be named.
fn mentioned<'a>(
    register: &Register,
    written: impl Iterator<Item = (&'a String, &'a serde_json::Value)>,
) -> Vec<Facts> {
    let fact = |(name, json): (&String, &serde_json::Value)| {
        let field: &Field = register.field(name)?;
        let fact = record::from_json(field, json);
        matches!(fact, Fact::Reference(_) | Fact::List(_)).then(|| Facts::from([(name.clone(), fact)]))
    };
    written.filter_map(fact).collect()
}

async fn record_page(
    app: &App,
    who: &SignedIn,
    register: &Register,
    found: &Record,
) -> Result<Response, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let history = engine.history(who.actor(), register.name(), found.id).await?;
    let mut facts = mentioned(register, history.iter().flat_map(|c| c.fields.iter().map(|(n, v)| (n, v))));
    facts.push(found.facts.clone());
    let titles = engine.titles(register, facts.iter()).await?;
    let files = engine.attachments(who.actor(), found.id, facts.iter()).await?;
    let shower =
        Shower { model: app.model(), language: l, titles: &titles, links: true, files: Some(&files) };
    let mut f = frame(app, who, &found.title);
    crumbs(app, &mut f, register);
    let mut actions = Vec::new();
    if register.shape == Some(Shape::Enterprise) {
        actions.push(Action {
            label: say(l, "record.file"),
            href: format!("/enterprises/{}", found.id),
            icon: "building-factory-2",
            main: false,
        });
    }
    actions.extend(crate::special::offers(who, register, found));
    actions.extend(crate::rules::offer(app, who, register, found));
    actions.extend(crate::checklists::offers(app, who, register, found));
    actions.extend(crate::assessments::offers(app, who, register, found).await?);
    if engine.may_keep(who.actor(), register, &found.place).is_ok() {
        actions.push(Action {
            label: say(l, "record.edit"),
            href: format!("/r/{}/{}/edit", register.name(), found.id),
            icon: "edit",
            main: true,
        });
    }
    let related = of_person(app, who, register, found.id).await?;
    let mut shown = RecordPage {
        notes: crate::rules::notes(app, who, found).await?,
        register: register.title.in_language(l).to_owned(),
        heading: found.title.clone(),
        code: found.code.clone(),
        marks: marks(app, register, found, &shower),
        clauses: chips(app.model(), l, &register.clauses),
        actions,
        groups: record::groups(register, found, &shower, who.actor().reads, false),
        related,
        history: record::history(register, found, history, &shower),
        f,
    };
    crate::special::extend(app, who, register, found, &mut shown).await?;
    page(&shown)
}

/// What belongs to a person: certificates, and where else they are named. Other records show nothing beside.
async fn of_person(
    app: &App,
    who: &SignedIn,
    register: &Register,
    id: Id,
) -> Result<Vec<crate::view::record::Related>, Failure> {
    let mut related = Vec::new();
    if register.shape != Some(Shape::Person) {
        return Ok(related);
    }
    for other in app.model().registers.values().filter(|r| reads(app, who.actor(), r)) {
        let refers = other
            .fields
            .iter()
            .find(|f| f.kind == FieldKind::Reference && f.to.as_deref() == Some(register.name()));
        if let Some(field) = refers {
            let mut part = super::enterprise::of_register(app, who, other, field.name(), id).await?;
            if other.name() == register.name() {
                // Whose deputy this person is.
                part.title = format!("{} · {}", part.title, field.title.in_language(who.visitor.language));
                part.add.clear();
            }
            // What a person must have is shown even where it is missing.
            let own = field.required && other.area == register.area;
            if own || !part.table.rows.is_empty() {
                related.push(part);
            }
        }
    }
    Ok(related)
}

async fn case_page(
    app: &App,
    who: &SignedIn,
    register: &Register,
    found: &Record,
    base: &str,
) -> Result<Response, Failure> {
    let (l, engine) = (who.visitor.language, app.engine());
    let head = found.case.as_ref().ok_or(Failure::NotFound)?;
    let procedure = app
        .model()
        .procedure(&head.procedure)
        .ok_or_else(|| Failure::Broken(format!("no procedure {}", head.procedure)))?;
    let events = engine.timeline(who.actor(), register.name(), found.id).await?;
    let offered = engine.offered(who.actor(), found, &events);
    let mut facts = mentioned(register, events.iter().flat_map(|e| e.facts.iter()));
    facts.push(found.facts.clone());
    let titles = engine.titles(register, facts.iter()).await?;
    let files = engine.attachments(who.actor(), found.id, facts.iter()).await?;
    let shower =
        Shower { model: app.model(), language: l, titles: &titles, links: true, files: Some(&files) };
    let mut steps = case::steps(found, &offered, l);
    steps.splice(0..0, crate::special::assess_step(app, who, register, found));
    let mut f = frame(app, who, &found.title);
    crumbs(app, &mut f, register);
    let idle = steps.iter().all(|s| !s.refusal.is_empty());
    let mut marks = marks(app, register, found, &shower);
    if !marks.iter().any(|m| matches!(m, Shown::State { .. })) {
        marks.push(list::state(app.model(), &head.procedure, &head.state, l));
    }
    let mut leads = crate::rules::of_proposal(app, register, found, l);
    leads.extend(crate::assessments::offers(app, who, register, found).await?);
    let shown = CasePage {
        heading: found.title.clone(),
        code: found.code.clone(),
        procedure: procedure_title(app.model(), &head.procedure, l),
        marks,
        clauses: chips(app.model(), l, &procedure.clauses),
        states: case::states(procedure, head, &events, l),
        limit: case::limit(procedure, head, engine.now(), l),
        waiting_for: if idle {
            case::waiting_for(engine, procedure, (head, &found.facts), l)
        } else {
            String::new()
        },
        steps,
        notes: crate::rules::notes(app, who, found).await?,
        leads,
        papers: papers(who, register, found),
        text: Share::of(engine, register, found, &titles, (l, who.actor().reads), base).text(l),
        five: case::five(procedure, register, found, &shower),
        groups: record::groups(register, found, &shower, who.actor().reads, true),
        events: case::events(engine, register, found, events, &shower),
        f,
    };
    page(&shown)
}

/// What can be printed of a case, and the page on which it is passed on.
fn papers(who: &SignedIn, register: &Register, found: &Record) -> Vec<Action> {
    let mut papers = crate::special::offers(who, register, found);
    papers.push(Action {
        label: say(who.visitor.language, "share.picture"),
        href: format!("/r/{}/{}/share", register.name(), found.id),
        icon: "photo",
        main: false,
    });
    papers
}
