//! Lists, counts and aggregates answer the same on both engines.

use base::{Day, Id, Instant};
use store::{
    Aggregate, ColumnDef, ColumnKind, Condition, Direction, Measure, Query, StoreError, TableDef, Value,
};

use crate::world::{World, new_id, plant, plants, system};

on_both_engines! {
    every_kind_of_value_comes_back
    conditions_find_what_they_say
    text_is_compared_byte_by_byte
    nulls_are_the_smallest_in_every_order
    pages_follow_each_other_in_every_order
    titles_of_references_are_shown
    counting_stops_at_its_limit
    groups_are_counted_and_summed
    a_value_of_another_kind_is_refused
}

async fn every_kind_of_value_comes_back(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let (id, head) = (new_id(), new_id());
    let more = [
        ("workers", Value::Int(i64::MAX)),
        ("stored_tons", Value::Float(0.1)),
        ("major", Value::Bool(true)),
        ("details", Value::from("{\"a\": 1}")),
        ("seal", Value::Bytes(vec![0, 255])),
        ("head", Value::Id(head)),
    ];
    w.db.apply(plant(id, "410202", "开封'\"化工", &more)).await.unwrap();
    let row = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap();
    assert_eq!((row.id("id"), row.int("version"), row.text("name")), (Ok(id), Ok(1), Ok("开封'\"化工")));
    assert_eq!(
        (row.id("organisation"), row.text("park"), row.opt_text("code")),
        (Ok(Id::NIL), Ok(""), Ok(None))
    );
    for (column, value) in more {
        assert_eq!(row.value(column), Ok(&value), "{column}");
    }
    assert!(matches!(row.int("name"), Err(StoreError::Inconsistent { column, .. }) if column == "name"));
    assert!(matches!(row.text("nothing"), Err(StoreError::UnknownColumn { .. })));
    let journal = w.db.select(&Query::of("journal", system())).await.unwrap();
    assert!(journal.is_empty());
}

async fn conditions_find_what_they_say(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let rows: [(&str, Value, Value, Value); 5] = [
        ("甲1", 1.into(), 0.5.into(), true.into()),
        ("甲2", 2.into(), Value::Null, false.into()),
        ("乙1", 3.into(), 2.5.into(), Value::Null),
        ("乙2", Value::Null, (-1.0).into(), true.into()),
        ("a_%", 5.into(), 1.0.into(), false.into()),
    ];
    for (name, workers, tons, major) in rows {
        let more = [("workers", workers), ("stored_tons", tons), ("major", major)];
        w.db.apply(plant(new_id(), "410202", name, &more)).await.unwrap();
    }
    let (c, n) = (|c: &str| c.to_owned(), |n: i64| Value::Int(n));
    let cases: Vec<(Condition, &str)> = vec![
        (Condition::all(), "甲1 甲2 乙1 乙2 a_%"),
        (Condition::eq("workers", 2), "甲2"),
        (Condition::Eq(c("workers"), Value::Null), ""),
        (Condition::NotEq(c("workers"), n(2)), "甲1 乙1 a_%"),
        (Condition::In(c("workers"), vec![n(1), n(3), n(9)]), "甲1 乙1"),
        (Condition::In(c("workers"), vec![]), ""),
        (Condition::Not(Box::new(Condition::In(c("workers"), vec![n(1)]))), "甲2 乙1 a_%"),
        (Condition::Less(c("workers"), n(2)), "甲1"),
        (Condition::LessOrEqual(c("workers"), n(2)), "甲1 甲2"),
        (Condition::Greater(c("workers"), n(2)), "乙1 a_%"),
        (Condition::GreaterOrEqual(c("stored_tons"), n(1)), "乙1 a_%"),
        (Condition::Between(c("workers"), n(2), n(3)), "甲2 乙1"),
        (Condition::IsNull(c("major")), "乙1"),
        (Condition::NotNull(c("stored_tons")), "甲1 乙1 乙2 a_%"),
        (Condition::eq("major", true), "甲1 乙2"),
        (Condition::Prefix(c("name"), c("甲")), "甲1 甲2"),
        (Condition::Prefix(c("name"), c("a_%")), "a_%"),
        (Condition::Prefix(c("name"), c("")), "甲1 甲2 乙1 乙2 a_%"),
        (Condition::Contains(c("name"), c("1")), "甲1 乙1"),
        (Condition::Contains(c("name"), c("_%")), "a_%"),
        (Condition::Or(vec![]), ""),
        (Condition::Or(vec![Condition::eq("workers", 1), Condition::IsNull(c("workers"))]), "甲1 乙2"),
        (Condition::eq("major", true).and(Condition::eq("workers", 1)), "甲1"),
        (Condition::Not(Box::new(Condition::eq("major", true))), "甲2 a_%"),
    ];
    for (condition, expected) in cases {
        let query = Query::of("plant", system()).filter(condition.clone());
        let found = w.db.select(&query).await.unwrap();
        let names: Vec<&str> = found.iter().map(|r| r.text("name").unwrap()).collect();
        assert_eq!(names.join(" "), expected, "{condition:?}");
        assert_eq!(w.db.count_up_to(&query, 100).await.unwrap(), names.len() as u64, "{condition:?}");
    }
}

