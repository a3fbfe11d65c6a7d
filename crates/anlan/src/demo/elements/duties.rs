//! Duties that are proven on their own form, and some that are excused.

use std::sync::Arc;

use base::Chance;
use engine::duty::read::Wish;
use engine::record::write::Sending;
use judge::Facts;
use judge::duty::State;
use judge::duty::instance::{between, current};
use plan::pack::duty::Rhythm;
use plan::pack::{Area, Duty, Register, ScopeFrom};
use toml::Spanned;

use super::fill::Scene;
use super::maker::Maker;

/// Subjects looked through for one that has somebody to hand in.
const LOOKED_AT: u32 = 200;
/// Days that are looked back for a period that has ended.
const BACK: i64 = 390;
/// Subjects of one duty that hand in.
const HANDING_IN: usize = 2;

impl Maker<'_> {
    /// Duties with a form are handed in by some; of the others one late instance is excused now and then.
    pub(super) async fn hand_in(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for (nth, duty) in model.duties.values().enumerate() {
            if duty.is_handed_in() {
                let tried = self.handed_in(duty).await;
                self.tried(format!("duty {}", duty.name()), tried);
            } else if nth % 8 == 0 && !duty.excuse.is_empty() {
                self.excused(duty).await?;
            }
        }
        Ok(())
    }

    async fn handed_in(&mut self, duty: &Duty) -> Result<(), String> {
        let Some(overseer) = self.cast.overseer().cloned() else { return Ok(()) };
        let engine = self.city.engine.clone();
        let all = engine.duty_lines(&overseer, duty, &Wish::default(), None, LOOKED_AT).await;
        let go_live = self.model.duty_from(duty);
        let periods: Vec<String> = match duty.rhythm() {
            Rhythm::Once(day) => vec![day.to_string()],
            Rhythm::Calendar(_) => {
                let from = self.today.plus_days(-BACK);
                let past = between(duty, go_live, from, self.today.plus_days(-1), &engine.calendar);
                let now = current(duty, go_live, self.today, &engine.calendar);
                past.last().cloned().into_iter().chain(now).map(|i| i.code).collect()
            }
            _ => Vec::new(),
        };
        let (mut done, mut why) = (0, String::from("it binds nobody of the demo"));
        for line in all.map_err(|e| e.to_string())? {
            let subject = line.subject;
            let keepers = self.by_roles(&duty.keeper, &subject.place);
            let Some(actor) = keepers.iter().find(|a| engine.hands_in(a, duty, &subject)) else { continue };
            for period in &periods {
                let facts = self.duty_form(duty, &subject.place);
                let sent =
                    engine.hand_in(actor, duty.name(), subject.id, period, &facts, &Sending::default()).await;
                match sent {
                    Ok(_) => done += 1,
                    Err(error) => why = error.to_string(),
                }
            }
            if done >= HANDING_IN {
                return Ok(());
            }
        }
        if done > 0 { Ok(()) } else { Err(why) }
    }

    fn duty_form(&mut self, duty: &Duty, place: &city::Place) -> Facts {
        let register = Register {
            id: Spanned::new(0..0, duty.name().to_owned()),
            title: duty.title.clone(),
            extend: None,
            without: Vec::new(),
            about: duty.title.clone(),
            clauses: Vec::new(),
            area: Area::Plan,
            shape: None,
            cases: false,
            scope: ScopeFrom::Place,
            keeper: Vec::new(),
            readers: Vec::new(),
            code: String::new(),
            title_from: String::new(),
            fields: duty.form_fields(),
            list: Vec::new(),
            filters: Vec::new(),
            sorts: Vec::new(),
            search: Vec::new(),
            identity: Vec::new(),
            counted: Vec::new(),
            reassess: Vec::new(),
        };
        let at = self.instant(self.today);
        let scene = Scene { place: place.clone(), at, number: usize::from(at.0 % 2 == 0) };
        let mut facts = Facts::new();
        let mut chance = self.fork();
        let form = register.fields.iter().map(|f| (f.name(), true));
        self.filler().fill(&register, form, &mut facts, &scene, &mut chance);
        facts
    }

    async fn excused(&mut self, duty: &Duty) -> Result<(), String> {
        let Some(overseer) = self.cast.overseer().cloned() else { return Ok(()) };
        let engine = self.city.engine.clone();
        let late = Wish { state: Some(State::Overdue), ..Wish::default() };
        let lines = engine.duty_lines(&overseer, duty, &late, None, 20).await.map_err(|e| e.to_string())?;
        let reasons = [
            "停产检修期间，经核实暂免（演示）",
            "机构调整，职责已移交（演示）",
            "受汛情影响延期办理（演示）",
        ];
        for line in lines {
            let people = self.by_roles(&duty.excuse, &line.subject.place);
            let Some(actor) = people.first() else { continue };
            let at = usize::try_from(self.fork().below(3)).unwrap_or(0);
            let reason = reasons.get(at).copied().unwrap_or_default();
            let excused = engine.excuse_duty(actor, duty.name(), line.subject.id, &line.period, reason).await;
            if excused.is_ok() {
                return Ok(());
            }
        }
        Ok(())
    }
}
