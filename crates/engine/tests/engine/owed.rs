//! What units owe: made once for each subject and period ahead of the day due, handed in, signed for in turn; campaigns
//! planned, held, counted, confirmed.

use base::{Instant, Language};
use city::Actor;
use engine::case::step::StepRequest;
use engine::exercised::Eye;
use engine::owed::list::progress;
use engine::proposal::ProposalList;
use engine::record::Record;
use engine::record::list::{Filter, ListRequest};
use engine::record::write::Sending;
use engine::{Engine, EngineError};
use judge::{Fact, Facts};
use plan::pack::Shape;

use crate::world::{ELSEWHERE, HERE, World, facts, in_county, photo, text};

on_both_engines! {
    what_counties_owe_is_made_once_and_ahead_of_time_only
    what_recurs_is_owed_from_the_day_that_the_city_says
    a_document_goes_from_recipient_to_recipient_and_may_be_returned
    the_elements_own_reminders_count_and_lateness_is_told
    a_condition_says_which_enterprises_owe_it
    lateness_proposes_and_opens_and_what_is_handed_in_withdraws
    a_campaign_is_planned_held_counted_and_confirmed_by_somebody_else
}

const ELEMENTS: &str = r#"
[[deliverable]]
id = "county-programme"
title = { zh = "县区实施方案", en = "Programme of each county" }
kind = "programme"
who = { subject = "county", when = "s.kind in ['county', 'district']" }
by = 2021-06-30
to = ["county.office", "city.office"]
parts = [{ zh = "目标", en = "Aims" }, { zh = "分工", en = "Who does what" }]
remind = ["-10d"]
late = [{ after = "1d", notify = ["county.office"] }]

[[deliverable]]
id = "plant-report"
title = { zh = "企业季度报告", en = "Quarterly report of a plant" }
kind = "report"
who = { subject = "enterprise", when = "s.headcount >= 300" }
every = "quarter"
due = "+10d"
from = 2021-04-01
to = ["county.regulator"]
remind = ["-3d"]
late = [
  { after = "1d", propose = "letter", to = "county.office", with = { supervised = "enterprise" } },
  { after = "10d", open = "hazard.agency" },
]

[[campaign]]
id = "safety-month"
title = { zh = "安全生产月", en = "Safety month" }
who = { subject = "county" }
every = "year"
due = "period+6mo"
from = 2021-01-01
count = { unit = { zh = "场", en = "events" }, target = 10 }
proof = [{ id = "photos", title = { zh = "照片", en = "Photos" }, kind = "image" }]
remind = ["-7d"]
"#;

/// The city's engine with these elements in its packs.
async fn with_elements(world: &World, at: &str) -> Engine {
    world.with_elements(ELEMENTS, Instant::parse(at).unwrap()).await
}

async fn copies(engine: &Engine, actor: &Actor, register: &str, element: &str) -> Vec<Record> {
    let filters = vec![Filter::In("element".into(), vec![text(element)])];
    let request = ListRequest { filters, ascending: true, limit: 100, ..ListRequest::default() };
    engine.list(actor, register, &request).await.unwrap().records
}

fn of<'a>(record: &'a Record, name: &str) -> &'a str {
    record.facts.get(name).and_then(Fact::as_text).unwrap_or_default()
}

fn state(record: &Record) -> &str {
    &record.case.as_ref().unwrap().state
}

async fn step(
    engine: &Engine,
    actor: &Actor,
    of: &Record,
    step: &str,
    given: Facts,
) -> Result<Record, EngineError> {
    let now = engine.any_record(&of.register, of.id).await.unwrap().unwrap();
    let request = StepRequest { step, version: now.version, facts: &given, reason: "按要求" };
    engine.take_step(actor, &of.register, of.id, &request, &Sending::default()).await?;
    Ok(engine.any_record(&of.register, of.id).await.unwrap().unwrap())
}

