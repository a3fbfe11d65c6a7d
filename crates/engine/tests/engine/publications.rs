//! Publications: offered, decided by a person, frozen and masked, withdrawn, corrected, over; and what a stranger gets.

use base::{Id, Instant};
use city::Place;
use engine::Engine;
use engine::case::step::StepRequest;
use engine::publication::{Entry, Gone, PublicPage, Standing};
use engine::record::write::Sending;
use judge::{Fact, Facts};

use crate::world::{ELSEWHERE, HERE, Plant, World, facts, text, wrong};

on_both_engines! {
    nothing_is_public_before_a_person_of_the_place_has_decided
    the_copy_is_frozen_and_masked_until_it_is_corrected
    what_is_withdrawn_is_gone_or_stays_marked_as_the_pack_says
    an_offer_is_taken_back_when_the_condition_fails_and_a_decline_lasts_until_something_changes
    the_end_of_the_period_ends_the_decision_too
    accepting_the_proposal_on_its_own_page_publishes_as_well
    what_stands_until_its_case_is_closed_ends_with_it
}

const PACK: &str = r#"
[[publication]]
id = "large-firms"
title = { zh = "规模企业", en = "Large firms" }
of = "enterprise"
when = "r.headcount >= 100"
fields = [{ id = "name" }, { id = "headcount" }, { id = "head", mask = "name" }, { id = "head_phone", mask = "phone" }]
for = "1y"
withdrawn = "archive"
decided_by = ["county.regulator", "enterprise.head"]
order = "headcount"

[[publication]]
id = "hazards-of-firms"
title = { zh = "隐患公示", en = "Hazards" }
of = "hazard"
when = "r.level == 'general' && r.open"
fields = [{ id = "code" }, { id = "county" }, { id = "state" }]
for = "until_closed"
decided_by = ["county.regulator"]

[[publication]]
id = "small-firms"
title = { zh = "小企业", en = "Small firms" }
of = "enterprise"
when = "r.headcount < 100"
fields = [{ id = "name" }]
withdrawn = "removed"
decided_by = ["city.office"]
"#;

async fn at(world: &World, when: &str) -> Engine {
    world.with_elements(PACK, Instant::parse(when).unwrap()).await
}

