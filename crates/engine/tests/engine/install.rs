//! Installing packs: twice changes nothing, a grown pack adds columns and records, nothing is ever dropped.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Engine;
use engine::record::list::{Filter, ListRequest};
use judge::Fact;
use plan::pack::{Model, load_sources};

use crate::world::{HERE, World, facts, text};

on_both_engines! {
    installing_twice_changes_nothing
    a_pack_with_one_more_field_adds_a_column
    seeds_are_added_and_updated_and_keep_their_codes
}

async fn installing_twice_changes_nothing(world: &World) {
    let before = world.engine.list(&world.office, "hazard_criterion", &ListRequest::default()).await.unwrap();
    let again = world.engine.install().await.unwrap();
    assert_eq!((again.tables, again.added, again.changed), (vec![], 0, 0));
    let after = world.engine.list(&world.office, "hazard_criterion", &ListRequest::default()).await.unwrap();
    let keys = |page: &engine::record::list::Page| {
        page.records.iter().map(|r| (r.id, r.code.clone(), r.version)).collect::<Vec<_>>()
    };
    assert_eq!(keys(&before), keys(&after));
    let other = world.another_process().await.install().await.unwrap();
    assert_eq!((other.tables, other.added, other.changed), (vec![], 0, 0));
}

fn grown(world: &World, model: Model) -> Engine {
    let mut engine = world.engine.clone();
    engine.model = Arc::new(model);
    engine
}

async fn a_pack_with_one_more_field_adds_a_column(world: &World) {
    let old = world.enterprise(HERE, "老企业").await;
    let mut model = crate::world::model();
    let more = "id = \"web_site\"\ntitle = { zh = \"网址\", en = \"Web site\" }\nkind = \"text\"";
    let enterprise = model.registers.get_mut("enterprise").unwrap();
    enterprise.fields.push(toml::from_str(more).unwrap());
    let engine = grown(world, model);
    let installed = engine.install().await.unwrap();
    assert_eq!(installed.tables.len(), 1, "{:?}", installed.tables);
    assert!(installed.tables[0].contains("web_site"), "{:?}", installed.tables);
    assert_eq!((installed.added, installed.changed), (0, 0));
    let site = facts([("web_site", text("example.org"))]);
    engine.update(&world.office, "enterprise", old, 1, &site).await.unwrap();
    let record = engine.record(&world.office, "enterprise", old).await.unwrap();
    assert_eq!((record.facts.get("web_site"), record.title.as_str()), (Some(&text("example.org")), "老企业"));
    let filled = ListRequest { filters: vec![Filter::Filled("web_site".into())], ..ListRequest::default() };
    assert_eq!(engine.list(&world.office, "enterprise", &filled).await.unwrap().records.len(), 1);
    // The former pack goes on working beside it, and nothing is taken away.
    world
        .engine
        .update(&world.office, "enterprise", old, 2, &facts([("headcount", Fact::Integer(5))]))
        .await
        .unwrap();
    world.engine.install().await.unwrap();
    engine.install().await.unwrap();
    let record = engine.record(&world.office, "enterprise", old).await.unwrap();
    assert_eq!(record.facts.get("web_site"), Some(&text("example.org")));
}

/// A pack of one seeded register.
fn seeded(folder: &Path, rows: &str) -> Model {
    let pack = "[pack]\nid = \"s\"\ntitle = { zh = \"甲\", en = \"A\" }\nversion = \"1\"\nfrom = 2020-01-01\n\
        [[role]]\nid = \"city.office\"\ntitle = { zh = \"市安委办\", en = \"Office\" }\nseat = \"city\"\nreads = \"secret\"\n\
        [[register]]\nid = \"template\"\ntitle = { zh = \"模板\", en = \"Template\" }\nabout = { zh = \"模板\", en = \"Templates\" }\n\
        area = \"registers\"\nscope = \"shared\"\nkeeper = [\"city.office\"]\ncode = \"MB-{seq}\"\ntitle_from = \"name\"\n\
        list = [\"name\"]\nsearch = [\"name\", \"words\"]\nidentity = [\"name\"]\nfield = [\n\
        { id = \"name\", title = { zh = \"名称\", en = \"Name\" }, kind = \"text\", required = true },\n\
        { id = \"words\", title = { zh = \"内容\", en = \"Words\" }, kind = \"text\" },\n]\n\
        [[seed]]\nregister = \"template\"\nfile = \"template.csv\"\n";
    std::fs::write(folder.join("template.csv"), format!("name,words\n{rows}")).unwrap();
    let path: PathBuf = folder.join("pack.toml");
    let sources = load_sources(vec![("pack.toml".into(), path, pack.into())]).unwrap();
    Model::from_sources(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

async fn seeds_are_added_and_updated_and_keep_their_codes(world: &World) {
    let folder = tempfile::tempdir().unwrap();
    let first = grown(world, seeded(folder.path(), "日检,护栏\n周检,灭火器\n"));
    let installed = first.install().await.unwrap();
    assert_eq!((installed.added, installed.changed), (2, 0));
    let listed = |engine: Engine| async move {
        let page = engine.list(&world.office, "template", &ListRequest::default()).await.unwrap();
        let mut rows: Vec<(String, String, i64)> = page
            .records
            .into_iter()
            .map(|r| {
                (
                    r.title,
                    r.facts.get("words").and_then(Fact::as_text).unwrap_or_default().to_owned(),
                    r.version,
                )
            })
            .collect();
        rows.sort();
        rows
    };
    let row = |name: &str, words: &str, version| (name.to_owned(), words.to_owned(), version);
    assert_eq!(listed(first.clone()).await, [row("周检", "灭火器", 1), row("日检", "护栏", 1)]);
    let second = grown(world, seeded(folder.path(), "班检,联锁\n日检,护栏和踢脚板\n周检,灭火器\n"));
    let installed = second.install().await.unwrap();
    assert_eq!((installed.added, installed.changed), (1, 1));
    assert_eq!(
        listed(second.clone()).await,
        [row("周检", "灭火器", 1), row("日检", "护栏和踢脚板", 2), row("班检", "联锁", 1)]
    );
    // What a row newly in the middle brings has a code of its own.
    let page = second.list(&world.office, "template", &ListRequest::default()).await.unwrap();
    let codes: std::collections::BTreeSet<String> = page.records.iter().map(|r| r.code.clone()).collect();
    assert_eq!(codes.len(), 3, "{codes:?}");
    let request = ListRequest { search: "踢脚".into(), ..ListRequest::default() };
    assert_eq!(second.list(&world.office, "template", &request).await.unwrap().records.len(), 1);
    // A row that is gone from the pack stays in the database.
    let third = grown(world, seeded(folder.path(), "班检,联锁\n"));
    let installed = third.install().await.unwrap();
    assert_eq!((installed.added, installed.changed), (0, 0));
    assert_eq!(listed(third.clone()).await.len(), 3);
}
