//! What sweeps have made is answered: documents handed in and signed for, campaigns held and confirmed, proposals decided.

use std::sync::Arc;

use base::Id;
use judge::{Done, Facts};
use plan::pack::Shape;
use store::{Condition, Direction, Query, Scope, Value};

use super::cases::{Far, Walk};
use super::maker::{Maker, Order};

/// Cases of one element that are answered.
const ANSWERED: u32 = 2;
/// Proposals that are decided.
const DECIDED: u32 = 12;

impl Maker<'_> {
    /// Some of each document and campaign are done; the others stay owed.
    pub(super) async fn owed(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        let documents = model.elements.deliverables.keys().map(|id| (Shape::DeliverableCopy, id));
        let campaigns = model.elements.campaigns.keys().map(|id| (Shape::CampaignRun, id));
        for (shape, element) in documents.chain(campaigns) {
            let Some(register) = model.shaped(shape) else { continue };
            let found = self.waiting(register.name(), "element", element, ANSWERED).await?;
            if found.is_empty() {
                self.missed(format!("owed {element}"), "nothing was made of it".into());
            }
            for id in found {
                let tried = self.answer(register.name(), id, Far::Closed).await;
                self.tried(format!("owed {element}"), tried);
            }
        }
        Ok(())
    }

    /// A document or campaign of each kind of unit is answered, whichever elements it comes from.
    pub(super) async fn owed_by_all(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for register in
            [Shape::DeliverableCopy, Shape::CampaignRun].into_iter().filter_map(|s| model.shaped(s))
        {
            for procedure in model.procedures_of(register.name()) {
                for id in self.waiting(register.name(), "procedure", procedure.name(), 1).await? {
                    let tried = self.answer(register.name(), id, Far::Closed).await;
                    self.tried(format!("procedure {}", procedure.name()), tried);
                }
            }
        }
        Ok(())
    }

    /// Some proposals are decided; the others wait.
    pub(super) async fn proposals(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        let Some(register) = model.shaped(Shape::Proposal) else { return Ok(()) };
        let kinds = register.field("kind").map(|f| model.choices_of(f)).unwrap_or_default();
        for kind in kinds {
            for id in self.waiting(register.name(), "kind", &kind.id, DECIDED).await?.into_iter().step_by(3) {
                let tried = self.answer(register.name(), id, Far::Closed).await;
                self.tried(format!("proposal {}", kind.id), tried);
            }
        }
        Ok(())
    }

    /// Open cases of a register whose field has a value, those first that fell due first and where the demo has people.
    async fn waiting(&self, register: &str, field: &str, value: &str, most: u32) -> Result<Vec<Id>, String> {
        let own = self.cast.firms.first().map(|f| f.place.clone()).unwrap_or_default();
        let firms: Vec<Value> = self.cast.firms.iter().map(|f| Value::Id(f.id)).collect();
        let townships: Vec<Value> = std::iter::once(Value::from(""))
            .chain(self.cast.firms.iter().map(|f| Value::from(f.place.township.as_str())))
            .collect();
        let here = Condition::Or(vec![
            Condition::In("organisation".into(), firms),
            Condition::eq("organisation", Id::NIL).and(Condition::Or(vec![
                Condition::eq("county", own.county.as_str()),
                Condition::eq("county", ""),
            ])),
        ]);
        let query = Query::of(engine::tables::table_name(register), Scope::system("demo: what is owed"))
            .columns(&["id"])
            .filter(Condition::eq(field, value))
            .filter(Condition::Eq("open".into(), Value::Bool(true)))
            .filter(here)
            .filter(Condition::In("township".into(), townships))
            .sort("id", Direction::Ascending)
            .limit(most);
        let rows = self.city.engine.database.select(&query).await.map_err(|e| e.to_string())?;
        rows.iter().map(|row| row.id("id").map_err(|e| e.to_string())).collect()
    }

    async fn answer(&mut self, register: &str, id: Id, far: Far) -> Result<(), String> {
        let record = self.city.engine.any_record(register, id).await.map_err(|e| e.to_string())?;
        let record = record.ok_or("it is gone")?;
        let done: Vec<Done> = Vec::new();
        let at = self.instant(self.today);
        let order =
            Order { fixed: Facts::new(), wishes: Vec::new(), place: record.place.clone(), day: self.today };
        let mut walk = Walk { record, done, at };
        self.walk(&mut walk, &order, far).await
    }
}
