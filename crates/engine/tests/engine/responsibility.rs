//! Who is responsible for an enterprise: the word that says how it stands follows every write, and time; a ruling ends
//! what it overrules; nobody sees or settles it outside their area.

use base::Id;
use city::{Actor, Place};
use engine::import::ImportRow;
use engine::record::list::{Filter, ListRequest};
use engine::record::write::Sending;
use engine::responsibility::{GapList, NEXT, STATE};
use judge::{Fact, Facts};

use crate::world::{ELSEWHERE, HERE, World, day, facts, in_county, text, wrong};

on_both_engines! {
    a_new_enterprise_is_unowned_until_a_lead_and_a_supervisor_are_named
    two_leads_are_a_dispute_and_a_ruling_ends_the_others_the_day_before
    what_begins_or_ends_on_a_day_is_found_by_the_sweep_of_that_day
    an_enterprise_that_is_gone_needs_nobody_and_one_that_comes_back_does
    imported_bodies_are_judged_too
    the_list_goes_page_by_page_and_the_counters_agree
    nobody_lists_or_settles_what_lies_outside_their_area
    a_township_of_another_county_is_refused_by_name
}

fn body(duty: &str, name: &str, from: &str) -> Facts {
    facts([("duty", text(duty)), ("body", text(name)), ("level", text("county")), ("valid_from", day(from))])
}

async fn assign(world: &World, actor: &Actor, firm: Id, given: &Facts) -> Id {
    world.tick();
    world.engine.assign_body(actor, firm, given, &Sending::default()).await.unwrap()
}

/// A body entered by hand, as a claim beside others.
async fn claim(world: &World, firm: Id, mut given: Facts) -> Id {
    given.insert("enterprise", Fact::Reference(firm));
    world.create(&world.office, "responsible_body", given).await
}

async fn state(world: &World, firm: Id) -> String {
    let record = world.any("enterprise", firm).await;
    record.facts.get(STATE).and_then(Fact::as_text).unwrap_or_default().to_owned()
}

/// Names of the listed enterprises.
async fn listed(world: &World, actor: &Actor, list: GapList) -> Vec<String> {
    let page = world.engine.unowned_and_disputed(actor, list, &ListRequest::default()).await.unwrap();
    page.enterprises.into_iter().map(|(record, _)| record.title).collect()
}

async fn a_new_enterprise_is_unowned_until_a_lead_and_a_supervisor_are_named(world: &World) {
    let firm = world.enterprise(HERE, "无主厂").await;
    assert_eq!(state(world, firm).await, "unowned");
    let found = world.engine.responsibility(&world.office, firm).await.unwrap();
    assert_eq!((found.bodies.len(), found.gaps.len()), (0, 2));
    assign(world, &world.office, firm, &body("sector_lead", "县工信局", "2021-06-01")).await;
    assert_eq!(state(world, firm).await, "unowned");
    assign(world, &world.office, firm, &body("general", "县应急局", "2021-06-01")).await;
    assert_eq!(state(world, firm).await, "clear");
    let unowned = listed(world, &world.office, GapList::Unowned).await;
    assert!(!unowned.contains(&"无主厂".to_owned()), "{unowned:?}");
    let special = body("special", "县消防大队", "2021-06-01");
    let refused = world.engine.assign_body(&world.office, firm, &special, &Sending::default()).await;
    assert_eq!(wrong(refused), "matter: responsibility.matter_needed");
}

