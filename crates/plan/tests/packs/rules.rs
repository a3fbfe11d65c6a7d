//! What the checker says about rules and bodies that cannot work.

use crate::broken::{SOUND, STATES, check, faults_of, procedure};

/// A register of proposals, and a department.
const MORE: &str = r#"
[[department]]
id = "office"
title = { zh = "办公室", en = "Office" }

[[register]]
id = "plain"
title = { zh = "台账", en = "Plain" }
about = { zh = "甲", en = "A" }
area = "registers"
scope = "place"
keeper = ["worker"]
code = "P-{seq}"
title_from = "name"
list = ["name"]
field = [
  { id = "name", title = { zh = "名称", en = "Name" }, kind = "text" },
  { id = "number", title = { zh = "数", en = "Number" }, kind = "integer" },
]
"#;

fn rule(lines: &str) -> String {
    format!(
        "{MORE}\n[[rule]]\nid = \"ours\"\ntitle = {{ zh = \"规\", en = \"Rule\" }}\non = \"plain\"\n{lines}\n"
    )
}

const WARN: &str = "else = { warn = { zh = \"甲\", en = \"A\" } }";

#[test]
fn a_sound_rule_and_a_sound_body_have_no_fault() {
    let opens = format!(
        "{}{}",
        procedure(STATES, "from = [\"open\"]\nto = \"done\"\nby = [\"worker\"]"),
        rule(
            "must = \"r.number > 1\"\nelse = { open = \"loop\", with = { name = \"r.name\", level = \"major\" } }"
        )
    );
    let body = "[[body]]\nid = \"group\"\ntitle = { zh = \"组\", en = \"Group\" }\nlevel = \"county\"\neach = true\n\
                members = [{ post = { zh = \"长\", en = \"Head\" }, department = \"office\", role = \"worker\" }]\n";
    for added in [rule(&format!("must = \"has(r.name)\"\n{WARN}")), opens, format!("{MORE}{body}")] {
        assert_eq!(faults_of(format!("{SOUND}{added}")), "no fault");
    }
}

