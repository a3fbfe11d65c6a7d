//! Titles of what a page refers to, looked up together: one query per register at most, not one per row.

use std::collections::{BTreeMap, BTreeSet};

use base::Id;
use judge::{Fact, Facts};
use plan::pack::{Field, FieldKind, Register};

use crate::field::show::Titles;
use crate::tables::table_name;
use crate::{Engine, EngineError};

impl Engine {
    /// Titles of all records and accounts that the `fields` of these records refer to. A reference shows its title
    /// only, whoever may see the record behind it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn titles<'a>(
        &self,
        register: &Register,
        records: impl Iterator<Item = &'a Facts>,
    ) -> Result<Titles, EngineError> {
        let mut wanted: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
        let mut accounts = BTreeSet::new();
        let referring: Vec<&Field> = register
            .fields
            .iter()
            .filter(|field| matches!(field.kind, FieldKind::Reference | FieldKind::Account))
            .collect();
        for facts in records {
            for field in &referring {
                let Some(fact) = facts.get(field.name()) else { continue };
                match (field.kind, field.to.as_deref()) {
                    (FieldKind::Reference, Some(to)) => wanted.entry(to).or_default().extend(ids(fact)),
                    (FieldKind::Account, _) => accounts.extend(ids(fact)),
                    _ => {}
                }
            }
        }
        let mut titles = Titles::new();
        for (to, ids) in wanted {
            self.add_titles(&table_name(to), &ids, &mut titles).await?;
        }
        titles.extend(self.account_names(&accounts.into_iter().collect::<Vec<_>>()).await?);
        Ok(titles)
    }

    /// Display names of accounts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn account_names(&self, accounts: &[Id]) -> Result<Titles, EngineError> {
        Ok(city::accounts::display_names(&self.database, accounts).await?)
    }

    async fn add_titles(
        &self,
        table: &str,
        ids: &BTreeSet<Id>,
        titles: &mut Titles,
    ) -> Result<(), EngineError> {
        titles.extend(self.database.texts(table, "title", ids.iter().copied()).await?);
        Ok(())
    }
}

/// The ids that a reference, or a list of them, holds.
pub(crate) fn ids(fact: &Fact) -> Vec<Id> {
    match fact {
        Fact::Reference(id) => vec![*id],
        Fact::List(list) => list.iter().filter_map(|id| id.parse().ok()).collect(),
        _ => Vec::new(),
    }
}
