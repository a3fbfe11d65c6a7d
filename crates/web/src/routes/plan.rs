//! GET /plan: how far the plan is served and how its cases stand, by annex; by lead department; and its clauses.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use plan::pack::{ClauseTitle, Model, part_of};

use super::plan_read::may_read_in;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::clause::{department, departments, part_title};
use crate::build::frame::{frame, page};
use crate::build::standing::{Standings, cases_at, procedures_serving, serving, standings};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::cell::Shown;
use crate::view::plan::{PartLine, PlanPage};
use crate::view::table::{Bar, Bars, Table};
use crate::visitor::SignedIn;

/// Clauses listed at once: more than any plan has; the search narrows them.
const LISTED: usize = 2000;
/// Filters of the list of clauses.
const FILTERS: [&str; 3] = ["part", "lead", "served"];

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let mut wanted = Wanted::read(query.as_deref());
    wanted.0.retain(|(name, _)| name == "q" || FILTERS.contains(&name.as_str()));
    let served: Vec<(&ClauseTitle, bool)> =
        model.clauses.iter().map(|c| (c, !model.serving(c.id.get_ref()).is_empty())).collect();
    let done = served.iter().filter(|(_, served)| *served).count();
    let standings = standings(&app, &who).await?;
    let (part, title) = (wanted.one("part"), say(l, "plan.title"));
    let of_part: Vec<&str> = model
        .clauses
        .iter()
        .map(|c| c.id.get_ref().as_str())
        .filter(|id| !part.is_empty() && part_of(id) == part)
        .collect();
    let shown = PlanPage {
        head: head(model, l),
        summary: fill(
            l,
            "plan.summary",
            &[("all", &served.len().to_string()), ("served", &done.to_string())],
        ),
        actions: actions(&app, &who),
        parts: parts(model, &served, &standings, part, l),
        bars: bars(model, &served, l),
        serving: serving(&app, &who, &of_part, &standings).await?,
        chips: chips(model, &wanted, l),
        kept: wanted.0.iter().filter(|(name, _)| name != "q").cloned().collect(),
        search: wanted.one("q").to_owned(),
        clauses: clauses(model, &served, &wanted, l),
        f: frame(&app, &who, &title),
        heading: model.plan.as_ref().map_or(title, |p| p.title.in_language(l).to_owned()),
    };
    page(&shown)
}

fn head(model: &Model, l: Language) -> Vec<(String, String)> {
    let Some(plan) = &model.plan else { return Vec::new() };
    let period = format!("{} – {}", plan.from, plan.until);
    vec![
        (say(l, "plan.issuer"), plan.issuer.in_language(l).to_owned()),
        (say(l, "plan.number"), plan.number.get_ref().clone()),
        (say(l, "plan.issued"), plan.issued.to_string()),
        (say(l, "plan.period"), period),
    ]
}

fn actions(app: &App, who: &SignedIn) -> Vec<Action> {
    let l = who.visitor.language;
    let timetable = Action {
        label: say(l, "timetable.title"),
        href: "/plan/timetable".into(),
        icon: "calendar",
        main: true,
    };
    let further =
        |key: &str, href: &str, icon| Action { label: say(l, key), href: href.into(), icon, main: false };
    let owed = [
        further("owed.deliverables", "/deliverables", "list-check"),
        further("owed.campaigns", "/campaigns", "list-check"),
        further("packs.title", "/packs", "book"),
    ];
    let read_in =
        Action { label: say(l, "reading.title"), href: "/plan/read".into(), icon: "upload", main: false };
    let read_in = may_read_in(app, who).then_some(read_in);
    std::iter::once(timetable).chain(owed).chain(read_in).collect()
}

/// Sorts the main text first, then annexes by the length of their id and the id: 2 before 10.
type PartKey<'a> = (bool, usize, &'a str);
/// Clauses, served ones, procedures that serve them.
type PartSums<'a> = (i64, i64, BTreeSet<&'a str>);

