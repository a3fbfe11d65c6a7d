//! The journal: who did what, in a form in which later changes show.
//!
//! Entries are stored with the change that they tell of. A sealer gathers finished entries into blocks: the Merkle
//! root of their leaves, chained by SM3 (GB/T 32905). The head of the chain is written down outside ([`Anchor`]), so
//! that not even whoever owns the database can rewrite the past unseen. A leaf holds only a digest of the payload, so
//! a person's data can be erased and the chain still verifies.

mod changes;
mod digest;
mod erase;
mod seal;
mod verify;

use std::fmt;
use std::str::FromStr;

use base::Instant;

use crate::table::ColumnKind::{Bytes, Id, Int, Text};
use crate::{ColumnKind, Database, StoreError};

pub use changes::{Position, changed_since, knows, position};
pub(crate) use digest::payload_hash;
pub use erase::erase_record;
pub use seal::seal;
pub use verify::{Broken, Report, verify};

/// The head of the chain, to be kept outside: on the portal, at a peer, in a daily notice. Written as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the block, from 1.
    pub number: i64,
    /// SM3 of the block.
    pub hash: [u8; 32],
    /// When it was sealed.
    pub at: Instant,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "anlan-journal {} {} {}", self.number, hex(&self.hash), self.at.rfc3339())
    }
}

impl FromStr for Anchor {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let bad = || format!("{line} is not an anchor: anlan-journal NUMBER HASH TIME is");
        let mut parts = line.split_whitespace();
        let (word, number, hash, at) = (parts.next(), parts.next(), parts.next(), parts.next());
        if word != Some("anlan-journal") || parts.next().is_some() {
            return Err(bad());
        }
        Ok(Self {
            number: number.and_then(|n| n.parse().ok()).ok_or_else(bad)?,
            hash: hash.and_then(unhex).ok_or_else(bad)?,
            at: at.and_then(Instant::parse).ok_or_else(bad)?,
        })
    }
}

/// The newest block; None before the first one.
///
/// # Errors
/// The database cannot be reached.
pub async fn head(db: &Database) -> Result<Option<Anchor>, StoreError> {
    let sql = "SELECT number, hash, at FROM journal_block ORDER BY number DESC LIMIT 1";
    let rows = db.ask(sql, vec![], &[("number", Int), ("hash", Bytes), ("at", Int)]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let hash = row.bytes("hash")?.try_into().map_err(|_| StoreError::Inconsistent {
        table: "journal_block".to_owned(),
        column: "hash".to_owned(),
        problem: "a hash has 32 bytes".to_owned(),
    })?;
    Ok(Some(Anchor { number: row.int("number")?, hash, at: row.instant("at")? }))
}

const ENTRY_COLUMNS: [(&str, ColumnKind); 9] = [
    ("seq", Int),
    ("at", Int),
    ("actor", Id),
    ("operation", Text),
    ("table_name", Text),
    ("record_id", Id),
    ("county", Text),
    ("payload_hash", Bytes),
    ("erased_at", Int),
];
const ENTRY_SQL: &str = "seq, at, actor, operation, table_name, record_id, county, payload_hash, erased_at";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if text.len() != 64 {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_survives_being_written_down() {
        let anchor = Anchor { number: 7, hash: [0xA5; 32], at: Instant::parse("2021-06-15T09:30").unwrap() };
        assert_eq!(anchor.to_string().parse(), Ok(anchor));
        for bad in ["", "anlan-journal 7 00 2021-06-15T09:30", "anlan-journal x"] {
            assert!(bad.parse::<Anchor>().is_err(), "{bad}");
        }
    }
}
