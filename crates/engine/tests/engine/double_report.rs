//! The double report: counted from the ledger, signed by the head, received by the regulator, told to the workers.

use base::Period;
use engine::case::step::StepRequest;
use engine::hazard_report::Statistics;
use engine::record::write::Sending;
use judge::{Fact, Facts};

use crate::routes::{assigned, done, hazard_of};
use crate::world::{ELSEWHERE, HERE, Plant, World, day, facts, photo, text, wrong};

on_both_engines! {
    the_statistics_are_those_of_the_ledger
    a_report_is_signed_by_the_head_received_and_told_to_the_workers
    a_report_that_is_sent_back_is_signed_again
}

fn quarter(code: &str) -> Period {
    Period::parse(code).unwrap()
}

async fn the_statistics_are_those_of_the_ledger(world: &World) {
    let (plant, other) = (world.plant(HERE, "通许机械厂").await, world.plant(HERE, "邻厂").await);
    world.set_clock("2021-03-30 09:00");
    let old = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let none = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.head, none, "dismiss", Facts::new()).await;
    world.open_case(&other.worker, "hazard.general", hazard_of(&other)).await.unwrap();
    world.set_clock("2021-04-02 09:00");
    world.take(&plant.manager, old, "assign", assigned(plant.team.account, "2021-04-20")).await;
    let mut repaired = done();
    repaired.insert("actual_funds", Fact::Integer(12_300));
    world.take(&plant.team, old, "report_done", repaired).await;
    world.take(&plant.workshop, old, "accept", Facts::new()).await;
    world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let check = async |period: &str, expected: Statistics| {
        let counted =
            world.engine.hazard_statistics(&plant.manager, plant.id, quarter(period)).await.unwrap();
        assert_eq!(counted, expected, "{period}");
    };
    // What was found not to be a hazard, and what is the neighbour's, counts nowhere.
    check("2021Q1", Statistics { found: 1, unfixed: 1, ..Statistics::default() }).await;
    check("2021Q2", Statistics { found: 1, fixed: 1, unfixed: 1, funds: 12_300, ..Statistics::default() })
        .await;
    check("2020Q4", Statistics::default()).await;
    let theirs = world.engine.hazard_statistics(&other.head, plant.id, quarter("2021Q1")).await.unwrap();
    assert_eq!(theirs, Statistics::default(), "nobody counts what they do not see");
}

fn drawn_up(plant: &Plant) -> Facts {
    let mut given = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("period_kind", text("quarter")),
        ("period", text("2021年第一季度")),
        ("as_of", day("2021-03-31")),
    ]);
    given.extend(Statistics { found: 3, fixed: 2, unfixed: 1, ..Statistics::default() }.facts());
    given
}

async fn step(
    world: &World,
    actor: &city::Actor,
    id: base::Id,
    step: &str,
    given: Facts,
    reason: &str,
) -> String {
    world.tick();
    let version = world.any("double_report", id).await.version;
    let request = StepRequest { step, version, facts: &given, reason };
    match world.engine.take_step(actor, "double_report", id, &request, &Sending::default()).await {
        Ok(()) => world.any("double_report", id).await.case.unwrap().state,
        Err(error) => wrong::<()>(Err(error)),
    }
}

fn signed() -> Facts {
    facts([("signed_by", text("厂长")), ("signed_on", day("2021-06-15")), ("signed_scan", photo(7))])
}

fn receipt() -> Facts {
    facts([("receipt_number", text("通应急收〔2021〕7号")), ("received_on", day("2021-06-16"))])
}

async fn a_report_is_signed_by_the_head_received_and_told_to_the_workers(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (regulator, stranger) = (world.regulator(HERE).await, world.regulator(ELSEWHERE).await);
    let id = world.open_case(&plant.manager, "double_report", drawn_up(&plant)).await.unwrap();
    assert_eq!(step(world, &plant.manager, id, "sign", signed(), "").await, ": case.not_your_step");
    assert_eq!(
        step(world, &plant.head, id, "sign", Facts::new(), "").await,
        "signed_by: field.required; signed_on: field.required; signed_scan: field.required"
    );
    assert_eq!(step(world, &plant.head, id, "sign", signed(), "").await, "signed");
    assert_eq!(step(world, &stranger, id, "receive", receipt(), "").await, "not found");
    assert_eq!(step(world, &plant.head, id, "receive", receipt(), "").await, ": case.not_your_step");
    assert_eq!(
        step(world, &regulator, id, "receive", Facts::new(), "").await,
        "receipt_number: field.required; received_on: field.required"
    );
    assert_eq!(step(world, &regulator, id, "receive", receipt(), "").await, "received");
    let told = facts([
        ("workers_body", text(&crate::checks::first_choice(world, "double_report", "workers_body"))),
        ("told_on", day("2021-06-18")),
        ("board_photo", photo(1)),
        ("sign_in", photo(2)),
        ("agenda", photo(3)),
    ]);
    let mut without = told.clone();
    without.remove("sign_in");
    assert_eq!(step(world, &plant.manager, id, "tell_workers", without, "").await, "sign_in: field.required");
    assert_eq!(step(world, &plant.manager, id, "tell_workers", told, "").await, "complete");
    assert!(!world.any("double_report", id).await.case.unwrap().open);
}

async fn a_report_that_is_sent_back_is_signed_again(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let regulator = world.regulator(HERE).await;
    let id = world.open_case(&plant.manager, "double_report", drawn_up(&plant)).await.unwrap();
    step(world, &plant.head, id, "sign", signed(), "").await;
    assert_eq!(
        step(world, &regulator, id, "return_report", Facts::new(), "").await,
        "reason: case.reason_missing"
    );
    assert_eq!(step(world, &regulator, id, "return_report", Facts::new(), "数字与台账不符").await, "drafted");
    let mut corrected = signed();
    corrected.insert("found_count", Fact::Integer(4));
    assert_eq!(step(world, &plant.head, id, "sign", corrected, "").await, "signed");
    let record = world.any("double_report", id).await;
    assert_eq!(record.facts.get("found_count"), Some(&Fact::Integer(4)));
    // A receipt of another platform counts only with its scan.
    let elsewhere = || {
        let mut given = receipt();
        given.insert("already_reported", text("省双重预防平台 3301"));
        given
    };
    assert_eq!(
        step(world, &plant.manager, id, "receive_elsewhere", elsewhere(), "").await,
        "receipt_scan: field.required"
    );
    let mut with_scan = elsewhere();
    with_scan.insert("receipt_scan", photo(8));
    assert_eq!(step(world, &plant.manager, id, "receive_elsewhere", with_scan, "").await, "received");
}