async fn text_is_compared_byte_by_byte(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    for name in ["b", "A", "安", "a", "Z", "é", "一", "", "~"] {
        w.db.apply(plant(new_id(), "410202", name, &[])).await.unwrap();
    }
    let query = Query::of("plant", system()).sort("name", Direction::Ascending);
    let found = w.db.select(&query).await.unwrap();
    let names: Vec<&str> = found.iter().map(|r| r.text("name").unwrap()).collect();
    assert_eq!(names, ["", "A", "Z", "a", "b", "~", "é", "一", "安"]);
}

async fn nulls_are_the_smallest_in_every_order(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    for workers in [Some(2), None, Some(1)] {
        w.db.apply(plant(new_id(), "410202", "x", &[("workers", workers.into())])).await.unwrap();
    }
    for (direction, expected) in
        [(Direction::Ascending, [None, Some(1), Some(2)]), (Direction::Descending, [Some(2), Some(1), None])]
    {
        let found = w.db.select(&Query::of("plant", system()).sort("workers", direction)).await.unwrap();
        let workers: Vec<Option<i64>> = found.iter().map(|r| r.opt_int("workers").unwrap()).collect();
        assert_eq!(workers, expected);
    }
    let by = Aggregate::count("plant", system()).by("workers");
    let groups = w.db.aggregate(&by).await.unwrap();
    assert_eq!(groups[0].opt_int("workers"), Ok(None));
}

async fn pages_follow_each_other_in_every_order(w: &World) {
    use Direction::{Ascending, Descending};
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let mut sets = Vec::new();
    for i in 0..60_i64 {
        let workers = (i % 4 != 0).then_some(i % 5);
        let name = format!("n{}", i % 7);
        sets.push(plant(new_id(), "410202", &name, &[("workers", workers.into())]));
    }
    assert!(w.db.apply_bulk(sets).await.iter().all(Result::is_ok));
    let orders: [&[(&str, Direction)]; 8] = [
        &[],
        &[("name", Ascending)],
        &[("name", Descending)],
        &[("workers", Ascending)],
        &[("workers", Descending)],
        &[("name", Descending), ("workers", Ascending)],
        &[("workers", Descending), ("name", Ascending)],
        &[("id", Descending)],
    ];
    for order in orders {
        let mut query = Query::of("plant", system()).limit(100);
        for (column, direction) in order {
            query = query.sort(*column, *direction);
        }
        let whole = w.db.select(&query).await.unwrap();
        assert_eq!(whole.len(), 60);
        let mut paged = Vec::new();
        let mut page = query.clone().limit(7);
        loop {
            let rows = w.db.select(&page).await.unwrap();
            let Some(last) = rows.last().cloned() else { break };
            let mut after: Vec<Value> = order.iter().map(|(c, _)| last.value(c).unwrap().clone()).collect();
            if order.iter().all(|(c, _)| *c != "id") {
                after.push(last.value("id").unwrap().clone());
            }
            page = page.after(after);
            paged.extend(rows);
        }
        assert_eq!(paged, whole, "{order:?}");
    }
    let short = Query::of("plant", system()).sort("name", Ascending).after(vec!["x".into()]);
    assert!(matches!(w.db.select(&short).await, Err(StoreError::Unsupported(_))));
}

