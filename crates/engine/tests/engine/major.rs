//! Major hazards: suspected by a criterion, judged by people, planned with the five in place, guarded, accepted by the
//! plant, verified by the regulator, struck off by the authority.

use base::Id;
use city::Actor;
use engine::record::list::ListRequest;
use judge::{Fact, Facts};
use plan::pack::StateKind;

use crate::routes::{assigned, done, hazard_of};
use crate::world::{HERE, Plant, World, day, facts, in_county, photo, text, wrong};

on_both_engines! {
    a_major_hazard_goes_from_suspicion_to_striking_off
    nothing_major_closes_without_evidence
    choosing_a_criterion_only_makes_it_suspected
    a_plant_objects_and_the_objection_is_answered_by_somebody_else
    what_is_judged_general_goes_back_to_the_route_of_its_source
    an_extension_of_a_major_hazard_is_granted_by_the_regulator
}

async fn criterion(world: &World) -> Fact {
    let page = world.engine.list(&world.office, "hazard_criterion", &ListRequest::default()).await.unwrap();
    Fact::Reference(page.records[0].id)
}

fn judgement() -> Facts {
    facts([
        ("judge_panel", text("张专家、李工")),
        ("judged_on", day("2021-06-16")),
        ("judgement_reason", text("符合判定标准第一条")),
        ("judgement_record", photo(4)),
    ])
}

pub(crate) fn plan(responsible: Id) -> Facts {
    facts([
        ("responsible", Fact::Reference(responsible)),
        ("measures", text("更换联锁装置")),
        ("funds", Fact::Integer(12_000_000)),
        ("deadline", day("2021-07-31")),
        ("contingency_plan", text("停车、疏散、报警")),
    ])
}

fn guard() -> Facts {
    facts([
        ("interim_guard", text("停用并隔离")),
        ("guard_person", text("赵某")),
        ("stop_state", text("partial")),
    ])
}

fn acceptance() -> Facts {
    facts([
        ("acceptance_record", photo(6)),
        ("recheck_on", day("2021-07-20")),
        ("acceptors", text("钱某、孙某")),
    ])
}

fn verification() -> Facts {
    facts([("verified_on", day("2021-07-25")), ("verification_record", photo(7))])
}

fn striking_off() -> Facts {
    facts([("listing_authority", text("通许县安委会")), ("struck_off_on", day("2021-07-26"))])
}

struct Offices {
    regulator: Actor,
    other_regulator: Actor,
    authority: Actor,
}

async fn offices(world: &World) -> Offices {
    Offices {
        regulator: world.regulator(HERE).await,
        other_regulator: world.regulator(HERE).await,
        authority: world.person("县安委办", &[("county.office", in_county(HERE))]).await,
    }
}

/// A hazard that the regulator suspected and another regulator judged major.
async fn judged(world: &World, plant: &Plant, offices: &Offices) -> Id {
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(plant)).await.unwrap();
    let chosen = facts([("criterion", criterion(world).await)]);
    assert_eq!(
        world.take(&offices.regulator, id, "suspect_major", chosen).await,
        "hazard.suspected suspected"
    );
    assert_eq!(
        world.take(&offices.other_regulator, id, "judge_major", judgement()).await,
        "hazard.major judged"
    );
    id
}

