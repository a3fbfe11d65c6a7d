//! GET /enterprises/{id}/print/notice-board: 安全风险公告栏, the red and orange risks; all of them where there is none.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::Language;
use engine::record::Record;
use report::print::{BoardRow, Grade, NoticeBoard};

use super::{REPORT_TELEPHONE, Risks, code_to, enterprise, grade, html, paper};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::special::facts;
use crate::visitor::SignedIn;

/// Rows that fit on one A3 board and can still be read from two metres.
const MOST_ROWS: usize = 12;

/// Shows the paper.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let firm = enterprise(&app, &who, &id).await?;
    let l = who.visitor.language;
    let risks = Risks::of(&app, who.actor(), firm.id).await?;
    let is_grave = |f: &&Record| grade(facts::text(f, "grade")).is_some_and(|g| g >= Grade::Larger);
    let grave: Vec<&Record> = risks.factors.iter().filter(is_grave).collect();
    let shown = if grave.is_empty() { risks.factors.iter().collect() } else { grave };
    let telephone =
        ["duty_phone", "safety_head_phone", "head_phone"].into_iter().map(|name| facts::text(&firm, name));
    let board = NoticeBoard {
        unit: firm.title.clone(),
        area: String::new(),
        rows: shown.into_iter().take(MOST_ROWS).filter_map(|f| row(&app, &risks, f, l)).collect(),
        head: facts::text(&firm, "head").to_owned(),
        emergency_telephone: telephone
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .next()
            .unwrap_or_default(),
        report_telephone: REPORT_TELEPHONE.to_owned(),
        on: Some(app.engine().today()),
        code: Some(code_to(&app, &headers, &who.visitor, &format!("/e/{}", firm.code)).await?),
    };
    html(board.html(paper(l)))
}

fn row(app: &App, risks: &Risks, factor: &Record, l: Language) -> Option<BoardRow> {
    let separator = if l == Language::Chinese { "；" } else { "; " };
    let point = risks.point(factor);
    let emergency = risks.words(factor, true);
    Some(BoardRow {
        risk: factor.title.clone(),
        place: point.map(|p| p.title.clone()).unwrap_or_default(),
        grade: grade(facts::text(factor, "grade"))?,
        accidents: risks.shown(app, factor, "accident_types", l),
        measures: risks.words(factor, false).join(separator),
        emergency: if emergency.is_empty() {
            risks.shown(app, factor, "emergency", l)
        } else {
            emergency.join(separator)
        },
        person: risks.person(factor),
    })
}
