//! Rules on writing and in sweeps, proposals that people decide, bodies with their posts: on a small pack of its own.

use base::Id;
use city::Actor;
use engine::case::step::StepRequest;
use engine::proposal::{ProposalList, Proposed, Proposer};
use engine::record::Record;
use engine::record::write::Sending;
use engine::{EngineError, proposal};
use judge::{Fact, Facts};
use plan::pack::Model;
use store::Wanted;

use crate::world::{ELSEWHERE, HERE, World, day, facts, in_county, model_with, text, wrong};

fn pack() -> Model {
    model_with("rules.toml", include_str!("../packs/rules.toml"))
}

macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&super::World::sqlite_of(super::pack()).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(world) = super::World::postgres_of(super::pack()).await {
                    super::$name(&world).await;
                }
            })*
        }
    };
}

on_both! {
    a_bus_near_scrapping_keeps_its_owner
    a_dated_value_switches_what_is_refused
    a_warning_is_kept_until_it_holds_again
    a_case_is_opened_once_and_closed_when_it_holds_again
    what_is_proposed_is_withdrawn_when_it_holds_again
    what_is_decided_lasts_until_somebody_lifts_it
    what_is_declined_is_not_proposed_again
    another_record_touches_a_rule
    a_sweep_finds_what_was_there_before_and_does_nothing_twice
    an_import_refuses_the_row_alone
    a_large_import_leaves_what_follows_to_the_sweep
    counts_and_rows_stay_within_the_scope
    a_person_proposes_within_their_area_alone
    bodies_say_what_is_vacant
    one_record_among_thirty_rules_costs_few_questions
}

/// The fields of a vehicle.
fn bus(enterprise: Id, name: &str, kind: &str, more: &[(&str, Fact)]) -> Facts {
    let mut given =
        facts([("enterprise", Fact::Reference(enterprise)), ("name", text(name)), ("kind", text(kind))]);
    given.extend(more.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())));
    given
}

async fn change(world: &World, id: Id, given: Facts) -> Result<(), EngineError> {
    world.tick();
    let version = world.any("bus", id).await.version;
    world.engine.update(&world.office, "bus", id, version, &given).await
}

async fn effects(world: &World, rule: &str) -> Vec<(String, bool)> {
    let found = world.engine.rule_effects(&world.office, rule, 100).await.unwrap();
    found.into_iter().map(|e| (e.kind.clone(), e.stands())).collect()
}

async fn proposals(world: &World, which: ProposalList) -> Vec<Record> {
    world.engine.proposals_seen(&world.office, which, 100).await.unwrap()
}

async fn decide(world: &World, actor: &Actor, id: Id, step: &str, reason: &str) -> Result<(), EngineError> {
    world.tick();
    let version = world.any("proposal", id).await.version;
    let none = Facts::new();
    let request = StepRequest { step, version, facts: &none, reason };
    world.engine.take_step(actor, "proposal", id, &request, &Sending::default()).await
}

fn words(result: Result<(), EngineError>) -> String {
    match result {
        Err(EngineError::Invalid(problems)) => {
            let one = |p: &base::Problem| {
                format!("{}: {} / {}", p.field, p.argument("zh").unwrap(), p.argument("en").unwrap())
            };
            problems.0.iter().map(one).collect::<Vec<_>>().join("; ")
        }
        other => wrong(other),
    }
}

