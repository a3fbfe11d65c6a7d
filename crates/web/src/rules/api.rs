//! Rules, proposals and bodies as JSON.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Text};
use engine::body::BodyStanding;
use engine::proposal::{Evidence, ProposalList, Proposed, Proposer};
use engine::record::write::Sending;
use engine::rule::effect::Effect;
use engine::rule::standing::JudgedRecord;
use judge::Facts;
use plan::pack::{ConsequenceKind, Model, Rule};
use serde_json::{Value, json};
use store::Wanted as Verdict;

use super::one::{records, visible};
use crate::api::{Body, answer, instant, record};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

/// Proposals and effects in one answer at most.
const MOST: u32 = 200;

fn texts(text: &Text) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}

fn described(app: &App, rule: &Rule) -> Value {
    let text = |text: &Option<toml::Spanned<String>>| text.as_ref().map(|t| t.get_ref().clone());
    json!({
        "id": rule.name(),
        "title": texts(&rule.title),
        "clauses": rule.clauses,
        "on": rule.register(),
        "since": rule.begins(app.model()).map(|day| day.to_string()),
        "until": rule.until.map(|day| day.to_string()),
        "when": text(&rule.when),
        "must": text(&rule.must),
        "change": text(&rule.change),
        "else": rule.otherwise.kind().name(),
        "words": texts(rule.words()),
        "heals": rule.heals,
        "open_number": rule.open_number.as_ref().map(texts),
    })
}

fn effect(effect: &Effect) -> Value {
    let made =
        (!effect.made.is_nil()).then(|| json!({ "register": effect.made_register, "id": effect.made }));
    json!({
        "rule": effect.rule,
        "register": effect.register,
        "record": effect.record,
        "code": effect.code,
        "kind": effect.kind,
        "made": made,
        "words": texts(&effect.words),
        "since": instant(effect.since),
        "until": instant(effect.until),
        "times": effect.times,
    })
}

/// GET /api/v1/rules.
pub(super) async fn rules(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let standing = app.engine().rules_standing(who.actor()).await?;
    let one = |s: &engine::rule::standing::RuleStanding<'_>| {
        let mut value = described(&app, s.rule);
        if let Some(object) = value.as_object_mut() {
            let counts = json!({
                "judged": s.judged,
                "failing": s.failing,
                "cannot_be_judged": s.cannot,
                "counted_at": s.counted_at.map(instant),
                "standing": s.standing,
                "ever": s.ever,
                "refused": s.refused,
            });
            object.insert("counts".into(), counts);
        }
        value
    };
    Ok(answer(&json!({ "rules": standing.iter().map(one).collect::<Vec<_>>() })))
}

/// GET /api/v1/rules/{id}.
pub(super) async fn rule(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let rule = visible(&app, &who, &name)?;
    let one = |judged: &JudgedRecord| {
        let missing: Vec<String> =
            judged.missing.iter().map(|m| judge::rule_case::names(std::slice::from_ref(m))).collect();
        json!({ "record": record(&judged.record), "missing": missing, "effect": judged.effect.as_ref().map(effect) })
    };
    let list = |found: Option<Vec<JudgedRecord>>| found.map(|f| f.iter().map(one).collect::<Vec<_>>());
    let fails = list(records(&app, &who, rule, Verdict::Fails).await?);
    let cannot = list(records(&app, &who, rule, Verdict::CannotBeJudged).await?);
    let effects = app.engine().rule_effects(who.actor(), rule.name(), MOST).await?;
    Ok(answer(&json!({
        "rule": described(&app, rule),
        "fails": fails,
        "cannot_be_judged": cannot,
        "effects": effects.iter().map(effect).collect::<Vec<_>>(),
    })))
}

/// Whether any rule warns about records of this register.
pub(crate) fn may_warn(model: &Model, register: &str) -> bool {
    let warns = |rule: &Rule| rule.register() == register && rule.otherwise.kind() == ConsequenceKind::Warn;
    model.rules.values().any(warns)
}

