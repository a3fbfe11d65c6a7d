//! New assessments: asked for when one has run out or something changed, once per factor, closed by the assessment.

use base::Id;
use engine::case::step::StepRequest;
use engine::record::list::{Filter, ListRequest};
use engine::record::write::Sending;
use engine::sweep::Swept;
use judge::{Fact, Facts};
use serde_json::json;

use crate::risk::{factor, point};
use crate::world::{HERE, Plant, World, facts, photo, text, wrong};

on_both_engines! {
    an_assessment_that_has_run_out_is_asked_for_once_and_handed_upward
    the_person_responsible_is_waited_for_by_name
    a_hazard_that_asks_for_it_opens_it_and_an_assessment_closes_it
    a_hazard_asks_again_at_its_end_and_says_where
    changed_facts_ask_for_it_and_say_what_changed
    a_removed_measure_and_a_changed_unit_ask_for_it
    an_assessment_with_the_change_needs_no_case
    a_change_that_does_not_touch_the_risk_is_dismissed_but_a_run_out_one_is_not
    two_changes_at_once_make_one_case
    rows_of_an_import_ask_for_it_too
}

pub(crate) fn lec([l, e, c]: [u32; 3]) -> Fact {
    Fact::Structure(json!({ "l": l, "e": e, "c": c }))
}

/// A plant with a risk point and a factor, assessed on 15 June 2021.
pub(crate) async fn graded(world: &World) -> (Plant, Id, Id) {
    let plant = world.plant(HERE, "通许化工厂").await;
    let point = point(world, &plant, "罐区").await;
    let factor = factor(world, &plant, point, "泄漏", [3, 6, 7]).await;
    (plant, point, factor)
}

/// The cases that asked for assessments of the factor: state, reason, what.
async fn cases(world: &World, factor: Id) -> Vec<(String, String, String)> {
    let filters = vec![Filter::In("factor".into(), vec![Fact::Reference(factor)])];
    let request = ListRequest { filters, ascending: true, limit: 100, ..ListRequest::default() };
    let page = world.engine.list(&world.office, "risk_reassessment", &request).await.unwrap();
    let one = |r: engine::record::Record| {
        let of = |name: &str| r.facts.get(name).and_then(Fact::as_text).unwrap_or_default().to_owned();
        (r.case.as_ref().unwrap().state.clone(), of("reason"), of("what"))
    };
    page.records.into_iter().map(one).collect()
}

async fn states(world: &World, factor: Id) -> Vec<String> {
    cases(world, factor).await.into_iter().map(|(state, reason, _)| format!("{state} {reason}")).collect()
}

/// The open case that stands in the factor.
async fn open(world: &World, factor: Id) -> Option<Id> {
    world.any("risk_factor", factor).await.facts.get("reassessment").and_then(Fact::as_id)
}

pub(crate) async fn change(world: &World, plant: &Plant, register: &str, id: Id, given: Facts) {
    world.tick();
    let version = world.any(register, id).await.version;
    world.engine.update(&plant.manager, register, id, version, &given).await.unwrap();
}

pub(crate) async fn assess(world: &World, plant: &Plant, factor: Id, inputs: [u32; 3]) {
    let today = Fact::Day(world.engine.today());
    change(world, plant, "risk_factor", factor, facts([("inputs", lec(inputs)), ("assessed_on", today)]))
        .await;
}

async fn an_assessment_that_has_run_out_is_asked_for_once_and_handed_upward(world: &World) {
    let (plant, _, factor) = graded(world).await;
    world.set_clock("2022-06-14 23:00");
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default(), "it holds until the fifteenth");
    world.set_clock("2022-06-15 08:00");
    assert_eq!(world.engine.sweep().await.unwrap(), Swept { opened: 1, ..Swept::default() });
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default(), "nobody is asked twice");
    assert_eq!(
        cases(world, factor).await,
        [("due".into(), "periodic".into(), "评估有效期至2022年6月15日".into())]
    );
    let case = open(world, factor).await.unwrap();
    assert_eq!(world.waits(&plant.manager, case).await.as_deref(), Some("assess later"));
    assert_eq!(world.waits(&plant.head, case).await, None, "the head only when it is late");
    assert_eq!(world.waits(&plant.worker, case).await, None);
    world.set_clock("2022-06-29 08:00");
    let swept = world.engine.sweep().await.unwrap();
    assert_eq!((swept.opened, swept.escalated), (0, 1));
    assert_eq!(world.waits(&plant.head, case).await.as_deref(), Some("assess late"));
    assert_eq!(world.told(&plant.manager, "late").await, 1);
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
    assess(world, &plant, factor, [3, 6, 7]).await;
    assert_eq!(states(world, factor).await, ["assessed periodic"]);
    assert_eq!((world.waits(&plant.manager, case).await, open(world, factor).await), (None, None));
    assert_eq!(world.engine.sweep().await.unwrap(), Swept::default());
    // The next one is due a year later.
    world.set_clock("2023-06-29 08:00");
    assert_eq!(world.engine.sweep().await.unwrap().opened, 1);
    assert_eq!(states(world, factor).await, ["assessed periodic", "due periodic"]);
}

