//! Notices: what somebody was told, with the record it is about. A notice can always be copied as text.

use base::{Id, Instant};
use city::Actor;
use store::{Change, ChangeSet, Condition, Direction, Query, Scope, Value};

use crate::record::Record;
use crate::tables::NOTICE;
use crate::{Engine, EngineError};

/// Notices shown at most.
const SHOWN: u32 = 100;

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Identity.
    pub id: Id,
    /// `remind`, `late` or `escalated`.
    pub kind: String,
    /// Register of the record.
    pub register: String,
    /// The record.
    pub record: Id,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The step that is awaited.
    pub step: String,
    /// The limit.
    pub due_at: Instant,
    /// When it was told.
    pub at: Instant,
}

/// What a notice says, and to whom.
pub(crate) struct NewNotice<'a> {
    pub(crate) account: Id,
    pub(crate) kind: &'a str,
    pub(crate) register: &'a str,
    pub(crate) record: Id,
    pub(crate) code: &'a str,
    pub(crate) title: &'a str,
    pub(crate) step: &'a str,
    pub(crate) due_at: Instant,
}

impl Engine {
    /// Notices that `actor` has not read, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notices(&self, actor: &Actor) -> Result<Vec<Notice>, EngineError> {
        let query = Query::of(NOTICE, Scope::system("own notices"))
            .filter(Condition::eq("account", actor.account))
            .filter(Condition::Eq("read_at".into(), Value::Int(0)))
            .sort("id", Direction::Descending)
            .limit(SHOWN);
        let rows = self.database.select(&query).await?;
        let notices = rows.iter().map(|row| {
            Ok(Notice {
                id: row.id("id")?,
                kind: row.text("kind")?.to_owned(),
                register: row.text("register")?.to_owned(),
                record: row.id("record")?,
                code: row.text("code")?.to_owned(),
                title: row.text("title")?.to_owned(),
                step: row.text("step")?.to_owned(),
                due_at: row.instant("due_at")?,
                at: row.instant("at")?,
            })
        });
        Ok(notices.collect::<Result<_, store::StoreError>>()?)
    }

    /// Marks a notice of `actor` as read.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where it is not theirs.
    pub async fn read_notice(&self, actor: &Actor, id: Id) -> Result<(), EngineError> {
        let query = Query::of(NOTICE, Scope::system("own notices"))
            .columns(&["id"])
            .filter(Condition::eq("id", id))
            .filter(Condition::eq("account", actor.account))
            .limit(1);
        self.database.first(&query).await?.ok_or(EngineError::NotFound)?;
        let mut set = ChangeSet::new();
        set.update(NOTICE, id, None, vec![("read_at".into(), Value::Int(self.now().0))]);
        self.database.apply(set).await?;
        Ok(())
    }

    pub(crate) fn notice_row(&self, account: Id, kind: &str, record: &Record, step: &str) -> Change {
        self.notice_of(&NewNotice {
            account,
            kind,
            register: &record.register,
            record: record.id,
            code: &record.code,
            title: &record.title,
            step,
            due_at: record.case.as_ref().map_or(Instant::NEVER, |c| c.due_at),
        })
    }

    /// The row that tells somebody something now, not read yet.
    pub(crate) fn notice_of(&self, told: &NewNotice<'_>) -> Change {
        let now = self.now();
        let text = |text: &str| Value::Text(text.to_owned());
        Change::Insert {
            table: NOTICE.into(),
            id: self.new_id_at(now),
            values: vec![
                ("account".into(), Value::Id(told.account)),
                ("kind".into(), text(told.kind)),
                ("register".into(), text(told.register)),
                ("record".into(), Value::Id(told.record)),
                ("code".into(), text(told.code)),
                ("title".into(), text(told.title)),
                ("step".into(), text(told.step)),
                ("due_at".into(), Value::Int(told.due_at.0)),
                ("at".into(), Value::Int(now.0)),
                ("read_at".into(), Value::Int(0)),
            ],
        }
    }
}
