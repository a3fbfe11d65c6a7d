//! The frame of a page for somebody who is signed in: the menu shows where they have something.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse as _, Response};
use base::Clock as _;
use city::Actor;
use plan::pack::{Area, Register};

use crate::app::App;
use crate::errors::{Failure, redirect};
use crate::text::say;
use crate::view::frame::{Crumb, Frame, MenuItem, Message, Tone};
use crate::visitor::{SAID_COOKIE, SignedIn, Visitor};

/// An entry of the menu before it is translated: name of the area, address, icon, areas of registers behind it.
type Entry = (&'static str, &'static str, &'static str, &'static [Area]);

const MENU: [Entry; 9] = [
    ("work", "/", "home", &[]),
    ("duties", "/duties", "list-check", &[]),
    ("hazards", "/hazards", "alert-triangle", &[Area::Hazards]),
    ("enterprises", "/enterprises", "building-factory-2", &[Area::Enterprises]),
    ("risk", "/risk", "shield-check", &[Area::Risk]),
    ("inspections", "/inspections", "clipboard-check", &[Area::Inspections]),
    ("plan", "/plan", "book", &[]),
    ("figures", "/indicators", "chart-bar", &[]),
    ("registers", "/registers", "table", &[Area::Registers, Area::Plan]),
];

/// Pages that stand under the address of another area than the one to which they belong.
const BESIDE: [(&str, &str); 8] = [
    ("/scorecards", "figures"),
    ("/packs", "plan"),
    ("/deliverables", "plan"),
    ("/campaigns", "plan"),
    ("/checklists", "inspections"),
    ("/rules", "registers"),
    ("/proposals", "registers"),
    ("/bodies", "registers"),
];

/// The areas whose registers have a page of their own: the last part of the address and the areas shown.
pub(crate) fn areas_at(name: &str) -> Option<&'static [Area]> {
    MENU.iter().find(|entry| entry.0 == name && !entry.3.is_empty()).map(|entry| entry.3)
}

/// Whether a person has anything to see in a register: administrators of the program hold no domain rows.
pub(crate) fn reads(app: &App, actor: &Actor, register: &Register) -> bool {
    let domain = |role: &String| app.roles().get(role).is_some_and(|r| r.seat != plan::pack::Seat::System);
    let listed = |role: &String| {
        register.readers.is_empty() || register.readers.contains(role) || register.keeper.contains(role)
    };
    actor.grants.iter().any(|g| domain(&g.role) && listed(&g.role))
}

/// Bytes for which a page finds room before it is written.
const ROOM: usize = 64 * 1024;

/// The frame for a signed-in person.
pub(crate) fn frame(app: &App, who: &SignedIn, title: &str) -> Frame {
    let language = who.visitor.language;
    let mut frame = Frame::bare(&who.visitor, title);
    frame.menu = menu(app, who);
    let (day, real) = (app.engine().today(), base::WallClock.today());
    if day != real {
        frame.plan_day = day.to_string();
    }
    if let Some(key) = &who.visitor.said {
        frame.messages.push(Message { tone: Tone::Done, text: say(language, key) });
    }
    frame
}

fn menu(app: &App, who: &SignedIn) -> Vec<MenuItem> {
    let language = who.visitor.language;
    let path = who.visitor.here.split('?').next().unwrap_or_default();
    let area = area_of(app, path);
    let shown = |entry: &&Entry| {
        let everything =
            entry.0 == "registers" && app.model().registers.values().any(|r| reads(app, who.actor(), r));
        let something = match entry.0 {
            "figures" => crate::indicators::sees_any(app, who.actor()),
            "duties" => crate::duties::sees_any(app, who.actor()),
            _ => true,
        };
        entry.3.is_empty() && something
            || everything
            || app.model().registers.values().any(|r| entry.3.contains(&r.area) && reads(app, who.actor(), r))
    };
    let administration = app.model().roles.values().filter(|r| r.seat == plan::pack::Seat::System);
    let administers = administration.map(|r| r.id.get_ref()).any(|role| who.actor().has_role(role));
    let mut items: Vec<MenuItem> = MENU
        .iter()
        .filter(shown)
        .map(|(name, href, icon, areas)| MenuItem {
            title: say(language, &format!("area.{name}")),
            href: (*href).to_owned(),
            icon,
            active: if *href == "/" {
                path == "/"
            } else {
                path.starts_with(href)
                    || BESIDE.iter().any(|(page, of)| of == name && path.starts_with(page))
                    || area.is_some_and(|a| areas.contains(&a))
            },
        })
        .collect();
    if administers {
        let active = path.starts_with("/system");
        items.push(MenuItem {
            title: say(language, "area.system"),
            href: "/system".into(),
            icon: "settings",
            active,
        });
    }
    items
}

/// The area of the register that an address is about.
fn area_of(app: &App, path: &str) -> Option<Area> {
    let name = path.strip_prefix("/r/")?.split('/').next()?;
    app.model().register(name).map(|r| r.area)
}

/// The breadcrumb down to a register.
pub(crate) fn crumbs(app: &App, frame: &mut Frame, register: &Register) {
    let entry = MENU.iter().find(|entry| entry.3.contains(&register.area));
    if let Some((name, href, ..)) = entry {
        frame.crumbs.push(Crumb { title: frame.t(&format!("area.{name}")), href: (*href).to_owned() });
    }
    let mut title = register.title.in_language(frame.language).to_owned();
    // A register that is called like its area would stand there twice.
    if frame.crumbs.last().is_some_and(|above| above.title == title) {
        title = crate::text::fill(frame.language, "list.all_of", &[("register", &title)]);
    }
    frame.crumbs.push(Crumb { title, href: format!("/r/{}", register.name()) });
    let _ = app;
}

/// A template as a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Failure> {
    // A list has some fifty kilobytes: room for them at once, instead of moving what is written time and again.
    let mut html = String::with_capacity(ROOM);
    template.render_into(&mut html)?;
    Ok(Html(html).into_response())
}

/// Goes on to another page, which says that it was done. `said` is a key of the catalogue.
pub(crate) fn done(visitor: &Visitor, to: &str, said: &'static str) -> Response {
    let mut response = redirect(to);
    let secure = if visitor.secure { "; Secure" } else { "" };
    let cookie = format!("{SAID_COOKIE}={said}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