async fn what_counties_owe_is_made_once_and_ahead_of_time_only(world: &World) {
    let early = with_elements(world, "2021-04-01 09:00").await;
    early.sweep_owed().await.unwrap();
    assert!(
        copies(&early, &world.office, "deliverable_copy", "county-programme").await.is_empty(),
        "too early"
    );
    let engine = with_elements(world, "2021-06-15 09:00").await;
    assert!(engine.sweep_owed().await.unwrap() > 0);
    assert_eq!(engine.sweep_owed().await.unwrap(), 0, "nothing is made twice");
    let made = copies(&engine, &world.office, "deliverable_copy", "county-programme").await;
    let counties: Vec<&str> = made.iter().map(|r| of(r, "subject_id")).collect();
    assert!(counties.contains(&HERE) && counties.contains(&ELSEWHERE), "{counties:?}");
    assert!(!counties.contains(&"4102Z1"), "the condition leaves zones out");
    assert!(made.iter().all(|r| state(r) == "owed"));
    let here = made.iter().find(|r| of(r, "subject_id") == HERE).unwrap();
    assert_eq!(here.case.as_ref().unwrap().due_at.local(), "2021-06-30 23:59");
    assert_eq!(of(here, "recipients"), "县区安委会办公室、市安委会办公室");
    assert_eq!(of(here, "parts"), "1. 目标\n2. 分工");
    let events = copies(&engine, &world.office, "campaign_run", "safety-month").await;
    assert!(
        events.iter().any(|r| of(r, "subject_id") == "4102Z1"),
        "a zone of county rank is bound as a county"
    );
    // Another process makes nothing more.
    assert_eq!(with_elements(world, "2021-06-15 10:00").await.sweep_owed().await.unwrap(), 0);
    let standing = engine.owed(&world.office, Shape::DeliverableCopy).await.unwrap();
    let programme = standing.iter().find(|s| s.id == "county-programme").unwrap();
    assert_eq!(
        (programme.all, programme.open, programme.late, programme.done),
        (made.len() as i64, made.len() as i64, 0, 0)
    );
    let there = world.person("外县", &[("county.office", in_county(ELSEWHERE))]).await;
    assert_eq!(
        engine.owed(&there, Shape::DeliverableCopy).await.unwrap()[0].all,
        1,
        "each county sees its own"
    );
}

async fn what_recurs_is_owed_from_the_day_that_the_city_says(world: &World) {
    let mut given = world.enterprise_facts(HERE, "大厂");
    given.insert("headcount", Fact::Integer(500));
    world.create(&world.office, "enterprise", given).await;
    let at = Instant::parse("2021-06-15 09:00").unwrap();
    let live = format!("{ELEMENTS}\n[[go_live]]\nevery = [\"quarter\"]\nfrom = 2021-07-11\n");
    let engine = world.with_elements(&live, at).await;
    engine.sweep_owed().await.unwrap();
    let reports =
        async |engine: &Engine| copies(engine, &world.office, "deliverable_copy", "plant-report").await.len();
    assert_eq!(reports(&engine).await, 0, "what is due on the tenth of July is not asked for");
    let programmes = copies(&engine, &world.office, "deliverable_copy", "county-programme").await;
    assert!(!programmes.is_empty(), "what is owed once is");
    let binding = engine.model.bindings.iter().find(|b| b.id == "plant-report").unwrap();
    let shown = engine.exercised(binding, Eye::City).await.unwrap().unwrap();
    assert!(shown.idle, "nothing is expected of it yet");
    assert!(shown.words(Language::English).ends_with("first due on 2021-10-10"), "{shown:?}");
    let without = world.with_elements(ELEMENTS, at).await;
    without.sweep_owed().await.unwrap();
    assert_eq!(reports(&without).await, 2, "without such a day both quarters of the spring are");
}

