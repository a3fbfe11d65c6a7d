//! GET /: my work. First what is late, then what is due today, then what waits; counts open their rows.

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use axum::response::Response;
use base::{Id, Instant, Language};
use engine::check::TaskFilter;
use engine::notice::Notice as EngineNotice;
use engine::work::WaitingCase;

use crate::app::App;
use crate::build::frame::{frame, page};
use crate::build::list::procedure_title;
use crate::build::time;
use crate::build::value::address;
use crate::errors::Failure;
use crate::text::{fill, say};
use crate::view::Action;
use crate::view::work::{Card, Item, Notice, Section, WorkPage};
use crate::visitor::SignedIn;

/// Items shown of each section; the lists have them all.
const SHOWN: usize = 100;

pub(super) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let l = who.visitor.language;
    let engine = app.engine();
    let work = engine.work(who.actor()).await?;
    let notices = engine.notices(who.actor()).await?;
    let all = || work.late.iter().chain(&work.today).chain(&work.later);
    let names = enterprise_names(&app, all()).await?;
    let parts = [
        ("late", "work.late", &work.late),
        ("today", "work.today", &work.today),
        ("waiting", "work.waiting", &work.later),
    ];
    let tones = ["late", "soon", "calm"];
    let cards = parts.iter().zip(tones).filter(|((.., items), _)| !items.is_empty()).map(
        |((anchor, key, items), tone)| Card {
            label: say(l, key),
            count: if work.more { format!("{}+", items.len()) } else { items.len().to_string() },
            href: format!("#{anchor}"),
            tone,
        },
    );
    let notice_card = Card {
        label: say(l, "work.notices"),
        count: notices.len().to_string(),
        href: "#notices".into(),
        tone: "calm",
    };
    let checks = checks_card(&app, &who).await?;
    let sections = parts.iter().filter(|(.., items)| !items.is_empty()).map(|(anchor, key, items)| Section {
        anchor,
        title: say(l, key),
        items: items.iter().take(SHOWN).map(|case| item(&app, case, &names, l)).collect(),
    });
    let owed = crate::duties::sections(&app, &who).await?;
    let today = engine.today();
    let day = if l == Language::Chinese { today.zh() } else { today.to_string() };
    let shown = WorkPage {
        day: fill(l, "work.greeting", &[("name", &who.actor().display), ("day", &day)]),
        cards: cards.chain(checks).chain((!notices.is_empty()).then_some(notice_card)).collect(),
        actions: actions(&app, &who),
        sections: sections.chain(owed).collect(),
        notices: notices.iter().map(|n| notice(&app, n, l)).collect(),
        more: work.more || parts.iter().any(|(.., items)| items.len() > SHOWN),
        f: frame(&app, &who, &say(l, "work.title")),
    };
    page(&shown)
}

/// Check items that are due, for people of an enterprise.
async fn checks_card(app: &App, who: &SignedIn) -> Result<Option<Card>, Failure> {
    if who.actor().enterprise().is_none() {
        return Ok(None);
    }
    let due = app.engine().tasks(who.actor(), TaskFilter::default()).await?.len();
    let card = Card {
        label: say(who.visitor.language, "work.checks"),
        count: due.to_string(),
        href: "/checks".into(),
        tone: "soon",
    };
    Ok((due > 0).then_some(card))
}

/// What this person may begin: one button per register of cases in which they may open something.
fn actions(app: &App, who: &SignedIn) -> Vec<Action> {
    let may = |r: &&plan::pack::Register| r.cases && !app.engine().openings(who.actor(), r.name()).is_empty();
    let registers = app.model().registers.values().filter(may);
    let action = |(i, r): (usize, &plan::pack::Register)| Action {
        label: fill(
            who.visitor.language,
            "record.new_of",
            &[("register", r.title.in_language(who.visitor.language))],
        ),
        href: format!("/r/{}/new", r.name()),
        icon: "plus",
        main: i == 0,
    };
    // Hazards first: that is what most people come for.
    let mut found: Vec<&plan::pack::Register> = registers.collect();
    found.sort_by_key(|r| (r.shape != Some(plan::pack::Shape::Hazard), r.name().to_owned()));
    found.into_iter().take(2).enumerate().map(action).collect()
}

async fn enterprise_names(
    app: &App,
    cases: impl Iterator<Item = &WaitingCase>,
) -> Result<HashMap<Id, String>, Failure> {
    let ids: BTreeSet<Id> = cases.map(|c| c.organisation).filter(|id| !id.is_nil()).collect();
    let Some(register) = app.model().shaped(plan::pack::Shape::Enterprise) else { return Ok(HashMap::new()) };
    crate::build::titles::of(app, register.name(), ids).await
}

fn item(app: &App, case: &WaitingCase, names: &HashMap<Id, String>, l: Language) -> Item {
    let now = app.engine().now();
    let step = app.model().procedure(&case.procedure).and_then(|p| p.step(&case.step));
    Item {
        href: address(&case.register, case.record),
        verb: step.map(|s| s.title.in_language(l).to_owned()).unwrap_or_default(),
        title: case.title.clone(),
        code: case.code.clone(),
        kind: procedure_title(app.model(), &case.procedure, l),
        whose: names.get(&case.organisation).cloned().unwrap_or_default(),
        due: if case.due_at == Instant::NEVER { String::new() } else { case.due_at.day().to_string() },
        left: time::left(now, case.due_at, l),
        tone: time::tone(case.since, now, case.due_at),
    }
}

fn notice(app: &App, notice: &EngineNotice, l: Language) -> Notice {
    let known = ["remind", "late", "escalated", "duty_remind", "duty_late", "assess"];
    let kind = known.into_iter().find(|k| *k == notice.kind).unwrap_or("other");
    let of_duty = crate::duties::address_of_notice(notice);
    Notice {
        id: notice.id.to_string(),
        text: match app.model().rule(&notice.step).filter(|_| notice.kind == "rule") {
            Some(rule) => {
                fill(l, "notice.rule", &[("title", &notice.title), ("words", rule.words().in_language(l))])
            }
            None => fill(l, &format!("notice.{kind}"), &[("title", &notice.title)]),
        },
        href: of_duty.clone().unwrap_or_else(|| address(&notice.register, notice.record)),
        share: of_duty.unwrap_or_else(|| format!("{}/share", address(&notice.register, notice.record))),
        at: notice.at.local(),
    }
}
