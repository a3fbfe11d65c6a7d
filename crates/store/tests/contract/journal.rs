//! The journal: every later change of the past shows.

use base::{FixedClock, Id, Instant};
use store::journal::{self, Anchor, Report};
use store::{ChangeSet, JournalEntry};

use crate::world::{World, new_id};

on_both_engines! {
    a_sealed_journal_verifies_with_its_anchors
    every_kind_of_tampering_is_found
    a_rewritten_chain_differs_from_its_anchor
    erased_payloads_leave_the_chain_whole
    unfinished_transactions_are_not_sealed_over
    several_sealers_make_one_chain
    what_came_since_is_told
    what_a_transaction_finishes_later_is_told
}

const CLOCK: FixedClock = FixedClock(Instant(1_620_000_000_000_000));

fn entry(record: Id, number: usize) -> JournalEntry {
    JournalEntry {
        at: Instant(number as i64),
        actor: Id::from_u128(1),
        operation: "hazard.report".into(),
        table: "hazard".into(),
        record,
        county: "410202".into(),
        payload: format!("{{\"number\": {number}}}"),
    }
}

async fn write(w: &World, count: usize) -> Id {
    let record = new_id();
    for number in 0..count {
        let set = ChangeSet { journal: vec![entry(record, number)], ..ChangeSet::new() };
        w.db.apply(set).await.unwrap();
    }
    record
}

async fn seal(w: &World) -> Option<Anchor> {
    journal::seal(&w.db, &CLOCK, "a test").await.unwrap()
}

/// Seals all that was written, as one block. Other tests run transactions on the same server, so that it may take a
/// moment until everything counts as finished.
async fn seal_all(w: &World) -> Option<Anchor> {
    w.until_all_is_finished().await;
    let mut last = None;
    while verify(w, &[]).await.unsealed > 0 {
        last = seal(w).await.or(last);
    }
    last
}

async fn verify(w: &World, anchors: &[Anchor]) -> Report {
    journal::verify(&w.db, anchors).await.unwrap()
}

async fn a_sealed_journal_verifies_with_its_anchors(w: &World) {
    assert_eq!(seal(w).await, None);
    assert!(verify(w, &[]).await.is_whole());
    let mut anchors = Vec::new();
    for count in [1, 5, 8] {
        write(w, count).await;
        anchors.push(seal_all(w).await.unwrap());
    }
    write(w, 2).await;
    assert_eq!(journal::head(&w.db).await.unwrap().as_ref(), anchors.last());
    let kept: Vec<Anchor> = anchors.iter().map(|a| a.to_string().parse().unwrap()).collect();
    let report = verify(w, &kept).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.blocks, report.entries, report.unsealed, report.anchors), (3, 14, 2, 3));
}

async fn every_kind_of_tampering_is_found(w: &World) {
    // Block 1 holds entries 1 to 3, block 2 entries 4 to 6.
    let cases: [(&str, i64, Option<i64>, &str); 13] = [
        ("UPDATE journal SET payload = '{}' WHERE seq = 5", 2, Some(5), "payload was changed"),
        ("UPDATE journal SET payload = NULL, salt = NULL WHERE seq = 5", 2, Some(5), "without being marked"),
        ("UPDATE journal SET at = at + 1 WHERE seq = 2", 1, None, "changed, moved or exchanged"),
        ("UPDATE journal SET county = 'x' WHERE seq = 2", 1, None, "changed, moved or exchanged"),
        ("UPDATE journal SET operation = 'x' WHERE seq = 6", 2, None, "changed, moved or exchanged"),
        ("DELETE FROM journal WHERE seq = 4", 2, None, "holds 2 entries, 3 were sealed"),
        ("UPDATE journal SET block = NULL WHERE seq = 4", 2, None, "holds 2 entries"),
        ("UPDATE journal SET block = 9 WHERE seq = 4", 2, None, "holds 2 entries"),
        (
            "UPDATE journal SET seq = 100 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 5; \
          UPDATE journal SET seq = 5 WHERE seq = 100",
            2,
            None,
            "changed, moved or exchanged",
        ),
        ("UPDATE journal_block SET at = at + 1 WHERE number = 1", 1, None, "hash does not suit"),
        ("UPDATE journal_block SET hash = root WHERE number = 1", 1, None, "hash does not suit"),
        ("UPDATE journal_block SET previous = root WHERE number = 2", 2, None, "does not follow"),
        ("DELETE FROM journal_block WHERE number = 1", 1, None, "the block is missing"),
    ];
    for (sql, block, entry, problem) in cases {
        let restart = match w.db.engine() {
            store::Engine::Sqlite => "DELETE FROM sqlite_sequence WHERE name = 'journal'",
            store::Engine::Postgres => "ALTER SEQUENCE journal_seq_seq RESTART",
        };
        w.tamper(&format!("DELETE FROM journal; DELETE FROM journal_block; {restart}")).await;
        for _ in 0..2 {
            write(w, 3).await;
            seal_all(w).await;
        }
        assert!(verify(w, &[]).await.is_whole());
        w.tamper(sql).await;
        let broken = verify(w, &[]).await.broken.unwrap_or_else(|| panic!("{sql} was not found"));
        assert_eq!((broken.block, broken.entry), (block, entry), "{sql}: {broken:?}");
        assert!(broken.problem.contains(problem), "{sql}: {broken:?}");
    }
}

