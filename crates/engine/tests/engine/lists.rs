//! Lists: pages by keyset in every declared sort, filters, search.

use std::collections::BTreeSet;

use base::{Chance, Id, Instant, SeededChance};
use engine::record::list::{Count, Filter, ListRequest};
use judge::{Fact, Facts};

use crate::routes::{assigned, hazard_of};
use crate::world::{ELSEWHERE, HERE, World, day, facts, in_county, text, wrong};

on_both_engines! {
    a_hundred_and_eighty_enterprises_page_in_every_sort_without_loss
    hazards_page_by_their_limit_and_by_days_that_may_be_empty
    filters_choose_what_they_say
    cases_are_filtered_by_state_and_lateness
    a_sort_or_key_that_is_not_declared_is_refused
    two_chinese_characters_find_a_record
}

/// All pages of a list; each must be new.
async fn all(
    world: &World,
    actor: &city::Actor,
    register: &str,
    request: &ListRequest,
) -> Vec<engine::record::Record> {
    let mut request = request.clone();
    let mut records = Vec::new();
    for _ in 0..100 {
        let page = world.engine.list(actor, register, &request).await.unwrap();
        records.extend(page.records);
        match page.next {
            Some(next) => request.after = next,
            None => return records,
        }
    }
    panic!("the list does not end");
}

fn by(sort: &str, ascending: bool, limit: u32) -> ListRequest {
    ListRequest { sort: sort.to_owned(), ascending, limit, ..ListRequest::default() }
}

async fn a_hundred_and_eighty_enterprises_page_in_every_sort_without_loss(world: &World) {
    let mut chance = SeededChance::new(180);
    let mut ids = BTreeSet::new();
    for number in 0..180 {
        let county = if number % 3 == 0 { ELSEWHERE } else { HERE };
        // Many share a name and a headcount, so that a page often ends between equals.
        let mut given = world.enterprise_facts(county, &format!("企业~{}", chance.below(9)));
        given.insert("headcount", Fact::Integer(chance.below(5) as i64));
        ids.insert(world.create(&world.office, "enterprise", given).await);
    }
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    for (actor, expected) in [(&world.office, 180), (&county, 120)] {
        assert_eq!(
            world.engine.count(actor, "enterprise", &ListRequest::default()).await.unwrap(),
            Count::Exactly(expected)
        );
        let declared = &world.engine.register("enterprise").unwrap().sorts;
        for sort in declared.iter().map(String::as_str).chain([""]) {
            for ascending in [true, false] {
                let records = all(world, actor, "enterprise", &by(sort, ascending, 17)).await;
                let unique: BTreeSet<Id> = records.iter().map(|r| r.id).collect();
                assert_eq!(
                    (records.len() as u64, unique.len() as u64),
                    (expected, expected),
                    "{sort} {ascending}"
                );
                let keys: Vec<(String, Id)> = records.iter().map(|r| (key(&r.facts, sort), r.id)).collect();
                let mut sorted = keys.clone();
                sorted.sort();
                if !ascending {
                    sorted.reverse();
                }
                assert_eq!(keys, sorted, "{sort} {ascending}");
            }
        }
    }
}

fn key(facts: &Facts, sort: &str) -> String {
    match facts.get(sort) {
        Some(Fact::Text(text)) => text.clone(),
        Some(Fact::Integer(number)) => format!("{number:08}"),
        _ => String::new(),
    }
}

async fn hazards_page_by_their_limit_and_by_days_that_may_be_empty(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let mut made = BTreeSet::new();
    for number in 0..30 {
        let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
        if number % 3 != 0 {
            world
                .take(
                    &plant.manager,
                    id,
                    "assign",
                    assigned(plant.team.account, &format!("2021-06-{}", 20 + number % 4)),
                )
                .await;
        }
        made.insert(id);
    }
    for sort in ["due_at", "deadline", "found_at", ""] {
        for ascending in [true, false] {
            let records = all(world, &plant.head, "hazard", &by(sort, ascending, 7)).await;
            let unique: BTreeSet<Id> = records.iter().map(|r| r.id).collect();
            assert_eq!((records.len(), &unique), (30, &made), "{sort} {ascending}");
        }
    }
    let by_limit = all(world, &plant.head, "hazard", &by("due_at", true, 7)).await;
    let limits: Vec<Instant> = by_limit.iter().map(|r| r.case.as_ref().unwrap().due_at).collect();
    assert!(limits.is_sorted());
}

