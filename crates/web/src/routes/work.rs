//! GET /: my work. First what is late, then what is due today, then what waits; counts open their rows.

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use axum::response::Response;
use base::{Id, Instant, Language};
use engine::check::TaskFilter;
use engine::notice::Notice as EngineNotice;
use engine::work::WaitingCase;

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page};
use crate::build::list::procedure_title;
use crate::build::shelf::place;
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
    let sections = parts.iter().filter(|(.., items)| !items.is_empty()).map(|(anchor, key, items)| {
        let groups = together(items);
        let items = groups.iter().take(SHOWN).map(|cases| item(&app, cases, &names, l)).collect();
        Section::folding(anchor, say(l, key), items)
    });
    let owed = crate::duties::sections(&app, &who).await?;
    let duty_cards: Vec<Card> = owed
        .iter()
        .map(|s| Card {
            label: s.title.clone(),
            count: s.len().to_string(),
            href: format!("#{}", s.anchor),
            tone: if s.anchor == "duties-late" { "late" } else { "calm" },
        })
        .collect();
    let today = engine.today();
    let day = if l == Language::Chinese { today.zh() } else { today.to_string() };
    let shown = WorkPage {
        day: fill(l, "work.greeting", &[("name", &who.actor().display), ("day", &day)]),
        cards: cards
            .chain(duty_cards)
            .chain(checks)
            .chain((!notices.is_empty()).then_some(notice_card))
            .collect(),
        actions: actions(&app, &who),
        sections: sections.chain(owed).collect(),
        notices: gathered(notices.iter().map(|n| notice(&app, n, l))),
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

/// What this person may begin: a hazard, for that is what most people come for; without it what their first registers of
/// cases are for. The other registers have a button of their own.
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
    let hazard = |r: &&plan::pack::Register| r.shape == Some(plan::pack::Shape::Hazard);
    let mut found: Vec<&plan::pack::Register> = registers.collect();
    found.sort_by_key(|r| (!hazard(r), place(app.model(), &r.clauses)));
    let shown = if found.first().is_some_and(hazard) { 1 } else { 2 };
    found.into_iter().take(shown).enumerate().map(action).collect()
}

async fn enterprise_names(
    app: &App,
    cases: impl Iterator<Item = &WaitingCase>,
) -> Result<HashMap<Id, String>, Failure> {
    let ids: BTreeSet<Id> = cases.map(|c| c.organisation).filter(|id| !id.is_nil()).collect();
    let Some(register) = app.model().shaped(plan::pack::Shape::Enterprise) else { return Ok(HashMap::new()) };
    crate::build::titles::of(app, register.name(), ids).await
}

/// What a case is called, without the period that stands in brackets behind it.
fn called(case: &WaitingCase) -> &str {
    let cut = case.title.find(['（', '(']).filter(|at| *at > 0 && case.title.ends_with(['）', ')']));
    cut.and_then(|at| case.title.get(..at)).unwrap_or(&case.title).trim_end()
}

/// Cases of no enterprise that wait for the same step and are called the same, such as one paper that twenty departments
/// owe, stand together; all others alone.
fn together(cases: &[WaitingCase]) -> Vec<Vec<&WaitingCase>> {
    let mut groups: Vec<Vec<&WaitingCase>> = Vec::new();
    for case in cases {
        let same = |first: &WaitingCase| {
            case.organisation.is_nil()
                && first.organisation.is_nil()
                && (&first.procedure, &first.step, called(first))
                    == (&case.procedure, &case.step, called(case))
        };
        match groups.iter_mut().find(|g| g.first().is_some_and(|first| same(first))) {
            Some(group) => group.push(case),
            None => groups.push(vec![case]),
        }
    }
    groups
}

fn item(app: &App, cases: &[&WaitingCase], names: &HashMap<Id, String>, l: Language) -> Item {
    let now = app.engine().now();
    let Some(case) = cases.first() else { return Item::default() };
    let step = app.model().procedure(&case.procedure).and_then(|p| p.step(&case.step));
    let verb = step.map(|s| s.title.in_language(l).to_owned()).unwrap_or_default();
    let several = (cases.len() > 1).then(|| called(case));
    let list = |title: &str| {
        let wanted = [("q", title), ("view", "open")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        Wanted(wanted.to_vec()).at(&format!("/r/{}", case.register))
    };
    Item {
        href: several.map_or_else(|| address(&case.register, case.record), list),
        title: several.unwrap_or(&case.title).to_owned(),
        code: match several {
            Some(_) => fill(l, "work.cases", &[("n", &cases.len().to_string())]),
            None => case.code.clone(),
        },
        verb,
        kind: procedure_title(app.model(), &case.procedure, l),
        whose: names.get(&case.organisation).cloned().unwrap_or_default(),
        due: if case.due_at == Instant::NEVER { String::new() } else { case.due_at.day().to_string() },
        left: time::left(now, case.due_at, l),
        tone: time::tone(case.since, now, case.due_at),
    }
}

/// Notices that say the same stand together and are read together.
fn gathered(all: impl Iterator<Item = Notice>) -> Vec<Notice> {
    let mut found: Vec<Notice> = Vec::new();
    for notice in all {
        match found.iter_mut().find(|n| n.text == notice.text) {
            Some(same) => same.also.push(notice.id),
            None => found.push(notice),
        }
    }
    found
}

fn notice(app: &App, notice: &EngineNotice, l: Language) -> Notice {
    let known = ["remind", "late", "escalated", "duty_remind", "duty_late", "assess"];
    let kind = known.into_iter().find(|k| *k == notice.kind).unwrap_or("other");
    let of_duty = crate::duties::address_of_notice(notice);
    Notice {
        id: notice.id.to_string(),
        also: Vec::new(),
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
