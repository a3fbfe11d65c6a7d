//! What belongs to an enterprise moves with it: when its county, township, sector or park changes, so does the scope of
//! its risks, checks, hazards and of who is waited for. Otherwise the former county would go on reading them, and the
//! new one would see an enterprise without any.

use plan::pack::{Register, ScopeFrom};
use store::{Change, ChangeSet, Condition, Query, Scope, Value};

use super::Record;
use super::change_set::update;
use super::read::record_of;
use crate::tables::{WAITING, table_name};
use crate::{Engine, EngineError};

impl Engine {
    /// Adds the changes of everything that belongs to `new` where its place is another than that of `old`.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn move_along(
        &self,
        register: &Register,
        old: &Record,
        new: &Record,
        set: &mut ChangeSet,
    ) -> Result<(), EngineError> {
        if register.scope != ScopeFrom::Itself || old.place == new.place {
            return Ok(());
        }
        let belongs = |table: String| {
            Query::of(table, Scope::system("moves with its enterprise"))
                .filter(Condition::eq("organisation", new.id))
                .limit(u32::MAX)
        };
        for part in self.model.registers.values().filter(|r| matches!(r.scope, ScopeFrom::Reference(_))) {
            for row in self.database.select(&belongs(table_name(part.name()))).await? {
                let before = record_of(part, row)?;
                let after = Record { place: new.place.clone(), ..before.clone() };
                set.append(update(&self.model, part, &before, &after));
            }
        }
        self.duties_move_along(old, new, set).await?;
        for row in self.database.select(&belongs(WAITING.to_owned())).await? {
            let place = &new.place;
            let columns = [
                ("county", &place.county),
                ("township", &place.township),
                ("sector", &place.sector),
                ("park", &place.park),
            ];
            let values = columns.map(|(name, text)| (name.to_owned(), Value::Text(text.clone()))).to_vec();
            set.changes.push(Change::Update {
                table: WAITING.into(),
                id: row.id("id")?,
                expected_version: None,
                values,
            });
        }
        Ok(())
    }
}
