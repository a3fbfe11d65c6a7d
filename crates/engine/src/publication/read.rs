//! Reading: those who decide see what is offered and published where they decide; strangers see what is in force.

use base::Id;
use city::Actor;
use plan::pack::publication::Withdrawn;
use plan::pack::{Element as _, Publication};
use store::{Aggregate, ColumnClass, Condition, Direction, Query, Scope, ScopeBranch, Value};

use super::{Entry, Line, PUBLICATION_ENTRY, Standing};
use crate::record::Record;
use crate::{Engine, EngineError};

/// Entries of one page.
const PAGE: u32 = 50;

/// Entries with the key of the next page.
#[derive(Debug, Clone)]
pub struct EntryList {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the next page begins; None on the last one.
    pub next: Option<String>,
}

/// What a stranger gets for an entry.
#[derive(Debug, Clone)]
pub enum PublicPage {
    /// In force, or withdrawn and kept in the archive.
    Shown(Box<Entry>),
    /// A corrected copy stands elsewhere.
    Corrected(Id),
    /// It was public and is no more.
    Gone(Gone),
}

/// Why an entry is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Taken back.
    Withdrawn,
    /// Its time has run out.
    Ended,
}

impl Engine {
    fn deciding(&self, actor: &Actor, publication: &Publication) -> Scope {
        actor.scope(|role| publication.decided_by.iter().any(|r| r == role)).reading(ColumnClass::Internal)
    }

    /// The publications on which the actor decides somewhere, with how many entries stand how where they decide.
    ///
    /// # Errors
    /// The database failed.
    pub async fn publications_of(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(&Publication, Vec<(Standing, i64)>)>, EngineError> {
        let mut found = Vec::new();
        for publication in self.publications().filter(|p| actor.has_any(&p.decided_by)) {
            let query = Aggregate::count(PUBLICATION_ENTRY, self.deciding(actor, publication))
                .filter(Condition::eq("publication", publication.name()))
                .by("standing");
            let mut counts = Vec::new();
            for row in self.database.aggregate(&query).await? {
                if let Some(standing) = Standing::parse(row.text("standing")?) {
                    counts.push((standing, row.int("count")?));
                }
            }
            found.push((publication, counts));
        }
        Ok(found)
    }

    /// Entries of a publication where the actor decides, newest first.
    ///
    /// # Errors
    /// No such publication, or the actor decides nowhere on it; a key that is not ours.
    pub async fn entries(
        &self,
        actor: &Actor,
        publication: &str,
        standing: Standing,
        after: &str,
    ) -> Result<EntryList, EngineError> {
        let publication = self.publication(publication)?;
        if !actor.has_any(&publication.decided_by) {
            return Err(EngineError::NotFound);
        }
        let mut query = Query::of(PUBLICATION_ENTRY, self.deciding(actor, publication))
            .filter(Condition::eq("publication", publication.name()))
            .filter(Condition::eq("standing", standing.name()))
            .sort("id", Direction::Descending)
            .limit(PAGE + 1);
        if !after.is_empty() {
            let id: Id = after.parse().map_err(|_| EngineError::NotFound)?;
            query = query.after(vec![Value::Id(id)]);
        }
        let key = |entry: &Entry| entry.id.to_string();
        self.entry_page(&query, key).await
    }

    async fn entry_page(
        &self,
        query: &Query,
        key: impl Fn(&Entry) -> String,
    ) -> Result<EntryList, EngineError> {
        let rows = self.database.select(query).await?;
        let mut entries: Vec<Entry> = rows.iter().map(Entry::of).collect::<Result<_, _>>()?;
        let more = entries.len() > PAGE as usize;
        entries.truncate(PAGE as usize);
        let next = if more { entries.last().map(key) } else { None };
        Ok(EntryList { entries, next })
    }

    /// The entry, where the actor decides on it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] otherwise.
    pub async fn publication_entry(&self, actor: &Actor, id: Id) -> Result<Entry, EngineError> {
        let query = Query::of(PUBLICATION_ENTRY, Scope::system("an entry and who decides on it"))
            .filter(Condition::eq("id", id))
            .limit(1);
        let row = self.database.first(&query).await?.ok_or(EngineError::NotFound)?;
        let entry = Entry::of(&row)?;
        let publication = self.publication(&entry.publication)?;
        if self.decides(actor, publication, &entry.place) { Ok(entry) } else { Err(EngineError::NotFound) }
    }

    /// The record of an entry as it is now, as far as its decider may read it, with what strangers would read of it now
    /// and whether it still meets the condition. None where it is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn publication_original(
        &self,
        actor: &Actor,
        entry: &Entry,
    ) -> Result<Option<(Record, Vec<Line>, bool)>, EngineError> {
        let publication = self.publication(&entry.publication)?;
        let register = self.register(publication.of.get_ref())?;
        let Some(mut record) = self.any_record(register.name(), entry.record).await? else {
            return Ok(None);
        };
        let lines = self.frozen(publication, register, std::slice::from_ref(&record)).await?;
        let when = publication.when.as_ref().map(|w| w.get_ref().as_str());
        let fits = self.still(register, when, std::slice::from_ref(entry)).await?.contains(&entry.record);
        let reads = self.reads_at(actor, register, &record.place);
        record.facts.retain(|name, _| register.field(name).is_some_and(|f| f.class <= reads));
        Ok(Some((record, lines.into_iter().next().unwrap_or_default(), fits)))
    }

