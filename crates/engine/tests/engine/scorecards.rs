//! Scorecards: points from their sources, vetoes, points given by assessors, locks, scope.

use base::Instant;
use engine::EngineError;
use engine::scorecard::{GivenPoints, Scored};
use judge::Fact;

use crate::figures::{count, period, visit};
use crate::world::{ELSEWHERE, HERE, World, day, facts, photo, text, wrong};

on_both_engines! {
    the_trace_of_a_county_makes_its_score_and_a_veto_caps_its_grade
    an_assessor_gives_points_with_evidence_and_earlier_ones_are_kept
    a_locked_scorecard_stays_and_uses_released_numbers
    an_enterprise_sees_its_own_score_and_no_other
}

async fn scored(world: &World, code: &str, county: &str) -> Scored {
    world.engine.score_of(&world.office, "t-counties", period(code), county).await.unwrap().0
}

/// Points of the items: `30 / 25 / 0`.
fn points(scored: &Scored) -> String {
    let each = scored.trace.items.iter().map(|i| judge::score::Hundredths(i.points).to_string());
    each.collect::<Vec<_>>().join(" / ")
}

async fn some_visits(world: &World, month: &str) {
    visit(world, HERE, &format!("{month}-03 10:00"), "plan", 1.0, Some(true)).await;
    visit(world, HERE, &format!("{month}-04 10:00"), "plan", 1.0, Some(false)).await;
    visit(world, ELSEWHERE, &format!("{month}-05 10:00"), "plan", 1.0, Some(true)).await;
}

fn seen<'a>(points: &'a str, evidence: &'a str) -> GivenPoints<'a> {
    GivenPoints { item: "seen", points, evidence, file: "" }
}

async fn the_trace_of_a_county_makes_its_score_and_a_veto_caps_its_grade(world: &World) {
    some_visits(world, "2021-06").await;
    for (county, large) in [(ELSEWHERE, true), (HERE, false)] {
        let event = facts([
            ("name", text("事件")),
            ("county", text(county)),
            ("happened_on", day("2021-06-10")),
            ("large", Fact::YesNo(large)),
        ]);
        world.create(&world.office, "t_event", event).await;
    }
    assert!(world.engine.compute_scorecard("t-counties", period("2021-06")).await.unwrap());
    let here = scored(world, "2021-06", HERE).await;
    assert_eq!((points(&here).as_str(), here.score.to_string().as_str()), ("30 / 25 / 0", "55"));
    assert_eq!((here.grade.as_str(), here.open_items, here.trace.vetoes.len()), ("C", 1, 0));
    let share = &here.trace.items[0].evidence;
    assert_eq!((share.hit, share.base, share.value), (1, 2, Some(0.5)));
    let there = scored(world, "2021-06", ELSEWHERE).await;
    assert_eq!(
        (points(&there).as_str(), there.earned.as_str(), there.grade.as_str()),
        ("60 / 30 / 0", "A", "C")
    );
    assert_eq!(there.trace.vetoes, [0]);
    let all = world.engine.scores(&world.office, "t-counties", period("2021-06")).await.unwrap();
    assert!(all.scored.len() >= 9, "every county has a score: {}", all.scored.len());
    for one in &all.scored {
        assert_eq!(one.score.0, one.trace.items.iter().map(|i| i.points).sum::<i64>(), "{}", one.title.zh);
    }
    // Nothing to count takes nothing off.
    let quiet = all.scored.iter().find(|s| ![HERE, ELSEWHERE].contains(&s.subject.as_str())).unwrap();
    assert_eq!(points(quiet), "60 / 30 / 0");
    assert!(
        !world.engine.compute_scorecard("t-counties", period("2021-06")).await.unwrap(),
        "nothing differs"
    );
}

