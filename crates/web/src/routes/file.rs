//! Attachments: of a record that may be seen, or an own upload whose form is not complete yet.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use base::Id;
use engine::file::Attachment;
use http_body_util::StreamBody;
use hyper::body::Frame;
use judge::{Fact, Facts};
use tokio::io::AsyncReadExt as _;

use crate::app::App;
use crate::build::address::Wanted;
use crate::build::files::{disposition, name};
use crate::build::uploads::{failure, proof};
use crate::errors::Failure;
use crate::path::Path;
use crate::sent::same;
use crate::visitor::SignedIn;

/// GET /r/{register}/{id}/files/{hash}.
pub(super) async fn of_record(
    State(app): State<App>,
    who: SignedIn,
    Path((register, id, hash)): Path<(String, Id, String)>,
) -> Result<Response, Failure> {
    let (field, number, known) = app.engine().file_of(who.actor(), &register, id, &hash).await?;
    send(&app, &hash, &name(&known, field.title.in_language(who.visitor.language), number)).await
}

/// GET /uploads/{hash}?by=...
pub(super) async fn own_upload(
    State(app): State<App>,
    who: SignedIn,
    Path(hash): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::read(query.as_deref());
    if !same(wanted.one("by"), &proof(&who.visitor.csrf, &hash)) {
        return Err(Failure::NotFound);
    }
    let held = Facts::from([(String::new(), Fact::List(vec![hash.clone()]))]);
    let known = app.engine().attachments(who.actor(), Id::NIL, std::iter::once(&held)).await?;
    send(&app, &hash, &name(known.get(&hash).unwrap_or(&Attachment::default()), "upload", 1)).await
}

/// What a browser may show in place; everything else is saved.
const SHOWN: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"];
/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

pub(crate) async fn send(app: &App, hash: &str, name: &str) -> Result<Response, Failure> {
    let known = store::blobs::description(&app.engine().database, hash).await?.ok_or(Failure::NotFound)?;
    let file = app.blobs().get(hash).await.map_err(failure)?.ok_or(Failure::NotFound)?;
    let mut response = Response::new(stream(file));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&known.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(known.size));
    // The address names the content, so it never changes; only this browser keeps it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable"));
    let shown = SHOWN.contains(&known.media_type.as_str());
    let named = disposition(shown, name).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(CONTENT_DISPOSITION, named);
    Ok(response)
}

fn stream(file: tokio::fs::File) -> Body {
    let (sender, receiver) =
        tokio::sync::mpsc::channel::<Result<Frame<axum::body::Bytes>, std::io::Error>>(2);
    tokio::spawn(async move {
        let mut file = file;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = (&mut file).take(CHUNK as u64).read_to_end(&mut chunk).await;
            let piece = match read {
                Ok(0) => break,
                Ok(_) => Ok(Frame::data(chunk.into())),
                Err(error) => Err(error),
            };
            let ended = piece.is_err();
            // The reader is gone, or the file is: either way there is nothing more to send.
            if sender.send(piece).await.is_err() || ended {
                break;
            }
        }
    });
    Body::new(StreamBody::new(Pieces(receiver)))
}

/// The pieces of a file as they are read.
struct Pieces(tokio::sync::mpsc::Receiver<Result<Frame<axum::body::Bytes>, std::io::Error>>);

impl futures_core::Stream for Pieces {
    type Item = Result<Frame<axum::body::Bytes>, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
