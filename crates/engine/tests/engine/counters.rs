//! Counters say what a recount says, whatever was created, changed and moved on.

use std::collections::BTreeMap;

use base::{Chance, SeededChance};
use judge::{Fact, Facts};
use store::rollup::{Part, fold, totals};
use store::{Aggregate, Scope};

use crate::routes::{assigned, done, hazard_of};
use crate::world::{ELSEWHERE, HERE, Plant, World, facts, in_county, photo, text};

on_both_engines! {
    counters_equal_a_recount_after_random_work
    an_enterprise_counts_its_own_rows_as_the_county_counts_them
}

/// A counter by county, township, sector and value, and the same counted anew.
async fn recounted(world: &World, register: &str, field: &str) {
    let system = || Scope::system("test");
    let counter = if field.is_empty() { register.to_owned() } else { format!("{register}.{field}") };
    let mut query = Aggregate::count(engine::tables::table_name(register), system());
    for column in ["county", "township", "sector", field] {
        query = if column.is_empty() { query } else { query.by(column) };
    }
    let mut groups: BTreeMap<[String; 4], (i64, i64)> = BTreeMap::new();
    for row in world.engine.database.aggregate(&query).await.unwrap() {
        let of = |column: &str| {
            if column.is_empty() { String::new() } else { row.text(column).unwrap().to_owned() }
        };
        // Nothing entered is not counted.
        if field.is_empty() || !of(field).is_empty() {
            groups.entry(["county", "township", "sector", field].map(of)).or_default().1 =
                row.int("count").unwrap();
        }
    }
    let parts = [Part::County, Part::Township, Part::Sector, Part::Value];
    for row in totals(&world.engine.database, &counter, &system(), &parts).await.unwrap() {
        let group = parts.map(|p| row.text(p.column()).unwrap().to_owned());
        groups.entry(group).or_default().0 = row.int("amount").unwrap();
    }
    assert!(!groups.is_empty(), "{counter}");
    groups.retain(|_, (counted, recounted)| counted != recounted);
    assert_eq!(groups, BTreeMap::new(), "{counter}");
}

async fn counters_equal_a_recount_after_random_work(world: &World) {
    let mut chance = SeededChance::new(2021);
    let mut plants: Vec<Plant> = Vec::new();
    for number in 0..4 {
        let county = if number % 2 == 0 { HERE } else { ELSEWHERE };
        plants.push(world.plant(county, &format!("企业{number}")).await);
    }
    let mut hazards = Vec::new();
    for turn in 0..120 {
        let plant = &plants[chance.below(4) as usize];
        match chance.below(5) {
            0 => {
                let version = world.any("enterprise", plant.id).await.version;
                let (county, at) =
                    if chance.below(2) == 0 { (HERE, chance.below(2) as usize) } else { (ELSEWHERE, 0) };
                let sector = ["machinery", "hazchem", "textile"][chance.below(3) as usize];
                let scale = ["large", "small", ""][chance.below(3) as usize];
                let change = facts([
                    ("county", text(county)),
                    ("township", text(&world.township(county, at))),
                    ("sector", text(sector)),
                    ("scale", if scale.is_empty() { Fact::Empty } else { text(scale) }),
                ]);
                world.engine.update(&world.office, "enterprise", plant.id, version, &change).await.unwrap();
            }
            1 => {
                let point = facts([
                    ("enterprise", Fact::Reference(plant.id)),
                    ("name", text(&format!("风险点{turn}"))),
                ]);
                world.create(&plant.head, "risk_point", point).await;
            }
            2 | 3 => {
                let mut given = hazard_of(plant);
                given.insert("kind", text(["s_electric", "s_fire"][chance.below(2) as usize]));
                hazards.push((world.open_case(&plant.worker, "hazard.general", given).await.unwrap(), plant));
            }
            _ => {
                let Some((id, plant)) = hazards.get(chance.below(hazards.len() as u64) as usize) else {
                    continue;
                };
                let state = world.state(*id).await;
                match state.as_str() {
                    "hazard.general found" => drop(
                        world
                            .take(&plant.manager, *id, "assign", assigned(plant.team.account, "2021-06-30"))
                            .await,
                    ),
                    "hazard.general rectifying" => {
                        drop(world.take(&plant.team, *id, "report_done", done()).await);
                    }
                    "hazard.general accepting" => {
                        drop(world.take(&plant.manager, *id, "accept", Facts::new()).await);
                    }
                    _ => {}
                }
            }
        }
        if turn % 40 == 20 {
            fold(&world.engine.database, 50).await.unwrap();
        }
    }
    for (register, field) in [
        ("enterprise", ""),
        ("enterprise", "scale"),
        ("enterprise", "operating_state"),
        ("risk_point", ""),
        ("hazard", ""),
        ("hazard", "level"),
        ("hazard", "kind"),
        ("hazard", "source"),
    ] {
        recounted(world, register, field).await;
    }
}

async fn an_enterprise_counts_its_own_rows_as_the_county_counts_them(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    for number in 0..5 {
        let mut given = hazard_of(&plant);
        if number > 2 {
            given.insert("kind", text("s_electric"));
        }
        let id = world.open_case(&plant.worker, "hazard.general", given).await.unwrap();
        if number == 4 {
            let mut fixed = done();
            fixed.insert("evidence", photo(3));
            world.take(&plant.manager, id, "assign", assigned(plant.team.account, "2021-06-30")).await;
            world.take(&plant.team, id, "report_done", fixed).await;
        }
    }
    for field in ["", "state", "level", "kind", "source"] {
        let own = world.engine.counts(&plant.head, "hazard", field).await.unwrap();
        assert_eq!(own, world.engine.counts(&county, "hazard", field).await.unwrap(), "{field}");
    }
    let states = world.engine.counts(&plant.head, "hazard", "state").await.unwrap();
    assert_eq!(
        (states.of_value("hazard.general/found"), states.of(HERE, "hazard.general/accepting")),
        (4, 1)
    );
    assert_eq!(world.engine.counts(&plant.head, "hazard", "kind").await.unwrap().of_value("s_electric"), 2);
}
