//! Attachments: whole or not at all, once.

use std::io::Write;

use base::Instant;
use store::blobs::{self, BlobError, Blobs};
use tokio::io::AsyncReadExt;

use crate::world::World;

on_both_engines! {
    the_same_bytes_are_stored_once_and_come_back
    too_many_bytes_and_broken_sources_leave_nothing
    changed_bytes_are_found
    a_description_is_kept
}

fn files(folder: &std::path::Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        count += if path.is_dir() { files(&path) } else { 1 };
    }
    count
}

async fn open(w: &World) -> Blobs {
    Blobs::open(w.folder.path().join("blobs")).await.unwrap()
}

async fn the_same_bytes_are_stored_once_and_come_back(w: &World) {
    let blobs = open(w).await;
    let bytes = vec![7_u8; 200_000];
    let (one, two) = tokio::join!(blobs.put(&bytes[..], 300_000), blobs.put(&bytes[..], 300_000));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((&one, one.size), (&two, 200_000));
    assert_eq!(files(blobs.folder()), 1);
    let mut back = Vec::new();
    blobs.get(&one.hash).await.unwrap().unwrap().read_to_end(&mut back).await.unwrap();
    assert!(back == bytes);
    assert!(blobs.verify(&one.hash).await.unwrap());
    let empty = blobs.put(&[][..], 0).await.unwrap();
    assert_eq!(empty.hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert!(blobs.get(&"0".repeat(64)).await.unwrap().is_none());
    for bad in ["", "../../etc/passwd", &"G".repeat(64), &one.hash[1..]] {
        assert!(matches!(blobs.get(bad).await, Err(BlobError::BadName(_))), "{bad}");
    }
}

struct Breaking(usize);

impl tokio::io::AsyncRead for Breaking {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        if self.0 == 0 {
            return std::task::Poll::Ready(Err(std::io::Error::other("the line went dead")));
        }
        self.0 -= 1;
        buffer.put_slice(&[1; 1000]);
        std::task::Poll::Ready(Ok(()))
    }
}

async fn too_many_bytes_and_broken_sources_leave_nothing(w: &World) {
    let blobs = open(w).await;
    let large = blobs.put(&vec![1_u8; 1001][..], 1000).await;
    assert_eq!(large, Err(BlobError::TooLarge { limit: 1000 }));
    assert!(matches!(blobs.put(Breaking(3), 1_000_000).await, Err(BlobError::Broken(_))));
    assert_eq!(files(blobs.folder()), 0);
}

async fn changed_bytes_are_found(w: &World) {
    let blobs = open(w).await;
    let blob = blobs.put(&b"photo"[..], 100).await.unwrap();
    let path = blobs.path(&blob.hash).await.unwrap().unwrap();
    std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(b"x").unwrap();
    assert!(!blobs.verify(&blob.hash).await.unwrap());
}

async fn a_description_is_kept(w: &World) {
    let blob = open(w).await.put(&b"photo"[..], 100).await.unwrap();
    assert_eq!(blobs::description(&w.db, &blob.hash).await.unwrap(), None);
    blobs::describe(&w.db, &blob, "image/jpeg", Instant(5)).await.unwrap();
    blobs::describe(&w.db, &blob, "image/png", Instant(6)).await.unwrap();
    let kept = blobs::description(&w.db, &blob.hash).await.unwrap().unwrap();
    assert_eq!((kept.size, kept.media_type.as_str(), kept.at), (5, "image/jpeg", Instant(5)));
}
