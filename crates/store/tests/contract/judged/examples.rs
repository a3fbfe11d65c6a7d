//! What a question with an expression may see, and that it is served by indexes.

use judge::Fact;
use store::{ColumnClass, Condition, Query, Scope, ScopeBranch, StoreError, Wanted};

use super::pack::{Filled, facts, judged, model};
use crate::world::{World, new_id, system};

on_both_engines! {
    a_scope_narrows_judged_lists_as_any_other
    an_expression_about_another_register_is_refused
}

async fn a_scope_narrows_judged_lists_as_any_other(w: &World) {
    let model = model();
    let mut filled = Filled::default();
    for county in ["410202", "410203"] {
        for headcount in [10, 400] {
            let own = facts(&[
                ("county", Fact::Text(county.into())),
                ("headcount", Fact::Integer(headcount)),
                ("area", Fact::Decimal(1.0)),
            ]);
            filled.put(&model, "firm", new_id(), false, own);
        }
    }
    filled.store(w, &model).await;
    let branch = |county: &str| ScopeBranch { county: Some(county.into()), ..Default::default() };
    let (_, large) = judged(&model, "s.headcount >= v('committee.headcount').high_risk");
    let (_, area) = judged(&model, "s.area > 0.5");
    let list = |scope: Scope, asked: &store::Judged| {
        Query::of("r_firm", scope)
            .columns(&["county"])
            .filter(Condition::Judged(asked.clone(), Wanted::Holds))
            .verdict("verdict", asked.clone())
    };
    for (scope, expected) in [
        (system(), 2),
        (Scope::of(vec![branch("410202")]), 1),
        (Scope::of(vec![branch("410202"), branch("410203")]), 2),
        (Scope::of(vec![]), 0),
    ] {
        assert_eq!(w.db.select(&list(scope.clone(), &large)).await.unwrap().len(), expected, "{scope:?}");
        assert_eq!(w.db.count_up_to(&list(scope, &large), 10).await.unwrap(), expected as u64);
    }
    // A column that may not be read may not be asked about, by no way round.
    let scope = Scope::of(vec![branch("410202")]);
    let refused = w.db.select(&list(scope.clone(), &area)).await;
    assert!(matches!(refused, Err(StoreError::NotReadable { column, .. }) if column == "area"));
    let reads = scope.reading(ColumnClass::Secret);
    assert_eq!(w.db.select(&list(reads, &area)).await.unwrap().len(), 2);
}

async fn an_expression_about_another_register_is_refused(w: &World) {
    let model = model();
    Filled::default().store(w, &model).await;
    let (_, asked) = judged(&model, "s.headcount > 1");
    let wrong = Query::of("r_training", system()).filter(Condition::Judged(asked, Wanted::Fails));
    assert!(matches!(w.db.select(&wrong).await, Err(StoreError::Unsupported(_))));
}
