//! The program as people start it: every command on small data, good and bad.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

fn anlan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_anlan")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A city of a few enterprises in a folder of its own.
fn small_city(folder: &Path, seed: &str) {
    let built = anlan(&small(folder, seed));
    assert!(built.status.success(), "{}", complained(&built));
}

/// What makes a city of a few enterprises, by the main loop alone.
fn small<'a>(folder: &'a Path, seed: &'a str) -> [&'a str; 9] {
    ["demo", "--core-only", "--build-only", "--enterprises", "12", "--seed", seed, "--data", path(folder)]
}

/// Code, title and state of every hazard, as stored.
fn hazards(folder: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", folder.join("anlan.sqlite").display());
        let database = store::Database::open(&url).await.unwrap();
        let query = store::Query::of("r_hazard", store::Scope::system("test"))
            .columns(&["code", "title", "state", "found_at"])
            .sort("code", store::Direction::Ascending)
            .limit(100_000);
        let rows = database.select(&query).await.unwrap();
        let line = |row: &store::Row| {
            format!(
                "{} {} {} {}",
                row.text("code").unwrap(),
                row.text("title").unwrap(),
                row.text("state").unwrap(),
                row.int("found_at").unwrap()
            )
        };
        rows.iter().map(line).collect()
    })
}

#[test]
fn a_method_answers_with_its_derivation_and_refuses_what_its_table_does_not_hold() {
    let good = anlan(&["calc", "lec", r#"{"l":3,"e":6,"c":15}"#, "--on", "2021-06-15"]);
    assert!(good.status.success());
    let outcome: serde_json::Value = serde_json::from_str(&said(&good)).unwrap();
    assert_eq!((&outcome["value"], &outcome["grade"]), (&270.into(), &"orange".into()));
    assert!(outcome["derivation"].as_array().is_some_and(|steps| !steps.is_empty()));
    for (arguments, expected) in [
        (["calc", "lec", r#"{"l":2,"e":6,"c":15}"#], "allowed=10, 6, 3, 1"),
        (["calc", "lec", "not json"], "is not JSON"),
        (["calc", "guess", "{}"], "lec"),
    ] {
        let refused = anlan(&arguments);
        assert!(!refused.status.success());
        assert!(complained(&refused).contains(expected), "{arguments:?}: {}", complained(&refused));
    }
}

#[test]
fn a_document_is_read_from_a_file_and_a_wrong_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.txt");
    std::fs::write(&plan, "某县安全生产委员会文件\n某安委〔2021〕3号\n\n某县安全生产整治方案\n\n一、总体要求\n2021年6月底前完成排查。（县应急管理局牵头）\n二、主要任务\n（一）排查隐患。\n").unwrap();
    let outline = anlan(&["plan", "read", path(&plan)]);
    assert!(outline.status.success(), "{}", complained(&outline));
    assert!(
        said(&outline).contains("一、总体要求") && said(&outline).contains("2021-06-30"),
        "{}",
        said(&outline)
    );
    let picture = folder.path().join("plan.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n0000").unwrap();
    let refused = anlan(&["plan", "read", path(&picture)]);
    assert!(!refused.status.success() && !complained(&refused).is_empty());
}

#[test]
fn a_pack_with_a_fault_is_refused_with_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pack.toml"), "[pack]\nid = \"x\"\ncolour = \"red\"\n").unwrap();
    let refused = anlan(&["plan", "check", path(folder.path())]);
    let message = complained(&refused);
    assert!(
        !refused.status.success() && message.contains("pack.toml:3") && message.contains("colour"),
        "{message}"
    );
}

#[test]
fn the_same_seed_makes_the_same_city_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, other] = ["first", "second", "other"].map(|name| folder.path().join(name));
    small_city(&first, "7");
    small_city(&second, "7");
    small_city(&other, "8");
    let made = hazards(&first);
    assert!(made.len() > 60, "{} hazards", made.len());
    assert_eq!(made, hazards(&second));
    assert_ne!(made, hazards(&other));
    let mixed = anlan(&small(&first, "8"));
    assert!(!mixed.status.success() && complained(&mixed).contains("another or an unfinished city"));
}

#[test]
fn a_backup_restores_the_same_city_whose_journal_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let [city, backup, restored] = ["city", "backup", "restored"].map(|name| folder.path().join(name));
    small_city(&city, "7");
    let anchor = anlan(&["journal", "anchor", "--data", path(&city)]);
    assert!(said(&anchor).starts_with("anlan-journal "), "{}", complained(&anchor));
    let saved = anlan(&["backup", "--data", path(&city), path(&backup)]);
    assert!(saved.status.success(), "{}", complained(&saved));
    let brought = anlan(&["restore", path(&backup), "--data", path(&restored)]);
    assert!(brought.status.success(), "{}", complained(&brought));
    assert_eq!(hazards(&city), hazards(&restored));
    let anchors = folder.path().join("anchors.txt");
    std::fs::write(&anchors, said(&anchor)).unwrap();
    let verified = anlan(&["journal", "verify", "--data", path(&restored), "--anchors", path(&anchors)]);
    assert!(
        said(&verified).contains("the journal is whole") && said(&verified).contains("1 anchors agree"),
        "{}",
        complained(&verified)
    );
    let again = anlan(&["restore", path(&backup), "--data", path(&restored)]);
    assert!(!again.status.success() && complained(&again).contains("holds a city already"));
}

