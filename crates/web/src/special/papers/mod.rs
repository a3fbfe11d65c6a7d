//! Papers for printing: the risk list, the notice board, the card of a post, the code of an enterprise, the hazard
//! ledger. What a paper looks like is in `report::print`; here it is filled, within the scope of who asks.

pub(super) mod card;
pub(super) mod code;
pub(crate) mod double_report;
pub(super) mod ledger;
pub(super) mod notice_board;
pub(super) mod risk_list;

use std::collections::HashMap;

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Response};
use base::{Id, Language};
use city::Actor;
use engine::field::show::Titles;
use engine::record::Record;
use plan::pack::Shape;
use report::print::{Grade, MeasureKind, Page, STYLESHEET};
use report::qr::Code;

use super::facts;
use crate::app::App;
use crate::build::public_address::base_of;
use crate::errors::Failure;
use crate::visitor::{SignedIn, Visitor};

/// Where the style sheet of papers is served.
const STYLE: &str = "/papers.css";
/// Telephone for reports of hazards and accidents, the same in the whole country.
pub(super) const REPORT_TELEPHONE: &str = "12350";

/// GET /papers.css.
pub(super) async fn stylesheet(State(_): State<App>) -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")], STYLESHEET)
        .into_response()
}

fn paper(l: Language) -> Page<'static> {
    static ICON: LazyLock<String> = LazyLock::new(|| crate::assets::address("mark.svg"));
    Page { language: l, stylesheet: STYLE, icon: ICON.as_str() }
}

fn html(rendered: Result<String, report::print::PrintError>) -> Result<Response, Failure> {
    Ok(Html(rendered?).into_response())
}

/// The code that leads to `path` of this installation.
async fn code_to(app: &App, headers: &HeaderMap, visitor: &Visitor, path: &str) -> Result<Code, Failure> {
    Ok(Code::new(&format!("{}{path}", base_of(app, headers, visitor).await?))?)
}

/// The enterprise of the address, where the reader may see it.
async fn enterprise(app: &App, who: &SignedIn, id: &str) -> Result<Record, Failure> {
    let register = facts::shaped(app, Shape::Enterprise)?.name();
    Ok(app.engine().record(who.actor(), register, facts::id(id)?).await?)
}

fn grade(code: &str) -> Option<Grade> {
    Some(match code {
        "red" => Grade::Major,
        "orange" => Grade::Larger,
        "yellow" => Grade::General,
        "blue" => Grade::Low,
        _ => return None,
    })
}

fn measure_kind(code: &str) -> MeasureKind {
    match code {
        "engineering" => MeasureKind::Engineering,
        "training" => MeasureKind::Training,
        "protection" => MeasureKind::Protection,
        "emergency" => MeasureKind::Emergency,
        _ => MeasureKind::Management,
    }
}

/// The risks of an enterprise as its papers need them.
struct Risks {
    /// Graded factors, the gravest first.
    factors: Vec<Record>,
    points: HashMap<Id, Record>,
    measures: HashMap<Id, Vec<Record>>,
    /// Check items by the risk point that they look at.
    items: HashMap<Id, Vec<Record>>,
    /// Titles of what factors, points and measures refer to.
    titles: Titles,
}

impl Risks {
    async fn of(app: &App, actor: &Actor, enterprise: Id) -> Result<Self, Failure> {
        let (points, factors) =
            (facts::shaped(app, Shape::RiskPoint)?, facts::shaped(app, Shape::RiskFactor)?);
        let measures = facts::shaped(app, Shape::Measure)?;
        let of_it = || vec![facts::of("enterprise", enterprise)];
        let all_points = facts::all(app, actor, points.name(), of_it()).await?;
        let mut all_factors = facts::all(app, actor, factors.name(), of_it()).await?;
        let all_measures = facts::all(app, actor, measures.name(), of_it()).await?;
        let mut titles = app.engine().titles(points, all_points.iter().map(|r| &r.facts)).await?;
        titles.extend(app.engine().titles(factors, all_factors.iter().map(|r| &r.facts)).await?);
        all_factors.retain(|f| grade(facts::text(f, "grade")).is_some());
        all_factors.sort_by_key(|f| std::cmp::Reverse(grade(facts::text(f, "grade"))));
        let items = facts::all(app, actor, facts::shaped(app, Shape::CheckItem)?.name(), of_it()).await?;
        Ok(Self {
            factors: all_factors,
            points: all_points.into_iter().map(|p| (p.id, p)).collect(),
            measures: by_reference(all_measures, "factor"),
            items: by_reference(items, "risk_point"),
            titles,
        })
    }

    fn point(&self, factor: &Record) -> Option<&Record> {
        facts::reference(factor, "risk_point").and_then(|id| self.points.get(&id))
    }

    fn measures(&self, factor: &Record) -> &[Record] {
        self.measures.get(&factor.id).map(Vec::as_slice).unwrap_or_default()
    }

    /// How often the risk point of a factor is looked at, the choices of its check items each once.
    fn frequencies(&self, app: &App, factor: &Record, l: Language) -> Vec<String> {
        let Some(register) = app.model().shaped(Shape::CheckItem) else { return Vec::new() };
        let items =
            self.point(factor).and_then(|p| self.items.get(&p.id)).map(Vec::as_slice).unwrap_or_default();
        let mut words: Vec<String> = Vec::new();
        for item in items {
            let word = facts::shown(app.model(), register, item, "frequency", l, &self.titles);
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    fn person(&self, record: &Record) -> String {
        facts::reference(record, "responsible_person")
            .and_then(|id| self.titles.get(&id).cloned())
            .unwrap_or_default()
    }

    /// The measures of these kinds as one text.
    fn words(&self, factor: &Record, emergency: bool) -> Vec<String> {
        let wanted =
            self.measures(factor).iter().filter(|m| (facts::text(m, "kind") == "emergency") == emergency);
        wanted.map(|m| facts::text(m, "content").to_owned()).collect()
    }

    /// A field of the factor, or else of its risk point, as people read it.
    fn shown(&self, app: &App, factor: &Record, name: &str, l: Language) -> String {
        let of = |shape, record: &Record| {
            app.model()
                .shaped(shape)
                .map(|r| facts::shown(app.model(), r, record, name, l, &self.titles))
                .unwrap_or_default()
        };
        let own = of(Shape::RiskFactor, factor);
        match self.point(factor) {
            Some(point) if own.is_empty() => of(Shape::RiskPoint, point),
            _ => own,
        }
    }
}

/// Records by what their reference `name` leads to.
fn by_reference(records: Vec<Record>, name: &str) -> HashMap<Id, Vec<Record>> {
    let mut found: HashMap<Id, Vec<Record>> = HashMap::new();
    for record in records {
        if let Some(to) = facts::reference(&record, name) {
            found.entry(to).or_default().push(record);
        }
    }
    found
}
