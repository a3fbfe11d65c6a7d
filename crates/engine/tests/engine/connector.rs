//! Exchange with a stand-in partner: files in both ways, receipts, refused rows, runs that are kept.

use base::code::{Adcode, Uscc};
use engine::record::list::ListRequest;
use engine::{Engine, EngineError};
use judge::Fact;

use crate::world::{HERE, World, wrong};

on_both_engines! {
    a_partners_rows_come_in_and_bad_ones_are_refused_with_a_receipt
    a_partners_rows_open_cases_once
    what_goes_out_bears_the_partners_names_and_the_senders_scope
}

const CONNECTORS: &str = r#"
[[connector]]
id = "licences"
title = { zh = "审批平台企业信息", en = "Firms of the licensing platform" }
partner = { zh = "审批平台", en = "Licensing platform" }
direction = "both"
transport = "file"
of = "enterprise"
mapping = { tyshxydm = "uscc", mc = "name", dz = "address", qx = "county", hy = "sector" }
key = "tyshxydm"
every = "day"
receipt = true
refused = "case"

[[connector]]
id = "only_in"
title = { zh = "甲", en = "A" }
partner = { zh = "乙", en = "B" }
direction = "in"
transport = "file"
of = "enterprise"
mapping = { code = "uscc" }
key = "code"
"#;

async fn with_connectors(world: &World) -> Engine {
    world.with_elements(CONNECTORS, world.engine.now()).await
}

/// Exchanges that open cases: of what, and the field to which the partner's number is mapped.
const OPENING: [(&str, &str, &str); 3] = [
    ("complaints", "hazard.general", "place"),
    ("unnumbered", "hazard.general", "code"),
    ("unsaid", "hazard", "place"),
];

async fn with_opening_connectors(world: &World) -> Engine {
    let one = |(id, of, number): (&str, &str, &str)| {
        format!(
            "[[connector]]\nid = \"{id}\"\ntitle = {{ zh = \"热线转办\", en = \"Hotline\" }}\n\
             partner = {{ zh = \"热线平台\", en = \"Hotline platform\" }}\ndirection = \"in\"\ntransport = \"file\"\n\
             of = \"{of}\"\nmapping = {{ gdh = \"{number}\", qy = \"enterprise\", nr = \"description\" }}\nkey = \"gdh\"\n"
        )
    };
    world.with_elements(&OPENING.map(one).concat(), world.engine.now()).await
}

fn code(number: u64) -> String {
    Uscc::synthesise(Adcode::parse(HERE).unwrap(), number).as_str().to_owned()
}

