//! Checklists on site: every item answered, what fails becomes a hazard by the route of who looks, major ones suspected.

use base::Id;
use city::Actor;
use engine::Engine;
use engine::checklist::{Answer, Answered, Filled};
use engine::record::list::ListRequest;
use judge::Fact;
use serde_json::json;

use crate::world::{ELSEWHERE, HERE, World, a_day, facts, sending, text, wrong};

on_both_engines! {
    what_fails_becomes_a_hazard_of_the_plants_own_route_and_a_major_item_a_suspicion
    an_agency_orders_what_fails_and_must_say_by_when
    every_item_is_answered_and_a_failure_says_what_is_wrong
    a_list_that_does_not_fit_or_a_place_of_others_is_not_there
}

const PACK: &str = r#"
[[checklist]]
id = "small"
title = { zh = "小清单", en = "Small list" }
for = "enterprise"
when = "s.headcount >= 100"
item = [
  { id = "exits", look = { zh = "安全出口", en = "Exits" }, basis = { zh = "消防法第十六条", en = "Fire law art. 16" }, judge = { zh = "堵塞即不符合", en = "Blocked fails" }, level = "general" },
  { id = "permit", look = { zh = "许可证", en = "Permit" }, basis = { zh = "安全生产许可证条例第二条", en = "Permit rules art. 2" }, judge = { zh = "无证即不符合", en = "None fails" }, level = "major" },
  { id = "boiler", look = { zh = "锅炉", en = "Boiler" }, basis = { zh = "特种设备安全法", en = "Law on special equipment" }, judge = { zh = "未检即不符合", en = "Unchecked fails" }, level = "general" },
]

[[checklist]]
id = "fishery"
title = { zh = "渔业清单", en = "Fishery list" }
for = "fishery"
item = [{ id = "boat", look = { zh = "船", en = "Boat" }, basis = { zh = "甲", en = "a" }, judge = { zh = "乙", en = "b" }, level = "general" }]
"#;

async fn with_lists(world: &World) -> Engine {
    world.with_elements(PACK, world.engine.now()).await
}

fn answers(given: [(&str, Answer, &str); 3]) -> Filled {
    let one = |(item, answer, remark): (&str, Answer, &str)| Answered {
        item: item.to_owned(),
        answer,
        remark: remark.to_owned(),
        photos: if answer == Answer::Fails { vec!["ab".repeat(32)] } else { Vec::new() },
    };
    Filled { answers: given.map(one).to_vec(), ..Filled::default() }
}

fn two_fail() -> Filled {
    answers([
        ("exits", Answer::Fails, "东侧出口堆放纸箱"),
        ("permit", Answer::Fails, "许可证过期"),
        ("boiler", Answer::NotApplicable, ""),
    ])
}

async fn what_fails_becomes_a_hazard_of_the_plants_own_route_and_a_major_item_a_suspicion(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let engine = with_lists(world).await;
    let made =
        engine.fill_checklist(&plant.manager, "small", plant.id, &two_fail(), &sending("k")).await.unwrap();
    let again =
        engine.fill_checklist(&plant.manager, "small", plant.id, &two_fail(), &sending("k")).await.unwrap();
    assert_eq!(made, again, "a second tap makes nothing twice");
    let record = engine.record(&plant.worker, "checklist_record", made.record).await.unwrap();
    for (name, value) in [
        ("result", text("failed")),
        ("met", Fact::Empty),
        ("failed", Fact::Integer(2)),
        ("left_out", Fact::Integer(1)),
    ] {
        let found = record.facts.get(name).cloned().unwrap_or(Fact::Empty);
        let zero = found == Fact::Integer(0) && value == Fact::Empty;
        assert!(found == value || zero, "{name}: {found:?}");
    }
    let kept = engine.answers_of(&record);
    assert_eq!(kept.len(), 3);
    assert_eq!((&kept[0]["look"]["zh"], &kept[0]["answer"]), (&json!("安全出口"), &json!("fails")));
    assert_eq!(kept[1]["hazard"]["id"], json!(made.hazards[1]));
    let routes: Vec<String> = futures_states(world, &made.hazards).await;
    assert_eq!(routes, ["hazard.general found", "hazard.suspected suspected"]);
    let hazard = world.hazard(made.hazards[0]).await;
    assert_eq!(hazard.facts.get("basis"), Some(&text("消防法第十六条")));
    assert_eq!(hazard.facts.get("description"), Some(&text("东侧出口堆放纸箱；安全出口：堵塞即不符合")));
    assert_eq!(hazard.facts.get("photo_before"), Some(&Fact::List(vec!["ab".repeat(32)])));
    let major = world.hazard(made.hazards[1]).await;
    assert_eq!(major.facts.get("level"), Some(&text("suspected_major")));
    assert_eq!(major.facts.get("source"), Some(&text("self_check")));
    // The records are counted by their results like those of any register.
    let all = engine.list(&plant.head, "checklist_record", &ListRequest::default()).await.unwrap();
    assert_eq!(all.records.len(), 1);
    // A suspicion without any ground is refused.
    let bare = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("description", text("疑似")),
        ("source", text("self_check")),
    ]);
    let refused = engine.open_case(&plant.manager, "hazard.suspected", &bare, &sending("")).await;
    assert_eq!(wrong(refused), "criterion: rule.refused");
}

