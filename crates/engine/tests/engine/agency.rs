//! Hazards that an agency finds: it orders, the plant puts right, the agency re-inspects.

use city::Place;
use judge::{Fact, Facts};

use crate::routes::{assigned, done, hazard_of};
use crate::world::{HERE, Plant, World, day, facts, in_county, photo, text, wrong};

on_both_engines! {
    the_agency_that_found_it_reinspects_twice_and_strikes_off
    a_township_reinspects_what_it_found
    an_ordered_limit_is_extended_by_the_agency_alone
    a_finding_is_withdrawn_by_another_person_of_the_agency
    a_colleague_of_the_agency_reinspects_and_another_agency_does_not
    the_office_hands_a_finding_over_to_another_agency
    a_late_reinspection_is_told_to_the_agency_of_the_finder_alone
    no_agency_strikes_off_what_a_plant_found_itself
}

fn ordered(plant: &Plant, until: &str) -> Facts {
    let mut given = hazard_of(plant);
    given.extend(facts([("source", text("agency_inspection")), ("deadline", day(until))]));
    given
}

pub(crate) fn reinspected() -> Facts {
    facts([("verified_on", day("2021-06-22")), ("verification_record", photo(5))])
}

async fn the_agency_that_found_it_reinspects_twice_and_strikes_off(world: &World) {
    let (plant, agency) = (world.plant(HERE, "通许机械厂").await, world.regulator(HERE).await);
    let mut without = ordered(&plant, "2021-06-20");
    without.remove("deadline");
    assert_eq!(wrong(world.open_case(&agency, "hazard.agency", without).await), "deadline: field.required");
    assert_eq!(
        wrong(world.open_case(&plant.head, "hazard.agency", ordered(&plant, "2021-06-20")).await),
        ": case.not_your_step"
    );
    let id = world.open_case(&agency, "hazard.agency", ordered(&plant, "2021-06-20")).await.unwrap();
    assert_eq!(world.state(id).await, "hazard.agency ordered");
    let to = facts([("responsible", Fact::Reference(plant.team.account))]);
    assert_eq!(world.take(&plant.manager, id, "assign", to).await, "hazard.agency rectifying");
    // An ordered limit that ends on a Sunday moves to Monday.
    assert_eq!(world.limit(id).await, "2021-06-21 23:59");
    assert_eq!(world.take(&plant.team, id, "report_done", done()).await, "hazard.agency reported");
    for own in [&plant.head, &plant.manager] {
        let refused = world.step(own, id, "pass_reinspection", reinspected(), "").await;
        assert_eq!(wrong(refused), ": case.not_your_step");
    }
    let failed = facts([("deadline", day("2021-06-28")), ("verification_note", text("防护罩未固定"))]);
    assert_eq!(world.take(&agency, id, "fail_reinspection", failed).await, "hazard.agency rectifying");
    assert_eq!(world.limit(id).await, "2021-06-28 23:59");
    assert_eq!(world.take(&plant.team, id, "report_done", done()).await, "hazard.agency reported");
    let missing = world.step(&agency, id, "pass_reinspection", Facts::new(), "").await;
    assert_eq!(wrong(missing), "verified_on: field.required; verification_record: field.required");
    assert_eq!(
        world.take(&agency, id, "pass_reinspection", reinspected()).await,
        "hazard.agency struck_off (ended)"
    );
    assert!(!engine::case::step::self_found_in_time(&world.hazard(id).await));
}

async fn a_township_reinspects_what_it_found(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let town = Place { township: world.township(HERE, 0), ..in_county(HERE) };
    let (officer, colleague) = (
        world.person("镇安监员", &[("township.officer", town.clone())]).await,
        world.person("镇安监员乙", &[("township.officer", town)]).await,
    );
    let mut given = ordered(&plant, "2021-06-25");
    given.insert("source", text("township_patrol"));
    let id = world.open_case(&officer, "hazard.agency", given).await.unwrap();
    world
        .take(&plant.head, id, "assign", facts([("responsible", Fact::Reference(plant.team.account))]))
        .await;
    world.take(&plant.team, id, "report_done", done()).await;
    assert_eq!(world.waits(&officer, id).await.as_deref(), Some("pass_reinspection later"));
    assert_eq!(
        wrong(world.step(&colleague, id, "pass_reinspection", reinspected(), "").await),
        ": case.not_your_step"
    );
    let county = world.regulator(HERE).await;
    assert_eq!(
        wrong(world.step(&county, id, "pass_by_colleague", reinspected(), "").await),
        ": case.other_agency"
    );
    assert_eq!(
        world.take(&officer, id, "pass_reinspection", reinspected()).await,
        "hazard.agency struck_off (ended)"
    );
}

async fn an_ordered_limit_is_extended_by_the_agency_alone(world: &World) {
    let (plant, agency) = (world.plant(HERE, "通许机械厂").await, world.regulator(HERE).await);
    let id = world.open_case(&agency, "hazard.agency", ordered(&plant, "2021-06-25")).await.unwrap();
    world
        .take(&plant.manager, id, "assign", facts([("responsible", Fact::Reference(plant.team.account))]))
        .await;
    let wanted = facts([("extension_wanted", day("2021-07-09"))]);
    let unguarded = world.step(&plant.manager, id, "ask_extension", wanted.clone(), "备件未到").await;
    assert_eq!(wrong(unguarded), "interim_guard: field.required");
    let mut guarded = wanted;
    guarded.insert("interim_guard", text("断电挂牌，专人看护"));
    assert_eq!(
        world.take(&plant.manager, id, "ask_extension", guarded).await,
        "hazard.agency extension_asked"
    );
    let granted = facts([("deadline", day("2021-07-09"))]);
    assert_eq!(
        wrong(world.step(&plant.head, id, "grant_extension", granted.clone(), "").await),
        ": case.not_your_step"
    );
    assert_eq!(world.take(&agency, id, "grant_extension", granted).await, "hazard.agency rectifying");
    assert_eq!(world.limit(id).await, "2021-07-09 23:59");
}

