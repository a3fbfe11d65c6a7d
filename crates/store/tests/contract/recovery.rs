//! What is acknowledged is kept, and whatever breaks is told clearly and passes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use store::{Database, Query, StoreError, WriteError};

use crate::world::{World, new_id, plant, plants, system};

on_both_engines! {
    a_killed_process_loses_nothing_acknowledged
    a_lost_connection_is_told_and_the_writer_recovers
    an_unreachable_database_is_told
}

/// Names the database to the process that is to be killed: the same test, started once more.
const KILLED: &str = "ANLAN_TEST_KILLED";

/// Stores plants and says which, until the process is killed.
async fn store_until_killed(url: &str) {
    let db = Database::open(url).await.unwrap();
    let writers = (0..4).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            for n in 0.. {
                let name = format!("{writer}-{n}");
                db.apply(plant(new_id(), "410202", &name, &[])).await.unwrap();
                println!("stored {name}");
            }
        })
    });
    futures_util::future::join_all(writers).await;
}

async fn a_killed_process_loses_nothing_acknowledged(w: &World) {
    if let Ok(url) = std::env::var(KILLED) {
        return store_until_killed(&url).await;
    }
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "recovery::sqlite::a_killed_process_loses_nothing_acknowledged", "--nocapture"])
        .env(KILLED, &w.url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while acknowledged.len() < 300 {
        let line = lines.next().unwrap().unwrap();
        acknowledged.extend(line.strip_prefix("stored ").map(str::to_owned));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What was printed before the kill counts too.
    acknowledged
        .extend(lines.map_while(Result::ok).filter_map(|l| l.strip_prefix("stored ").map(str::to_owned)));
    let db = w.another_process().await;
    let rows = db.select(&Query::of("plant", system()).columns(&["name"]).limit(1_000_000)).await.unwrap();
    let stored: std::collections::HashSet<&str> = rows.iter().map(|r| r.text("name").unwrap()).collect();
    // The last line may be cut in the middle.
    acknowledged.pop();
    for name in &acknowledged {
        assert!(stored.contains(name.as_str()), "{name} was acknowledged and is gone");
    }
}

async fn a_lost_connection_is_told_and_the_writer_recovers(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    if w.db.engine() == store::Engine::Sqlite {
        return; // The file is its own connection; a full disk is tested below.
    }
    let schema = w.url.rsplit("%3D").next().unwrap().to_owned();
    let db = w.db.clone();
    let writing = tokio::spawn(async move {
        let (mut stored, mut refused) = (Vec::new(), 0);
        while refused == 0 || stored.last().is_none_or(|(_, after)| *after == 0) {
            let (id, so_far) = (new_id(), refused);
            match db.apply(plant(id, "410202", "x", &[])).await {
                Ok(_) => stored.push((id, so_far)),
                Err(WriteError::Store(StoreError::Unavailable(_))) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        stored
    });
    let kill = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE pid <> pg_backend_pid() AND application_name = '{schema}'; SELECT pg_sleep(0.05)"
    );
    // A connection that breaks between two commits is replaced unseen: until it breaks in the middle of one.
    while !writing.is_finished() {
        w.tamper(&kill).await;
    }
    let stored = writing.await.unwrap();
    let rows = w.db.select(&Query::of("plant", system()).limit(1_000_000)).await.unwrap();
    for (id, _) in stored {
        assert!(rows.iter().any(|r| r.id("id") == Ok(id)), "{id} was acknowledged and is gone");
    }
}

async fn an_unreachable_database_is_told(_: &World) {
    for (url, address) in [
        ("postgres://nobody@127.0.0.1:1/nothing", false),
        ("sqlite:/proc/nothing/anlan.db", false),
        ("mysql://x", true),
        ("postgres://x:y:z", true),
    ] {
        let answer = Database::open(url).await.map(|_| ()).unwrap_err();
        assert_eq!(matches!(answer, StoreError::Address(_)), address, "{url}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_the_writer_recovers() {
    let w = World::sqlite().await;
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let full = Database::open(&format!("{}?max_pages=600", w.url)).await.unwrap();
    let large = "x".repeat(20_000);
    let mut acknowledged = Vec::new();
    let mut answer = Ok(store::Applied::Done);
    while answer.is_ok() {
        let id = new_id();
        answer = full.apply(plant(id, "410202", &large, &[])).await;
        acknowledged.extend(answer.is_ok().then_some(id));
    }
    assert!(matches!(answer, Err(WriteError::Store(StoreError::Full(_)))), "{answer:?}");
    let together = (0..5).map(|_| full.apply(plant(new_id(), "410202", &large, &[])));
    for answer in futures_util::future::join_all(together).await {
        assert!(matches!(answer, Err(WriteError::Store(StoreError::Full(_)))), "{answer:?}");
    }
    // Somebody makes room.
    let mut delete = store::ChangeSet::new();
    for id in acknowledged.drain(..10) {
        delete.delete("plant", id);
    }
    full.apply(delete).await.unwrap();
    let id = new_id();
    full.apply(plant(id, "410202", &large, &[])).await.unwrap();
    acknowledged.push(id);
    let rows = w.db.select(&Query::of("plant", system()).limit(10_000)).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id("id").unwrap()).collect::<Vec<_>>(), acknowledged);
}
