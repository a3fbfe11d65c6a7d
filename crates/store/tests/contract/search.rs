//! Search finds the same on both engines, within the scope.

use base::Id;
use store::{ChangeSet, Condition, Counted, Direction, Query, Scope, ScopeBranch, SearchEntry, search};

use crate::world::{World, new_id, plant, plants, system};

on_both_engines! {
    words_codes_and_two_characters_find_records
    search_stays_within_the_scope
    a_later_entry_replaces_the_earlier_one
    a_list_can_be_narrowed_by_words
    frequent_words_give_the_same_pages_wherever_they_stand
}

fn entry(id: Id, county: &str, text: &str) -> SearchEntry {
    SearchEntry {
        table: "plant".into(),
        id,
        county: county.into(),
        township: String::new(),
        organisation: Id::NIL,
        sector: String::new(),
        park: String::new(),
        text: text.into(),
    }
}

async fn index(w: &World, search: Vec<SearchEntry>) {
    w.db.apply(ChangeSet { search, ..ChangeSet::new() }).await.unwrap();
}

async fn find(w: &World, words: &str, scope: &Scope) -> Vec<Id> {
    let found = search::find(&w.db, words, &["plant"], scope, 50).await.unwrap();
    found.into_iter().map(|(_, id)| id).collect()
}

async fn words_codes_and_two_characters_find_records(w: &World) {
    let (a, b, c) = (new_id(), new_id(), new_id());
    index(
        w,
        vec![
            entry(a, "1", "开封市安全化工有限公司 91410200MA3X"),
            entry(b, "1", "尉氏县纺织厂 Cotton-Mill 2"),
        ],
    )
    .await;
    index(w, vec![SearchEntry { table: "hazard".into(), ..entry(c, "1", "化工装置泄漏 it's \"quoted\" ") }])
        .await;
    let cases: [(&str, &[Id]); 11] = [
        ("化工", &[a]),
        ("安全化工", &[a]),
        ("化安", &[]),
        ("91410200ma3x", &[a]),
        ("9141", &[a]),
        ("cotton", &[b]),
        ("纺织 mill", &[b]),
        ("纺织 化工", &[]),
        ("", &[]),
        ("'\" & | ! :* ( ) OR NOT", &[]),
        ("公司", &[a]),
    ];
    for (words, expected) in cases {
        assert_eq!(find(w, words, &system()).await, expected, "{words}");
    }
    let everywhere = search::find(&w.db, "化工", &[], &system(), 50).await.unwrap();
    assert_eq!(everywhere, [("hazard".to_owned(), c), ("plant".to_owned(), a)], "newest first");
    assert_eq!(search::find(&w.db, "化工", &[], &system(), 1).await.unwrap().len(), 1);
    assert_eq!(search::find(&w.db, "quoted", &["hazard"], &system(), 1).await.unwrap().len(), 1);
}

async fn search_stays_within_the_scope(w: &World) {
    let (a, b) = (new_id(), new_id());
    index(w, vec![entry(a, "410202", "化工一厂"), entry(b, "410203", "化工二厂")]).await;
    let county = |c: &str| ScopeBranch { county: Some(c.into()), ..Default::default() };
    assert_eq!(find(w, "化工", &Scope::of(vec![county("410203")])).await, [b]);
    assert_eq!(find(w, "化工", &Scope::of(vec![county("410203"), county("410202")])).await, [b, a]);
    assert_eq!(find(w, "化工", &Scope::of(vec![])).await, []);
}

async fn a_later_entry_replaces_the_earlier_one(w: &World) {
    let a = new_id();
    index(w, vec![entry(a, "1", "旧名称"), entry(a, "1", "新名称")]).await;
    assert_eq!(find(w, "旧名", &system()).await, []);
    index(w, vec![entry(a, "1", "第三个")]).await;
    assert_eq!(find(w, "新名", &system()).await, []);
    assert_eq!(find(w, "第三", &system()).await, [a]);
    index(w, vec![entry(a, "1", "")]).await;
    assert_eq!(find(w, "第三", &system()).await, []);
}

async fn a_list_can_be_narrowed_by_words(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    for (name, workers) in [("化工一厂", 1), ("化工二厂", 2), ("纺织厂", 2)] {
        let id = new_id();
        let mut set = plant(id, "410202", name, &[("workers", workers.into())]);
        set.search.push(entry(id, "410202", name));
        w.db.apply(set).await.unwrap();
    }
    let query = Query::of(
        "plant",
        Scope::of(vec![ScopeBranch { county: Some("410202".into()), ..Default::default() }]),
    );
    let count =
        async |condition: Condition| w.db.count_up_to(&query.clone().filter(condition), 100).await.unwrap();
    assert_eq!(count(Condition::Matches("化工".into())).await, 2);
    assert_eq!(count(Condition::Matches("化工".into()).and(Condition::eq("workers", 2))).await, 1);
    assert_eq!(count(Condition::Matches(" ".into())).await, 0);
}

/// More rows than are asked one by one, and words that more of them hold than count as rare: at the head of the list,
/// at its far end, and everywhere.
async fn frequent_words_give_the_same_pages_wherever_they_stand(w: &World) {
    const PLANTS: usize = 21_000;
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let county = |i: usize| if i.is_multiple_of(3) { "410203" } else { "410202" };
    let text = |i: usize| format!("{}厂 {}", if i < 4_500 { "旧址" } else { "新址" }, i % 7);
    let mut ids: Vec<Id> = (0..PLANTS).map(|_| new_id()).collect();
    ids.sort_unstable();
    for (chunk, some) in ids.chunks(3_000).enumerate() {
        let mut all = ChangeSet::new();
        for (n, id) in some.iter().enumerate() {
            let i = chunk * 3_000 + n;
            all.append(plant(*id, county(i), &text(i), &[]));
            all.search.push(entry(*id, county(i), &text(i)));
        }
        w.db.apply(all).await.unwrap();
    }
    let branch = ScopeBranch { county: Some("410202".into()), ..Default::default() };
    for (words, scope, of_county) in [
        ("新址", system(), false),
        ("旧址", system(), false),
        ("址厂 3", system(), false),
        ("旧址", Scope::of(vec![branch.clone()]), true),
        ("新址", Scope::of(vec![branch]), true),
    ] {
        let holds = |i: &usize| {
            let held = text(*i);
            (!of_county || county(*i) == "410202") && words.split(' ').all(|word| held.contains(word))
        };
        let mut expected: Vec<Id> = (0..PLANTS).filter(holds).map(|i| ids[i]).collect();
        for direction in [Direction::Ascending, Direction::Descending] {
            let matching = Condition::Matches(words.into());
            let list = Query::of("plant", scope.clone()).filter(matching).sort("id", direction).limit(50);
            let first: Vec<Id> =
                w.db.select(&list).await.unwrap().iter().map(|r| r.id("id").unwrap()).collect();
            assert_eq!(first, expected[..50], "{words} {direction:?}");
            let next = list.clone().after(vec![first[49].into()]);
            let second: Vec<Id> =
                w.db.select(&next).await.unwrap().iter().map(|r| r.id("id").unwrap()).collect();
            assert_eq!(second, expected[50..100], "{words} {direction:?}, second page");
            let (rows, counted) = w.db.select_counted(&list, 1_000).await.unwrap();
            assert_eq!(rows.len(), 50);
            let Counted { found, more } = counted;
            assert!(
                found <= expected.len() as u64 && (more || found == expected.len() as u64),
                "{counted:?}"
            );
            expected.reverse();
        }
    }
}
