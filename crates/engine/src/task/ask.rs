//! Asking for long work, and giving it another try.

use base::{Id, Instant};
use city::Actor;
use city::roles::SYSTEM_ADMIN;
use serde_json::json;
use store::{Applied, ChangeSet, JournalEntry, NewJob, Value, job_desk};

use super::{IMPORT, Stand, TASK};
use crate::record::write::Sending;
use crate::{Engine, EngineError};

/// Jobs that are looked at.
const JOBS: u32 = 1000;

impl Engine {
    /// Asks for the import of a file that is stored already. The same sending again gives the same task.
    ///
    /// # Errors
    /// The register takes no imports, or the actor keeps it nowhere.
    pub async fn ask_for_import(
        &self,
        actor: &Actor,
        register: &str,
        file: &str,
        language: base::Language,
        sending: &Sending,
    ) -> Result<Id, EngineError> {
        let definition = self.importable(register)?;
        if !actor.has_any(&definition.keeper) {
            return Err(EngineError::Refused(base::Problem::new("record.not_keeper")));
        }
        let (id, now) = (self.new_id(), self.now());
        let text = |text: &str| Value::Text(text.to_owned());
        let values = vec![
            ("kind".into(), text(IMPORT)),
            ("register".into(), text(register)),
            ("account".into(), Value::Id(actor.account)),
            ("seat".into(), Value::Id(actor.unit.unwrap_or(Id::NIL))),
            ("by_name".into(), text(&actor.display)),
            ("file".into(), text(file)),
            ("language".into(), text(language.tag())),
            ("stand".into(), text(Stand::Waiting.name())),
            ("at".into(), Value::Int(now.0)),
        ];
        let mut set = ChangeSet { result: id.to_string(), ..ChangeSet::new() };
        set.idempotency_key = (!sending.key.is_empty()).then(|| sending.key.clone());
        set.insert(TASK, id, values);
        set.jobs.push(NewJob {
            kind: IMPORT.into(),
            payload: id.to_string(),
            run_at: Instant(0),
            once: None,
        });
        set.journal.push(JournalEntry {
            at: now,
            actor: actor.account,
            operation: format!("{register}.import_file"),
            table: TASK.into(),
            record: id,
            county: String::new(),
            payload: json!({ "file": file }).to_string(),
        });
        match self.database.apply(set).await? {
            Applied::Done => Ok(id),
            Applied::AlreadyDone(earlier) => Ok(earlier.parse().unwrap_or(id)),
        }
    }

    /// Gives a failed task another try, for the system administrator.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for everybody else, and where no job of it waits.
    pub async fn retry_task(&self, actor: &Actor, id: Id, now: Instant) -> Result<(), EngineError> {
        if !actor.has_role(SYSTEM_ADMIN) {
            return Err(EngineError::NotFound);
        }
        let task =
            self.any_task(id).await?.filter(|t| t.stand != Stand::Done).ok_or(EngineError::NotFound)?;
        let jobs = job_desk::standing(&self.database, JOBS).await?;
        let job = jobs.iter().find(|j| j.payload == id.to_string()).ok_or(EngineError::NotFound)?;
        if !job_desk::retry(&self.database, job.number, now).await? {
            return Err(EngineError::Conflict);
        }
        let mut set = ChangeSet::new();
        let waits = vec![
            ("stand".into(), Value::Text(Stand::Waiting.name().into())),
            ("error".into(), Value::Text(String::new())),
        ];
        set.update(TASK, id, None, waits);
        set.journal.push(JournalEntry {
            at: self.now(),
            actor: actor.account,
            operation: "task.retry".into(),
            table: TASK.into(),
            record: id,
            county: String::new(),
            payload: json!({ "register": task.register }).to_string(),
        });
        self.database.apply(set).await?;
        Ok(())
    }
}
