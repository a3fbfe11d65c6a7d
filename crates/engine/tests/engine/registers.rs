//! Creating and changing records: versions, required and unique fields, references, protected fields, codes, repeats.

use std::collections::BTreeSet;

use base::Id;
use engine::field::parse::parse;
use engine::record::write::Sending;
use judge::Fact;
use store::{Query, Scope};

use crate::world::{ELSEWHERE, HERE, World, facts, in_county, sending, text, wrong};

on_both_engines! {
    a_change_needs_the_version_that_was_read
    what_is_required_is_named_field_by_field
    a_unique_value_is_taken_once
    of_eight_who_enter_the_same_code_at_once_one_succeeds
    a_reference_leads_only_to_what_the_person_may_see
    an_account_is_named_only_where_it_has_work
    protected_fields_are_hidden_and_survive_a_change_by_somebody_who_may_not_read_them
    sixteen_at_once_get_sixteen_codes
    the_same_sending_makes_one_record
    only_keepers_write_and_only_within_their_area
    cases_are_neither_created_nor_changed_by_hand
}

async fn a_change_needs_the_version_that_was_read(world: &World) {
    let id = world.enterprise(HERE, "通许机械厂").await;
    let engine = &world.engine;
    assert_eq!(engine.record(&world.office, "enterprise", id).await.unwrap().version, 1);
    let new = |n| facts([("headcount", Fact::Integer(n))]);
    engine.update(&world.office, "enterprise", id, 1, &new(130)).await.unwrap();
    assert_eq!(wrong(engine.update(&world.office, "enterprise", id, 1, &new(140)).await), "conflict");
    let now = engine.record(&world.office, "enterprise", id).await.unwrap();
    assert_eq!((now.version, now.facts.get("headcount")), (2, Some(&Fact::Integer(130))));
    // Saving without a difference is no change.
    engine.update(&world.office, "enterprise", id, 2, &new(130)).await.unwrap();
    assert_eq!(engine.record(&world.office, "enterprise", id).await.unwrap().version, 2);
}

async fn what_is_required_is_named_field_by_field(world: &World) {
    let engine = &world.engine;
    let mut given = world.enterprise_facts(HERE, "缺项厂");
    given.remove("address");
    given.insert("name", text("  "));
    let refused = wrong(engine.create(&world.office, "enterprise", &given, &Sending::default()).await);
    assert_eq!(refused, "name: field.required; address: field.required");
    let id = world.enterprise(HERE, "齐全厂").await;
    let emptied = engine.update(&world.office, "enterprise", id, 1, &facts([("name", Fact::Empty)])).await;
    assert_eq!(wrong(emptied), "name: field.required");
    // Bounds are checked where text becomes a value.
    let register = engine.register("enterprise").unwrap();
    let read = |field: &str, given: &str| {
        parse(register.field(field).unwrap(), &engine.model, &[given.to_owned()]).map_err(|p| p.code)
    };
    assert_eq!(read("headcount", "-1"), Err("field.too_small"));
    assert_eq!(read("headcount", "500001"), Err("field.too_large"));
    assert_eq!(read("headcount", "500000"), Ok(Fact::Integer(500_000)));
    assert_eq!(read("name", &"厂".repeat(121)), Err("field.too_long"));
    assert_eq!(read("county", "通许县"), Ok(text(HERE)));
    assert_eq!(read("county", "410199"), Err("field.unknown_region"));
    assert_eq!(read("county", &world.township(HERE, 0)), Err("field.unknown_region"));
    assert_eq!(read("township", HERE), Err("field.unknown_region"));
}

async fn a_unique_value_is_taken_once(world: &World) {
    let engine = &world.engine;
    let first = world.enterprise(HERE, "甲厂").await;
    let uscc = world.any("enterprise", first).await.facts.get("uscc").cloned().unwrap();
    let mut given = world.enterprise_facts(HERE, "乙厂");
    given.insert("uscc", uscc.clone());
    let refused = wrong(engine.create(&world.office, "enterprise", &given, &Sending::default()).await);
    assert_eq!(refused, "uscc: field.taken");
    let second = world.enterprise(HERE, "丙厂").await;
    let changed = engine.update(&world.office, "enterprise", second, 1, &facts([("uscc", uscc)])).await;
    assert_eq!(wrong(changed), "uscc: field.taken");
}

