//! GET /plan/clauses/{id}: one clause, and everything that serves it with its present state.

use axum::extract::State;
use axum::response::Response;
use engine::record::list::Filter;
use plan::pack::Register;

use crate::app::App;
use crate::build::frame::{frame, page, reads};
use crate::errors::Failure;
use crate::path::Path;
use crate::text::say;
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::plan::{ClausePage, Serving};
use crate::visitor::SignedIn;

use super::area::count_of;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let clause = model.clauses.iter().find(|c| *c.id.get_ref() == id);
    let serving = serving(&app, &who, &id).await?;
    // A clause without a title of its own is known by what serves it.
    if clause.is_none() && serving.is_empty() {
        return Err(Failure::NotFound);
    }
    let departments = |ids: &[String]| {
        let title =
            |d: &String| model.department(d).map_or_else(|| d.clone(), |d| d.title.in_language(l).to_owned());
        ids.iter().map(title).collect::<Vec<_>>().join(" ")
    };
    let mut facts = Vec::new();
    if let Some(clause) = clause {
        let due: Vec<String> = clause.due.iter().map(ToString::to_string).collect();
        facts.push((say(l, "clause.lead"), Shown::text(departments(&clause.lead))));
        facts.push((say(l, "clause.support"), Shown::text(departments(&clause.support))));
        facts.push((say(l, "clause.due"), Shown::text(due.join(" "))));
        facts.retain(|(_, shown)| *shown != Shown::Nothing);
    }
    let below = model.clauses.iter().filter(|c| is_below(c.id.get_ref(), &id));
    let heading = clause.map_or_else(|| say(l, "clause.title"), |c| c.title.in_language(l).to_owned());
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    let shown = ClausePage {
        heading,
        facts,
        serving,
        below: below.map(|c| (c.id.get_ref().clone(), c.title.in_language(l).to_owned())).collect(),
        id,
        f,
    };
    page(&shown)
}

/// `A2.2.3.3i` and `A2.2.3.3.1` lie directly below `A2.2.3.3`.
fn is_below(id: &str, above: &str) -> bool {
    let Some(rest) = id.strip_prefix(above) else { return false };
    match rest.strip_prefix('.') {
        Some(number) => {
            !number.is_empty() && !number.contains('.') && number.chars().all(|c| c.is_ascii_digit())
        }
        None => rest.len() == 1 && rest.chars().all(|c| c.is_ascii_lowercase()),
    }
}

async fn serving(app: &App, who: &SignedIn, id: &str) -> Result<Vec<Serving>, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let mut found = Vec::new();
    for (kind, name) in model.serving(id) {
        let (register, title, only) = match kind {
            "procedure" => match model.procedure(name) {
                Some(p) => (model.register(&p.register), p.title.in_language(l).to_owned(), Some(name)),
                None => continue,
            },
            _ => (model.register(name), String::new(), None),
        };
        let Some(register) = register.filter(|r| reads(app, who.actor(), r)) else { continue };
        let title = if title.is_empty() { register.title.in_language(l).to_owned() } else { title };
        let key = if only.is_some() { "clause.procedure" } else { "clause.register" };
        let href = match only {
            Some(procedure) => format!("/r/{}?procedure={procedure}", register.name()),
            None => format!("/r/{}", register.name()),
        };
        found.push(Serving {
            kind: say(l, key),
            title,
            counts: counts(app, who, register, only, &href).await?,
            href,
        });
    }
    Ok(found)
}

async fn counts(
    app: &App,
    who: &SignedIn,
    register: &Register,
    procedure: Option<&str>,
    href: &str,
) -> Result<Vec<(String, String, String)>, Failure> {
    let l = who.visitor.language;
    let only = procedure.map(|p| Filter::In("procedure".into(), vec![judge::Fact::Text(p.to_owned())]));
    let mut counts = vec![(
        say(l, "list.all"),
        count_of(app, who, register, only.clone().into_iter().collect()).await?,
        href.to_owned(),
    )];
    if register.cases {
        for (key, view, filter) in [("list.open", "open", Filter::Open), ("list.late", "late", Filter::Late)]
        {
            let filters = only.clone().into_iter().chain([filter]).collect();
            let joint = if href.contains('?') { '&' } else { '?' };
            counts.push((
                say(l, key),
                count_of(app, who, register, filters).await?,
                format!("{href}{joint}view={view}"),
            ));
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn only_the_next_level_lies_below() {
        for (id, below) in [
            ("A2.2.3.3i", true),
            ("A2.2.3.3.1", true),
            ("A2.2.3.3.1.2", false),
            ("A2.2.3.3", false),
            ("A2.2.3.33", false),
            ("A2.2.3", false),
        ] {
            assert_eq!(is_below(id, "A2.2.3.3"), below, "{id}");
        }
    }
}
