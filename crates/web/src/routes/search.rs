//! GET /search?q=...: one box for everything that this person may see: hazards, enterprises, risks, people, all other
//! registers, clauses of the plan. Each register is asked within the person's scope, through its search index.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::record::list::ListRequest;
use plan::pack::{Area, Register};

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{frame, page, reads};
use crate::build::shelf::found_in;
use crate::build::value::address;
use crate::errors::Failure;
use crate::text::say;
use crate::view::search::{Found, Group, SearchPage};
use crate::visitor::SignedIn;

/// Matches shown of one kind.
const OF_ONE: u32 = 6;
/// Registers that are asked at the same time.
const AT_ONCE: usize = 8;
/// Longest words, in characters.
const LONGEST: usize = 100;

pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let words = Wanted::read(query.as_deref()).one("q").trim().to_owned();
    let records = find(&app, &who, &words).await?;
    let groups = pages(&app, &who, &words).into_iter().chain(records).collect();
    let asked = !words.is_empty();
    page(&SearchPage {
        f: frame(&app, &who, &say(who.visitor.language, "search.title")),
        words,
        groups,
        asked,
    })
}

/// What the words find, kind by kind; within each the newest first.
pub(crate) async fn find(app: &App, who: &SignedIn, words: &str) -> Result<Vec<Group>, Failure> {
    let words: String = words.chars().take(LONGEST).collect();
    if words.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut registers: Vec<&Register> =
        app.model().registers.values().filter(|r| reads(app, who.actor(), r)).collect();
    registers.sort_by_key(|r| (rank(r), r.name().to_owned()));
    let mut groups = Vec::new();
    for some in registers.chunks(AT_ONCE) {
        let mut asked = tokio::task::JoinSet::new();
        for (at, register) in some.iter().enumerate() {
            let (engine, actor) = (app.engine().clone(), who.actor().clone());
            let (name, search) = (register.name().to_owned(), words.clone());
            asked.spawn(async move {
                let request = ListRequest { search, limit: OF_ONE, ..ListRequest::default() };
                (at, engine.list(&actor, &name, &request).await)
            });
        }
        let mut found = Vec::new();
        while let Some(joined) = asked.join_next().await {
            let (at, list) = joined.map_err(|e| Failure::Broken(e.to_string()))?;
            found.push((at, list?));
        }
        found.sort_by_key(|(at, _)| *at);
        for (at, list) in found.into_iter().filter(|(_, list)| !list.records.is_empty()) {
            let Some(register) = some.get(at) else { continue };
            let all = Wanted(vec![("q".to_owned(), words.clone())]).at(&format!("/r/{}", register.name()));
            groups.push(Group {
                name: register.name().to_owned(),
                title: register.title.in_language(who.visitor.language).to_owned(),
                all: if list.next.is_some() { all } else { String::new() },
                found: list
                    .records
                    .into_iter()
                    .map(|r| Found { title: r.title, code: r.code, href: address(register.name(), r.id) })
                    .collect(),
            });
        }
    }
    groups.extend(clauses(app, who, &words));
    Ok(groups)
}

/// Registers, duties and indicators that are called so: somebody who looks for a list types its name here.
fn pages(app: &App, who: &SignedIn, words: &str) -> Option<Group> {
    if words.is_empty() {
        return None;
    }
    let (l, model) = (who.visitor.language, app.model());
    let named = |title: &base::Text| found_in([title.zh.as_str(), &title.en].into_iter(), words);
    let seen = |r: &&Register| reads(app, who.actor(), r) && named(&r.title);
    let registers = model.registers.values().filter(seen).map(|r| Found {
        title: r.title.in_language(l).to_owned(),
        code: say(l, "clause.register"),
        href: format!("/r/{}", r.name()),
    });
    let sees = crate::duties::sees_any(app, who.actor());
    let duties = model.duties.values().filter(|d| sees && named(&d.title)).map(|d| Found {
        title: d.title.in_language(l).to_owned(),
        code: say(l, "duty.duty"),
        href: format!("/duties/{}", d.name()),
    });
    let shown = |i: &&plan::pack::Indicator| app.engine().sees_indicator(who.actor(), i) && named(&i.title);
    let indicators = model.indicators.values().filter(shown).map(|i| Found {
        title: i.title.in_language(l).to_owned(),
        code: say(l, "area.figures"),
        href: format!("/indicators/{}", i.name()),
    });
    let found: Vec<Found> = [
        registers.take(OF_ONE as usize).collect::<Vec<_>>(),
        duties.take(OF_ONE as usize).collect(),
        indicators.take(OF_ONE as usize).collect(),
    ]
    .concat();
    let title = say(l, "search.pages");
    (!found.is_empty()).then(|| Group { name: "page".into(), title, found, all: String::new() })
}

/// Hazards first, then enterprises, risks, people and the rest.
fn rank(register: &Register) -> u8 {
    match register.area {
        Area::Hazards if register.cases => 0,
        Area::Enterprises if register.shape == Some(plan::pack::Shape::Enterprise) => 1,
        Area::Risk => 2,
        Area::Enterprises => 3,
        Area::Hazards => 4,
        _ => 5,
    }
}

/// Clauses of the plan by id or title: everybody who is signed in may read the plan.
fn clauses(app: &App, who: &SignedIn, words: &str) -> Option<Group> {
    let l = who.visitor.language;
    let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let fits = |clause: &&plan::pack::ClauseTitle| {
        let text = format!("{} {} {}", clause.id.get_ref(), clause.title.zh, clause.title.en).to_lowercase();
        wanted.iter().all(|word| text.contains(word))
    };
    let found: Vec<Found> = app
        .model()
        .clauses
        .iter()
        .filter(fits)
        .take(OF_ONE as usize)
        .map(|clause| Found {
            title: clause.title.in_language(l).to_owned(),
            code: clause.id.get_ref().clone(),
            href: format!("/plan/clauses/{}", clause.id.get_ref()),
        })
        .collect();
    let title = say(l, "search.clauses");
    (!found.is_empty()).then(|| Group { name: "clause".into(), title, found, all: String::new() })
}
