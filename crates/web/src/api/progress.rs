//! The plan and its timetable, as the pages show them.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use engine::standing::Standing;
use plan::pack::{Model, part_of};
use serde_json::{Value, json};

use super::answer;
use crate::app::App;
use crate::build::address::Wanted;
use crate::build::clause::is_served;
use crate::build::standing::{Standings, procedures_serving, standings};
use crate::build::timetable::{Kind, Node, Row, rows, span};
use crate::errors::Failure;
use crate::routes::timetable::{evidence, selection};
use crate::visitor::SignedIn;

/// GET /api/v1/plan.
pub(crate) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let (model, standings) = (app.model(), standings(&app, &who).await?);
    let source = app.engine().plan_source().await?.map(|source| {
        json!({ "document": source.document, "read_at": super::instant(source.read_at), "clauses": source.clauses })
    });
    let head = model.plan.as_ref().map(|plan| {
        json!({
            "title": plan.title,
            "issuer": plan.issuer,
            "number": plan.number.get_ref(),
            "issued": plan.issued.to_string(),
            "from": plan.from.to_string(),
            "until": plan.until.to_string(),
        })
    });
    let mut ids: Vec<&str> = Vec::new();
    for part in model.clauses.iter().map(|c| part_of(c.id.get_ref())) {
        if !ids.contains(&part) {
            ids.push(part);
        }
    }
    let parts: Vec<Value> = ids.into_iter().map(|id| part(model, id, &standings)).collect();
    Ok(answer(&json!({ "plan": head, "read_from": source, "parts": parts })))
}

fn part(model: &Model, id: &str, standings: &Standings) -> Value {
    let clauses: Vec<&str> =
        model.clauses.iter().map(|c| c.id.get_ref().as_str()).filter(|c| part_of(c) == id).collect();
    let served = clauses.iter().filter(|c| is_served(model, c)).count();
    let procedures: BTreeSet<&str> = clauses.iter().flat_map(|c| procedures_serving(model, c)).collect();
    json!({
        "id": id,
        "title": model.part(id).map(|p| &p.title),
        "clauses": clauses.len(),
        "served": served,
        "cases": standings.of(procedures).map(cases),
    })
}

fn cases(standing: Standing) -> Value {
    json!({ "open": standing.open, "late": standing.late, "closed": standing.closed })
}

/// GET /api/v1/plan/timetable.
pub(crate) async fn timetable(
    State(app): State<App>,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (model, today) = (app.model(), app.engine().today());
    let selection = selection(&Wanted::read(query.as_deref()))?;
    let Some(span) = span(model) else {
        return Ok(answer(&json!({ "today": today.to_string(), "rows": [] })));
    };
    let standings = standings(&app, &who).await?;
    let rows = rows(model, span, &selection, today, |c| evidence(model, &standings, c));
    let rows: Vec<Value> = rows.iter().map(row).collect();
    Ok(answer(&json!({
        "today": today.to_string(),
        "from": span.from.to_string(),
        "until": span.until.to_string(),
        "rows": rows,
    })))
}

fn row(row: &Row<'_>) -> Value {
    let clause = row.clause;
    json!({
        "clause": clause.id.get_ref(),
        "title": clause.title,
        "lead": clause.lead,
        "support": clause.support,
        "every": clause.every.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "from": row.from.to_string(),
        "until": row.until.to_string(),
        "phase": row.phase,
        "served": row.evidence.served,
        "late_cases": row.evidence.late,
        "state": row.worst().name(),
        "days": row.nodes.iter().map(node).collect::<Vec<_>>(),
    })
}

fn node(node: &Node) -> Value {
    let kind = match node.kind {
        Kind::Due => "due",
        Kind::Period => "period",
        Kind::PhaseEnd => "phase_end",
    };
    json!({ "day": node.day.to_string(), "kind": kind, "state": node.mark.name() })
}
