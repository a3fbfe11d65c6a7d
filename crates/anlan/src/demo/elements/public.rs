//! What people decide and see on site: some of what is offered becomes public, each checklist is filled by somebody who
//! inspects.

use std::sync::Arc;

use base::Id;
use engine::checklist::{Answer, Answered, Filled};
use engine::publication::Standing;
use engine::record::write::Sending;
use plan::pack::checklist::HazardLevel;
use plan::pack::{Checklist, Element as _, Publication, Shape};

use super::cases::of_county;
use super::maker::Maker;

/// Entries of one publication that are decided.
const DECIDED: usize = 2;
/// Places that one checklist is filled at.
const INSPECTED: usize = 2;
/// Subjects looked through for one that the list fits.
const LOOKED_AT: usize = 60;

impl Maker<'_> {
    /// Some of what is offered to the public is published by whoever decides on it; the rest waits.
    pub(super) async fn publish(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for publication in model.elements.publications.values() {
            let tried = self.publish_some(publication).await;
            self.tried(format!("publication {}", publication.name()), tried);
        }
        Ok(())
    }

    async fn publish_some(&mut self, publication: &Publication) -> Result<(), String> {
        let plant = self.cast.firms.first().map(|f| f.place.clone()).unwrap_or_default();
        let mut people = self.by_roles(&publication.decided_by, &city::Place::default());
        people.extend(self.by_roles(&publication.decided_by, &of_county(&plant)));
        let (mut done, mut why) = (0, String::from("nothing is offered to whom the demo has"));
        for actor in &people {
            let at = self.instant(self.today);
            let engine = self.engine_on(at);
            let offered = engine.entries(actor, publication.name(), Standing::Offered, "").await;
            for entry in offered.map_err(|error| error.to_string())?.entries {
                if done == DECIDED {
                    return Ok(());
                }
                match engine.publish(actor, entry.id, entry.version).await {
                    Ok(()) => done += 1,
                    Err(error) => why = error.to_string(),
                }
            }
        }
        if done > 0 { Ok(()) } else { Err(why) }
    }

    /// Each checklist is filled on site; one of its items fails.
    pub(super) async fn inspect(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for list in model.elements.checklists.values() {
            let tried = self.inspect_some(list).await;
            self.tried(format!("checklist {}", list.name()), tried);
        }
        Ok(())
    }

    async fn inspect_some(&mut self, list: &Checklist) -> Result<(), String> {
        let at = self.instant(self.today.plus_days(-2));
        let engine = self.engine_on(at);
        let register = engine.subject_of(list).map_err(|error| error.to_string())?;
        let mut subjects: Vec<Id> = self.cast.firms.iter().map(|f| f.id).collect();
        if register.shape != Some(Shape::Enterprise) {
            subjects = self.pool.rows.of(register.name()).map(|(id, _)| id).collect();
        }
        let (mut done, mut why) = (0, String::from("nobody of the demo inspects what it is for"));
        for id in subjects.into_iter().take(LOOKED_AT) {
            let Some(record) = engine.any_record(register.name(), id).await.map_err(|e| e.to_string())?
            else {
                continue;
            };
            let Some(actor) = self.cast.people().find(|a| engine.inspects(a, &record.place)).cloned() else {
                continue;
            };
            let fits = engine.checklists_for(&actor, &record).await.map_err(|error| error.to_string())?;
            if !fits.iter().any(|fit| fit.name() == list.name()) {
                continue;
            }
            let filled = self.filled(list, engine.sets_deadline(&actor, &record.place));
            match engine.fill_checklist(&actor, list.name(), id, &filled, &Sending::default()).await {
                Ok(_) => done += 1,
                Err(error) => why = error.to_string(),
            }
            if done == INSPECTED {
                break;
            }
        }
        if done > 0 { Ok(()) } else { Err(why) }
    }

    /// The first general item fails; where all are major, the first.
    fn filled(&self, list: &Checklist, agency: bool) -> Filled {
        let general = list.items.iter().position(|item| item.level == HazardLevel::General);
        let failing = general.unwrap_or(0);
        let answers = list.items.iter().enumerate().map(|(nth, item)| Answered {
            item: item.id.get_ref().clone(),
            answer: if nth == failing { Answer::Fails } else { Answer::Meets },
            remark: if nth == failing { "现场核查不符合（演示）".into() } else { String::new() },
            photos: if nth == failing { vec![self.photos.before.clone()] } else { Vec::new() },
        });
        Filled {
            answers: answers.collect(),
            deadline: agency.then(|| self.today.plus_days(10)),
            remark: "按清单逐项核查（演示）".into(),
        }
    }
}
