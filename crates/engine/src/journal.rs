//! The journal as its auditor reads it: every entry of everybody, newest first, with the state of the chain.

use base::{Id, Instant};
use city::Actor;
use city::roles::AUDIT_ADMIN;
use store::{Aggregate, Condition, Direction, Measure, Query, Scope, Value};

use crate::{Engine, EngineError};

/// Entries of one page.
const PAGE: u32 = 50;

/// What an auditor looks for.
#[derive(Debug, Clone, Default)]
pub struct JournalRequest {
    /// Entries of this account only.
    pub account: Option<Id>,
    /// Entries about this record only.
    pub record: Option<Id>,
    /// The page begins below this number; 0 for the newest.
    pub below: i64,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct JournalLine {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// The account.
    pub account: Id,
    /// Who; empty for the program itself.
    pub who: String,
    /// What, for instance `hazard.open`.
    pub operation: String,
    /// The record.
    pub record: Id,
    /// What was done, as JSON; empty where it was erased.
    pub payload: String,
    /// The block that seals it; None while it waits.
    pub block: Option<i64>,
    /// When the payload was erased, if it was.
    pub erased_at: Option<Instant>,
}

/// A page of the journal.
#[derive(Debug, Clone, Default)]
pub struct JournalPage {
    /// Entries, newest first.
    pub lines: Vec<JournalLine>,
    /// The next page begins below this number; None on the last one.
    pub next: Option<i64>,
    /// The newest block: number, hash, when.
    pub head: Option<store::journal::Anchor>,
    /// Entries in all.
    pub entries: i64,
}

impl Engine {
    /// A page of the journal, for the audit administrator only.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for everybody else; the database failed.
    pub async fn journal(&self, actor: &Actor, request: &JournalRequest) -> Result<JournalPage, EngineError> {
        if !actor.has_role(AUDIT_ADMIN) {
            return Err(EngineError::NotFound);
        }
        let mut query = Query::of("journal", Scope::system("audit of the journal"))
            .columns(&["seq", "at", "actor", "operation", "record_id", "payload", "block", "erased_at"])
            .sort("seq", Direction::Descending)
            .limit(PAGE + 1);
        if let Some(account) = request.account {
            query = query.filter(Condition::eq("actor", account));
        }
        if let Some(record) = request.record {
            query = query.filter(Condition::eq("record_id", record));
        }
        if request.below > 0 {
            query = query.filter(Condition::Less("seq".into(), Value::Int(request.below)));
        }
        let rows = self.database.select(&query).await?;
        let accounts = rows.iter().map(|row| row.id("actor")).collect::<Result<Vec<_>, _>>()?;
        let names = self.account_names(&accounts).await?;
        let mut page =
            JournalPage { head: store::journal::head(&self.database).await?, ..JournalPage::default() };
        for (row, account) in rows.iter().zip(accounts).take(PAGE as usize) {
            page.lines.push(JournalLine {
                number: row.int("seq")?,
                at: row.instant("at")?,
                account,
                who: names.get(&account).cloned().unwrap_or_default(),
                operation: row.text("operation")?.to_owned(),
                record: row.id("record_id")?,
                payload: row.opt_text("payload")?.unwrap_or_default().to_owned(),
                block: row.opt_int("block")?,
                erased_at: row.opt_instant("erased_at")?,
            });
        }
        if rows.len() > PAGE as usize {
            page.next = page.lines.last().map(|line| line.number);
        }
        page.entries = self.newest_entry().await?;
        Ok(page)
    }

    /// The number of the newest entry: entries are numbered from 1, so that it is their count as well as long as no
    /// transaction was given up.
    async fn newest_entry(&self) -> Result<i64, EngineError> {
        let query = Aggregate {
            measures: vec![("newest".to_owned(), Measure::Max("seq".to_owned()))],
            ..Aggregate::count("journal", Scope::system("audit of the journal"))
        };
        let rows = self.database.aggregate(&query).await?;
        Ok(rows.first().map(|row| row.opt_int("newest")).transpose()?.flatten().unwrap_or(0))
    }
}
