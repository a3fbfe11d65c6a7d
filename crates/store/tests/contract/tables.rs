//! Tables of packs: additive, under one lock.

use store::{ColumnDef, ColumnKind, Condition, IndexOnly, Query, StoreError, TableDef, Value};

use crate::world::{World, new_id, plant, plants, system, values};

on_both_engines! {
    the_same_description_again_does_nothing
    a_new_column_and_index_are_added
    a_changed_kind_is_a_new_column_with_its_values
    a_column_that_is_no_longer_described_is_hidden_and_kept
    processes_that_describe_tables_together_agree
    indexes_set_aside_come_back_even_after_a_killed_process
    an_index_of_some_rows_serves_the_same_answers
    another_process_learns_of_a_new_table_and_column
    names_that_are_not_names_are_refused
    migrations_run_once_and_a_changed_one_is_told
}

async fn the_same_description_again_does_nothing(w: &World) {
    assert!(!w.db.ensure_tables(&[plants()]).await.unwrap().is_empty());
    assert_eq!(w.db.ensure_tables(&[plants()]).await.unwrap(), Vec::<String>::new());
}

async fn a_new_column_and_index_are_added(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let id = new_id();
    w.db.apply(plant(id, "410202", "甲", &[])).await.unwrap();
    let wider = plants()
        .column(ColumnDef::new("sealed", ColumnKind::Bool, "closed by order").never_null())
        .column(ColumnDef::new("note", ColumnKind::Text, ""))
        .index(&["sealed"]);
    let done = w.db.ensure_tables(&[wider]).await.unwrap();
    assert_eq!(done.len(), 3, "{done:?}");
    let row = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap();
    assert_eq!((row.bool("sealed"), row.opt_text("note")), (Ok(false), Ok(None)));
}

async fn a_changed_kind_is_a_new_column_with_its_values(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    w.db.apply(plant(new_id(), "410202", "甲", &[("workers", 7.into()), ("code", "A".into())]))
        .await
        .unwrap();
    let mut changed = plants();
    for column in &mut changed.columns {
        match column.name.as_str() {
            "workers" => column.kind = ColumnKind::Float,
            "code" => column.kind = ColumnKind::Int,
            "details" => column.never_null = true,
            _ => {}
        }
    }
    let done = w.db.ensure_tables(&[changed.clone()]).await.unwrap().join("\n");
    assert!(done.contains("plant.workers is now Float"), "{done}");
    assert!(
        done.contains("plant.code is now Int (Text before, kept as code); its values were not taken over"),
        "{done}"
    );
    let row = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap();
    assert_eq!((row.float("workers"), row.opt_int("code")), (Ok(7.0), Ok(None)));
    // The unique index stands on the new column now; the old one refuses nothing any more.
    w.db.apply(plant(new_id(), "410202", "乙", &[("workers", 1.5.into()), ("code", 5.into())]))
        .await
        .unwrap();
    let again = w.db.apply(plant(new_id(), "410202", "丙", &[("code", 5.into())])).await;
    assert_eq!(
        again,
        Err(store::WriteError::Duplicate { table: "plant".into(), columns: vec!["code".into()] })
    );
    assert_eq!(w.db.ensure_tables(&[changed]).await.unwrap(), Vec::<String>::new());
}

async fn a_column_that_is_no_longer_described_is_hidden_and_kept(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let id = new_id();
    w.db.apply(plant(id, "410202", "甲", &[("code", "A".into())])).await.unwrap();
    let mut narrower = plants();
    narrower.columns.retain(|c| c.name != "code");
    narrower.indexes.retain(|i| i.columns != ["code"]);
    w.db.ensure_tables(&[narrower]).await.unwrap();
    let row = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap();
    assert_eq!(row.get("code"), None);
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let row = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap();
    assert_eq!(row.text("code"), Ok("A"));
}

async fn processes_that_describe_tables_together_agree(w: &World) {
    let other = w.another_process().await;
    let second = TableDef::new("visit", "").column(ColumnDef::new("on_day", ColumnKind::Text, ""));
    let (a, b) = ([plants(), second.clone()], [second, plants()]);
    let (one, two) = tokio::join!(w.db.ensure_tables(&a), other.ensure_tables(&b));
    let made = [one.unwrap(), two.unwrap()].concat();
    assert_eq!(made.iter().filter(|m| m.starts_with("table ")).count(), 2, "{made:?}");
    other.apply(plant(new_id(), "410202", "甲", &[])).await.unwrap();
}

