//! Attachments of records: photos and files by content hash, with the name that their sender gave them. A file is as
//! visible as a record that holds it.

use std::collections::{BTreeSet, HashMap};

use base::{Id, Instant};
use city::Actor;
use judge::{Fact, Facts};
use plan::pack::{FieldKind, Register};
use store::{Change, ChangeSet, Condition, Direction, Query, Row, Scope, StoreError, Value};

use crate::field::parse::is_content_hash;
use crate::tables::ATTACHMENT;
use crate::{Engine, EngineError};

/// Attachments looked up at once; no record holds as many.
const MOST: u32 = 1000;

/// What is known of an attachment beside its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The name that its sender gave it; empty where none is known (entered by a program, or of an older version).
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type by its content.
    pub media_type: String,
    /// When it was sent.
    pub at: Option<Instant>,
    /// Who sent it.
    pub by: String,
}

/// Attachments by their content hash.
pub type Attachments = HashMap<String, Attachment>;

impl Engine {
    /// Keeps how `actor` called an upload that is not part of a record yet.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn name_upload(&self, actor: &Actor, hash: &str, name: &str) -> Result<(), EngineError> {
        let mut set = ChangeSet::new();
        let sent = Sent { hash, name, at: self.now(), account: actor.account, by: &actor.display };
        set.changes.push(sent.row(self.new_id(), Id::NIL));
        self.database.apply(set).await?;
        Ok(())
    }

    /// What is known of the attachments that `facts` hold: as `record` calls them, or as `actor` called them when they
    /// sent them.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn attachments<'a>(
        &self,
        actor: &Actor,
        record: Id,
        facts: impl Iterator<Item = &'a Facts>,
    ) -> Result<Attachments, EngineError> {
        let hashes: BTreeSet<&str> = facts.flat_map(hashes).collect();
        let mut found = Attachments::new();
        if hashes.is_empty() {
            return Ok(found);
        }
        let list: Vec<&str> = hashes.into_iter().collect();
        for (hash, known) in store::blobs::descriptions(&self.database, &list).await? {
            let attachment =
                Attachment { size: known.size, media_type: known.media_type, ..Attachment::default() };
            found.insert(hash, attachment);
        }
        let of_record = Condition::eq("record", record);
        let own = Condition::And(vec![
            Condition::eq("record", Id::NIL),
            Condition::eq("by_account", actor.account),
        ]);
        // On the form of a record both are met; what the record calls it counts, and an upload of the reader says nothing
        // of who sent it to the record.
        for row in self.names_of(own, &list).await? {
            let entry = found.entry(row.text("hash")?.to_owned()).or_default();
            row.text("name")?.clone_into(&mut entry.name);
        }
        if !record.is_nil() {
            for row in self.names_of(of_record, &list).await? {
                let entry = found.entry(row.text("hash")?.to_owned()).or_default();
                row.text("name")?.clone_into(&mut entry.name);
                entry.at = Some(row.instant("at")?);
                row.text("by_name")?.clone_into(&mut entry.by);
            }
        }
        Ok(found)
    }

    /// Whether `actor` sent these bytes themselves and they are named so.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn is_own_upload(&self, actor: &Actor, hash: &str) -> Result<bool, EngineError> {
        let own = Condition::And(vec![
            Condition::eq("record", Id::NIL),
            Condition::eq("by_account", actor.account),
        ]);
        Ok(is_content_hash(hash) && !self.names_of(own, &[hash]).await?.is_empty())
    }

    /// The rows that name the attachments which `record` holds now and did not hold before, as `actor` called them.
    pub(crate) async fn name_attachments(
        &self,
        actor: &Actor,
        record: Id,
        old: &Facts,
        new: &Facts,
    ) -> Result<Vec<Change>, EngineError> {
        let before: BTreeSet<&str> = hashes(old).collect();
        let added: BTreeSet<&str> = hashes(new).filter(|h| !before.contains(h)).collect();
        if added.is_empty() {
            return Ok(Vec::new());
        }
        let own = Condition::And(vec![
            Condition::eq("record", Id::NIL),
            Condition::eq("by_account", actor.account),
        ]);
        let list: Vec<&str> = added.into_iter().collect();
        let rows = self.names_of(own, &list).await?;
        // The last name that the sender gave it counts.
        let mut latest: HashMap<&str, &Row> = HashMap::new();
        for row in &rows {
            latest.insert(row.text("hash")?, row);
        }
        let mut changes = Vec::with_capacity(latest.len());
        for (hash, row) in latest {
            let sent = Sent {
                hash,
                name: row.text("name")?,
                at: row.instant("at")?,
                account: actor.account,
                by: row.text("by_name")?,
            };
            changes.push(sent.row(self.new_id(), record));
        }
        Ok(changes)
    }

    /// Rows with these hashes, oldest first.
    async fn names_of(&self, condition: Condition, hashes: &[&str]) -> Result<Vec<Row>, StoreError> {
        let wanted = hashes.iter().map(|h| Value::from(*h)).collect();
        let query = Query::of(ATTACHMENT, Scope::system("names of attachments"))
            .filter(condition)
            .filter(Condition::In("hash".into(), wanted))
            .sort("id", Direction::Ascending)
            .limit(MOST);
        self.database.select(&query).await
    }

    /// The attachment `hash` of this record, with the field that holds it and its number there (from 1): `actor` sees the
    /// record, and one of its image or file fields that they may read holds it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] otherwise.
    pub async fn file_of<'a>(
        &'a self,
        actor: &Actor,
        register: &str,
        id: Id,
        hash: &str,
    ) -> Result<(&'a plan::pack::Field, usize, Attachment), EngineError> {
        let record = self.record(actor, register, id).await?;
        let definition = self.register(register)?;
        let (field, number) = holder(definition, &record.facts, hash).ok_or(EngineError::NotFound)?;
        let held = Facts::from([(field.name().to_owned(), Fact::List(vec![hash.to_owned()]))]);
        let mut known = self.attachments(actor, id, std::iter::once(&held)).await?;
        Ok((field, number, known.remove(hash).unwrap_or_default()))
    }
}

/// The field that holds an attachment, and at which place.
fn holder<'a>(register: &'a Register, facts: &Facts, hash: &str) -> Option<(&'a plan::pack::Field, usize)> {
    let files = register.fields.iter().filter(|f| matches!(f.kind, FieldKind::Image | FieldKind::File));
    let mut places = files.filter_map(|field| match facts.get(field.name()) {
        Some(Fact::List(list)) => Some((field, list.iter().position(|h| h == hash)? + 1)),
        _ => None,
    });
    places.next()
}

/// Content hashes in the lists of `facts`.
fn hashes(facts: &Facts) -> impl Iterator<Item = &str> {
    let lists = facts.values().filter_map(|fact| if let Fact::List(list) = fact { Some(list) } else { None });
    lists.flatten().map(String::as_str).filter(|text| is_content_hash(text))
}

/// One row of the table, before it is written.
struct Sent<'a> {
    hash: &'a str,
    name: &'a str,
    at: Instant,
    account: Id,
    by: &'a str,
}

impl Sent<'_> {
    fn row(&self, id: Id, record: Id) -> Change {
        let text = |text: &str| Value::Text(text.to_owned());
        Change::Insert {
            table: ATTACHMENT.into(),
            id,
            values: vec![
                ("record".into(), Value::Id(record)),
                ("hash".into(), text(self.hash)),
                ("name".into(), text(self.name)),
                ("at".into(), Value::Int(self.at.0)),
                ("by_account".into(), Value::Id(self.account)),
                ("by_name".into(), text(self.by)),
            ],
        }
    }
}