async fn a_bus_near_scrapping_keeps_its_owner(world: &World) {
    let firm = world.enterprise(HERE, "通许客运").await;
    let more = [
        ("frozen_from", day("2021-06-20")),
        ("use", text("班线")),
        ("owner", text("甲")),
        ("marked", Fact::YesNo(true)),
    ];
    let id = world.create(&world.office, "bus", bus(firm, "豫B0001", "large_bus", &more)).await;
    // Not frozen yet.
    change(world, id, facts([("owner", text("乙"))])).await.unwrap();
    world.set_clock("2021-06-21 09:00");
    assert_eq!(
        words(change(world, id, facts([("owner", text("丙"))])).await),
        "owner: 距报废一年以内的大客车，不得变更使用性质、所有人 / A large bus within a year of scrapping keeps its use and owner"
    );
    assert_eq!(world.any("bus", id).await.facts.get("owner"), Some(&text("乙")));
    // Making it another kind in the same change is no way round: what it was before counts.
    let both = facts([("owner", text("丙")), ("kind", text("car"))]);
    assert_eq!(wrong(change(world, id, both).await), "owner: rule.refused");
    // A change that touches nothing of it goes through.
    change(world, id, facts([("length", Fact::Decimal(9.0))])).await.unwrap();
    let standing = world.engine.rules_standing(&world.office).await.unwrap();
    let own = standing.iter().find(|s| s.rule.name() == "bus-near-scrap-frozen").unwrap();
    assert_eq!(own.refused, Some(2));
}

async fn a_dated_value_switches_what_is_refused(world: &World) {
    let firm = world.enterprise(HERE, "通许客运").await;
    let long = |name: &str| bus(firm, name, "car", &[("length", Fact::Decimal(11.0))]);
    world.create(&world.office, "bus", long("豫B1")).await;
    let engine = &world.engine;
    world.set_clock("2021-07-01 08:00");
    let refused = engine.create(&world.office, "bus", &long("豫B2"), &Sending::default()).await;
    assert_eq!(wrong(refused), "length: rule.refused");
    // A length that is not known cannot be judged, and is no failure.
    let unknown = bus(firm, "豫B3", "car", &[]);
    engine.create(&world.office, "bus", &unknown, &Sending::default()).await.unwrap();
    engine.sweep_rules().await.unwrap();
    let standing = engine.rules_standing(&world.office).await.unwrap();
    let own = standing.iter().find(|s| s.rule.name() == "bus-length").unwrap();
    assert_eq!((own.judged, own.failing, own.cannot), (2, 1, 1));
    assert!(!standing.iter().any(|s| s.rule.name() == "ended-rule"));
    let cannot =
        engine.judged_records(&world.office, "bus-length", Wanted::CannotBeJudged, 10).await.unwrap();
    assert_eq!(cannot.len(), 1);
    let missing = judge::rule_case::names(&cannot.first().unwrap().missing);
    assert_eq!(missing, "bus.length");
}

async fn a_warning_is_kept_until_it_holds_again(world: &World) {
    let firm = world.enterprise(HERE, "通许客运").await;
    let id = world.create(&world.office, "bus", bus(firm, "豫B1", "car", &[])).await;
    let record = world.any("bus", id).await;
    let about = world.engine.rules_of_record(&world.office, &record).await.unwrap();
    let told: Vec<&str> = about.effects.iter().map(|e| e.words.en.as_str()).collect();
    assert_eq!(told, ["Please add the day of inspection (Kind: Car; Inspected on: (empty))"]);
    change(world, id, facts([("inspected_on", day("2021-06-01"))])).await.unwrap();
    let about = world.engine.rules_of_record(&world.office, &record).await.unwrap();
    assert!(about.effects.is_empty());
    assert_eq!(effects(world, "bus-inspected").await, [("warn".to_owned(), false)]);
}

async fn repairs(world: &World) -> Vec<(String, String)> {
    let query =
        store::Query::of("r_repair", store::Scope::system("test")).sort("id", store::Direction::Ascending);
    let rows = world.engine.database.select(&query).await.unwrap();
    rows.iter().map(|r| (r.text("state").unwrap().to_owned(), r.text("owner").unwrap().to_owned())).collect()
}

