//! Many change sets as one transaction, for imports: rows that are added travel in multi-row statements, rows that
//! change follow them one by one, and journal, counters and search words of all of them are written together.

use crate::build::{self, Chunk};
use crate::database::tables_of;
use crate::statement::{Outcome, Step};
use crate::{Change, ChangeSet, Database, Priority, StoreError};

/// Sets made into statements, to be stored in one transaction.
#[derive(Default)]
pub struct Bundle {
    steps: Vec<Step>,
}

impl Bundle {
    /// What `other` stores too.
    pub fn append(&mut self, other: Self) {
        self.steps.extend(other.steps);
    }
}

impl Database {
    /// Stores all `sets` or none of them, at low priority, in a single transaction. The sets must not depend on each
    /// other's order. False when one of them stands in the way (a conflict, a value that must be unique); then nothing
    /// is stored, and the caller stores them one by one to learn which.
    ///
    /// # Errors
    /// The database cannot be reached, or a set names an unknown table or column.
    pub async fn apply_together(&self, sets: &[ChangeSet]) -> Result<bool, StoreError> {
        let bundle = self.bundle(sets).await?;
        self.store_bundle(bundle).await
    }

    /// Makes the statements that store all `sets`, for instance while others are on their way to the disk.
    ///
    /// # Errors
    /// A set names an unknown table or column.
    pub async fn bundle(&self, sets: &[ChangeSet]) -> Result<Bundle, StoreError> {
        match sets {
            [] => Ok(Bundle::default()),
            sets => Ok(Bundle { steps: self.together(sets).await? }),
        }
    }

    /// Stores a bundle, as [`Database::apply_together`] stores its sets.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn store_bundle(&self, bundle: Bundle) -> Result<bool, StoreError> {
        if bundle.steps.is_empty() {
            return Ok(true);
        }
        match self.store_steps(bundle.steps, Priority::Low).await {
            Ok(Outcome::Stored(_)) => Ok(true),
            Err(crate::statement::Failure::Broken(error)) => Err(error),
            _ => Ok(false),
        }
    }

    /// Adds to a bundle that a setting changes with it.
    pub fn with_setting(&self, bundle: &mut Bundle, name: &str, value: &str) {
        bundle.steps.push(crate::setting::step(self, name, value));
    }

    async fn together(&self, sets: &[ChangeSet]) -> Result<Vec<Step>, StoreError> {
        let adds = |set: &&ChangeSet| {
            set.changes.iter().all(|c| matches!(c, Change::Insert { .. } | Change::Upsert { .. }))
        };
        if sets.iter().all(|set| adds(&set)) {
            return self.added(sets).await;
        }
        let (new, moved): (Vec<&ChangeSet>, Vec<&ChangeSet>) = sets.iter().partition(adds);
        let new: Vec<ChangeSet> = new.into_iter().cloned().collect();
        let mut steps = self.added(&new).await?;
        let mut merged = ChangeSet::new();
        for set in moved {
            merged.append(set.clone());
        }
        let names = tables_of(&merged);
        let changed = self.with_tables(&names, |tables| build::change_set(self.engine(), &merged, tables));
        steps.extend(changed.await?);
        Ok(steps)
    }

    async fn added(&self, sets: &[ChangeSet]) -> Result<Vec<Step>, StoreError> {
        let names: Vec<&str> = sets.iter().flat_map(tables_of).collect();
        match self.with_tables(&names, |tables| build::chunk(self.engine(), sets, tables)).await? {
            Chunk::Together(steps) => Ok(steps),
            Chunk::Apart => Err(StoreError::Unsupported("sets that add and change rows".to_owned())),
        }
    }
}