async fn of_eight_who_enter_the_same_code_at_once_one_succeeds(world: &World) {
    let given = world.enterprise_facts(HERE, "抢注厂");
    let mut running = Vec::new();
    for _ in 0..8 {
        let (engine, actor, given) = (world.engine.clone(), world.office.clone(), given.clone());
        running.push(tokio::spawn(async move {
            wrong(engine.create(&actor, "enterprise", &given, &Sending::default()).await)
        }));
    }
    let mut refused = 0;
    for one in running {
        refused += u32::from(one.await.unwrap() == "uscc: field.taken");
    }
    assert_eq!(refused, 7);
    let count = world.engine.count(&world.office, "enterprise", &Default::default()).await.unwrap();
    assert_eq!(count, engine::record::list::Count::Exactly(1));
}

async fn a_reference_leads_only_to_what_the_person_may_see(world: &World) {
    let engine = &world.engine;
    let (here, there) = (world.enterprise(HERE, "本县厂").await, world.enterprise(ELSEWHERE, "外县厂").await);
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    let to = |id: Id| facts([("predecessor", Fact::Reference(id))]);
    for hidden in [there, Id::from_u128(42)] {
        let refused = engine.update(&county, "enterprise", here, 1, &to(hidden)).await;
        assert_eq!(wrong(refused), "predecessor: field.reference_unknown");
        let several = facts([("same_address", Fact::List(vec![here.to_string(), hidden.to_string()]))]);
        let refused = engine.update(&county, "enterprise", here, 1, &several).await;
        assert_eq!(wrong(refused), "same_address: field.reference_unknown");
    }
    engine.update(&world.office, "enterprise", here, 1, &to(there)).await.unwrap();
    // What somebody else referred to does not keep the county from changing the rest.
    engine.update(&county, "enterprise", here, 2, &facts([("headcount", Fact::Integer(7))])).await.unwrap();
}

async fn an_account_is_named_only_where_it_has_work(world: &World) {
    let (plant, other) = (world.plant(HERE, "甲厂").await, world.plant(HERE, "乙厂").await);
    let given = facts([("enterprise", Fact::Reference(plant.id)), ("description", text("护栏松动"))]);
    let id = world.open_case(&plant.worker, "hazard.general", given).await.unwrap();
    for stranger in [other.worker.account, Id::from_u128(42)] {
        let named = facts([
            ("responsible", Fact::Reference(stranger)),
            ("deadline", crate::world::day("2021-06-20")),
        ]);
        let refused = world.step(&plant.manager, id, "assign", named, "").await;
        assert_eq!(wrong(refused), "responsible: field.reference_unknown");
    }
}

async fn protected_fields_are_hidden_and_survive_a_change_by_somebody_who_may_not_read_them(world: &World) {
    let engine = &world.engine;
    let plant = world.plant(HERE, "通许化工").await;
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    let seen = |r: &engine::record::Record| {
        (r.facts.contains_key("head_phone"), r.facts.contains_key("dangerous_stock"))
    };
    let table = [(&plant.head, (true, true)), (&county, (true, false)), (&plant.worker, (false, false))];
    for (actor, expected) in table {
        assert_eq!(
            seen(&engine.record(actor, "enterprise", plant.id).await.unwrap()),
            expected,
            "{}",
            actor.display
        );
        let page =
            engine.list(actor, "enterprise", &engine::record::list::ListRequest::default()).await.unwrap();
        assert_eq!(seen(&page.records[0]), expected, "{} in the list", actor.display);
    }
    let change = facts([("headcount", Fact::Integer(90)), ("dangerous_stock", text("无"))]);
    engine.update(&county, "enterprise", plant.id, 1, &change).await.unwrap();
    let now = world.any("enterprise", plant.id).await;
    assert_eq!(now.facts.get("dangerous_stock"), Some(&text("液氨 20 吨")));
    assert_eq!(now.facts.get("headcount"), Some(&Fact::Integer(90)));
    // Nobody finds out about a hidden field by filtering by it.
    let asked = |field: &str| engine::record::list::ListRequest {
        filters: vec![engine::record::list::Filter::Filled(field.to_owned())],
        ..Default::default()
    };
    assert_eq!(
        wrong(engine.list(&county, "enterprise", &asked("dangerous_stock")).await.map(|p| p.records.len())),
        "not found"
    );
    assert_eq!(wrong(engine.count(&plant.worker, "enterprise", &asked("head_phone")).await), "not found");
    assert_eq!(
        wrong(engine.list(&county, "enterprise", &asked("head_phone")).await.map(|p| p.records.len())),
        "done: 1"
    );
}

