//! My work and the buttons of a case: each step is shown to exactly the people who may take it.

use judge::{Fact, Facts};

use crate::routes::{assigned, done, hazard_of};
use crate::world::{HERE, Plant, World, day, facts, text};

on_both_engines! {
    each_step_waits_for_exactly_the_right_people
    the_person_named_does_not_wait_for_their_own_acceptance
    work_is_cut_into_late_today_and_later
    the_buttons_of_a_case_are_those_that_may_be_pressed
    a_note_of_progress_leaves_everything_else_as_it_is
}

async fn waiting(world: &World, plant: &Plant, id: base::Id) -> String {
    let people = [
        ("head", &plant.head),
        ("manager", &plant.manager),
        ("workshop", &plant.workshop),
        ("team", &plant.team),
        ("worker", &plant.worker),
    ];
    let mut found = Vec::new();
    for (name, actor) in people {
        if let Some(step) = world.waits(actor, id).await {
            found.push(format!("{name} {step}"));
        }
    }
    found.join(", ")
}

async fn each_step_waits_for_exactly_the_right_people(world: &World) {
    let (plant, other) = (world.plant(HERE, "甲厂").await, world.plant(HERE, "乙厂").await);
    let agency = world.regulator(HERE).await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    // The head is waited for only when it is late.
    assert_eq!(waiting(world, &plant, id).await, "manager assign later, workshop assign later");
    world.take(&plant.manager, id, "assign", assigned(plant.worker.account, "2021-06-20")).await;
    assert_eq!(waiting(world, &plant, id).await, "worker report_done later");
    world.take(&plant.worker, id, "report_done", done()).await;
    assert_eq!(
        waiting(world, &plant, id).await,
        "manager accept later, workshop accept later, team accept later"
    );
    for stranger in [&other.head, &other.manager, &agency, &world.office] {
        assert_eq!(world.waits(stranger, id).await, None);
    }
    world.take(&plant.team, id, "accept", Facts::new()).await;
    assert_eq!(waiting(world, &plant, id).await, "");
}

async fn the_person_named_does_not_wait_for_their_own_acceptance(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.workshop.account, "2021-06-20")).await;
    // The head reports it done for the workshop head, who is barred all the same.
    world.take(&plant.head, id, "report_done", done()).await;
    assert_eq!(waiting(world, &plant, id).await, "manager accept later, team accept later");
    let at_once = {
        let mut given = hazard_of(&plant);
        given.extend(done());
        world.open_case(&plant.manager, "hazard.at_once", given).await.unwrap()
    };
    assert_eq!(waiting(world, &plant, at_once).await, "workshop confirm later, team confirm later");
}

async fn work_is_cut_into_late_today_and_later(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let mut ids = Vec::new();
    for until in ["2021-06-16", "2021-06-17", "2021-06-18"] {
        let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
        world.take(&plant.manager, id, "assign", assigned(plant.worker.account, until)).await;
        ids.push(id);
    }
    world.set_clock("2021-06-17 23:00");
    let work = world.engine.work(&plant.worker).await.unwrap();
    let records = |cases: &[engine::work::WaitingCase]| cases.iter().map(|c| c.record).collect::<Vec<_>>();
    assert_eq!(
        (records(&work.late), records(&work.today), records(&work.later)),
        (vec![ids[0]], vec![ids[1]], vec![ids[2]])
    );
    assert!(!work.more);
    assert_eq!(work.late[0].title, "2 号冲床防护罩缺失");
}

async fn the_buttons_of_a_case_are_those_that_may_be_pressed(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.workshop.account, "2021-06-20")).await;
    world.take(&plant.workshop, id, "report_done", done()).await;
    let record = world.hazard(id).await;
    let events = world.engine.timeline(&plant.head, "hazard", id).await.unwrap();
    let buttons = |actor: &city::Actor| {
        let offered = world.engine.offered(actor, &record, &events);
        let each = offered
            .iter()
            .map(|o| format!("{}{}", o.step.name(), o.refusal.as_ref().map_or("", |_| " barred")));
        each.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(buttons(&plant.manager), "accept, reject, suspect_major");
    assert_eq!(buttons(&plant.workshop), "accept barred, reject barred, suspect_major");
    assert_eq!(buttons(&plant.worker), "suspect_major");
    assert_eq!(buttons(&world.office), "");
}

async fn a_note_of_progress_leaves_everything_else_as_it_is(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.worker.account, "2021-06-20")).await;
    world.set_clock("2021-06-24 08:00");
    world.engine.sweep().await.unwrap();
    let before = (waiting(world, &plant, id).await, world.told(&plant.head, "escalated").await);
    assert_eq!(before, ("head report_done late, worker report_done late".to_owned(), 1));
    let entered = world.hazard(id).await.case.unwrap().entered_at;
    world.take(&plant.worker, id, "note_progress", facts([("progress", text("备件已到"))])).await;
    world.engine.sweep().await.unwrap();
    assert_eq!((waiting(world, &plant, id).await, world.told(&plant.head, "escalated").await), before);
    assert_eq!(world.hazard(id).await.case.unwrap().entered_at, entered);
    // Given to somebody else, it waits for them and still for the head.
    world
        .take(&plant.manager, id, "reassign", facts([("responsible", Fact::Reference(plant.team.account))]))
        .await;
    world.engine.sweep().await.unwrap();
    assert_eq!(waiting(world, &plant, id).await, "head report_done late, team report_done late");
    // A new limit starts anew.
    world.take(&plant.team, id, "report_done", done()).await;
    world.take(&plant.manager, id, "reject", facts([("deadline", day("2021-06-30"))])).await;
    assert_eq!(waiting(world, &plant, id).await, "team report_done later");
}
