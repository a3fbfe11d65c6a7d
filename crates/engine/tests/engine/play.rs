//! Hazards played at random by everybody, while sweeps run: whatever people try, the rules hold and the rows that say who
//! is waited for agree with the cases.

use std::collections::BTreeMap;

use base::{Chance, Id, SeededChance};
use city::Actor;
use engine::case::step::StepRequest;
use engine::record::write::Sending;
use engine::tables::{DEADLINE, WAITING};
use judge::{Fact, Facts};
use plan::pack::FieldKind;
use store::{Query, Scope};

use crate::world::{HERE, Plant, World, day, facts, in_county, photo, text};

on_both_engines! {
    whatever_people_try_the_rules_of_the_procedures_hold
    steps_and_sweeps_at_the_same_time_leave_nothing_behind
}

/// Something plausible for every field that a step needs or asks for.
fn filled(
    world: &World,
    fields: &[String],
    people: &[&Actor],
    chance: &mut SeededChance,
    criterion: &Fact,
) -> Facts {
    let register = world.engine.register("hazard").unwrap();
    let mut given = Facts::new();
    for name in fields {
        let field = register.field(name).unwrap();
        let person = people[chance.below(people.len() as u64) as usize].account;
        let fact = match field.kind {
            FieldKind::Account => Fact::Reference(person),
            FieldKind::Day => day(&format!("2021-07-{:02}", 1 + chance.below(28))),
            FieldKind::Money | FieldKind::Integer => Fact::Integer(100),
            FieldKind::YesNo => Fact::YesNo(true),
            FieldKind::Choice if !field.many => text(&world.engine.model.choices_of(field)[0].id),
            FieldKind::Image | FieldKind::File => photo(3),
            FieldKind::Reference if name == "criterion" => criterion.clone(),
            FieldKind::Text | FieldKind::LongText => text("如实填写"),
            _ => continue,
        };
        given.insert(name.clone(), fact);
    }
    given
}

struct Cast {
    plant: Plant,
    regulators: Vec<Actor>,
    criterion: Fact,
}

impl Cast {
    async fn of(world: &World) -> Self {
        let criteria =
            world.engine.list(&world.office, "hazard_criterion", &Default::default()).await.unwrap();
        let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
        let regulators = vec![world.regulator(HERE).await, world.regulator(HERE).await, office];
        Self {
            plant: world.plant(HERE, "通许化工").await,
            regulators,
            criterion: Fact::Reference(criteria.records[0].id),
        }
    }

    fn people(&self) -> Vec<&Actor> {
        let plant = &self.plant;
        let own = [&plant.head, &plant.manager, &plant.workshop, &plant.team, &plant.worker];
        own.into_iter().chain(&self.regulators).collect()
    }

    async fn hazards(&self, world: &World, count: usize) -> Vec<Id> {
        let mut ids = Vec::new();
        for number in 0..count {
            let mut given = crate::routes::hazard_of(&self.plant);
            given.extend(facts([("source", text("agency_inspection")), ("deadline", day("2021-06-25"))]));
            let (actor, procedure) = if number % 3 == 0 {
                (&self.regulators[0], "hazard.agency")
            } else {
                (&self.plant.worker, "hazard.general")
            };
            ids.push(world.open_case(actor, procedure, given).await.unwrap());
        }
        ids
    }
}

/// A random person tries a random step; most tries are refused.
async fn try_something(world: &World, cast: &Cast, id: Id, chance: &mut SeededChance) -> bool {
    let record = world.hazard(id).await;
    let head = record.case.as_ref().unwrap();
    let procedure = world.engine.model.procedure(&head.procedure).unwrap();
    let people = cast.people();
    let actor = people[chance.below(people.len() as u64) as usize];
    let steps: Vec<_> = procedure.steps_from(&head.state).collect();
    if steps.is_empty() {
        return false;
    }
    let step = steps[chance.below(steps.len() as u64) as usize];
    let wanted: Vec<String> = step.needs.iter().chain(&step.asks).cloned().collect();
    let given = filled(world, &wanted, &people[..5], chance, &cast.criterion);
    let request = StepRequest { step: step.name(), version: record.version, facts: &given, reason: "试" };
    world.engine.take_step(actor, "hazard", id, &request, &Sending::default()).await.is_ok()
}

