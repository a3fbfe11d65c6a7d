//! Hazards that a plant finds itself: fixed at once, taking time, and the short form of micro firms.

use base::Id;
use city::Place;
use judge::{Fact, Facts};

use crate::world::{HERE, Plant, World, day, facts, in_county, photo, text, wrong};

on_both_engines! {
    a_hazard_fixed_at_once_is_confirmed_by_somebody_else
    what_was_not_fixed_at_once_takes_the_longer_way
    a_general_hazard_is_rejected_once_and_accepted_by_another_person
    an_opening_writes_only_what_its_form_asks_for
    an_extension_is_granted_by_somebody_else_and_moves_the_limit
    a_hazard_is_handed_back_dismissed_or_reported_for_somebody
    a_micro_firm_needs_three_fields
    what_a_micro_firm_fixed_at_once_closes_with_two_photos
    a_micro_firm_of_one_is_seen_at_the_next_visit
    two_people_cannot_take_a_step_on_the_same_version
    nobody_finds_a_hazard_tomorrow
}

pub(crate) fn hazard_of(plant: &Plant) -> Facts {
    facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("description", text("2 号冲床防护罩缺失")),
        ("photo_before", photo(1)),
    ])
}

pub(crate) fn assigned(to: Id, until: &str) -> Facts {
    facts([("responsible", Fact::Reference(to)), ("deadline", day(until))])
}

pub(crate) fn done() -> Facts {
    facts([("photo_after", photo(2)), ("measures_taken", text("已加装防护罩"))])
}

async fn a_hazard_fixed_at_once_is_confirmed_by_somebody_else(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let refused = world.open_case(&plant.team, "hazard.at_once", hazard_of(&plant)).await;
    assert_eq!(wrong(refused), "photo_after: field.required");
    let mut given = hazard_of(&plant);
    given.insert("photo_after", photo(2));
    let id = world.open_case(&plant.team, "hazard.at_once", given).await.unwrap();
    assert_eq!(world.state(id).await, "hazard.at_once fixed");
    assert_eq!(wrong(world.step(&plant.team, id, "confirm", Facts::new(), "").await), ": case.own_work");
    assert_eq!(
        wrong(world.step(&plant.worker, id, "confirm", Facts::new(), "").await),
        ": case.not_your_step"
    );
    assert_eq!(
        world.take(&plant.workshop, id, "confirm", Facts::new()).await,
        "hazard.at_once struck_off (ended)"
    );
    let record = world.hazard(id).await;
    assert_eq!(record.facts.get("level"), Some(&text("general")));
    assert_eq!(record.facts.get("acceptance"), Some(&text("passed")));
    assert_eq!(record.code, "YH-410222-2021-000001");
    assert!(engine::case::step::self_found_in_time(&record));
}

async fn what_was_not_fixed_at_once_takes_the_longer_way(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let mut given = hazard_of(&plant);
    given.insert("photo_after", photo(2));
    let id = world.open_case(&plant.worker, "hazard.at_once", given).await.unwrap();
    let silent = world.step(&plant.team, id, "not_fixed", Facts::new(), " ").await;
    assert_eq!(wrong(silent), "reason: case.reason_missing");
    assert_eq!(world.take(&plant.team, id, "not_fixed", Facts::new()).await, "hazard.general found");
    assert_eq!(world.waits(&plant.manager, id).await.as_deref(), Some("assign later"));
    let next = assigned(plant.worker.account, "2021-06-25");
    assert_eq!(world.take(&plant.workshop, id, "assign", next).await, "hazard.general rectifying");
}

async fn a_general_hazard_is_rejected_once_and_accepted_by_another_person(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    assert_eq!(world.limit(id).await, "2021-06-17 23:59");
    let open = assigned(plant.team.account, "2021-06-20");
    let missing = world.step(&plant.manager, id, "assign", facts([]), "").await;
    assert_eq!(wrong(missing), "responsible: field.required; deadline: field.required");
    assert_eq!(world.take(&plant.manager, id, "assign", open).await, "hazard.general rectifying");
    // The plant's own limit does not move for the Sunday.
    assert_eq!(world.limit(id).await, "2021-06-20 23:59");
    assert_eq!(wrong(world.step(&plant.worker, id, "report_done", done(), "").await), ": case.not_your_step");
    let without =
        world.step(&plant.team, id, "report_done", facts([("measures_taken", text("已修"))]), "").await;
    assert_eq!(wrong(without), "photo_after: field.required");
    assert_eq!(world.take(&plant.team, id, "report_done", done()).await, "hazard.general accepting");
    assert_eq!(wrong(world.step(&plant.team, id, "accept", Facts::new(), "").await), ": case.own_work");
    let again = facts([("deadline", day("2021-06-22")), ("acceptance_note", text("螺栓未紧"))]);
    assert_eq!(world.take(&plant.manager, id, "reject", again).await, "hazard.general rectifying");
    assert_eq!(world.limit(id).await, "2021-06-22 23:59");
    assert_eq!(world.take(&plant.team, id, "report_done", done()).await, "hazard.general accepting");
    assert_eq!(
        world.take(&plant.workshop, id, "accept", Facts::new()).await,
        "hazard.general struck_off (ended)"
    );
    let steps: Vec<String> =
        world.engine.timeline(&plant.head, "hazard", id).await.unwrap().into_iter().map(|e| e.step).collect();
    assert_eq!(steps, ["open", "assign", "report_done", "reject", "report_done", "accept"]);
    let after = world.step(&plant.manager, id, "accept", Facts::new(), "").await;
    assert_eq!(wrong(after), ": case.not_from_here");
    assert_eq!(world.waits(&plant.manager, id).await, None);
}

