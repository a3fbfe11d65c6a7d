//! Files that come with a form: checked by their content, stored by their hash, and shown to their sender while the
//! form is not yet complete.

use base::{Problem, Problems};
use city::Actor;
use plan::pack::{Field, FieldKind};
use report::image_check::{Wanted, accept};
use sm3::Digest as _;
use store::blobs::BlobError;

use crate::app::App;
use crate::errors::Failure;
use crate::sent::Sent;

/// Stores the files of a form and adds their hashes to its fields, as if they had been typed.
pub(crate) async fn store<'a>(
    app: &App,
    actor: &Actor,
    fields: impl Iterator<Item = &'a Field>,
    sent: &mut Sent,
    problems: &mut Problems,
) -> Result<(), Failure> {
    for field in fields {
        let wanted = match field.kind {
            FieldKind::Image => Wanted::Photo,
            FieldKind::File => Wanted::Evidence,
            _ => continue,
        };
        let input = format!("{}.file", field.name());
        let files: Vec<_> = sent.files_of(&input).cloned().collect();
        for file in files {
            match one(app, actor, wanted, &file.name, &file.content).await? {
                Ok(hash) => sent.add(field.name(), hash),
                Err(problem) => problems.push(Problem { field: field.name().to_owned(), ..problem }),
            }
        }
    }
    Ok(())
}

/// Stores one file with the name that its sender gave it; a content that is not wanted is a problem for its sender.
pub(crate) async fn one(
    app: &App,
    actor: &Actor,
    wanted: Wanted,
    name: &str,
    content: &[u8],
) -> Result<Result<String, Problem>, Failure> {
    let kind = match accept(wanted, content) {
        Ok(kind) => kind,
        Err(problem) => return Ok(Err(problem)),
    };
    let blob = app.blobs().put(content, content.len() as u64).await.map_err(failure)?;
    store::blobs::describe(&app.engine().database, &blob, kind.media_type(), app.engine().now()).await?;
    let name = report::file_name::clean(name, kind);
    if !name.is_empty() {
        app.engine().name_upload(actor, &blob.hash, &name).await?;
    }
    Ok(Ok(blob.hash))
}

/// What the attachment store says.
pub(crate) fn failure(error: BlobError) -> Failure {
    match error {
        BlobError::TooLarge { limit } => {
            Failure::TooLarge { limit: usize::try_from(limit).unwrap_or(usize::MAX) }
        }
        BlobError::Broken(_) => Failure::bad("request.broken_off"),
        BlobError::BadName(_) => Failure::NotFound,
        BlobError::Store(error) => error.into(),
    }
}

/// Proof that this browser sent the file: nobody else has the form's token.
pub(crate) fn proof(csrf: &str, hash: &str) -> String {
    let digest = sm3::Sm3::new()
        .chain_update(b"own upload\0")
        .chain_update(csrf.as_bytes())
        .chain_update(hash.as_bytes())
        .finalize();
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Where the sender of a file sees it before it belongs to a record.
pub(crate) fn preview(csrf: &str, hash: &str) -> String {
    format!("/uploads/{hash}?by={}", proof(csrf, hash))
}
