//! GET /api/v1/me: who the key or session stands for.

use axum::response::Response;
use serde_json::{Value, json};

use super::answer;
use crate::errors::Failure;
use crate::visitor::SignedIn;

pub(crate) async fn show(who: SignedIn) -> Result<Response, Failure> {
    let grants: Vec<Value> = who
        .actor()
        .grants
        .iter()
        .map(|g| {
            let p = &g.place;
            let organisation = if p.organisation.is_nil() { Value::Null } else { json!(p.organisation) };
            json!({ "role": g.role, "county": p.county, "township": p.township, "sector": p.sector, "park": p.park, "organisation": organisation })
        })
        .collect();
    Ok(answer(&json!({ "account": who.actor().account, "name": who.actor().display, "grants": grants })))
}
