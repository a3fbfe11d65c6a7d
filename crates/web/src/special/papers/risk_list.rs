//! GET /enterprises/{id}/print/risk-list: 安全风险分级管控清单. `public=yes` leaves persons out.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use engine::record::Record;
use judge::Fact;
use judge::fact::fact;
use report::print::{Measure, Method, RiskList, RiskRow};

use super::{Risks, enterprise, grade, html, measure_kind, paper};
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::special::facts;
use crate::visitor::SignedIn;

/// Shows the paper.
pub(in crate::special) async fn page(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let firm = enterprise(&app, &who, &id).await?;
    let l = who.visitor.language;
    let risks = Risks::of(&app, who.actor(), firm.id).await?;
    let public = Wanted::read(query.as_deref()).one("public") == "yes";
    let method = method(&risks.factors);
    let list = RiskList {
        unit: firm.title.clone(),
        zone_head: if public { String::new() } else { facts::text(&firm, "safety_head").to_owned() },
        on: Some(app.engine().today()),
        method,
        public,
        rows: risks.factors.iter().filter_map(|f| row(&app, &risks, f, method, l)).collect(),
        ..RiskList::default()
    };
    html(list.html(paper(l)))
}

/// One list has the columns of one method: that of most of its rows.
fn method(factors: &[Record]) -> Method {
    let number = |id: &str| factors.iter().filter(|f| facts::text(f, "method") == id).count();
    let (lec, ls, mes) = (number("lec"), number("ls"), number("mes"));
    if ls > lec && ls >= mes {
        Method::Ls
    } else if mes > lec {
        Method::Mes
    } else {
        Method::Lec
    }
}

fn row(app: &App, risks: &Risks, factor: &Record, method: Method, l: Language) -> Option<RiskRow> {
    let point = risks.point(factor);
    let shown = |name: &str| risks.shown(app, factor, name, l);
    let measures = risks.measures(factor).iter();
    Some(RiskRow {
        point: point.map(|p| p.title.clone()).unwrap_or_default(),
        place: point.map(|p| facts::text(p, "place").to_owned()).unwrap_or_default(),
        factors: factor.title.clone(),
        accidents: shown("accident_types"),
        figures: figures(factor, method),
        inherent: grade(facts::text(factor, "inherent_grade")),
        present: grade(facts::text(factor, "grade"))?,
        measures: measures
            .map(|m| Measure {
                kind: measure_kind(facts::text(m, "kind")),
                text: facts::text(m, "content").to_owned(),
            })
            .collect(),
        level: shown("control_level"),
        department: unit(app, risks, factor, l),
        person: risks.person(factor),
        frequency: risks.frequencies(app, factor, l).join(if l == Language::Chinese { "、" } else { ", " }),
        graded_on: fact(&factor.facts, "assessed_on").as_day(),
    })
}

fn unit(app: &App, risks: &Risks, factor: &Record, l: Language) -> String {
    let own = risks.shown(app, factor, "responsible_unit", l);
    if own.is_empty() { risks.shown(app, factor, "unit", l) } else { own }
}

/// Inputs and product in the order of the method's letters; blanks for a factor assessed by another method.
fn figures(factor: &Record, method: Method) -> Vec<String> {
    let (id, keys): (&str, &[&str]) = match method {
        Method::Lec => ("lec", &["l", "e", "c"]),
        Method::Ls => ("ls", &["l", "s"]),
        Method::Mes => ("mes", &["m", "e", "s"]),
    };
    if facts::text(factor, "method") != id {
        return vec![String::new(); keys.len() + 1];
    }
    let inputs = match fact(&factor.facts, "inputs") {
        Fact::Structure(json) => json.clone(),
        _ => serde_json::Value::Null,
    };
    let number =
        |json: &serde_json::Value| calc::Number::from_json(json).map(|n| n.to_string()).unwrap_or_default();
    let given = keys.iter().map(|key| inputs.get(*key).map(number).unwrap_or_default());
    given.chain([facts::text(factor, "value").to_owned()]).collect()
}
