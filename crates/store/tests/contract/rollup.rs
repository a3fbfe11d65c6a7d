//! Counters: base and deltas together, whoever folds.

use store::rollup::{self, Difference, Part};
use store::{Aggregate, ChangeSet, Delta, Row, Scope, ScopeBranch, StoreError};

use crate::world::{World, new_id, plant, plants, system};

on_both_engines! {
    totals_are_the_same_before_and_after_folding
    totals_stay_within_the_scope
    folding_in_several_processes_counts_once
    a_recount_finds_what_differs
}

fn delta(county: &str, sector: &str, value: &str, amount: i64) -> Delta {
    Delta {
        counter: "hazard.state".into(),
        county: county.into(),
        township: format!("{county}001"),
        sector: sector.into(),
        value: value.into(),
        amount,
    }
}

async fn count(w: &World, deltas: Vec<Delta>) {
    w.db.apply(ChangeSet { deltas, ..ChangeSet::new() }).await.unwrap();
}

fn shown(rows: &[Row], by: &[Part]) -> Vec<String> {
    let of = |row: &Row| -> String {
        by.iter().map(|p| format!("{}/", row.text(p.column()).unwrap())).collect::<String>()
            + &row.int("amount").unwrap().to_string()
    };
    rows.iter().map(of).collect()
}

async fn totals_are_the_same_before_and_after_folding(w: &World) {
    count(w, vec![delta("a", "x", "open", 2), delta("a", "x", "open", 1), delta("b", "y", "open", 5)]).await;
    count(w, vec![delta("a", "x", "open", -1), delta("a", "x", "closed", 1), delta("b", "x", "open", 1)])
        .await;
    count(w, vec![delta("b", "x", "open", -1)]).await;
    let expect = async || {
        let by = [Part::County, Part::Value];
        let rows = rollup::totals(&w.db, "hazard.state", &system(), &by).await.unwrap();
        assert_eq!(shown(&rows, &by), ["a/closed/1", "a/open/2", "b/open/5"]);
        let rows = rollup::totals(&w.db, "hazard.state", &system(), &[]).await.unwrap();
        assert_eq!(shown(&rows, &[]), ["8"]);
    };
    expect().await;
    assert_eq!(rollup::fold(&w.db, 2).await.unwrap(), 2);
    expect().await;
    while rollup::fold(&w.db, 2).await.unwrap() > 0 {}
    expect().await;
    count(w, vec![delta("a", "x", "open", 1), delta("a", "x", "closed", -1)]).await;
    let rows = rollup::totals(&w.db, "hazard.state", &system(), &[Part::Value]).await.unwrap();
    assert_eq!(shown(&rows, &[Part::Value]), ["open/8"]);
    let none = rollup::totals(&w.db, "other", &system(), &[]).await.unwrap();
    assert_eq!(shown(&none, &[]), ["0"]);
}

async fn totals_stay_within_the_scope(w: &World) {
    count(w, vec![delta("a", "x", "open", 1), delta("a", "y", "open", 2), delta("b", "y", "open", 4)]).await;
    let county = |c: &str| ScopeBranch { county: Some(c.into()), ..Default::default() };
    let sector = |s: &str| ScopeBranch { sector: Some(s.into()), ..Default::default() };
    let cases = [
        (vec![], "0"),
        (vec![county("a")], "3"),
        (vec![county("a"), sector("y")], "7"),
        (vec![ScopeBranch { sector: Some("y".into()), ..county("b") }], "4"),
    ];
    for (branches, expected) in cases {
        let rows = rollup::totals(&w.db, "hazard.state", &Scope::of(branches), &[]).await.unwrap();
        assert_eq!(shown(&rows, &[]), [expected]);
    }
    let own = Scope::of(vec![ScopeBranch { organisation: Some(new_id()), ..Default::default() }]);
    let refused = rollup::totals(&w.db, "hazard.state", &own, &[]).await;
    assert!(matches!(refused, Err(StoreError::Unsupported(_))));
}

async fn folding_in_several_processes_counts_once(w: &World) {
    let other = w.another_process().await;
    for _ in 0..30 {
        count(w, vec![delta("a", "x", "open", 1)]).await;
        let (a, b) = tokio::join!(rollup::fold(&w.db, 100), rollup::fold(&other, 100));
        a.unwrap();
        b.unwrap();
    }
    let rows = rollup::totals(&w.db, "hazard.state", &system(), &[]).await.unwrap();
    assert_eq!(shown(&rows, &[]), ["30"]);
}

async fn a_recount_finds_what_differs(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    for (county, counted) in [("a", true), ("a", true), ("b", true), ("c", false)] {
        let mut set = plant(new_id(), county, "x", &[]);
        if counted {
            set.deltas.push(Delta { counter: "plant".into(), ..delta(county, "", "", 1) });
        }
        w.db.apply(set).await.unwrap();
    }
    let recount = w.db.aggregate(&Aggregate::count("plant", system()).by("county")).await.unwrap();
    let found = rollup::compare(&w.db, "plant", &[Part::County], &recount).await.unwrap();
    assert_eq!(found, [Difference { group: vec!["c".into()], counted: 0, recounted: 1 }]);
}