/// The warnings that stand about a record, for the answer to whoever wrote it.
///
/// # Errors
/// The database failed.
pub(crate) async fn warnings(
    app: &App,
    who: &SignedIn,
    found: &engine::record::Record,
) -> Result<Vec<Value>, Failure> {
    if !may_warn(app.model(), &found.register) {
        return Ok(Vec::new());
    }
    let about = app.engine().rules_of_record(who.actor(), found).await?;
    let warned = about.effects.iter().filter(|e| e.kind == "warn");
    Ok(warned.map(|e| json!({ "rule": e.rule, "words": texts(&e.words) })).collect())
}

/// GET /api/v1/r/{register}/{id}/rules.
pub(super) async fn of_record(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
) -> Result<Response, Failure> {
    let found = app.engine().record(who.actor(), &name, id).await?;
    let about = app.engine().rules_of_record(who.actor(), &found).await?;
    let decision = |d: &engine::record::Record| {
        let of = |name: &str| judge::fact::fact(&d.facts, name).to_json();
        json!({ "id": d.id, "code": d.code, "kind": of("kind"), "decided_on": of("decided_on") })
    };
    Ok(answer(&json!({
        "effects": about.effects.iter().map(effect).collect::<Vec<_>>(),
        "decisions": about.decisions.iter().map(decision).collect::<Vec<_>>(),
    })))
}

/// GET /api/v1/proposals.
pub(super) async fn proposals(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    super::proposals::register(&app, &who)?;
    let wanted = Wanted::read(query.as_deref());
    let which = match wanted.one("which") {
        "" | "open" => ProposalList::Open,
        "in_force" => ProposalList::InForce,
        "ended" => ProposalList::Ended,
        _ => return Err(Failure::bad("request.bad_address")),
    };
    let found = app.engine().proposals_seen(who.actor(), which, MOST).await?;
    Ok(answer(&json!({ "proposals": found.iter().map(record).collect::<Vec<_>>() })))
}

/// POST /api/v1/proposals: `{ "register": "...", "id": "...", "kind": "...", "to": "...", "reason": "...", "key": "..." }`.
pub(super) async fn propose(State(app): State<App>, who: SignedIn, body: Body) -> Result<Response, Failure> {
    super::proposals::register(&app, &who)?;
    let id: Id = body.text("id").parse().map_err(|_| Failure::NotFound)?;
    let subject = app.engine().record(who.actor(), body.text("register"), id).await?;
    let reason = body.text("reason");
    let proposed = Proposed {
        kind: body.text("kind"),
        to: body.text("to"),
        subject: (&subject).into(),
        by: Proposer::Person(who.actor()),
        reason: Text::new(reason, reason),
        seen: String::new(),
        evidence: vec![Evidence::of(&subject)],
        about: None,
        with: Facts::new(),
    };
    let sending = Sending { key: body.text("key").to_owned() };
    let made = app.engine().propose(&proposed, &sending).await?;
    Ok((StatusCode::CREATED, answer(&json!({ "id": made }))).into_response())
}

/// GET /api/v1/bodies.
pub(super) async fn bodies(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    super::bodies::register(&app, &who)?;
    let standing = app.engine().bodies_standing(who.actor()).await?;
    let one = |body: &BodyStanding<'_>| {
        let posts: Vec<Value> = body
            .posts
            .iter()
            .map(|post| {
                json!({
                    "post": texts(&post.post),
                    "department": post.department,
                    "wanted": post.wanted,
                    "vacant": post.vacant(),
                    "holders": post.holders.iter().map(record).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({ "body": body.body.name(), "title": texts(&body.body.title), "region": body.region, "posts": posts })
    };
    Ok(answer(&json!({ "bodies": standing.iter().map(one).collect::<Vec<_>>() })))
}