async fn a_finding_is_withdrawn_by_another_person_of_the_agency(world: &World) {
    let (plant, agency) = (world.plant(HERE, "通许机械厂").await, world.regulator(HERE).await);
    let other = world.regulator(HERE).await;
    let id = world.open_case(&agency, "hazard.agency", ordered(&plant, "2021-06-25")).await.unwrap();
    assert_eq!(wrong(world.step(&agency, id, "withdraw", Facts::new(), "误判").await), ": case.own_work");
    assert_eq!(world.take(&other, id, "withdraw", Facts::new()).await, "hazard.agency withdrawn (ended)");
}

async fn no_agency_strikes_off_what_a_plant_found_itself(world: &World) {
    let (plant, agency) = (world.plant(HERE, "通许机械厂").await, world.regulator(HERE).await);
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.team.account, "2021-06-20")).await;
    world.take(&plant.team, id, "report_done", done()).await;
    assert_eq!(wrong(world.step(&agency, id, "accept", Facts::new(), "").await), ": case.not_your_step");
    assert_eq!(world.waits(&agency, id).await, None);
}

/// A regulator of one sector of the county: another department than that of another sector.
async fn department(world: &World, sector: &str) -> city::Actor {
    let place = Place { sector: sector.to_owned(), ..in_county(HERE) };
    world.person("县区监管", &[("county.regulator", place)]).await
}

/// A finding of `finder` in the plant that waits for its re-inspection.
async fn reported(world: &World, plant: &Plant, finder: &city::Actor) -> base::Id {
    let id = world.open_case(finder, "hazard.agency", ordered(plant, "2021-06-25")).await.unwrap();
    let to = facts([("responsible", Fact::Reference(plant.team.account))]);
    world.take(&plant.manager, id, "assign", to).await;
    world.take(&plant.team, id, "report_done", done()).await;
    id
}

async fn a_colleague_of_the_agency_reinspects_and_another_agency_does_not(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (finder, colleague) = (department(world, "machinery").await, department(world, "machinery").await);
    let general = world.regulator(HERE).await;
    let id = reported(world, &plant, &finder).await;
    assert_eq!(world.hazard(id).await.facts.get("finder_agency"), Some(&text("county.regulator:machinery:")));
    for step in ["pass_by_colleague", "fail_reinspection"] {
        let mut given = reinspected();
        given.extend(facts([("deadline", day("2021-06-28")), ("verification_note", text("未固定"))]));
        let refused = world.step(&general, id, step, given, "未固定").await;
        assert_eq!(wrong(refused), ": case.other_agency", "{step}");
    }
    let record = world.engine.record(&general, "hazard", id).await.unwrap();
    let events = world.engine.timeline(&general, "hazard", id).await.unwrap();
    let offered = world.engine.offered(&general, &record, &events);
    let told = offered.iter().find(|o| o.step.name() == "pass_by_colleague").unwrap();
    assert_eq!(told.refusal.as_ref().map(|p| p.code), Some("case.other_agency"), "the page says why");
    assert_eq!(
        world.take(&colleague, id, "pass_by_colleague", reinspected()).await,
        "hazard.agency struck_off (ended)"
    );
}

async fn the_office_hands_a_finding_over_to_another_agency(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (finder, general) = (department(world, "machinery").await, world.regulator(HERE).await);
    let id = reported(world, &plant, &finder).await;
    let silent = world.step(&world.office, id, "hand_over", Facts::new(), "").await;
    assert_eq!(wrong(silent), "reason: case.reason_missing");
    assert_eq!(
        wrong(world.step(&finder, id, "hand_over", Facts::new(), "不归我管").await),
        ": case.not_your_step"
    );
    assert_eq!(world.take(&world.office, id, "hand_over", Facts::new()).await, "hazard.agency rectifying");
    world.take(&plant.team, id, "report_done", done()).await;
    assert_eq!(
        wrong(world.step(&plant.head, id, "pass_by_colleague", reinspected(), "").await),
        ": case.not_your_step"
    );
    assert_eq!(
        world.take(&general, id, "pass_by_colleague", reinspected()).await,
        "hazard.agency struck_off (ended)"
    );
}

async fn a_late_reinspection_is_told_to_the_agency_of_the_finder_alone(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let (finder, colleague) = (department(world, "machinery").await, department(world, "machinery").await);
    let general = world.regulator(HERE).await;
    let id = reported(world, &plant, &finder).await;
    world.set_clock("2021-08-01 09:00");
    world.engine.sweep().await.unwrap();
    for (who, late, escalated) in [(&finder, 1, 1), (&colleague, 1, 1), (&general, 0, 0)] {
        assert_eq!(
            (world.told(who, "late").await, world.told(who, "escalated").await),
            (late, escalated),
            "{}",
            who.display
        );
    }
    assert_eq!(world.waits(&colleague, id).await.as_deref(), Some("pass_reinspection late"));
    assert_eq!(world.waits(&general, id).await, None);
}
