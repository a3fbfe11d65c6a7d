//! Offering: once a day, and when somebody who decides asks, the records that meet a publication's condition are put
//! before those who decide, each as a proposal. What was declined, withdrawn or is over is offered again only when what
//! would be read has changed. An offer whose record no longer meets the condition is taken back.

use std::collections::BTreeMap;

use base::{Id, Text};
use city::Actor;
use judge::Facts;
use plan::pack::publication::Standing as Stands;
use plan::pack::{Element as _, Publication, Register};
use store::{Aggregate, ChangeSet, Condition, Direction, Priority, Query, Scope, Value, WriteError};

use super::freeze::offer;
use super::{Entry, Line, PUBLICATION_ENTRY, Standing};
use crate::install::program;
use crate::proposal::{Evidence, Proposed, Proposer, WITHDRAW};
use crate::record::Record;
use crate::record::read::records_of;
use crate::{Engine, EngineError};

/// Records taken per chunk.
const CHUNK: u32 = 200;
/// Offers that wait in one county for one publication at most: what a person can look through. The rest follow as these
/// are decided.
const MOST_WAITING: i64 = 100;

/// What a sweep of the publications did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PublicationsSwept {
    /// Records offered.
    pub offered: u64,
    /// Offers taken back.
    pub passed: u64,
    /// Entries that are over.
    pub ended: u64,
}

impl Engine {
    /// Ends what is over, and once a day offers what is new and takes back what no longer meets its condition.
    ///
    /// # Errors
    /// The database failed; what was swept before stays swept.
    pub async fn sweep_publications(&self) -> Result<PublicationsSwept, EngineError> {
        let mut swept = PublicationsSwept::default();
        if self.proposals().is_err() {
            return Ok(swept);
        }
        self.end_run_out(&mut swept).await?;
        let today = self.today().to_string();
        let last = self.last_runs().await?;
        for publication in self.publications() {
            let run = format!("publication:{}", publication.name());
            self.end_closed(publication, &mut swept).await?;
            if last.get(&run) == Some(&today) {
                continue;
            }
            self.take_back(publication, &mut swept).await?;
            swept.offered += self.offer(publication, Scope::system("sweep of publications")).await?;
            self.note_run(&run).await?;
        }
        Ok(swept)
    }

    /// Offers now what is new where the actor decides. Gives back how many records.
    ///
    /// # Errors
    /// No such publication, or the actor decides nowhere on it; the database failed.
    pub async fn offer_now(&self, actor: &Actor, publication: &str) -> Result<u64, EngineError> {
        let publication = self.publication(publication)?;
        if !actor.has_any(&publication.decided_by) {
            return Err(EngineError::NotFound);
        }
        let decides = actor.scope(|role| publication.decided_by.iter().any(|r| r == role));
        self.offer(publication, decides.reading(store::ColumnClass::Secret)).await
    }

    async fn offer(&self, publication: &Publication, scope: Scope) -> Result<u64, EngineError> {
        let register = self.register(publication.of.get_ref())?;
        let when = publication.when.as_ref().map(|w| w.get_ref().as_str());
        let mut waiting = self.waiting_by_county(publication).await?;
        let (mut after, mut offered) = (Id::NIL, 0);
        loop {
            let query = self
                .fitting(register, ("r", when), scope.clone())
                .filter(Condition::Greater("id".into(), Value::Id(after)))
                .sort("id", Direction::Ascending)
                .limit(CHUNK);
            let rows = self.database.select(&query).await?;
            let records: Vec<Record> = records_of(register, rows)?;
            let Some(last) = records.last() else { return Ok(offered) };
            after = last.id;
            let full = records.len() < CHUNK as usize;
            let known = self.latest(publication, &records).await?;
            let shown = self.frozen(publication, register, &records).await?;
            let mut sets = Vec::new();
            for (record, lines) in records.iter().zip(shown) {
                let waits = waiting.entry(record.place.county.clone()).or_default();
                if *waits >= MOST_WAITING || lines.is_empty() || !is_new(known.get(&record.id), &lines) {
                    continue;
                }
                *waits += 1;
                sets.push(self.offering(publication, record, lines).await?);
            }
            offered += self.store_offers(sets).await?;
            if full {
                return Ok(offered);
            }
        }
    }

