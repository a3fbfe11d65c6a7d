//! GET /r/{register}/export.xlsx: exactly the list that is shown, with all its pages.

use axum::extract::{RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::App;
use crate::build::address::{Wanted, request};
use crate::build::workbook::Export;
use crate::errors::Failure;
use crate::path::Path;
use crate::visitor::SignedIn;

use super::list::register_for;

/// Rows of one step.
const STEP: u32 = 1000;
/// Rows at most: a longer list is narrowed by a filter first.
const MOST: usize = 100_000;

pub(super) async fn send(
    State(app): State<App>,
    who: SignedIn,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let register = register_for(&app, &who, &name)?;
    let mut asked = request(app.model(), register, &Wanted::read(query.as_deref()))?;
    asked.limit = STEP;
    let (mut pages, mut rows) = (Vec::new(), 0);
    loop {
        let found = app.engine().list(who.actor(), &name, &asked).await?;
        let titles = app.engine().titles(register, found.records.iter().map(|r| &r.facts)).await?;
        rows += found.records.len();
        pages.push((found.records, titles));
        match found.next {
            Some(next) if rows < MOST => asked.after = next,
            Some(_) => return Err(Failure::bad("export.too_long")),
            None => break,
        }
    }
    let (engine, language, title) = (app.engine().clone(), who.visitor.language, register.title.clone());
    let written = tokio::task::spawn_blocking(move || {
        let register = engine.register(&name)?;
        Export { engine: &engine, register, language }.write(&pages)
    });
    let bytes = written.await.map_err(|e| Failure::Broken(e.to_string()))??;
    Ok(workbook(&format!("{}-{}.xlsx", title.in_language(language), app.engine().today()), bytes))
}

/// A workbook as a download.
pub(crate) fn workbook(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!(
        "attachment; filename=\"list.xlsx\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, NON_ALPHANUMERIC)
    );
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    );
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
