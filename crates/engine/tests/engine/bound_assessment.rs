//! An assessment that a pack binds to a register: run, kept with its derivation, due again.

use std::path::PathBuf;
use std::sync::Arc;

use base::{Clock, FixedClock, Instant, SeededChance};
use engine::Engine;
use engine::bound_assessment::Again;
use judge::Fact;
use plan::pack::{Model, load_sources};

use crate::world::{ELSEWHERE, HERE, World, facts, wrong};

on_both_engines! {
    a_method_runs_on_a_records_fields_and_is_due_again_when_they_change_or_time_runs_out
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
    let mut sources = crate::world::ground();
    let text = ASSESSMENT.replace("parts_count", field);
    sources.extend(load_sources(vec![("own.toml".into(), PathBuf::from("own.toml"), text)]).unwrap());
    let mut model = Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    model.regions.clone_from(&world.engine.model.regions);
    let clock: Arc<dyn Clock> = Arc::new(FixedClock(Instant::parse(when).unwrap()));
    let calendar = Arc::clone(&world.engine.calendar);
    let engine = Engine::new(world.engine.database.clone(), Arc::new(model), calendar, Arc::clone(&clock));
    let engine = engine.at(clock, Box::new(SeededChance::new(5)));
    engine.install().await.unwrap();
    engine
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
