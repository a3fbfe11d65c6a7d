//! The history of a record: who changed what, without what the reader may not see.

use judge::Fact;
use serde_json::Value as Json;

use crate::routes::{assigned, hazard_of};
use crate::world::{HERE, World, facts, in_county, text};

on_both_engines! {
    history_names_people_and_fields_newest_first_and_hides_protected_ones
    the_timeline_hides_protected_fields
    what_a_factor_changes_in_its_risk_point_is_in_the_history_too
}

async fn history_names_people_and_fields_newest_first_and_hides_protected_ones(world: &World) {
    let plant = world.plant(HERE, "通许化工").await;
    let county = world.person("通许县安委办", &[("county.office", in_county(HERE))]).await;
    let change = facts([
        ("headcount", Fact::Integer(99)),
        ("head_phone", text("13900000002")),
        ("dangerous_stock", text("液氯 5 吨")),
    ]);
    world.tick();
    world.engine.update(&plant.head, "enterprise", plant.id, 1, &change).await.unwrap();
    let table = [
        (&plant.head, vec!["dangerous_stock", "head_phone", "headcount"]),
        (&county, vec!["head_phone", "headcount"]),
        (&plant.worker, vec!["headcount"]),
    ];
    for (reader, expected) in table {
        let history = world.engine.history(reader, "enterprise", plant.id).await.unwrap();
        assert_eq!(history.len(), 2, "{}", reader.display);
        assert_eq!((history[0].by.as_str(), history[0].operation.as_str()), ("厂长", "enterprise.update"));
        assert_eq!(
            (history[1].by.as_str(), history[1].operation.as_str()),
            ("市安委办", "enterprise.create")
        );
        let names: Vec<&str> = history[0].fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, expected, "{}", reader.display);
        let headcount = history[0].fields.iter().find(|(name, _)| name == "headcount").unwrap();
        assert_eq!(headcount.1, Json::from(99));
        let secret = |c: &engine::record::history::Change| {
            c.fields.iter().any(|(_, v)| v.to_string().contains("液氨"))
        };
        assert_eq!(history.iter().any(secret), reader.account == plant.head.account, "{}", reader.display);
    }
}

async fn the_timeline_hides_protected_fields(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let id = world.open_case(&plant.worker, "hazard.general", hazard_of(&plant)).await.unwrap();
    let mut given = assigned(plant.team.account, "2021-06-20");
    given.insert("responsible_phone", text("13900000002"));
    world.take(&plant.manager, id, "assign", given).await;
    for (reader, sees) in [(&plant.manager, true), (&plant.worker, false)] {
        let events = world.engine.timeline(reader, "hazard", id).await.unwrap();
        assert_eq!(events.iter().map(|e| e.by_name.as_str()).collect::<Vec<_>>(), ["工人", "安全员"]);
        assert_eq!(events[1].facts.contains_key("responsible_phone"), sees, "{}", reader.display);
        assert_eq!((events[1].from.as_str(), events[1].to.as_str()), ("found", "rectifying"));
    }
}

async fn what_a_factor_changes_in_its_risk_point_is_in_the_history_too(world: &World) {
    let plant = world.plant(HERE, "通许机械厂").await;
    let point = crate::risk::point(world, &plant, "冲压区").await;
    crate::risk::factor(world, &plant, point, "夹手", [6, 6, 15]).await;
    let history = world.engine.history(&plant.head, "risk_point", point).await.unwrap();
    assert_eq!(history[0].operation, "risk_point.regrade");
    assert_eq!(history[0].fields, [("grade".to_owned(), Json::from("red"))]);
}
