//! GET /publications/{publication}/{id}: the masked preview beside the original, and what may be done. POST .../{act}:
//! `publish`, `decline`, `withdraw`, `correct`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Instant, Language, Problem};
use engine::EngineError;
use engine::field::show::{Titles, show as said};
use engine::publication::{Entry, Line, Standing};
use engine::record::Record;
use judge::fact::fact;
use plan::pack::{Publication, Register};

use super::standing;
use crate::app::App;
use crate::build::frame::{done, frame, page, reads};
use crate::build::value::address;
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::routes::step::reason_field;
use crate::sent::Sent;
use crate::text::{problem, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::form::{FieldGroup, Form};
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// What was sent and refused: which act, the reason, what is wrong.
struct Again<'a> {
    act: &'a str,
    reason: &'a str,
    problems: Vec<Problem>,
}

pub(super) async fn find(app: &App, who: &SignedIn, publication: &str, id: Id) -> Result<Entry, Failure> {
    let entry = app.engine().publication_entry(who.actor(), id).await?;
    if entry.publication == publication { Ok(entry) } else { Err(Failure::NotFound) }
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((publication, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let entry = find(&app, &who, &publication, id).await?;
    entry_page(&app, &who, &entry, None).await
}

pub(super) async fn act(
    State(app): State<App>,
    who: SignedIn,
    Path((publication, id, act)): Path<(String, Id, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let entry = find(&app, &who, &publication, id).await?;
    let version: i64 = sent.one("_version").parse().map_err(|_| Failure::bad("request.not_a_form"))?;
    let reason = sent.one("reason");
    if !ACTS.contains(&act.as_str()) {
        return Err(Failure::NotFound);
    }
    match decided(&app, &who, &act, id, version, reason).await {
        Ok((to, said)) => Ok(done(&who.visitor, &format!("/publications/{publication}/{to}"), said)),
        Err(error) => {
            let again = Again { act: &act, reason, problems: correctable(error)? };
            let shown = entry_page(&app, &who, &entry, Some(&again)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
    }
}

/// What may be done with an entry.
const ACTS: [&str; 4] = ["publish", "decline", "withdraw", "correct"];

/// Decides on an entry; gives back the entry that stands then, and the sentence that says so.
///
/// # Errors
/// Not this person's to decide, somebody was faster, or a reason is missing; [`EngineError::NotFound`] for an act that
/// does not exist.
pub(super) async fn decided(
    app: &App,
    who: &SignedIn,
    act: &str,
    id: Id,
    version: i64,
    reason: &str,
) -> Result<(Id, &'static str), EngineError> {
    let (engine, actor) = (app.engine(), who.actor());
    match act {
        "publish" => {
            engine.publish(actor, id, version).await?;
            Ok((id, "publications.was_published"))
        }
        "decline" => {
            engine.decline_publication(actor, id, version, reason).await?;
            Ok((id, "publications.was_declined"))
        }
        "withdraw" => {
            engine.withdraw_publication(actor, id, version, reason).await?;
            Ok((id, "publications.was_withdrawn"))
        }
        "correct" => {
            let corrected = engine.correct_publication(actor, id, version, reason).await?;
            Ok((corrected, "publications.was_corrected"))
        }
        _ => Err(EngineError::NotFound),
    }
}

async fn entry_page(
    app: &App,
    who: &SignedIn,
    entry: &Entry,
    again: Option<&Again<'_>>,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let publication = app.engine().publication(&entry.publication)?;
    let register = app.engine().register(publication.of.get_ref())?;
    let original = app.engine().publication_original(who.actor(), entry).await?;
    let mut notes = String::new();
    if let Some((_, lines, fits)) = &original {
        if !fits && entry.standing.is_live() {
            notes = say(l, "publications.no_longer");
        } else if *lines != entry.shown && entry.standing.is_live() {
            notes = say(l, "publications.changed_since");
        }
    } else {
        notes = say(l, "publications.original_gone");
    }
    let mut f = frame(app, who, &entry.title);
    f.crumbs.push(Crumb { title: say(l, "publications.title"), href: "/publications".into() });
    f.crumbs.push(Crumb {
        title: publication.title.in_language(l).to_owned(),
        href: format!("/publications/{}", entry.publication),
    });
    let mut actions = Vec::new();
    if reads(app, who.actor(), register) {
        actions.push(Action {
            label: say(l, "publications.open_record"),
            href: address(register.name(), entry.record),
            icon: "table",
            main: false,
        });
    }
    if matches!(entry.standing, Standing::Published | Standing::Withdrawn | Standing::Corrected) {
        actions.push(Action {
            label: say(l, "publications.open_public"),
            href: format!("/public/p/{}/{}", entry.publication, entry.id),
            icon: "world",
            main: false,
        });
    }
    // Of an offer the preview is what would be published now.
    let fresh = original.as_ref().filter(|_| entry.standing == Standing::Offered).map(|(_, lines, _)| lines);
    let titles = match &original {
        Some((record, ..)) => app.engine().titles(register, std::iter::once(&record.facts)).await?,
        None => Titles::new(),
    };
    let record = original.as_ref().map(|(record, ..)| record);
    let lines = fresh.unwrap_or(&entry.shown);
    let beside = Beside { app, publication, register, record, lines, titles: &titles, l };
    page(&TablePage {
        f,
        heading: entry.title.clone(),
        about: notes,
        actions,
        bars: Vec::new(),
        tables: vec![history(entry, l), beside.table()],
        forms: forms(entry, again, l),
    })
}

/// The original beside what strangers read.
struct Beside<'a> {
    app: &'a App,
    publication: &'a Publication,
    register: &'a Register,
    record: Option<&'a Record>,
    lines: &'a [Line],
    titles: &'a Titles,
    l: Language,
}

impl Beside<'_> {
    fn table(&self) -> Table {
        let l = self.l;
        let row = |id: &str| {
            let field = self.register.field(id);
            let shown = self.lines.iter().find(|line| line.id == id);
            let title = shown.map(|line| &line.title).or(field.map(|f| &f.title));
            let original = match (field, self.record) {
                (Some(field), Some(record)) => {
                    said(field, fact(&record.facts, id), self.app.model(), l, self.titles)
                }
                (None, Some(record)) => {
                    let head = self.app.engine().head_words(record, id);
                    head.map(|(_, value)| value.in_language(l).to_owned()).unwrap_or_default()
                }
                _ => String::new(),
            };
            vec![
                Shown::text(title.map_or("", |t| t.in_language(l))),
                Shown::Long(original),
                shown.map_or(Shown::Nothing, |line| Shown::Long(line.value.in_language(l).to_owned())),
            ]
        };
        Table {
            title: say(l, "publications.beside"),
            columns: ["publications.field", "publications.original", "publications.preview"]
                .map(|key| say(l, key))
                .to_vec(),
            rows: self.publication.fields.iter().map(|f| row(f.id.get_ref())).collect(),
            empty: String::new(),
            folded: false,
        }
    }
}

/// What happened to the entry, and who did it.
fn history(entry: &Entry, l: Language) -> Table {
    let at = |instant: Instant| if instant.0 == 0 { Shown::Nothing } else { Shown::Whole(instant.local()) };
    let day = |day: Option<base::Day>| day.map_or(Shown::Nothing, |d| Shown::Whole(d.to_string()));
    let row = vec![
        standing(entry.standing, l),
        at(entry.offered_at),
        at(entry.decided_at),
        Shown::text(entry.decided_by.clone()),
        day(entry.first),
        day(entry.last),
        at(entry.ended_at),
        Shown::text(entry.ended_by.clone()),
        Shown::text(entry.reason.clone()),
    ];
    let columns = [
        "list.state",
        "publications.offered_at",
        "publications.decided_at",
        "publications.decider",
        "publications.first",
        "publications.last",
        "publications.ended_at",
        "publications.ender",
        "form.reason",
    ];
    Table {
        title: String::new(),
        columns: columns.map(|key| say(l, key)).to_vec(),
        rows: vec![row],
        empty: String::new(),
        folded: false,
    }
}

fn forms(entry: &Entry, again: Option<&Again<'_>>, l: Language) -> Vec<(String, Form)> {
    let form = |act: &str, label: &str, with_reason: bool| {
        let own = again.filter(|again| again.act == act);
        let problems = own.map(|again| again.problems.as_slice()).unwrap_or_default();
        let value = own.map(|again| again.reason.to_owned()).unwrap_or_default();
        let fields = if with_reason { vec![reason_field(l, value, problems)] } else { Vec::new() };
        let whole = problems.iter().filter(|p| p.field != "reason" || !with_reason);
        let form = Form {
            action: format!("/publications/{}/{}/{act}", entry.publication, entry.id),
            submit: say(l, label),
            version: entry.version.to_string(),
            problems: whole.map(|p| problem(l, p)).collect(),
            groups: if with_reason { vec![FieldGroup { title: String::new(), fields }] } else { Vec::new() },
            ..Form::default()
        };
        (say(l, label), form)
    };
    match entry.standing {
        Standing::Offered => vec![
            form("publish", "publications.publish", false),
            form("decline", "publications.decline", true),
        ],
        Standing::Published => vec![
            form("correct", "publications.correct", true),
            form("withdraw", "publications.withdraw", true),
        ],
        _ => Vec::new(),
    }
}