#[test]
fn broken_rules_are_named_with_line_key_and_what_is_allowed() {
    let line = SOUND.lines().count() + MORE.lines().count() + 2;
    let table: [(&str, String, &[&str]); 14] = [
        (
            "unknown register",
            rule("must = \"true\"\nelse = {}").replace("on = \"plain\"", "on = \"plane\""),
            &["rule.ours.on", "\"plane\" is not a known register", "plain"],
        ),
        (
            "unknown field",
            rule(&format!("must = \"r.nmae == 'x'\"\n{WARN}")),
            &["rule.ours.must", "nmae", "name"],
        ),
        ("line", rule(&format!("must = \"r.nmae == 'x'\"\n{WARN}")), &[&format!("small.toml:{}", line + 4)]),
        (
            "unknown key",
            rule(&format!("must = \"true\"\n{WARN}\nshould = 1")),
            &["should", "unknown field", "`must`"],
        ),
        ("neither", rule(WARN), &["rule.ours.must", "is missing"]),
        (
            "both",
            rule(&format!("must = \"has(r.name)\"\nchange = \"old.name == new.name\"\n{WARN}")),
            &["rule.ours.change", "either must or change"],
        ),
        (
            "two consequences",
            rule(
                "must = \"has(r.name)\"\nelse = { warn = { zh = \"甲\", en = \"A\" }, notify = [\"worker\"] }",
            ),
            &["rule.ours.else", "has 2 consequences"],
        ),
        (
            "unknown role",
            rule("must = \"has(r.name)\"\nelse = { notify = [\"wörker\"] }"),
            &["rule.ours.else.notify", "\"wörker\" is not a known role"],
        ),
        (
            "unknown procedure",
            rule("must = \"has(r.name)\"\nelse = { open = \"lop\" }"),
            &["rule.ours.else.open", "not a known procedure"],
        ),
        (
            "no proposals",
            rule("must = \"has(r.name)\"\nelse = { propose = \"letter\", to = \"worker\" }"),
            &["rule.ours.else.propose", "needs a register with the shape proposal"],
        ),
        (
            "a change that heals",
            rule(&format!("change = \"old.name == new.name\"\nheals = true\n{WARN}")),
            &["rule.ours.heals"],
        ),
        (
            "a change that is swept",
            rule(&format!("change = \"old.name == new.name\"\nsweep = \"day\"\n{WARN}")),
            &["rule.ours.sweep"],
        ),
        (
            "dates",
            rule(&format!("must = \"has(r.name)\"\nfrom = 2021-01-01\nuntil = 2020-01-01\n{WARN}")),
            &["rule.ours.until", "lies before from"],
        ),
        (
            "a case of the wrong kind",
            rule(&format!(
                "must = \"has(r.name)\"\n{WARN}\n[[rule.case]]\nname = \"x\"\non = 2021-01-01\nold = {{}}\nnew = {{}}\nexpect = \"holds\""
            )),
            &["rule.ours.case", "record = { ... }"],
        ),
    ];
    for (what, added, parts) in &table {
        check(what, added, parts);
    }
    let opens = |with: &str| {
        let loops = procedure(STATES, "from = [\"open\"]\nto = \"done\"\nby = [\"worker\"]");
        format!(
            "{loops}{}",
            rule(&format!("must = \"has(r.name)\"\nelse = {{ open = \"loop\", with = {{ {with} }} }}"))
        )
    };
    check(
        "unknown field of the case",
        &opens("nam = \"x\""),
        &["else.with.nam", "is not a known field of \"case\""],
    );
    check(
        "unknown field of the record",
        &opens("name = \"r.nam\""),
        &["else.with.name", "field of \"plain\""],
    );
    check("unknown choice", &opens("level = \"huge\""), &["else.with.level", "cannot be set"]);
    check("another kind", &opens("name = \"r.number\""), &["else.with.name", "is Integer"]);
    let step = "from = [\"open\"]\nto = \"done\"\nby = [\"role_in:nam\"]";
    check(
        "role in an unknown field",
        &procedure(STATES, step),
        &["step.end.by", "field of kind text", "name"],
    );
}

#[test]
fn broken_bodies_are_named() {
    let body = |lines: &str| {
        format!(
            "{MORE}\n[[body]]\nid = \"group\"\ntitle = {{ zh = \"组\", en = \"Group\" }}\nlevel = \"city\"\n{lines}\n"
        )
    };
    check(
        "unknown department",
        &body("office = \"ofice\""),
        &["body.group.office", "not a known department"],
    );
    check(
        "unknown role",
        &body("members = [{ post = { zh = \"长\", en = \"H\" }, role = \"boss\" }]"),
        &["body.group.members.role"],
    );
    check(
        "a post twice",
        &body("members = [{ post = { zh = \"长\", en = \"H\" } }, { post = { zh = \"长\", en = \"H\" } }]"),
        &["body.group.members.post", "occurs twice"],
    );
    check(
        "held by nobody",
        &body("members = [{ post = { zh = \"长\", en = \"H\" }, count = 0 }]"),
        &["members.count"],
    );
    check(
        "unknown level",
        &body("").replace("level = \"city\"", "level = \"moon\""),
        &["unknown variant `moon`", "`county`"],
    );
}

#[test]
fn a_sample_names_a_field_that_exists_and_values_that_it_takes() {
    let sample = |field: &str, texts: &str| {
        format!("{SOUND}{MORE}\n[[sample]]\nregister = \"plain\"\nfield = \"{field}\"\ntexts = {texts}\n")
    };
    assert_eq!(faults_of(sample("name", "[\"甲\", \"\"]")), "no fault");
    for (text, wanted) in [
        (sample("names", "[\"甲\"]"), "\"names\" is not a known field"),
        (sample("name", "[]"), "is empty; write at least one value"),
        (
            sample("name", "[\"甲\"]").replace("register = \"plain\"", "register = \"plane\""),
            "not a known register",
        ),
    ] {
        let found = faults_of(text);
        assert!(found.contains("sample.") && found.contains(wanted), "{found}");
    }
}