#[test]
fn the_first_account_is_made_on_the_command_line_with_its_password_from_standard_input() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let add = |password: &str, role: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_anlan"))
            .args([
                "account",
                "add",
                "first",
                "--display",
                "管理员",
                "--role",
                role,
                "--data",
                path(folder.path()),
            ])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let unknown = add("a-long-enough-one\n", "king");
    assert!(!unknown.status.success() && complained(&unknown).contains("system.admin"));
    assert!(!add("short\n", "system.admin").status.success());
    assert!(!add("", "system.admin").status.success());
    let made = add("a-long-enough-one\n", "system.admin");
    assert!(made.status.success(), "{}", complained(&made));
    assert!(!add("a-long-enough-one\n", "system.admin").status.success(), "the name is taken");
}

/// A city's database, read from a test that does not wait otherwise.
struct Stored {
    runtime: tokio::runtime::Runtime,
    database: store::Database,
}

impl Stored {
    fn open(folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let url = format!("sqlite:{}", folder.join("anlan.sqlite").display());
        let database = runtime.block_on(store::Database::open(&url)).unwrap();
        Self { runtime, database }
    }

    /// The values of `column` in a table.
    fn column(&self, table: &str, column: &str) -> Vec<String> {
        let query = store::Query::of(table, store::Scope::system("test")).columns(&[column]).limit(100_000);
        let rows = self.runtime.block_on(self.database.select(&query)).unwrap();
        rows.iter().map(|row| row.text(column).unwrap().to_owned()).collect()
    }
}

#[test]
fn the_demo_city_leaves_no_register_and_no_procedure_empty() {
    let folder = tempfile::tempdir().unwrap();
    let built = anlan(&["demo", "--build-only", "--enterprises", "100", "--data", path(folder.path())]);
    assert!(built.status.success(), "{}", complained(&built));
    let loads_demo = |folder: &Path| folder.join("packs/demo/go_live.toml").exists();
    assert!(loads_demo(folder.path()), "it has the pack that only such a city has");
    let city = Stored::open(folder.path());
    let packs = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
    let model = plan::pack::Model::load(&[&packs("core"), &packs("kaifeng-2020")]).unwrap();
    let (mut open, mut ended) = (BTreeSet::new(), BTreeSet::new());
    for register in model.registers.values() {
        let table = engine::tables::table_name(register.name());
        let codes = city.column(&table, "code");
        assert!(!codes.is_empty(), "the demo has no {}", register.name());
        if register.cases {
            let procedures = city.column(&table, "procedure");
            for (procedure, state) in procedures.into_iter().zip(city.column(&table, "state")) {
                let kind = model.procedure(&procedure).unwrap().state(&state).unwrap().kind;
                let among = if kind == plan::pack::StateKind::Open { &mut open } else { &mut ended };
                among.insert(procedure);
            }
        }
    }
    // What was suspected has been judged or is left to be judged; no campaign of the packs binds enterprises or townships.
    let apart = ["hazard.suspected", "campaign.enterprise", "campaign.township"];
    let wanted = || model.procedures.keys().filter(|name| !apart.contains(&name.as_str()));
    let missing: Vec<&String> = wanted().filter(|name| !open.contains(*name)).collect();
    assert!(missing.is_empty(), "the demo has no open case of {missing:?}");
    let missing: Vec<&String> = wanted().filter(|name| !ended.contains(*name)).collect();
    assert!(missing.is_empty(), "the demo has no ended case of {missing:?}");
    let receipts = city.column("r_double_report", "receipt_number");
    assert!(receipts.iter().any(String::is_empty) && receipts.iter().any(|r| !r.is_empty()), "{receipts:?}");
    let standings = city.column("r_enterprise", "responsibility");
    for standing in ["clear", "unowned", "disputed"] {
        assert!(standings.iter().any(|s| s == standing), "no enterprise is {standing}");
    }
    let clear = standings.iter().filter(|s| *s == "clear").count();
    assert!(clear * 10 > standings.len() * 8, "{clear} of {} are clear", standings.len());
    let townships = city.column("r_enterprise", "township");
    assert!(townships.iter().all(|code| code.len() == 9), "{townships:?}");
}
