//! Publications: a record that meets a pack's condition is offered to those who decide; only what a named person has
//! decided becomes public, as a frozen copy in which persons are masked. It can be corrected and withdrawn with a
//! reason, and is over when its time has run out. Nothing is ever published by the program.

pub(crate) mod decide;
mod freeze;
mod offer;
mod read;

pub use read::{EntryList, Gone, PublicPage};

use base::{Day, Id, Instant, Text};
use city::{Actor, Place};
use plan::pack::{Element as _, Publication};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, ColumnClass, ColumnDef, ColumnKind, JournalEntry, Row, TableDef, Value};

use crate::record::read::place_of;
use crate::rule::effect::place_values;
use crate::{Engine, EngineError};

/// What is offered and published.
pub const PUBLICATION_ENTRY: &str = "publication_entry";

/// One line of a frozen copy, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The field.
    pub id: String,
    /// What it is.
    pub title: Text,
    /// Its value, masked.
    pub value: Text,
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Waits for a decision.
    Offered,
    /// Its record no longer met the condition before anybody decided.
    Passed,
    /// Somebody decided against it.
    Declined,
    /// Public, from its first to its last day.
    Published,
    /// Taken back by a person.
    Withdrawn,
    /// Replaced by a corrected copy.
    Corrected,
    /// Its time has run out, or its case is closed.
    Ended,
}

impl Standing {
    /// All of them, in the order of their lives.
    pub const ALL: [Self; 7] = [
        Self::Offered,
        Self::Published,
        Self::Withdrawn,
        Self::Corrected,
        Self::Ended,
        Self::Declined,
        Self::Passed,
    ];

    /// As it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Passed => "passed",
            Self::Declined => "declined",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
            Self::Corrected => "corrected",
            Self::Ended => "ended",
        }
    }

    /// The standing of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }

    /// Somebody may still decide, withdraw or correct.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Offered | Self::Published)
    }
}

/// One record within one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identity.
    pub id: Id,
    /// Version, for changing it.
    pub version: i64,
    /// The publication.
    pub publication: String,
    /// Register of the record.
    pub register: String,
    /// The record.
    pub record: Id,
    /// Its code.
    pub code: String,
    /// Its title; for those who decide, never public.
    pub title: String,
    /// The proposal by which it was offered.
    pub proposal: Id,
    /// Where it stands.
    pub standing: Standing,
    /// The frozen copy; of an offer, what would be published.
    pub shown: Vec<Line>,
    /// First day.
    pub first: Option<Day>,
    /// Last day; None for no end.
    pub last: Option<Day>,
    /// By what the public list is sorted.
    pub order: String,
    /// When it was offered.
    pub offered_at: Instant,
    /// When it was decided; 0 before.
    pub decided_at: Instant,
    /// Who decided.
    pub decided_by: String,
    /// When it was withdrawn, corrected or over; 0 before.
    pub ended_at: Instant,
    /// Who withdrew or corrected it.
    pub ended_by: String,
    /// Why it was declined, withdrawn or corrected.
    pub reason: String,
    /// The corrected copy that stands in its place.
    pub replaced_by: Id,
    /// Where the record stands.
    pub place: Place,
}

/// The table of publications.
#[must_use]
pub fn tables() -> Vec<TableDef> {
    let column = |name: &str, kind: ColumnKind, class: ColumnClass, comment: &str| {
        ColumnDef::new(name, kind, comment).never_null().class(class)
    };
    let text = |name: &str, comment: &str| column(name, ColumnKind::Text, ColumnClass::Public, comment);
    let int = |name: &str, comment: &str| column(name, ColumnKind::Int, ColumnClass::Public, comment);
    let id = |name: &str, comment: &str| column(name, ColumnKind::Id, ColumnClass::Public, comment);
    let inner = |name: &str, comment: &str| column(name, ColumnKind::Text, ColumnClass::Internal, comment);
    let table = TableDef::new(PUBLICATION_ENTRY, "Records offered to the public and their frozen copies")
        .scoped()
        .versioned()
        .column(text("publication", "the publication"))
        .column(text("register", "register of the record"))
        .column(id("record", "the record"))
        .column(id("slot", "the record while the entry is live, afterwards the entry itself"))
        .column(inner("code", "code of the record"))
        .column(inner("title", "title of the record"))
        .column(id("proposal", "the proposal by which it was offered"))
        .column(text("standing", "offered, passed, declined, published, withdrawn, corrected or ended"))
        .column(text("shown", "the frozen copy as JSON"))
        .column(text("first_day", "first day; empty before a decision"))
        .column(text("last_day", "last day; empty for no end"))
        .column(text("order_key", "by what the public list is sorted"))
        .column(int("offered_at", "when it was offered"))
        .column(int("decided_at", "when it was decided; 0 before"))
        .column(inner("decided_by", "who decided, name as it was then"))
        .column(int("ended_at", "when it was withdrawn, corrected or over; 0 before"))
        .column(inner("ended_by", "who withdrew or corrected it"))
        .column(text("reason", "why it was declined, withdrawn or corrected"))
        .column(id("replaced_by", "the corrected copy"))
        .unique(&["publication", "slot"])
        .index(&["publication", "standing", "order_key", "id"])
        .index(&["publication", "county", "standing", "id"])
        .index(&["publication", "organisation", "standing", "id"])
        .index(&["publication", "record", "id"])
        .index(&["standing", "last_day", "id"])
        .index(&["proposal"]);
    vec![table]
}

