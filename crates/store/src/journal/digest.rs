//! The digests of the journal. Every part is preceded by its length, so that no two different entries give the same
//! bytes.

use sm3::{Digest, Sm3};

use crate::{Row, StoreError};

type Hash = [u8; 32];

fn sm3(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sm3::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The digest of a payload with its salt. It stays when payload and salt are erased.
pub(crate) fn payload_hash(salt: &[u8], payload: &str) -> Hash {
    sm3(&[b"payload", salt, payload.as_bytes()])
}

/// The leaf of a stored entry.
pub(super) fn leaf(row: &Row) -> Result<Hash, StoreError> {
    let seq = row.int("seq")?.to_be_bytes();
    let at = row.int("at")?.to_be_bytes();
    let (actor, record) = (row.id("actor")?.to_bytes(), row.id("record_id")?.to_bytes());
    Ok(sm3(&[
        b"leaf",
        &seq,
        &at,
        &actor,
        row.text("operation")?.as_bytes(),
        row.text("table_name")?.as_bytes(),
        &record,
        row.text("county")?.as_bytes(),
        row.bytes("payload_hash")?,
    ]))
}

/// The Merkle root of leaves in order: neighbours are hashed together, an odd one at the end moves up as it is.
pub(super) fn root(leaves: &[Hash]) -> Hash {
    let mut level: Vec<Hash> = leaves.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => sm3(&[b"node", left, right]),
                other => other.first().copied().unwrap_or_default(),
            })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

/// What a block says of itself.
pub(super) struct BlockParts {
    pub(super) number: i64,
    pub(super) first_seq: i64,
    pub(super) last_seq: i64,
    pub(super) entries: i64,
    pub(super) at: i64,
}

/// The hash of a block, which holds that of the block before it.
pub(super) fn block(previous: &[u8], root: &[u8], parts: &BlockParts) -> Hash {
    let numbers = [parts.number, parts.first_seq, parts.last_seq, parts.entries, parts.at];
    let numbers: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
    sm3(&[b"block", previous, root, &numbers])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_number_of_leaves_show_in_the_root() {
        let leaves: Vec<Hash> = (0..5_u8).map(|n| [n; 32]).collect();
        let whole = root(&leaves);
        let mut swapped = leaves.clone();
        swapped.swap(1, 4);
        assert_ne!(whole, root(&swapped));
        assert_ne!(whole, root(&leaves[..4]));
        assert_eq!(root(&leaves[..1]), leaves[0]);
        assert_ne!(payload_hash(b"ab", "c"), payload_hash(b"a", "bc"));
    }
}