async fn sixteen_at_once_get_sixteen_codes(world: &World) {
    let other = world.another_process().await;
    let mut running = Vec::new();
    for number in 0..16 {
        let engine = if number % 2 == 0 { world.engine.clone() } else { other.clone() };
        let (actor, given) = (world.office.clone(), world.enterprise_facts(HERE, &format!("同时厂{number}")));
        running.push(tokio::spawn(async move {
            let mut codes = Vec::new();
            for turn in 0..6 {
                let mut given = given.clone();
                let serial = 1_000_000 + number * 100 + turn;
                let uscc = base::code::Uscc::synthesise(base::code::Adcode::parse(HERE).unwrap(), serial);
                given.insert("uscc", text(uscc.as_str()));
                let id = engine.create(&actor, "enterprise", &given, &Sending::default()).await.unwrap();
                codes.push(engine.record(&actor, "enterprise", id).await.unwrap().code);
            }
            codes
        }));
    }
    let mut codes = Vec::new();
    for one in running {
        codes.extend(one.await.unwrap());
    }
    assert!(codes.iter().all(|code| code.starts_with("QY-410222-")), "{codes:?}");
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 96);
}

async fn the_same_sending_makes_one_record(world: &World) {
    let engine = &world.engine;
    let given = world.enterprise_facts(HERE, "双击厂");
    let first = engine.create(&world.office, "enterprise", &given, &sending("form-1")).await.unwrap();
    let second = engine.create(&world.office, "enterprise", &given, &sending("form-1")).await.unwrap();
    assert_eq!(first, second);
    let plant = world.staffed(first).await;
    let what = facts([("enterprise", Fact::Reference(first)), ("description", text("配电箱未上锁"))]);
    let one = engine.open_case(&plant.worker, "hazard.general", &what, &sending("form-2")).await.unwrap();
    let again = engine.open_case(&plant.worker, "hazard.general", &what, &sending("form-2")).await.unwrap();
    assert_eq!(one, again);
    let next = facts([
        ("responsible", Fact::Reference(plant.worker.account)),
        ("deadline", crate::world::day("2021-06-20")),
    ]);
    let request = engine::case::step::StepRequest { step: "assign", version: 1, facts: &next, reason: "" };
    for _ in 0..2 {
        engine.take_step(&plant.manager, "hazard", one, &request, &sending("form-3")).await.unwrap();
    }
    assert_eq!(engine.timeline(&plant.manager, "hazard", one).await.unwrap().len(), 2);
    let count = |table: &str| {
        let query = Query::of(engine::tables::table_name(table), Scope::system("test"));
        async move { world.engine.database.count_up_to(&query, 10).await.unwrap() }
    };
    assert_eq!((count("enterprise").await, count("hazard").await), (1, 1));
}

async fn only_keepers_write_and_only_within_their_area(world: &World) {
    let engine = &world.engine;
    let plant = world.plant(HERE, "通许机械厂").await;
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    let given = world.enterprise_facts(ELSEWHERE, "外县厂");
    let refused = "refused: record.not_keeper";
    assert_eq!(wrong(engine.create(&county, "enterprise", &given, &Sending::default()).await), refused);
    let there = text(&world.township(ELSEWHERE, 0));
    let moved = facts([("county", text(ELSEWHERE)), ("township", there)]);
    assert_eq!(wrong(engine.update(&county, "enterprise", plant.id, 1, &moved).await), refused);
    let more = facts([("headcount", Fact::Integer(1))]);
    assert_eq!(wrong(engine.update(&plant.worker, "enterprise", plant.id, 1, &more).await), refused);
}

async fn cases_are_neither_created_nor_changed_by_hand(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let given = facts([("enterprise", Fact::Reference(plant.id)), ("description", text("护栏松动"))]);
    let made = world.engine.create(&plant.head, "hazard", &given, &Sending::default()).await;
    assert_eq!(wrong(made), "refused: record.opened_by_procedure");
    let id = world.open_case(&plant.worker, "hazard.general", given.clone()).await.unwrap();
    let changed = world.engine.update(&plant.head, "hazard", id, 1, &given).await;
    assert_eq!(wrong(changed), "refused: record.changed_by_steps");
}
