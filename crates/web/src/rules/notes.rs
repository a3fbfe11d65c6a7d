//! What a record's page tells first: what rules found about it, and decisions in force. And what the page of a proposal
//! leads to: its subject, its evidence, its rule.

use base::{Id, Language};
use engine::record::Record;
use judge::fact::fact;
use plan::pack::{Register, Shape};

use super::one::kind_word;
use crate::app::App;
use crate::build::frame::reads;
use crate::build::value::address;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::record::Note;
use crate::visitor::SignedIn;

/// What is told at the top of a record's page.
///
/// # Errors
/// The database failed.
pub(crate) async fn notes(app: &App, who: &SignedIn, found: &Record) -> Result<Vec<Note>, Failure> {
    let l = who.visitor.language;
    let about = app.engine().rules_of_record(who.actor(), found).await?;
    let proposals = app.model().shaped(Shape::Proposal).filter(|r| reads(app, who.actor(), r));
    let mut notes = Vec::new();
    for decision in &about.decisions {
        let kind = kind_title(app, decision, l);
        let on = fact(&decision.facts, "decided_on").as_day().map(|day| day.to_string()).unwrap_or_default();
        notes.push(Note {
            text: fill(l, "proposals.in_force_since", &[("kind", &kind), ("day", &on)]),
            href: proposals.map(|r| address(r.name(), decision.id)).unwrap_or_default(),
            label: decision.code.clone(),
        });
    }
    for effect in &about.effects {
        let shown = !effect.made.is_nil()
            && app.model().register(&effect.made_register).is_some_and(|r| reads(app, who.actor(), r));
        notes.push(Note {
            text: effect.words.in_language(l).to_owned(),
            href: if shown {
                address(&effect.made_register, effect.made)
            } else {
                format!("/rules/{}", effect.rule)
            },
            label: if shown { kind_word(&effect.kind, l) } else { say(l, "rules.rule") },
        });
    }
    Ok(notes)
}

/// What is proposed, in words.
pub(super) fn kind_title(app: &App, proposal: &Record, l: Language) -> String {
    let kind = fact(&proposal.facts, "kind").as_text().unwrap_or_default();
    let field = app.model().shaped(Shape::Proposal).and_then(|r| r.field("kind"));
    let choice = field.and_then(|f| app.model().choices_of(f).iter().find(|c| c.id == kind));
    choice.map_or_else(|| kind.to_owned(), |c| c.title.in_language(l).to_owned())
}

/// The subject of a proposal where it is a record: register and id.
pub(super) fn subject_of(proposal: &Record) -> Option<(String, Id)> {
    let text = |name: &str| fact(&proposal.facts, name).as_text().unwrap_or_default().to_owned();
    Some((text("subject_register"), text("subject_id").parse().ok()?))
}

/// Where the page of a proposal leads: subject, evidence, rule.
pub(crate) fn of_proposal(app: &App, register: &Register, found: &Record, l: Language) -> Vec<Action> {
    if register.shape != Some(Shape::Proposal) {
        return Vec::new();
    }
    let mut actions = Vec::new();
    let mut add = |label: String, href: String, icon| actions.push(Action { label, href, icon, main: false });
    let known = |register: &str| app.model().register(register).is_some();
    let subject = subject_of(found).filter(|(register, _)| known(register));
    if let Some((register, id)) = &subject {
        add(say(l, "proposals.open_subject"), address(register, *id), "building-factory-2");
    }
    if let (Some((register, id)), judge::Fact::YesNo(true)) = (&subject, fact(&found.facts, "in_force")) {
        let href = format!("/proposals/new?register={register}&id={id}&about={}", found.id);
        add(say(l, "proposals.lift"), href, "check");
    }
    let evidence = match fact(&found.facts, "evidence") {
        judge::Fact::Structure(json) => json.as_array().cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    for one in &evidence {
        let text = |name: &str| one.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let id: Option<Id> = text("id").parse().ok();
        if let Some(id) = id.filter(|_| known(text("register")))
            && subject.as_ref() != Some(&(text("register").to_owned(), id))
        {
            let label = fill(l, "proposals.evidence", &[("title", text("title"))]);
            add(label, address(text("register"), id), "clipboard-check");
        }
    }
    let rule = fact(&found.facts, "rule").as_text().unwrap_or_default();
    if let Some(rule) = app.model().rule(rule) {
        add(rule.title.in_language(l).to_owned(), format!("/rules/{}", rule.name()), "scale");
    }
    actions
}

/// The way to propose something about a record, for those who have a part in deciding at its place.
pub(crate) fn offer(app: &App, who: &SignedIn, register: &Register, found: &Record) -> Option<Action> {
    let proposals = app.model().shaped(Shape::Proposal)?;
    let roles = who.actor().roles_over(&found.place);
    let may = roles.iter().any(|r| proposals.readers.contains(r) || proposals.keeper.contains(r));
    (may && register.shape == Some(Shape::Enterprise)).then(|| Action {
        label: say(who.visitor.language, "proposals.new"),
        href: format!("/proposals/new?register={}&id={}", register.name(), found.id),
        icon: "plus",
        main: false,
    })
}
