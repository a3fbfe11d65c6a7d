//! An assessment that a pack binds to a register: run, kept with its derivation, due again.

use base::Instant;
use engine::Engine;
use engine::bound_assessment::Again;
use judge::Fact;

use crate::world::{ELSEWHERE, HERE, World, facts, wrong};

on_both_engines! {
    a_method_runs_on_a_records_fields_and_is_due_again_when_they_change_or_time_runs_out
    keepers_are_reminded_once_of_what_is_due_again
}

const ASSESSMENT: &str = r#"
[[assessment]]
id = "size"
title = { zh = "规模风险", en = "Risk by size" }
subject = "enterprise"
method = "lec"
inputs = { l = 6, e = "r.parts_count", c = 15 }
valid_for = "12mo"
again_when = ["parts_count"]
keeper = ["enterprise.safety_manager"]
"#;

async fn at(world: &World, when: &str, field: &str) -> Engine {
    world.with_elements(&ASSESSMENT.replace("parts_count", field), Instant::parse(when).unwrap()).await
}

async fn a_method_runs_on_a_records_fields_and_is_due_again_when_they_change_or_time_runs_out(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let stranger = world.plant(ELSEWHERE, "乙厂").await;
    let engine = at(world, "2021-06-15 09:00", "headcount").await;
    let set = async |count: i64| {
        let version = world.any("enterprise", plant.id).await.version;
        let given = facts([("headcount", Fact::Integer(count))]);
        world.engine.update(&world.office, "enterprise", plant.id, version, &given).await.unwrap();
    };
    let due = async |engine: &Engine| {
        let record = world.any("enterprise", plant.id).await;
        engine.assessment_due("size", &record).await.unwrap()
    };
    assert_eq!(due(&engine).await, Some(Again::Never));
    // 120 is no step of the method; the problem names the record's field.
    let refused = engine.assess_bound(&plant.manager, "size", plant.id).await;
    assert!(wrong(refused).starts_with("headcount: "), "the field of the record is named");
    set(6).await;
    let kept = engine.assess_bound(&plant.manager, "size", plant.id).await.unwrap();
    let kept = engine.record(&plant.manager, "assessment_result", kept).await.unwrap();
    assert_eq!(kept.facts.get("value"), Some(&Fact::Text("540".into())));
    assert_eq!(kept.facts.get("again_on").and_then(Fact::as_day).unwrap().to_string(), "2022-06-15");
    assert!(matches!(kept.facts.get("derivation"), Some(Fact::Structure(d)) if d["grade"] == "red"));
    assert_eq!(due(&engine).await, None);
    set(3).await;
    let engine = at(world, "2021-06-16 09:00", "headcount").await;
    assert_eq!(due(&engine).await, Some(Again::Changed));
    engine.assess_bound(&plant.manager, "size", plant.id).await.unwrap();
    assert_eq!(due(&engine).await, None);
    let later = at(world, "2022-06-16 09:00", "headcount").await;
    assert_eq!(due(&later).await, Some(Again::RunOut));
    assert_eq!(wrong(engine.assess_bound(&stranger.manager, "size", plant.id).await), "not found");
    assert_eq!(
        wrong(engine.assess_bound(&world.office, "size", plant.id).await),
        "refused: record.not_keeper"
    );
}

async fn keepers_are_reminded_once_of_what_is_due_again(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let other = world.plant(HERE, "乙厂").await;
    let engine = at(world, "2021-06-15 09:00", "headcount").await;
    let version = world.any("enterprise", plant.id).await.version;
    let given = facts([("headcount", Fact::Integer(6))]);
    world.engine.update(&world.office, "enterprise", plant.id, version, &given).await.unwrap();
    engine.assess_bound(&plant.manager, "size", plant.id).await.unwrap();
    assert_eq!(engine.sweep_bound_assessments().await.unwrap(), 0);
    let later = at(world, "2022-06-16 09:00", "headcount").await;
    assert_eq!(later.sweep_bound_assessments().await.unwrap(), 1);
    assert_eq!(later.sweep_bound_assessments().await.unwrap(), 0, "once a day");
    let next = at(world, "2022-06-17 09:00", "headcount").await;
    assert_eq!(next.sweep_bound_assessments().await.unwrap(), 0, "and once for a result");
    assert_eq!(world.told(&plant.manager, "assess").await, 1);
    assert_eq!(world.told(&other.manager, "assess").await, 0);
    let record = world.any("enterprise", plant.id).await;
    let fitting = next.assessments_for(&plant.manager, &record).await.unwrap();
    let own = fitting.iter().find(|f| f.element.id.get_ref() == "size").unwrap();
    assert!(own.may && own.due == Some(Again::RunOut));
    assert_eq!(next.assessment_results(&plant.head, "size", plant.id).await.unwrap().len(), 1);
}

/// The elements that come with the packs, each run on a record of its register.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_methods_of_the_packs_compute_from_their_records_and_values() {
    let world = &World::sqlite_of(crate::world::whole()).await;
    for method in plan::pack::assessment::METHODS {
        assert!(calc::methods().iter().any(|info| info.id == method), "{method} is computed by nobody");
    }
    let plant = world.plant(HERE, "甲厂").await;
    let account = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("name", Fact::Text("2021 年安全费用".into())),
        ("year", Fact::Integer(2021)),
        ("trade", Fact::Text("hazardous_goods".into())),
        ("revenue", Fact::Integer(5_000_000_000)),
    ]);
    let account = world.create(&plant.manager, "expense_account", account).await;
    // 50 million yuan by 财企〔2012〕16号: 4 % of the first ten, 2 % of the rest.
    let kept = world.engine.assess_bound(&plant.manager, "expense-due", account).await.unwrap();
    let due = world.any("expense_account", account).await;
    assert_eq!(due.facts.get("amount_due"), Some(&Fact::Integer(120_000_000)), "1.2 million yuan in fen");
    let kept = world.any("assessment_result", kept).await;
    assert_eq!(kept.facts.get("value"), Some(&Fact::Text("1200000".into())));
    let Some(Fact::Structure(outcome)) = kept.facts.get("derivation") else { panic!("no derivation") };
    assert_eq!(outcome["table"]["valid_from"], "2012-02-14");
    // What somebody gives stands in the place of the record's own.
    let given = serde_json::Map::from_iter([("revenue".to_owned(), serde_json::json!("10000000"))]);
    world.engine.assess_with(&plant.manager, "expense-due", account, &given).await.unwrap();
    let due = world.any("expense_account", account).await;
    assert_eq!(due.facts.get("amount_due"), Some(&Fact::Integer(40_000_000)));
}
