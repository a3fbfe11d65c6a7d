//! Who is signed in: by the session's cookie, or by an API key in the `Authorization` header.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use city::Presence;

use crate::app::App;
use crate::errors::Failure;
use crate::visitor::{Member, SESSION_COOKIE, Standing, Visitor, cookie};

/// Fills in the member of `visitor`. A cookie or key that is not (or no longer) good leaves them a stranger.
pub(super) async fn find(app: &App, visitor: &mut Visitor, headers: &HeaderMap) -> Result<(), Failure> {
    let (now, today) = (app.wall(), app.engine().today());
    if let Some(key) =
        headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "))
    {
        let Some(key) = app.gate().api_key(key.trim(), now).await? else { return Ok(()) };
        let presence = app.gate().presence_of(key.account, None, app.roles(), today, now).await?;
        if let Some(Presence::Acting(actor)) = presence.as_deref() {
            visitor.member = Some(Member { actor: actor.clone(), session: None });
        }
        return Ok(());
    }
    let Some(token) = cookie(headers, SESSION_COOKIE) else { return Ok(()) };
    let Some(session) = app.gate().session(token, now).await? else { return Ok(()) };
    let Some(presence) = app.gate().presence(&session, app.roles(), today, now).await? else { return Ok(()) };
    match presence.as_ref() {
        Presence::Acting(actor) => {
            visitor.standing =
                if session.must_change_password { Standing::MustChangePassword } else { Standing::Free };
            visitor.member = Some(Member { actor: actor.clone(), session: Some(session.id) });
        }
        Presence::ChooseOperator { .. } => visitor.standing = Standing::MustChooseOperator,
    }
    Ok(())
}