async fn futures_states(world: &World, hazards: &[Id]) -> Vec<String> {
    let mut states = Vec::new();
    for id in hazards {
        states.push(world.state(*id).await);
    }
    states
}

async fn an_agency_orders_what_fails_and_must_say_by_when(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let engine = with_lists(world).await;
    let regulator = world.regulator(HERE).await;
    let fill = async |filled: &Filled| {
        engine.fill_checklist(&regulator, "small", plant.id, filled, &sending("")).await
    };
    assert_eq!(wrong(fill(&two_fail()).await), "deadline: field.required");
    let late = Filled { deadline: Some(a_day("2021-06-01")), ..two_fail() };
    assert_eq!(wrong(fill(&late).await), "deadline: checklist.past_deadline");
    let filled =
        Filled { deadline: Some(a_day("2021-07-01")), remark: "现场检查".to_owned(), ..two_fail() };
    let made = fill(&filled).await.unwrap();
    let routes = futures_states(world, &made.hazards).await;
    assert_eq!(routes, ["hazard.agency ordered", "hazard.suspected suspected"]);
    let hazard = world.hazard(made.hazards[0]).await;
    assert_eq!(hazard.facts.get("deadline"), Some(&Fact::Day(a_day("2021-07-01"))));
    assert_eq!(hazard.facts.get("source"), Some(&text("agency_inspection")));
    // Nothing fails: no day is needed and nothing is opened.
    let good =
        answers([("exits", Answer::Meets, ""), ("permit", Answer::Meets, ""), ("boiler", Answer::Meets, "")]);
    let made = fill(&good).await.unwrap();
    assert!(made.hazards.is_empty());
    let record = engine.record(&plant.head, "checklist_record", made.record).await.unwrap();
    assert_eq!(record.facts.get("result"), Some(&text("met")));
}

async fn every_item_is_answered_and_a_failure_says_what_is_wrong(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let engine = with_lists(world).await;
    let mut filled = two_fail();
    filled.answers.truncate(2);
    filled.answers[0].remark.clear();
    filled.answers[0].photos.clear();
    let refused = engine.fill_checklist(&plant.manager, "small", plant.id, &filled, &sending("")).await;
    assert_eq!(wrong(refused), "exits: check.say_what_is_wrong; boiler: checklist.not_answered");
    let none = engine.list(&plant.head, "checklist_record", &ListRequest::default()).await.unwrap();
    assert!(none.records.is_empty());
}

async fn a_list_that_does_not_fit_or_a_place_of_others_is_not_there(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let engine = with_lists(world).await;
    let fitting = async |actor: &Actor| {
        let record = world.any("enterprise", plant.id).await;
        let lists = engine.checklists_for(actor, &record).await.unwrap();
        lists
            .iter()
            .map(|l| l.id.get_ref().clone())
            .filter(|id| ["small", "fishery"].contains(&id.as_str()))
            .count()
    };
    assert_eq!(fitting(&plant.manager).await, 1, "the fishery's list is for another sector");
    let (neighbour, stranger) = (world.plant(HERE, "乙厂").await, world.regulator(ELSEWHERE).await);
    for actor in [&neighbour.manager, &stranger] {
        assert_eq!(fitting(actor).await, 0);
        let refused = engine.fill_checklist(actor, "small", plant.id, &two_fail(), &sending("")).await;
        assert_eq!(wrong(refused), "not found");
    }
    let boat = Filled::default();
    for list in ["fishery", "moon"] {
        let refused = engine.fill_checklist(&plant.manager, list, plant.id, &boat, &sending("")).await;
        assert_eq!(wrong(refused), "not found");
    }
    let version = world.any("enterprise", plant.id).await.version;
    let small = facts([("headcount", Fact::Integer(20))]);
    world.engine.update(&world.office, "enterprise", plant.id, version, &small).await.unwrap();
    assert_eq!(fitting(&plant.manager).await, 0);
}
