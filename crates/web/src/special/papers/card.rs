//! GET /units/{id}/print/card: 岗位安全风险告知卡 with the post's code. `size=a5` prints half of it.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::record::Record;
use plan::pack::Shape;
use report::print::{CardSize, PostCard, PostRisk};

use super::{REPORT_TELEPHONE, Risks, code_to, grade, html, paper};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::special::facts;
use crate::special::text::Words;
use crate::visitor::SignedIn;

/// Risks and lines that fit on a card.
const MOST_RISKS: usize = 8;
const MOST_LINES: usize = 8;

/// Shows the paper.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let units = facts::shaped(&app, Shape::Unit)?;
    let unit = app.engine().record(who.actor(), units.name(), facts::id(&id)?).await?;
    let w = Words(who.visitor.language);
    let risks = Risks::of(&app, who.actor(), unit.place.organisation).await?;
    let here: Vec<&Record> =
        risks.factors.iter().filter(|f| stands_at(&risks, f, &unit)).take(MOST_RISKS).collect();
    let titles = app.engine().titles(units, std::iter::once(&unit.facts)).await?;
    let titled = |name: &str| {
        facts::reference(&unit, name).and_then(|id| titles.get(&id).cloned()).unwrap_or_default()
    };
    let enterprises = facts::shaped(&app, Shape::Enterprise)?.name();
    let firm = app.engine().record(who.actor(), enterprises, unit.place.organisation).await.ok();
    let of_firm = |name: &str| firm.as_ref().map(|f| facts::text(f, name).to_owned()).unwrap_or_default();
    let duty = of_firm("duty_phone");
    let card = PostCard {
        unit: firm.as_ref().map(|f| f.title.clone()).unwrap_or_default(),
        workshop: titled("parent"),
        post: unit.title.clone(),
        place: facts::text(&unit, "place").to_owned(),
        work: String::new(),
        risks: here.iter().filter_map(|f| risk(&app, &risks, f, w)).collect(),
        key_points: lines(facts::text(&unit, "key_points")),
        measures: distinct(here.iter().flat_map(|f| risks.words(f, false))),
        emergency: emergency(&app, &risks, &here, w),
        person: titled("leader"),
        emergency_telephone: if duty.is_empty() { of_firm("head_phone") } else { duty },
        report: w.with("papers.report_how", "phone", REPORT_TELEPHONE),
        on: Some(app.engine().today()),
        code: Some(code_to(&app, &headers, &who.visitor, &format!("/p/{}", unit.code)).await?),
        size: if Wanted::read(query.as_deref()).one("size") == "a5" { CardSize::A5 } else { CardSize::A4 },
    };
    html(card.html(paper(w.0)))
}

/// A factor belongs to the post when its risk point stands there, or when the post is responsible for it.
fn stands_at(risks: &Risks, factor: &Record, unit: &Record) -> bool {
    let point = risks.point(factor).and_then(|p| facts::reference(p, "unit"));
    point == Some(unit.id) || facts::reference(factor, "responsible_unit") == Some(unit.id)
}

fn risk(app: &App, risks: &Risks, factor: &Record, w: Words) -> Option<PostRisk> {
    Some(PostRisk {
        risk: factor.title.clone(),
        grade: grade(facts::text(factor, "grade"))?,
        accidents: risks.shown(app, factor, "accident_types", w.0),
        result: risks.shown(app, factor, "consequence", w.0),
    })
}

fn emergency(app: &App, risks: &Risks, here: &[&Record], w: Words) -> Vec<String> {
    let measures = here.iter().flat_map(|f| risks.words(f, true));
    let fields = here.iter().map(|f| risks.shown(app, f, "emergency", w.0));
    distinct(measures.chain(fields))
}

fn lines(text: &str) -> Vec<String> {
    distinct(text.lines().map(str::to_owned))
}

/// Each line once, without blank ones.
fn distinct(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in lines.map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()) {
        if !found.contains(&line) && found.len() < MOST_LINES {
            found.push(line);
        }
    }
    found
}
