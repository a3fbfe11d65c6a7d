//! Checks: what is due, what a passed item becomes, what a failed one opens.

use base::Id;
use city::Actor;
use engine::check::{Seen, TaskFilter};
use engine::record::write::Sending;
use judge::Fact;
use store::{Query, Scope};

use crate::world::{HERE, Plant, World, facts, in_county, sending, text, wrong};

on_both_engines! {
    an_item_is_due_until_somebody_looked_at_it_and_again_with_the_next_period
    a_failed_item_opens_a_hazard_that_knows_everything_about_it
    the_same_sending_checks_once
    an_item_of_another_enterprise_does_not_exist
    a_failed_item_says_what_is_wrong
    an_item_that_points_to_a_criterion_opens_a_suspected_hazard
    a_sheet_is_entered_for_somebody_else_only_with_the_paper
}

/// A post with a risk point, a factor, a measure and the check item of the measure.
async fn item(world: &World, plant: &Plant, what: &str, frequency: &str) -> Made {
    let of = Fact::Reference(plant.id);
    let unit = facts([
        ("enterprise", of.clone()),
        ("name", text(&format!("岗位：{what}"))),
        ("kind", text(&first_choice(world, "unit", "kind"))),
    ]);
    let unit = world.create(&plant.manager, "unit", unit).await;
    let point = crate::risk::point(world, plant, &format!("风险点：{what}")).await;
    let factor = crate::risk::factor(world, plant, point, "夹手", [3, 6, 7]).await;
    let measure = facts([
        ("enterprise", of.clone()),
        ("factor", Fact::Reference(factor)),
        ("kind", text("engineering")),
        ("content", text("加装防护罩")),
    ]);
    let measure = world.create(&plant.manager, "measure", measure).await;
    let given = facts([
        ("enterprise", of),
        ("unit", Fact::Reference(unit)),
        ("risk_point", Fact::Reference(point)),
        ("measure", Fact::Reference(measure)),
        ("what", text(what)),
        ("level", text("post")),
        ("frequency", text(frequency)),
    ]);
    Made { item: world.create(&plant.manager, "check_item", given).await, unit, point, measure }
}

struct Made {
    item: Id,
    unit: Id,
    point: Id,
    measure: Id,
}

pub(crate) fn first_choice(world: &World, register: &str, field: &str) -> String {
    let field = world.engine.register(register).unwrap().field(field).unwrap();
    world.engine.model.choices_of(field)[0].id.clone()
}

async fn due(world: &World, actor: &Actor, filter: TaskFilter<'_>) -> Vec<Id> {
    world.engine.tasks(actor, filter).await.unwrap().into_iter().map(|r| r.id).collect()
}

fn passed() -> Seen {
    Seen { passed: true, ..Seen::default() }
}

fn failed() -> Seen {
    Seen {
        passed: false, note: "左侧螺栓缺两颗".into(), photos: vec!["01".repeat(32)], ..Seen::default()
    }
}

async fn count(world: &World, register: &str) -> u64 {
    let query = Query::of(engine::tables::table_name(register), Scope::system("test"));
    world.engine.database.count_up_to(&query, 1000).await.unwrap()
}