async fn two_leads_are_a_dispute_and_a_ruling_ends_the_others_the_day_before(world: &World) {
    let firm = world.enterprise(HERE, "争议厂").await;
    assign(world, &world.office, firm, &body("general", "县应急局", "2020-01-01")).await;
    let first = claim(world, firm, body("sector_lead", "县工信局", "2020-01-01")).await;
    assert_eq!(state(world, firm).await, "clear");
    let second = claim(world, firm, body("sector_lead", "县商务局", "2021-01-01")).await;
    assert_eq!(state(world, firm).await, "disputed");
    assert_eq!(listed(world, &world.office, GapList::Disputed).await, ["争议厂"]);
    let ruled = assign(world, &world.office, firm, &body("sector_lead", "县工信局", "2021-06-15")).await;
    assert_eq!(state(world, firm).await, "clear");
    for old in [first, second] {
        let old = world.any("responsible_body", old).await;
        assert_eq!(old.facts.get("valid_until"), Some(&day("2021-06-14")));
    }
    let ruled = world.any("responsible_body", ruled).await;
    assert_eq!(ruled.facts.get("claim"), Some(&text("ruled")));
    // The supervisor, another duty, goes on.
    let found = world.engine.responsibility(&world.office, firm).await.unwrap();
    assert_eq!((found.bodies.len(), found.gaps.len()), (4, 0));
    // Ending the one that is left leaves nobody.
    let engine = &world.engine;
    let early = engine.end_body(&world.office, firm, ruled.id, 1, day("2021-06-01").as_day()).await;
    assert_eq!(wrong(early), "valid_until: responsibility.period");
    engine.end_body(&world.office, firm, ruled.id, 1, day("2021-06-15").as_day()).await.unwrap();
    assert_eq!(state(world, firm).await, "clear");
    world.set_clock("2021-06-16 00:05");
    assert_eq!(engine.sweep_responsibility().await.unwrap(), 1);
    assert_eq!(state(world, firm).await, "unowned");
}

async fn what_begins_or_ends_on_a_day_is_found_by_the_sweep_of_that_day(world: &World) {
    let firm = world.enterprise(HERE, "期限厂").await;
    assign(world, &world.office, firm, &body("general", "县应急局", "2020-01-01")).await;
    let mut lead = body("sector_lead", "县工信局", "2020-01-01");
    lead.insert("valid_until", day("2021-06-30"));
    claim(world, firm, lead).await;
    claim(world, firm, body("sector_lead", "县商务局", "2021-07-05")).await;
    let next = async || world.any("enterprise", firm).await.facts.get(NEXT).cloned();
    assert_eq!((state(world, firm).await.as_str(), next().await), ("clear", Some(day("2021-07-01"))));
    for (clock, judged, standing, after) in [
        ("2021-06-30 23:59", 0, "clear", Some(day("2021-07-01"))),
        ("2021-07-01 00:01", 1, "unowned", Some(day("2021-07-05"))),
        ("2021-07-01 00:02", 0, "unowned", Some(day("2021-07-05"))),
        ("2021-08-01 00:01", 1, "clear", None),
    ] {
        world.set_clock(clock);
        assert_eq!(world.engine.sweep_responsibility().await.unwrap(), judged, "{clock}");
        assert_eq!((state(world, firm).await.as_str(), next().await), (standing, after), "{clock}");
    }
}

async fn an_enterprise_that_is_gone_needs_nobody_and_one_that_comes_back_does(world: &World) {
    let firm = world.enterprise(HERE, "搬迁厂").await;
    let version = world.any("enterprise", firm).await.version;
    let moved = facts([("operating_state", text("moved"))]);
    world.engine.update(&world.office, "enterprise", firm, version, &moved).await.unwrap();
    assert_eq!(state(world, firm).await, "not_needed");
    let back = facts([("operating_state", text("normal"))]);
    world.engine.update(&world.office, "enterprise", firm, version + 1, &back).await.unwrap();
    assert_eq!(state(world, firm).await, "unowned");
}

async fn imported_bodies_are_judged_too(world: &World) {
    let firm = world.enterprise(HERE, "导入厂").await;
    let code = world.any("enterprise", firm).await.code;
    let row = |number: u32, duty: &str| ImportRow {
        number,
        cells: [
            ("enterprise", code.as_str()),
            ("duty", duty),
            ("body", "县局"),
            ("level", "县区级"),
            ("valid_from", "2021-01-01"),
        ]
        .iter()
        .map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned()))
        .collect(),
    };
    let rows = [row(2, "行业主管"), row(3, "综合监管")];
    let outcomes = world.engine.import(&world.office, "responsible_body", &rows).await.unwrap();
    assert_eq!(outcomes.len(), 2);
    assert_eq!(state(world, firm).await, "clear", "{outcomes:?}");
}

