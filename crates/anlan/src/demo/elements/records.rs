//! Goes through all registers: what exists is known, then records and cases are made as the elements ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Chance;
use engine::record::list::ListRequest;
use judge::Facts;
use plan::pack::indicator::Of;
use plan::pack::{Indicator, Model, Register, ScopeFrom, Shape};
use store::{Condition, Query, Scope, Value};

use super::cases::Far;
use super::maker::{Maker, Order};
use super::targets::Target;

/// Records of a register that are known from before at most, for each enterprise that takes part.
const KNOWN: u32 = 12;
/// Registers of which every enterprise has some, and the plant that is shown some of each kind.
const VARIED: [Shape; 6] =
    [Shape::CheckItem, Shape::Person, Shape::Unit, Shape::RiskPoint, Shape::RiskFactor, Shape::Measure];
/// Days before the city's date on which subjects of duties were entered.
const LONG_AGO: i64 = 365;
/// Records of a register that nothing else asks for.
const USUAL: usize = 3;

impl Maker<'_> {
    /// Learns what exists already: of the enterprises that take part, and what belongs to everybody.
    pub(super) async fn gather_records(&mut self) -> Result<(), String> {
        let Some(overseer) = self.cast.overseer().cloned() else { return Ok(()) };
        let model = Arc::clone(&self.model);
        let firms = self.cast.firms.clone();
        for register in model.registers.values() {
            let request = ListRequest { limit: 1, ascending: true, ..ListRequest::default() };
            let engine = &self.city.engine;
            let some = engine.list(&overseer, register.name(), &request).await.map_err(|e| e.to_string())?;
            if some.records.is_empty() {
                continue;
            }
            let shared = register.scope == ScopeFrom::Shared;
            let readers = if shared { vec![overseer.clone()] } else { Vec::new() };
            let of_firms = firms.iter().filter(|_| !shared).filter_map(|firm| {
                self.cast.holders("enterprise.safety_manager", &firm.place).next().cloned()
            });
            for reader in readers.into_iter().chain(of_firms) {
                let limit = if shared { 200 } else { KNOWN };
                let request = ListRequest { limit, ascending: true, ..ListRequest::default() };
                let page = self.city.engine.list(&reader, register.name(), &request).await;
                for record in page.map_err(|e| e.to_string())?.records {
                    self.pool.keep(&record);
                }
            }
        }
        Ok(())
    }

    /// Records and cases of every register.
    pub(super) async fn all_records(&mut self) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        // Those that existed before have lived already; elements may still ask for some of them.
        let before: BTreeMap<String, usize> =
            model.registers.keys().map(|name| (name.clone(), self.pool.count(name))).collect();
        for name in super::order::registers(&model, &self.refused) {
            let Some(register) = model.register(&name) else { continue };
            if register.cases {
                self.cases_of(register).await?;
            } else if before.get(&name).copied().unwrap_or(0) == 0 {
                self.usual_records(register, USUAL).await?;
            } else if register.shape.is_some_and(|shape| VARIED.contains(&shape)) {
                self.usual_records(register, 2 * USUAL).await?;
            }
            for target in self.targets_of(register) {
                self.meet(register, &target).await?;
            }
        }
        Ok(())
    }

    async fn usual_records(&mut self, register: &Register, count: usize) -> Result<(), String> {
        if register.keeper.is_empty() {
            return Ok(());
        }
        let element = format!("register {}", register.name());
        let owes = self.model.duties.values().any(|d| d.binds(register.name()));
        for nth in 0..count {
            // Of what exists everywhere, the plant that is shown has more kinds.
            let nth = if count > USUAL { 0 } else { nth };
            let lately = 5 + i64::try_from(self.fork().below(80)).unwrap_or(0);
            // Who owes something has been there for a year; of the third, nobody proves anything.
            let back = if owes { LONG_AGO } else { lately };
            let order = Order {
                fixed: Facts::new(),
                wishes: Vec::new(),
                place: self.usual_place(register, nth),
                day: self.today.plus_days(-back),
            };
            match self.record(register.name(), &order).await {
                Ok(_) => self.made(&element),
                Err(why) => self.missed(element.clone(), why),
            }
        }
        Ok(())
    }

    async fn cases_of(&mut self, register: &Register) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        for procedure in model.procedures_of(register.name()) {
            if procedure.opening.is_none() || self.lives(register, procedure.name()).await? {
                continue;
            }
            for (nth, far) in [Far::Closed, Far::Steps(1), Far::Closed, Far::Steps(0)].into_iter().enumerate()
            {
                let back = if far == Far::Closed { 70 } else { 12 };
                let order = Order {
                    fixed: Facts::new(),
                    wishes: Vec::new(),
                    place: self.usual_place(register, nth / 2),
                    day: self.today.plus_days(-back),
                };
                let element = format!("procedure {} {far:?}", procedure.name());
                match self.case(procedure, &order, far).await {
                    Ok(_) => self.made(&element),
                    Err(why) => self.missed(element, why),
                }
            }
        }
        Ok(())
    }

    /// Whether a procedure has open and closed cases already.
    async fn lives(&self, register: &Register, procedure: &str) -> Result<bool, String> {
        for open in [true, false] {
            let table = engine::tables::table_name(register.name());
            let query = Query::of(table, Scope::system("demo: is there a case"))
                .columns(&["id"])
                .filter(Condition::eq("procedure", procedure))
                .filter(Condition::Eq("open".into(), Value::Bool(open)));
            if self.city.engine.database.first(&query).await.map_err(|e| e.to_string())?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the elements ask of a register.
    fn targets_of(&self, register: &Register) -> Vec<Target> {
        let model = Arc::clone(&self.model);
        let name = register.name();
        let mut targets: Vec<Target> = self.of_needs(register);
        for duty in model.duties.values().filter(|d| d.record() == Some(name)) {
            targets.extend(self.of_duty(duty));
        }
        for indicator in model.indicators.values().filter(|i| counts(&model, i, name)) {
            targets.extend(self.of_indicator(indicator));
        }
        for assessment in model.elements.assessments.values().filter(|a| a.subject.get_ref() == name) {
            targets.extend(self.of_assessment(assessment));
        }
        for rule in model.rules.values().filter(|r| r.register() == name) {
            targets.extend(self.of_rule(rule));
        }
        for monitor in model.elements.monitors.values().filter(|m| m.on.get_ref() == name) {
            targets.extend(self.of_monitor(monitor));
        }
        targets
    }

    async fn meet(&mut self, register: &Register, target: &Target) -> Result<(), String> {
        // The daily records of the plant are there; hazards have their own history.
        let apart = matches!(register.shape, Some(Shape::Hazard | Shape::Enterprise));
        if apart || (register.keeper.is_empty() && !register.cases) {
            return Ok(());
        }
        if target.element.starts_with("rule ") && self.met.contains(&target.element) {
            return Ok(());
        }
        for _ in 0..target.count {
            let mut order = target.order.clone();
            let mut made = self.meeting(register, &order).await;
            // What an indicator counts without a hit still gives it a value.
            while made.is_err() && target.lenient && order.wishes.pop().is_some() {
                made = self.meeting(register, &order).await;
            }
            if let Err(why) = made {
                self.missed(target.element.clone(), format!("{}: {why}", register.name()));
                break;
            }
            self.made(&target.element);
        }
        Ok(())
    }

    async fn meeting(&mut self, register: &Register, order: &Order) -> Result<(), String> {
        if register.cases {
            return self.meeting_case(register, order).await;
        }
        self.record(register.name(), order).await.map(drop)
    }

    async fn meeting_case(&mut self, register: &Register, order: &Order) -> Result<(), String> {
        let model = Arc::clone(&self.model);
        let mut why = String::from("it has no procedure that is opened by hand");
        for procedure in model.procedures_of(register.name()).filter(|p| p.opening.is_some()) {
            match self.case(procedure, order, Far::Wished).await {
                Ok(record) if self.wishes_hold(&record, order) => return Ok(()),
                Ok(record) => {
                    let state = record.case.as_ref().map_or("", |c| c.state.as_str());
                    why = format!("it ended in state {state} without meeting the condition");
                }
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}

/// Whether an indicator counts records of a register.
fn counts(model: &Model, indicator: &Indicator, register: &str) -> bool {
    matches!(Of::read(indicator.of.get_ref(), model), Ok(Of::Rows { register: of, .. }) if of == register)
}
