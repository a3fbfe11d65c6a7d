//! What stands already is changed so that the elements which speak of it have something to say: two enterprises come to meet
//! what must hold at all times, another one fails what a rule asks of it. Changes are made by those who keep the record.

use std::sync::Arc;

use base::Id;
use judge::fact::fact;
use judge::{Fact, Facts};
use plan::pack::{ConsequenceKind, Register};

use super::fill::Scene;
use super::maker::{Maker, Order, Settled, Wish};

/// Subjects that come to meet a condition.
const MEETING: usize = 2;
/// The plant that visitors of the demo look at stays as it is.
const AFTER_THE_PLANT: usize = 1;
/// Days before the city's date on which something is changed.
const BACK: i64 = 20;

impl Maker<'_> {
    /// Brings enterprises to meet duties that nobody meets, and to fail rules that nobody fails.
    pub(super) async fn standing(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for duty in model.duties.values() {
            let kind = duty.who.subject.get_ref();
            let (Some(holds), Some(register)) = (&duty.holds, model.register(kind)) else { continue };
            let Some(truth) = self.condition("s", kind, holds.get_ref()) else { continue };
            let bound: Vec<Id> = self.bound(duty, kind).into_iter().filter_map(|who| who.id).collect();
            let unmet: Vec<Id> =
                bound.iter().copied().filter(|id| !self.stands_so(kind, &truth, *id, true)).collect();
            if unmet.len() == bound.len() {
                let wishes = vec![Wish { truth, wanted: true }];
                let some = unmet.into_iter().take(MEETING).collect();
                self.brought(&format!("duty {}", duty.name()), register, &wishes, some).await?;
            }
        }
        let today = self.today;
        for rule in model.rules.values().filter(|rule| rule.in_force(today, &model)) {
            let Some(register) = model.register(rule.register()) else { continue };
            let of_firms = register.shape == Some(plan::pack::Shape::Enterprise);
            let refuses = rule.otherwise.kind() == ConsequenceKind::Refuse;
            let (true, false, Some(must)) = (of_firms, refuses, &rule.must) else { continue };
            let Some(must) = self.condition("r", register.name(), must.get_ref()) else { continue };
            let guard = match &rule.when {
                Some(text) => match self.condition("r", register.name(), text.get_ref()) {
                    Some(guard) => Some(guard),
                    None => continue,
                },
                None => None,
            };
            let firms: Vec<Id> = self.cast.firms.iter().map(|firm| firm.id).collect();
            let fails = |id: &Id| {
                guard.as_ref().is_none_or(|guard| self.stands_so(register.name(), guard, *id, true))
                    && self.stands_so(register.name(), &must, *id, false)
            };
            if !firms.iter().any(fails) {
                let guard = guard.clone().map(|truth| Wish { truth, wanted: true });
                let wishes: Vec<Wish> =
                    guard.into_iter().chain([Wish { truth: must, wanted: false }]).collect();
                let some = firms.into_iter().skip(AFTER_THE_PLANT).collect();
                self.brought(&format!("rule {}", rule.name()), register, &wishes, some).await?;
            }
        }
        Ok(())
    }

    /// Whether the condition holds (or fails) for a record as it stands.
    fn stands_so(&self, kind: &str, truth: &plan::expression::Truth, id: Id, holds: bool) -> bool {
        let kept = self.pool.rows.shared(kind, id).map(|facts| Facts::clone(&facts));
        let of_firm = || self.cast.firms.iter().find(|firm| firm.id == id).map(|firm| firm.facts.clone());
        let Some(mut facts) = kept.or_else(of_firm) else { return false };
        facts.insert("id", Fact::Reference(id));
        self.holds_so(kind, truth, id, &facts, holds)
    }

    /// Changes records one after the other until one of them, or for duties two, are as wished.
    async fn brought(
        &mut self,
        element: &str,
        register: &Register,
        wishes: &[Wish],
        records: Vec<Id>,
    ) -> Result<(), String> {
        let wanted = if element.starts_with("duty") { MEETING } else { 1 };
        let (mut done, mut why) = (0, String::from("no record of it can be changed"));
        for id in records {
            match self.bring(register, wishes, id).await {
                Ok(()) => done += 1,
                Err(reason) => why = reason,
            }
            if done == wanted {
                break;
            }
        }
        self.tried(element.to_owned(), if done > 0 { Ok(()) } else { Err(why) });
        Ok(())
    }

    async fn bring(&mut self, register: &Register, wishes: &[Wish], id: Id) -> Result<(), String> {
        let record = self.city.engine.any_record(register.name(), id).await.map_err(|e| e.to_string())?;
        let record = record.ok_or("it is gone")?;
        let day = self.today.plus_days(-BACK);
        let at = self.instant(day);
        let scene = Scene { place: record.place.clone(), at, number: 0 };
        let order = Order { fixed: Facts::new(), wishes: wishes.to_vec(), place: record.place.clone(), day };
        let mut head = super::pool::whole(&record);
        // What the solver chooses must not be hidden by what stands.
        head.retain(|name, _| register.field(name).is_none());
        head.insert("id", Fact::Reference(id));
        let settled = Settled { register, open: None, head, scene: &scene };
        let mut facts = record.facts.clone();
        let mut chance = self.fork();
        self.settle(&settled, &order, &mut facts, &mut chance)?;
        let typed = |name: &str| register.field(name).is_some_and(|field| !field.computed);
        let mut changed = facts.only(|name| typed(name) && fact(&facts, name) != fact(&record.facts, name));
        for gone in record.facts.keys().filter(|name| typed(name) && !facts.contains_key(name)) {
            changed.insert(gone, Fact::Empty);
        }
        let people = self.by_roles(&register.keeper, &record.place);
        let actor = people.first().ok_or("nobody keeps it there")?;
        let engine = self.engine_on(at);
        let updated = engine.update(actor, register.name(), id, record.version, &changed).await;
        updated.map_err(|error| error.to_string())?;
        if let Some(now) = engine.any_record(register.name(), id).await.map_err(|e| e.to_string())? {
            self.pool.keep(&now);
            if let Some(firm) = self.cast.firms.iter_mut().find(|firm| firm.id == id) {
                firm.facts = now.facts;
            }
        }
        Ok(())
    }
}