async fn an_item_is_due_until_somebody_looked_at_it_and_again_with_the_next_period(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (shift, week) =
        (item(world, &plant, "护栏", "shift").await, item(world, &plant, "灭火器", "week").await);
    let all = TaskFilter::default();
    assert_eq!(due(world, &plant.worker, all).await, [shift.item, week.item]);
    assert_eq!(
        due(world, &plant.worker, TaskFilter { unit: Some(week.unit), level: Some("post") }).await,
        [week.item]
    );
    assert_eq!(due(world, &plant.worker, TaskFilter { unit: None, level: Some("team") }).await, []);
    world.set_clock("2021-06-15 10:00");
    for one in [&shift, &week] {
        let checked =
            world.engine.check(&plant.worker, one.item, &passed(), &Sending::default()).await.unwrap();
        assert_eq!(checked.hazard, None);
        let record = world.any("check_record", checked.record).await;
        assert_eq!(record.facts.get("result"), Some(&text("pass")));
        assert_eq!(record.facts.get("checked_by"), Some(&Fact::Reference(plant.worker.account)));
        assert_eq!(record.facts.get("unit"), Some(&Fact::Reference(one.unit)));
    }
    // (clock, what is due)
    let table = [
        ("2021-06-15 17:59", vec![]),
        ("2021-06-15 18:00", vec![shift.item]),
        ("2021-06-20 23:59", vec![shift.item]),
        ("2021-06-21 00:00", vec![shift.item, week.item]),
    ];
    for (clock, expected) in table {
        world.set_clock(clock);
        assert_eq!(due(world, &plant.worker, all).await, expected, "{clock}");
    }
    let version = world.any("check_item", week.item).await.version;
    world
        .engine
        .update(&plant.manager, "check_item", week.item, version, &facts([("active", Fact::YesNo(false))]))
        .await
        .unwrap();
    assert_eq!(due(world, &plant.worker, all).await, [shift.item]);
}

async fn a_failed_item_opens_a_hazard_that_knows_everything_about_it(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let made = item(world, &plant, "防护罩齐全", "day").await;
    world.tick();
    let checked = world.engine.check(&plant.worker, made.item, &failed(), &Sending::default()).await.unwrap();
    let hazard = world.hazard(checked.hazard.unwrap()).await;
    let of = |name: &str| hazard.facts.get(name).cloned().unwrap_or_default();
    assert_eq!(of("description"), text("防护罩齐全：左侧螺栓缺两颗"));
    assert_eq!(of("photo_before"), Fact::List(vec!["01".repeat(32)]));
    assert_eq!(
        (of("risk_point"), of("measure")),
        (Fact::Reference(made.point), Fact::Reference(made.measure))
    );
    assert_eq!((of("unit"), of("check_item")), (Fact::Reference(made.unit), Fact::Reference(made.item)));
    assert_eq!((of("source"), of("level")), (text("self_check"), text("general")));
    assert_eq!(of("found_by"), Fact::Reference(plant.worker.account));
    let record = world.any("check_record", checked.record).await;
    assert_eq!(record.facts.get("hazard"), Some(&Fact::Reference(hazard.id)));
    assert_eq!(record.facts.get("result"), Some(&text("fail")));
    assert_eq!(world.waits(&plant.manager, hazard.id).await.as_deref(), Some("assign later"));
    assert_eq!(world.engine.timeline(&plant.worker, "hazard", hazard.id).await.unwrap().len(), 1);
    assert_eq!(due(world, &plant.worker, TaskFilter::default()).await, []);
    // A failed item of a procedure that this person may not open leaves nothing behind.
    let barred = Seen { procedure: "hazard.agency".into(), ..failed() };
    let refused = world.engine.check(&plant.worker, made.item, &barred, &Sending::default()).await;
    assert_eq!(wrong(refused), ": case.not_your_step");
    assert_eq!((count(world, "hazard").await, count(world, "check_record").await), (1, 1));
}

async fn the_same_sending_checks_once(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let made = item(world, &plant, "防护罩齐全", "day").await;
    let first = world.engine.check(&plant.worker, made.item, &failed(), &sending("tap")).await.unwrap();
    world.tick();
    let second = world.engine.check(&plant.worker, made.item, &failed(), &sending("tap")).await.unwrap();
    assert_eq!(first, second);
    assert_eq!((count(world, "hazard").await, count(world, "check_record").await), (1, 1));
    let other = item(world, &plant, "灭火器", "day").await;
    let one = world.engine.check(&plant.worker, other.item, &passed(), &sending("tap-2")).await.unwrap();
    assert_eq!(
        one,
        world.engine.check(&plant.worker, other.item, &passed(), &sending("tap-2")).await.unwrap()
    );
    assert_eq!(count(world, "check_record").await, 2);
}