async fn filters_choose_what_they_say(world: &World) {
    let made = [
        ("甲", "large", 10, Some("2001-05-01"), vec!["dust_explosion", "confined_space"]),
        ("乙", "small", 20, Some("2010-05-01"), vec!["confined_space"]),
        ("丙", "small", 30, None, vec![]),
    ];
    for (name, scale, headcount, founded, attributes) in made {
        let mut given = world.enterprise_facts(HERE, name);
        given.insert("scale", text(scale));
        given.insert("headcount", Fact::Integer(headcount));
        if let Some(founded) = founded {
            given.insert("established_on", day(founded));
        }
        if !attributes.is_empty() {
            given.insert("attributes", Fact::List(attributes.into_iter().map(str::to_owned).collect()));
        }
        world.create(&world.office, "enterprise", given).await;
    }
    let one_of =
        |field: &str, values: &[&str]| Filter::In(field.into(), values.iter().map(|v| text(v)).collect());
    let between = |field: &str, from: Option<Fact>, to: Option<Fact>| Filter::Between(field.into(), from, to);
    let table: Vec<(Vec<Filter>, &str)> = vec![
        (vec![one_of("scale", &["small"])], "乙丙"),
        (vec![one_of("scale", &["small", "large"])], "乙丙甲"),
        (vec![one_of("scale", &["micro"])], ""),
        (vec![one_of("attributes", &["confined_space"])], "乙甲"),
        (vec![one_of("attributes", &["dust_explosion", "crowded_place"])], "甲"),
        (vec![one_of("county", &[HERE])], "乙丙甲"),
        (vec![one_of("county", &[ELSEWHERE])], ""),
        (vec![Filter::Empty("established_on".into())], "丙"),
        (vec![Filter::Filled("established_on".into())], "乙甲"),
        (vec![Filter::Empty("attributes".into())], "丙"),
        (vec![Filter::Filled("position".into())], ""),
        (vec![Filter::Empty("position".into())], "乙丙甲"),
        (vec![between("established_on", Some(day("2001-05-01")), Some(day("2005-01-01")))], "甲"),
        (vec![between("established_on", None, Some(day("2020-01-01")))], "乙甲"),
        (vec![between("established_on", Some(day("2010-05-01")), None)], "乙"),
        (vec![between("headcount", Some(Fact::Integer(20)), Some(Fact::Integer(30)))], "乙丙"),
        (vec![between("headcount", None, Some(Fact::Integer(19)))], "甲"),
        (vec![one_of("scale", &["small"]), Filter::Filled("established_on".into())], "乙"),
        (vec![Filter::In("predecessor".into(), vec![Fact::Reference(Id::from_u128(5))])], ""),
    ];
    for (filters, expected) in table {
        let request = ListRequest {
            filters: filters.clone(),
            sort: "name".into(),
            ascending: true,
            ..ListRequest::default()
        };
        let page = world
            .engine
            .list(&world.office, "enterprise", &request)
            .await
            .unwrap_or_else(|e| panic!("{filters:?}: {e}"));
        let mut names: Vec<String> = page.records.into_iter().map(|r| r.title).collect();
        names.sort();
        let mut wanted: Vec<String> = expected.chars().map(String::from).collect();
        wanted.sort();
        assert_eq!(names, wanted, "{filters:?}");
    }
}

