//! Whether a city exercises an element: what counts as used, told in numbers, within the reader's scope.

use base::Language;
use city::Actor;
use engine::exercised::{Exercised, Eye};
use judge::Fact;
use plan::pack::Model;

use crate::figures::{count, visit};
use crate::world::{ELSEWHERE, HERE, World, day, facts, model_with, photo, text};

async fn shown(world: &World, kind: &str, id: &str, eye: Eye<'_>) -> Option<Exercised> {
    let binding = world.engine.model.bindings.iter().find(|b| b.kind == kind && b.id == id);
    world.engine.exercised(binding.unwrap_or_else(|| panic!("{kind} {id}")), eye).await.unwrap()
}

/// `yes` or `no` with the numbers.
async fn told(world: &World, kind: &str, id: &str) -> String {
    let found = shown(world, kind, id, Eye::City).await.unwrap();
    format!("{}: {}", if found.yes { "yes" } else { "no" }, found.words(Language::English))
}

async fn seen(world: &World, actor: &Actor, kind: &str, id: &str) -> String {
    match shown(world, kind, id, Eye::Of(actor)).await {
        Some(found) => found.words(Language::English),
        None => "nothing".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_is_exercised_once_somebody_fulfilled_it_and_somebody_was_late() {
    let world = &World::sqlite_with_duties().await;
    let mut plants = Vec::new();
    for name in ["准时厂", "迟到厂"] {
        let mut given = world.enterprise_facts(HERE, name);
        given.insert("headcount", Fact::Integer(1500));
        given.insert("high_risk", Fact::YesNo(true));
        let id = world.create(&world.office, "enterprise", given).await;
        plants.push(world.staffed(id).await);
    }
    world.set_clock("2021-07-01 08:00");
    world.engine.sweep_duties().await.unwrap();
    assert_eq!(
        told(world, "duty", "test-change").await,
        "no: 2 bound, 0 fulfilled, 0 overdue, begins with an event, none has happened"
    );
    assert_eq!(told(world, "duty", "test-phone").await, "no: 2 bound, 0 fulfilled, 2 overdue");
    // Nobody owed the second quarter: they came in its second half. The third one is owed and running.
    assert_eq!(told(world, "duty", "test-meeting").await, "no: 2 bound, 0 fulfilled, 0 overdue");
    let meeting = facts([
        ("enterprise", Fact::Reference(plants[0].id)),
        ("topic", text("第三季度会议")),
        ("held_on", day("2021-08-03")),
        ("minutes", photo(7)),
    ]);
    world.create(&plants[0].manager, "test_meeting", meeting).await;
    world.set_clock("2021-10-12 08:00");
    world.engine.sweep_duties().await.unwrap();
    assert_eq!(told(world, "duty", "test-meeting").await, "yes: 2 bound, 1 fulfilled, 1 overdue");
    // A telephone for one of them: of what must always hold, one holds and one is late.
    let version = world.any("enterprise", plants[0].id).await.version;
    let phone = facts([("duty_phone", text("13800000009"))]);
    world.engine.update(&world.office, "enterprise", plants[0].id, version, &phone).await.unwrap();
    assert_eq!(told(world, "duty", "test-phone").await, "yes: 2 bound, 1 fulfilled, 1 overdue");
    let here = world.regulator(HERE).await;
    let elsewhere = world.regulator(ELSEWHERE).await;
    assert_eq!(seen(world, &here, "duty", "test-meeting").await, "2 bound, 1 fulfilled, 1 overdue");
    assert!(
        seen(world, &elsewhere, "duty", "test-meeting").await.starts_with("0 bound, 0 fulfilled, 0 overdue")
    );
}

const MORE: &str = r#"
[[monitor]]
id = "t-length"
title = { zh = "车长监测", en = "Length" }
on = "bus"
when = "r.kind == 'truck'"
levels = [{ id = "long", above = "r.length", for = "10s" }]
missing = "3m"
respond = [{ level = "long", within = "5m", by = "enterprise.safety_manager" }]

[[checklist]]
id = "t-list"
title = { zh = "车辆检查表", en = "Vehicles" }
for = "bus"
when = "s.kind == 'truck'"
item = [{ id = "marks", look = { zh = "标识", en = "Marks" }, basis = { zh = "试验办法第三条", en = "Article 3" }, judge = { zh = "无标识", en = "No marks" }, level = "general" }]

[[publication]]
id = "t-public"
title = { zh = "货车公示", en = "Trucks" }
of = "bus"
when = "r.kind == 'truck'"
fields = [{ id = "name" }]
decided_by = ["city.office"]

[[rule]]
id = "t-later"
title = { zh = "明年生效", en = "From next year" }
on = "bus"
from = 2022-01-01
must = "has(r.name)"
else = { warn = { zh = "甲", en = "A" } }
"#;

fn with_more() -> Model {
    let figures = include_str!("pack/figures.toml");
    model_with("more.toml", &format!("{}\n{MORE}\n{figures}", include_str!("../packs/rules.toml")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_figures_bodies_monitors_and_lists_are_exercised_by_what_is_there() {
    let world = &World::sqlite_of(with_more()).await;
    for (kind, id, expected) in [
        ("register", "bus", "no: 0 records"),
        ("procedure", "bus.repair", "no: 0 open, 0 ended"),
        ("rule", "bus-length", "no: 0 that hold"),
        ("rule", "bus-marked", "no: 0 opened"),
        ("rule", "truck-listed", "no: 0 proposed"),
        ("rule", "bus-near-scrap-frozen", "no: 0 watched"),
        ("rule", "t-later", "no: in force from 2022-01-01"),
        ("body", "safety_commission", "no: 0 members"),
        ("monitor", "t-length", "no: 0 points, awaits live data"),
        ("checklist", "t-list", "no: 0 to inspect, 0 hazards found by it"),
        ("publication", "t-public", "no: 0 offered, 0 published"),
        ("indicator", "t-visits-fine", "no: 0 stored values"),
        ("scorecard", "t-counties", "no: 0 subjects scored"),
    ] {
        assert_eq!(told(world, kind, id).await, expected, "{kind} {id}");
    }
    let firm = world.enterprise(HERE, "客运").await;
    for (name, kind, length) in [("豫B1", "large_bus", 11.0), ("豫B2", "truck", 9.0)] {
        let given = facts([
            ("enterprise", Fact::Reference(firm)),
            ("name", text(name)),
            ("kind", text(kind)),
            ("length", Fact::Decimal(length)),
            ("marked", Fact::YesNo(false)),
        ]);
        world.create(&world.office, "bus", given).await;
    }
    let member = facts([
        ("body", text("safety_commission")),
        ("county", text(HERE)),
        ("post", text("主任")),
        ("name", text("甲")),
        ("valid_from", day("2021-01-01")),
    ]);
    world.create(&world.office, "body_member", member.clone()).await;
    let mut gone = member;
    gone.insert("name", text("乙"));
    gone.insert("valid_from", day("2020-01-01"));
    gone.insert("valid_until", day("2020-12-31"));
    world.create(&world.office, "body_member", gone).await;
    visit(world, HERE, "2021-06-03 10:00", "plan", 1.0, Some(true)).await;
    count(world, "t-visits-fine", "2021-06").await;
    world.engine.compute_scorecard("t-counties", crate::figures::period("2021-06")).await.unwrap();
    world.engine.sweep_rules().await.unwrap();
    for (kind, id, expected) in [
        ("register", "bus", "yes: 2 records"),
        ("procedure", "bus.repair", "no: 1 open, 0 ended"),
        ("rule", "bus-length", "yes: 2 that hold"),
        ("rule", "bus-marked", "yes: 1 opened"),
        ("rule", "truck-listed", "yes: 1 proposed"),
        ("rule", "truck-noted", "yes: 1 told"),
        ("body", "safety_commission", "yes: 1 members"),
        ("monitor", "t-length", "yes: 1 points, awaits live data"),
        ("checklist", "t-list", "no: 1 to inspect, 0 hazards found by it"),
    ] {
        assert_eq!(told(world, kind, id).await, expected, "{kind} {id}");
    }
    for (kind, id) in [("indicator", "t-visits-fine"), ("scorecard", "t-counties")] {
        let told = told(world, kind, id).await;
        assert!(told.starts_with("yes: "), "{kind} {id}: {told}");
    }
    // Numbers are those of the reader.
    let elsewhere = world.regulator(ELSEWHERE).await;
    assert_eq!(seen(world, &elsewhere, "rule", "bus-marked").await, "0 opened");
    assert_eq!(seen(world, &elsewhere, "body", "safety_commission").await, "0 members");
    assert_eq!(seen(world, &world.office, "rule", "bus-length").await, "2 that hold");
}
