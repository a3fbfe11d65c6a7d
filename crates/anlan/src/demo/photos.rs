//! Synthetic photos and papers: QR images that say what they stand for, stored like any attachment.

use store::blobs::Blobs;

/// Content hashes of the attachments that the demo's cases refer to.
#[derive(Debug, Clone)]
pub(super) struct Photos {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) paper: String,
}

pub(super) async fn make(
    blobs: &Blobs,
    database: &store::Database,
    at: base::Instant,
) -> Result<Photos, String> {
    let mut hashes = Vec::new();
    for text in ["安澜演示：整改前照片（模拟）", "安澜演示：整改后照片（模拟）", "安澜演示：验收记录（模拟）"]
    {
        let picture = report::qr::Code::new(text).map_err(|problem| problem.to_string())?.png(8);
        let blob = blobs.put(picture.as_slice(), 1024 * 1024).await.map_err(|error| error.to_string())?;
        store::blobs::describe(database, &blob, "image/png", at).await.map_err(|error| error.to_string())?;
        hashes.push(blob.hash);
    }
    let mut hashes = hashes.into_iter();
    let mut next = || hashes.next().unwrap_or_default();
    Ok(Photos { before: next(), after: next(), paper: next() })
}
