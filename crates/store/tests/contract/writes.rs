//! The one write path: whole or not at all, once, and no change of somebody else overwritten.

use base::{Id, Instant};
use store::{
    Applied, Change, ChangeSet, Condition, JournalEntry, Query, StoreError, Value, WriteError, numbers,
    setting,
};

use crate::world::{World, new_id, plant, plants, system, values};

on_both_engines! {
    an_update_of_a_changed_record_is_a_conflict
    a_set_is_stored_whole_or_not_at_all
    bad_sets_do_not_harm_the_good_ones_beside_them
    a_repeated_request_is_done_once
    two_submits_at_once_are_done_once
    two_processes_do_not_lose_each_others_updates
    an_upsert_inserts_or_changes
    bulk_stores_the_good_and_reports_the_bad
    bulk_is_done_once_as_well
    numbers_are_never_given_twice
    settings_are_kept
    housekeeping_forgets_old_requests
}

fn duplicate(column: &str) -> WriteError {
    WriteError::Duplicate { table: "plant".into(), columns: vec![column.into()] }
}

fn update(id: Id, version: Option<i64>, name: &str) -> ChangeSet {
    let mut set = ChangeSet::new();
    set.update("plant", id, version, values(&[("name", name.into())]));
    set
}

async fn names(w: &World) -> Vec<String> {
    let rows = w.db.select(&Query::of("plant", system()).limit(10_000)).await.unwrap();
    rows.iter().map(|r| r.text("name").unwrap().to_owned()).collect()
}

async fn an_update_of_a_changed_record_is_a_conflict(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let id = new_id();
    w.db.apply(plant(id, "410202", "甲", &[])).await.unwrap();
    assert_eq!(w.db.apply(update(id, Some(1), "乙")).await, Ok(Applied::Done));
    let conflict = Err(WriteError::Conflict { table: "plant".into(), id });
    assert_eq!(w.db.apply(update(id, Some(1), "丙")).await, conflict);
    assert_eq!(w.db.apply(update(id, None, "丁")).await, Ok(Applied::Done));
    let row = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap();
    assert_eq!((row.int("version"), row.text("name")), (Ok(3), Ok("丁")));
    let nobody = new_id();
    let gone = Err(WriteError::Conflict { table: "plant".into(), id: nobody });
    assert_eq!(w.db.apply(update(nobody, None, "x")).await, gone);
    let mut delete = ChangeSet::new();
    delete.delete("plant", nobody);
    assert_eq!(w.db.apply(delete).await, gone);
    let mut delete = ChangeSet::new();
    delete.delete("plant", id);
    assert_eq!(w.db.apply(delete).await, Ok(Applied::Done));
    assert!(names(w).await.is_empty());
}

async fn a_set_is_stored_whole_or_not_at_all(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let id = new_id();
    w.db.apply(plant(id, "410202", "甲", &[("code", "A".into())])).await.unwrap();
    let mut set = plant(new_id(), "410202", "乙", &[]);
    set.journal.push(JournalEntry {
        at: Instant(1),
        actor: Id::NIL,
        operation: "test".into(),
        table: "plant".into(),
        record: id,
        county: String::new(),
        payload: "{}".into(),
    });
    set.append(plant(new_id(), "410202", "丙", &[("code", "A".into())]));
    assert_eq!(w.db.apply(set).await, Err(duplicate("code")));
    assert_eq!(w.db.apply(plant(id, "410202", "丁", &[])).await, Err(duplicate("id")));
    assert_eq!(names(w).await, ["甲"]);
    assert_eq!(w.db.count_up_to(&Query::of("journal", system()), 10).await.unwrap(), 0);
    let mut unknown = ChangeSet::new();
    unknown.insert("nowhere", new_id(), vec![]);
    assert_eq!(w.db.apply(unknown).await, Err(StoreError::UnknownTable("nowhere".into()).into()));
}