/// Every step was taken from its state, by somebody whom no earlier step of theirs bars.
async fn rules_hold(world: &World, cast: &Cast, id: Id) {
    let events = world.engine.timeline(&cast.plant.head, "hazard", id).await.unwrap();
    for (at, event) in events.iter().enumerate().skip(1) {
        let step = world.engine.model.procedure(&event.procedure).unwrap().step(&event.step).unwrap();
        assert!(step.from.contains(&event.from), "{} from {}", event.step, event.from);
        assert_eq!((&event.to, &events[at - 1].to), (&step.to, &event.from));
        let barred = events[..at].iter().any(|e| e.by == event.by && step.not_by.contains(&e.step));
        assert!(!barred, "{} by {}", event.step, event.by_name);
    }
}

/// `WAITING` and `DEADLINE` hold rows of open cases only, with the state and limit of the case.
async fn rows_agree(world: &World) {
    let all = |table: &str| {
        let query = Query::of(table, Scope::system("test")).limit(10_000);
        async move { world.engine.database.select(&query).await.unwrap() }
    };
    let mut cases = BTreeMap::new();
    for row in all("r_hazard").await {
        cases.insert(
            row.id("id").unwrap(),
            (row.text("state").unwrap().to_owned(), row.int("due_at").unwrap(), row.bool("open").unwrap()),
        );
    }
    let mut waited = BTreeMap::new();
    for row in all(WAITING).await {
        let (state, due_at, open) = &cases[&row.id("record").unwrap()];
        assert!(open);
        assert_eq!((row.text("state").unwrap(), row.int("due_at").unwrap()), (state.as_str(), *due_at));
        *waited.entry(row.id("record").unwrap()).or_insert(0) += 1;
    }
    for row in all(DEADLINE).await {
        let (_, due_at, open) = &cases[&row.id("id").unwrap()];
        assert!(open);
        assert_eq!(row.int("due_at").unwrap(), *due_at);
    }
    for (id, (state, _, open)) in &cases {
        assert_eq!(*open, waited.contains_key(id), "{state}");
    }
}

async fn whatever_people_try_the_rules_of_the_procedures_hold(world: &World) {
    let cast = Cast::of(world).await;
    let ids = cast.hazards(world, 9).await;
    let mut chance = SeededChance::new(36);
    let mut taken = 0;
    for turn in 0..700 {
        world.tick();
        let id = ids[chance.below(ids.len() as u64) as usize];
        taken += u32::from(try_something(world, &cast, id, &mut chance).await);
        if turn % 70 == 0 {
            world.engine.sweep().await.unwrap();
            rows_agree(world).await;
        }
    }
    assert!(taken > 40, "{taken}");
    for id in &ids {
        rules_hold(world, &cast, *id).await;
    }
    rows_agree(world).await;
}

async fn steps_and_sweeps_at_the_same_time_leave_nothing_behind(world: &World) {
    let cast = Cast::of(world).await;
    let ids = cast.hazards(world, 12).await;
    world.set_clock("2021-08-15 09:00");
    let other = world.another_process().await;
    let sweeping = tokio::spawn(async move {
        for _ in 0..25 {
            other.sweep().await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    let mut chance = SeededChance::new(28);
    while !sweeping.is_finished() {
        let id = ids[chance.below(ids.len() as u64) as usize];
        world.tick();
        try_something(world, &cast, id, &mut chance).await;
    }
    sweeping.await.unwrap();
    rows_agree(world).await;
}
