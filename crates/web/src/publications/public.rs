//! GET /public, /public/p/{publication}, /public/p/{publication}/{id}: what everybody may read, without sign-in. Only
//! frozen copies are read here, never the records; what is over or taken back answers as gone.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Language};
use engine::publication::{Entry, EntryList, Gone, PublicPage, Standing};
use plan::pack::Element as _;

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::page as answer;
use crate::errors::{Failure, redirect};
use crate::middleware::rate::{Caller, network_of};
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::frame::Frame;
use crate::visitor::Visitor;

/// Values of an entry that the list shows.
const IN_LIST: usize = 4;

/// An entry as the list shows it.
struct Card {
    href: String,
    heading: String,
    lines: Vec<(String, String)>,
    /// Said of what was withdrawn; empty otherwise.
    withdrawn: String,
    since: String,
}

#[derive(Template)]
#[template(path = "publications/list.html")]
struct ListPage {
    f: Frame,
    heading: String,
    about: String,
    cards: Vec<Card>,
    empty: String,
    next: String,
}

#[derive(Template)]
#[template(path = "publications/entry.html")]
struct EntryPage {
    f: Frame,
    list: String,
    list_title: String,
    heading: String,
    withdrawn: String,
    lines: Vec<(String, String)>,
    days: String,
}

#[derive(Template)]
#[template(path = "publications/gone.html")]
struct GonePage {
    f: Frame,
    heading: String,
    why: String,
    list: String,
    list_title: String,
}

/// Takes one request from the share that strangers of this network have.
pub(super) fn admit(app: &App, visitor: &Visitor) -> Result<(), Failure> {
    app.strangers().take(&Caller::Address(network_of(visitor.address)))
}

/// The page of a publication that the query asks for, with the query; counts as one request of a stranger.
pub(super) async fn asked(
    app: &App,
    visitor: &Visitor,
    name: &str,
    query: Option<&str>,
) -> Result<(Wanted, EntryList), Failure> {
    admit(app, visitor)?;
    let wanted = Wanted::read(query);
    let page = app.engine().public_entries(name, wanted.one("after")).await?;
    Ok((wanted, page))
}

pub(super) async fn all(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    admit(&app, &visitor)?;
    let l = visitor.language;
    let card = |p: &plan::pack::Publication| Card {
        href: format!("/public/p/{}", p.name()),
        heading: p.title.in_language(l).to_owned(),
        lines: p.about.iter().map(|a| (String::new(), a.in_language(l).to_owned())).collect(),
        withdrawn: String::new(),
        since: String::new(),
    };
    let heading = say(l, "public.title");
    answer(&ListPage {
        f: Frame::bare(&visitor, &heading),
        heading,
        about: app.city(l),
        cards: app.engine().publications().map(card).collect(),
        empty: say(l, "public.nothing"),
        next: String::new(),
    })
}

pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (wanted, found) = asked(&app, &visitor, &name, query.as_deref()).await?;
    let l = visitor.language;
    let publication = app.engine().publication(&name)?;
    let heading = publication.title.in_language(l).to_owned();
    let next = found.next.map(|after| wanted.with("after", &after).at(&format!("/public/p/{name}")));
    answer(&ListPage {
        f: Frame::bare(&visitor, &heading),
        heading,
        about: publication.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        cards: found.entries.iter().map(|entry| card(entry, l)).collect(),
        empty: say(l, "public.nothing"),
        next: next.unwrap_or_default(),
    })
}

fn card(entry: &Entry, l: Language) -> Card {
    let mut lines = lines(entry, l).into_iter();
    let heading = lines.next().map(|(_, value)| value).unwrap_or_default();
    Card {
        href: format!("/public/p/{}/{}", entry.publication, entry.id),
        heading,
        lines: lines.take(IN_LIST).collect(),
        withdrawn: if entry.standing == Standing::Withdrawn {
            say(l, "public.withdrawn")
        } else {
            String::new()
        },
        since: entry.first.map(|day| day.to_string()).unwrap_or_default(),
    }
}

fn lines(entry: &Entry, l: Language) -> Vec<(String, String)> {
    let line = |line: &engine::publication::Line| {
        (line.title.in_language(l).to_owned(), line.value.in_language(l).to_owned())
    };
    entry.shown.iter().map(line).collect()
}

pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    admit(&app, &visitor)?;
    let l = visitor.language;
    let publication = app.engine().publication(&name)?;
    let (list, list_title) = (format!("/public/p/{name}"), publication.title.in_language(l).to_owned());
    match app.engine().public_entry(&name, id).await? {
        PublicPage::Corrected(to) => Ok(redirect(&format!("/public/p/{name}/{to}"))),
        PublicPage::Gone(gone) => {
            let heading = say(l, "public.gone");
            let why = match gone {
                Gone::Withdrawn => say(l, "public.gone_withdrawn"),
                Gone::Ended => say(l, "public.gone_ended"),
            };
            let page = GonePage { f: Frame::bare(&visitor, &heading), heading, why, list, list_title };
            Ok((StatusCode::GONE, answer(&page)?).into_response())
        }
        PublicPage::Shown(entry) => {
            let lines = lines(&entry, l);
            let heading = lines.first().map(|(_, value)| value.clone()).unwrap_or_default();
            let withdrawn = if entry.standing == Standing::Withdrawn {
                let day = entry.ended_at.day().to_string();
                fill(l, "public.withdrawn_on", &[("day", &day), ("reason", &entry.reason)])
            } else {
                String::new()
            };
            let first = entry.first.map(|day| day.to_string()).unwrap_or_default();
            let days = match entry.last {
                Some(last) => fill(l, "public.from_until", &[("first", &first), ("last", &last.to_string())]),
                None => fill(l, "public.from_on", &[("first", &first)]),
            };
            answer(&EntryPage {
                f: Frame::bare(&visitor, &heading),
                list,
                list_title,
                heading,
                withdrawn,
                lines,
                days,
            })
        }
    }
}