async fn a_case_is_opened_once_and_closed_when_it_holds_again(world: &World) {
    let plant = world.plant(HERE, "通许客运").await;
    let more = [("marked", Fact::YesNo(false)), ("owner", text("甲"))];
    let id = world.create(&world.office, "bus", bus(plant.id, "豫B1", "large_bus", &more)).await;
    assert_eq!(repairs(world).await, [("open".to_owned(), "甲".to_owned())]);
    let waiting = world.engine.work(&plant.manager).await.unwrap();
    assert_eq!(waiting.later.len(), 1);
    assert!(waiting.later.first().unwrap().title.starts_with("大客车无标识"));
    // Still failing: a further change and a sweep open nothing more.
    change(world, id, facts([("use", text("旅游"))])).await.unwrap();
    world.engine.sweep_rules().await.unwrap();
    assert_eq!(repairs(world).await.len(), 1);
    change(world, id, facts([("marked", Fact::YesNo(true))])).await.unwrap();
    assert_eq!(repairs(world).await, [("healed".to_owned(), "甲".to_owned())]);
    assert!(world.engine.work(&plant.manager).await.unwrap().later.is_empty());
    // It fails anew: a new case. Somebody closes it without doing it: the next day it is opened again.
    change(world, id, facts([("marked", Fact::YesNo(false))])).await.unwrap();
    let case = world.engine.work(&plant.manager).await.unwrap().later.first().unwrap().record;
    let (version, none) = (world.any("repair", case).await.version, Facts::new());
    let request = StepRequest { step: "finish", version, facts: &none, reason: "" };
    world.engine.take_step(&plant.manager, "repair", case, &request, &Sending::default()).await.unwrap();
    world.engine.sweep_rules().await.unwrap();
    assert_eq!(repairs(world).await.len(), 2);
    world.set_clock("2021-06-17 09:00");
    world.engine.sweep_rules().await.unwrap();
    world.engine.sweep_rules().await.unwrap();
    let states: Vec<String> = repairs(world).await.into_iter().map(|(state, _)| state).collect();
    assert_eq!(states, ["healed", "done", "open"]);
}

async fn truck(world: &World) -> (Id, Actor) {
    let firm = world.enterprise(HERE, "通许货运").await;
    let id = world
        .create(&world.office, "bus", bus(firm, "豫B7", "truck", &[("marked", Fact::YesNo(false))]))
        .await;
    let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    (id, office)
}

async fn what_is_proposed_is_withdrawn_when_it_holds_again(world: &World) {
    let (id, office) = truck(world).await;
    let open = proposals(world, ProposalList::Open).await;
    let one = open.first().unwrap();
    assert_eq!(open.len(), 1);
    let get = |name: &str| one.facts.get(name).cloned().unwrap_or_default();
    assert_eq!(
        (get("kind"), get("to_role"), get("supervised"), get("seen"), get("subject")),
        (
            text("listed_supervision"),
            text("county.office"),
            text("county"),
            text("类型：货车；有标识：否"),
            text("豫B7")
        )
    );
    // It waits for the office of that county, not for that of another one, nor for the city's.
    let elsewhere = world.person("外县安委办", &[("county.office", in_county(ELSEWHERE))]).await;
    assert_eq!(world.waits(&office, one.id).await.as_deref(), Some("accept later"));
    assert_eq!(world.waits(&elsewhere, one.id).await, None);
    assert_eq!(wrong(decide(world, &elsewhere, one.id, "accept", "").await), "not found");
    assert_eq!(wrong(decide(world, &world.office, one.id, "accept", "").await), ": case.not_your_step");
    change(world, id, facts([("marked", Fact::YesNo(true))])).await.unwrap();
    let head = world.any("proposal", one.id).await.case.unwrap();
    assert_eq!((head.state.as_str(), head.open), ("withdrawn", false));
    assert_eq!(world.waits(&office, one.id).await, None);
    assert_eq!(effects(world, "truck-listed").await, [("propose".to_owned(), false)]);
}

