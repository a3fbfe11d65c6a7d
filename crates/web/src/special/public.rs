//! GET /e/{code}: what strangers see behind an enterprise's code (一企一码). Only public fields reach this page: no
//! persons, no amounts, no positions.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::Language;
use engine::public::PublicEnterprise;
use engine::record::Record;
use plan::pack::Shape;

use super::facts;
use super::papers::REPORT_TELEPHONE;
use super::text::Words;
use crate::app::App;
use crate::build::frame::page as answer;
use crate::errors::Failure;
use crate::middleware::rate::{Caller, network_of};
use crate::path::Path;
use crate::view::frame::Frame;
use crate::visitor::Visitor;

/// A risk as strangers see it.
struct Risk {
    title: String,
    colour: String,
    word: String,
    accidents: String,
    consequence: String,
    emergency: String,
}

#[derive(Template)]
#[template(path = "special/public.html")]
struct PublicPage {
    f: Frame,
    w: Words,
    name: String,
    code: String,
    lines: Vec<(String, String)>,
    risks: Vec<Risk>,
    telephone: &'static str,
    day: String,
}

/// Shows the page; no code of an enterprise, no page.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    app.strangers().take(&Caller::Address(network_of(visitor.address)))?;
    let found = app.engine().public_enterprise(&code).await?;
    let w = Words(visitor.language);
    let firm = &found.record;
    let page = PublicPage {
        f: Frame::bare(&visitor, &firm.title),
        w,
        name: firm.title.clone(),
        code: firm.code.clone(),
        lines: lines(&app, w, &found)?,
        risks: found.risks.iter().map(|r| risk(&app, r, w.0)).collect(),
        telephone: REPORT_TELEPHONE,
        day: if w.0 == Language::Chinese {
            app.engine().today().zh()
        } else {
            app.engine().today().to_string()
        },
    };
    answer(&page)
}

fn lines(app: &App, w: Words, found: &PublicEnterprise) -> Result<Vec<(String, String)>, Failure> {
    let register = facts::shaped(app, Shape::Enterprise)?;
    let titles = engine::field::show::Titles::new();
    let mut lines = Vec::new();
    for name in ["uscc", "sector", "address", "county", "operating_state"] {
        let Some(field) = register.field(name) else { continue };
        let text = facts::shown(app.model(), register, &found.record, name, w.0, &titles);
        if !text.is_empty() {
            lines.push((field.title.in_language(w.0).to_owned(), text));
        }
    }
    let regulators = regulators(app, found, w.0);
    if !regulators.is_empty() {
        lines.push((
            w.t("open.regulator"),
            regulators.join(if w.0 == Language::Chinese { "、" } else { ", " }),
        ));
    }
    Ok(lines)
}

/// Who watches over the enterprise: the bodies entered for it, or else the department that leads its sector.
pub(super) fn regulators(app: &App, found: &PublicEnterprise, l: Language) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, body) in &found.bodies {
        if !body.is_empty() && !names.contains(body) {
            names.push(body.clone());
        }
    }
    if names.is_empty() {
        let sector = &found.record.place.sector;
        let leads = app.model().departments.iter().filter(|d| d.sectors.contains(sector));
        names.extend(leads.map(|d| d.title.in_language(l).to_owned()));
    }
    names
}

fn risk(app: &App, record: &Record, l: Language) -> Risk {
    let register = app.model().shaped(Shape::RiskPoint);
    let titles = engine::field::show::Titles::new();
    let shown = |name: &str| {
        register.map(|r| facts::shown(app.model(), r, record, name, l, &titles)).unwrap_or_default()
    };
    Risk {
        title: record.title.clone(),
        colour: facts::text(record, "grade").to_owned(),
        word: shown("grade"),
        accidents: shown("accident_types"),
        consequence: shown("consequence"),
        emergency: shown("emergency"),
    }
}