    async fn waiting_by_county(
        &self,
        publication: &Publication,
    ) -> Result<BTreeMap<String, i64>, EngineError> {
        let query = Aggregate::count(PUBLICATION_ENTRY, Scope::system("offers that wait"))
            .filter(Condition::eq("publication", publication.name()))
            .filter(Condition::eq("standing", Standing::Offered.name()))
            .by("county");
        let mut found = BTreeMap::new();
        for row in self.database.aggregate(&query).await? {
            found.insert(row.text("county")?.to_owned(), row.int("count")?);
        }
        Ok(found)
    }

    /// The latest entry of each record.
    async fn latest(
        &self,
        publication: &Publication,
        records: &[Record],
    ) -> Result<BTreeMap<Id, Entry>, EngineError> {
        let ids = records.iter().map(|record| Value::Id(record.id)).collect();
        let query = Query::of(PUBLICATION_ENTRY, Scope::system("what was offered before"))
            .filter(Condition::eq("publication", publication.name()))
            .filter(Condition::In("record".into(), ids))
            .sort("id", Direction::Ascending)
            .limit(u32::MAX);
        let mut found = BTreeMap::new();
        for row in self.database.select(&query).await? {
            let entry = Entry::of(&row)?;
            found.insert(entry.record, entry);
        }
        Ok(found)
    }