async fn a_major_hazard_goes_from_suspicion_to_striking_off(world: &World) {
    let (plant, offices) = (world.plant(HERE, "通许化工").await, offices(world).await);
    let id = judged(world, &plant, &offices).await;
    // All five must be in place; each missing one is named.
    for missing in plan(plant.team.account).keys() {
        let mut four = plan(plant.team.account);
        four.remove(missing);
        assert_eq!(
            wrong(world.step(&plant.head, id, "plan", four, "").await),
            format!("{missing}: field.required")
        );
    }
    assert_eq!(world.take(&plant.head, id, "plan", plan(plant.team.account)).await, "hazard.major planned");
    assert_eq!(world.take(&plant.manager, id, "guard", guard()).await, "hazard.major rectifying");
    // The limit on a Saturday moves to Monday.
    assert_eq!(world.limit(id).await, "2021-08-02 23:59");
    assert_eq!(world.take(&plant.team, id, "report_done", done()).await, "hazard.major accepting");
    assert_eq!(wrong(world.step(&plant.team, id, "accept", acceptance(), "").await), ": case.not_your_step");
    assert_eq!(world.take(&plant.manager, id, "accept", acceptance()).await, "hazard.major verifying");
    assert_eq!(
        wrong(world.step(&plant.manager, id, "verify", verification(), "").await),
        ": case.not_your_step"
    );
    assert_eq!(
        world.take(&offices.regulator, id, "verify", verification()).await,
        "hazard.major striking_off"
    );
    assert_eq!(
        wrong(world.step(&offices.regulator, id, "strike_off", striking_off(), "").await),
        ": case.not_your_step"
    );
    assert_eq!(world.waits(&offices.authority, id).await.as_deref(), Some("strike_off later"));
    assert_eq!(
        world.take(&offices.authority, id, "strike_off", striking_off()).await,
        "hazard.major struck_off (ended)"
    );
    let procedures: Vec<String> = world
        .engine
        .timeline(&plant.head, "hazard", id)
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.procedure)
        .collect();
    assert_eq!(
        procedures.join(" "),
        "hazard.general hazard.general hazard.suspected hazard.major hazard.major hazard.major hazard.major hazard.major hazard.major"
    );
    assert_eq!(world.hazard(id).await.facts.get("level"), Some(&text("major")));
}

async fn nothing_major_closes_without_evidence(world: &World) {
    let (plant, offices) = (world.plant(HERE, "通许化工").await, offices(world).await);
    let id = judged(world, &plant, &offices).await;
    world.take(&plant.head, id, "plan", plan(plant.team.account)).await;
    world.take(&plant.manager, id, "guard", guard()).await;
    let bare = facts([("measures_taken", text("已改"))]);
    assert_eq!(
        wrong(world.step(&plant.team, id, "report_done", bare, "").await),
        "photo_after: field.required"
    );
    world.take(&plant.team, id, "report_done", done()).await;
    // The one who put it right does not accept it, in whatever role.
    let mut without = acceptance();
    without.remove("acceptance_record");
    assert_eq!(
        wrong(world.step(&plant.manager, id, "accept", without, "").await),
        "acceptance_record: field.required"
    );
    // Emptying what was there counts as missing.
    let mut emptied = acceptance();
    emptied.insert("photo_after", Fact::Empty);
    assert_eq!(
        wrong(world.step(&plant.manager, id, "accept", emptied, "").await),
        "photo_after: field.required"
    );
    world.take(&plant.manager, id, "accept", acceptance()).await;
    let unproven = facts([("verified_on", day("2021-07-25"))]);
    assert_eq!(
        wrong(world.step(&offices.regulator, id, "verify", unproven, "").await),
        "verification_record: field.required"
    );
    // No step that closes a major hazard does without evidence.
    let procedure = world.engine.model.procedure("hazard.major").unwrap();
    let proofs = ["evidence", "acceptance_record", "verification_record"];
    for step in procedure.steps.iter().filter(|s| s.becomes.is_none()) {
        if procedure.state(&step.to).unwrap().kind != StateKind::Open {
            assert!(step.needs.iter().any(|need| proofs.contains(&need.as_str())), "{}", step.name());
        }
    }
}