async fn cases_are_filtered_by_state_and_lateness(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let early = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let assigned_one = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.manager, assigned_one, "assign", assigned(plant.team.account, "2021-06-30")).await;
    let gone = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    world.take(&plant.head, gone, "dismiss", Facts::new()).await;
    world.set_clock("2021-06-18 08:00");
    let table: Vec<(Filter, Vec<Id>)> = vec![
        (Filter::Open, vec![early, assigned_one]),
        (Filter::Late, vec![early]),
        (Filter::In("state".into(), vec![text("rectifying")]), vec![assigned_one]),
        (Filter::In("procedure".into(), vec![text("hazard.general")]), vec![early, assigned_one, gone]),
        (Filter::In("enterprise".into(), vec![Fact::Reference(plant.id)]), vec![early, assigned_one, gone]),
        (Filter::Between("deadline".into(), None, Some(day("2021-12-31"))), vec![assigned_one]),
        (
            Filter::Between("found_at".into(), Some(day("2021-06-15")), Some(day("2021-06-15"))),
            vec![early, assigned_one, gone],
        ),
        (Filter::Between("found_at".into(), Some(day("2021-06-16")), None), vec![]),
    ];
    for (filter, expected) in table {
        let request =
            ListRequest { filters: vec![filter.clone()], ascending: true, ..ListRequest::default() };
        let page = world
            .engine
            .list(&plant.head, "hazard", &request)
            .await
            .unwrap_or_else(|e| panic!("{filter:?}: {e}"));
        let ids: Vec<Id> = page.records.iter().map(|r| r.id).collect();
        assert_eq!(ids, expected, "{filter:?}");
    }
    for strange in [
        Filter::Late,
        Filter::Open,
        Filter::In("state".into(), vec![text("x")]),
        Filter::Filled("nonsense".into()),
    ] {
        let request = ListRequest { filters: vec![strange.clone()], ..ListRequest::default() };
        let refused =
            wrong(world.engine.list(&plant.head, "enterprise", &request).await.map(|p| p.records.len()));
        assert_eq!(refused, "not found", "{strange:?}");
    }
}

async fn a_sort_or_key_that_is_not_declared_is_refused(world: &World) {
    world.enterprise(HERE, "通许机械厂").await;
    let asked = |request: ListRequest| async move {
        wrong(world.engine.list(&world.office, "enterprise", &request).await.map(|p| p.records.len()))
    };
    assert_eq!(asked(by("address", true, 5)).await, "not found");
    assert_eq!(asked(by("due_at", true, 5)).await, "not found");
    let after = |sort: &str, after: &str| ListRequest { after: after.to_owned(), ..by(sort, true, 5) };
    assert_eq!(asked(after("", "no key")).await, "not found");
    let id = Id::from_u128(7).to_string();
    assert_eq!(asked(after("headcount", &format!("{id}~many"))).await, "not found");
    assert_eq!(asked(after("headcount", &format!("{id}~5"))).await, "done: 1");
}

async fn two_chinese_characters_find_a_record(world: &World) {
    let id = world.enterprise(HERE, "通许县永丰面粉厂").await;
    let plant = world.staffed(id).await;
    let hazard = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let found = |register: &'static str, search: String| async move {
        let request = ListRequest { search, ..ListRequest::default() };
        let page = world.engine.list(&world.office, register, &request).await.unwrap();
        page.records.into_iter().map(|r| r.id).collect::<Vec<_>>()
    };
    let record = world.any("enterprise", id).await;
    let uscc = record.facts.get("uscc").and_then(Fact::as_text).unwrap().to_owned();
    for words in ["永丰", "面粉", "永丰 面粉", "工业路", "王工", record.code.as_str(), uscc.as_str()]
    {
        assert_eq!(found("enterprise", words.to_owned()).await, [id], "{words}");
    }
    assert_eq!(found("enterprise", "冲床".into()).await, []);
    assert_eq!(found("hazard", "冲床".into()).await, [hazard]);
    world
        .engine
        .update(&world.office, "enterprise", id, 1, &facts([("name", text("通许县永盛面粉厂"))]))
        .await
        .unwrap();
    assert_eq!(found("enterprise", "永丰".into()).await, []);
    assert_eq!(found("enterprise", "永盛".into()).await, [id]);
}
