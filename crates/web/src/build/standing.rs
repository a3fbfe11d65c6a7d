//! How everything that serves the plan stands, within what the reader sees, in exact numbers: never "1000+".

use std::collections::{BTreeMap, BTreeSet};

use engine::standing::Standing;
use plan::pack::{Model, Register};

use super::address::Wanted;
use super::frame::reads;
use crate::app::App;
use crate::errors::Failure;
use crate::text::say;
use crate::view::plan::Serving;
use crate::visitor::SignedIn;

/// Cases by procedure, of the registers that the reader sees.
#[derive(Debug, Default)]
pub(crate) struct Standings(BTreeMap<String, Standing>);

/// Reads how the cases of every register stand.
pub(crate) async fn standings(app: &App, who: &SignedIn) -> Result<Standings, Failure> {
    let mut found = BTreeMap::new();
    let seen = |r: &&Register| r.cases && reads(app, who.actor(), r);
    for register in app.model().registers.values().filter(seen) {
        // A procedure without a case yet stands at nothing; one that the reader does not see is absent.
        for procedure in app.model().procedures_of(register.name()) {
            found.insert(procedure.name().to_owned(), Standing::default());
        }
        found.extend(app.engine().standings(who.actor(), register.name()).await?);
    }
    Ok(Standings(found))
}

impl Standings {
    /// The sum over some procedures; None where the reader sees none of them.
    pub(crate) fn of<'a>(&self, procedures: impl IntoIterator<Item = &'a str>) -> Option<Standing> {
        procedures.into_iter().filter_map(|name| self.0.get(name)).copied().reduce(|mut sum, one| {
            sum += one;
            sum
        })
    }
}

/// The procedures whose cases serve a clause: those that name it, and all of a register of cases that names it.
pub(crate) fn procedures_serving<'a>(model: &'a Model, clause: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for (kind, name) in model.serving(clause) {
        match kind {
            "procedure" => {
                found.insert(name);
            }
            "register" => found.extend(model.procedures_of(name).map(plan::pack::Procedure::name)),
            _ => {}
        }
    }
    found
}

/// The list of the cases of these procedures, where they are all of one register.
pub(crate) fn cases_at(model: &Model, procedures: &BTreeSet<&str>, view: &str) -> Option<String> {
    let registers: BTreeSet<&str> =
        procedures.iter().filter_map(|name| model.procedure(name)).map(|p| p.register.as_str()).collect();
    let mut registers = registers.into_iter();
    let (register, None) = (registers.next()?, registers.next()) else { return None };
    let all = model.procedures_of(register).all(|p| procedures.contains(p.name()));
    let mut wanted = Wanted::default();
    if !all {
        wanted.0.extend(procedures.iter().map(|name| ("procedure".to_owned(), (*name).to_owned())));
    }
    if !view.is_empty() {
        wanted.0.push(("view".into(), view.into()));
    }
    Some(wanted.at(&format!("/r/{register}")))
}

/// Everything that serves these clauses and that the reader sees, each once, with counts that open their rows.
pub(crate) async fn serving(
    app: &App,
    who: &SignedIn,
    clauses: &[&str],
    standings: &Standings,
) -> Result<Vec<Serving>, Failure> {
    let (l, model) = (who.visitor.language, app.model());
    let named: Vec<(&str, &str)> = clauses.iter().flat_map(|clause| model.serving(clause)).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    // Each is one reading for all elements of its kind, and none where the clauses have none of it.
    let any = |wanted: &str| named.iter().any(|(kind, _)| *kind == wanted);
    let duties = if any("duty") { app.engine().duties_standing(who.actor()).await? } else { BTreeMap::new() };
    let rules = if any("rule") { app.engine().rules_standing(who.actor()).await? } else { Vec::new() };
    for (kind, name) in named.into_iter().filter(|element| seen.insert(*element)) {
        if kind == "duty" {
            found.extend(crate::duties::serving(app, who, name, &duties));
            continue;
        }
        if kind == "rule" {
            found.extend(crate::rules::serving(app, who, name, &rules));
            continue;
        }
        if kind == "body" {
            found.extend(crate::rules::serving_body(app, who, name).await?);
            continue;
        }
        if ["indicator", "scorecard"].contains(&kind) {
            found.extend(crate::indicators::serving_of(app, who, kind, name).await?);
            continue;
        }
        if !matches!(kind, "register" | "procedure") {
            found.extend(other(app, kind, name, l));
            continue;
        }
        let procedure = if kind == "procedure" { model.procedure(name) } else { None };
        let register = model.register(procedure.map_or(name, |p| &p.register));
        let Some(register) = register.filter(|r| reads(app, who.actor(), r)) else { continue };
        let (key, title, href) = match procedure {
            Some(p) => ("clause.procedure", &p.title, format!("/r/{}?procedure={name}", register.name())),
            None => ("clause.register", &register.title, format!("/r/{}", register.name())),
        };
        let counts = match (procedure, register.cases) {
            (None, false) => {
                let all = app.engine().total(who.actor(), register.name()).await?;
                vec![(say(l, "list.all"), all.to_string(), href.clone())]
            }
            (procedure, _) => {
                let procedures: Vec<&str> = match procedure {
                    Some(p) => vec![p.name()],
                    None => model.procedures_of(name).map(plan::pack::Procedure::name).collect(),
                };
                let standing = standings.of(procedures).unwrap_or_default();
                let joint = if href.contains('?') { '&' } else { '?' };
                vec![
                    (say(l, "list.all"), standing.all().to_string(), href.clone()),
                    (say(l, "list.open"), standing.open.to_string(), format!("{href}{joint}view=open")),
                    (say(l, "list.late"), standing.late.to_string(), format!("{href}{joint}view=late")),
                ]
            }
        };
        found.push(Serving { kind: say(l, key), title: title.in_language(l).to_owned(), counts, href });
    }
    // What is of one kind stands together, in the order in which the kinds first serve the clauses.
    let mut kinds: Vec<String> = Vec::new();
    for one in &found {
        if !kinds.contains(&one.kind) {
            kinds.push(one.kind.clone());
        }
    }
    found.sort_by_key(|one| kinds.iter().position(|kind| *kind == one.kind));
    Ok(found)
}

/// An element that is neither register nor procedure: what it is, and the way to its page and rows.
fn other(app: &App, kind: &str, name: &str, l: base::Language) -> Option<Serving> {
    let element = app.model().bindings.iter().find(|b| b.kind == kind && b.id == name)?;
    let rows = crate::routes::elements::one::rows_of(app.model(), element);
    Some(Serving {
        kind: super::elements::kind_word(element.kind, l).to_owned(),
        title: element.title.in_language(l).to_owned(),
        counts: rows.into_iter().map(|href| (say(l, "packs.open_rows"), String::new(), href)).collect(),
        href: format!("/packs/{kind}/{name}"),
    })
}
