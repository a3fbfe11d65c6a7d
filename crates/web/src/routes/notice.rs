//! POST /notices/{id}/read, with those that say the same as `also`.

use axum::extract::State;
use axum::response::Response;
use base::Id;

use crate::app::App;
use crate::errors::{Failure, redirect};
use crate::path::Path;
use crate::sent::Sent;
use crate::visitor::SignedIn;

pub(super) async fn read(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
    sent: Sent,
) -> Result<Response, Failure> {
    app.engine().read_notice(who.actor(), id).await?;
    for also in sent.all("also").iter().filter_map(|id| id.parse().ok()) {
        app.engine().read_notice(who.actor(), also).await?;
    }
    Ok(redirect("/#notices"))
}