async fn a_document_goes_from_recipient_to_recipient_and_may_be_returned(world: &World) {
    let engine = with_elements(world, "2021-06-15 09:00").await;
    engine.sweep_owed().await.unwrap();
    let writer = world.person("县监管", &[("county.regulator", in_county(HERE))]).await;
    let county = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    let elsewhere = world.person("外县安委办", &[("county.office", in_county(ELSEWHERE))]).await;
    let made = copies(&engine, &world.office, "deliverable_copy", "county-programme").await;
    let here = made.into_iter().find(|r| of(r, "subject_id") == HERE).unwrap();
    let sent = || {
        facts([
            ("scan", photo(1)),
            ("sent_on", Fact::Day(engine.today())),
            ("number", text("通安委〔2021〕3号")),
        ])
    };
    let refused = step(&engine, &elsewhere, &here, "hand_in", sent()).await.unwrap_err();
    assert!(matches!(refused, EngineError::NotFound), "another county does not even see it");
    assert!(step(&engine, &writer, &here, "hand_in", Facts::new()).await.is_err(), "a scan is needed");
    let handed = step(&engine, &writer, &here, "hand_in", sent()).await.unwrap();
    assert_eq!((state(&handed), of(&handed, "next_recipient")), ("handed_in", "县区安委会办公室"));
    let receipt = || facts([("received_on", Fact::Day(engine.today())), ("receipt_number", text("收1"))]);
    assert!(step(&engine, &writer, &here, "pass_on", receipt()).await.is_err(), "nobody receives their own");
    assert!(
        step(&engine, &county, &here, "receive", receipt()).await.is_err(),
        "a further recipient follows"
    );
    let returned = step(&engine, &county, &here, "return_it", Facts::new()).await.unwrap();
    assert_eq!(state(&returned), "returned");
    step(&engine, &writer, &here, "hand_in_again", sent()).await.unwrap();
    let passed = step(&engine, &county, &here, "pass_on", receipt()).await.unwrap();
    assert_eq!((state(&passed), of(&passed, "next_recipient")), ("handed_in", "市安委会办公室"));
    assert!(
        passed.facts.get("received_on").is_none_or(Fact::is_empty),
        "the next recipient writes their own"
    );
    assert!(step(&engine, &county, &here, "receive", receipt()).await.is_err(), "it is the city's turn");
    let received = step(&engine, &world.office, &here, "receive", receipt()).await.unwrap();
    assert_eq!(state(&received), "received");
    assert_eq!(
        of(&received, "receipts"),
        "1. 县区安委会办公室 2021年6月15日 收1\n2. 市安委会办公室 2021年6月15日 收1"
    );
    let standing = engine.owed(&world.office, Shape::DeliverableCopy).await.unwrap();
    assert_eq!(standing.iter().find(|s| s.id == "county-programme").unwrap().done, 1);
}

async fn the_elements_own_reminders_count_and_lateness_is_told(world: &World) {
    let engine = with_elements(world, "2021-06-15 09:00").await;
    engine.sweep_owed().await.unwrap();
    let county = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    assert_eq!(engine.sweep().await.unwrap().notices, 0);
    assert_eq!(world.told(&county, "remind").await, 0);
    let engine = with_elements(world, "2021-06-21 09:00").await;
    engine.sweep().await.unwrap();
    let programme = |kind: &'static str| {
        let county = county.clone();
        async move {
            let notices = world.engine.notices(&county).await.unwrap();
            notices.iter().filter(|n| n.kind == kind && n.title.contains("实施方案")).count()
        }
    };
    assert_eq!(programme("remind").await, 1, "ten days before, as the element says");
    let engine = with_elements(world, "2021-07-02 09:00").await;
    engine.sweep().await.unwrap();
    engine.sweep().await.unwrap();
    assert_eq!((programme("remind").await, programme("late").await), (1, 1), "told once");
    let standing = engine.owed(&county, Shape::DeliverableCopy).await.unwrap();
    assert_eq!((standing[0].id.as_str(), standing[0].late), ("county-programme", 1));
    let work = engine.work(&county).await.unwrap();
    assert!(work.late.iter().any(|c| c.title.contains("县区实施方案")), "it stands in My work");
}

async fn a_condition_says_which_enterprises_owe_it(world: &World) {
    let large = world.plant(HERE, "大厂").await;
    let small = world.plant(HERE, "小厂").await;
    let version = world.any("enterprise", large.id).await.version;
    let given = facts([("headcount", Fact::Integer(500))]);
    world.engine.update(&world.office, "enterprise", large.id, version, &given).await.unwrap();
    let engine = with_elements(world, "2021-06-15 09:00").await;
    engine.sweep_owed().await.unwrap();
    let made = copies(&engine, &world.office, "deliverable_copy", "plant-report").await;
    // The quarter from April is due on 10 July; the one before came to its end before the duty was in force, and was
    // due on 10 April, when it was.
    let periods: Vec<(&str, &str)> = made.iter().map(|r| (of(r, "subject_title"), of(r, "period"))).collect();
    assert_eq!(periods, [("大厂", "2021Q1"), ("大厂", "2021Q2")]);
    let own = copies(&engine, &large.manager, "deliverable_copy", "plant-report").await;
    assert_eq!(own.len(), 2, "the plant sees its own");
    assert!(copies(&engine, &small.manager, "deliverable_copy", "plant-report").await.is_empty());
    let given = facts([("scan", photo(1)), ("sent_on", Fact::Day(engine.today()))]);
    let handed = step(&engine, &large.manager, &own[1], "hand_in", given).await.unwrap();
    let regulator = world.regulator(HERE).await;
    let receipt = facts([("received_on", Fact::Day(engine.today()))]);
    let received = step(&engine, &regulator, &handed, "receive", receipt).await.unwrap();
    assert_eq!(state(&received), "received");
}