async fn an_opening_writes_only_what_its_form_asks_for(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let mut given = hazard_of(&plant);
    given.extend(facts([
        ("level", text("major")),
        ("acceptance", text("passed")),
        ("verification_record", photo(9)),
        ("found_by", Fact::Reference(plant.head.account)),
        ("synthetic", Fact::YesNo(true)),
        ("nonsense", text("x")),
    ]));
    let id = world.open_case(&plant.worker, "hazard.general", given).await.unwrap();
    let record = world.hazard(id).await;
    assert_eq!(record.facts.get("level"), Some(&text("general")));
    assert_eq!(record.facts.get("found_by"), Some(&Fact::Reference(plant.worker.account)));
    for never in ["acceptance", "verification_record", "synthetic"] {
        assert_eq!(record.facts.get(never), None, "{never}");
    }
}

async fn an_extension_is_granted_by_somebody_else_and_moves_the_limit(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.workshop.account, "2021-06-20")).await;
    let wanted = facts([("extension_wanted", day("2021-07-05"))]);
    let silent = world.step(&plant.workshop, id, "ask_extension", wanted.clone(), "").await;
    assert_eq!(wrong(silent), "reason: case.reason_missing");
    assert_eq!(
        world.take(&plant.workshop, id, "ask_extension", wanted).await,
        "hazard.general extension_asked"
    );
    assert_eq!(world.waits(&plant.workshop, id).await, None);
    let granted = facts([("deadline", day("2021-07-05"))]);
    assert_eq!(
        wrong(world.step(&plant.workshop, id, "grant_extension", granted.clone(), "").await),
        ": case.not_your_step"
    );
    assert_eq!(world.take(&plant.manager, id, "grant_extension", granted).await, "hazard.general rectifying");
    assert_eq!(world.limit(id).await, "2021-07-05 23:59");
    assert_eq!(world.waits(&plant.workshop, id).await.as_deref(), Some("report_done later"));
}

async fn a_hazard_is_handed_back_dismissed_or_reported_for_somebody(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, id, "assign", assigned(plant.team.account, "2021-06-20")).await;
    assert_eq!(world.take(&plant.team, id, "hand_back", Facts::new()).await, "hazard.general found");
    world.take(&plant.manager, id, "assign", assigned(plant.team.account, "2021-06-21")).await;
    let paper = world.step(&plant.manager, id, "report_for", done(), "").await;
    assert_eq!(wrong(paper), "evidence: field.required");
    let mut with_paper = done();
    with_paper.insert("evidence", photo(3));
    assert_eq!(world.take(&plant.manager, id, "report_for", with_paper).await, "hazard.general accepting");
    assert_eq!(wrong(world.step(&plant.manager, id, "accept", Facts::new(), "").await), ": case.own_work");
    assert_eq!(
        world.take(&plant.head, id, "accept", Facts::new()).await,
        "hazard.general struck_off (ended)"
    );

    let none = world.open_case(&plant.manager, "hazard.general", hazard_of(&plant)).await.unwrap();
    assert_eq!(
        wrong(world.step(&plant.manager, none, "dismiss", Facts::new(), "误报").await),
        ": case.own_work"
    );
    assert_eq!(
        world.take(&plant.head, none, "dismiss", Facts::new()).await,
        "hazard.general not_a_hazard (ended)"
    );
}

/// A shop of fewer than ten people.
async fn micro(world: &World) -> Plant {
    let mut given = world.enterprise_facts(HERE, "小吃店");
    given.insert("small_unit", Fact::YesNo(true));
    let shop = world.create(&world.office, "enterprise", given).await;
    world.staffed(shop).await
}

fn three(plant: &Plant) -> Facts {
    facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("description", text("灶台旁堆放纸箱")),
        ("deadline", day("2021-06-18")),
    ])
}

