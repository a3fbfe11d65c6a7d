//! Backups while people work, and restoring them, also on the other engine.

use base::{FixedClock, Id, Instant};
use store::blobs::Blobs;
use store::{
    ChangeSet, Database, Delta, JournalEntry, NewJob, Query, SearchEntry, StoreError, Value, backup,
};
use store::{jobs, journal, numbers, rollup, search, setting};

use crate::world::{World, new_id, plant, plants, system};

on_both_engines! {
    a_backup_restores_everything_on_either_engine
    a_backup_is_the_state_of_one_instant
    a_changed_backup_is_refused
    nothing_is_overwritten
}

const CLOCK: FixedClock = FixedClock(Instant(1_620_000_000_000_000));

async fn fill(w: &World) -> Id {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let id = new_id();
    let mut set =
        plant(id, "410202", "甲\n\"乙\"", &[("stored_tons", 0.1.into()), ("seal", vec![0, 255].into())]);
    set.idempotency_key = Some("k".into());
    set.result = "r".into();
    set.journal.push(JournalEntry {
        at: Instant(1),
        actor: Id::NIL,
        operation: "x".into(),
        table: "plant".into(),
        record: id,
        county: "410202".into(),
        payload: "{}".into(),
    });
    let (county, empty) = ("410202".to_owned(), String::new());
    set.deltas.push(Delta {
        counter: "plant".into(),
        county: county.clone(),
        township: empty.clone(),
        sector: empty.clone(),
        value: empty.clone(),
        amount: 3,
    });
    set.jobs.push(NewJob { kind: "mail".into(), payload: "{}".into(), run_at: Instant(0), once: None });
    set.search.push(SearchEntry {
        table: "plant".into(),
        id,
        county,
        township: empty.clone(),
        organisation: Id::NIL,
        sector: empty.clone(),
        park: empty,
        text: "开封化工".into(),
    });
    w.db.apply(set).await.unwrap();
    numbers::next(&w.db, "hazard", 10).await.unwrap();
    setting::set(&w.db, "pack", "7").await.unwrap();
    id
}

async fn a_backup_restores_everything_on_either_engine(w: &World) {
    let id = fill(w).await;
    let mut anchor = None;
    while anchor.is_none() {
        anchor = journal::seal(&w.db, &CLOCK, "test").await.unwrap();
    }
    let blobs = Blobs::open(w.folder.path().join("blobs")).await.unwrap();
    let photo = blobs.put(&b"photo"[..], 100).await.unwrap();
    let folder = w.folder.path().join("backup");
    let manifest = backup::write(&w.db, Some(&blobs), &folder, &CLOCK).await.unwrap();
    assert_eq!(backup::check(&folder).unwrap(), manifest);
    let before = w.db.select(&Query::of("plant", system())).await.unwrap();
    let mut places = vec![World::sqlite().await];
    places.extend(World::postgres().await);
    for place in places {
        let target = place.folder.path().join("restored");
        backup::restore(&folder, &place.db, &target).await.unwrap();
        let db = place.another_process().await;
        assert_eq!(db.select(&Query::of("plant", system())).await.unwrap(), before);
        assert!(Blobs::open(&target).await.unwrap().verify(&photo.hash).await.unwrap());
        assert!(journal::verify(&db, &Vec::from_iter(anchor.clone())).await.unwrap().is_whole());
        assert_eq!(numbers::next(&db, "hazard", 1).await.unwrap(), 11);
        assert_eq!(setting::get(&db, "pack").await.unwrap().as_deref(), Some("7"));
        assert_eq!(search::find(&db, "化工", &[], &system(), 9).await.unwrap(), [("plant".to_owned(), id)]);
        let total = rollup::totals(&db, "plant", &system(), &[]).await.unwrap();
        assert_eq!(total[0].int("amount"), Ok(3));
        assert_eq!(jobs::lease(&db, &[], Instant(1), Instant(2), 9).await.unwrap().len(), 1);
        goes_on(&db, id).await;
    }
}

