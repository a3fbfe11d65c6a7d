//! Scope is a security boundary: whatever is asked, nothing outside it is seen.

use base::{Chance, Id, SeededChance};
use store::{
    Aggregate, ColumnClass, ColumnDef, ColumnKind, Condition, Direction, Query, Row, Scope, ScopeBranch,
    StoreError, Value,
};

use crate::world::{World, new_id, plant, plants, system};

on_both_engines! {
    no_branch_sees_nothing
    whatever_is_asked_within_random_scopes_is_what_they_see
    many_branches_page_without_repeating
    a_filter_cannot_reach_around_the_scope
    protected_columns_are_neither_shown_nor_asked_about
}

async fn no_branch_sees_nothing(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    w.db.apply(plant(new_id(), "410202", "甲", &[])).await.unwrap();
    let nobody = Scope::of(vec![]);
    let query = Query::of("plant", nobody.clone());
    assert!(w.db.select(&query).await.unwrap().is_empty());
    assert_eq!(w.db.count_up_to(&query, 10).await.unwrap(), 0);
    assert!(w.db.aggregate(&Aggregate::count("plant", nobody).by("county")).await.unwrap().is_empty());
    let everybody = Scope::of(vec![ScopeBranch::default()]);
    assert_eq!(w.db.count_up_to(&Query::of("plant", everybody), 10).await.unwrap(), 1);
}

struct Place {
    county: String,
    township: String,
    organisation: Id,
    sector: String,
    park: String,
}

fn place(chance: &mut SeededChance) -> Place {
    let county = format!("41020{}", chance.below(3));
    let township = format!("{county}00{}", chance.below(3));
    Place {
        county,
        township,
        organisation: if chance.one_in(1, 4) {
            Id::NIL
        } else {
            Id::from_u128(u128::from(chance.below(6)) + 1)
        },
        sector: ["", "mining", "chemical"][chance.below(3) as usize].into(),
        park: ["", "east"][chance.below(2) as usize].into(),
    }
}

fn branch(chance: &mut SeededChance) -> ScopeBranch {
    let place = place(chance);
    let mut some = |value: String| chance.one_in(1, 3).then_some(value);
    let mut branch = ScopeBranch {
        county: some(place.county),
        township: some(place.township),
        sector: some(place.sector),
        park: some(place.park),
        organisation: None,
    };
    branch.organisation = chance.one_in(1, 4).then_some(place.organisation);
    branch
}

fn ids(rows: &[Row]) -> Vec<Id> {
    rows.iter().map(|r| r.id("id").unwrap()).collect()
}

async fn whatever_is_asked_within_random_scopes_is_what_they_see(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let mut chance = SeededChance::new(20);
    let (mut places, mut sets) = (Vec::new(), Vec::new());
    for i in 0..300 {
        let (id, place) = (new_id(), place(&mut chance));
        let more = [
            ("township", Value::from(&place.township)),
            ("organisation", place.organisation.into()),
            ("sector", Value::from(&place.sector)),
            ("park", Value::from(&place.park)),
            ("workers", i64::from(i % 10).into()),
        ];
        sets.push(plant(id, &place.county, &format!("n{:03}", chance.below(50)), &more));
        places.push((id, place));
    }
    assert!(w.db.apply_bulk(sets).await.iter().all(Result::is_ok));
    let all = Query::of("plant", system()).sort("name", Direction::Ascending).limit(1000);
    let order = ids(&w.db.select(&all).await.unwrap());
    for _ in 0..60 {
        let scope = Scope::of((0..chance.below(6)).map(|_| branch(&mut chance)).collect());
        let sees = |id: &Id| {
            let (_, p) = places.iter().find(|(known, _)| known == id).unwrap();
            scope.sees(&p.county, &p.township, p.organisation, &p.sector, &p.park)
        };
        let expected: Vec<Id> = order.iter().copied().filter(|id| sees(id)).collect();
        let query = Query { scope: scope.clone(), ..all.clone() };
        assert_eq!(ids(&w.db.select(&query).await.unwrap()), expected, "{scope:?}");
        assert_eq!(w.db.count_up_to(&query, 1000).await.unwrap(), expected.len() as u64, "{scope:?}");
        let groups = w.db.aggregate(&Aggregate::count("plant", scope.clone()).by("county")).await.unwrap();
        let sum: i64 = groups.iter().map(|r| r.int("count").unwrap()).sum();
        assert_eq!(sum, expected.len() as i64, "{scope:?}");
    }
}