async fn what_is_decided_lasts_until_somebody_lifts_it(world: &World) {
    let (id, office) = truck(world).await;
    let one = proposals(world, ProposalList::Open).await.remove(0);
    decide(world, &office, one.id, "accept", "").await.unwrap();
    let decided = world.any("proposal", one.id).await;
    assert_eq!(decided.facts.get("decided_by"), Some(&Fact::Reference(office.account)));
    assert_eq!(decided.facts.get("in_force"), Some(&Fact::YesNo(true)));
    let record = world.any("bus", id).await;
    let about = world.engine.rules_of_record(&world.office, &record).await.unwrap();
    assert_eq!(about.decisions.len(), 1);
    // The cause is gone: delisting is proposed, once, and the listing stands until it is decided.
    change(world, id, facts([("marked", Fact::YesNo(true))])).await.unwrap();
    world.engine.sweep_rules().await.unwrap();
    let open = proposals(world, ProposalList::Open).await;
    assert_eq!(open.len(), 1);
    let lifting = open.first().unwrap();
    assert_eq!(lifting.facts.get("kind"), Some(&text("delisting")));
    assert_eq!(lifting.facts.get("about"), Some(&Fact::Reference(one.id)));
    assert_eq!(proposals(world, ProposalList::InForce).await.len(), 1);
    decide(world, &office, lifting.id, "accept", "").await.unwrap();
    assert_eq!(proposals(world, ProposalList::InForce).await.len(), 0);
    let lifted = world.any("proposal", one.id).await;
    assert_eq!(lifted.facts.get("lifted_by"), Some(&Fact::Reference(lifting.id)));
}

async fn what_is_declined_is_not_proposed_again(world: &World) {
    let (id, office) = truck(world).await;
    let one = proposals(world, ProposalList::Open).await.remove(0);
    assert_eq!(wrong(decide(world, &office, one.id, "decline", "").await), "reason: case.reason_missing");
    decide(world, &office, one.id, "decline", "企业已停产").await.unwrap();
    world.set_clock("2021-07-20 09:00");
    world.engine.sweep_rules().await.unwrap();
    change(world, id, facts([("kind", text("truck")), ("use", text("x"))])).await.unwrap();
    assert_eq!(proposals(world, ProposalList::Open).await.len(), 0);
    // It held in between and fails anew: that is another matter.
    change(world, id, facts([("marked", Fact::YesNo(true))])).await.unwrap();
    change(world, id, facts([("marked", Fact::YesNo(false))])).await.unwrap();
    assert_eq!(proposals(world, ProposalList::Open).await.len(), 1);
}

async fn another_record_touches_a_rule(world: &World) {
    let firm = world.enterprise(HERE, "通许货运").await;
    let regulator = world.regulator(HERE).await;
    let marked = [("marked", Fact::YesNo(true))];
    let id = world.create(&world.office, "bus", bus(firm, "豫B1", "truck", &marked)).await;
    assert_eq!(world.told(&regulator, "rule").await, 1);
    assert_eq!(effects(world, "truck-noted").await, [("notify".to_owned(), true)]);
    let note = facts([
        ("enterprise", Fact::Reference(firm)),
        ("bus", Fact::Reference(id)),
        ("name", text("月检")),
        ("passed", Fact::YesNo(true)),
    ]);
    let note = world.create(&world.office, "bus_note", note).await;
    assert_eq!(effects(world, "truck-noted").await, [("notify".to_owned(), false)]);
    world.tick();
    let version = world.any("bus_note", note).await.version;
    let failed = facts([("passed", Fact::YesNo(false))]);
    world.engine.update(&world.office, "bus_note", note, version, &failed).await.unwrap();
    assert_eq!(world.told(&regulator, "rule").await, 2);
    // A rule of the enterprise refuses one vehicle too many, at nothing in particular of the vehicle.
    for number in 2..=3 {
        world.create(&world.office, "bus", bus(firm, &format!("豫B{number}"), "truck", &marked)).await;
    }
    let fourth = bus(firm, "豫B4", "truck", &marked);
    let refused = world.engine.create(&world.office, "bus", &fourth, &Sending::default()).await;
    assert_eq!(wrong(refused), ": rule.refused");
}

