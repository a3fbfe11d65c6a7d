//! Jobs and leases: one worker at a time, and nothing lost with a worker that dies.

use base::Instant;
use store::{ChangeSet, Condition, NewJob, Query, jobs, lease};

use crate::world::{World, system};

on_both_engines! {
    due_jobs_are_leased_by_one_worker_each
    a_job_of_a_dead_worker_is_leased_again
    a_failed_job_comes_again_or_is_given_up
    a_job_wanted_once_waits_once
    a_lease_has_one_holder
}

fn job(kind: &str, run_at: i64, once: Option<&str>) -> NewJob {
    NewJob { kind: kind.into(), payload: "{}".into(), run_at: Instant(run_at), once: once.map(str::to_owned) }
}

async fn add(w: &World, jobs: Vec<NewJob>) {
    w.db.apply(ChangeSet { jobs, ..ChangeSet::new() }).await.unwrap();
}

async fn due_jobs_are_leased_by_one_worker_each(w: &World) {
    add(w, (0..20).map(|i| job(if i % 2 == 0 { "mail" } else { "sweep" }, i, None)).collect()).await;
    let other = w.another_process().await;
    let (now, until) = (Instant(9), Instant(100));
    let (a, b) = tokio::join!(
        jobs::lease(&w.db, &["mail"], now, until, 3),
        jobs::lease(&other, &["mail"], now, until, 3)
    );
    let mut taken: Vec<i64> = a.unwrap().iter().chain(&b.unwrap()).map(|j| j.number).collect();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), 5, "the five mails that are due, each once");
    let rest = jobs::lease(&w.db, &[], Instant(1000), Instant(2000), 100).await.unwrap();
    assert_eq!(rest.len(), 20, "leases that ran out are free again");
    for job in &rest {
        assert!(jobs::done(&w.db, job).await.unwrap());
    }
    assert_eq!(w.db.count_up_to(&Query::of("job", system()), 100).await.unwrap(), 0);
}

async fn a_job_of_a_dead_worker_is_leased_again(w: &World) {
    add(w, vec![job("mail", 0, None)]).await;
    let dead = jobs::lease(&w.db, &[], Instant(1), Instant(10), 1).await.unwrap().remove(0);
    assert!(jobs::lease(&w.db, &[], Instant(9), Instant(20), 1).await.unwrap().is_empty());
    let next = jobs::lease(&w.db, &[], Instant(10), Instant(20), 1).await.unwrap().remove(0);
    assert_eq!((next.number, next.attempts), (dead.number, 2));
    assert!(!jobs::done(&w.db, &dead).await.unwrap(), "it is somebody else's by now");
    assert!(!jobs::failed(&w.db, &dead, "late", None).await.unwrap());
    assert!(jobs::done(&w.db, &next).await.unwrap());
}

async fn a_failed_job_comes_again_or_is_given_up(w: &World) {
    add(w, vec![job("mail", 0, None)]).await;
    let first = jobs::lease(&w.db, &[], Instant(1), Instant(10), 1).await.unwrap().remove(0);
    assert!(jobs::failed(&w.db, &first, "no answer", Some(Instant(50))).await.unwrap());
    assert!(jobs::lease(&w.db, &[], Instant(49), Instant(60), 1).await.unwrap().is_empty());
    let second = jobs::lease(&w.db, &[], Instant(50), Instant(60), 1).await.unwrap().remove(0);
    assert!(jobs::failed(&w.db, &second, "still no answer", None).await.unwrap());
    assert!(jobs::lease(&w.db, &[], Instant(9999), Instant(99999), 1).await.unwrap().is_empty());
    let given_up = Query::of("job", system()).filter(Condition::eq("given_up", true));
    let row = w.db.first(&given_up).await.unwrap().unwrap();
    assert_eq!(row.text("last_error"), Ok("still no answer"));
}

async fn a_job_wanted_once_waits_once(w: &World) {
    add(w, vec![job("fold", 0, Some("a")), job("fold", 0, Some("a")), job("fold", 0, Some("b"))]).await;
    add(w, vec![job("fold", 0, Some("a"))]).await;
    let running = jobs::lease(&w.db, &[], Instant(1), Instant(10), 10).await.unwrap();
    assert_eq!(running.len(), 2);
    add(w, vec![job("fold", 0, Some("a"))]).await;
    let later = jobs::lease(&w.db, &[], Instant(1), Instant(10), 10).await.unwrap();
    assert_eq!(later.len(), 1, "the running one may have looked too early");
}

async fn a_lease_has_one_holder(w: &World) {
    let take = |holder: &'static str, now: i64, until: i64| {
        let db = w.db.clone();
        async move { lease::take(&db, "sweep", holder, Instant(now), Instant(until)).await.unwrap() }
    };
    assert!(take("a", 0, 10).await);
    assert!(!take("b", 5, 15).await);
    assert!(take("a", 5, 20).await, "its holder prolongs it");
    assert!(!take("b", 15, 25).await);
    assert!(take("b", 20, 30).await, "it ran out");
    lease::give_back(&w.db, "sweep", "a").await.unwrap();
    assert!(!take("a", 25, 35).await, "only its holder gives it back");
    lease::give_back(&w.db, "sweep", "b").await.unwrap();
    assert!(take("a", 25, 35).await);
}
