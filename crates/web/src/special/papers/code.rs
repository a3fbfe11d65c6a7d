//! GET /enterprises/{id}/print/code: the poster with the enterprise's code (一企一码), which opens its public page.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use plan::pack::Shape;
use report::print::EnterpriseCode;

use super::{REPORT_TELEPHONE, code_to, enterprise, html, paper};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::special::facts;
use crate::special::public::regulators;
use crate::visitor::SignedIn;

/// Shows the paper.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let firm = enterprise(&app, &who, &id).await?;
    let l = who.visitor.language;
    let register = facts::shaped(&app, Shape::Enterprise)?;
    let public = app.engine().public_enterprise(&firm.code).await?;
    let regulators = regulators(&app, &public, l);
    let poster = EnterpriseCode {
        name: firm.title.clone(),
        uscc: facts::text(&firm, "uscc").to_owned(),
        sector: facts::word(facts::choices(app.model(), register, "sector"), &firm.place.sector, l),
        address: facts::text(&firm, "address").to_owned(),
        regulator: regulators.join(if l == base::Language::Chinese { "、" } else { ", " }),
        report_telephone: REPORT_TELEPHONE.to_owned(),
        code: code_to(&app, &headers, &who.visitor, &format!("/e/{}", firm.code)).await?,
        on: Some(app.engine().today()),
    };
    html(poster.html(paper(l)))
}