    /// What strangers read of a publication today, newest first; what was withdrawn into the archive is among it, marked.
    ///
    /// # Errors
    /// No such publication; a key that is not ours.
    pub async fn public_entries(&self, publication: &str, after: &str) -> Result<EntryList, EngineError> {
        let publication = self.publication(publication)?;
        let today = Value::Text(self.today().to_string());
        let mut shown = vec![Value::from(Standing::Published.name())];
        if publication.withdrawn == Withdrawn::Archive {
            shown.push(Value::from(Standing::Withdrawn.name()));
        }
        let lasting =
            vec![Condition::eq("last_day", ""), Condition::GreaterOrEqual("last_day".into(), today.clone())];
        let mut query = Query::of(PUBLICATION_ENTRY, public())
            .filter(Condition::eq("publication", publication.name()))
            .filter(Condition::In("standing".into(), shown))
            .filter(Condition::LessOrEqual("first_day".into(), today))
            .filter(Condition::Or(lasting))
            .sort("order_key", Direction::Descending)
            .limit(PAGE + 1);
        if !after.is_empty() {
            let (order, id) = after.rsplit_once('~').ok_or(EngineError::NotFound)?;
            let id: Id = id.parse().map_err(|_| EngineError::NotFound)?;
            query = query.after(vec![Value::from(order), Value::Id(id)]);
        }
        self.entry_page(&query, |entry| format!("{}~{}", entry.order, entry.id)).await
    }

    /// What a stranger gets for one entry.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for what never was public.
    pub async fn public_entry(&self, publication: &str, id: Id) -> Result<PublicPage, EngineError> {
        let publication = self.publication(publication)?;
        let query = Query::of(PUBLICATION_ENTRY, public())
            .filter(Condition::eq("publication", publication.name()))
            .filter(Condition::eq("id", id))
            .limit(1);
        let row = self.database.first(&query).await?.ok_or(EngineError::NotFound)?;
        let entry = Entry::of(&row)?;
        let today = self.today();
        if entry.first.is_none_or(|first| today < first) {
            return Err(EngineError::NotFound);
        }
        let over = entry.last.is_some_and(|last| last < today);
        Ok(match entry.standing {
            Standing::Offered | Standing::Passed | Standing::Declined => return Err(EngineError::NotFound),
            Standing::Ended => PublicPage::Gone(Gone::Ended),
            _ if over => PublicPage::Gone(Gone::Ended),
            Standing::Published => PublicPage::Shown(Box::new(entry)),
            Standing::Corrected => PublicPage::Corrected(entry.replaced_by),
            Standing::Withdrawn if publication.withdrawn == Withdrawn::Archive => {
                PublicPage::Shown(Box::new(entry))
            }
            Standing::Withdrawn => PublicPage::Gone(Gone::Withdrawn),
        })
    }
}

/// Strangers read public columns alone, of the whole city.
fn public() -> Scope {
    Scope::of(vec![ScopeBranch::default()]).reading(ColumnClass::Public)
}