async fn a_micro_firm_needs_three_fields(world: &World) {
    let (shop, plant) = (micro(world).await, world.plant(HERE, "通许机械厂").await);
    let large = world.open_case(&plant.head, "hazard.micro", three(&plant)).await;
    assert_eq!(wrong(large), ": case.not_opened_so");
    let id = world.open_case(&shop.head, "hazard.micro", three(&shop)).await.unwrap();
    assert_eq!(world.limit(id).await, "2021-06-18 23:59");
    let accepted = || facts([("acceptors", text("李姐"))]);
    // The one who wrote it down and put it right does not accept it, and there is no way around.
    assert_eq!(wrong(world.step(&shop.head, id, "accept", accepted(), "").await), ": case.not_from_here");
    assert_eq!(world.take(&shop.head, id, "report_done", Facts::new()).await, "hazard.micro to_be_seen");
    assert_eq!(wrong(world.step(&shop.head, id, "accept", accepted(), "").await), ": case.own_work");
    assert_eq!(world.waits(&shop.head, id).await, None);
    assert_eq!(
        wrong(world.step(&shop.worker, id, "accept", Facts::new(), "").await),
        "acceptors: field.required"
    );
    let again = facts([("deadline", day("2021-06-20"))]);
    assert_eq!(world.take(&shop.worker, id, "not_right_yet", again).await, "hazard.micro rectifying");
    assert_eq!(world.limit(id).await, "2021-06-20 23:59");
    world.take(&shop.head, id, "report_done", Facts::new()).await;
    assert_eq!(world.take(&shop.worker, id, "accept", accepted()).await, "hazard.micro struck_off (ended)");
}

async fn what_a_micro_firm_fixed_at_once_closes_with_two_photos(world: &World) {
    let shop = micro(world).await;
    let id = world.open_case(&shop.head, "hazard.micro", three(&shop)).await.unwrap();
    let one = world.step(&shop.head, id, "fixed_at_once", facts([("photo_after", photo(2))]), "").await;
    assert_eq!(wrong(one), "photo_before: field.required");
    let both = facts([("photo_before", photo(1)), ("photo_after", photo(2))]);
    assert_eq!(world.take(&shop.head, id, "fixed_at_once", both).await, "hazard.micro fixed (ended)");
    let record = world.hazard(id).await;
    assert_eq!(record.facts.get("acceptance"), None, "nobody is said to have accepted it");
    assert!(engine::case::step::self_found_in_time(&record));
}

async fn a_micro_firm_of_one_is_seen_at_the_next_visit(world: &World) {
    let shop = micro(world).await;
    let town = Place { township: world.township(HERE, 0), ..in_county(HERE) };
    let grid = world.person("网格员", &[("grid.member", town)]).await;
    let seen = || facts([("acceptors", text("网格员张某"))]);
    let own = world.open_case(&shop.head, "hazard.micro", three(&shop)).await.unwrap();
    world.take(&shop.head, own, "report_done", Facts::new()).await;
    assert_eq!(world.waits(&grid, own).await.as_deref(), Some("accept later"));
    assert_eq!(world.take(&grid, own, "seen_at_visit", seen()).await, "hazard.micro struck_off (ended)");
    // What the grid member only wrote down for the shop, they may look at; what they themselves called done, they may not.
    let written = world.open_case(&grid, "hazard.micro", three(&shop)).await.unwrap();
    world.take(&grid, written, "report_done", Facts::new()).await;
    assert_eq!(wrong(world.step(&grid, written, "seen_at_visit", seen(), "").await), ": case.own_work");
    let visited = world.open_case(&grid, "hazard.micro", three(&shop)).await.unwrap();
    world.take(&shop.head, visited, "report_done", Facts::new()).await;
    assert_eq!(world.take(&grid, visited, "seen_at_visit", seen()).await, "hazard.micro struck_off (ended)");
}

async fn two_people_cannot_take_a_step_on_the_same_version(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let next = assigned(plant.team.account, "2021-06-20");
    let request = engine::case::step::StepRequest { step: "assign", version: 1, facts: &next, reason: "" };
    let nothing = engine::record::write::Sending::default();
    let (one, other) = tokio::join!(
        world.engine.take_step(&plant.manager, "hazard", id, &request, &nothing),
        world.engine.take_step(&plant.workshop, "hazard", id, &request, &nothing),
    );
    let mut answers = [wrong(one), wrong(other)];
    answers.sort();
    assert_eq!(answers, ["conflict", "done: ()"]);
    assert_eq!(world.engine.timeline(&plant.head, "hazard", id).await.unwrap().len(), 2);
}

async fn nobody_finds_a_hazard_tomorrow(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let mut given = hazard_of(&plant);
    given.insert("found_at", Fact::Instant(base::Instant::parse("2021-06-16 09:00").unwrap()));
    let refused = world.open_case(&plant.worker, "hazard.general", given).await;
    assert_eq!(wrong(refused), "found_at: field.in_the_future");
}