/// After a restore people work on: versions, new journal entries, repeated requests.
async fn goes_on(db: &Database, id: Id) {
    assert!(db.ensure_tables(&[plants()]).await.unwrap().is_empty());
    let mut set = ChangeSet { idempotency_key: Some("k".into()), ..ChangeSet::new() };
    assert_eq!(db.apply(set.clone()).await, Ok(store::Applied::AlreadyDone("r".into())));
    set.idempotency_key = None;
    set.update("plant", id, Some(1), vec![("name".to_owned(), Value::from("丙"))]);
    set.journal.push(JournalEntry {
        at: Instant(2),
        actor: Id::NIL,
        operation: "y".into(),
        table: "plant".into(),
        record: id,
        county: String::new(),
        payload: "{}".into(),
    });
    set.jobs.push(NewJob { kind: "mail".into(), payload: "{}".into(), run_at: Instant(0), once: None });
    db.apply(set).await.unwrap();
    while journal::verify(db, &[]).await.unwrap().unsealed > 0 {
        journal::seal(db, &CLOCK, "test").await.unwrap();
    }
    let report = journal::verify(db, &[]).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.entries, 2);
}

async fn a_backup_is_the_state_of_one_instant(w: &World) {
    fill(w).await;
    let db = w.db.clone();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    // Every set stores one plant and one delta: in any one instant there are as many of both.
    let writing = tokio::spawn(async move {
        let mut count = 0;
        while stopped.try_recv().is_err() {
            let mut set = plant(new_id(), "410202", "x", &[]);
            set.deltas.push(Delta {
                counter: "together".into(),
                county: String::new(),
                township: String::new(),
                sector: String::new(),
                value: String::new(),
                amount: 1,
            });
            db.apply(set).await.unwrap();
            count += 1;
        }
        count
    });
    let mut folders = Vec::new();
    for n in 0..3 {
        let folder = w.folder.path().join(format!("backup{n}"));
        backup::write(&w.db, None, &folder, &CLOCK).await.unwrap();
        folders.push(folder);
    }
    stop.send(()).unwrap();
    assert!(writing.await.unwrap() > 0);
    for folder in folders {
        let place = World::sqlite().await;
        backup::restore(&folder, &place.db, &place.folder.path().join("b")).await.unwrap();
        let plants = place.db.count_up_to(&Query::of("plant", system()), 1_000_000).await.unwrap();
        let total = rollup::totals(&place.db, "together", &system(), &[]).await.unwrap();
        assert_eq!(total[0].int("amount"), Ok(plants as i64 - 1));
    }
}

async fn a_changed_backup_is_refused(w: &World) {
    fill(w).await;
    let folder = w.folder.path().join("backup");
    backup::write(&w.db, None, &folder, &CLOCK).await.unwrap();
    let path = folder.join("tables/plant.rows");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace('甲', "丁")).unwrap();
    let place = World::sqlite().await;
    let refused = backup::restore(&folder, &place.db, &place.folder.path().join("b")).await;
    assert!(
        matches!(&refused, Err(StoreError::File { path, .. }) if path.ends_with("plant.rows")),
        "{refused:?}"
    );
    assert!(matches!(place.db.table_names().await.unwrap().as_slice(), []), "nothing was written");
    std::fs::remove_file(folder.join("manifest.json")).unwrap();
    assert!(matches!(backup::check(&folder), Err(StoreError::File { .. })));
}

async fn nothing_is_overwritten(w: &World) {
    fill(w).await;
    let folder = w.folder.path().join("backup");
    backup::write(&w.db, None, &folder, &CLOCK).await.unwrap();
    assert!(matches!(backup::write(&w.db, None, &folder, &CLOCK).await, Err(StoreError::File { .. })));
    let used = backup::restore(&folder, &w.db, &w.folder.path().join("b")).await;
    assert!(matches!(used, Err(StoreError::Unsupported(_))), "{used:?}");
}
