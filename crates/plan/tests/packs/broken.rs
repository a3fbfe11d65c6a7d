//! What the loader and the checker say about broken packs: file, line, key and what would be allowed.

use std::path::PathBuf;

use plan::pack::{Model, load_sources};
use tempfile::tempdir;

/// A small whole pack that the cases below break: each puts its own text behind it.
pub(crate) const SOUND: &str = r#"
[pack]
id = "small"
title = { zh = "小包", en = "Small" }
version = "1"
from = 2020-06-04

[[role]]
id = "worker"
title = { zh = "员工", en = "Worker" }
seat = "enterprise"

[[choices]]
id = "levels"
title = { zh = "等级", en = "Levels" }
of = [{ id = "general", title = { zh = "一般", en = "General" } }, { id = "major", title = { zh = "重大", en = "Major" } }]

[[register]]
id = "case"
title = { zh = "案件", en = "Case" }
about = { zh = "甲", en = "A" }
area = "registers"
cases = true
scope = "place"
keeper = ["worker"]
code = "C-{seq}"
title_from = "name"
list = ["name"]
identity = ["name"]
field = [
  { id = "name", title = { zh = "名称", en = "Name" }, kind = "text", max = 8 },
  { id = "level", title = { zh = "等级", en = "Level" }, kind = "choice", of = "levels" },
  { id = "who", title = { zh = "谁", en = "Who" }, kind = "account" },
  { id = "day", title = { zh = "日", en = "Day" }, kind = "day" },
]
"#;

/// A procedure with these lines in its one step.
pub(crate) fn procedure(states: &str, step: &str) -> String {
    format!(
        "[[procedure]]\nid = \"loop\"\ntitle = {{ zh = \"环\", en = \"Loop\" }}\nabout = {{ zh = \"甲\", en = \"A\" }}\nregister = \"case\"\n\
         state = [{states}]\nopening = {{ by = [\"worker\"], to = \"open\" }}\n\n[[procedure.step]]\nid = \"end\"\n\
         title = {{ zh = \"办\", en = \"End\" }}\n{step}\n"
    )
}

pub(crate) const STATES: &str = "{ id = \"open\", title = { zh = \"开\", en = \"Open\" } }, { id = \"done\", title = { zh = \"完\", en = \"Done\" }, kind = \"closed\" }";

