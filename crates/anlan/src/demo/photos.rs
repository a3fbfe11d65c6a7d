//! Synthetic photos and papers: a few drawings that say so in large letters, stored like any attachment and referred to
//! by many cases. The drawings (`pictures/*.svg`) are rendered once (`pictures/*.png`).

use store::blobs::Blobs;

/// Content hashes of the attachments that the demo's records refer to.
#[derive(Debug, Clone)]
pub(super) struct Photos {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) paper: String,
    pub(super) statistics: String,
    pub(super) sign_in: String,
    pub(super) board: String,
}

/// Largest drawing, bytes.
const LARGEST: u64 = 1024 * 1024;

pub(super) async fn make(
    blobs: &Blobs,
    database: &store::Database,
    at: base::Instant,
) -> Result<Photos, String> {
    let keep = async |picture: &'static [u8]| -> Result<String, String> {
        let blob = blobs.put(picture, LARGEST).await.map_err(|error| error.to_string())?;
        store::blobs::describe(database, &blob, "image/png", at).await.map_err(|error| error.to_string())?;
        Ok(blob.hash)
    };
    Ok(Photos {
        before: keep(include_bytes!("pictures/before.png")).await?,
        after: keep(include_bytes!("pictures/after.png")).await?,
        paper: keep(include_bytes!("pictures/paper.png")).await?,
        statistics: keep(include_bytes!("pictures/statistics.png")).await?,
        sign_in: keep(include_bytes!("pictures/sign_in.png")).await?,
        board: keep(include_bytes!("pictures/board.png")).await?,
    })
}