async fn an_item_of_another_enterprise_does_not_exist(world: &World) {
    let (plant, other) = (world.plant(HERE, "甲厂").await, world.plant(HERE, "乙厂").await);
    let made = item(world, &plant, "防护罩齐全", "day").await;
    assert_eq!(due(world, &other.worker, TaskFilter::default()).await, []);
    for id in [made.item, Id::from_u128(42)] {
        assert_eq!(
            wrong(world.engine.check(&other.worker, id, &passed(), &Sending::default()).await),
            "not found"
        );
    }
    // Who sees an item need not be allowed to check it.
    let county = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    assert_eq!(
        wrong(world.engine.check(&county, made.item, &passed(), &Sending::default()).await),
        "refused: record.not_keeper"
    );
}

async fn a_failed_item_says_what_is_wrong(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let made = item(world, &plant, "防护罩齐全", "day").await;
    let silent = world.engine.check(&plant.worker, made.item, &Seen::default(), &Sending::default()).await;
    assert_eq!(wrong(silent), "note: check.say_what_is_wrong");
    assert_eq!((count(world, "hazard").await, count(world, "check_record").await), (0, 0));
}

async fn an_item_that_points_to_a_criterion_opens_a_suspected_hazard(world: &World) {
    let plant = world.plant(HERE, "通许化工").await;
    let made = item(world, &plant, "联锁投用", "day").await;
    let criteria = world.engine.list(&plant.manager, "hazard_criterion", &Default::default()).await.unwrap();
    let criterion = Fact::Reference(criteria.records[0].id);
    let change = facts([("hazard_level", text("suspected_major")), ("criterion", criterion.clone())]);
    let version = world.any("check_item", made.item).await.version;
    world.engine.update(&plant.manager, "check_item", made.item, version, &change).await.unwrap();
    let checked = world.engine.check(&plant.worker, made.item, &failed(), &Sending::default()).await.unwrap();
    let hazard = world.hazard(checked.hazard.unwrap()).await;
    assert_eq!(hazard.case.unwrap().procedure, "hazard.suspected");
    assert_eq!(
        (hazard.facts.get("criterion"), hazard.facts.get("level")),
        (Some(&criterion), Some(&text("suspected_major")))
    );
}

async fn a_sheet_is_entered_for_somebody_else_only_with_the_paper(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let made = item(world, &plant, "防护罩齐全", "day").await;
    let for_li = Seen { on_behalf: " 李工 ".into(), ..failed() };
    let bare = world.engine.check(&plant.manager, made.item, &for_li, &Sending::default()).await;
    assert_eq!(wrong(bare), "paper: on_behalf.paper");
    assert_eq!(count(world, "check_record").await, 0);
    let hash = "ab".repeat(32);
    let with_paper = Seen { paper: vec![hash.clone()], ..for_li };
    world.engine.name_upload(&plant.manager, &hash, "排查表 6月15日.pdf").await.unwrap();
    world.engine.name_upload(&plant.head, &hash, "别人的叫法.pdf").await.unwrap();
    let checked =
        world.engine.check(&plant.manager, made.item, &with_paper, &Sending::default()).await.unwrap();
    let record = world.any("check_record", checked.record).await;
    assert_eq!(record.facts.get("on_behalf"), Some(&text("李工")));
    assert_eq!(record.facts.get("paper"), Some(&Fact::List(vec![hash.clone()])));
    assert_eq!(record.facts.get("checked_by"), Some(&Fact::Reference(plant.manager.account)));
    let hazard = world.hazard(checked.hazard.unwrap()).await;
    assert_eq!(hazard.facts.get("checkers"), Some(&text("李工")));
    // Whoever reads it sees the name that its sender gave it, whatever they call the same bytes themselves.
    for reader in [&plant.head, &plant.worker] {
        let (field, number, file) =
            world.engine.file_of(reader, "check_record", checked.record, &hash).await.unwrap();
        assert_eq!((field.name(), number), ("paper", 1));
        assert_eq!((file.name.as_str(), file.by.as_str()), ("排查表 6月15日.pdf", "安全员"));
    }
    let other = world.plant(HERE, "邻厂").await;
    let theirs = world.engine.file_of(&other.head, "check_record", checked.record, &hash).await;
    assert_eq!(wrong(theirs.map(|_| ())), "not found");
}
