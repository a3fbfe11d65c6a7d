//! GET /plan/clauses/{id}: one clause with its words, who is responsible, its days and numbers, its rows with the elements
//! that serve each and how they stand, everything that serves it, and the clauses above, below and beside it.

use axum::extract::State;
use axum::response::Response;
use base::Language;
use engine::plan_words::{ClauseWords, FoundInWords};
use plan::pack::{ClauseTitle, Model, parent_of, part_of};

use super::plan_read::may_read_in;
use super::timetable::evidence;
use crate::app::App;
use crate::build::clause::{department, departments, due, every, part_title, target};
use crate::build::frame::{frame, page};
use crate::build::rows::rows_of;
use crate::build::standing::{Standings, serving, standings};
use crate::build::timetable::mark;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::ClauseChip;
use crate::view::cell::Shown;
use crate::view::frame::Crumb;
use crate::view::plan::{ClausePage, Named, Words};
use crate::view::table::Table;
use crate::visitor::SignedIn;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let standings = standings(&app, &who).await?;
    let serving = serving(&app, &who, &[&id], &standings).await?;
    let clause = model.clause(&id);
    let rows = rows_of(&app, &who, &id).await?;
    // An id such as A2.2.3.3i that is no row of the packs is known by what serves it and carries its clause's title.
    if clause.is_none() && serving.is_empty() && rows.is_empty() {
        return Err(Failure::NotFound);
    }
    let titled = clause.or_else(|| parent_of(&id).and_then(|above| model.clause(above)));
    let row = model.rows.iter().find(|row| *row.id.get_ref() == id);
    let title = row.map(|row| &row.title).or(titled.map(|c| &c.title));
    let heading = title.map_or_else(|| say(l, "clause.title"), |title| title.in_language(l).to_owned());
    let kept = app.engine().clause_words(titled.map_or(&id, |c| c.id.get_ref())).await?;
    let found = kept.as_ref().map(|k| k.found.clone()).unwrap_or_default();
    let mut f = frame(&app, &who, &format!("{id} {heading}"));
    f.crumbs = crumbs(model, &id, l);
    let (before, after) = neighbours(model, titled, l);
    let shown = ClausePage {
        unread: unread(&app, l).await?,
        read_in: if may_read_in(&app, &who) { "/plan/read".into() } else { String::new() },
        words: kept.map(|k| words(k, l)),
        departments: titled.map(|c| responsible(model, c, &found, l)).unwrap_or_default(),
        facts: titled.map(|c| facts(&app, c, &found, &standings, l)).unwrap_or_default(),
        below: below(&app, &id, &standings, l),
        rows,
        serving,
        before,
        after,
        heading,
        id,
        f,
    };
    page(&shown)
}

/// The plan, the part, and the clauses above.
fn crumbs(model: &Model, id: &str, l: Language) -> Vec<Crumb> {
    let mut above: Vec<Crumb> = std::iter::successors(parent_of(id), |id| parent_of(id))
        .filter_map(|id| model.clause(id))
        .map(|c| Crumb {
            title: format!("{} {}", c.id.get_ref(), c.title.in_language(l)),
            href: format!("/plan/clauses/{}", c.id.get_ref()),
        })
        .collect();
    let part = part_of(id);
    above.push(Crumb { title: part_title(model, part, l), href: format!("/plan?part={part}") });
    above.push(Crumb { title: say(l, "plan.title"), href: "/plan".into() });
    above.reverse();
    above
}

/// Id and title.
type Neighbour = (String, String);

/// The clauses before and after it in the order of the plan.
fn neighbours(
    model: &Model,
    clause: Option<&ClauseTitle>,
    l: Language,
) -> (Option<Neighbour>, Option<Neighbour>) {
    let at = clause.and_then(|c| model.clauses.iter().position(|other| other.id == c.id));
    let one = |at: Option<usize>| {
        let clause = at.and_then(|at| model.clauses.get(at))?;
        Some((clause.id.get_ref().clone(), clause.title.in_language(l).to_owned()))
    };
    (one(at.and_then(|at| at.checked_sub(1))), one(at.map(|at| at + 1)))
}

/// Why there are no words: nothing was read in, or the document does not have this clause.
async fn unread(app: &App, l: Language) -> Result<String, Failure> {
    Ok(match app.engine().plan_source().await? {
        None => say(l, "clause.unread"),
        Some(source) => fill(l, "clause.not_in_document", &[("document", &source.document)]),
    })
}