    /// The role that is asked by the proposal: the first that reads proposals; those who do not read them decide on the
    /// page of publications.
    fn asked<'a>(&self, publication: &'a Publication) -> &'a str {
        let reads =
            |role: &&String| self.proposals().is_ok_and(|(register, _)| self.role_reads(register, role));
        let roles = &publication.decided_by;
        roles.iter().find(reads).or(roles.first()).map_or("", String::as_str)
    }

    async fn offering(
        &self,
        publication: &Publication,
        record: &Record,
        shown: Vec<Line>,
    ) -> Result<ChangeSet, EngineError> {
        let seen: Vec<String> = shown.iter().map(|l| format!("{}：{}", l.title.zh, l.value.zh)).collect();
        let element = format!("publication:{}", publication.name());
        let reason = Text::new(
            format!("符合“{}”的公开条件，是否公开由您决定", publication.title.zh),
            format!(
                "Meets the condition of \"{}\"; whether it becomes public is decided by you",
                publication.title.en
            ),
        );
        let proposed = Proposed {
            kind: "publication",
            to: self.asked(publication),
            subject: record.into(),
            by: Proposer::Element(&element, &publication.title),
            reason,
            seen: seen.join("；").chars().take(2000).collect(),
            evidence: vec![Evidence::of(record)],
            about: None,
            with: Facts::new(),
        };
        let (proposal, mut set) = self.proposal_set(&proposed).await?;
        let entry = offer(publication, record, proposal.id, shown, self);
        set.changes.push(entry.insert());
        set.journal.push(entry.journal(&program(), "offer", self.now()));
        set.priority = Priority::Low;
        Ok(set)
    }

    /// Stores each offer by itself; what another process was faster with stays as that one made it.
    async fn store_offers(&self, sets: Vec<ChangeSet>) -> Result<u64, EngineError> {
        let mut stored = 0;
        if sets.is_empty() {
            return Ok(stored);
        }
        for result in self.database.apply_bulk(sets).await {
            match result {
                Ok(_) => stored += 1,
                Err(WriteError::Conflict { .. } | WriteError::Duplicate { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(stored)
    }

    /// Takes back offers whose record is gone or no longer meets the condition.
    async fn take_back(
        &self,
        publication: &Publication,
        swept: &mut PublicationsSwept,
    ) -> Result<(), EngineError> {
        let register = self.register(publication.of.get_ref())?;
        let when = publication.when.as_ref().map(|w| w.get_ref().as_str());
        let reason = Text::new("记录已不符合公开条件", "The record no longer meets the condition");
        let mut after = Id::NIL;
        loop {
            let entries = self.chunk_of(publication, Standing::Offered, after).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = last.id;
            let fit = self.still(register, when, &entries).await?;
            for entry in entries.iter().filter(|entry| !fit.contains(&entry.record)) {
                let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
                let mut new = entry.clone();
                new.standing = Standing::Passed;
                new.ended_at = self.now();
                new.reason.clone_from(&reason.zh);
                set.changes.push(new.update());
                set.journal.push(new.journal(&program(), "pass", self.now()));
                if let Some(proposal) = self.proposal_of(entry).await?
                    && proposal.case.as_ref().is_some_and(|head| head.open)
                {
                    self.step_by_program(&proposal, WITHDRAW, &reason, &mut set).await?;
                }
                swept.passed += self.store_offers(vec![set]).await?;
            }
        }
    }

    pub(super) async fn still(
        &self,
        register: &Register,
        when: Option<&str>,
        entries: &[Entry],
    ) -> Result<Vec<Id>, EngineError> {
        let ids = entries.iter().map(|entry| Value::Id(entry.record)).collect();
        let query = self
            .fitting(register, ("r", when), Scope::system("whether it may still be published"))
            .columns(&["id"])
            .filter(Condition::In("id".into(), ids))
            .limit(u32::MAX);
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?)
    }

    async fn chunk_of(
        &self,
        publication: &Publication,
        standing: Standing,
        after: Id,
    ) -> Result<Vec<Entry>, EngineError> {
        let query = Query::of(PUBLICATION_ENTRY, Scope::system("sweep of publications"))
            .filter(Condition::eq("publication", publication.name()))
            .filter(Condition::eq("standing", standing.name()))
            .filter(Condition::Greater("id".into(), Value::Id(after)))
            .sort("id", Direction::Ascending)
            .limit(CHUNK);
        let rows = self.database.select(&query).await?;
        Ok(rows.iter().map(Entry::of).collect::<Result<_, _>>()?)
    }

    /// Ends what has had its last day. It is not shown from the day after in any case; here its decision ends too.
    async fn end_run_out(&self, swept: &mut PublicationsSwept) -> Result<(), EngineError> {
        let query = Query::of(PUBLICATION_ENTRY, Scope::system("sweep of publications"))
            .filter(Condition::eq("standing", Standing::Published.name()))
            .filter(Condition::Greater("last_day".into(), Value::Text(String::new())))
            .filter(Condition::Less("last_day".into(), Value::Text(self.today().to_string())))
            .sort("last_day", Direction::Ascending)
            .limit(CHUNK);
        loop {
            let rows = self.database.select(&query).await?;
            let before = swept.ended;
            for row in &rows {
                self.end(&Entry::of(row)?, "公开期已满", swept).await?;
            }
            // What somebody else is just changing is left to the next sweep.
            if rows.len() < CHUNK as usize || swept.ended == before {
                return Ok(());
            }
        }
    }

    /// Ends what stands until its case is closed.
    async fn end_closed(
        &self,
        publication: &Publication,
        swept: &mut PublicationsSwept,
    ) -> Result<(), EngineError> {
        if publication.stands != Some(Stands::UntilClosed) {
            return Ok(());
        }
        let register = self.register(publication.of.get_ref())?;
        let mut after = Id::NIL;
        loop {
            let entries = self.chunk_of(publication, Standing::Published, after).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = last.id;
            for entry in &entries {
                let record = self.any_record(register.name(), entry.record).await?;
                if !record.and_then(|r| r.case).is_some_and(|head| head.open) {
                    self.end(entry, "事项已办结", swept).await?;
                }
            }
        }
    }

    async fn end(&self, entry: &Entry, why: &str, swept: &mut PublicationsSwept) -> Result<(), EngineError> {
        let mut new = entry.clone();
        new.standing = Standing::Ended;
        new.ended_at = self.now();
        why.clone_into(&mut new.reason);
        let mut set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
        set.changes.push(new.update());
        set.journal.push(new.journal(&program(), "end", self.now()));
        self.lift_decision(&program(), entry, "ended", why, &mut set).await?;
        swept.ended += self.store_offers(vec![set]).await?;
        Ok(())
    }
}

/// Whether the record is to be offered: never before, or what would be read is another thing than before.
fn is_new(before: Option<&Entry>, now: &[Line]) -> bool {
    match before.map(|entry| (entry.standing, &entry.shown)) {
        None => true,
        Some((standing, _)) if standing.is_live() => false,
        // The record failed its condition in between: as it meets it again, it is looked at again.
        Some((Standing::Passed, _)) => true,
        Some((_, shown)) => shown != now,
    }
}
