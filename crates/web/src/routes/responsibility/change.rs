//! POST /enterprises/{id}/responsibility names a body from a day on; POST .../end ends one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base::{Day, Id, Problem};
use engine::EngineError;
use engine::record::write::Sending;
use plan::pack::Field;

use super::one::{asked, responsibility_page};
use super::registers;
use crate::app::App;
use crate::build::frame::done;
use crate::build::given;
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::Sent;
use crate::visitor::SignedIn;

/// Names the body.
pub(in crate::routes) async fn assign(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (enterprises, bodies) = registers(&app, &who)?;
    // What this person does not see is not there, whatever was typed.
    app.engine().record(who.actor(), enterprises.name(), id).await?;
    let fields: Vec<&Field> = asked(bodies, &who).into_iter().map(|(field, _)| field).collect();
    let (facts, wrong) = given::facts(app.model(), fields.into_iter(), &sent);
    let made = if wrong.is_empty() {
        let sending = Sending { key: sent.one("_key").to_owned() };
        app.engine().assign_body(who.actor(), id, &facts, &sending).await.map(drop)
    } else {
        Err(EngineError::Invalid(wrong))
    };
    answer(&app, &who, id, Some(&sent), made, "responsibility.assigned").await
}

/// Ends one.
pub(in crate::routes) async fn end(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (enterprises, _) = registers(&app, &who)?;
    app.engine().record(who.actor(), enterprises.name(), id).await?;
    // The choice carries the version that was seen.
    let (row, version) = sent.one("row").split_once('.').unwrap_or_default();
    let (row, version) = (row.parse().unwrap_or(Id::NIL), version.parse().unwrap_or(0));
    let text = sent.one("valid_until").trim();
    let made = match Day::parse(text) {
        None if !text.is_empty() => {
            Err(Problem::of("valid_until", "field.not_a_day").with("value", text).into())
        }
        until => app.engine().end_body(who.actor(), id, row, version, until).await,
    };
    answer(&app, &who, id, None, made, "responsibility.ended_done").await
}

async fn answer(
    app: &App,
    who: &SignedIn,
    id: Id,
    sent: Option<&Sent>,
    made: Result<(), EngineError>,
    said: &'static str,
) -> Result<Response, Failure> {
    match made {
        Ok(()) => Ok(done(&who.visitor, &format!("/enterprises/{id}/responsibility"), said)),
        Err(error) => {
            let mut problems = crate::errors::correctable(error)?;
            if sent.is_none() {
                // The form that names a body is not the one that was sent, so its fields are not marked.
                problems.iter_mut().for_each(|p| p.field.clear());
            }
            let again = responsibility_page(app, who, id, sent, &problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}
