//! Writing down how far long work is.

use base::Id;
use serde_json::Value as Json;
use store::{ChangeSet, Value};

use super::{Part, TASK, TASK_PART, Task};
use crate::{Engine, EngineError};

impl Engine {
    /// The change that keeps a part of a task.
    #[must_use]
    pub fn part_kept(&self, task: Id, part: &Part) -> ChangeSet {
        let mut set = ChangeSet::new();
        let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        set.insert(
            TASK_PART,
            self.new_id(),
            vec![
                ("task".into(), Value::Id(task)),
                ("from_row".into(), Value::from(part.from)),
                ("to_row".into(), Value::from(part.to)),
                ("added".into(), number(part.counts.added)),
                ("updated".into(), number(part.counts.updated)),
                ("unchanged".into(), number(part.counts.unchanged)),
                ("refused".into(), number(part.counts.refused)),
                ("runs".into(), Value::Text(part.runs.to_string())),
                ("refusals".into(), Value::Text(Json::from(part.refused.clone()).to_string())),
            ],
        );
        set
    }

    /// Writes down how a task stands.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_task(&self, task: &Task) -> Result<(), EngineError> {
        let mut set = ChangeSet::new();
        let values = vec![
            ("stand".into(), Value::Text(task.stand.name().into())),
            ("last_row".into(), Value::Int(i64::try_from(task.last_row).unwrap_or(0))),
            ("resumed".into(), Value::Int(task.resumed)),
            ("bad_rows".into(), Value::Text(task.bad_rows.clone())),
            ("error".into(), Value::Text(task.error.clone())),
            ("ended_at".into(), Value::Int(task.ended_at.0)),
        ];
        set.update(TASK, task.id, None, values);
        self.database.apply(set).await?;
        Ok(())
    }
}
