//! Risk grading: a factor's assessment fills its grade, the worst factor grades the point, the worst point the plant.

use base::Id;
use engine::record::write::Sending;
use judge::{Fact, Facts};
use serde_json::json;

use crate::world::{HERE, Plant, World, day, facts, text, wrong};

on_both_engines! {
    an_assessment_fills_value_grade_level_and_the_next_day
    the_inherent_grade_stays_when_measures_lower_the_present_one
    the_worst_factor_grades_the_point_and_the_enterprise
    a_factor_that_moves_to_another_point_takes_its_grade_along
    wrong_inputs_are_refused_with_their_field
    two_factors_of_one_point_are_entered_at_once
}

pub(crate) async fn point(world: &World, plant: &Plant, name: &str) -> Id {
    let given = facts([("enterprise", Fact::Reference(plant.id)), ("name", text(name))]);
    world.create(&plant.manager, "risk_point", given).await
}

pub(crate) fn assessed(plant: &Plant, point: Id, name: &str, [l, e, c]: [u32; 3]) -> Facts {
    facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("risk_point", Fact::Reference(point)),
        ("name", text(name)),
        ("method", text("lec")),
        ("inputs", lec([l, e, c])),
    ])
}

fn lec([l, e, c]: [u32; 3]) -> Fact {
    Fact::Structure(json!({ "l": l, "e": e, "c": c }))
}

pub(crate) async fn factor(world: &World, plant: &Plant, point: Id, name: &str, inputs: [u32; 3]) -> Id {
    world.create(&plant.manager, "risk_factor", assessed(plant, point, name, inputs)).await
}

async fn grade(world: &World, register: &str, field: &str, id: Id) -> String {
    world.any(register, id).await.facts.get(field).and_then(Fact::as_text).unwrap_or("-").to_owned()
}

/// The present grades of a point and of its enterprise.
async fn grades(world: &World, plant: &Plant, point: Id) -> String {
    format!(
        "{} {}",
        grade(world, "risk_point", "grade", point).await,
        grade(world, "enterprise", "risk_grade", plant.id).await
    )
}

async fn an_assessment_fills_value_grade_level_and_the_next_day(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let point = point(world, &plant, "冲压区").await;
    let table = [
        ([6, 6, 15], "540", "red", "enterprise"),
        ([3, 6, 15], "270", "orange", "workshop"),
        ([3, 6, 7], "126", "yellow", "team"),
        ([1, 6, 3], "18", "blue", "post"),
    ];
    for (inputs, value, colour, level) in table {
        let mut given = assessed(&plant, point, &format!("因素{value}"), inputs);
        // What the program computes is not taken from the form.
        given.extend(facts([
            ("grade", text("blue")),
            ("value", text("1")),
            ("assessed_on", day("2021-06-01")),
        ]));
        let id = world.create(&plant.manager, "risk_factor", given).await;
        let record = world.any("risk_factor", id).await;
        let of = |name: &str| record.facts.get(name).cloned().unwrap_or_default();
        assert_eq!(
            (of("value"), of("grade"), of("inherent_grade"), of("control_level")),
            (text(value), text(colour), text(colour), text(level))
        );
        assert_eq!((of("assessed_on"), of("assess_again_on")), (day("2021-06-01"), day("2022-06-01")));
    }
}

async fn the_inherent_grade_stays_when_measures_lower_the_present_one(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let point = point(world, &plant, "冲压区").await;
    let id = factor(world, &plant, point, "夹手", [3, 6, 7]).await;
    let again = |inputs, on: &str| facts([("inputs", lec(inputs)), ("assessed_on", day(on))]);
    let now = |field: &'static str| grade(world, "risk_factor", field, id);
    world.set_clock("2021-06-25 09:00");
    world.engine.update(&plant.manager, "risk_factor", id, 1, &again([1, 6, 3], "2021-06-20")).await.unwrap();
    assert_eq!((now("grade").await, now("inherent_grade").await), ("blue".into(), "yellow".into()));
    assert_eq!(grades(world, &plant, point).await, "blue blue");
    // A graver risk is controlled no lower than its grade demands.
    world
        .engine
        .update(&plant.manager, "risk_factor", id, 2, &again([6, 6, 15], "2021-06-22"))
        .await
        .unwrap();
    assert_eq!(
        (now("grade").await, now("inherent_grade").await, now("control_level").await),
        ("red".into(), "yellow".into(), "enterprise".into())
    );
    assert_eq!(world.any("risk_factor", id).await.facts.get("assess_again_on"), Some(&day("2022-06-22")));
    assert_eq!(grades(world, &plant, point).await, "red red");
}