async fn bad_sets_do_not_harm_the_good_ones_beside_them(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let sets = (0..60).map(|i| {
        let code = if i % 3 == 0 { "same".to_owned() } else { format!("c{i}") };
        plant(new_id(), "410202", &format!("n{i}"), &[("code", code.into())])
    });
    let answers = futures_util::future::join_all(sets.map(|set| w.db.apply(set))).await;
    let good = answers.iter().filter(|a| **a == Ok(Applied::Done)).count();
    let bad = answers.iter().filter(|a| **a == Err(duplicate("code"))).count();
    assert_eq!((good, bad), (41, 19));
    assert_eq!(names(w).await.len(), 41);
}

fn keyed(key: &str, result: &str) -> ChangeSet {
    let mut set = plant(new_id(), "410202", result, &[]);
    set.idempotency_key = Some(key.into());
    set.result = result.into();
    set
}

async fn a_repeated_request_is_done_once(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    assert_eq!(w.db.apply(keyed("k", "first")).await, Ok(Applied::Done));
    assert_eq!(w.db.apply(keyed("k", "second")).await, Ok(Applied::AlreadyDone("first".into())));
    assert_eq!(names(w).await, ["first"]);
    // A request that failed has not been done: it may be repeated.
    let mut failing = keyed("other", "x");
    failing.update("plant", new_id(), None, values(&[("name", "y".into())]));
    assert!(w.db.apply(failing).await.is_err());
    assert_eq!(w.db.apply(keyed("other", "z")).await, Ok(Applied::Done));
}

async fn two_submits_at_once_are_done_once(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let other = w.another_process().await;
    for round in 0..10 {
        let key = format!("k{round}");
        let submits = (0..8).map(|i| {
            let db = if i % 2 == 0 { w.db.clone() } else { other.clone() };
            let set = keyed(&key, &format!("r{round}"));
            tokio::spawn(async move { db.apply(set).await.unwrap() })
        });
        let mut done = 0;
        for answer in futures_util::future::join_all(submits).await {
            match answer.unwrap() {
                Applied::Done => done += 1,
                Applied::AlreadyDone(result) => assert_eq!(result, format!("r{round}")),
            }
        }
        assert_eq!(done, 1);
    }
    assert_eq!(names(w).await.len(), 10);
}

