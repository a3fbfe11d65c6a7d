//! GET /scorecards/{id}/subjects/{subject}?period=: where every point of a subject came from; POST gives the points of a
//! manual item.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::{Instant, Period};
use engine::scorecard::{Given, GivenPoints, ItemTrace, Scored};
use judge::score::Hundredths;
use plan::pack::scorecard::ScoreItem;
use plan::pack::{FixedSubject, Scorecard};

use super::card::card_for;
use super::text::Words;
use super::words::{asked, grade_word, value, whole};
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::frame::{done, frame, page as answer};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::view::frame::{Crumb, Frame};
use crate::visitor::SignedIn;

struct Item {
    id: String,
    title: String,
    about: String,
    points: String,
    weight: String,
    why: String,
    source: String,
    source_href: String,
    rows: Vec<(String, String, String)>,
    proof: String,
    open: bool,
    form: bool,
    evidence: bool,
    least: String,
}

#[derive(Template)]
#[template(path = "indicators/subject.html")]
struct SubjectPage {
    f: Frame,
    w: Words,
    heading: String,
    id: String,
    subject: String,
    code: String,
    score: String,
    full: String,
    grade: String,
    earned: String,
    vetoes: Vec<String>,
    since: String,
    items: Vec<Item>,
    given: Vec<(String, String, String, String, bool)>,
}

pub(super) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path((id, subject)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (w, engine) = (Words(who.visitor.language), app.engine());
    let card = card_for(&app, &who, &id)?;
    let period = asked(Wanted::read(query.as_deref()).one("period"), engine.period_of_card(card))?;
    let (scored, now) = engine.score_of(who.actor(), &id, period, &subject).await?;
    let locked = engine.scores(who.actor(), &id, period).await?.lock.is_some();
    // Released scores of others are shown without what their assessors wrote.
    let given = engine.given_points(who.actor(), &id, period, &subject).await.unwrap_or_default();
    let gives = !locked && engine.gives_points(who.actor(), card, &scored);
    let heading = format!("{} · {}", scored.title.in_language(w.0), card.title.in_language(w.0));
    let mut f = frame(&app, &who, &heading);
    f.crumbs.push(Crumb { title: w.t("score.title"), href: "/scorecards".into() });
    let title = format!("{} · {}", card.title.in_language(w.0), period.label(w.0));
    f.crumbs.push(Crumb { title, href: format!("/scorecards/{id}?period={}", period.code()) });
    let vetoes = scored.trace.vetoes.iter().filter_map(|at| card.veto.get(*at));
    let items = card.items.iter().zip(&scored.trace.items);
    answer(&SubjectPage {
        heading,
        code: period.code(),
        score: scored.score.to_string(),
        full: Hundredths::of(card.full).to_string(),
        earned: if scored.earned == scored.grade { String::new() } else { grade_word(&scored.earned, w) },
        grade: grade_word(&scored.grade, w),
        vetoes: vetoes.map(|v| v.title.in_language(w.0).to_owned()).collect(),
        since: now.map(|n| since(&scored, &n, w)).unwrap_or_default(),
        items: items.map(|(item, trace)| one(&app, card, item, trace, &scored, period, gives, w)).collect(),
        given: given.iter().map(|g| entry(card, g, w)).collect(),
        id,
        subject,
        f,
        w,
    })
}

fn since(then: &Scored, now: &Scored, w: Words) -> String {
    let said = w.with("score.since", "now", now.score);
    said.replace("{then}", &then.score.to_string()).replace("{grade}", &grade_word(&now.grade, w))
}

fn entry(card: &Scorecard, given: &Given, w: Words) -> (String, String, String, String, bool) {
    let item =
        card.item(&given.item).map_or_else(|| given.item.clone(), |i| i.title.in_language(w.0).to_owned());
    let by = format!("{} · {}", given.by, given.at.local());
    (item, given.points.to_string(), given.evidence.clone(), by, given.holds)
}

#[expect(clippy::too_many_arguments, reason = "one line of the page, everything that it shows")]
fn one(
    app: &App,
    card: &Scorecard,
    item: &ScoreItem,
    trace: &ItemTrace,
    scored: &Scored,
    period: Period,
    gives: bool,
    w: Words,
) -> Item {
    let (source, source_href) = source(app, item, period, w);
    let open = ["not_given", "cannot_be_judged"].contains(&trace.why.as_str());
    Item {
        id: item.id.get_ref().clone(),
        title: item.title.in_language(w.0).to_owned(),
        about: item.about.as_ref().map(|a| a.in_language(w.0).to_owned()).unwrap_or_default(),
        points: Hundredths(trace.points).to_string(),
        weight: Hundredths::of(item.weight).to_string(),
        why: why(app, item, trace, w),
        rows: rows(app, card, item, trace, scored, period, w),
        proof: proof(trace),
        open,
        form: item.source.manual && gives,
        evidence: item.source.evidence,
        least: Hundredths::of(item.least).to_string(),
        source,
        source_href,
    }
}