async fn lateness_proposes_and_opens_and_what_is_handed_in_withdraws(world: &World) {
    let large = world.plant(HERE, "大厂").await;
    let version = world.any("enterprise", large.id).await.version;
    let given = facts([("headcount", Fact::Integer(500))]);
    world.engine.update(&world.office, "enterprise", large.id, version, &given).await.unwrap();
    let engine = with_elements(world, "2021-06-15 09:00").await;
    engine.sweep_owed().await.unwrap();
    let proposed = |state: &'static str| {
        let (engine, office) = (world.engine.clone(), world.office.clone());
        async move {
            let mut all = engine.proposals_seen(&office, ProposalList::Open, 50).await.unwrap();
            all.extend(engine.proposals_seen(&office, ProposalList::Ended, 50).await.unwrap());
            all.retain(|p| of(p, "rule") == "deliverable:plant-report" && self::state(p) == state);
            all
        }
    };
    // The quarter until June is due on 10 July; the one until March was late when it was made.
    engine.sweep().await.unwrap();
    let before = proposed("proposed").await.len();
    let engine = with_elements(world, "2021-07-12 09:00").await;
    for _ in 0..2 {
        engine.sweep().await.unwrap();
    }
    let open = proposed("proposed").await;
    assert_eq!(open.len(), before + 1, "once for the stage");
    let one = open.iter().find(|p| of(p, "reason").contains("2021Q2")).unwrap();
    assert_eq!(
        (of(one, "kind"), of(one, "subject"), of(one, "supervised")),
        ("letter", "大厂", "enterprise")
    );
    assert_eq!(
        (of(one, "subject_id"), of(one, "proposed_by")),
        (large.id.to_string().as_str(), "企业季度报告")
    );
    // Ten days late a case is opened; handing in withdraws what nobody decided, of this quarter alone.
    let engine = with_elements(world, "2021-07-21 09:00").await;
    engine.sweep().await.unwrap();
    let hazards = ListRequest { ascending: true, limit: 100, ..ListRequest::default() };
    let hazards = engine.list(&world.office, "hazard", &hazards).await.unwrap().records;
    assert!(hazards.iter().any(|h| h.title.contains("企业季度报告（2021Q2）")), "{hazards:?}");
    let own = copies(&engine, &large.manager, "deliverable_copy", "plant-report").await;
    let second = own.iter().find(|c| of(c, "period") == "2021Q2").unwrap();
    let given = facts([("scan", photo(1)), ("sent_on", Fact::Day(engine.today()))]);
    step(&engine, &large.manager, second, "hand_in", given).await.unwrap();
    assert_eq!(proposed("withdrawn").await.len(), 1);
    assert_eq!(proposed("proposed").await.len(), before);
}

async fn a_campaign_is_planned_held_counted_and_confirmed_by_somebody_else(world: &World) {
    let engine = with_elements(world, "2021-06-15 09:00").await;
    engine.sweep_owed().await.unwrap();
    let county = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    let made = copies(&engine, &county, "campaign_run", "safety-month").await;
    assert_eq!(made.len(), 1);
    let run = &made[0];
    assert_eq!((of(run, "unit"), of(run, "proof_wanted"), of(run, "period")), ("场", "照片", "2021"));
    let held = || {
        facts([("held_on", Fact::Day(engine.today())), ("counted", Fact::Integer(7)), ("proof", photo(2))])
    };
    assert!(step(&engine, &county, run, "hold", held()).await.is_err(), "a plan comes first");
    step(&engine, &county, run, "plan", facts([("planned_on", Fact::Day(engine.today()))])).await.unwrap();
    let held = step(&engine, &county, run, "hold", held()).await.unwrap();
    assert_eq!(state(&held), "held");
    let counted = |r: &Record, name: &str| r.facts.get(name).cloned().unwrap_or(Fact::Empty);
    assert_eq!(progress(&counted(&held, "counted"), &counted(&held, "target")), Some(70));
    assert!(step(&engine, &county, run, "confirm", Facts::new()).await.is_err(), "nobody confirms their own");
    let proven = step(&engine, &world.office, run, "confirm", Facts::new()).await.unwrap();
    assert_eq!(state(&proven), "proven");
}
