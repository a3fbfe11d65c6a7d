//! GET /publications: the publications on which the reader decides, with how many entries stand how. GET
//! /publications/{publication}: the entries of one. POST .../look offers now what the daily sweep would offer.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::publication::{Entry, Standing};
use plan::pack::Element as _;

use super::standing;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::chips;
use crate::build::frame::{done, frame, page};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::duties::DutiesPage;
use crate::view::form::Form;
use crate::view::frame::Crumb;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// Standings with a column of their own on the page of all publications.
const COLUMNS: [Standing; 3] = [Standing::Offered, Standing::Published, Standing::Withdrawn];

pub(super) async fn all(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let found = app.engine().publications_of(who.actor()).await?;
    if found.is_empty() {
        return Err(Failure::NotFound);
    }
    let mut rows = Vec::new();
    for (publication, counts) in found {
        let name = publication.name();
        let mut row = vec![Shown::Link {
            href: format!("/publications/{name}"),
            text: publication.title.in_language(l).to_owned(),
        }];
        for wanted in COLUMNS {
            let count = counts.iter().find(|(s, _)| *s == wanted).map_or(0, |(_, count)| *count);
            row.push(Shown::Link {
                href: format!("/publications/{name}?standing={}", wanted.name()),
                text: count.to_string(),
            });
        }
        row.push(Shown::Link { href: format!("/public/p/{name}"), text: say(l, "publications.open_public") });
        rows.push(row);
    }
    let heading = say(l, "publications.title");
    let columns = [
        "publications.publication",
        "publications.offered",
        "publications.published",
        "publications.withdrawn",
        "publications.public_page",
    ];
    page(&TablePage {
        f: frame(&app, &who, &heading),
        heading,
        about: say(l, "publications.about"),
        actions: Vec::new(),
        bars: Vec::new(),
        tables: vec![Table {
            title: String::new(),
            columns: columns.map(|key| say(l, key)).to_vec(),
            rows,
            empty: String::new(),
            folded: false,
        }],
        forms: Vec::new(),
    })
}

pub(super) async fn one(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let wanted = Wanted::read(query.as_deref());
    let standing_wanted = match wanted.one("standing") {
        "" => Standing::Offered,
        text => Standing::parse(text).ok_or(Failure::NotFound)?,
    };
    let publication = app.engine().publication(&name)?;
    let found = app.engine().entries(who.actor(), &name, standing_wanted, wanted.one("after")).await?;
    let heading = publication.title.in_language(l).to_owned();
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "publications.title"), href: "/publications".into() });
    let tab = |s: Standing| Action {
        label: match standing(s, l) {
            Shown::State { word, .. } => word,
            _ => String::new(),
        },
        href: format!("/publications/{name}?standing={}", s.name()),
        icon: "",
        main: s == standing_wanted,
    };
    let mut actions: Vec<Action> = Standing::ALL.into_iter().map(tab).collect();
    actions.push(Action {
        label: say(l, "publications.open_public"),
        href: format!("/public/p/{name}"),
        icon: "world",
        main: false,
    });
    let columns =
        ["publications.entry", "list.code", "list.state", "publications.first", "publications.last"];
    let row = |entry: &Entry| {
        vec![
            Shown::Link { href: format!("/publications/{name}/{}", entry.id), text: entry.title.clone() },
            Shown::Code(entry.code.clone()),
            standing(entry.standing, l),
            entry.first.map_or(Shown::Nothing, |day| Shown::Whole(day.to_string())),
            entry.last.map_or(Shown::Nothing, |day| Shown::Whole(day.to_string())),
        ]
    };
    let look = Form {
        action: format!("/publications/{name}/look"),
        submit: say(l, "publications.look"),
        ..Form::default()
    };
    let next = found.next.map(|after| wanted.with("after", &after).at(&format!("/publications/{name}")));
    page(&DutiesPage {
        clauses: chips(app.model(), l, &publication.clauses),
        about: publication.about.as_ref().map(|a| a.in_language(l).to_owned()).unwrap_or_default(),
        notes: vec![deciders(&app, &publication.decided_by, l)],
        actions,
        address: String::new(),
        kept: Vec::new(),
        filters: Vec::new(),
        bars: Vec::new(),
        tables: vec![Table {
            title: String::new(),
            columns: columns.map(|key| say(l, key)).to_vec(),
            rows: found.entries.iter().map(row).collect(),
            empty: say(l, "publications.none"),
            folded: false,
        }],
        next: next.unwrap_or_default(),
        forms: vec![(say(l, "publications.look_about"), look)],
        heading,
        f,
    })
}

fn deciders(app: &App, roles: &[String], l: base::Language) -> String {
    let titles: Vec<&str> =
        roles.iter().filter_map(|r| app.roles().get(r)).map(|r| r.title.in_language(l)).collect();
    let separator = if l == base::Language::Chinese { "、" } else { ", " };
    fill(l, "publications.decided_by", &[("roles", &titles.join(separator))])
}

pub(super) async fn look(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    _sent: Sent,
) -> Result<Response, Failure> {
    app.engine().offer_now(who.actor(), &name).await?;
    Ok(done(&who.visitor, &format!("/publications/{name}"), "publications.looked"))
}