pub(crate) fn faults_of(text: String) -> String {
    let sources = load_sources(vec![("small.toml".into(), PathBuf::from("small.toml"), text)]);
    match sources.and_then(|sources| Model::from_sources(&sources)) {
        Ok(_) => "no fault".into(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn the_sound_pack_has_no_fault() {
    let whole = procedure(
        STATES,
        "from = [\"open\"]\nto = \"done\"\nby = [\"worker\", \"field:who\"]\nwhen = { level = [\"major\", \"\"] }",
    );
    assert_eq!(faults_of(SOUND.to_owned()), "no fault");
    // Its only main step has a condition, which a case may never meet.
    assert!(faults_of(format!("{SOUND}{whole}")).contains("every main step has a condition"));
    let whole = procedure(
        STATES,
        "from = [\"open\"]\nto = \"done\"\nby = [\"worker\", \"field:who\"]\nnot_by = [\"open\", \"field:who\"]",
    );
    assert_eq!(faults_of(format!("{SOUND}{whole}")), "no fault");
}

/// Checks that the pack with `added` behind it has a fault that contains each of `parts` in one line.
pub(crate) fn check(what: &str, added: &str, parts: &[&str]) {
    let found = faults_of(format!("{SOUND}{added}"));
    let line = found.lines().find(|line| parts.iter().all(|part| line.contains(part)));
    assert!(line.is_some(), "{what}: no line with {parts:?} in\n{found}");
}

#[test]
fn broken_registers_roles_and_regions_are_named_with_file_line_and_key() {
    let first = SOUND.lines().count() + 1;
    let role =
        |line: &str| format!("[[role]]\nid = \"boss\"\ntitle = {{ zh = \"长\", en = \"Boss\" }}\n{line}\n");
    check(
        "unknown key",
        &role("seat = \"enterprise\"\nsees = 1"),
        &[&format!("small.toml:{}: ", first + 4), "sees", "unknown field", "expected one of", "`excludes`"],
    );
    check(
        "unknown seat",
        &role("seat = \"moon\""),
        &[&format!("small.toml:{}: ", first + 3), "unknown variant `moon`", "`township`"],
    );
    check(
        "double id",
        "[[role]]\nid = \"worker\"\ntitle = { zh = \"工\", en = \"W\" }\nseat = \"county\"\n",
        &[&format!("small.toml:{}: role.id", first + 1), "\"worker\" is defined already in small.toml:9"],
    );
    check(
        "unknown role",
        &role("seat = \"enterprise\"\nexcludes = [\"wörker\"]"),
        &["role.boss.excludes", "\"wörker\" is not a known role", "known are worker, boss"],
    );
    let region = |code: &str, parent: &str| {
        format!(
            "[[region]]\ncode = \"{code}\"\ntitle = {{ zh = \"地\", en = \"Place\" }}\nkind = \"county\"\nparent = \"{parent}\"\nfrom = 2000-01-01\n"
        )
    };
    check(
        "circular regions",
        &(region("1", "2") + &region("2", "1")),
        &["region.1", "lies within itself: its parents form a circle"],
    );
    check(
        "region without parent",
        &region("1", "9"),
        &["region.1", "its parent \"9\" is not a region of the packs"],
    );
    check(
        "day that does not exist",
        "[[region]]\ncode = \"1\"\ntitle = { zh = \"地\", en = \"P\" }\nkind = \"city\"\nfrom = \"2020-02-30\"\n",
        &[
            &format!("small.toml:{}: ", first + 4),
            "\"2020-02-30\" is not a day; write for instance 2020-06-04",
        ],
    );
    check(
        "day with a time",
        "[[region]]\ncode = \"1\"\ntitle = { zh = \"地\", en = \"P\" }\nkind = \"city\"\nfrom = 2020-02-03T10:00:00\n",
        &["has a time; write only the day"],
    );
    check(
        "clause of an unknown department",
        "[[clause]]\nid = \"M.1\"\ntitle = { zh = \"甲\", en = \"A\" }\nlead = [\"moon\"]\n",
        &["clause.M.1.lead", "\"moon\" is not a known department"],
    );
    check(
        "department of an unknown sector",
        "[[department]]\nid = \"d\"\ntitle = { zh = \"局\", en = \"D\" }\nsectors = [\"moon\"]\n",
        &["department.d.sectors", "\"moon\" is not a known sector"],
    );
}

#[test]
fn broken_fields_are_named_with_what_would_be_allowed() {
    let register = |head: &str, field: &str| {
        format!(
            "[[register]]\nid = \"other\"\ntitle = {{ zh = \"他\", en = \"Other\" }}\nabout = {{ zh = \"甲\", en = \"A\" }}\narea = \"registers\"\n\
             scope = \"place\"\nkeeper = [\"worker\"]\ncode = \"O-{{seq}}\"\ntitle_from = \"name\"\n{head}\nfield = [\n  {{ id = \"name\", title = {{ zh = \"名\", en = \"Name\" }}, kind = \"text\" }},\n{field}\n]\n"
        )
    };
    let one = |rest: &str| {
        register(
            "list = [\"name\"]",
            &format!("  {{ id = \"x\", title = {{ zh = \"甲\", en = \"X\" }}, {rest} }},"),
        )
    };
    check(
        "missing shape field",
        &register("list = [\"name\"]\nshape = \"enterprise\"", ""),
        &["register.other.shape", "Enterprise needs a field \"uscc\" of kind Uscc"],
    );
    check(
        "unknown column",
        &register("list = [\"nmae\"]", ""),
        &["register.other.list", "\"nmae\" is not a known field of this register; known are name"],
    );
    check(
        "unknown list of choices",
        &one("kind = \"choice\", of = \"level\""),
        &["register.other.x.of", "\"level\" is not a known list of choices; known are levels"],
    );
    check(
        "reference to nowhere",
        &one("kind = \"reference\", to = \"moon\""),
        &["register.other.x.to", "\"moon\" is not a known register", "case"],
    );
    check("unknown kind", &one("kind = \"number\""), &["unknown variant `number`", "`integer`"]);
    check(
        "bounds",
        &one("kind = \"integer\", min = 3, max = 1"),
        &["register.other.x.min", "3 lies above max 1"],
    );
    check(
        "reserved name",
        &register(
            "list = [\"name\"]",
            "  { id = \"state\", title = { zh = \"态\", en = \"S\" }, kind = \"text\" },",
        ),
        &["register.other.state", "none of id, code, title"],
    );
    check(
        "four sorts",
        &register("list = [\"name\"]\nsorts = [\"name\", \"code\", \"county\", \"township\"]", ""),
        &["register.other.sorts", "at most three"],
    );
    check(
        "unknown keeper",
        &register("list = [\"name\"]\nreaders = [\"boss\"]", ""),
        &["register.other.readers", "\"boss\" is not a known role"],
    );
}

#[test]
fn broken_procedures_are_named_with_their_step() {
    let step = |rest: &str| {
        procedure(STATES, &format!("from = [\"open\"]\nto = \"done\"\nby = [\"worker\"]\n{rest}"))
    };
    check(
        "state nobody leaves",
        &procedure(
            &format!("{STATES}, {{ id = \"stuck\", title = {{ zh = \"卡\", en = \"Stuck\" }} }}"),
            "from = [\"open\"]\nto = \"stuck\"\nby = [\"worker\"]",
        ),
        &["procedure.loop.state.stuck", "no main step leaves it"],
    );
    check(
        "end that is left",
        &procedure(STATES, "from = [\"open\", \"done\"]\nto = \"done\"\nby = [\"worker\"]"),
        &["procedure.loop.state.done", "is an end, but a step leaves it"],
    );
    check(
        "unknown state",
        &procedure(STATES, "from = [\"open\"]\nto = \"dnoe\"\nby = [\"worker\"]"),
        &[
            "procedure.loop.step.end.to",
            "\"dnoe\" is not a known state of this procedure; known are done, open",
        ],
    );
    check(
        "unknown role",
        &procedure(STATES, "from = [\"open\"]\nto = \"done\"\nby = [\"boss\"]"),
        &["procedure.loop.step.end.by", "\"boss\" is not a known role; known are worker"],
    );
    check(
        "person in a field that is no account",
        &procedure(STATES, "from = [\"open\"]\nto = \"done\"\nby = [\"field:name\"]"),
        &["step.end.by", "\"name\" is not a known field of kind account; known are who"],
    );
    check(
        "unknown earlier step",
        &step("not_by = [\"fix\"]"),
        &["step.end.not_by", "\"fix\" is neither open nor a step"],
    );
    check(
        "agency in a field that is no text",
        &step("same_agency = \"who\""),
        &["step.end.same_agency", "\"who\" is not a known field of kind text"],
    );
    check(
        "unknown field",
        &step("needs = [\"photo\"]"),
        &["step.end", "\"photo\" is not a known field of the register"],
    );
    check(
        "two limits",
        &step("within = \"3d\"\nuntil = \"day\""),
        &["step.end.until", "either within or until"],
    );
    check(
        "limit without unit",
        &step("within = \"3\""),
        &["\"3\" is not a time limit; write for instance 5wd"],
    );
    check(
        "late without limit",
        &step("late = [{ after = \"0d\", notify = [\"worker\"] }]"),
        &["step.end.late", "needs a limit"],
    );
    check(
        "value that is no choice",
        &step("sets = { level = \"huge\" }"),
        &["step.end.sets.level", "\"huge\" is not a known choice of \"level\"; known are general, major"],
    );
    check(
        "value of another kind",
        &step("sets = { day = true }"),
        &["step.end.sets.day", "cannot be set to true"],
    );
    check(
        "condition on an unknown field",
        &step("side = true\nwhen = { size = [\"x\"] }"),
        &["step.end.when.size", "\"size\" is not a known field of \"case\""],
    );
    check(
        "condition on text",
        &step("side = true\nwhen = { name = [\"x\"] }"),
        &["step.end.when.name", "only a single choice or yes-no field"],
    );
    check(
        "condition that never holds",
        &step("side = true\nwhen = { level = [] }"),
        &["step.end.when.level", "lists no value"],
    );
    check(
        "condition through no reference",
        &step("side = true\nwhen = { \"who.level\" = [\"major\"] }"),
        &["step.end.when.who.level", "\"who\" is no reference"],
    );
    check(
        "other procedure that does not exist",
        &step("becomes = \"moon\""),
        &["step.end.becomes", "\"moon\" is not a known procedure; known are loop"],
    );
}

/// Loads a folder with the sound pack, this TOML and this CSV file beside it.
fn with_csv(csv: &[u8]) -> String {
    let folder = tempdir().unwrap();
    std::fs::write(
        folder.path().join("small.toml"),
        format!("{SOUND}\n[[seed]]\nregister = \"case\"\nfile = \"rows.csv\"\n"),
    )
    .unwrap();
    std::fs::write(folder.path().join("rows.csv"), csv).unwrap();
    match Model::load(&[folder.path()]) {
        Ok(model) => format!("{} rows", model.seeds[0].rows.len()),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn bad_rows_of_a_csv_file_are_named_with_their_line() {
    assert_eq!(with_csv("\u{feff}name,level,day\n甲,general,2020-06-04\n乙,重大,\n".as_bytes()), "2 rows");
    let check = |csv: &[u8], expected: &str| assert_eq!(with_csv(csv), expected);
    check(
        b"name,level\na,general\nb\n",
        "rows.csv:3: seed: has 1 values where the first line names 2 fields",
    );
    check(
        b"name,colour\na,red\n",
        "rows.csv:1: seed: \"colour\" is not a field of \"case\"; known are name, level, who, day",
    );
    check(b"name,level\na,huge\n", "rows.csv:2: level: \"huge\" is not a choice; known are general, major");
    check(
        b"name,day\na,2020-02-30\n",
        "rows.csv:2: day: \"2020-02-30\" is not a day; write for instance 2020-06-04",
    );
    check(b"name\na\nb\na\n", "rows.csv:4: name: \"a\" stands already in line 2; a record comes once");
    check(b"name\na very long name\n", "rows.csv:2: name: has 16 characters; at most 8");
    check(b"name\na\n\xc4\xe3\n", "rows.csv:3: seed: is not UTF-8 text; save the file as UTF-8");
}

#[test]
fn files_that_cannot_be_read_are_named_and_all_faults_come_at_once() {
    let folder = tempdir().unwrap();
    let load = || Model::load(&[folder.path()]).map(|_| ()).unwrap_err().to_string();
    assert!(load().contains("holds no .toml file; a pack needs at least pack.toml"), "{}", load());
    std::fs::write(folder.path().join("a.toml"), b"[pack]\nid = \"\xc4\xe3\"\n").unwrap();
    std::fs::write(folder.path().join("b.toml"), "[[role]\n").unwrap();
    let found = load();
    assert!(found.contains("a.toml:0: file: is not UTF-8 text; save it as UTF-8"), "{found}");
    assert!(found.contains("b.toml:1: "), "{found}");
    let nowhere = Model::load(&[&folder.path().join("nowhere")]).map(|_| ()).unwrap_err().to_string();
    assert!(nowhere.contains("cannot be read"), "{nowhere}");
}

#[test]
fn a_missing_csv_file_is_named() {
    let folder = tempdir().unwrap();
    std::fs::write(
        folder.path().join("small.toml"),
        format!("{SOUND}\n[[seed]]\nregister = \"case\"\nfile = \"gone.csv\"\n"),
    )
    .unwrap();
    let found = Model::load(&[folder.path()]).map(|_| ()).unwrap_err().to_string();
    assert!(found.starts_with("gone.csv:0: seed: cannot be read"), "{found}");
}

#[test]
fn dated_values_say_what_holds_on_every_day() {
    for (series, expected) in [
        ("", "has no entry"),
        ("{ from = 2020-01-01, value = 1, source = \" \" }", "has no source"),
        ("{ from = 2020-01-01, until = 2019-01-01, value = 1, source = \"甲\" }", "ends before it begins"),
        (
            "{ from = 2020-01-01, value = 1, source = \"甲\" }, { from = 2020-01-01, value = 2, source = \"甲\" }",
            "two entries begin on this day",
        ),
        (
            "{ from = 2020-01-01, value = 1, source = \"甲\" }, { from = 2021-01-01, value = \"2\", source = \"甲\" }",
            "small.toml:38: value.limit.series.2021-01-01: has another form",
        ),
        (
            "{ from = 2020-01-01, value = { a = 1 }, source = \"甲\" }, { from = 2021-01-01, value = { b = 1 }, source = \"甲\" }",
            "has another form",
        ),
        ("{ from = 2020-01-01, value = { a = { b = 1 } }, source = \"甲\" }", "a table within a table"),
        ("{ from = 2020-01-01, value = [1, \"a\"], source = \"甲\" }", "a list of several kinds"),
        ("{ from = 2020-01-01, value = nan, source = \"甲\" }", "is no finite number"),
        (
            "{ from = 2020-01-01, value = { a = 1, b = 2.5 }, source = \"甲\" }, { from = 2021-01-01, value = { a = 2.5, b = 2 }, source = \"甲\" }",
            "no fault",
        ),
    ] {
        let found = faults_of(format!("{SOUND}\n[[value]]\nid = \"limit\"\nseries = [{series}]\n"));
        assert!(found.contains(expected), "{series}: {found}");
    }
}
