//! GET /plan: how far the plan is served, by annex and by lead department, and its clauses.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use plan::pack::ClauseTitle;

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page};
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::cell::Shown;
use crate::view::plan::PlanPage;
use crate::view::table::{Bar, Bars, Table};
use crate::visitor::SignedIn;

/// Clauses listed at once; the search narrows them.
const LISTED: usize = 300;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let wanted = Wanted::read(query.as_deref());
    let served: Vec<(&ClauseTitle, usize)> =
        model.clauses.iter().map(|c| (c, model.serving(c.id.get_ref()).len())).collect();
    let done = served.iter().filter(|(_, n)| *n > 0).count();
    let heading = say(l, "plan.title");
    let shown = PlanPage {
        summary: fill(
            l,
            "plan.summary",
            &[("all", &served.len().to_string()), ("served", &done.to_string())],
        ),
        bars: bars(&app, &served, l),
        search: wanted.one("q").to_owned(),
        clauses: clauses(&app, &served, &wanted, l),
        f: frame(&app, &who, &heading),
        heading,
    };
    page(&shown)
}

/// The part of the plan that a clause stands in: `M` for the main text, `A2` for the second annex.
fn part(id: &str) -> &str {
    id.split('.').next().unwrap_or_default()
}

fn part_title(part: &str, l: Language) -> String {
    match part.strip_prefix('A') {
        Some(number) => fill(l, "plan.annex", &[("n", number)]),
        None => say(l, "plan.main_text"),
    }
}

fn bars(app: &App, served: &[(&ClauseTitle, usize)], l: Language) -> Vec<Bars> {
    let mut by_part: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut by_department: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (clause, serving) in served {
        let hit = i64::from(*serving > 0);
        let count = |entry: &mut (i64, i64)| {
            entry.0 += hit;
            entry.1 += 1;
        };
        count(by_part.entry(part(clause.id.get_ref())).or_default());
        for lead in &clause.lead {
            count(by_department.entry(lead).or_default());
        }
    }
    let department = |id: &str| {
        app.model().department(id).map_or_else(|| id.to_owned(), |d| d.title.in_language(l).to_owned())
    };
    let bar = |label: String, name: &str, key: &str, (value, of): (i64, i64)| Bar {
        label,
        value,
        of,
        href: format!("/plan?{key}={name}"),
    };
    let mut departments: Vec<Bar> =
        by_department.into_iter().map(|(id, n)| bar(department(id), id, "lead", n)).collect();
    departments.sort_by_key(|b| -b.of);
    // The main text first, then the annexes by their number.
    let mut parts: Vec<_> = by_part.into_iter().collect();
    parts.sort_by_key(|(part, _)| (part.starts_with('A'), part.len(), *part));
    let groups = [
        Bars {
            title: say(l, "plan.by_annex"),
            bars: parts.into_iter().map(|(p, n)| bar(part_title(p, l), p, "part", n)).collect(),
        },
        Bars { title: say(l, "plan.by_department"), bars: departments },
    ];
    groups.into_iter().filter(|g| !g.bars.is_empty()).collect()
}

fn clauses(app: &App, served: &[(&ClauseTitle, usize)], wanted: &Wanted, l: Language) -> Table {
    let (words, in_part, lead) = (wanted.one("q"), wanted.one("part"), wanted.one("lead"));
    let fits = |c: &ClauseTitle| {
        let found = words.is_empty()
            || c.id.get_ref().contains(words)
            || c.title.zh.contains(words)
            || c.title.en.contains(words);
        found
            && (in_part.is_empty() || part(c.id.get_ref()) == in_part)
            && (lead.is_empty() || c.lead.iter().any(|d| d == lead))
    };
    let row = |(clause, serving): &(&ClauseTitle, usize)| {
        let id = clause.id.get_ref();
        let leads: Vec<String> = clause
            .lead
            .iter()
            .filter_map(|d| app.model().department(d))
            .map(|d| d.title.in_language(l).to_owned())
            .collect();
        let (key, kind) =
            if *serving > 0 { ("plan.served_yes", "closed") } else { ("plan.served_no", "open") };
        vec![
            Shown::Link { href: format!("/plan/clauses/{id}"), text: id.clone() },
            Shown::text(clause.title.in_language(l)),
            Shown::text(leads.join(" ")),
            Shown::State { word: say(l, key), kind },
        ]
    };
    Table {
        title: String::new(),
        columns: ["plan.clause", "plan.clause_title", "plan.lead", "plan.served"]
            .map(|key| say(l, key))
            .to_vec(),
        rows: served.iter().filter(|(c, _)| fits(c)).take(LISTED).map(row).collect(),
        empty: say(l, if app.model().clauses.is_empty() { "plan.empty" } else { "list.nothing_found" }),
    }
}