fn words(kept: ClauseWords, l: Language) -> Words {
    let day = kept.read_at.day().to_string();
    Words {
        source: fill(l, "clause.as_read_from", &[("document", &kept.document), ("day", &day)]),
        heading: kept.heading,
        words: kept.words,
    }
}

/// Who leads and supports. Where the clause names nobody, the nearest clause above that does is responsible.
fn responsible(
    model: &Model,
    clause: &ClauseTitle,
    found: &FoundInWords,
    l: Language,
) -> Vec<(String, Vec<Named>)> {
    let chip = |id: &str| ClauseChip {
        id: id.to_owned(),
        title: model.clause(id).map(|c| c.title.in_language(l).to_owned()).unwrap_or_default(),
    };
    let own = !clause.lead.is_empty() || !clause.support.is_empty();
    let naming = if own {
        Some(clause)
    } else {
        std::iter::successors(parent_of(clause.id.get_ref()), |id| parent_of(id))
            .filter_map(|id| model.clause(id))
            .find(|c| !c.lead.is_empty() || !c.support.is_empty())
    };
    let Some(naming) = naming else { return Vec::new() };
    let named = |id: &String| {
        // The reader knows from which clause a name comes; without it the packs' own tree tells.
        let title = model.department(id).map_or(id.as_str(), |d| d.title.zh.as_str());
        let read = found.inherited.get(title).map(String::as_str);
        let from = if own { read } else { Some(naming.id.get_ref().as_str()) };
        Named { title: department(model, id, l), href: format!("/plan?lead={id}"), from: from.map(chip) }
    };
    let groups = [("clause.lead", &naming.lead), ("clause.support", &naming.support)];
    let filled = groups.into_iter().filter(|(_, ids)| !ids.is_empty());
    filled.map(|(key, ids)| (say(l, key), ids.iter().map(named).collect())).collect()
}

/// Days, recurrences and numbers of the packs, then what the reader found in the words.
fn facts(
    app: &App,
    clause: &ClauseTitle,
    found: &FoundInWords,
    standings: &Standings,
    l: Language,
) -> Vec<(String, Vec<Shown>)> {
    let (model, today) = (app.model(), app.engine().today());
    let evidence = evidence(model, standings, clause);
    let texts = |list: &[String]| list.iter().map(Shown::text).collect::<Vec<_>>();
    let period = match (clause.from, clause.until) {
        (Some(from), Some(until)) => vec![Shown::text(format!("{from} – {until}"))],
        (Some(day), None) => vec![Shown::text(format!("{day} –"))],
        (None, Some(day)) => vec![Shown::text(format!("– {day}"))],
        (None, None) => Vec::new(),
    };
    let days = clause.due.iter().map(|day| due(*day, today, mark(*day, today, evidence), l)).collect();
    let recurrences = if clause.every.is_empty() {
        texts(&found.recurrences)
    } else {
        clause.every.iter().map(|e| Shown::text(every(*e, l))).collect()
    };
    let numbers = if clause.targets.is_empty() {
        texts(&found.targets)
    } else {
        clause.targets.iter().map(|t| Shown::text(target(t, l))).collect()
    };
    let all = [
        ("clause.due", days),
        ("clause.period", period),
        ("clause.every", recurrences),
        ("clause.targets", numbers),
        ("clause.citations", texts(&found.citations)),
        ("clause.systems", texts(&found.systems)),
    ];
    all.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| (say(l, key), list)).collect()
}

/// Clauses directly below, and rows such as `A2.2.3.3i` that something serves, with how each stands.
fn below(app: &App, id: &str, standings: &Standings, l: Language) -> Table {
    let (model, today) = (app.model(), app.engine().today());
    let link = |id: &str| Shown::Link { href: format!("/plan/clauses/{id}"), text: id.to_owned() };
    let row = |clause: &ClauseTitle| {
        let evidence = evidence(model, standings, clause);
        let next = clause.due.iter().find(|day| **day >= today).or(clause.due.last());
        let (key, kind) =
            if evidence.served { ("plan.served_yes", "closed") } else { ("plan.served_no", "open") };
        vec![
            link(clause.id.get_ref()),
            Shown::text(clause.title.in_language(l)),
            Shown::text(departments(model, &clause.lead, l)),
            next.map_or(Shown::Nothing, |day| due(*day, today, mark(*day, today, evidence), l)),
            Shown::State { word: say(l, key), kind },
        ]
    };
    Table {
        title: String::new(),
        columns: ["plan.clause", "plan.clause_title", "plan.lead", "clause.due", "plan.served"]
            .map(|key| say(l, key))
            .to_vec(),
        rows: model.clauses_below(id).map(row).collect(),
        empty: String::new(),
        folded: false,
    }
}
