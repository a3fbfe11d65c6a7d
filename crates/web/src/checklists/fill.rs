//! GET and POST /checklists/{list}/fill/{subject}: every item on one page, three answers each, with a remark and photos.
//! Answers are sent as `answer.ITEM`, `remark.ITEM`, photos as `photo.ITEM.file`, those sent before as `photo.ITEM`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Day, Id, Language, Problem};
use city::Actor;
use engine::checklist::{Answer, Answered, Filled};
use engine::record::Record;
use engine::record::write::Sending;
use plan::pack::Checklist;
use plan::pack::checklist::HazardLevel;
use report::image_check::Wanted;

use crate::app::App;
use crate::build::frame::{crumbs, done, frame, page};
use crate::build::uploads;
use crate::build::value::address;
use crate::errors::{Failure, correctable};
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{problem, say};
use crate::view::frame::{Crumb, Frame};
use crate::visitor::SignedIn;

/// Photos of one item at most.
pub(super) const MOST_PHOTOS: usize = 6;

/// One answer to choose.
struct Choice {
    id: &'static str,
    word: String,
    chosen: bool,
}

/// One item as a card.
struct Card {
    id: String,
    number: usize,
    look: String,
    basis: String,
    judge: String,
    question: String,
    level: String,
    choices: Vec<Choice>,
    remark: String,
    /// Photos stored already: hash and where to see it.
    kept: Vec<(String, String)>,
    errors: Vec<String>,
}

#[derive(Template)]
#[template(path = "checklists/fill.html")]
struct FillPage {
    f: Frame,
    heading: String,
    subject: String,
    about: String,
    action: String,
    key: String,
    cards: Vec<Card>,
    /// Asked of agencies; None for people of the enterprise.
    deadline: Option<String>,
    deadline_errors: Vec<String>,
    remark: String,
    problems: Vec<String>,
    wrong: usize,
    no_hazards: bool,
    largest: usize,
}

/// The list and its subject, where the list fits and the reader inspects there.
pub(super) async fn find<'a>(
    app: &'a App,
    who: &SignedIn,
    list: &str,
    subject: Id,
) -> Result<(&'a Checklist, Record), Failure> {
    let list = app.engine().checklist(list)?;
    let register = app.engine().subject_of(list)?;
    let record = app.engine().record(who.actor(), register.name(), subject).await?;
    let fitting = app.engine().checklists_for(who.actor(), &record).await?;
    let fits = fitting.iter().any(|one| one.id.get_ref() == list.id.get_ref());
    if fits { Ok((list, record)) } else { Err(Failure::NotFound) }
}

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((list, subject)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let (list, record) = find(&app, &who, &list, subject).await?;
    page(&form(&app, &who, list, &record, &Sent::default(), &[])?)
}

pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path((name, subject)): Path<(String, Id)>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let (list, record) = find(&app, &who, &name, subject).await?;
    let mut problems = store_photos(&app, who.actor(), list, &mut sent).await?;
    let deadline = match sent.one("deadline").trim() {
        "" => None,
        text => {
            let day = Day::parse(text);
            if day.is_none() {
                problems.push(Problem::of("deadline", "field.not_a_day").with("value", text));
            }
            day
        }
    };
    let answers = list.items.iter().filter_map(|item| answered(item.id.get_ref(), &sent)).collect();
    let filled = Filled { answers, deadline, remark: sent.one("remark").to_owned() };
    if problems.is_empty() {
        let sending = Sending { key: sent.one("_key").to_owned() };
        match app.engine().fill_checklist(who.actor(), &name, subject, &filled, &sending).await {
            Ok(made) => {
                return Ok(done(
                    &who.visitor,
                    &format!("/checklists/records/{}", made.record),
                    "checklist.was_filled",
                ));
            }
            Err(error) => problems = correctable(error)?,
        }
    }
    let again = form(&app, &who, list, &record, &sent, &problems)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)?).into_response())
}

fn answered(item: &str, sent: &Sent) -> Option<Answered> {
    Some(Answered {
        item: item.to_owned(),
        answer: Answer::parse(sent.one(&format!("answer.{item}")))?,
        remark: sent.one(&format!("remark.{item}")).to_owned(),
        photos: sent.all(&format!("photo.{item}")).to_vec(),
    })
}

