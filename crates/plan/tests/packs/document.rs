//! The plan's head and parts: what Kaifeng's pack says, and what the checker says about broken ones.

use std::path::{Path, PathBuf};

use base::Day;
use plan::pack::{Every, Model, load_sources};

const SOUND: &str = r#"
[pack]
id = "small"
title = { zh = "小包", en = "Small" }
version = "1"
from = 2020-06-04

[plan]
title = { zh = "方案", en = "Plan" }
issuer = { zh = "安委会", en = "Commission" }
number = "某安委〔2020〕1号"
issued = 2020-06-04
from = 2020-05-01
until = 2022-12-31
keeper = ["office"]

[[role]]
id = "office"
title = { zh = "办公室", en = "Office" }
seat = "city"

[[part]]
id = "M"
title = { zh = "总体方案", en = "Main plan" }

[[part]]
id = "A1"
title = { zh = "专题", en = "Topic" }

[[clause]]
id = "A1.2"
title = { zh = "任务", en = "Tasks" }
from = 2020-06-01
until = 2020-12-31
every = ["half-yearly", "every-3-years"]
targets = [">=15%"]
"#;

fn faults_of(text: &str) -> String {
    let sources = load_sources(vec![("small.toml".into(), PathBuf::from("small.toml"), text.to_owned())]);
    match sources.and_then(|sources| Model::from_sources(&sources)) {
        Ok(_) => "no fault".into(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn broken_heads_parts_and_periods_are_told_with_line_key_and_what_is_allowed() {
    assert_eq!(faults_of(SOUND), "no fault");
    for (from, to, expected) in [
        (
            "until = 2022-12-31",
            "until = 2019-12-31",
            "small.toml:11: plan.until: 2019-12-31 lies before from 2020-05-01",
        ),
        ("number = \"某安委〔2020〕1号\"", "number = \" \"", "small.toml:11: plan.number: is empty"),
        (
            "keeper = [\"office\"]",
            "keeper = [\"officer\"]",
            "plan.keeper: \"officer\" is not a known role; known are office",
        ),
        (
            "id = \"A1\"",
            "id = \"A01\"",
            "small.toml:27: part.id: \"A01\" is not a part; write M or A with a number",
        ),
        ("id = \"A1\"", "id = \"M\"", "part.id: \"M\" is defined already in small.toml:23"),
        (
            "id = \"A1.2\"",
            "id = \"A2.2\"",
            "small.toml:31: clause.A2.2.id: \"A2\" is not a known part of the plan; known are A1, M",
        ),
        (
            "until = 2020-12-31",
            "until = 2020-01-31",
            "small.toml:31: clause.A1.2.until: 2020-01-31 lies before",
        ),
        ("\"half-yearly\"", "\"halfyearly\"", "\"halfyearly\" is not a recurrence; allowed are shift, daily"),
        ("issued = 2020-06-04\n", "", "missing field `issued`"),
        ("issuer =", "sender =", "unknown field `sender`"),
    ] {
        let faults = faults_of(&SOUND.replacen(from, to, 1));
        assert!(faults.contains(expected), "{to}: {faults}");
    }
}

#[test]
fn a_second_plan_is_refused_and_a_pack_without_parts_is_sound() {
    let (head, rest) = SOUND.split_once("[plan]").unwrap();
    let plan = format!("[plan]{}", rest.split("[[role]]").next().unwrap());
    let files = vec![
        ("a.toml".into(), PathBuf::from("a.toml"), SOUND.to_owned()),
        ("b.toml".into(), PathBuf::from("b.toml"), plan),
    ];
    let faults = Model::from_sources(&load_sources(files).unwrap()).unwrap_err().to_string();
    assert!(faults.contains("b.toml:4: plan: a.toml names the plan already"), "{faults}");
    let bare = format!("{head}[[clause]]\nid = \"A7.1\"\ntitle = {{ zh = \"甲\", en = \"A\" }}\n");
    assert_eq!(faults_of(&bare), "no fault");
}

#[test]
fn kaifengs_plan_has_ten_titled_parts_and_its_phases_their_periods() {
    let folder = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
    let model = Model::load(&[&folder("core"), &folder("kaifeng-2020")]).unwrap();
    let plan = model.plan.as_ref().unwrap();
    assert_eq!(plan.number.get_ref(), "汴安生委〔2020〕5号");
    assert_eq!((plan.issued.to_string(), plan.until.to_string()), ("2020-06-04".into(), "2022-12-31".into()));
    let parts: Vec<&str> = model.parts.iter().map(|p| p.id.get_ref().as_str()).collect();
    assert_eq!(parts, ["M", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"]);
    let day = |text: &str| Day::parse(text);
    let phase = model.clause("A5.3.1").unwrap();
    assert_eq!((phase.from, phase.until), (day("2020-04-01"), day("2020-05-31")));
    assert_eq!(model.clause("A1.2.3").unwrap().every, [Every::Quarter]);
    let phases = model.clauses.iter().filter(|c| c.until.is_some()).count();
    assert_eq!(phases, 50, "four phases and their heading in the main text and nine annexes");
    let below: Vec<&str> = model.clauses_below("A5.3").map(|c| c.id.get_ref().as_str()).collect();
    assert_eq!(below, ["A5.3.1", "A5.3.2", "A5.3.3", "A5.3.4"]);
}