async fn two_processes_do_not_lose_each_others_updates(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let other = w.another_process().await;
    let ids = [new_id(), new_id()];
    for id in ids {
        w.db.apply(plant(id, "410202", "x", &[("workers", 0.into())])).await.unwrap();
    }
    let tasks = (0..4_usize).map(|task| {
        let db = if task % 2 == 0 { w.db.clone() } else { other.clone() };
        tokio::spawn(async move {
            for step in 0..10_usize {
                // Both orders of the two records, so that transactions may stand in each other's way.
                let id = ids[(task + step) % 2];
                loop {
                    let query = Query::of("plant", system()).filter(Condition::eq("id", id));
                    let row = db.first(&query).await.unwrap().unwrap();
                    let workers = row.int("workers").unwrap() + 1;
                    let mut set = ChangeSet::new();
                    let version = Some(row.int("version").unwrap());
                    set.update("plant", id, version, values(&[("workers", workers.into())]));
                    match db.apply(set).await {
                        Ok(_) => break,
                        Err(WriteError::Conflict { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        })
    });
    for task in futures_util::future::join_all(tasks).await {
        task.unwrap();
    }
    let rows = w.db.select(&Query::of("plant", system())).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.int("workers").unwrap()).sum::<i64>(), 40);
}

async fn an_upsert_inserts_or_changes(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let first = new_id();
    for (id, name) in [(first, "甲"), (new_id(), "乙")] {
        let mut set = ChangeSet::new();
        let row = values(&[("id", id.into()), ("code", "A".into()), ("name", name.into())]);
        set.changes.push(Change::Upsert { table: "plant".into(), key: vec!["code".into()], values: row });
        w.db.apply(set).await.unwrap();
    }
    let rows = w.db.select(&Query::of("plant", system())).await.unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row.id("id"), row.text("name"), row.int("version")), (Ok(first), Ok("乙"), Ok(2)));
}

async fn bulk_stores_the_good_and_reports_the_bad(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    w.db.apply(plant(new_id(), "410202", "there", &[("code", "c7".into())])).await.unwrap();
    let mut sets: Vec<ChangeSet> = (0..2500)
        .map(|i| plant(new_id(), "410202", &format!("n{i}"), &[("code", format!("c{i}").into())]))
        .collect();
    sets[2000].insert("plant", new_id(), values(&[("workers", "many".into())]));
    let there = w.db.first(&Query::of("plant", system())).await.unwrap().unwrap().id("id").unwrap();
    sets.push(update(there, Some(1), "changed"));
    let answers = w.db.apply_bulk(sets).await;
    let bad: Vec<usize> = (0..answers.len()).filter(|i| answers[*i].is_err()).collect();
    assert_eq!(bad, [7, 2000]);
    assert_eq!(answers[7], Err(duplicate("code")));
    assert!(
        matches!(&answers[2000], Err(WriteError::Store(StoreError::BadValue { column, .. })) if column == "workers")
    );
    let stored = names(w).await;
    assert_eq!(stored.len(), 2499);
    assert!(stored.contains(&"changed".to_owned()));
}

async fn bulk_is_done_once_as_well(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let sets = |from: i32, to: i32| {
        (from..to).map(|i| keyed(&format!("k{i}"), &format!("r{i}"))).collect::<Vec<_>>()
    };
    assert!(w.db.apply_bulk(sets(0, 50)).await.iter().all(|a| *a == Ok(Applied::Done)));
    let again = w.db.apply_bulk(sets(40, 60)).await;
    for (i, answer) in again.iter().enumerate() {
        let expected = if i < 10 { Applied::AlreadyDone(format!("r{}", i + 40)) } else { Applied::Done };
        assert_eq!(*answer, Ok(expected));
    }
    assert_eq!(names(w).await.len(), 60);
}

async fn numbers_are_never_given_twice(w: &World) {
    let other = w.another_process().await;
    let takes = (0..20_u32).map(|i| {
        let db = if i % 2 == 0 { w.db.clone() } else { other.clone() };
        async move { (numbers::next(&db, "hazard.2021", i % 3 + 1).await.unwrap(), i64::from(i % 3 + 1)) }
    });
    let mut blocks = futures_util::future::join_all(takes).await;
    blocks.sort_unstable();
    let mut next = 1;
    for (first, count) in blocks {
        assert_eq!(first, next);
        next += count;
    }
    assert_eq!(numbers::next(&w.db, "other", 5).await.unwrap(), 1);
}

async fn settings_are_kept(w: &World) {
    assert_eq!(setting::get(&w.db, "pack").await.unwrap(), None);
    setting::set(&w.db, "pack", "1").await.unwrap();
    setting::set(&w.db, "pack", "2").await.unwrap();
    assert_eq!(setting::get(&w.another_process().await, "pack").await.unwrap().as_deref(), Some("2"));
    let listed =
        w.db.first(&Query::of("setting", system()).filter(Condition::eq("name", "pack"))).await.unwrap();
    assert_eq!(listed.unwrap().value("value"), Ok(&Value::from("2")));
}

async fn housekeeping_forgets_old_requests(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    w.db.apply(keyed("k", "first")).await.unwrap();
    w.db.tidy(Instant(0)).await.unwrap();
    assert_eq!(w.db.apply(keyed("k", "second")).await, Ok(Applied::AlreadyDone("first".into())));
    w.db.tidy(Instant::NEVER).await.unwrap();
    assert_eq!(w.db.apply(keyed("k", "third")).await, Ok(Applied::Done));
}
