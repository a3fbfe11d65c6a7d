//! The daily sweep of all duties: who is bound, who is late, who has caught up, what follows.

use base::Day;
use plan::pack::Duty;
use plan::pack::duty::Rhythm;
use store::{Bundle, Change, ChangeSet, Condition, Priority, Query, Scope, Value, WriteError};

use super::spans::{Among, Since};
use super::tables::RUN;
use super::touched::Touched;
use crate::{Engine, EngineError};

/// The setting that holds the day of the last whole sweep.
const SWEPT: &str = "duty.swept";

/// What a sweep of duties did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DutySwept {
    /// Spans that began.
    pub begun: u64,
    /// Spans that ended.
    pub ended: u64,
    /// Instances that became late.
    pub late: u64,
    /// Late or owed instances that are fulfilled or owed no more.
    pub healed: u64,
    /// Notices given.
    pub notices: u64,
    /// Cases opened.
    pub opened: u64,
    /// Decisions proposed.
    pub proposed: u64,
}

/// How far a duty was swept.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    row: Option<(base::Id, i64)>,
    pub(super) spans: Option<Day>,
    pub(super) settled: Option<Day>,
    pub(super) reminded: Option<Day>,
}

impl Engine {
    /// Sweeps all duties where today has not been swept yet, or where many records came in at once. Of what was judged the
    /// day before, only what may have changed since is asked again, and a seventh of the duties as a whole.
    ///
    /// # Errors
    /// As [`Engine::sweep_duties`].
    pub async fn sweep_duties_of_today(&self) -> Result<Option<DutySwept>, EngineError> {
        let today = self.today().to_string();
        if store::setting::get(&self.database, SWEPT).await?.as_deref() == Some(today.as_str()) {
            return Ok(None);
        }
        let changed = self.duties_changed().await?;
        self.sweep_with(changed.as_ref()).await.map(Some)
    }

