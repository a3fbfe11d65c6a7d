//! Verifying: the chain from its beginning, every entry in it, and the anchors that were kept outside.

use super::digest::{self, BlockParts};
use super::{Anchor, ENTRY_COLUMNS, ENTRY_SQL, hex};
use crate::table::ColumnKind::{Bytes, Int, Text};
use crate::{ColumnKind, Database, Row, StoreError};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Blocks that were looked at.
    pub blocks: u64,
    /// Entries in them.
    pub entries: u64,
    /// Entries of which the payload was erased.
    pub erased: u64,
    /// Entries that no block holds yet.
    pub unsealed: u64,
    /// Anchors that were compared.
    pub anchors: u64,
    /// The first broken place; None when all is well.
    pub broken: Option<Broken>,
}

/// A broken place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The block; 0 where it is not about a block.
    pub block: i64,
    /// The entry, where it is known.
    pub entry: Option<i64>,
    /// What is wrong there.
    pub problem: String,
}

const BLOCK_COLUMNS: [(&str, ColumnKind); 8] = [
    ("number", Int),
    ("first_seq", Int),
    ("last_seq", Int),
    ("entries", Int),
    ("root", Bytes),
    ("previous", Bytes),
    ("hash", Bytes),
    ("at", Int),
];

/// Verifies the whole journal and compares it with `anchors`.
///
/// # Errors
/// The database cannot be reached. Whatever is wrong with the journal is in the report.
pub async fn verify(db: &Database, anchors: &[Anchor]) -> Result<Report, StoreError> {
    let mut report =
        Report { blocks: 0, entries: 0, erased: 0, unsealed: unsealed(db).await?, anchors: 0, broken: None };
    let mut previous: Vec<u8> = vec![0; 32];
    let mut number = 0_i64;
    loop {
        let sql = "SELECT number, first_seq, last_seq, entries, root, previous, hash, at FROM journal_block \
                   WHERE number > ? ORDER BY number LIMIT 200";
        let blocks = db.ask(sql, vec![number.into()], &BLOCK_COLUMNS).await?;
        if blocks.is_empty() {
            break;
        }
        for block in &blocks {
            let found = block.int("number")?;
            if found != number + 1 {
                return Ok(report.broken_at(number + 1, None, "the block is missing"));
            }
            number = found;
            if let Some(broken) = check_block(db, block, &previous, &mut report).await? {
                report.broken = Some(broken);
                return Ok(report);
            }
            previous = block.bytes("hash")?.to_vec();
            for anchor in anchors.iter().filter(|a| a.number == number) {
                report.anchors += 1;
                if anchor.hash != *previous {
                    let problem = format!("the anchor kept outside says {}", hex(&anchor.hash));
                    return Ok(report.broken_at(number, None, &problem));
                }
            }
        }
    }
    if let Some(anchor) = anchors.iter().find(|a| a.number > number) {
        let problem = "an anchor kept outside names this block, which is missing";
        return Ok(report.broken_at(anchor.number, None, problem));
    }
    strayed(db, number, report).await
}

impl Report {
    /// True when nothing is broken.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.broken.is_none()
    }

    fn broken_at(mut self, block: i64, entry: Option<i64>, problem: &str) -> Self {
        self.broken = Some(Broken { block, entry, problem: problem.to_owned() });
        self
    }
}

async fn unsealed(db: &Database) -> Result<u64, StoreError> {
    let sql = "SELECT COUNT(*) AS count FROM journal WHERE block IS NULL";
    let rows = db.ask(sql, vec![], &[("count", Int)]).await?;
    Ok(rows.first().map(|r| r.int("count")).transpose()?.unwrap_or_default().unsigned_abs())
}

/// Entries that name a block which does not exist.
async fn strayed(db: &Database, last: i64, report: Report) -> Result<Report, StoreError> {
    let sql = "SELECT seq, block FROM journal WHERE block > ? ORDER BY seq LIMIT 1";
    let rows = db.ask(sql, vec![last.into()], &[("seq", Int), ("block", Int)]).await?;
    let Some(row) = rows.first() else { return Ok(report) };
    Ok(report.broken_at(
        row.int("block")?,
        Some(row.int("seq")?),
        "the entry names a block that does not exist",
    ))
}

async fn check_block(
    db: &Database,
    block: &Row,
    previous: &[u8],
    report: &mut Report,
) -> Result<Option<Broken>, StoreError> {
    let parts = BlockParts {
        number: block.int("number")?,
        first_seq: block.int("first_seq")?,
        last_seq: block.int("last_seq")?,
        entries: block.int("entries")?,
        at: block.int("at")?,
    };
    let broken = |entry: Option<i64>, problem: &str| {
        Ok(Some(Broken { block: parts.number, entry, problem: problem.to_owned() }))
    };
    if block.bytes("previous")? != previous {
        return broken(None, "it does not follow the block before it");
    }
    if block.bytes("hash")? != digest::block(previous, block.bytes("root")?, &parts) {
        return broken(None, "its hash does not suit its contents");
    }
    let sql = format!(
        "SELECT {ENTRY_SQL}, payload, salt FROM journal WHERE block = ? AND seq BETWEEN ? AND ? ORDER BY seq"
    );
    let mut columns = ENTRY_COLUMNS.to_vec();
    columns.extend([("payload", Text), ("salt", Bytes)]);
    let entries = db
        .ask(&sql, vec![parts.number.into(), parts.first_seq.into(), parts.last_seq.into()], &columns)
        .await?;
    report.blocks += 1;
    report.entries += entries.len() as u64;
    let mut leaves = Vec::with_capacity(entries.len());
    for entry in &entries {
        if let Some(problem) = check_payload(entry)? {
            return broken(Some(entry.int("seq")?), problem);
        }
        report.erased += u64::from(entry.opt_int("erased_at")?.is_some());
        leaves.push(digest::leaf(entry)?);
    }
    if entries.len() as i64 != parts.entries {
        let problem = format!("it holds {} entries, {} were sealed", entries.len(), parts.entries);
        return broken(None, &problem);
    }
    if block.bytes("root")? != digest::root(&leaves) {
        return broken(None, "an entry in it was changed, moved or exchanged");
    }
    Ok(None)
}

fn check_payload(entry: &Row) -> Result<Option<&'static str>, StoreError> {
    let hash = entry.bytes("payload_hash")?;
    Ok(match (entry.opt_text("payload")?, entry.opt_bytes("salt")?, entry.opt_int("erased_at")?) {
        (Some(payload), Some(salt), None) if digest::payload_hash(salt, payload) == hash => None,
        (Some(_), Some(_), None) => Some("its payload was changed"),
        (None, None, Some(_)) => None,
        _ => Some("its payload was removed without being marked as erased"),
    })
}