async fn many_branches_page_without_repeating(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let mut sets = Vec::new();
    for i in 0..200_u64 {
        let sector = if i % 2 == 0 { "mining" } else { "chemical" };
        let more =
            [("organisation", Value::Id(Id::from_u128(u128::from(i % 70) + 1))), ("sector", sector.into())];
        sets.push(plant(new_id(), &format!("41020{}", i % 4), &format!("n{}", i % 9), &more));
    }
    w.db.apply_bulk(sets).await;
    let county = ScopeBranch { county: Some("410201".into()), ..Default::default() };
    let sector = ScopeBranch { sector: Some("chemical".into()), ..Default::default() };
    let organisation = |n: u128| ScopeBranch { organisation: Some(Id::from_u128(n)), ..Default::default() };
    let few = vec![county.clone(), sector.clone(), organisation(3)];
    // More branches than a union takes: one statement with OR answers the same.
    let many: Vec<ScopeBranch> = [county, sector].into_iter().chain((1..=60).map(organisation)).collect();
    for branches in [few, many] {
        let query = Query::of("plant", Scope::of(branches)).sort("name", Direction::Descending).limit(1000);
        let whole = ids(&w.db.select(&query).await.unwrap());
        let mut unique = whole.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), whole.len());
        let (mut paged, mut page) = (Vec::new(), query.clone().limit(13));
        loop {
            let rows = w.db.select(&page).await.unwrap();
            let Some(last) = rows.last() else { break };
            page = page
                .clone()
                .after(vec![last.value("name").unwrap().clone(), last.value("id").unwrap().clone()]);
            paged.extend(ids(&rows));
        }
        assert_eq!(paged, whole);
    }
}

async fn a_filter_cannot_reach_around_the_scope(w: &World) {
    w.db.ensure_tables(&[plants()]).await.unwrap();
    let (mine, theirs) = (new_id(), new_id());
    w.db.apply(plant(mine, "410202", "甲", &[])).await.unwrap();
    w.db.apply(plant(theirs, "410203", "乙", &[])).await.unwrap();
    let here = |c: &str| ScopeBranch { county: Some(c.into()), ..Default::default() };
    let sector = ScopeBranch { sector: Some("mining".into()), ..Default::default() };
    for branches in [vec![here("410202")], vec![here("410202"), sector]] {
        let query = Query::of("plant", Scope::of(branches));
        for condition in [
            Condition::Or(vec![Condition::all(), Condition::eq("county", "410203")]),
            Condition::eq("id", theirs),
            Condition::Not(Box::new(Condition::eq("county", "410202"))),
            Condition::eq("name", "x' OR '1'='1"),
        ] {
            let found = ids(&w.db.select(&query.clone().filter(condition.clone())).await.unwrap());
            assert!(!found.contains(&theirs), "{condition:?}");
        }
    }
}

async fn protected_columns_are_neither_shown_nor_asked_about(w: &World) {
    let personal = ColumnDef::new("telephone", ColumnKind::Text, "").class(ColumnClass::Personal);
    w.db.ensure_tables(&[plants().column(personal)]).await.unwrap();
    w.db.apply(plant(new_id(), "410202", "甲", &[("telephone", "13800000000".into())])).await.unwrap();
    let scope = Scope::of(vec![ScopeBranch::default()]);
    let query = Query::of("plant", scope.clone());
    assert_eq!(w.db.select(&query).await.unwrap()[0].get("telephone"), None);
    let asked = [
        query.clone().columns(&["telephone"]),
        query.clone().filter(Condition::Prefix("telephone".into(), "138".into())),
        query.clone().sort("telephone", Direction::Ascending),
        query.clone().title("id", "plant", "telephone", "shown"),
    ];
    for question in asked {
        assert!(matches!(w.db.select(&question).await, Err(StoreError::NotReadable { .. })), "{question:?}");
    }
    let grouped = Aggregate::count("plant", scope.clone()).by("telephone");
    assert!(matches!(w.db.aggregate(&grouped).await, Err(StoreError::NotReadable { .. })));
    let allowed = Query::of("plant", scope.reading(ColumnClass::Personal));
    assert_eq!(w.db.select(&allowed).await.unwrap()[0].text("telephone"), Ok("13800000000"));
}
