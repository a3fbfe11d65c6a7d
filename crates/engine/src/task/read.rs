//! Reading long work: one's own with what came of it, and everybody's as far as an administrator needs it.

use base::Id;
use city::Actor;
use city::roles::SYSTEM_ADMIN;
use store::Measure::{Max, Sum};
use store::{Aggregate, Condition, Direction, Query, Row, Scope, Value, job_desk};

use super::{Counts, Listed, Part, Stand, TASK, TASK_PART, Task};
use crate::{Engine, EngineError};

/// Tasks of one page.
const PAGE: u32 = 100;
/// Jobs that are looked at beside the tasks.
const JOBS: u32 = 1000;

impl Engine {
    /// A task of the actor's own.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] for what is not there and for what somebody else asked for alike.
    pub async fn own_task(&self, actor: &Actor, id: Id) -> Result<Task, EngineError> {
        self.any_task(id).await?.filter(|t| t.account == actor.account).ok_or(EngineError::NotFound)
    }

    /// A task whoever asked for it: for carrying it out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn any_task(&self, id: Id) -> Result<Option<Task>, EngineError> {
        let query = Query::of(TASK, Scope::system("long work")).filter(Condition::eq("id", id)).limit(1);
        let Some(row) = self.database.first(&query).await? else { return Ok(None) };
        let (done_row, counts) = self.progress(id).await?;
        Ok(Some(task_of(&row, done_row, counts)?))
    }

    /// Tasks with their jobs, newest first: all of them for the system administrator, one's own otherwise.
    ///
    /// # Errors
    /// The database failed.
    pub async fn long_work(&self, actor: &Actor) -> Result<Vec<Listed>, EngineError> {
        let administers = actor.has_role(SYSTEM_ADMIN);
        let mut query =
            Query::of(TASK, Scope::system("long work")).sort("id", Direction::Descending).limit(PAGE);
        if !administers {
            query = query.filter(Condition::eq("account", actor.account));
        }
        let mut jobs = job_desk::standing(&self.database, JOBS).await?;
        let mut listed = Vec::new();
        for row in self.database.select(&query).await? {
            let id = row.id("id")?;
            let (done_row, counts) = self.progress(id).await?;
            let at = jobs.iter().position(|j| j.payload == id.to_string());
            let job = at.map(|at| jobs.swap_remove(at));
            listed.push(Listed { task: Some(task_of(&row, done_row, counts)?), job });
        }
        if administers {
            let own = jobs.into_iter().filter(|j| j.payload.parse::<Id>().is_err());
            listed.extend(own.map(|job| Listed { task: None, job: Some(job) }));
        }
        Ok(listed)
    }

    /// The parts of a task in the order of the file, from the row `from` on, at most `limit`. With `refused_only` those
    /// in which nothing was refused are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn task_parts(
        &self,
        id: Id,
        from: u32,
        refused_only: bool,
        limit: u32,
    ) -> Result<Vec<Part>, EngineError> {
        let mut query = Query::of(TASK_PART, Scope::system("long work"))
            .filter(Condition::eq("task", id))
            .filter(Condition::GreaterOrEqual("to_row".into(), Value::Int(i64::from(from))))
            .sort("to_row", Direction::Ascending)
            .limit(limit);
        if refused_only {
            query = query.filter(Condition::GreaterOrEqual("refused".into(), Value::Int(1)));
        }
        let rows = self.database.select(&query).await?;
        let row_number = |row: &Row, name: &str| Ok(u32::try_from(row.int(name)?).unwrap_or(0));
        let part = |row: &Row| {
            Ok(Part {
                from: row_number(row, "from_row")?,
                to: row_number(row, "to_row")?,
                counts: counts_of(row)?,
                runs: serde_json::from_str(row.text("runs")?).unwrap_or_default(),
                refused: serde_json::from_str(row.text("refusals")?).unwrap_or_default(),
            })
        };
        Ok(rows.iter().map(part).collect::<Result<_, store::StoreError>>()?)
    }

    async fn progress(&self, id: Id) -> Result<(u64, Counts), EngineError> {
        let sum = |name: &str| (name.to_owned(), Sum(name.to_owned()));
        let query = Aggregate {
            filter: Condition::eq("task", id),
            measures: vec![
                ("done".to_owned(), Max("to_row".to_owned())),
                sum("added"),
                sum("updated"),
                sum("unchanged"),
                sum("refused"),
            ],
            ..Aggregate::count(TASK_PART, Scope::system("long work"))
        };
        let rows = self.database.aggregate(&query).await?;
        let Some(row) = rows.first() else { return Ok((0, Counts::default())) };
        let number = |name: &str| -> Result<u64, store::StoreError> {
            Ok(row.opt_int(name)?.unwrap_or(0).unsigned_abs())
        };
        let counts = Counts {
            added: number("added")?,
            updated: number("updated")?,
            unchanged: number("unchanged")?,
            refused: number("refused")?,
        };
        Ok((number("done")?, counts))
    }
}

fn counts_of(row: &Row) -> Result<Counts, store::StoreError> {
    let number = |name: &str| Ok(row.int(name)?.unsigned_abs());
    Ok(Counts {
        added: number("added")?,
        updated: number("updated")?,
        unchanged: number("unchanged")?,
        refused: number("refused")?,
    })
}

fn task_of(row: &Row, done_row: u64, counts: Counts) -> Result<Task, store::StoreError> {
    let text = |name: &str| Ok(row.text(name)?.to_owned());
    Ok(Task {
        id: row.id("id")?,
        kind: text("kind")?,
        register: text("register")?,
        account: row.id("account")?,
        seat: Some(row.id("seat")?).filter(|seat| !seat.is_nil()),
        by: text("by_name")?,
        file: text("file")?,
        language: text("language")?,
        stand: Stand::read(row.text("stand")?),
        last_row: row.int("last_row")?.unsigned_abs(),
        done_row,
        resumed: row.int("resumed")?,
        counts,
        bad_rows: text("bad_rows")?,
        error: text("error")?,
        at: row.instant("at")?,
        ended_at: row.instant("ended_at")?,
    })
}