async fn titles_of_references_are_shown(w: &World) {
    let visits = TableDef::new("visit", "a visit")
        .scoped()
        .column(ColumnDef::new("plant", ColumnKind::Id, ""))
        .column(ColumnDef::new("at", ColumnKind::Int, ""))
        .column(ColumnDef::new("on_day", ColumnKind::Text, ""));
    w.db.ensure_tables(&[plants(), visits]).await.unwrap();
    let (one, day, at) = (new_id(), Day::new(2021, 6, 15).unwrap(), Instant(5));
    let mut set = plant(one, "410202", "甲", &[]);
    let row =
        |plant: Value| crate::world::values(&[("plant", plant), ("at", at.into()), ("on_day", day.into())]);
    set.insert("visit", new_id(), row(one.into()));
    set.insert("visit", new_id(), row(Value::Null));
    w.db.apply(set).await.unwrap();
    let query = Query::of("visit", system()).columns(&["at", "on_day"]).title(
        "plant",
        "plant",
        "name",
        "plant_title",
    );
    let rows = w.db.select(&query).await.unwrap();
    assert_eq!(rows[0].text("plant_title"), Ok("甲"));
    assert_eq!((rows[0].day("on_day"), rows[0].instant("at")), (Ok(day), Ok(at)));
    assert_eq!(rows[1].opt_text("plant_title"), Ok(None));
}

async fn counting_stops_at_its_limit(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let sets = (0..30).map(|i| plant(new_id(), "410202", &i.to_string(), &[])).collect();
    w.db.apply_bulk(sets).await;
    let query = Query::of("plant", system()).limit(1);
    for (limit, expected) in [(10, 10), (30, 30), (1000, 30)] {
        assert_eq!(w.db.count_up_to(&query, limit).await.unwrap(), expected);
    }
}

async fn groups_are_counted_and_summed(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let rows = [("410202", 1, 0.5), ("410202", 2, 0.25), ("410203", 40, 1.0)];
    for (county, workers, tons) in rows {
        let more = [("workers", Value::from(workers)), ("stored_tons", tons.into())];
        w.db.apply(plant(new_id(), county, "x", &more)).await.unwrap();
    }
    let query = Aggregate::count("plant", system())
        .by("county")
        .measure("all_workers", Measure::Sum("workers".into()))
        .measure("tons", Measure::Sum("stored_tons".into()))
        .measure("least", Measure::Min("workers".into()))
        .measure("last_name", Measure::Max("name".into()));
    let groups = w.db.aggregate(&query).await.unwrap();
    let first = &groups[0];
    assert_eq!(
        (first.text("county"), first.int("count"), first.int("all_workers")),
        (Ok("410202"), Ok(2), Ok(3))
    );
    assert_eq!(
        (first.float("tons"), first.int("least"), first.text("last_name")),
        (Ok(0.75), Ok(1), Ok("x"))
    );
    assert_eq!(groups.len(), 2);
    let none = query.clone().filter(Condition::eq("county", "x"));
    assert!(w.db.aggregate(&none).await.unwrap().is_empty());
    let mut over_all = none;
    over_all.by.clear();
    let row = &w.db.aggregate(&over_all).await.unwrap()[0];
    assert_eq!((row.int("count"), row.opt_int("all_workers")), (Ok(0), Ok(None)));
    let unsuited = Aggregate::count("plant", system()).measure("m", Measure::Sum("major".into()));
    assert!(matches!(w.db.aggregate(&unsuited).await, Err(StoreError::Unsupported(_))));
}

async fn a_value_of_another_kind_is_refused(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let cases = [
        ("workers", Value::from("7")),
        ("workers", 7.5.into()),
        ("major", 1.into()),
        ("head", "x".into()),
        ("stored_tons", f64::NAN.into()),
        ("name", "a\0b".into()),
        ("seal", "x".into()),
    ];
    for (column, value) in cases {
        let answer = w.db.apply(plant(new_id(), "410202", "x", &[(column, value.clone())])).await;
        let told = matches!(
            &answer,
            Err(store::WriteError::Store(StoreError::BadValue { column: c, .. })) if c == column
        );
        assert!(told, "{column} {value:?} {answer:?}");
        let asked = w.db.select(&Query::of("plant", system()).filter(Condition::eq(column, value))).await;
        assert!(matches!(asked, Err(StoreError::BadValue { .. })), "{column}");
    }
}