/// Parts in the order of the plan: the main text first, then the annexes by their number.
fn parts(
    model: &Model,
    served: &[(&ClauseTitle, bool)],
    standings: &Standings,
    chosen: &str,
    l: Language,
) -> Vec<PartLine> {
    let mut by_part: BTreeMap<PartKey<'_>, PartSums<'_>> = BTreeMap::new();
    for (clause, hit) in served {
        let part = part_of(clause.id.get_ref());
        let entry = by_part.entry((part.starts_with('A'), part.len(), part)).or_default();
        entry.0 += 1;
        entry.1 += i64::from(*hit);
        entry.2.extend(procedures_serving(model, clause.id.get_ref()));
    }
    let line = |((.., part), (clauses, served, procedures)): (PartKey<'_>, PartSums<'_>)| {
        let href = format!("/plan?part={part}");
        let sum = standings.of(procedures.iter().copied());
        // Cases of several registers have no common list: what serves the part is shown, each with its own.
        let list =
            |view: &str| cases_at(model, &procedures, view).unwrap_or_else(|| format!("{href}#serving"));
        let cases = sum.map(|s| vec![(s.open, list("open")), (s.late, list("late")), (s.closed, list(""))]);
        PartLine {
            title: part_title(model, part, l),
            served_href: format!("{href}&served=yes"),
            chosen: part == chosen,
            cases: cases.unwrap_or_default(),
            clauses,
            served,
            href,
        }
    };
    by_part.into_iter().map(line).collect()
}

fn bars(model: &Model, served: &[(&ClauseTitle, bool)], l: Language) -> Vec<Bars> {
    let mut by_department: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (clause, hit) in served {
        for lead in &clause.lead {
            let entry = by_department.entry(lead).or_default();
            entry.0 += i64::from(*hit);
            entry.1 += 1;
        }
    }
    let bar = |(id, (value, of)): (&str, (i64, i64))| Bar {
        label: department(model, id, l),
        value,
        of,
        href: format!("/plan?lead={id}"),
    };
    let mut bars: Vec<Bar> = by_department.into_iter().map(bar).collect();
    bars.sort_by_key(|b| -b.of);
    if bars.is_empty() { Vec::new() } else { vec![Bars { title: say(l, "plan.by_department"), bars }] }
}

fn chips(model: &Model, wanted: &Wanted, l: Language) -> Vec<(String, String)> {
    let filters = wanted.0.iter().filter(|(name, _)| name != "q");
    let chip = |(name, value): &(String, String)| {
        let words = match (name.as_str(), value.as_str()) {
            ("part", part) => part_title(model, part, l),
            ("lead", id) => format!("{} {}", say(l, "plan.lead"), department(model, id, l)),
            (_, "yes") => say(l, "plan.served_yes"),
            _ => say(l, "plan.served_no"),
        };
        (words, wanted.without(name, value).at("/plan"))
    };
    filters.map(chip).collect()
}

fn clauses(model: &Model, served: &[(&ClauseTitle, bool)], wanted: &Wanted, l: Language) -> Table {
    let (words, in_part, lead) = (wanted.one("q"), wanted.one("part"), wanted.one("lead"));
    let only = wanted.one("served");
    let fits = |c: &ClauseTitle, served: bool| {
        let found = words.is_empty()
            || c.id.get_ref().contains(words)
            || c.title.zh.contains(words)
            || c.title.en.to_lowercase().contains(&words.to_lowercase());
        found
            && (in_part.is_empty() || part_of(c.id.get_ref()) == in_part)
            && (lead.is_empty() || c.lead.iter().any(|d| d == lead))
            && (only.is_empty() || served == (only == "yes"))
    };
    let row = |(clause, served): &(&ClauseTitle, bool)| {
        let id = clause.id.get_ref();
        let (key, kind) = if *served { ("plan.served_yes", "closed") } else { ("plan.served_no", "open") };
        let due: Vec<String> = clause.due.iter().map(ToString::to_string).collect();
        vec![
            Shown::Link { href: format!("/plan/clauses/{id}"), text: id.clone() },
            Shown::text(clause.title.in_language(l)),
            Shown::text(departments(model, &clause.lead, l)),
            Shown::text(due.join(" ")),
            Shown::State { word: say(l, key), kind },
        ]
    };
    Table {
        title: String::new(),
        columns: ["plan.clause", "plan.clause_title", "plan.lead", "clause.due", "plan.served"]
            .map(|key| say(l, key))
            .to_vec(),
        rows: served.iter().filter(|(c, served)| fits(c, *served)).take(LISTED).map(row).collect(),
        empty: say(l, if model.clauses.is_empty() { "plan.empty" } else { "list.nothing_found" }),
        folded: false,
    }
}