async fn an_assessor_gives_points_with_evidence_and_earlier_ones_are_kept(world: &World) {
    let (june, engine) = (period("2021-06"), &world.engine);
    engine.compute_scorecard("t-counties", june).await.unwrap();
    let regulator = world.regulator(HERE).await;
    let give = async |actor, county: &str, given: GivenPoints<'_>| {
        world.tick();
        wrong(engine.give_points(actor, "t-counties", june, county, &given).await)
    };
    assert_eq!(give(&regulator, HERE, seen("8", "督导记录")).await, "refused: scorecard.not_assessor");
    assert_eq!(give(&regulator, ELSEWHERE, seen("8", "督导记录")).await, "not found");
    assert_eq!(give(&world.office, "999999", seen("8", "督导记录")).await, "not found");
    assert_eq!(give(&world.office, HERE, seen("8", " ")).await, "evidence: scorecard.evidence_wanted");
    assert_eq!(give(&world.office, HERE, seen("12", "督导记录")).await, "points: scorecard.points_outside");
    assert_eq!(give(&world.office, HERE, seen("许多", "督导记录")).await, "points: field.not_a_number");
    let computed = GivenPoints { item: "fine", ..seen("8", "督导记录") };
    assert_eq!(give(&world.office, HERE, computed).await, "not found");
    assert_eq!(give(&world.office, HERE, seen("8", "督导记录")).await, "done: ()");
    assert_eq!(give(&world.office, HERE, seen("9.5", "复查记录")).await, "done: ()");
    let here = scored(world, "2021-06", HERE).await;
    assert_eq!((points(&here).as_str(), here.open_items), ("60 / 30 / 9.5", 0));
    assert_eq!(here.trace.items[2].evidence.proof, "复查记录");
    let given = engine.given_points(&world.office, "t-counties", june, HERE).await.unwrap();
    let given: Vec<_> = given.iter().map(|g| (g.points.to_string(), g.holds)).collect();
    assert_eq!(given, [("9.5".to_owned(), true), ("8".to_owned(), false)]);
}

async fn a_locked_scorecard_stays_and_uses_released_numbers(world: &World) {
    let (may, engine) = (period("2021-05"), &world.engine);
    some_visits(world, "2021-05").await;
    count(world, "t-visits-fine", "2021-05").await;
    engine.lock_indicator(&world.office, "t-visits-fine", may, "").await.unwrap();
    engine.compute_scorecard("t-counties", may).await.unwrap();
    engine.lock_scorecard(&world.office, "t-counties", may, "第5期").await.unwrap();
    // A late entry changes the cases, not the released share.
    visit(world, HERE, "2021-05-09 10:00", "plan", 1.0, Some(false)).await;
    count(world, "t-visits-fine", "2021-05").await;
    assert!(engine.compute_scorecard("t-counties", may).await.unwrap());
    let (locked, since) = engine.score_of(&world.office, "t-counties", may, HERE).await.unwrap();
    assert_eq!(points(&locked), "30 / 25 / 0");
    assert_eq!(points(&since.unwrap()), "30 / 20 / 0");
    assert!(!locked.trace.items[0].evidence.release.is_empty());
    let refused = engine.give_points(&world.office, "t-counties", may, HERE, &seen("8", "督导记录")).await;
    assert_eq!(wrong(refused), "refused: figures.locked");
    // Released scores of all counties are for the administration.
    let regulator = world.regulator(HERE).await;
    assert!(engine.scores(&regulator, "t-counties", may).await.unwrap().scored.len() >= 9);
    engine.unlock_scorecard(&world.office, "t-counties", may, "更正").await.unwrap();
    let own = engine.scores(&regulator, "t-counties", may).await.unwrap().scored;
    assert_eq!(own.iter().map(|s| s.subject.as_str()).collect::<Vec<_>>(), [HERE]);
    assert!(matches!(
        engine.score_of(&regulator, "t-counties", may, ELSEWHERE).await,
        Err(EngineError::NotFound)
    ));
}

async fn an_enterprise_sees_its_own_score_and_no_other(world: &World) {
    let june = period("2021-06");
    let (own, other) = (world.plant(HERE, "甲厂").await, world.plant(HERE, "乙厂").await);
    for (source, worker) in
        [("self_check", &own.worker), ("self_check", &own.worker), ("self_check", &other.worker)]
    {
        let plant = if worker.account == own.worker.account { own.id } else { other.id };
        let mut given = facts([("enterprise", Fact::Reference(plant)), ("description", text("缺护栏"))]);
        given.insert("photo_before", photo(1));
        given.insert("found_at", Fact::Instant(Instant::parse("2021-06-10 08:00").unwrap()));
        given.insert("source", text(source));
        world.open_case(worker, "hazard.general", given).await.unwrap();
    }
    world.engine.compute_scorecard("t-firms", june).await.unwrap();
    let seen_by = async |actor| {
        let all = world.engine.scores(actor, "t-firms", june).await.unwrap().scored;
        all.into_iter().map(|s| (s.title.zh.clone(), points(&s), s.grade)).collect::<Vec<_>>()
    };
    let (first, second) = (
        ("乙厂".to_owned(), "70 / 15 / 0".to_owned(), "B".to_owned()),
        ("甲厂".to_owned(), "70 / 10 / 0".to_owned(), "B".to_owned()),
    );
    assert_eq!(seen_by(&own.head).await, std::slice::from_ref(&second));
    let (here, elsewhere) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    assert_eq!(seen_by(&here).await, [first, second]);
    assert_eq!(seen_by(&elsewhere).await, []);
    let stranger = world.engine.score_of(&own.head, "t-firms", june, &other.id.to_string()).await;
    assert!(matches!(stranger, Err(EngineError::NotFound)));
}
