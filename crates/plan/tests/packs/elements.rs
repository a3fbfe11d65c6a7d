//! Deliverables, campaigns, checklists, publications, connectors, monitors, assessments: sound ones load, and what cannot
//! work is named with its place.

use std::path::{Path, PathBuf};

use plan::pack::{Model, Source, load_folder, load_sources};

const SOUND: &str = r#"
[[deliverable]]
id = "county-programme"
title = { zh = "县区实施方案", en = "Programme of each county" }
about = { zh = "甲", en = "A" }
clauses = ["M.0a"]
kind = "programme"
who = { subject = "county", when = "s.kind in ['county', 'district']" }
also = ["department"]
by = 2020-06-30
to = ["city.office", "city.leader"]
parts = [{ zh = "目标", en = "Aims" }, { zh = "分工", en = "Who does what" }]
number = true
sign = true
remind = ["-10d"]
late = [{ after = "1d", notify = ["county.office"] }]

[[deliverable]]
id = "half-year-summary"
title = { zh = "半年总结", en = "Half-yearly summary" }
kind = "summary"
who = { subject = "enterprise", when = "s.headcount >= 300" }
every = { configurable = "half_year" }
due = "+10d"
open_number = { zh = "计划未定周期，取半年", en = "The plan names no period; half-yearly chosen" }
to = ["county.regulator"]

[[campaign]]
id = "safety-month"
title = { zh = "安全生产月", en = "Safety month" }
who = { subject = "county" }
every = "year"
count = { unit = { zh = "场", en = "events" }, target = "v('t')" }
proof = [{ id = "photos", title = { zh = "照片", en = "Photos" }, kind = "image" }]

[[value]]
id = "t"
series = [{ from = 2020-06-04, value = 10, source = "x" }]

[[checklist]]
id = "boiler"
title = { zh = "锅炉检查表", en = "Boilers" }
for = "risk_point"
when = "has(s.name)"
item = [
  { id = "valve", look = { zh = "安全阀", en = "Valve" }, basis = { zh = "TSG 11-2020", en = "TSG 11-2020" }, judge = { zh = "铅封完好", en = "Sealed" }, level = "major", criterion = "MEM10-3-1" },
]

[[publication]]
id = "major-hazards"
title = { zh = "重大隐患公示", en = "Major hazards" }
of = "hazard"
when = "r.level == 'major'"
fields = [{ id = "code" }, { id = "county" }, { id = "deadline" }, { id = "state" }]
from = "entry"
for = "until_closed"
withdrawn = "archive"
decided_by = ["city.leader"]
order = "deadline"

[[connector]]
id = "credit"
title = { zh = "信用平台", en = "Credit platform" }
partner = { zh = "信用中心", en = "Credit centre" }
direction = "both"
transport = "file"
of = "enterprise"
mapping = { tyshxydm = "uscc", mc = "name" }
key = "tyshxydm"
every = "day"
receipt = true
refused = "case"

[[monitor]]
id = "headcount"
title = { zh = "甲", en = "A" }
on = "enterprise"
when = "r.headcount >= 1"
levels = [{ id = "high", above = "r.headcount", for = "10s", clear_below = "r.headcount * 0.98" }]
missing = "3m"
frozen = "30m"
respond = [{ level = "high", within = "5m", by = "control_room", then = "escalate:county" }]
opens = { level = "high", unacknowledged = "10m", procedure = "hazard.general" }

[[assessment]]
id = "point"
title = { zh = "甲", en = "A" }
subject = "risk_point"
method = "lec"
inputs = { l = "r.name", e = 6 }
valid_for = "12mo"
again_when = ["name"]
keeper = ["enterprise.safety_manager"]
"#;

fn load(text: &str) -> Result<Model, String> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut sources: Vec<Source> = load_folder(&packs.join("core")).unwrap();
    let own = vec![("own.toml".to_owned(), PathBuf::from("own.toml"), text.to_owned())];
    sources.extend(load_sources(own).map_err(|faults| faults.to_string())?);
    Model::from_sources(&sources).map_err(|faults| faults.to_string())
}

#[test]
fn sound_elements_of_every_kind_load_and_serve_their_rows() {
    let text = SOUND.replace("also = [\"department\"]", "also = [\"park\"]");
    let model = load(&text).unwrap_or_else(|faults| panic!("{faults}"));
    let kinds: Vec<&str> = model.elements.all().iter().map(|e| e.kind).collect();
    let wanted = [
        "deliverable",
        "deliverable",
        "campaign",
        "checklist",
        "publication",
        "connector",
        "monitor",
        "assessment",
    ];
    assert_eq!(kinds, wanted);
    assert!(model.serving("M.0a").contains(&("deliverable", "county-programme")));
    let every = model.elements.deliverables["half-year-summary"].every.unwrap();
    assert!(every.configurable, "what the plan leaves open is marked");
}