async fn the_list_goes_page_by_page_and_the_counters_agree(world: &World) {
    for number in 0..7 {
        let firm =
            world.enterprise(if number % 3 == 0 { ELSEWHERE } else { HERE }, &format!("厂{number}")).await;
        if number == 5 {
            claim(world, firm, body("sector_lead", "甲局", "2021-01-01")).await;
            claim(world, firm, body("sector_lead", "乙局", "2021-01-01")).await;
        }
        world.tick();
    }
    let (mut after, mut names, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let request = ListRequest { after: after.clone(), limit: 3, ..ListRequest::default() };
        let page = world.engine.unowned_and_disputed(&world.office, GapList::All, &request).await.unwrap();
        names.extend(page.enterprises.iter().map(|(record, _)| record.title.clone()));
        pages += 1;
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!((pages, names.len()), (3, 7));
    assert_eq!(names.first().map(String::as_str), Some("厂6"));
    let counts = world.engine.counts(&world.office, "enterprise", STATE).await.unwrap();
    assert_eq!((counts.of_value("unowned"), counts.of_value("unowned_disputed")), (6, 1));
    assert_eq!(counts.of(ELSEWHERE, "unowned"), 3);
    let request = ListRequest {
        filters: vec![Filter::In("county".into(), vec![text(ELSEWHERE)])],
        ..ListRequest::default()
    };
    let page = world.engine.unowned_and_disputed(&world.office, GapList::Unowned, &request).await.unwrap();
    assert_eq!(page.enterprises.len(), 3);
}

async fn nobody_lists_or_settles_what_lies_outside_their_area(world: &World) {
    let engine = &world.engine;
    let plant = world.plant(HERE, "本县厂").await;
    let mut given = world.enterprise_facts(HERE, "邻镇厂");
    given.insert("township", text(&world.township(HERE, 1)));
    let neighbour = world.create(&world.office, "enterprise", given).await;
    let in_town = Place { township: world.township(HERE, 0), ..in_county(HERE) };
    let officer = world.person("镇安监员", &[("township.officer", in_town)]).await;
    let stranger = world.regulator(ELSEWHERE).await;
    assert_eq!(listed(world, &officer, GapList::All).await, ["本县厂"]);
    assert_eq!(listed(world, &stranger, GapList::All).await, [] as [&str; 0]);
    let counts = engine.counts(&officer, "enterprise", STATE).await.unwrap();
    assert_eq!(counts.of_value("unowned"), 1);
    let given = body("sector_lead", "县工信局", "2021-06-01");
    for (who, firm) in [(&officer, neighbour), (&stranger, plant.id)] {
        assert_eq!(wrong(engine.responsibility(who, firm).await.map(drop)), "not found");
        assert_eq!(wrong(engine.assign_body(who, firm, &given, &Sending::default()).await), "not found");
        assert_eq!(wrong(engine.end_body(who, firm, Id::NIL, 1, None).await), "not found");
    }
    // The plant sees who is responsible for it, and does not decide it.
    assert_eq!(engine.responsibility(&plant.head, plant.id).await.unwrap().gaps.len(), 2);
    let refused = engine.assign_body(&plant.head, plant.id, &given, &Sending::default()).await;
    assert_eq!(wrong(refused), "refused: record.not_keeper");
    assign(world, &officer, plant.id, &given).await;
}

async fn a_township_of_another_county_is_refused_by_name(world: &World) {
    let mut given = world.enterprise_facts(HERE, "错镇厂");
    given.insert("township", text(&world.township(ELSEWHERE, 0)));
    let refused = world.engine.create(&world.office, "enterprise", &given, &Sending::default()).await;
    assert_eq!(wrong(refused), "township: field.township_elsewhere");
    let firm = world.enterprise(HERE, "对镇厂").await;
    let moved = facts([("county", text(ELSEWHERE))]);
    let refused = world.engine.update(&world.office, "enterprise", firm, 1, &moved).await;
    assert_eq!(wrong(refused), "township: field.township_elsewhere");
}