async fn a_rewritten_chain_differs_from_its_anchor(w: &World) {
    write(w, 3).await;
    let anchor = seal_all(w).await.unwrap();
    // Whoever owns the database removes the past and seals another one.
    w.tamper("DELETE FROM journal; DELETE FROM journal_block").await;
    let gone = verify(w, std::slice::from_ref(&anchor)).await.broken.unwrap();
    assert!(gone.problem.contains("which is missing"), "{gone:?}");
    write(w, 3).await;
    seal_all(w).await.unwrap();
    assert!(verify(w, &[]).await.is_whole());
    let broken = verify(w, &[anchor]).await.broken.unwrap();
    assert!(broken.problem.contains("anchor kept outside"), "{broken:?}");
}

async fn erased_payloads_leave_the_chain_whole(w: &World) {
    let person = write(w, 2).await;
    write(w, 2).await;
    seal_all(w).await.unwrap();
    assert_eq!(journal::erase_record(&w.db, person, Instant(9)).await.unwrap(), 2);
    assert_eq!(journal::erase_record(&w.db, person, Instant(9)).await.unwrap(), 0);
    let report = verify(w, &[]).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.entries, report.erased), (4, 2));
}

/// A transaction that has entered something about `x` and has not ended.
async fn unfinished(w: &World) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&w.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let insert = "BEGIN; INSERT INTO journal (at, actor, operation, table_name, record_id, county, payload_hash, \
                  payload, salt) SELECT 1, '00000000000000000000000000000000', 'x', 'x', \
                  '00000000000000000000000000000000', '', ''::bytea, '', ''::bytea";
    client.batch_execute(insert).await.unwrap();
    client
}

async fn unfinished_transactions_are_not_sealed_over(w: &World) {
    if w.db.engine() == store::Engine::Sqlite {
        return; // One writer: there is no unfinished transaction beside a finished one.
    }
    let client = unfinished(w).await;
    write(w, 2).await;
    assert_eq!(seal(w).await, None, "an entry before these is not finished yet");
    client.batch_execute("ROLLBACK").await.unwrap();
    assert!(seal_all(w).await.is_some());
    assert_eq!(verify(w, &[]).await.entries, 2);
}

async fn several_sealers_make_one_chain(w: &World) {
    let other = w.another_process().await;
    for round in 0..5 {
        write(w, 4).await;
        let (one, two) = (format!("a{round}"), format!("b{round}"));
        let (a, b) = tokio::join!(journal::seal(&w.db, &CLOCK, &one), journal::seal(&other, &CLOCK, &two));
        a.unwrap();
        b.unwrap();
    }
    seal_all(w).await;
    let report = verify(w, &[]).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.entries, 20);
}

async fn since(w: &World, then: journal::Position) -> Vec<(String, Id)> {
    journal::changed_since(&w.db, then, then.first()).await.unwrap().0
}

async fn what_came_since_is_told(w: &World) {
    let nothing = journal::position(&w.db).await.unwrap();
    let first = write(w, 2).await;
    let hazard = |id: Id| ("hazard".to_owned(), id);
    assert_eq!(since(w, nothing).await, [hazard(first), hazard(first)]);
    w.until_all_is_finished().await;
    let then = journal::position(&w.db).await.unwrap();
    assert_eq!(then.to_string().parse(), Ok(then));
    assert_eq!(since(w, then).await, []);
    let second = write(w, 1).await;
    assert_eq!(since(w, then).await, [hazard(second)]);
    assert!(journal::knows(&w.db, then).await.unwrap());
    let of_another: journal::Position = "9000000000000000000/0".parse().unwrap();
    assert!(!journal::knows(&w.db, of_another).await.unwrap());
}

async fn what_a_transaction_finishes_later_is_told(w: &World) {
    if w.db.engine() == store::Engine::Sqlite {
        return; // One writer: entries come in the order of their numbers.
    }
    let client = unfinished(w).await;
    write(w, 2).await;
    let then = journal::position(&w.db).await.unwrap();
    client.batch_execute("COMMIT").await.unwrap();
    let tables: Vec<String> = since(w, then).await.into_iter().map(|(table, _)| table).collect();
    assert!(tables.contains(&"x".to_owned()), "its number is below those that were there: {tables:?}");
}
