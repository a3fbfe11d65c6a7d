//! /r/{register}/{id}/share and .../picture.svg: a case as text and as a long picture for a group chat.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use base::Id;
use engine::record::Record;
use judge::Fact;
use plan::pack::{FieldKind, Register};

use crate::app::App;
use crate::build::frame::{crumbs, frame, page};
use crate::build::public_address::base_of;
use crate::build::share::Share;
use crate::build::value::address;
use crate::errors::Failure;
use crate::path::Path;
use crate::text::{fill, say};
use crate::view::frame::Crumb;
use crate::view::share::SharePage;
use crate::visitor::SignedIn;

use super::list::register_for;

/// Photos below the drawing at most.
const MOST_PHOTOS: usize = 4;

/// The case of the address, where this person may see it. Plain records are not passed on.
async fn case<'a>(
    app: &'a App,
    who: &SignedIn,
    headers: &HeaderMap,
    (name, id): (&str, Id),
) -> Result<(&'a Register, Record, Share), Failure> {
    let register = register_for(app, who, name)?;
    let record = app.engine().record(who.actor(), name, id).await?;
    if record.case.is_none() {
        return Err(Failure::NotFound);
    }
    let titles = app.engine().titles(register, std::iter::once(&record.facts)).await?;
    let base = base_of(app, headers, &who.visitor).await?;
    let reader = (who.visitor.language, who.actor().reads);
    let share = Share::of(app.engine(), register, &record, &titles, reader, &base);
    Ok((register, record, share))
}

/// GET .../share.
pub(super) async fn show(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (register, record, share) = case(&app, &who, &headers, (&name, id)).await?;
    let l = who.visitor.language;
    let here = address(&name, id);
    let mut f = frame(&app, &who, &say(l, "share.title"));
    crumbs(&app, &mut f, register);
    f.crumbs.push(Crumb { title: record.code.clone(), href: here.clone() });
    page(&SharePage {
        f,
        heading: record.title.clone(),
        text: share.text(l),
        picture: format!("{here}/picture.svg"),
        photos: photos(register, &record, &here, who.actor().reads),
        code: record.code,
    })
}

/// The photos of the case that this person may see.
fn photos(register: &Register, record: &Record, here: &str, reads: plan::pack::FieldClass) -> Vec<String> {
    let fields = register.fields.iter().filter(|f| f.kind == FieldKind::Image && f.class <= reads);
    let lists = fields.filter_map(|f| match record.facts.get(f.name()) {
        Some(Fact::List(list)) => Some(list),
        _ => None,
    });
    lists.flatten().take(MOST_PHOTOS).map(|hash| format!("{here}/files/{hash}")).collect()
}

/// GET .../picture.svg.
pub(super) async fn picture(
    State(app): State<App>,
    who: SignedIn,
    Path((name, id)): Path<(String, Id)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (_, _, share) = case(&app, &who, &headers, (&name, id)).await?;
    let l = who.visitor.language;
    let now = app.engine().now().local();
    let foot = fill(l, "share.foot", &[("who", &who.actor().display), ("when", &now)]);
    let headers = [(CONTENT_TYPE, "image/svg+xml; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    Ok((headers, share.picture(l, foot)?).into_response())
}
