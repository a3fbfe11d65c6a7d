//! What time alone brings about: reminders, late notices, handing upward inside the unit. Once each.

use engine::sweep::Swept;
use judge::Facts;

use crate::routes::{assigned, done, hazard_of};
use crate::world::{HERE, World, day, facts, wrong};

on_both_engines! {
    a_limit_reminds_then_tells_then_hands_upward_each_once
    a_sweep_that_was_away_for_long_tells_what_counts_now
    a_case_that_moved_on_is_not_late_any_more
    an_extension_takes_the_lateness_away
    only_people_over_the_case_are_told
    two_sweeps_at_once_tell_nobody_twice
    a_notice_is_read_by_its_own_reader
}

async fn a_limit_reminds_then_tells_then_hands_upward_each_once(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.worker.account, "2021-06-25")).await;
    // (clock, reminders of the worker, late notices of manager and workshop, handed to the head)
    let table = [
        ("2021-06-21 12:00", 0, 0, 0, 0),
        ("2021-06-23 00:00", 1, 0, 0, 0),
        ("2021-06-23 08:00", 1, 0, 0, 0),
        ("2021-06-25 08:00", 2, 0, 0, 0),
        ("2021-06-26 00:00", 2, 1, 1, 0),
        ("2021-06-27 08:00", 2, 1, 1, 0),
        ("2021-06-29 08:00", 2, 1, 1, 1),
        ("2021-08-29 08:00", 2, 1, 1, 1),
    ];
    for (clock, reminders, manager, workshop, head) in table {
        world.set_clock(clock);
        world.engine.sweep().await.unwrap();
        assert_eq!(world.engine.sweep().await.unwrap(), Swept::default(), "{clock} again");
        let told = (
            world.told(&plant.worker, "remind").await,
            world.told(&plant.manager, "late").await,
            world.told(&plant.workshop, "late").await,
            world.told(&plant.head, "escalated").await,
        );
        assert_eq!(told, (reminders, manager, workshop, head), "{clock}");
        let handed = world.waits(&plant.head, id).await.is_some();
        assert_eq!(handed, head > 0, "{clock}");
    }
    // A sweep leaves the version alone that somebody's form has seen.
    assert_eq!(world.hazard(id).await.version, 2);
    assert_eq!(world.told(&plant.head, "remind").await, 0);
    assert_eq!(world.take(&plant.head, id, "report_done", done()).await, "hazard.general accepting");
    assert_eq!(world.waits(&plant.head, id).await, None);
}

async fn a_sweep_that_was_away_for_long_tells_what_counts_now(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.worker.account, "2021-06-25")).await;
    world.set_clock("2021-07-10 08:00");
    let swept = world.engine.sweep().await.unwrap();
    assert_eq!((swept.cases, swept.escalated), (1, 1));
    // Nobody is reminded of a limit that has passed.
    assert_eq!(world.told(&plant.worker, "remind").await, 0);
    assert_eq!(world.told(&plant.manager, "late").await, 1);
    assert_eq!(world.told(&plant.head, "escalated").await, 1);
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
}

async fn a_case_that_moved_on_is_not_late_any_more(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.set_clock("2021-06-17 20:00");
    world.take(&plant.manager, id, "assign", assigned(plant.worker.account, "2021-06-30")).await;
    world.set_clock("2021-06-19 08:00");
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
    world.take(&plant.worker, id, "report_done", done()).await;
    world.take(&plant.manager, id, "accept", Facts::new()).await;
    world.set_clock("2022-06-19 08:00");
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
    for actor in [&plant.head, &plant.manager, &plant.workshop, &plant.worker] {
        assert_eq!(world.engine.notices(actor).await.unwrap().len(), 0, "{}", actor.display);
    }
}

async fn an_extension_takes_the_lateness_away(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.workshop.account, "2021-06-20")).await;
    world.set_clock("2021-06-21 08:00");
    world.engine.sweep().await.unwrap();
    assert_eq!(world.told(&plant.manager, "late").await, 1);
    world.take(&plant.workshop, id, "ask_extension", facts([("extension_wanted", day("2021-06-30"))])).await;
    world.take(&plant.manager, id, "grant_extension", facts([("deadline", day("2021-06-30"))])).await;
    assert_eq!(world.waits(&plant.workshop, id).await.as_deref(), Some("report_done later"));
    world.set_clock("2021-06-26 08:00");
    world.engine.sweep().await.unwrap();
    assert_eq!(
        (world.told(&plant.manager, "late").await, world.told(&plant.head, "escalated").await),
        (1, 0)
    );
    world.set_clock("2021-07-01 08:00");
    world.engine.sweep().await.unwrap();
    assert_eq!(world.told(&plant.manager, "late").await, 2);
}

async fn only_people_over_the_case_are_told(world: &World) {
    let (plant, other) = (world.plant(HERE, "甲厂").await, world.plant(HERE, "乙厂").await);
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.set_clock("2021-07-17 20:00");
    let swept = world.engine.sweep().await.unwrap();
    // The reminder is past; late tells the manager, the last stage the head.
    assert_eq!(swept, Swept { cases: 1, notices: 2, escalated: 1, opened: 0 });
    assert_eq!(
        (world.told(&plant.manager, "late").await, world.told(&plant.head, "escalated").await),
        (1, 1)
    );
    for stranger in [&other.head, &other.manager, &world.office] {
        assert_eq!(world.engine.notices(stranger).await.unwrap().len(), 0);
    }
    assert_eq!(world.waits(&other.head, id).await, None);
}

async fn two_sweeps_at_once_tell_nobody_twice(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    for _ in 0..12 {
        world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    }
    world.set_clock("2021-07-17 20:00");
    let other = world.another_process().await;
    let (one, two) = tokio::join!(world.engine.sweep(), other.sweep());
    one.unwrap();
    two.unwrap();
    assert_eq!(world.told(&plant.manager, "late").await, 12);
    assert_eq!(world.told(&plant.head, "escalated").await, 12);
}

async fn a_notice_is_read_by_its_own_reader(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.set_clock("2021-06-18 08:00");
    world.engine.sweep().await.unwrap();
    let notice = world.engine.notices(&plant.manager).await.unwrap().remove(0);
    assert_eq!(wrong(world.engine.read_notice(&plant.worker, notice.id).await), "not found");
    world.engine.read_notice(&plant.manager, notice.id).await.unwrap();
    assert_eq!(world.engine.notices(&plant.manager).await.unwrap().len(), 0);
}