fn day_text(day: Option<Day>) -> Value {
    Value::Text(day.map(|d| d.to_string()).unwrap_or_default())
}

impl Entry {
    /// The row as an entry.
    fn of(row: &Row) -> Result<Self, store::StoreError> {
        let text = |name: &str| row.text(name).map(str::to_owned);
        // Columns that a stranger does not read are not in a stranger's row.
        let inner = |name: &str| row.text(name).map(str::to_owned).unwrap_or_default();
        Ok(Self {
            id: row.id("id")?,
            version: row.int("version")?,
            publication: text("publication")?,
            register: text("register")?,
            record: row.id("record")?,
            code: inner("code"),
            title: inner("title"),
            proposal: row.id("proposal")?,
            standing: Standing::parse(row.text("standing")?).unwrap_or(Standing::Passed),
            shown: serde_json::from_str(row.text("shown")?).unwrap_or_default(),
            first: Day::parse(row.text("first_day")?),
            last: Day::parse(row.text("last_day")?),
            order: text("order_key")?,
            offered_at: row.instant("offered_at")?,
            decided_at: row.instant("decided_at")?,
            decided_by: inner("decided_by"),
            ended_at: row.instant("ended_at")?,
            ended_by: inner("ended_by"),
            reason: text("reason")?,
            replaced_by: row.id("replaced_by")?,
            place: place_of(row)?,
        })
    }

    fn values(&self) -> Vec<(String, Value)> {
        let text = |text: &str| Value::Text(text.to_owned());
        let slot = if self.standing.is_live() { self.record } else { self.id };
        let mut values = vec![
            ("publication".to_owned(), text(&self.publication)),
            ("register".to_owned(), text(&self.register)),
            ("record".to_owned(), Value::Id(self.record)),
            ("slot".to_owned(), Value::Id(slot)),
            ("code".to_owned(), text(&self.code)),
            ("title".to_owned(), text(&self.title)),
            ("proposal".to_owned(), Value::Id(self.proposal)),
            ("standing".to_owned(), text(self.standing.name())),
            ("shown".to_owned(), Value::Text(serde_json::to_string(&self.shown).unwrap_or_default())),
            ("first_day".to_owned(), day_text(self.first)),
            ("last_day".to_owned(), day_text(self.last)),
            ("order_key".to_owned(), text(&self.order)),
            ("offered_at".to_owned(), Value::Int(self.offered_at.0)),
            ("decided_at".to_owned(), Value::Int(self.decided_at.0)),
            ("decided_by".to_owned(), text(&self.decided_by)),
            ("ended_at".to_owned(), Value::Int(self.ended_at.0)),
            ("ended_by".to_owned(), text(&self.ended_by)),
            ("reason".to_owned(), text(&self.reason)),
            ("replaced_by".to_owned(), Value::Id(self.replaced_by)),
        ];
        values.extend(place_values(&self.place));
        values
    }

    /// The change that writes a new entry.
    fn insert(&self) -> Change {
        Change::Insert { table: PUBLICATION_ENTRY.into(), id: self.id, values: self.values() }
    }

    /// The change that writes this over the version that was read.
    fn update(&self) -> Change {
        Change::Update {
            table: PUBLICATION_ENTRY.into(),
            id: self.id,
            expected_version: Some(self.version),
            values: self.values(),
        }
    }

    /// What the journal keeps of a change of it.
    fn journal(&self, actor: &Actor, operation: &str, at: Instant) -> JournalEntry {
        let payload = json!({
            "publication": self.publication, "register": self.register, "record": self.record, "code": self.code,
            "standing": self.standing.name(), "first": self.first.map(|d| d.to_string()),
            "last": self.last.map(|d| d.to_string()), "reason": self.reason, "shown": self.shown,
            "replaced_by": (!self.replaced_by.is_nil()).then_some(self.replaced_by),
        });
        JournalEntry {
            at,
            actor: actor.account,
            operation: format!("publication.{operation}"),
            table: PUBLICATION_ENTRY.into(),
            record: self.id,
            county: self.place.county.clone(),
            payload: payload.to_string(),
        }
    }
}

impl Engine {
    /// The publication of that name, while it is in force.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] otherwise.
    pub fn publication(&self, name: &str) -> Result<&Publication, EngineError> {
        let found = self.model.elements.publications.get(name).ok_or(EngineError::NotFound)?;
        let issued = self.model.plan.as_ref().map(|plan| plan.issued);
        if found.in_force(self.today(), issued) { Ok(found) } else { Err(EngineError::NotFound) }
    }

    /// All publications in force.
    pub fn publications(&self) -> impl Iterator<Item = &Publication> {
        let (today, issued) = (self.today(), self.model.plan.as_ref().map(|plan| plan.issued));
        self.model.elements.publications.values().filter(move |p| p.in_force(today, issued))
    }

    /// Whether the actor decides on this publication over `place`.
    #[must_use]
    pub fn decides(&self, actor: &Actor, publication: &Publication, place: &Place) -> bool {
        let roles = actor.roles_over(place);
        publication.decided_by.iter().any(|role| roles.contains(role))
    }
}