async fn a_sweep_finds_what_was_there_before_and_does_nothing_twice(world: &World) {
    // The rule is in force from 2021-01-01; the vehicle was entered before.
    world.set_clock("2020-12-30 09:00");
    let firm = world.enterprise(HERE, "通许货运").await;
    world.create(&world.office, "bus", bus(firm, "豫B7", "truck", &[("marked", Fact::YesNo(false))])).await;
    world.engine.sweep_rules().await.unwrap();
    assert_eq!(proposals(world, ProposalList::Open).await.len(), 0);
    world.set_clock("2021-01-01 09:00");
    let other = world.another_process().await;
    let (one, two) = tokio::join!(world.engine.sweep_rules(), other.sweep_rules());
    assert!(one.unwrap().acted + two.unwrap().acted >= 1);
    assert_eq!(proposals(world, ProposalList::Open).await.len(), 1);
    world.set_clock("2021-01-02 09:00");
    let swept = world.engine.sweep_rules().await.unwrap();
    assert!(swept.rules > 0);
    assert_eq!((swept.acted, swept.healed), (0, 0));
    assert_eq!(world.engine.sweep_rules().await.unwrap().rules, 0);
}

async fn an_import_refuses_the_row_alone(world: &World) {
    let firm = world.enterprise(HERE, "通许货运").await;
    let code = world.any("enterprise", firm).await.code;
    let row = |number: u32, name: &str, length: &str| engine::import::ImportRow {
        number,
        cells: [("enterprise", code.as_str()), ("name", name), ("kind", "truck"), ("length", length)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    };
    let rows = [row(1, "豫B1", "9"), row(2, "豫B2", "19"), row(3, "豫B3", "8")];
    let outcomes = world.engine.import(&world.office, "bus", &rows).await.unwrap();
    let refused: Vec<bool> =
        outcomes.iter().map(|o| matches!(o, engine::import::Outcome::Refused(_))).collect();
    assert_eq!(refused, [false, true, false]);
    assert_eq!(effects(world, "truck-noted").await.len(), 2);
}

async fn a_large_import_leaves_what_follows_to_the_sweep(world: &World) {
    let mut rows = Vec::new();
    for firm in 0..70 {
        let id = world.enterprise(HERE, &format!("通许货运{firm}")).await;
        let code = world.any("enterprise", id).await.code;
        for name in 0..3 {
            let length = if (firm, name) == (7, 1) { "19" } else { "9" };
            let name = format!("豫B{firm}-{name}");
            let cells =
                [("enterprise", code.as_str()), ("name", &name), ("kind", "truck"), ("length", length)];
            rows.push(engine::import::ImportRow {
                number: u32::try_from(rows.len()).unwrap() + 1,
                cells: cells.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            });
        }
    }
    world.engine.sweep_rules().await.unwrap();
    let outcomes = world.engine.import(&world.office, "bus", &rows).await.unwrap();
    let refused = outcomes.iter().filter(|o| matches!(o, engine::import::Outcome::Refused(_))).count();
    assert_eq!(
        (refused, effects(world, "truck-noted").await.len()),
        (1, 0),
        "what refuses is judged at once"
    );
    let swept = world.engine.sweep_rules().await.unwrap();
    assert_eq!(swept.acted, 0, "more may be coming in: {swept:?}");
    // Ten minutes later, on a day for which these rules were swept already.
    world.set_clock(&format!("{} 09:15", world.engine.today()));
    let swept = world.engine.sweep_rules().await.unwrap();
    assert!(swept.acted >= 209, "{swept:?}");
    assert!(!effects(world, "truck-noted").await.is_empty());
    assert_eq!(world.engine.sweep_rules().await.unwrap().rules, 0, "all are swept for today");
}

async fn counts_and_rows_stay_within_the_scope(world: &World) {
    let (here, elsewhere) =
        (world.enterprise(HERE, "通许货运").await, world.enterprise(ELSEWHERE, "龙亭货运").await);
    let unmarked = [("marked", Fact::YesNo(false))];
    world.create(&world.office, "bus", bus(here, "豫B1", "truck", &unmarked)).await;
    world.create(&world.office, "bus", bus(elsewhere, "豫B2", "truck", &unmarked)).await;
    world.engine.sweep_rules().await.unwrap();
    for (county, expected) in [(HERE, "豫B1"), (ELSEWHERE, "豫B2")] {
        let office = world.person("县安委办", &[("county.office", in_county(county))]).await;
        let standing = world.engine.rules_standing(&office).await.unwrap();
        let own = standing.iter().find(|s| s.rule.name() == "truck-listed").unwrap();
        assert_eq!((own.failing, own.standing, own.refused), (1, 1, None));
        let rows = world.engine.judged_records(&office, "truck-listed", Wanted::Fails, 10).await.unwrap();
        let names: Vec<&str> = rows.iter().map(|r| r.record.title.as_str()).collect();
        assert_eq!(names, [expected]);
        let seen = world.engine.proposals_seen(&office, ProposalList::Open, 10).await.unwrap();
        assert_eq!(seen.len(), 1);
    }
    // An enterprise sees what fails of its own, not what is proposed about it.
    let plant = world.staffed(here).await;
    let record =
        world.engine.judged_records(&plant.manager, "truck-listed", Wanted::Fails, 10).await.unwrap();
    assert_eq!(record.len(), 1);
    let about = world.engine.rules_of_record(&plant.manager, &record.first().unwrap().record).await.unwrap();
    assert!(about.effects.iter().all(|e| e.kind != "propose"));
}

async fn a_person_proposes_within_their_area_alone(world: &World) {
    let firm = world.enterprise(HERE, "通许货运").await;
    let record = world.any("enterprise", firm).await;
    let (here, elsewhere) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    let proposed = |actor| Proposed {
        kind: "interview",
        to: "county.office",
        subject: (&record).into(),
        by: Proposer::Person(actor),
        reason: base::Text::new("连续两次未整改", "Twice not put right"),
        seen: String::new(),
        evidence: vec![proposal::Evidence::of(&record)],
        about: None,
        with: Facts::new(),
    };
    let sent = Sending { key: "once".into() };
    let refused = world.engine.propose(&proposed(&elsewhere), &sent).await;
    assert_eq!(wrong(refused), "refused: proposal.not_yours");
    let id = world.engine.propose(&proposed(&here), &sent).await.unwrap();
    assert_eq!(world.engine.propose(&proposed(&here), &sent).await.unwrap(), id);
    let unknown = Proposed { kind: "flogging", ..proposed(&here) };
    assert_eq!(
        wrong(world.engine.propose(&unknown, &Sending::default()).await),
        "kind: field.unknown_choice"
    );
    // Who proposes does not decide, also with the other role.
    let both = world
        .person("兼职", &[("county.office", in_county(HERE)), ("county.regulator", in_county(HERE))])
        .await;
    let own = world.engine.propose(&proposed(&both), &Sending::default()).await.unwrap();
    assert_eq!(wrong(decide(world, &both, own, "accept", "").await), ": case.own_work");
    decide(world, &office, id, "accept", "").await.unwrap();
    // An interview is held and over: nothing stays in force.
    assert_eq!(proposals(world, ProposalList::InForce).await.len(), 0);
}

async fn bodies_say_what_is_vacant(world: &World) {
    let office = world.person("县安委办", &[("county.office", in_county(HERE))]).await;
    let member = |county: &str, post: &str, name: &str, from: &str| {
        facts([
            ("body", text("safety_commission")),
            ("county", text(county)),
            ("post", text(post)),
            ("name", text(name)),
            ("phone", text("13800000002")),
            ("valid_from", day(from)),
        ])
    };
    let gone = {
        let mut gone = member(HERE, "主任", "旧人", "2019-01-01");
        gone.insert("valid_until", day("2020-12-31"));
        gone
    };
    world.create(&office, "body_member", gone).await;
    world.create(&office, "body_member", member(HERE, "主任", "甲", "2021-01-01")).await;
    world.create(&office, "body_member", member(HERE, "副主任", "乙", "2021-01-01")).await;
    let standing = world.engine.bodies_standing(&office).await.unwrap();
    // Of the county alone: neither the city's headquarters nor other counties.
    let told: Vec<String> = standing
        .iter()
        .filter(|b| b.body.name() != "county_commission")
        .map(|b| {
            let posts: Vec<String> =
                b.posts.iter().map(|p| format!("{} {}/{}", p.post.en, p.holders.len(), p.wanted)).collect();
            format!("{} {}: {}; vacant {}", b.body.name(), b.region, posts.join(", "), b.vacant())
        })
        .collect();
    assert_eq!(told, ["safety_commission 410222: Chair 1/1, Deputy chair 1/2; vacant 1"]);
    let all = world.engine.bodies_standing(&world.office).await.unwrap();
    assert!(all.len() > 5 && all.iter().any(|b| b.body.name() == "headquarters" && b.vacant() == 1));
    let unknown = Facts::from([("body".to_owned(), text("no_such_body"))]);
    let mut given = member(HERE, "主任", "丙", "2021-01-01");
    given.extend(unknown);
    let worker = world.plant(HERE, "厂").await.worker;
    assert_eq!(
        wrong(world.engine.create(&worker, "body_member", &given, &Sending::default()).await),
        "refused: record.not_keeper"
    );
}

async fn one_record_among_thirty_rules_costs_few_questions(_: &World) {
    let rules = |count: usize| {
        let one = |n: usize| {
            format!(
                "\n[[rule]]\nid = \"more-{n}\"\ntitle = {{ zh = \"规则{n}\", en = \"Rule {n}\" }}\non = \"bus_note\"\n\
                 must = \"r.name != 'x{n}' && r.bus.length < {n}00.0 && r.bus.enterprise.headcount >= 0 && \
                 count(bus, b, b.enterprise == r.enterprise) < 1{n}\"\nelse = {{ warn = {{ zh = \"甲\", en = \"A\" }} }}\n"
            )
        };
        let more: String = (1..=count).map(one).collect();
        model_with("rules.toml", &format!("{}{more}", include_str!("../packs/rules.toml")))
    };
    let mut cost = Vec::new();
    for count in [0, 3, 30] {
        let world = World::sqlite_of(rules(count)).await;
        let firm = world.enterprise(HERE, "通许货运").await;
        let more = [("length", Fact::Decimal(9.0)), ("marked", Fact::YesNo(true))];
        let id = world.create(&world.office, "bus", bus(firm, "豫B1", "car", &more)).await;
        let note = |name: &str| {
            facts([
                ("enterprise", Fact::Reference(firm)),
                ("bus", Fact::Reference(id)),
                ("name", text(name)),
                ("passed", Fact::YesNo(true)),
            ])
        };
        world.create(&world.office, "bus_note", note("第一次")).await;
        let before = world.engine.database.statements();
        let started = base::clock::Stopwatch::start();
        world.create(&world.office, "bus_note", note("第二次")).await;
        cost.push(world.engine.database.statements() - before);
        println!("{count} rules: {} statements, {:?}", cost.last().unwrap(), started.elapsed());
    }
    let [none, few, many] = cost.as_slice() else { panic!("{cost:?}") };
    assert_eq!(few, many, "{cost:?}");
    assert!(many - none <= 8, "{cost:?}");
}