/// Stores the photos of all items and adds their hashes, as if they had been typed.
async fn store_photos(
    app: &App,
    actor: &Actor,
    list: &Checklist,
    sent: &mut Sent,
) -> Result<Vec<Problem>, Failure> {
    let mut problems = Vec::new();
    for item in &list.items {
        let name = item.id.get_ref();
        let kept = format!("photo.{name}");
        for hash in sent.all(&kept) {
            if !app.engine().is_own_upload(actor, hash).await? {
                return Err(Failure::bad("request.not_a_form"));
            }
        }
        let files: Vec<_> = sent.files_of(&format!("photo.{name}.file")).take(MOST_PHOTOS).cloned().collect();
        for file in files {
            match uploads::one(app, actor, Wanted::Photo, &file.name, &file.content).await? {
                Ok(hash) if sent.all(&kept).contains(&hash) => {}
                Ok(hash) => sent.add(&kept, hash),
                Err(problem) => problems.push(Problem { field: name.clone(), ..problem }),
            }
        }
    }
    Ok(problems)
}

fn form(
    app: &App,
    who: &SignedIn,
    list: &Checklist,
    record: &Record,
    sent: &Sent,
    problems: &[Problem],
) -> Result<FillPage, Failure> {
    let l = who.visitor.language;
    let heading = list.title.in_language(l).to_owned();
    let mut f = frame(app, who, &heading);
    crumbs(app, &mut f, app.engine().register(&record.register)?);
    f.crumbs.push(Crumb { title: record.title.clone(), href: address(&record.register, record.id) });
    let errors = |name: &str| -> Vec<String> {
        problems.iter().filter(|p| p.field == name).map(|p| problem(l, p)).collect()
    };
    let card = |(at, item): (usize, &plan::pack::checklist::ChecklistItem)| {
        let id = item.id.get_ref().clone();
        let chosen = sent.one(&format!("answer.{id}"));
        let choice = |answer: Answer, key: &str| Choice {
            id: answer.name(),
            word: say(l, key),
            chosen: answer.name() == chosen,
        };
        let kept = sent.all(&format!("photo.{id}")).iter();
        Card {
            number: at + 1,
            look: item.look.in_language(l).to_owned(),
            basis: item.basis.in_language(l).to_owned(),
            judge: item.judge.in_language(l).to_owned(),
            question: item.question.as_ref().map(|q| q.in_language(l).to_owned()).unwrap_or_default(),
            level: level(item.level, l),
            choices: vec![
                choice(Answer::Meets, "checklist.meets"),
                choice(Answer::Fails, "checklist.fails"),
                choice(Answer::NotApplicable, "checklist.not_applicable"),
            ],
            remark: sent.one(&format!("remark.{id}")).to_owned(),
            kept: kept.map(|hash| (hash.clone(), uploads::preview(&who.visitor.csrf, hash))).collect(),
            errors: errors(&id),
            id,
        }
    };
    let cards: Vec<Card> = list.items.iter().enumerate().map(card).collect();
    let agency = app.engine().sets_deadline(who.actor(), &record.place);
    Ok(FillPage {
        subject: format!("{} {}", record.code, record.title),
        about: list.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        action: format!("/checklists/{}/fill/{}", list.id.get_ref(), record.id),
        key: if sent.has("_key") { sent.one("_key").to_owned() } else { app.new_operation() },
        wrong: cards.iter().filter(|card| !card.errors.is_empty()).count(),
        cards,
        deadline: agency.then(|| sent.one("deadline").to_owned()),
        deadline_errors: errors("deadline"),
        remark: sent.one("remark").to_owned(),
        problems: whole(list, problems, l),
        no_hazards: record.place.organisation.is_nil(),
        largest: app.largest_file(),
        heading,
        f,
    })
}

/// Problems that belong to no item.
fn whole(list: &Checklist, problems: &[Problem], l: Language) -> Vec<String> {
    let of_item =
        |p: &&Problem| p.field == "deadline" || list.items.iter().any(|item| *item.id.get_ref() == p.field);
    problems.iter().filter(|p| !of_item(p)).map(|p| problem(l, p)).collect()
}

/// What a failure means.
pub(super) fn level(level: HazardLevel, l: Language) -> String {
    say(l, if level == HazardLevel::Major { "checklist.major" } else { "checklist.general" })
}