/// The one entry of the plant's record.
async fn entry(engine: &Engine, world: &World, publication: &str, record: Id) -> Entry {
    let everywhere = world
        .person("全市", &[("county.regulator", Place::default()), ("city.office", Place::default())])
        .await;
    let mut found = Vec::new();
    for standing in Standing::ALL {
        found.extend(engine.entries(&everywhere, publication, standing, "").await.unwrap().entries);
    }
    found.retain(|e| e.record == record);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

async fn offered(world: &World) -> (Engine, Plant, Entry) {
    let plant = world.plant(HERE, "甲厂").await;
    let engine = at(world, "2021-06-15 10:00").await;
    assert_eq!(engine.sweep_publications().await.unwrap().offered, 1);
    assert_eq!(engine.sweep_publications().await.unwrap().offered, 0, "once a day, and nothing twice");
    let entry = entry(&engine, world, "large-firms", plant.id).await;
    (engine, plant, entry)
}

fn shown(entry: &Entry) -> Vec<&str> {
    entry.shown.iter().map(|line| line.value.zh.as_str()).collect()
}

async fn public(engine: &Engine, publication: &str) -> Vec<Entry> {
    engine.public_entries(publication, "").await.unwrap().entries
}

async fn set(world: &World, plant: &Plant, given: Facts) {
    let version = world.any("enterprise", plant.id).await.version;
    world.tick();
    world.engine.update(&world.office, "enterprise", plant.id, version, &given).await.unwrap();
}

async fn nothing_is_public_before_a_person_of_the_place_has_decided(world: &World) {
    let (engine, plant, offer) = offered(world).await;
    assert_eq!(offer.standing, Standing::Offered);
    assert!(public(&engine, "large-firms").await.is_empty());
    assert_eq!(wrong(engine.public_entry("large-firms", offer.id).await), "not found");
    // Another county, a worker of the plant and the head of another plant see and decide nothing.
    let stranger = world.regulator(ELSEWHERE).await;
    let neighbour = world.plant(HERE, "乙厂").await;
    for actor in [&stranger, &plant.worker, &neighbour.head] {
        assert_eq!(wrong(engine.publication_entry(actor, offer.id).await), "not found");
        assert_eq!(wrong(engine.publish(actor, offer.id, offer.version).await), "not found");
    }
    assert!(
        engine.entries(&stranger, "large-firms", Standing::Offered, "").await.unwrap().entries.is_empty()
    );
    let none = engine.entries(&plant.worker, "large-firms", Standing::Offered, "").await;
    assert_eq!(wrong(none.map(|list| list.entries.len())), "not found");
    assert_eq!(wrong(engine.offer_now(&plant.worker, "large-firms").await), "not found");
    // The plant's own head may; the proposal is decided with it.
    engine.publish(&plant.head, offer.id, offer.version).await.unwrap();
    let proposal = engine.any_record("proposal", offer.proposal).await.unwrap().unwrap();
    assert_eq!(proposal.case.as_ref().map(|c| c.state.as_str()), Some("accepted"));
    assert_eq!(proposal.facts.get("in_force"), Some(&Fact::YesNo(true)));
    assert_eq!(proposal.facts.get("decided_by"), Some(&Fact::Reference(plant.head.account)));
    assert_eq!(public(&engine, "large-firms").await.len(), 1);
    assert_eq!(wrong(engine.publish(&plant.head, offer.id, offer.version).await), "conflict");
}

async fn the_copy_is_frozen_and_masked_until_it_is_corrected(world: &World) {
    let (engine, plant, offer) = offered(world).await;
    engine.publish(&plant.head, offer.id, offer.version).await.unwrap();
    let entry = public(&engine, "large-firms").await.remove(0);
    assert_eq!(shown(&entry), ["甲厂", "120人", "王*", "138****0001"]);
    assert_eq!(
        (entry.title.as_str(), entry.code.as_str()),
        ("", ""),
        "strangers' rows hold public columns alone"
    );
    assert_eq!(entry.first.unwrap().to_string(), "2021-06-15");
    assert_eq!(entry.last.unwrap().to_string(), "2022-06-14");
    let inside = engine.publication_entry(&plant.head, offer.id).await.unwrap();
    let nothing = engine.correct_publication(&plant.head, offer.id, inside.version, "复核").await;
    assert_eq!(wrong(nothing), "reason: publication.nothing_changed");
    set(world, &plant, facts([("headcount", Fact::Integer(180)), ("head", text("李建国"))])).await;
    assert_eq!(shown(&public(&engine, "large-firms").await[0])[1..3], ["120人", "王*"], "frozen");
    let original = engine.publication_original(&plant.head, &inside).await.unwrap().unwrap();
    assert!(original.2 && original.1[1].value.zh == "180人", "the preview of a correction");
    assert_eq!(
        wrong(engine.correct_publication(&plant.head, offer.id, inside.version, " ").await),
        "reason: field.required"
    );
    let later = at(world, "2021-07-01 10:00").await;
    let new = later.correct_publication(&plant.head, offer.id, inside.version, "人数更正").await.unwrap();
    let now = public(&later, "large-firms").await;
    assert_eq!(now.len(), 1);
    assert_eq!(shown(&now[0]), ["甲厂", "180人", "李**", "138****0001"]);
    assert_eq!(now[0].last.unwrap().to_string(), "2022-06-14", "the days stay");
    let old = later.public_entry("large-firms", offer.id).await.unwrap();
    assert!(matches!(old, PublicPage::Corrected(to) if to == new));
    let kept = later.publication_entry(&plant.head, offer.id).await.unwrap();
    assert_eq!((kept.standing, kept.reason.as_str()), (Standing::Corrected, "人数更正"));
}

async fn what_is_withdrawn_is_gone_or_stays_marked_as_the_pack_says(world: &World) {
    let (engine, plant, offer) = offered(world).await;
    engine.publish(&plant.head, offer.id, offer.version).await.unwrap();
    let inside = engine.publication_entry(&plant.head, offer.id).await.unwrap();
    let none = engine.withdraw_publication(&plant.head, offer.id, inside.version, "").await;
    assert_eq!(wrong(none), "reason: field.required");
    engine.withdraw_publication(&plant.head, offer.id, inside.version, "企业申诉成立").await.unwrap();
    let kept = public(&engine, "large-firms").await;
    assert_eq!((kept[0].standing, kept[0].reason.as_str()), (Standing::Withdrawn, "企业申诉成立"));
    let proposal = engine.any_record("proposal", offer.proposal).await.unwrap().unwrap();
    assert_eq!(proposal.facts.get("in_force"), Some(&Fact::YesNo(false)));
    // The other publication keeps nothing of what is withdrawn.
    set(world, &plant, facts([("headcount", Fact::Integer(20))])).await;
    let next = at(world, "2021-06-16 10:00").await;
    next.sweep_publications().await.unwrap();
    let small = entry(&next, world, "small-firms", plant.id).await;
    next.publish(&world.office, small.id, small.version).await.unwrap();
    assert!(matches!(next.public_entry("small-firms", small.id).await.unwrap(), PublicPage::Shown(_)));
    let small = next.publication_entry(&world.office, small.id).await.unwrap();
    assert_eq!(small.last, None);
    next.withdraw_publication(&world.office, small.id, small.version, "撤下").await.unwrap();
    assert!(public(&next, "small-firms").await.is_empty());
    let page = next.public_entry("small-firms", small.id).await.unwrap();
    assert!(matches!(page, PublicPage::Gone(Gone::Withdrawn)));
    // Everything stands in the journal.
    let journal = store::Query::of("journal", store::Scope::system("test"))
        .filter(store::Condition::Prefix("operation".into(), "publication.".into()))
        .limit(100);
    let rows = next.database.select(&journal).await.unwrap();
    let mut operations: Vec<String> = rows.iter().map(|r| r.text("operation").unwrap().to_owned()).collect();
    operations.sort();
    operations.dedup();
    assert_eq!(operations, ["publication.offer", "publication.publish", "publication.withdraw"]);
}

async fn an_offer_is_taken_back_when_the_condition_fails_and_a_decline_lasts_until_something_changes(
    world: &World,
) {
    let (_, plant, offer) = offered(world).await;
    set(world, &plant, facts([("headcount", Fact::Integer(90))])).await;
    let engine = at(world, "2021-06-16 10:00").await;
    assert_eq!(
        wrong(engine.publish(&plant.head, offer.id, offer.version).await),
        "refused: publication.no_longer"
    );
    let swept = engine.sweep_publications().await.unwrap();
    assert_eq!((swept.passed, swept.offered), (1, 1), "and it is offered as a small firm");
    let proposal = engine.any_record("proposal", offer.proposal).await.unwrap().unwrap();
    assert_eq!(proposal.case.as_ref().map(|c| c.state.as_str()), Some("withdrawn"));
    let small = entry(&engine, world, "small-firms", plant.id).await;
    let decline = |engine: Engine, entry: Entry, reason: &'static str| async move {
        engine.decline_publication(&world.office, entry.id, entry.version, reason).await
    };
    assert_eq!(wrong(decline(engine.clone(), small.clone(), "").await), "reason: field.required");
    decline(engine.clone(), small, "不宜公开").await.unwrap();
    let engine = at(world, "2021-06-17 10:00").await;
    assert_eq!(engine.sweep_publications().await.unwrap().offered, 0, "the same is not asked twice");
    set(world, &plant, facts([("name", text("甲厂（改名）"))])).await;
    assert_eq!(engine.offer_now(&world.office, "small-firms").await.unwrap(), 1);
}