async fn the_person_responsible_is_waited_for_by_name(world: &World) {
    let (plant, _, factor) = graded(world).await;
    let given = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("name", text("李工")),
        ("account", Fact::Reference(plant.worker.account)),
    ]);
    let person = world.create(&plant.manager, "person", given).await;
    let given = facts([("responsible_person", Fact::Reference(person)), ("material", text("液氨"))]);
    change(world, &plant, "risk_factor", factor, given).await;
    let case = open(world, factor).await.unwrap();
    assert_eq!(world.waits(&plant.worker, case).await.as_deref(), Some("assess later"));
    assert_eq!(world.waits(&plant.manager, case).await.as_deref(), Some("assess later"));
}

async fn a_hazard_that_asks_for_it_opens_it_and_an_assessment_closes_it(world: &World) {
    let (plant, point, factor) = graded(world).await;
    let hazard = |words: &str| {
        facts([
            ("enterprise", Fact::Reference(plant.id)),
            ("risk_point", Fact::Reference(point)),
            ("description", text(words)),
            ("regrade", Fact::YesNo(true)),
        ])
    };
    let first = world.open_case(&plant.worker, "hazard.general", hazard("法兰渗漏")).await.unwrap();
    let code = world.hazard(first).await.code;
    assert_eq!(
        cases(world, factor).await,
        [("due".into(), "hazard".into(), format!("隐患 {code} 法兰渗漏"))]
    );
    let case = open(world, factor).await.unwrap();
    assert_eq!(world.any("risk_reassessment", case).await.facts.get("hazard"), Some(&Fact::Reference(first)));
    // A second hazard adds to the same case.
    world.open_case(&plant.worker, "hazard.general", hazard("阀门卡涩")).await.unwrap();
    let found = cases(world, factor).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].2.contains("法兰渗漏") && found[0].2.contains("阀门卡涩"), "{}", found[0].2);
    // Nobody takes the step by hand.
    let version = world.any("risk_reassessment", case).await.version;
    let nothing = Facts::new();
    let request = StepRequest { step: "assess", version, facts: &nothing, reason: "" };
    let taken = world
        .engine
        .take_step(&plant.manager, "risk_reassessment", case, &request, &Sending::default())
        .await;
    assert_eq!(wrong(taken), ": case.not_by_hand");
    // The same values, confirmed on the same day, are a new assessment as well.
    assess(world, &plant, factor, [3, 6, 7]).await;
    assert_eq!(
        (states(world, factor).await, open(world, factor).await),
        (vec!["assessed hazard".into()], None)
    );
    let closed = world.any("risk_reassessment", case).await;
    assert_eq!(closed.facts.get("new_grade"), Some(&text("yellow")));
    let steps: Vec<String> = world
        .engine
        .timeline(&plant.manager, "risk_reassessment", case)
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.step)
        .collect();
    assert_eq!(steps, ["open", "note_change", "assess"]);
}

async fn a_hazard_asks_again_at_its_end_and_says_where(world: &World) {
    let (plant, point, factor) = graded(world).await;
    let given = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("description", text("法兰渗漏")),
        ("photo_before", photo(1)),
        ("photo_after", photo(2)),
    ]);
    let hazard = world.open_case(&plant.worker, "hazard.at_once", given).await.unwrap();
    assert_eq!(open(world, factor).await, None);
    let asked = facts([("regrade", Fact::YesNo(true))]);
    let nowhere = world.step(&plant.team, hazard, "confirm", asked.clone(), "").await;
    assert_eq!(wrong(nowhere), "regrade: risk.which_point");
    let mut where_ = asked;
    where_.insert("risk_point", Fact::Reference(point));
    assert_eq!(world.take(&plant.team, hazard, "confirm", where_).await, "hazard.at_once struck_off (ended)");
    assert_eq!(states(world, factor).await, ["due hazard"]);
}

async fn changed_facts_ask_for_it_and_say_what_changed(world: &World) {
    let (plant, _, factor) = graded(world).await;
    change(world, &plant, "risk_factor", factor, facts([("consequence", text("中毒"))])).await;
    assert_eq!(
        states(world, factor).await,
        Vec::<String>::new(),
        "words about it are no change of the facts"
    );
    change(
        world,
        &plant,
        "risk_factor",
        factor,
        facts([("material", text("液氨")), ("exposed", Fact::Integer(3))]),
    )
    .await;
    assert_eq!(
        cases(world, factor).await,
        [("due".into(), "change".into(), "涉及物料：液氨；暴露人数：3人".into())]
    );
    change(world, &plant, "risk_factor", factor, facts([("material", text("液氯"))])).await;
    let found = cases(world, factor).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].2.ends_with("\n涉及物料：液氨 → 液氯"), "{}", found[0].2);
}

