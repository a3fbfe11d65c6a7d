//! The example of docs/packs.md: the text of a small plan is read as its ten clauses, the pack made from it is clean, serves
//! every row, runs a city in place of the pack that comes with the program, and is tried in another version without a trace.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base::code::{Adcode, Uscc};
use base::{Clock, Day, Id, Instant, Language, Period, WallClock, WorkCalendar};
use city::{Actor, Grant, Place};
use engine::Engine;
use engine::exercised::Eye;
use engine::record::write::Sending;
use judge::{Fact, Facts};
use plan::pack::{FieldClass, Model};
use store::{Database, Query, Scope};

const COUNTY: &str = "419921";
const TOWNSHIP: &str = "419921100";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn core() -> PathBuf {
    repository("packs/core")
}

fn pack() -> PathBuf {
    repository("examples/county-plan/pack")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What the program says on standard output; it must succeed.
fn anlan(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_anlan")).args(arguments).output().unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complained}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_text_is_read_as_the_ten_clauses_of_the_pack() {
    let read = anlan(&["plan", "read", text(&repository("examples/county-plan/plan.txt")), "--json"]);
    let document: serde_json::Value = serde_json::from_str(&read).unwrap();
    let clauses = document["clauses"].as_array().unwrap();
    let found: Vec<(&str, &str)> =
        clauses.iter().map(|c| (c["id"].as_str().unwrap(), c["title"].as_str().unwrap())).collect();
    let model = Model::load(&[&core(), &pack()]).unwrap();
    let own: Vec<(&str, &str)> =
        model.clauses.iter().map(|c| (c.id.get_ref().as_str(), c.title.zh.as_str())).collect();
    assert_eq!((found.len(), &found), (10, &own));
    // Every clause that names a lead in the document has one in the pack.
    for (clause, own) in clauses.iter().zip(&model.clauses) {
        assert_eq!(clause["leads"].as_array().unwrap().len(), own.lead.len(), "{}", own.id.get_ref());
    }
}

#[test]
fn the_pack_is_clean_and_every_row_is_served_by_its_own_elements() {
    let checked = anlan(&["plan", "check", text(&core()), text(&pack())]);
    assert!(checked.contains("no faults"), "{checked}");
    let covered = anlan(&["plan", "coverage", "--packs", text(&core()), "--packs", text(&pack())]);
    assert!(covered.ends_with("12 rows: 12 served, 0 open, 0 unserved\n"), "{covered}");
    assert!(!covered.contains("which is no row"), "core names clauses of another plan: {covered}");
    assert!(!covered.contains("body_member"), "core serves no row of this plan: {covered}");
}

struct Movable(AtomicI64);

impl Clock for Movable {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

fn somebody(number: u128, role: &str, place: Place) -> Actor {
    let from = Day::new(2021, 1, 1).unwrap();
    Actor {
        account: Id::from_u128(number),
        display: role.to_owned(),
        grants: vec![Grant { role: role.to_owned(), place, from, until: None }],
        reads: FieldClass::Internal,
        unit: None,
    }
}

fn words(value: &str) -> Fact {
    Fact::Text(value.to_owned())
}

fn day(value: &str) -> Fact {
    Fact::Day(Day::parse(value).unwrap())
}

fn facts<const N: usize>(pairs: [(&str, Fact); N]) -> Facts {
    pairs.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}

/// A county that runs the pack.
struct County {
    engine: Engine,
    clock: Arc<Movable>,
    office: Actor,
}

impl County {
    async fn open(folder: &Path) -> Self {
        let model = Model::load(&[&core(), &pack()]).unwrap();
        let url = format!("sqlite:{}", folder.join("anlan.sqlite").display());
        let database = Database::open(&url).await.unwrap();
        let clock = Arc::new(Movable(AtomicI64::new(Instant::parse("2021-03-02 09:00").unwrap().0)));
        let calendar = Arc::new(WorkCalendar::state_council());
        let engine = Engine::new(database, Arc::new(model), calendar, Arc::clone(&clock) as Arc<dyn Clock>);
        engine.install().await.unwrap();
        let place = Place { county: COUNTY.to_owned(), ..Place::default() };
        Self { engine, clock, office: somebody(1, "county.office", place) }
    }

    fn at(&self, local: &str) {
        self.clock.0.store(Instant::parse(local).unwrap().0, Ordering::SeqCst);
    }

    async fn create(&self, who: &Actor, register: &str, given: Facts) -> Id {
        self.engine.create(who, register, &given, &Sending::default()).await.unwrap()
    }

    /// An enterprise with a well and the person who keeps both.
    async fn enterprise(&self, number: u64, name: &str) -> (Id, Id, Actor) {
        let uscc = Uscc::synthesise(Adcode::parse(COUNTY).unwrap(), number);
        let given = facts([
            ("name", words(name)),
            ("uscc", words(uscc.as_str())),
            ("address", words("工业路1号")),
            ("county", words(COUNTY)),
            ("township", words(TOWNSHIP)),
            ("sector", words("machinery")),
        ]);
        let id = self.create(&self.office, "enterprise", given).await;
        let place = Place { organisation: id, ..Place::default() };
        let manager = somebody(u128::from(number) + 100, "enterprise.safety_manager", place);
        let well = facts([
            ("enterprise", Fact::Reference(id)),
            ("name", words("1号污水井")),
            ("kind", words("well")),
            ("responsible", words("王安")),
        ]);
        let space = self.create(&manager, "confined_space", well).await;
        (id, space, manager)
    }

    async fn told(&self, kind: &str, id: &str) -> String {
        let element = self.engine.model.bindings.iter().find(|b| b.kind == kind && b.id == id).unwrap();
        self.engine.exercised(element, Eye::City).await.unwrap().unwrap().words(Language::English)
    }

    /// Rows of every table.
    async fn rows(&self) -> Vec<(String, u64)> {
        let mut found = Vec::new();
        for table in self.engine.database.table_names().await.unwrap() {
            let query = Query::of(&table, Scope::system("test"));
            found.push((table, self.engine.database.count_up_to(&query, u64::from(u32::MAX)).await.unwrap()));
        }
        found
    }
}

/// The pack with other numbers: a check each month, another rule, no publicity, a share of 99 %, a register that is new.
fn another_version(folder: &Path) {
    for entry in std::fs::read_dir(pack()).unwrap() {
        let path = entry.unwrap().path();
        let mut content = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "confined-spaces.toml" {
            content = content
                .replacen("every = \"quarter\"\nfulfilled", "every = \"month\"\nfulfilled", 1)
                .replace("period = \"2021Q2\", ", "period = \"2021-06\", ")
                .replace("fulfilled = [\"a\"]", "fulfilled = []")
                .replace("value = 0.95", "value = 0.99");
            content.push_str(NEW);
        }
        if name == "townships.toml" {
            content = content.split_once("[[campaign]]").unwrap().0.to_owned();
        }
        std::fs::write(folder.join(name), content).unwrap();
    }
}

const NEW: &str = r#"
[[rule]]
id = "space-has-address"
title = { zh = "有限空间应有地址", en = "A space has an address" }
on = "confined_space"
must = "has(r.address)"
else = { warn = { zh = "请补录地址", en = "Please add the address" } }

[[rule]]
id = "space-has-depth"
title = { zh = "有限空间应有深度", en = "A space has a depth" }
on = "space_depth"
must = "has(r.name)"
else = { warn = { zh = "请补录深度", en = "Please add the depth" } }

[[register]]
id = "space_depth"
extend = "site"
title = { zh = "有限空间深度", en = "Depths" }
about = { zh = "试验用", en = "For the test" }
area = "registers"
scope = { reference = "enterprise" }
keeper = ["enterprise.safety_manager"]
code = "SD-{county}-{seq}"
field = [{ id = "enterprise", title = { zh = "企业", en = "Enterprise" }, kind = "reference", to = "enterprise", required = true }]
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_county_runs_the_pack_and_another_version_is_tried_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let county = County::open(folder.path()).await;
    let (first, space, manager) = county.enterprise(1, "甲厂").await;
    county.enterprise(2, "乙厂").await;
    county.engine.sweep_duties().await.unwrap();
    county.at("2021-05-10 10:00");
    let check = facts([
        ("enterprise", Fact::Reference(first)),
        ("space", Fact::Reference(space)),
        ("checked_on", day("2021-05-10")),
        ("checked_by", words("王安")),
        ("result", words("good")),
    ]);
    county.create(&manager, "space_check", check).await;
    let member = facts([
        ("body", words("space_task_force")),
        ("county", words(COUNTY)),
        ("post", words("组长")),
        ("name", words("李县")),
        ("valid_from", day("2021-03-05")),
    ]);
    county.create(&county.office, "body_member", member).await;
    county.at("2021-07-02 08:00");
    county.engine.sweep_duties().await.unwrap();
    county.engine.sweep_rules().await.unwrap();
    county.engine.sweep_owed().await.unwrap();
    county.engine.compute_indicator("spaces-with-signs", Period::parse("2021-06").unwrap()).await.unwrap();

    // One enterprise has checked in the second quarter, the other is late; nobody wrote a line of Rust for it.
    assert_eq!(county.told("duty", "space-check-quarterly").await, "2 bound, 1 fulfilled, 1 overdue");
    assert_eq!(county.told("duty", "space-workers-told").await, "2 bound, 0 fulfilled, 2 overdue");
    assert_eq!(county.told("rule", "space-without-sign-listed").await, "2 proposed");
    assert_eq!(county.told("body", "space_task_force").await, "1 members");
    let programmes = county.told("deliverable", "township-programme").await;
    assert!(programmes.starts_with("2 owed"), "{programmes}");
    let share = county.told("indicator", "spaces-with-signs").await;
    assert!(!share.starts_with("0 "), "{share}");

    let database = &county.engine.database;
    while store::journal::seal(database, &WallClock, "test").await.unwrap().is_some() {}
    let before = (county.rows().await, store::journal::head(database).await.unwrap());
    assert!(before.1.is_some());
    let other = tempfile::tempdir().unwrap();
    another_version(other.path());
    let tried = anlan(&[
        "plan",
        "try",
        text(other.path()),
        "--as-of",
        "2021-07-02",
        "--data",
        text(folder.path()),
        "--packs",
        text(&core()),
        "--packs",
        text(&pack()),
    ]);
    let after = (county.rows().await, store::journal::head(database).await.unwrap());
    assert_eq!(format!("{before:?}"), format!("{after:?}"), "nothing is written");

    for expected in [
        "~ value space.signed.share",
        "~ duty space-check-quarterly",
        "    subjects bound: 2 (as now)",
        // March to June: the second enterprise has never checked; the first in May, which is late for March and April and
        // not for June.
        "    instances overdue: 5 (now 1)",
        "    instances due: 2 (as now)",
        "+ rule space-has-address",
        "    records warned: 2",
        "1号污水井",
        "    register space_depth is new: it has no records yet",
        "- campaign space-publicity",
        "    subjects bound: none (now 2)",
        "~ indicator spaces-with-signs",
        "    reads the changed value space.signed.share",
    ] {
        assert!(tried.contains(expected), "{expected:?} is missing in\n{tried}");
    }
    assert!(tried.ends_with("3 new, 2 changed, 1 gone\n"), "{tried}");

    let covered = anlan(&[
        "plan",
        "coverage",
        "--data",
        text(folder.path()),
        "--on",
        "2021-07-02",
        "--packs",
        text(&core()),
        "--packs",
        text(&pack()),
        "--part",
        "m",
    ]);
    for expected in [
        "duty space-check-quarterly (confined-spaces.toml:",
        "- 2 bound, 1 fulfilled, 1 overdue",
        "NOT EXERCISED: 0 open, 0 ended",
        "not exercised: procedure space.problem - 0 open, 0 ended",
        "12 rows: 12 served, 0 open, 0 unserved",
        " of 13 elements exercised",
    ] {
        assert!(covered.contains(expected), "{expected:?} is missing in\n{covered}");
    }
}
