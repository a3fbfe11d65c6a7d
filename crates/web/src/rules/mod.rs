//! Rules in force and how they stand, proposals that wait for a decision, bodies with their posts; each as page and as
//! JSON. Deciding a proposal is a step of its case, on the page of every case.

mod api;
mod bodies;
mod list;
mod notes;
mod one;
mod proposals;
mod propose;

use base::Language;
use engine::rule::standing::RuleStanding;
use plan::pack::ConsequenceKind;

use crate::app::App;
use crate::errors::Failure;
use crate::route_table::route_table;
use crate::text::say;
use crate::view::Action;
use crate::view::plan::Serving;
use crate::visitor::SignedIn;

pub(crate) use api::{may_warn, warnings};
pub(crate) use notes::{notes, of_proposal, offer};

route_table! {
    get "/rules" => list::page_of_rules;
    get "/rules/{id}" => one::page_of_rule;
    get "/proposals" => proposals::page_of_proposals;
    get "/proposals/new" => propose::show;
    post "/proposals/new" => propose::send;
    get "/bodies" => bodies::page_of_bodies;
    get "/api/v1/rules" => api::rules;
    get "/api/v1/rules/{id}" => api::rule;
    get "/api/v1/r/{register}/{id}/rules" => api::of_record;
    get "/api/v1/proposals" => api::proposals;
    post "/api/v1/proposals" => api::propose;
    get "/api/v1/bodies" => api::bodies;
}

/// Summaries of the JSON interface of this module, by method and path.
pub(crate) const SUMMARIES: &[(&str, &str, &str)] = &[
    ("get", "/api/v1/rules", "Rules in force: since when, by which clause, for how many records each fails"),
    (
        "get",
        "/api/v1/rules/{id}",
        "One rule with the records for which it fails or cannot be judged, and what it did",
    ),
    ("get", "/api/v1/r/{register}/{id}/rules", "What stands about a record by rules, and decisions in force"),
    ("get", "/api/v1/proposals", "Proposals: `which` is open, in_force or ended"),
    ("post", "/api/v1/proposals", "Proposes a decision about a record to the role that decides"),
    ("get", "/api/v1/bodies", "Bodies with their posts: who holds them, what is vacant"),
];

/// What a rule does where it fails, in a word.
fn consequence(kind: ConsequenceKind, l: Language) -> String {
    say(
        l,
        match kind {
            ConsequenceKind::Refuse => "rules.refuse",
            ConsequenceKind::Warn => "rules.warn",
            ConsequenceKind::Open => "rules.open",
            ConsequenceKind::Notify => "rules.notify",
            ConsequenceKind::Propose => "rules.propose",
        },
    )
}

/// What it did, in numbers: "standing 3, in all 7" or "refused 2".
fn did(standing: &RuleStanding<'_>, l: Language) -> String {
    match (standing.rule.otherwise.kind(), standing.refused) {
        (ConsequenceKind::Refuse, Some(refused)) => {
            crate::text::fill(l, "rules.did_refuse", &[("count", &refused.to_string())])
        }
        (ConsequenceKind::Refuse, None) => String::new(),
        _ => crate::text::fill(
            l,
            "rules.did",
            &[("standing", &standing.standing.to_string()), ("ever", &standing.ever.to_string())],
        ),
    }
}

/// Where rules, proposals and bodies are found, for the page of all registers.
pub(crate) fn ways(l: Language) -> Vec<Action> {
    let action =
        |key: &str, href: &str, icon| Action { label: say(l, key), href: href.into(), icon, main: false };
    vec![
        action("rules.title", "/rules", "scale"),
        action("proposals.title", "/proposals", "clipboard-check"),
        action("bodies.title", "/bodies", "table"),
    ]
}

/// A rule among what serves a clause, with how it stands; None where the reader does not see it.
pub(crate) fn serving(
    app: &App,
    who: &SignedIn,
    name: &str,
    standing: &[RuleStanding<'_>],
) -> Option<Serving> {
    let l = who.visitor.language;
    let rule = one::visible(app, who, name).ok()?;
    let href = format!("/rules/{name}");
    let own = standing.iter().find(|s| s.rule.name() == name);
    let counts = own.map_or_else(Vec::new, |s| {
        vec![
            (say(l, "rules.failing"), s.failing.to_string(), format!("{href}#fails")),
            (say(l, "rules.cannot"), s.cannot.to_string(), format!("{href}#cannot")),
        ]
    });
    let title = rule.title.in_language(l).to_owned();
    Some(Serving { kind: say(l, "clause.rule"), title, counts, href })
}

/// A body among what serves a clause, with its vacant posts; None where the reader does not see it.
///
/// # Errors
/// The database failed.
pub(crate) async fn serving_body(app: &App, who: &SignedIn, name: &str) -> Result<Option<Serving>, Failure> {
    let l = who.visitor.language;
    let Some(body) = app.model().body(name) else { return Ok(None) };
    if bodies::register(app, who).is_err() {
        return Ok(None);
    }
    let standing = app.engine().bodies_standing(who.actor()).await?;
    let vacant: u32 =
        standing.iter().filter(|b| b.body.name() == name).map(engine::body::BodyStanding::vacant).sum();
    let counts = vec![(say(l, "bodies.vacant"), vacant.to_string(), "/bodies".to_owned())];
    let title = body.title.in_language(l).to_owned();
    Ok(Some(Serving { kind: say(l, "clause.body"), title, counts, href: "/bodies".into() }))
}