#[test]
fn what_cannot_work_in_an_element_is_named_with_line_and_key() {
    for (from, to, parts) in [
        (
            "kind = \"programme\"",
            "kind = \"poem\"",
            vec!["own.toml:7", "unknown variant `poem`", "`programme`"],
        ),
        (
            "by = 2020-06-30",
            "by = 2020-06-30\nperiod = 3",
            vec!["own.toml:11", "unknown field `period`", "`every`"],
        ),
        (
            "also = [\"department\"]",
            "also = [\"moon\"]",
            vec!["own.toml:9: deliverable.county-programme.also", "allowed are county"],
        ),
        ("'district']\"", "'moon']\"", vec!["own.toml:8: deliverable.county-programme.who.when", "moon"]),
        ("by = 2020-06-30", "", vec!["deliverable.county-programme.by", "neither by"]),
        (
            "by = 2020-06-30",
            "by = 2020-06-30\nevery = \"year\"",
            vec!["deliverable.county-programme.every", "not both"],
        ),
        (
            "every = { configurable = \"half_year\" }",
            "every = \"week\"",
            vec!["deliverable.half-year-summary.every", "write a duty"],
        ),
        (
            "every = { configurable = \"half_year\" }",
            "every = \"monthly\"",
            vec!["own.toml:23", "is not a recurrence", "half_year"],
        ),
        ("due = \"+10d\"", "due = \"soon\"", vec!["own.toml:24", "is not a day due"]),
        (
            "subject = \"enterprise\", when = \"s.headcount >= 300\"",
            "subject = \"enterprize\"",
            vec!["own.toml:22", "deliverable.half-year-summary.who.subject", "enterprise"],
        ),
        (
            "s.headcount >= 300",
            "s.headcont >= 300",
            vec!["own.toml:22: deliverable.half-year-summary.who.when", "headcont", "headcount"],
        ),
        (
            "to = [\"city.office\", \"city.leader\"]",
            "to = [\"city.moon\"]",
            vec!["deliverable.county-programme.to", "department or role"],
        ),
        (
            "to = [\"city.office\", \"city.leader\"]",
            "",
            vec!["deliverable.county-programme.to", "names no recipient"],
        ),
        (
            "notify = [\"county.office\"]",
            "notify = []",
            vec!["deliverable.county-programme.late", "does nothing"],
        ),
        ("\"v('t')\"", "\"v('tt')\"", vec!["campaign.safety-month.count.target", "tt"]),
        (
            "proof = [{ id = \"photos\", title = { zh = \"照片\", en = \"Photos\" }, kind = \"image\" }]",
            "",
            vec!["campaign.safety-month.proof", "names no field"],
        ),
        ("for = \"risk_point\"", "for = \"moon\"", vec!["checklist.boiler.for", "register or sector"]),
        (
            "criterion = \"MEM10-3-1\"",
            "criterion = \"MEM10-99\"",
            vec!["own.toml:46: checklist.boiler.item.valve.criterion", "not a known criterion"],
        ),
        (
            "judge = { zh = \"铅封完好\", en = \"Sealed\" }",
            "judge = { zh = \"\", en = \"\" }",
            vec!["checklist.boiler.item.valve.judge", "needs its words"],
        ),
        ("for = \"until_closed\"", "for = \"ever\"", vec!["until_closed", "not a time limit"]),
        (
            "of = \"hazard\"\nwhen = \"r.level == 'major'\"",
            "of = \"risk_point\"",
            vec!["publication.major-hazards.for", "needs cases"],
        ),
        (
            "decided_by = [\"city.leader\"]",
            "decided_by = []",
            vec!["publication.major-hazards.decided_by", "decided by a person"],
        ),
        (
            "{ id = \"deadline\" }, { id",
            "{ id = \"responsible_phone\" }, { id",
            vec!["publication.major-hazards.fields", "is personal"],
        ),
        ("from = \"entry\"", "from = \"description\"", vec!["publication.major-hazards.from", "of kind"]),
        ("key = \"tyshxydm\"", "key = \"id\"", vec!["connector.credit.key", "tyshxydm"]),
        ("mc = \"name\"", "mc = \"uscc\"", vec!["connector.credit.mapping", "two of their fields"]),
        ("clear_below", "clear_above", vec!["monitor.headcount.levels.high", "other side"]),
        ("for = \"10s\"", "for = \"10\"", vec!["monitor.headcount.levels.high.for", "10s"]),
        (
            "procedure = \"hazard.general\"",
            "procedure = \"hazard.moon\"",
            vec!["monitor.headcount.opens.procedure", "hazard.major"],
        ),
        ("method = \"lec\"", "method = \"guess\"", vec!["assessment.point.method", "lec"]),
        (
            "method = \"lec\"",
            "method = \"gb35181\"",
            vec!["assessment.point.method", "no method that this program computes"],
        ),
        (
            "{ id = \"deadline\" }, { id",
            "{ id = \"position\" }, { id",
            vec!["publication.major-hazards.fields", "is a position"],
        ),
        ("again_when = [\"name\"]", "again_when = [\"nam\"]", vec!["assessment.point.again_when", "nam"]),
        ("id = \"point\"", "id = \"Point 1\"", vec!["assessment.Point 1.id", "lower-case"]),
        (
            "id = \"half-year-summary\"",
            "id = \"county-programme\"",
            vec!["deliverable.id", "is defined already in own.toml:3"],
        ),
    ] {
        assert!(SOUND.contains(from), "{from}");
        let faults =
            load(&SOUND.replacen(from, to, 1)).map(|_| String::new()).unwrap_or_else(|faults| faults);
        let found = faults.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(found, "{from} -> {to}: no line with {parts:?} in\n{faults}");
    }
}
