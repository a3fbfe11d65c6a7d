//! My work and notices.

use axum::extract::State;
use axum::response::Response;
use base::Id;
use engine::work::WaitingCase;
use serde_json::{Value, json};

use super::{answer, instant};
use crate::app::App;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

fn case(case: &WaitingCase) -> Value {
    json!({
        "register": case.register,
        "id": case.record,
        "code": case.code,
        "title": case.title,
        "procedure": case.procedure,
        "state": case.state,
        "step": case.step,
        "since": instant(case.since),
        "due_at": instant(case.due_at),
    })
}

/// GET /api/v1/work.
pub(crate) async fn show(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let work = app.engine().work(who.actor()).await?;
    let list = |cases: &[WaitingCase]| cases.iter().map(case).collect::<Vec<_>>();
    Ok(answer(
        &json!({ "late": list(&work.late), "today": list(&work.today), "later": list(&work.later), "more": work.more }),
    ))
}

/// GET /api/v1/notices.
pub(crate) async fn notices(State(app): State<App>, who: SignedIn) -> Result<Response, Failure> {
    let notices = app.engine().notices(who.actor()).await?;
    let notice = |n: &engine::notice::Notice| json!({ "id": n.id, "kind": n.kind, "register": n.register, "record": n.record, "code": n.code, "title": n.title, "step": n.step, "due_at": instant(n.due_at), "at": instant(n.at) });
    Ok(answer(&json!({ "notices": notices.iter().map(notice).collect::<Vec<_>>() })))
}

/// POST /api/v1/notices/{id}/read.
pub(crate) async fn read_notice(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<Id>,
) -> Result<Response, Failure> {
    app.engine().read_notice(who.actor(), id).await?;
    Ok(answer(&json!({ "read": id })))
}
