//! GET /bodies: the commissions, groups and teams that the plan asks for, in my area: who holds which post, what is
//! vacant.

use axum::extract::State;
use axum::response::Response;
use base::Language;
use engine::body::{BodyStanding, PostStanding};
use plan::pack::{Body, Register, Shape};

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page, reads};
use crate::build::value::address;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

/// The register of members, for those who read it.
///
/// # Errors
/// They do not, or there is none.
pub(super) fn register<'a>(app: &'a App, who: &SignedIn) -> Result<&'a Register, Failure> {
    let register = app.model().shaped(Shape::BodyMember).ok_or(Failure::NotFound)?;
    if reads(app, who.actor(), register) { Ok(register) } else { Err(Failure::NotFound) }
}

pub(super) async fn page_of_bodies(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let members = register(&app, &who)?;
    let standing = app.engine().bodies_standing(who.actor()).await?;
    let keeps = who.actor().has_any(&members.keeper);
    let mut tables: Vec<(&Body, Table)> = Vec::new();
    for one in &standing {
        if tables.last().is_none_or(|(body, _)| body.name() != one.body.name()) {
            tables.push((one.body, head(&app, one.body, l)));
        }
        if let Some((_, table)) = tables.last_mut() {
            table.rows.extend(one.posts.iter().map(|post| row(&app, members, one, post, keeps, l)));
        }
    }
    let vacant: u32 = standing.iter().map(BodyStanding::vacant).sum();
    let heading = say(l, "bodies.title");
    let about = match (tables.is_empty(), vacant) {
        (true, _) => say(l, "bodies.none"),
        (false, 0) => say(l, "bodies.all_held"),
        (false, _) => fill(l, "bodies.vacancies", &[("count", &vacant.to_string())]),
    };
    page(&TablePage {
        f: frame(&app, &who, &heading),
        heading,
        about,
        actions: vec![Action {
            label: members.title.in_language(l).to_owned(),
            href: format!("/r/{}", members.name()),
            icon: "table",
            main: false,
        }],
        bars: Vec::new(),
        tables: folded(tables, &standing, l),
        forms: Vec::new(),
    })
}

/// Posts from which a body shows them only when it is opened.
const MANY: usize = 12;

/// The tables with their vacant posts in the heading; long ones folded.
fn folded(tables: Vec<(&Body, Table)>, standing: &[BodyStanding<'_>], l: Language) -> Vec<Table> {
    let shown = |(body, table): (&Body, Table)| {
        let own = standing.iter().filter(|one| one.body.name() == body.name());
        let vacant: u32 = own.map(BodyStanding::vacant).sum();
        let title = match vacant {
            0 => table.title.clone(),
            n => {
                let missing = fill(l, "bodies.vacant_count", &[("count", &n.to_string())]);
                format!("{} · {missing}", table.title)
            }
        };
        let folded = table.rows.len() > MANY;
        Table { title, folded, ..table }
    };
    tables.into_iter().map(shown).collect()
}

fn head(app: &App, body: &Body, l: Language) -> Table {
    let separator = if l == Language::Chinese { "；" } else { "; " };
    let mut title = vec![body.title.in_language(l).to_owned()];
    if let Some(chair) = &body.chair {
        title.push(fill(l, "bodies.chaired", &[("who", chair.in_language(l))]));
    }
    if let Some(office) = body.office.as_deref().and_then(|id| app.model().department(id)) {
        title.push(fill(l, "bodies.office", &[("where", office.title.in_language(l))]));
    }
    let columns = ["bodies.region", "bodies.post", "bodies.department", "bodies.held_by", "bodies.vacant"];
    Table {
        title: title.join(separator),
        columns: columns.iter().map(|key| say(l, key)).collect(),
        rows: Vec::new(),
        empty: say(l, "bodies.no_posts"),
        folded: false,
    }
}

fn row(
    app: &App,
    members: &Register,
    body: &BodyStanding<'_>,
    post: &PostStanding,
    keeps: bool,
    l: Language,
) -> Vec<Shown> {
    let city = body.region.is_empty();
    let region = if city { say(l, "bodies.city") } else { body.region_title.in_language(l).to_owned() };
    let names: Vec<&str> = post.holders.iter().map(|h| h.title.as_str()).collect();
    let names = names.join(if l == Language::Chinese { "、" } else { ", " });
    let held = match post.holders.first() {
        Some(first) => Shown::Link { href: address(members.name(), first.id), text: names },
        None => Shown::Nothing,
    };
    let department = app.model().department(&post.department);
    let vacant = match post.vacant() {
        0 => Shown::Nothing,
        count if keeps => {
            let mut wanted = Wanted::default();
            let mut put = |name: &str, value: &str| wanted.0.push((name.to_owned(), value.to_owned()));
            put("body", body.body.name());
            put("post", &post.post.zh);
            if !city {
                // The code of a township has nine digits and begins with that of its county.
                put("county", body.region.get(..6).unwrap_or(&body.region));
                if body.region.len() > 6 {
                    put("township", &body.region);
                }
            }
            if !post.department.is_empty() {
                put("department", &post.department);
            }
            Shown::Link {
                href: wanted.at(&format!("/r/{}/new", members.name())),
                text: fill(l, "bodies.vacant_count", &[("count", &count.to_string())]),
            }
        }
        count => Shown::text(fill(l, "bodies.vacant_count", &[("count", &count.to_string())])),
    };
    vec![
        Shown::text(region),
        Shown::text(post.post.in_language(l)),
        department.map_or(Shown::Nothing, |d| Shown::text(d.title.in_language(l))),
        held,
        vacant,
    ]
}