async fn the_end_of_the_period_ends_the_decision_too(world: &World) {
    let (engine, plant, offer) = offered(world).await;
    engine.publish(&plant.head, offer.id, offer.version).await.unwrap();
    let last = at(world, "2022-06-14 10:00").await;
    assert_eq!(public(&last, "large-firms").await.len(), 1);
    let after = at(world, "2022-06-15 10:00").await;
    assert!(public(&after, "large-firms").await.is_empty(), "before any sweep");
    let page = after.public_entry("large-firms", offer.id).await.unwrap();
    assert!(matches!(page, PublicPage::Gone(Gone::Ended)));
    assert_eq!(after.sweep_publications().await.unwrap().ended, 1);
    let proposal = after.any_record("proposal", offer.proposal).await.unwrap().unwrap();
    assert_eq!(proposal.facts.get("in_force"), Some(&Fact::YesNo(false)));
    assert_eq!(entry(&after, world, "large-firms", plant.id).await.standing, Standing::Ended);
}

async fn accepting_the_proposal_on_its_own_page_publishes_as_well(world: &World) {
    let (engine, _, offer) = offered(world).await;
    let regulator = world.regulator(HERE).await;
    let version = engine.any_record("proposal", offer.proposal).await.unwrap().unwrap().version;
    let nothing = Facts::new();
    let request = StepRequest { step: "accept", version, facts: &nothing, reason: "" };
    engine.take_step(&regulator, "proposal", offer.proposal, &request, &Sending::default()).await.unwrap();
    let found = public(&engine, "large-firms").await;
    assert_eq!(found.len(), 1);
    let inside = engine.publication_entry(&regulator, offer.id).await.unwrap();
    assert_eq!((inside.standing, inside.decided_by.as_str()), (Standing::Published, "县区监管"));
}

async fn what_stands_until_its_case_is_closed_ends_with_it(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let (finder, other) = (world.regulator(HERE).await, world.regulator(HERE).await);
    let found = facts([
        ("enterprise", Fact::Reference(plant.id)),
        ("description", text("防护罩缺失")),
        ("source", text("agency_inspection")),
        ("deadline", crate::world::day("2021-07-15")),
    ]);
    let hazard = world.open_case(&finder, "hazard.agency", found).await.unwrap();
    let engine = at(world, "2021-06-15 10:00").await;
    engine.sweep_publications().await.unwrap();
    let offer = entry(&engine, world, "hazards-of-firms", hazard).await;
    engine.publish(&finder, offer.id, offer.version).await.unwrap();
    let shown_now = public(&engine, "hazards-of-firms").await;
    let code = world.hazard(hazard).await.code;
    assert_eq!(shown(&shown_now[0]), [code.as_str(), "通许县", "已责令整改"]);
    world.step(&other, hazard, "withdraw", Facts::new(), "误报").await.unwrap();
    let next = at(world, "2021-06-16 10:00").await;
    assert_eq!(next.sweep_publications().await.unwrap().ended, 1);
    assert!(public(&next, "hazards-of-firms").await.is_empty());
}
