//! GET /system: the packs in force and what they hold, with the way to the other pages of administration.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::Problem;
use city::roles::{AUDIT_ADMIN, SYSTEM_ADMIN};

use super::administrator;
use crate::app::App;
use crate::build::frame::{frame, page};
use crate::errors::Failure;
use crate::sent::Sent;
use crate::text::say;
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::table::{Table, TablePage};
use crate::visitor::SignedIn;

pub(in crate::routes) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    administrator(&app, &who)?;
    shown(&app, &who, None, &[]).await
}

/// The page; again with what was sent where the public address was wrong.
pub(super) async fn shown(
    app: &App,
    who: &SignedIn,
    sent: Option<&Sent>,
    problems: &[Problem],
) -> Result<Response, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let packs = model.packs.iter().map(|p| {
        vec![Shown::text(p.title.in_language(l)), Shown::Code(p.id.clone()), Shown::Code(p.version.clone())]
    });
    let counted = [
        ("system.registers", model.registers.len()),
        ("system.procedures", model.procedures.len()),
        ("system.clauses", model.clauses.len()),
        ("system.roles", model.roles.len()),
    ];
    let role =
        |r: &plan::pack::Role| vec![Shown::text(r.title.in_language(l)), Shown::Code(r.id.get_ref().clone())];
    let tables = vec![
        Table {
            title: say(l, "system.packs"),
            columns: ["system.pack", "system.name", "system.version"].map(|k| say(l, k)).to_vec(),
            rows: packs.collect(),
            empty: say(l, "system.nothing"),
            folded: false,
        },
        Table {
            title: String::new(),
            columns: counted.iter().map(|(key, _)| say(l, key)).collect(),
            rows: vec![counted.iter().map(|(_, n)| Shown::Number(n.to_string())).collect()],
            empty: String::new(),
            folded: false,
        },
        Table {
            title: say(l, "system.roles"),
            columns: ["system.role", "system.name"].map(|k| say(l, k)).to_vec(),
            rows: model.roles.values().map(role).collect(),
            empty: say(l, "system.nothing"),
            folded: false,
        },
    ];
    let heading = say(l, "system.title");
    let auditor = who.actor().has_role(AUDIT_ADMIN);
    let (key, href, icon) = if auditor {
        ("journal.title", "/system/journal", "history")
    } else {
        ("system.accounts", "/system/accounts", "users")
    };
    let mut actions = vec![Action { label: say(l, key), href: href.into(), icon, main: true }];
    if who.actor().has_role(SYSTEM_ADMIN) {
        let label = say(l, "jobs.title");
        actions.push(Action { label, href: "/system/jobs".into(), icon: "list-check", main: false });
    }
    let about = say(l, "system.packs_about");
    let form = super::address::form(app, who, sent, problems).await?;
    let mut answer = page(&TablePage {
        f: frame(app, who, &heading),
        heading,
        about,
        actions,
        bars: Vec::new(),
        tables,
        forms: form.into_iter().collect(),
    })?;
    if !problems.is_empty() {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}
