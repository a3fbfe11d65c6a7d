//! The words of the plan read in from a city's own document, and how the cases of a procedure stand.

use base::Id;
use engine::plan_words::Match;
use plan::document::Document;
use store::{Condition, Query, Scope};

use crate::routes::hazard_of;
use crate::world::{HERE, World, wrong};

on_both_engines! {
    words_are_kept_for_the_clauses_of_the_packs_and_replaced_by_the_next_reading
    a_document_of_another_plan_is_refused_and_nothing_is_kept
    cases_stand_as_the_lists_say_within_the_scope_of_the_reader
}

/// A short document of the same form, with `third` as the third clause of its main text.
fn document(third: &str) -> Document {
    let text = format!(
        "某市安全生产委员会文件\n\n某安委〔2020〕1号\n\n某市安全生产专项整治行动方案\n\n一、总体要求\n\n落实责任。\n\n\
         二、组织领导\n\n成立指挥部。\n\n{third}"
    );
    plan::read::read(text.as_bytes(), "own.txt").unwrap()
}

async fn words_are_kept_for_the_clauses_of_the_packs_and_replaced_by_the_next_reading(world: &World) {
    let engine = &world.engine;
    assert_eq!(engine.plan_source().await.unwrap(), None);
    assert_eq!(engine.clause_words("M.1").await.unwrap(), None);
    let first = document(
        "三、主要任务\n\n每季度按照《安全生产法》开展检查，建立问题清单。\n\n四、进度安排\n\n分期进行。\n\n\
         五、保障措施\n\n加强领导。\n\n六、附则\n\n另有安排。\n",
    );
    let found = engine.keep_plan_words(&world.office, &first).await.unwrap();
    assert_eq!((found.count(Match::Both), found.count(Match::OnlyDocument)), (5, 1));
    assert_eq!(found.count(Match::OnlyPack), engine.model.clauses.len() - 5);
    let only: Vec<&str> =
        found.lines.iter().filter(|l| l.found == Match::OnlyDocument).map(|l| l.clause.as_str()).collect();
    assert_eq!(only, ["M.6"]);
    let third = engine.clause_words("M.3").await.unwrap().unwrap();
    assert_eq!(third.heading, "三、主要任务");
    assert!(third.words.contains("问题清单") && third.document.contains("〔2020〕1号"), "{third:?}");
    assert_eq!(third.found.citations, ["《安全生产法》"]);
    assert_eq!(third.found.recurrences.len(), 1);
    assert_eq!(third.read_at, engine.now());
    assert_eq!(engine.clause_words("M.6").await.unwrap(), None, "no clause of the packs");

    let second = document("");
    engine.keep_plan_words(&world.office, &second).await.unwrap();
    assert_eq!(engine.clause_words("M.3").await.unwrap(), None, "the new document has no such clause");
    assert_eq!(engine.plan_source().await.unwrap().unwrap().clauses, 2);
    let journal = Query::of("journal", Scope::system("test"))
        .filter(Condition::eq("operation", "plan.read".to_owned()))
        .columns(&["actor", "record_id", "payload"])
        .limit(10);
    let entries = engine.database.select(&journal).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].id("actor").unwrap(), world.office.account);
    assert_eq!(entries[0].id("record_id").unwrap(), Id::NIL);
}

async fn a_document_of_another_plan_is_refused_and_nothing_is_kept(world: &World) {
    let other = plan::read::read("没有条款的说明。\n".as_bytes(), "other.txt").unwrap();
    let refused = wrong(world.engine.keep_plan_words(&world.office, &other).await);
    assert_eq!(refused, "refused: plan.read.nothing_matches");
    assert_eq!(world.engine.plan_source().await.unwrap(), None);
}

async fn cases_stand_as_the_lists_say_within_the_scope_of_the_reader(world: &World) {
    let plant = world.plant(HERE, "甲厂").await;
    let other = world.plant(crate::world::ELSEWHERE, "乙厂").await;
    for plant in [&plant, &plant, &other] {
        world.open_case(&plant.worker, "hazard.general", hazard_of(plant)).await.unwrap();
    }
    let regulator = world.regulator(HERE).await;
    for (actor, expected) in [(&world.office, 3), (&regulator, 2), (&plant.head, 2), (&other.head, 1)] {
        let standings = world.engine.standings(actor, "hazard").await.unwrap();
        let general = standings["hazard.general"];
        assert_eq!((general.open, general.late, general.all()), (expected, 0, expected), "{}", actor.display);
    }
    world.set_clock("2022-01-01 09:00");
    let late = world.engine.standings(&regulator, "hazard").await.unwrap()["hazard.general"];
    assert_eq!((late.open, late.late), (2, 2));
    assert_eq!(wrong(world.engine.standings(&regulator, "enterprise").await), "not found");
}