async fn a_removed_measure_and_a_changed_unit_ask_for_it(world: &World) {
    let plant = world.plant(HERE, "通许化工厂").await;
    let unit = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("name", text("罐区岗位")),
        ("kind", text("post")),
    ]);
    let unit = world.create(&plant.manager, "unit", unit).await;
    let point = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("unit", Fact::Reference(unit)),
        ("name", text("罐区")),
    ]);
    let point = world.create(&plant.manager, "risk_point", point).await;
    let (one, two) = (
        factor(world, &plant, point, "泄漏", [3, 6, 7]).await,
        factor(world, &plant, point, "静电", [1, 6, 3]).await,
    );
    let measure = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("factor", Fact::Reference(one)),
        ("kind", text("engineering")),
        ("content", text("紧急切断阀")),
    ]);
    let measure = world.create(&plant.manager, "measure", measure).await;
    assert_eq!(open(world, one).await, None, "a new measure asks for nothing");
    change(world, &plant, "measure", measure, facts([("in_use", Fact::YesNo(false))])).await;
    let found = cases(world, one).await;
    assert_eq!((found.len(), found[0].1.as_str()), (1, "change"));
    assert!(found[0].2.contains("紧急切断阀：在用：是 → 否"), "{}", found[0].2);
    assert_eq!(cases(world, two).await, [], "of its own factor only");
    change(world, &plant, "measure", measure, facts([("effect", text("failed"))])).await;
    change(world, &plant, "unit", unit, facts([("people", Fact::Integer(9))])).await;
    assert_eq!(states(world, one).await, ["due change"]);
    assert_eq!(states(world, two).await, ["due change"]);
    assert!(cases(world, two).await[0].2.contains("人数：9人"));
}

async fn an_assessment_with_the_change_needs_no_case(world: &World) {
    let (plant, _, factor) = graded(world).await;
    let given = facts([
        ("material", text("液氯")),
        ("inputs", lec([3, 6, 15])),
        ("assessed_on", Fact::Day(world.engine.today())),
    ]);
    change(world, &plant, "risk_factor", factor, given).await;
    assert_eq!(cases(world, factor).await, []);
}

async fn a_change_that_does_not_touch_the_risk_is_dismissed_but_a_run_out_one_is_not(world: &World) {
    let (plant, _, factor) = graded(world).await;
    change(world, &plant, "risk_factor", factor, facts([("equipment", text("新泵"))])).await;
    let dismiss = async |case: Id| {
        world.tick();
        let version = world.any("risk_reassessment", case).await.version;
        let nothing = Facts::new();
        let request = StepRequest { step: "dismiss", version, facts: &nothing, reason: "同型号更换" };
        wrong(
            world
                .engine
                .take_step(&plant.manager, "risk_reassessment", case, &request, &Sending::default())
                .await,
        )
    };
    assert_eq!(dismiss(open(world, factor).await.unwrap()).await, "done: ()");
    assert_eq!(
        (states(world, factor).await, open(world, factor).await),
        (vec!["not_needed change".into()], None)
    );
    world.set_clock("2022-07-01 08:00");
    assert_eq!(world.engine.sweep().await.unwrap().opened, 1);
    assert_eq!(dismiss(open(world, factor).await.unwrap()).await, ": case.not_from_here");
}

async fn two_changes_at_once_make_one_case(world: &World) {
    let (plant, point, factor) = graded(world).await;
    let mut running = Vec::new();
    for number in 0..4 {
        let (engine, actor) = (world.engine.clone(), plant.worker.clone());
        let given = facts([
            ("enterprise", Fact::Reference(plant.id)),
            ("risk_point", Fact::Reference(point)),
            ("description", text(&format!("渗漏{number}"))),
            ("regrade", Fact::YesNo(true)),
        ]);
        running.push(tokio::spawn(async move {
            engine.open_case(&actor, "hazard.general", &given, &Sending::default()).await
        }));
    }
    for one in running {
        one.await.unwrap().unwrap();
    }
    let found = cases(world, factor).await;
    assert_eq!(found.len(), 1);
    for number in 0..4 {
        assert!(found[0].2.contains(&format!("渗漏{number}")), "{}", found[0].2);
    }
}

async fn rows_of_an_import_ask_for_it_too(world: &World) {
    let (plant, _, factor) = graded(world).await;
    let record = world.any("risk_factor", factor).await;
    let uscc =
        world.any("enterprise", plant.id).await.facts.get("uscc").and_then(Fact::as_text).unwrap().to_owned();
    let cells = [
        ("enterprise", uscc.as_str()),
        ("risk_point", "罐区"),
        ("name", &record.title),
        ("material", "液氨"),
    ];
    let row = engine::import::ImportRow {
        number: 2,
        cells: cells.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
    };
    let outcomes = world.engine.import(&plant.manager, "risk_factor", &[row]).await.unwrap();
    assert!(matches!(outcomes[0], engine::import::Outcome::Updated(_)), "{outcomes:?}");
    assert_eq!(cases(world, factor).await, [("due".into(), "change".into(), "涉及物料：液氨".into())]);
}