async fn a_partners_rows_come_in_and_bad_ones_are_refused_with_a_receipt(world: &World) {
    let engine = with_connectors(world).await;
    let file = format!(
        "tyshxydm,mc,dz,qx,hy,unknown\n{},甲机械厂,工业路1号,{HERE},machinery,x\nWRONG,乙厂,工业路2号,{HERE},machinery,x\n",
        code(901)
    );
    let receipt = engine.connector_in(&world.office, "licences", "day.csv", file.as_bytes()).await.unwrap();
    assert_eq!((receipt.taken, receipt.refused.len()), (1, 1), "{receipt:?}");
    let (key, why) = &receipt.refused[0];
    assert_eq!(key, "WRONG");
    assert!(why[0].starts_with("tyshxydm: "), "the partner reads its own field names: {why:?}");
    assert_eq!(receipt.json()["refused_rows"], "looked_at");
    // The same as JSON changes nothing, and is taken all the same.
    let again = format!(r#"[{{"tyshxydm":"{}","mc":"甲机械厂"}}]"#, code(901));
    let receipt = engine.connector_in(&world.office, "licences", "day.json", again.as_bytes()).await.unwrap();
    assert_eq!((receipt.taken, receipt.refused.len()), (1, 0), "{receipt:?}");
    let runs = engine
        .list(&world.office, "connector_run", &ListRequest { limit: 10, ..ListRequest::default() })
        .await
        .unwrap();
    assert_eq!(runs.records.len(), 2, "each run is kept");
    assert!(runs.records.iter().any(|r| r.facts.get("refused") == Some(&Fact::Integer(1))));
    for (bytes, what) in [(&b"[1,2]"[..], "no objects"), (&b"a,b\n1\n"[..], "a row too short")] {
        let refused = engine.connector_in(&world.office, "licences", "x", bytes).await;
        assert_eq!(wrong(refused), "refused: connector.unreadable", "{what}");
    }
    assert!(matches!(
        engine.connector_in(&world.office, "moon", "x", b"[]").await,
        Err(EngineError::NotFound)
    ));
}

async fn a_partners_rows_open_cases_once(world: &World) {
    let engine = with_opening_connectors(world).await;
    let firm = world.enterprise(HERE, "通许化工厂").await;
    let plant = world.staffed(firm).await;
    let firm = world.any("enterprise", firm).await.code;
    let file = format!(
        r#"[{{"gdh":"GD-1","qy":"{firm}","nr":"护栏松动","extra":"x"}}, {{"gdh":"","qy":"{firm}","nr":"无编号"}},
            {{"gdh":"GD-2","qy":"{firm}"}}, {{"gdh":"GD-3","qy":"没有这家企业","nr":"漏水"}}]"#
    );
    let open = async || {
        let page = engine.list(&plant.manager, "hazard", &ListRequest::default()).await.unwrap();
        page.records.into_iter().map(|record| record.title).collect::<Vec<_>>()
    };
    for round in 0..2 {
        let receipt = engine.connector_in(&plant.manager, "complaints", "gd.json", file.as_bytes()).await;
        let receipt = receipt.unwrap();
        assert_eq!((receipt.taken, receipt.refused.len()), (1, 3), "round {round}: {receipt:?}");
        let why: Vec<&str> = receipt.refused.iter().map(|(_, why)| why[0].as_str()).collect();
        assert_eq!(why, ["gdh: field.required", "nr: field.required", "qy: field.reference_unknown"]);
        assert_eq!(open().await.len(), 1, "the same number opens nothing again");
    }
    for (id, expected) in
        [("unnumbered", "refused: connector.no_number"), ("unsaid", "refused: connector.which_procedure")]
    {
        let refused = engine.connector_in(&plant.manager, id, "gd.json", file.as_bytes()).await;
        assert_eq!(wrong(refused), expected);
    }
    // Whoever may not open such a case there opens none.
    let stranger = world.regulator(crate::world::ELSEWHERE).await;
    // It also learns nothing of a number that is known here, even where it names no enterprise.
    for row in [file.replace("GD-1", "GD-9"), r#"[{"gdh":"GD-1","nr":"护栏松动"}]"#.to_owned()] {
        let receipt = engine.connector_in(&stranger, "complaints", "x.json", row.as_bytes()).await.unwrap();
        assert_eq!(receipt.taken, 0, "{row}");
    }
    assert_eq!(open().await.len(), 1);
}

async fn what_goes_out_bears_the_partners_names_and_the_senders_scope(world: &World) {
    let own = world.plant(HERE, "通许厂").await;
    let engine = with_connectors(world).await;
    world.enterprise(crate::world::ELSEWHERE, "龙亭厂").await;
    let all = engine.connector_out(&world.office, "licences", "out.json").await.unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);
    let here = engine.connector_out(&world.regulator(HERE).await, "licences", "out.json").await.unwrap();
    let rows = here.as_array().unwrap();
    assert_eq!((rows.len(), rows[0]["mc"].as_str()), (1, Some("通许厂")));
    assert!(rows[0].get("head_phone").is_none(), "only what the mapping names goes out");
    let refused = engine.connector_out(&own.manager, "only_in", "x").await;
    assert_eq!(wrong(refused), "refused: connector.other_way");
}