async fn the_worst_factor_grades_the_point_and_the_enterprise(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (one, two) = (point(world, &plant, "冲压区").await, point(world, &plant, "喷漆房").await);
    assert_eq!(grades(world, &plant, one).await, "- -");
    factor(world, &plant, one, "噪声", [1, 6, 3]).await;
    assert_eq!(grades(world, &plant, one).await, "blue blue");
    let worst = factor(world, &plant, one, "夹手", [3, 6, 15]).await;
    assert_eq!(grades(world, &plant, one).await, "orange orange");
    factor(world, &plant, two, "爆炸", [3, 6, 7]).await;
    assert_eq!(grades(world, &plant, two).await, "yellow orange");
    world
        .engine
        .update(&plant.manager, "risk_factor", worst, 1, &facts([("inputs", lec([1, 6, 3]))]))
        .await
        .unwrap();
    assert_eq!(grades(world, &plant, one).await, "blue yellow");
    assert_eq!(
        world.engine.counts(&world.office, "enterprise", "risk_grade").await.unwrap().of(HERE, "yellow"),
        1
    );
    // Nobody types the grade of a point.
    let version = world.any("risk_point", one).await.version;
    world
        .engine
        .update(&plant.manager, "risk_point", one, version, &facts([("grade", text("red"))]))
        .await
        .unwrap();
    assert_eq!(grades(world, &plant, one).await, "blue yellow");
}

async fn a_factor_that_moves_to_another_point_takes_its_grade_along(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (one, two) = (point(world, &plant, "冲压区").await, point(world, &plant, "喷漆房").await);
    factor(world, &plant, one, "噪声", [1, 6, 3]).await;
    let moving = factor(world, &plant, one, "夹手", [3, 6, 15]).await;
    world
        .engine
        .update(&plant.manager, "risk_factor", moving, 1, &facts([("risk_point", Fact::Reference(two))]))
        .await
        .unwrap();
    assert_eq!(grades(world, &plant, one).await, "blue orange");
    assert_eq!(grades(world, &plant, two).await, "orange orange");
}

async fn wrong_inputs_are_refused_with_their_field(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let point = point(world, &plant, "冲压区").await;
    assert_eq!(tried(world, &plant, point, facts([("inputs", Fact::Empty)])).await, "inputs: field.required");
    assert_eq!(
        tried(world, &plant, point, facts([("assessed_on", day("2021-06-16"))])).await,
        "assessed_on: field.in_the_future"
    );
    let missing =
        tried(world, &plant, point, facts([("inputs", Fact::Structure(json!({ "l": 3, "e": 6 })))])).await;
    assert_eq!(missing, "inputs.c: calc.missing");
    for (inputs, field) in [
        (json!({ "l": 4, "e": 6, "c": 15 }), "inputs.l"),
        (json!({ "l": 3, "e": "often", "c": 15 }), "inputs.e"),
    ] {
        let refused = tried(world, &plant, point, facts([("inputs", Fact::Structure(inputs))])).await;
        assert!(refused.starts_with(&format!("{field}: calc.")), "{refused}");
    }
    assert_eq!(grades(world, &plant, point).await, "- -");
}

async fn tried(world: &World, plant: &Plant, point: Id, change: Facts) -> String {
    let mut given = assessed(plant, point, "夹手", [3, 6, 15]);
    given.extend(change);
    wrong(world.engine.create(&plant.manager, "risk_factor", &given, &Sending::default()).await)
}

async fn two_factors_of_one_point_are_entered_at_once(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let point = point(world, &plant, "冲压区").await;
    let mut running = Vec::new();
    for (number, inputs) in [[1, 6, 3], [3, 6, 7], [3, 6, 15], [6, 6, 15]].into_iter().enumerate() {
        let (engine, actor) = (world.engine.clone(), plant.manager.clone());
        let given = assessed(&plant, point, &format!("因素{number}"), inputs);
        running.push(tokio::spawn(async move {
            engine.create(&actor, "risk_factor", &given, &Sending::default()).await
        }));
    }
    for one in running {
        one.await.unwrap().unwrap();
    }
    assert_eq!(grades(world, &plant, point).await, "red red");
}
