//! One assessment of a factor: its day, what is kept of the one before, the level of control, the measures with it.

use engine::record::list::{Filter, ListRequest};
use engine::record::together::Part;
use engine::record::write::Sending;
use judge::{Fact, Facts};

use crate::reassess::{assess, change, graded, lec};
use crate::risk::point;
use crate::world::{HERE, World, day, facts, text, wrong};

on_both_engines! {
    the_assessment_before_is_kept
    a_new_assessment_has_a_day_of_its_own
    a_level_below_the_grade_is_refused_and_a_higher_grade_raises_it
    a_factor_and_its_measures_are_one_change
}

async fn the_assessment_before_is_kept(world: &World) {
    let (plant, _, factor) = graded(world).await;
    world.set_clock("2021-08-01 09:00");
    assess(world, &plant, factor, [1, 6, 3]).await;
    change(world, &plant, "risk_factor", factor, facts([("consequence", text("中毒"))])).await;
    let filters = vec![Filter::In("factor".into(), vec![Fact::Reference(factor)])];
    let request = ListRequest { filters, limit: 10, ..ListRequest::default() };
    let kept = world.engine.list(&plant.manager, "risk_assessment", &request).await.unwrap().records;
    assert_eq!(kept.len(), 1, "only an assessment takes the place of one");
    let of = |name: &str| kept[0].facts.get(name).cloned().unwrap_or_default();
    assert_eq!((of("value"), of("grade"), of("inputs")), (text("126"), text("yellow"), lec([3, 6, 7])));
    assert_eq!((of("assessed_on"), of("superseded_on")), (day("2021-06-15"), day("2021-08-01")));
    let table = calc::risk::tables().iter().find(|t| t.method == "lec").unwrap().id.clone();
    assert_eq!(of("table_used"), text(&table));
    // Nobody writes there by hand.
    let made =
        world.engine.create(&plant.manager, "risk_assessment", &kept[0].facts, &Sending::default()).await;
    assert_eq!(wrong(made), "refused: record.kept_by_program");
}

async fn a_new_assessment_has_a_day_of_its_own(world: &World) {
    let (plant, _, factor) = graded(world).await;
    world.set_clock("2021-08-01 09:00");
    let tried = async |given: Facts| {
        let version = world.any("risk_factor", factor).await.version;
        wrong(world.engine.update(&plant.manager, "risk_factor", factor, version, &given).await)
    };
    let inputs = || ("inputs", lec([1, 6, 3]));
    for (on, expected) in [
        (day("2021-06-15"), "assessed_on: risk.day_of_the_last"),
        (day("2021-06-14"), "assessed_on: risk.before_the_last"),
        (day("2021-08-02"), "assessed_on: field.in_the_future"),
        (Fact::Empty, "assessed_on: field.required"),
    ] {
        assert_eq!(tried(facts([inputs(), ("assessed_on", on)])).await, expected);
    }
    assert_eq!(tried(facts([inputs()])).await, "done: ()");
    let now = world.any("risk_factor", factor).await;
    assert_eq!(now.facts.get("assessed_on"), Some(&day("2021-08-01")), "today where nobody says when");
    assert_eq!(now.facts.get("assess_again_on"), Some(&day("2022-08-01")));
    // What was typed wrongly is put right on the same day.
    assert_eq!(
        tried(facts([("inputs", lec([3, 6, 15])), ("assessed_on", day("2021-08-01"))])).await,
        "done: ()"
    );
}

async fn a_level_below_the_grade_is_refused_and_a_higher_grade_raises_it(world: &World) {
    let (plant, point, factor) = graded(world).await;
    let level = async || {
        let record = world.any("risk_factor", factor).await;
        let of = |name: &str| record.facts.get(name).and_then(Fact::as_text).unwrap_or("-").to_owned();
        format!("{} {}", of("control_level"), of("level_raised_from"))
    };
    let tried = async |given: Facts| {
        let version = world.any("risk_factor", factor).await.version;
        let result = world.engine.update(&plant.manager, "risk_factor", factor, version, &given).await;
        match result {
            Err(engine::EngineError::Invalid(problems)) => problems.0[0].to_string(),
            other => wrong(other),
        }
    };
    assert_eq!(level().await, "team -");
    let refused = tried(facts([("control_level", text("post"))])).await;
    for part in ["control_level", "risk.level_too_low", "yellow", "team", "post"] {
        assert!(refused.contains(part), "{refused}");
    }
    let refused = tried(facts([("control_level", text("team")), ("inputs", lec([6, 6, 15]))])).await;
    assert_eq!(
        (refused.as_str(), level().await.as_str()),
        ("done: ()", "enterprise team"),
        "raised, and said"
    );
    let refused = tried(facts([("control_level", text("workshop")), ("inputs", lec([6, 6, 40]))])).await;
    assert!(refused.contains("risk.level_too_low"), "{refused}");
    assert_eq!(tried(facts([("inputs", lec([1, 6, 3]))])).await, "done: ()");
    assert_eq!(level().await, "enterprise -", "higher than demanded may stay");
    let mut given = crate::risk::assessed(&plant, point, "静电", [6, 6, 15]);
    given.insert("control_level", text("workshop"));
    let made = world.engine.create(&plant.manager, "risk_factor", &given, &Sending::default()).await;
    assert_eq!(wrong(made), "control_level: risk.level_too_low");
}

async fn a_factor_and_its_measures_are_one_change(world: &World) {
    let plant = world.plant(HERE, "通许化工厂").await;
    let point = point(world, &plant, "罐区").await;
    let part = |kind: &str, content: &str| Part {
        register: "measure".into(),
        reference: "factor".into(),
        facts: facts([
            ("enterprise", Fact::Reference(plant.id)),
            ("kind", text(kind)),
            ("content", text(content)),
        ]),
    };
    let given = crate::risk::assessed(&plant, point, "泄漏", [3, 6, 7]);
    let count = async |register: &str| {
        let request = ListRequest { limit: 100, ..ListRequest::default() };
        world.engine.list(&plant.manager, register, &request).await.unwrap().records.len()
    };
    let bad = [part("engineering", "切断阀"), part("training", "")];
    let made =
        world.engine.create_with(&plant.manager, "risk_factor", &given, &bad, &Sending::default()).await;
    assert_eq!(wrong(made), "measure.content: field.required");
    assert_eq!((count("risk_factor").await, count("measure").await), (0, 0), "nothing of it");
    let good = [part("engineering", "切断阀"), part("training", "班前会")];
    let sending = crate::world::sending("once");
    let id = world.engine.create_with(&plant.manager, "risk_factor", &given, &good, &sending).await.unwrap();
    let again =
        world.engine.create_with(&plant.manager, "risk_factor", &given, &good, &sending).await.unwrap();
    assert_eq!((id, count("risk_factor").await, count("measure").await), (again, 1, 2));
    let more = [part("emergency", "喷淋")];
    let stale = world.engine.update_with(&plant.manager, "risk_factor", id, 7, &Facts::new(), &more).await;
    assert_eq!((wrong(stale), count("measure").await), ("conflict".into(), 2));
    world.engine.update_with(&plant.manager, "risk_factor", id, 1, &Facts::new(), &more).await.unwrap();
    assert_eq!(count("measure").await, 3);
}