fn source(app: &App, item: &ScoreItem, period: Period, w: Words) -> (String, String) {
    let source = &item.source;
    if let Some(found) = source.indicator.as_ref().and_then(|i| app.model().indicators.get(i.get_ref())) {
        let same = *found.every.get_ref() == period.kind();
        let at = if same { format!("?period={}", period.code()) } else { String::new() };
        let title = found.title.in_language(w.0);
        return (w.with("score.from_indicator", "title", title), format!("/indicators/{}{at}", found.name()));
    }
    if let Some(found) = source.cases.as_ref().and_then(|r| app.model().register(r.get_ref())) {
        let title = found.title.in_language(w.0);
        return (w.with("score.from_cases", "title", title), format!("/r/{}", found.name()));
    }
    (w.t("score.from_assessor"), String::new())
}

fn why(app: &App, item: &ScoreItem, trace: &ItemTrace, w: Words) -> String {
    let e = &trace.evidence;
    let indicator = item.source.indicator.as_ref().and_then(|i| app.model().indicators.get(i.get_ref()));
    let number = indicator.map(|i| value(i, e.value, w.0)).unwrap_or_default();
    let said = match trace.why.as_str() {
        "share" => w.t("score.why_share"),
        "step" => w.t("score.why_step"),
        "full" => w.t("score.why_full"),
        "each" => w.t("score.why_each"),
        "given" => w.t("score.why_given"),
        "not_given" => w.t("score.why_not_given"),
        "nothing_to_count" => w.t("score.why_nothing"),
        _ => w.t("score.why_cannot"),
    };
    let each = item.source.each.map(|e| Hundredths::of(e).to_string()).unwrap_or_default();
    let mut said = said
        .replace("{value}", if number.is_empty() { "–" } else { &number })
        .replace("{hit}", &whole(e.hit))
        .replace("{base}", &whole(e.base))
        .replace("{each}", &each)
        .replace("{by}", &e.by)
        .replace("{at}", &Instant(e.at).local());
    if e.unknown > 0 {
        said = format!("{said} · {}", w.with("measure.unknown_n", "n", e.unknown));
    }
    if !e.release.is_empty() {
        said = format!("{said} · {}", w.with("score.by_release", "id", &e.release));
    }
    said
}

/// The rows behind an item: words, number, address.
fn rows(
    app: &App,
    card: &Scorecard,
    item: &ScoreItem,
    trace: &ItemTrace,
    scored: &Scored,
    period: Period,
    w: Words,
) -> Vec<(String, String, String)> {
    let named = item.source.indicator.as_ref().and_then(|i| app.model().indicators.get(i.get_ref()));
    // An indicator of the same duty opens what the item has counted.
    let duty = item.source.duty.as_ref().map(|duty| duty.get_ref().as_str());
    let same = || {
        let all = app.model().indicators.values();
        duty.and_then(|duty| {
            all.filter(|i| i.every.get_ref() == &period.kind()).find(|i| i.duty() == Some(duty))
        })
    };
    let Some(indicator) = named.or_else(same) else {
        let number = whole(trace.evidence.base);
        return duty
            .map(|duty| (w.t("measure.base"), number, format!("/duties/{duty}")))
            .into_iter()
            .collect();
    };
    if *indicator.every.get_ref() != period.kind() {
        return Vec::new();
    }
    let group = match FixedSubject::read(card.subject.get_ref()) {
        Some(FixedSubject::City) => String::new(),
        Some(fixed)
            if fixed == FixedSubject::County || indicator.by.iter().any(|b| b.get_ref() == fixed.name()) =>
        {
            format!("&in.{}={}", fixed.name(), scored.subject)
        }
        _ => return Vec::new(),
    };
    let at = |which: &str| {
        format!("/indicators/{}/rows?period={}&which={which}{group}", indicator.name(), period.code())
    };
    let e = &trace.evidence;
    let mut all = vec![(w.t("measure.base"), whole(e.base), at("base"))];
    if indicator.is_share() {
        all.push((w.t("measure.miss"), whole(e.base - e.hit), at("miss")));
    }
    if e.unknown > 0 {
        all.push((w.t("measure.unknown"), whole(e.unknown), at("unknown")));
    }
    all
}

fn proof(trace: &ItemTrace) -> String {
    trace.evidence.proof.clone()
}

pub(super) async fn give(
    State(app): State<App>,
    who: SignedIn,
    Path((id, subject)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let card = card_for(&app, &who, &id)?;
    let period = asked(sent.one("period"), app.engine().period_of_card(card))?;
    let given = GivenPoints {
        item: sent.one("item"),
        points: sent.one("points"),
        evidence: sent.one("evidence"),
        file: "",
    };
    app.engine().give_points(who.actor(), &id, period, &subject, &given).await?;
    app.call_job();
    let back = format!("/scorecards/{id}/subjects/{subject}?period={}", period.code());
    Ok(done(&who.visitor, &back, "figures.given"))
}
