//! POST /notices/{id}/read.

use axum::extract::State;
use axum::response::Response;
use base::Id;

use crate::app::App;
use crate::errors::{Failure, redirect};
use crate::path::Path;
use crate::visitor::SignedIn;

pub(super) async fn read(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    app.engine().read_notice(who.actor(), id).await?;
    Ok(redirect("/#notices"))
}
