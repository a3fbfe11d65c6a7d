//! Whatever the expression and the records: memory and the database say the same of every record.

use std::cell::Cell;
use std::collections::BTreeMap;

use base::Id;
use judge::{Subject, Verdict};
use plan::expression::Expression;
use plan::pack::Model;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use store::{Aggregate, Condition, Judged, Measure, Query, Wanted};

use super::pack::{Filled, context, judged, model};
use super::texts;
use crate::world::{World, new_id, system};

on_both_engines! {
    memory_and_database_give_the_same_verdicts
}

/// Expressions per engine: with the records below a few seconds in a debug build.
const EXPRESSIONS: u32 = 220;

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: EXPRESSIONS,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..Config::default()
    })
}

async fn memory_and_database_give_the_same_verdicts(w: &World) {
    let model = model();
    let mut runner = runner();
    let mut filled = records(&mut runner, &model);
    filled.store(w, &model).await;
    let handle = tokio::runtime::Handle::current();
    let seen = Cell::new([0_usize; 3]);
    let tried = tokio::task::block_in_place(|| {
        runner.run(&texts::condition(3), |text| {
            match Expression::check(&text, &context(&model)) {
                // Chance makes longer calculations and constants than the checker lets pass.
                Err(faults) if faults.iter().all(|f| limit(&f.message)) => {
                    return Err(TestCaseError::reject("a limit"));
                }
                Err(faults) => return Err(TestCaseError::fail(format!("{text}\n{faults:?}"))),
                Ok(_) => {}
            }
            let verdicts = handle.block_on(compare(w, &model, &filled, &text))?;
            seen.set(std::array::from_fn(|i| seen.get()[i] + verdicts[i]));
            Ok(())
        })
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
    // Chance that always makes the same verdict would prove nothing.
    let all: usize = seen.get().iter().sum();
    assert!(seen.get().iter().all(|verdict| verdict * 10 > all), "{:?}", seen.get());
}

fn limit(message: &str) -> bool {
    message.contains("calculates with more than")
        || message.contains("numbers of a calculation lie")
        || message.contains("has no order")
        || message.contains("an expression may have")
}

/// Records with missing values and dangling references.
fn records(runner: &mut TestRunner, model: &Model) -> Filled {
    let mut filled = Filled::default();
    let ids = |count: usize| -> Vec<Id> { (0..count).map(|_| new_id()).collect() };
    let (owners, buildings, firms, trainings) = (ids(6), ids(12), ids(40), ids(70));
    for id in &owners {
        let (removed, facts) = one(runner, &texts::owner());
        filled.put(model, "owner", *id, removed, facts);
    }
    for id in &buildings {
        let (removed, facts) = one(runner, &texts::building(&owners));
        filled.put(model, "building", *id, removed, facts);
    }
    for id in &firms {
        let (_, facts) = one(runner, &texts::firm(&buildings));
        filled.put(model, "firm", *id, false, facts);
    }
    for id in &trainings {
        let (removed, facts) = one(runner, &texts::training(&firms[..25], &buildings));
        filled.put(model, "training", *id, removed, facts);
    }
    filled
}

fn one<T: std::fmt::Debug>(runner: &mut TestRunner, strategy: &BoxedStrategy<T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

async fn compare(w: &World, model: &Model, filled: &Filled, text: &str) -> Result<[usize; 3], TestCaseError> {
    let (folded, asked) = judged(model, text);
    let mut expected = BTreeMap::new();
    for (id, facts) in filled.rows.of("firm") {
        let verdict = judge::verdict::judge(&folded, &[Subject { id, facts }], &filled.rows);
        expected.insert(id, number(&verdict));
    }
    let failed = |error| TestCaseError::fail(format!("{text}\n{error:?}"));
    let columns = Query::of("r_firm", system()).columns(&["id"]).verdict("verdict", asked.clone()).limit(100);
    let found = w.db.select(&columns).await.map_err(failed)?;
    for row in &found {
        let (id, verdict) = (row.id("id").unwrap(), row.int("verdict").unwrap());
        let facts = filled.rows.of("firm").find(|(firm, _)| *firm == id).map(|(_, facts)| facts);
        prop_assert_eq!(Some(&verdict), expected.get(&id), "{}\n{:?}", text, facts);
    }
    prop_assert_eq!(found.len(), expected.len());
    let mut seen = [0; 3];
    for (wanted, value) in [(Wanted::Holds, 1), (Wanted::Fails, 0), (Wanted::CannotBeJudged, 2)] {
        let count = expected.values().filter(|v| **v == value).count();
        seen[value as usize] = count;
        let count = count as i64;
        counts(w, &asked, wanted, count, expected.len() as i64)
            .await
            .map_err(|e| TestCaseError::fail(format!("{text}\n{wanted:?}: {e}")))?;
    }
    Ok(seen)
}

/// As a filter, as a negated filter, and as a measure.
async fn counts(w: &World, asked: &Judged, wanted: Wanted, count: i64, all: i64) -> Result<(), String> {
    let condition = Condition::Judged(asked.clone(), wanted);
    let aggregate = Aggregate::count("r_firm", system())
        .filter(condition.clone())
        .measure("measured", Measure::Judged(asked.clone(), wanted));
    let rows = w.db.aggregate(&aggregate).await.map_err(|e| e.to_string())?;
    let row = rows.first().ok_or("no row")?;
    let others = Query::of("r_firm", system()).filter(Condition::Not(Box::new(condition)));
    let others = w.db.count_up_to(&others, 1000).await.map_err(|e| e.to_string())? as i64;
    let found = (row.int("count"), row.int("measured"), others);
    if found == (Ok(count), Ok(count), all - count) {
        Ok(())
    } else {
        Err(format!("{found:?}, {count} of {all} expected"))
    }
}

fn number(verdict: &Verdict) -> i64 {
    match verdict {
        Verdict::Fails => 0,
        Verdict::Holds => 1,
        Verdict::CannotBeJudged(_) => 2,
    }
}