    /// Lets the next round sweep all duties again: after an import.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn duties_are_stale(&self) -> Result<(), EngineError> {
        Ok(store::setting::set(&self.database, SWEPT, "").await?)
    }

    /// The same, as a part of what is stored.
    pub(crate) fn leaving_duties_stale(&self, bundle: &mut Bundle) {
        self.database.with_setting(bundle, SWEPT, "");
    }

    /// Judges all duties of all subjects for today. Running it twice changes nothing more.
    ///
    /// # Errors
    /// The database failed; what was swept before stays swept.
    pub async fn sweep_duties(&self) -> Result<DutySwept, EngineError> {
        self.sweep_with(None).await
    }

    async fn sweep_with(&self, changed: Option<&Touched>) -> Result<DutySwept, EngineError> {
        // Both are read first: what comes in meanwhile may ask for another round, and is looked at in the next one.
        let position = store::journal::position(&self.database).await?;
        store::setting::set(&self.database, SWEPT, &self.today().to_string()).await?;
        match self.sweep_each(changed).await {
            Ok(swept) => {
                self.duties_seen(position).await?;
                Ok(swept)
            }
            Err(error) => {
                store::setting::set(&self.database, SWEPT, "").await?;
                Err(error)
            }
        }
    }

    async fn sweep_each(&self, changed: Option<&Touched>) -> Result<DutySwept, EngineError> {
        let mut total = DutySwept::default();
        self.settle_subjects().await?;
        total.ended += self.end_unknown().await?;
        for (number, duty) in self.model.duties.values().enumerate() {
            self.sweep_duty(number, duty, changed, &mut total).await?;
        }
        total.late += self.sweep_due().await?;
        self.carry_out_duties(&mut total).await?;
        Ok(total)
    }

    async fn sweep_duty(
        &self,
        number: usize,
        duty: &Duty,
        changed: Option<&Touched>,
        total: &mut DutySwept,
    ) -> Result<(), EngineError> {
        let today = self.today();
        let mut run = self.run_of(duty).await?;
        let changed = self.duty_spared(changed, number, run.spans);
        let since = run.spans.map_or(Since::First, Since::Swept);
        let (mut begun, mut ended) = (0, 0);
        for kind in duty.subjects() {
            let Some(among) = self.duty_bound_among(duty, kind, changed) else { continue };
            let (more, fewer) = self.judge_spans_of(duty, kind, since, &among).await?;
            begun += more;
            ended += fewer;
        }
        total.begun += begun;
        total.ended += ended;
        // Where spans began or ended, the duty is asked of everybody once more.
        let changed = changed.filter(|_| begun + ended == 0);
        let settled = self.settle_duty(duty, changed, &mut run).await?;
        total.late += settled.late;
        total.notices += settled.notices;
        total.healed += self.heal_changed(duty, changed).await?;
        total.notices += self.remind_duty(duty, &mut run).await?;
        // Before it goes live nobody was judged: the first real sweep begins with everybody.
        if run.spans != Some(today) && self.model.duty_from(duty) <= today {
            run.spans = Some(today);
            let set = ChangeSet { priority: Priority::Low, ..ChangeSet::new() };
            self.keep_run(duty, &mut run, set).await?;
        }
        Ok(())
    }

    /// Finds what is fulfilled now, or owed no more, where it may have been.
    async fn heal_changed(&self, duty: &Duty, changed: Option<&Touched>) -> Result<u64, EngineError> {
        let fulfilled = match duty.rhythm() {
            Rhythm::Always => self.duty_holds_among(duty, changed),
            _ => self.duty_proof_changed(duty, changed).then_some(Among::Everybody),
        };
        let owed = duty.subjects().map(|kind| self.duty_bound_among(duty, kind, changed));
        let all = owed.chain([fulfilled]).flatten();
        match all.max_by_key(|among| matches!(among, Among::Everybody)) {
            Some(among) => self.heal_duty(duty, &among).await,
            None => Ok(0),
        }
    }

    /// Periods that were due by this day are settled.
    pub(super) async fn settled_until(&self, duty: &Duty) -> Result<Option<Day>, EngineError> {
        Ok(self.run_of(duty).await?.settled)
    }

    async fn run_of(&self, duty: &Duty) -> Result<Run, EngineError> {
        let query = Query::of(RUN, Scope::system("how far a duty was swept"))
            .filter(Condition::eq("duty", duty.name()))
            .limit(1);
        let Some(row) = self.database.first(&query).await? else { return Ok(Run::default()) };
        let day = |column: &str| row.text(column).map(Day::parse);
        Ok(Run {
            row: Some((row.id("id")?, row.int("version")?)),
            spans: day("spans_day")?,
            settled: day("settled_day")?,
            reminded: day("reminded_day")?,
        })
    }

    /// Stores how far a duty was swept together with `set`: both or, where another process was faster, neither.
    pub(super) async fn keep_run(
        &self,
        duty: &Duty,
        run: &mut Run,
        mut set: ChangeSet,
    ) -> Result<(), EngineError> {
        let text = |day: Option<Day>| Value::Text(day.map_or_else(String::new, |day| day.to_string()));
        let values = vec![
            ("duty".into(), Value::Text(duty.name().to_owned())),
            ("spans_day".into(), text(run.spans)),
            ("settled_day".into(), text(run.settled)),
            ("reminded_day".into(), text(run.reminded)),
        ];
        let (table, next) = (RUN.to_owned(), run.row);
        match next {
            Some((id, version)) => {
                set.changes.push(Change::Update { table, id, expected_version: Some(version), values });
                run.row = Some((id, version + 1));
            }
            None => {
                let id = self.new_id();
                set.changes.push(Change::Insert { table, id, values });
                run.row = Some((id, 1));
            }
        }
        match self.database.apply(set).await {
            Ok(_) => Ok(()),
            // Another process sweeps at the same time and has counted already.
            Err(WriteError::Conflict { .. } | WriteError::Duplicate { .. }) => {
                *run = Run { reminded: run.reminded, ..self.run_of(duty).await? };
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
