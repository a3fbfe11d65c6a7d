//! What happens to people and enterprises, after which something is owed: a new head of safety, another post, a licence
//! renewed. One case answers in time, another one is late.

use std::sync::Arc;

use base::Id;
use judge::Facts;
use plan::pack::Register;

use super::fill::Scene;
use super::maker::Maker;

/// Days before the city's date on which something changes: lately, and so long ago that the answer is late.
const CHANGED: [i64; 2] = [12, 70];

impl Maker<'_> {
    /// Changes the fields after whose change a duty is owed, of two records each.
    pub(super) async fn events(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for duty in model.duties.values() {
            let Some(event) = duty.after.as_ref().map(|after| after.event.get_ref()) else { continue };
            let Some((name, field)) = event.split_once('.') else { continue };
            let (Some(register), Some(field)) = (model.register(name), field.strip_suffix("_changed")) else {
                continue;
            };
            let subjects = self.subjects(register);
            for (back, id) in CHANGED.into_iter().zip(subjects) {
                let tried = self.change(register, field, id, back).await;
                self.tried(format!("event {event}"), tried);
            }
        }
        Ok(())
    }

    fn subjects(&self, register: &Register) -> Vec<Id> {
        if register.shape == Some(plan::pack::Shape::Enterprise) {
            return self.cast.firms.iter().map(|f| f.id).collect();
        }
        let plant = self.cast.firms.first().map(|f| f.place.clone()).unwrap_or_default();
        self.pool.fitting(register.name(), &plant)
    }

    async fn change(&mut self, register: &Register, field: &str, id: Id, back: i64) -> Result<(), String> {
        let record = self.city.engine.any_record(register.name(), id).await.map_err(|e| e.to_string())?;
        let record = record.ok_or("it is gone")?;
        let definition = register.field(field).ok_or("no such field")?;
        let at = self.instant(self.today.plus_days(-back));
        let scene = Scene { place: record.place.clone(), at, number: usize::try_from(back).unwrap_or(0) };
        let mut chance = self.fork();
        let value =
            self.filler().value(register, definition, &scene, &mut chance).ok_or("no value for it")?;
        let facts = Facts::from([(field.to_owned(), value)]);
        let people = self.by_roles(&register.keeper, &record.place);
        let actor = people.first().ok_or("nobody keeps it there")?;
        let engine = self.engine_on(at);
        let changed = engine.update(actor, register.name(), id, record.version, &facts).await;
        changed.map_err(|error| error.to_string())?;
        if let Some(now) = engine.any_record(register.name(), id).await.map_err(|e| e.to_string())? {
            self.pool.keep(&now);
        }
        Ok(())
    }
}