async fn another_process_learns_of_a_new_table_and_column(w: &World) {
    let other = w.another_process().await;
    w.db.ensure_tables(&[plants()]).await.unwrap();
    assert!(other.select(&Query::of("plant", system())).await.unwrap().is_empty());
    w.db.ensure_tables(&[plants().column(ColumnDef::new("grade", ColumnKind::Text, ""))]).await.unwrap();
    let query = Query::of("plant", system()).columns(&["grade"]);
    assert!(other.select(&query).await.unwrap().is_empty());
    other.apply(plant(new_id(), "410202", "甲", &[("grade", "red".into())])).await.unwrap();
    let missing = other.select(&Query::of("nowhere", system())).await;
    assert_eq!(missing, Err(StoreError::UnknownTable("nowhere".into())));
}

async fn names_that_are_not_names_are_refused(w: &World) {
    for name in ["", "Plant", "1a", "a b", "隐患", "a\"; DROP TABLE x", &"a".repeat(49), "journal"] {
        let answer = w.db.ensure_tables(&[TableDef::new(name, "")]).await;
        assert!(matches!(answer, Err(StoreError::BadName(_))), "{name}: {answer:?}");
    }
    let twice = TableDef::new("t", "").column(ColumnDef::new("id", ColumnKind::Id, ""));
    let twice = twice.column(ColumnDef::new("id", ColumnKind::Id, ""));
    assert!(matches!(w.db.ensure_tables(&[twice]).await, Err(StoreError::BadName(_))));
    let astray = TableDef::new("t", "").index(&["nothing"]);
    assert!(matches!(w.db.ensure_tables(&[astray]).await, Err(StoreError::UnknownColumn { .. })));
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let mut set = plant(new_id(), "410202", "甲", &[]);
    set.insert("plant", new_id(), values(&[("name\" = 1", Value::Null)]));
    assert!(w.db.apply(set).await.is_err());
}

async fn migrations_run_once_and_a_changed_one_is_told(w: &World) {
    assert_eq!(w.db.migrate().await.unwrap(), Vec::<String>::new());
    w.tamper("UPDATE migration SET digest = 'x' WHERE number = 1").await;
    assert!(matches!(w.db.migrate().await, Err(StoreError::Migration { number: 1, .. })));
    w.tamper("INSERT INTO migration (number, title, digest, at) VALUES (999, 'later', 'x', 0)").await;
    assert!(matches!(w.db.migrate().await, Err(StoreError::Migration { number: 999, .. })));
}

async fn indexes_set_aside_come_back_even_after_a_killed_process(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let standing = w.indexes("plant").await;
    assert!(standing.iter().any(|name| name == "plant__i_name_id"), "{standing:?}");
    store::indexes::set_aside(&w.db, &["plant"]).await.unwrap();
    assert_eq!(w.indexes("plant").await, standing, "an empty table keeps its indexes");
    w.db.apply(plant(new_id(), "410202", "zero", &[])).await.unwrap();
    store::indexes::set_aside(&w.db, &["plant", "journal"]).await.unwrap();
    assert!(w.indexes("plant").await.iter().all(|name| name != "plant__i_name_id"));
    w.db.apply(plant(new_id(), "410202", "one", &[])).await.unwrap();
    // The process ends here; the next one brings them back when it opens the database.
    let next = w.another_process().await;
    next.migrate().await.unwrap();
    assert_eq!(w.indexes("plant").await, standing);
    store::indexes::bring_back(&next).await.unwrap();
    assert_eq!(w.indexes("plant").await, standing);
}

async fn an_index_of_some_rows_serves_the_same_answers(w: &World) {
    let mut table =
        plants().column(ColumnDef::new("gone_at", ColumnKind::Int, "0 while it counts").never_null());
    table = table.column(ColumnDef::new("parent", ColumnKind::Id, "reference"));
    table = table.index_only(&["county", "id"], IndexOnly::Zero("gone_at".to_owned()));
    table = table.index_only(&["parent", "id"], IndexOnly::Present("parent".to_owned()));
    w.db.ensure_tables(&[table]).await.unwrap();
    let parent = new_id();
    for (name, gone, with_parent) in [("a", 0, true), ("b", 7, true), ("c", 0, false)] {
        let more = [
            ("gone_at", Value::Int(gone)),
            ("parent", if with_parent { parent.into() } else { Value::Null }),
        ];
        w.db.apply(plant(new_id(), "410202", name, &more)).await.unwrap();
    }
    let names = |condition: Condition| async {
        let query = Query::of("plant", system()).columns(&["name"]).filter(condition).limit(10);
        let rows = w.db.select(&query).await.unwrap();
        rows.iter().map(|row| row.text("name").unwrap().to_owned()).collect::<Vec<_>>()
    };
    let here = Condition::eq("county", "410202");
    assert_eq!(names(here.clone().and(Condition::eq("gone_at", 0_i64))).await, ["a", "c"]);
    assert_eq!(names(here.and(Condition::eq("gone_at", 7_i64))).await, ["b"]);
    assert_eq!(names(Condition::eq("parent", parent)).await, ["a", "b"]);
    assert_eq!(names(Condition::IsNull("parent".into())).await, ["c"]);
}