async fn choosing_a_criterion_only_makes_it_suspected(world: &World) {
    let (plant, offices) = (world.plant(HERE, "通许化工").await, offices(world).await);
    let mut given = hazard_of(&plant);
    given.insert("source", text("agency_inspection"));
    assert_eq!(
        wrong(world.open_case(&offices.regulator, "hazard.suspected", given.clone()).await),
        "criterion: rule.refused"
    );
    given.insert("criterion", criterion(world).await);
    let id = world.open_case(&offices.regulator, "hazard.suspected", given).await.unwrap();
    assert_eq!(world.hazard(id).await.facts.get("level"), Some(&text("suspected_major")));
    assert_eq!(world.limit(id).await, "2021-06-18 23:59");
    assert_eq!(
        wrong(world.step(&offices.regulator, id, "judge_major", judgement(), "").await),
        ": case.own_work"
    );
    assert_eq!(
        wrong(world.step(&plant.manager, id, "judge_major", judgement(), "").await),
        ": case.not_your_step"
    );
    // A head may find the own hazard major, but not that it is none.
    let general = world.step(&plant.head, id, "judge_general_agency", judgement(), "").await;
    assert_eq!(wrong(general), ": case.not_your_step");
    assert_eq!(world.take(&plant.head, id, "judge_major", judgement()).await, "hazard.major judged");
}

async fn a_plant_objects_and_the_objection_is_answered_by_somebody_else(world: &World) {
    let (plant, offices) = (world.plant(HERE, "通许化工").await, offices(world).await);
    let id = judged(world, &plant, &offices).await;
    let objection = facts([("objection", text("不属于所列情形"))]);
    assert_eq!(world.take(&plant.head, id, "object", objection).await, "hazard.major objected");
    let answer = facts([("objection_answer", text("复核成立"))]);
    assert_eq!(
        wrong(world.step(&offices.other_regulator, id, "uphold", answer.clone(), "").await),
        ": case.own_work"
    );
    let other_route =
        world.step(&offices.regulator, id, "sustain_objection_agency", answer.clone(), "").await;
    assert_eq!(wrong(other_route), ": case.not_from_here");
    assert_eq!(world.take(&offices.regulator, id, "sustain_objection", answer).await, "hazard.general found");
    let record = world.hazard(id).await;
    assert_eq!(
        (record.facts.get("level"), record.facts.get("judgement")),
        (Some(&text("general")), Some(&text("no")))
    );
    assert_eq!(world.waits(&plant.manager, id).await.as_deref(), Some("assign later"));
}

async fn what_is_judged_general_goes_back_to_the_route_of_its_source(world: &World) {
    let (plant, offices) = (world.plant(HERE, "通许化工").await, offices(world).await);
    let routes = [
        ("self_check", "judge_lower", "hazard.general found"),
        ("complaint", "judge_lower_agency", "hazard.agency ordered"),
    ];
    for (source, step, expected) in routes {
        let mut given = hazard_of(&plant);
        given.extend(facts([("source", text(source)), ("criterion", criterion(world).await)]));
        let id = world.open_case(&offices.regulator, "hazard.suspected", given).await.unwrap();
        let mut with = judgement();
        with.insert("deadline", day("2021-06-30"));
        assert_eq!(world.take(&offices.other_regulator, id, step, with).await, expected);
        assert_eq!(world.hazard(id).await.facts.get("downgraded"), Some(&Fact::YesNo(true)));
    }
}

async fn an_extension_of_a_major_hazard_is_granted_by_the_regulator(world: &World) {
    let (plant, offices) = (world.plant(HERE, "通许化工").await, offices(world).await);
    let id = judged(world, &plant, &offices).await;
    world.take(&plant.head, id, "plan", plan(plant.team.account)).await;
    world.take(&plant.manager, id, "guard", guard()).await;
    let wanted = facts([("extension_wanted", day("2021-08-20")), ("interim_guard", text("继续停用"))]);
    assert_eq!(
        wrong(world.step(&plant.manager, id, "ask_extension", wanted.clone(), "设备未到").await),
        ": case.not_your_step"
    );
    world.take(&plant.head, id, "ask_extension", wanted).await;
    let granted = facts([("deadline", day("2021-08-20"))]);
    assert_eq!(
        world.take(&offices.regulator, id, "grant_extension", granted).await,
        "hazard.major rectifying"
    );
    assert_eq!(world.limit(id).await, "2021-08-20 23:59");
    assert_eq!(
        wrong(world.step(&plant.team, id, "assign", assigned(plant.team.account, "2021-09-01"), "").await),
        "not found"
    );
}
